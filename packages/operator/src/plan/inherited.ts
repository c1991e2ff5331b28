/**
 * Tenants as the Go releases of this API stored them: without `registryId` and `values`, whose content stands in a label and in
 * annotations, and owned by their registry. They are read as if they were ours until the registry controller has written them anew.
 */
import { API_VERSION, LABELS, type Tenant } from '@tenant-operator/api';
import type { KubeObject, OwnerReference } from '@tenant-operator/kube';

const note = (name: string) => `kubernetes-tenants.org/${name}`;
const notes = {
  host: note('hostOrUrl'),
  activate: note('activate'),
  /** The other variables, as a JSON object. */
  extra: note('extra'),
  generation: note('template-generation'),
};

/** Not written by this operator yet; true also of what `readInherited` gives. */
export function isInherited({ metadata }: Pick<Tenant, 'metadata'>): boolean {
  return (
    metadata.annotations?.[notes.generation] !== undefined && metadata.labels?.[LABELS.template] === undefined
  );
}

/** A Tenant with what its spec lacks, from its marks; one that lacks nothing as it is. */
export function readInherited(tenant: Tenant): Tenant {
  const { metadata, spec } = tenant;
  const { registryId } = spec as Partial<Tenant['spec']>;
  if (registryId !== undefined) return tenant;
  const owner = ownersOf(tenant as unknown as KubeObject).find(isOfRegistry)?.name;
  const {
    [notes.host]: hostOrUrl,
    [notes.activate]: activate,
    [notes.extra]: extra,
  } = metadata.annotations ?? {};
  const values = {
    ...(activate === undefined ? {} : { activate }),
    ...(hostOrUrl === undefined ? {} : { hostOrUrl }),
    ...textValues(extra),
  };
  return {
    ...tenant,
    spec: { ...spec, registryId: owner ?? metadata.labels?.[LABELS.registry] ?? '', values },
  };
}

/**
 * A merge patch of `metadata` that takes off what a Go release left on a Tenant; undefined when there is nothing. The annotations
 * would go stale, and an owner reference to the registry would have the garbage collector delete Tenants past the deletion guard.
 */
export function inheritedMarks({
  metadata,
}: Pick<KubeObject, 'metadata'>): Record<string, unknown> | undefined {
  const left = Object.values(notes).filter((name) => metadata.annotations?.[name] !== undefined);
  const owners = ownersOf({ metadata });
  const others = owners.filter((owner) => !isOfRegistry(owner));
  if (left.length === 0 && others.length === owners.length) return undefined;
  return {
    ...(left.length === 0 ? {} : { annotations: Object.fromEntries(left.map((name) => [name, null])) }),
    ...(others.length === owners.length ? {} : { ownerReferences: others.length === 0 ? null : others }),
  };
}

function ownersOf({ metadata }: Pick<KubeObject, 'metadata'>): readonly OwnerReference[] {
  return metadata.ownerReferences ?? [];
}

function isOfRegistry({ apiVersion, kind }: OwnerReference): boolean {
  return apiVersion === API_VERSION && kind === 'TenantRegistry';
}

/** Somebody may have written rubbish into the annotation: the next sync brings the row's values. */
function textValues(json: string | undefined): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(json ?? '{}');
    const entries = Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {});
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}
