/** Which objects may be taken over. Pure. */
import type { KubeObject } from '@tenant-operator/kube';
import { decideOwnership } from '@tenant-operator/operator/plan';
import type { ObjectChange } from '../changes/index.ts';
import type { Candidate, HelmRelease } from './index.ts';

export const helmMarks = {
  release: 'meta.helm.sh/release-name',
  namespace: 'meta.helm.sh/release-namespace',
  managedBy: 'app.kubernetes.io/managed-by',
} as const;

/** `live` is the object as it is, `change` what an apply of the template would do to it. */
export function judgeCandidate(
  item: { readonly id: string; readonly apiVersion: string; readonly kind: string; readonly name: string },
  live: KubeObject | undefined,
  change: ObjectChange | undefined,
  tenant: { readonly namespace: string; readonly name: string; readonly uid: string },
): Candidate {
  const { namespace = change?.namespace, uid = '', resourceVersion = '' } = live?.metadata ?? {};
  const release = live && releaseOf(live);
  const candidate = (state: Candidate['state'], message = ''): Candidate => ({
    id: item.id,
    apiVersion: item.apiVersion,
    kind: item.kind,
    name: item.name,
    ...(namespace === undefined ? {} : { namespace }),
    state,
    message,
    uid,
    resourceVersion,
    ...(change && change.action === 'change' ? { change } : {}),
    ...(release ? { release } : {}),
  });
  if (!live) return candidate('absent', change?.message ?? '');
  const ownership = decideOwnership(live, tenant);
  if (ownership.kind !== 'foreign') return candidate('own');
  const controller = live.metadata.ownerReferences?.find((owner) => owner.controller === true);
  if (/^Tenant "/.test(ownership.owner)) return candidate('blocked', `it belongs to ${ownership.owner}`);
  if (controller) return candidate('blocked', `${ownership.owner} controls it and would make it anew`);
  if (live.metadata.deletionTimestamp !== undefined) return candidate('blocked', 'it is being deleted');
  if (change && change.action !== 'change')
    return candidate('blocked', change.message ?? 'the server would refuse it');
  return candidate('adopt', ownership.owner);
}

function releaseOf({ metadata }: KubeObject): HelmRelease | undefined {
  const name = metadata.annotations?.[helmMarks.release];
  if (name === undefined) return undefined;
  return { name, namespace: metadata.annotations?.[helmMarks.namespace] ?? metadata.namespace ?? '' };
}

/** Every Helm release among them, once. */
export function releasesOf(candidates: readonly Candidate[]): HelmRelease[] {
  const found = candidates.flatMap(({ release }) => (release ? [release] : []));
  return [...new Map(found.map((release) => [`${release.namespace}/${release.name}`, release])).values()];
}
