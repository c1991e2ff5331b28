/** Whose object is it? Asked of the object itself before anything is written over it or deleted. */
import { ANNOTATIONS, FIELD_MANAGER, LABELS } from '@tenant-operator/api';
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
  // The Go releases marked so what no owner reference can cover: by labels alone, which their own apply wrote.
  if (isSameTenant && isLabelledByUs(object)) return { kind: 'orphan' };
  if (metadata.labels?.[LABELS.orphaned] === 'true')
    return { kind: 'foreign', owner: describeLeftover(object) };
  return { kind: 'foreign', owner: describeManager(object) };
}

/** The server recorded that an apply of this field manager wrote the label; anybody can write the label itself. */
function isLabelledByUs({ metadata }: KubeObject): boolean {
  return (metadata.managedFields ?? []).some(({ manager, operation, subresource, fieldsV1 }) => {
    const fields = fieldsV1 as { 'f:metadata'?: { 'f:labels'?: Record<string, unknown> } } | undefined;
    const isApply = manager === FIELD_MANAGER && operation === 'Apply' && !subresource;
    return isApply && fields?.['f:metadata']?.['f:labels']?.[`f:${LABELS.tenant}`] !== undefined;
  });
}

/** The Go releases took its tenant's labels off what they retained. */
function describeLeftover({ metadata }: KubeObject): string {
  const since = metadata.annotations?.[ANNOTATIONS.orphanedAt];
  return `a tenant that is gone (retained${since === undefined ? '' : ` since ${since}`})`;
}

/** Who wrote it, as the server recorded. */
function describeManager({ metadata }: KubeObject): string {
  const managers = [...new Set((metadata.managedFields ?? []).flatMap((entry) => entry.manager ?? []))];
  const known = managers.filter((manager) => !manager.startsWith('kube-controller-manager'));
  return known.length === 0 ? 'somebody else' : `somebody else (written by ${known.join(', ')})`;
}
