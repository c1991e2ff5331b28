/** Marks an object as its tenant's, and looks whether the operator took it. */
import { ANNOTATIONS, KINDS, LABELS, type Tenant } from '@tenant-operator/api';
import type { KubeClient } from '@tenant-operator/kube';
import { labelValue } from '@tenant-operator/operator/plan';
import { CommandFailure } from '../failure.ts';
import type { Candidate } from './index.ts';
import { helmMarks } from './judge.ts';

/**
 * From then on the object says whose it is, and Helm's marks are gone, so that Helm does not take it for its own. The object is
 * the very version that was shown: if somebody changed it meanwhile this fails, and nothing is marked.
 */
export async function markCandidate(client: KubeClient, tenant: Tenant, candidate: Candidate): Promise<void> {
  const type = await client.resourceType(candidate.apiVersion, candidate.kind);
  if (!type) throw new CommandFailure(`the server does not know ${candidate.apiVersion} ${candidate.kind}`);
  const { name, namespace = '', uid } = tenant.metadata;
  const { release } = candidate;
  const marks = {
    metadata: {
      uid: candidate.uid,
      resourceVersion: candidate.resourceVersion,
      labels: {
        [LABELS.registry]: labelValue(tenant.spec.registryId),
        [LABELS.uid]: labelValue(tenant.spec.uid),
        [LABELS.tenant]: name,
        [LABELS.tenantNamespace]: namespace,
        ...(release ? { [helmMarks.managedBy]: null } : {}),
      },
      annotations: {
        [ANNOTATIONS.tenantUid]: uid,
        [ANNOTATIONS.item]: candidate.id,
        ...(release ? { [helmMarks.release]: null, [helmMarks.namespace]: null } : {}),
      },
    },
  };
  const ref =
    candidate.namespace === undefined
      ? { name: candidate.name }
      : { name: candidate.name, namespace: candidate.namespace };
  await client.patch(type, ref, marks, { contentType: 'merge', fieldManager: 'tenant-operator-cli' });
}

/** The operator has recorded it: from then on it keeps it as the template says. */
export async function isAdopted(
  client: KubeClient,
  { metadata }: Tenant,
  candidates: readonly Candidate[],
): Promise<boolean> {
  const ref = { name: metadata.name, namespace: metadata.namespace ?? '' };
  const tenant = (await client.get(KINDS.Tenant, ref)) as Tenant | undefined;
  const recorded = new Set(tenant?.status?.inventory?.map(({ uid }) => uid));
  return candidates.every(({ uid }) => recorded.has(uid));
}
