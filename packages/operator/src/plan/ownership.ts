/** Whose object is it? Asked of the object itself before anything is written over it or deleted. */
import { ANNOTATIONS, LABELS } from '@tenant-operator/api';
import type { KubeObject } from '@tenant-operator/kube';

export type Ownership =
  | { readonly kind: 'ours' }
  /** Retained from the same tenant before, or left by its predecessor of the same name: it may be taken back. */
  | { readonly kind: 'orphan' }
  /** Somebody else's; `owner` says whose in a few words. */
  | { readonly kind: 'foreign'; readonly owner: string };

export interface TenantRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export function decideOwnership(object: KubeObject, tenant: TenantRef): Ownership {
  const { metadata } = object;
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
  if (controller) {
    if (controller.uid === tenant.uid) return { kind: 'ours' };
    return { kind: 'foreign', owner: `${controller.kind} "${controller.name}"` };
  }
  const name = metadata.labels?.[LABELS.tenant];
  const namespace = metadata.labels?.[LABELS.tenantNamespace];
  const isSameTenant = name === tenant.name && namespace === tenant.namespace;
  if (metadata.labels?.[LABELS.orphaned] === 'true' && isSameTenant) return { kind: 'orphan' };
  const madeBy = metadata.annotations?.[ANNOTATIONS.tenantUid];
  if (madeBy === tenant.uid) return { kind: 'ours' };
  // Of a Tenant of this name whose finalizer somebody took off by force.
  if (madeBy !== undefined && isSameTenant) return { kind: 'orphan' };
  if (name !== undefined && !isSameTenant)
    return { kind: 'foreign', owner: `Tenant "${namespace ?? ''}/${name}"` };
  return { kind: 'foreign', owner: describeManager(object) };
}

/** Who wrote it, as the server recorded. */
function describeManager({ metadata }: KubeObject): string {
  const managers = [...new Set((metadata.managedFields ?? []).flatMap((entry) => entry.manager ?? []))];
  const known = managers.filter((manager) => !manager.startsWith('kube-controller-manager'));
  return known.length === 0 ? 'somebody else' : `somebody else (written by ${known.join(', ')})`;
}
