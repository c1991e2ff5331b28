/**
 * An item that moves from `merge` or `replace` to `apply`: what those wrote is recorded under an entry of its own, which an apply
 * never looks at, so that fields which the template no longer has would stay for ever. Moved into the entry of the apply, they
 * go with the next one. (The same move that kubectl makes from client-side to server-side apply.)
 */
import { FIELD_MANAGER } from '@tenant-operator/api';
import type { KubeClient, KubeObject, ManagedFieldsEntry, ResourceType } from '@tenant-operator/kube';
import { writtenByUs } from '../children/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Moves the fields that a merge or a replace wrote to the apply's entry, over exactly the version that `object` is; true when
 * there were any, and another apply has to follow.
 */
export async function takeOver(
  client: KubeClient,
  type: ResourceType,
  { metadata }: KubeObject,
): Promise<boolean> {
  const managedFields = moved(metadata.managedFields ?? []);
  if (!managedFields) return false;
  const { uid, resourceVersion, name, namespace } = metadata;
  const ref = namespace === undefined ? { name } : { name, namespace };
  await client.patch(
    type,
    ref,
    { metadata: { uid, resourceVersion, managedFields } },
    { contentType: 'merge', fieldManager: FIELD_MANAGER },
  );
  return true;
}

/** Undefined when there is nothing to move, or nothing to move it to. */
export function moved(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] | undefined {
  const written = entries.filter(writtenByUs);
  const applied = entries.find(
    ({ manager, operation, subresource }) =>
      manager === FIELD_MANAGER && operation === 'Apply' && !subresource,
  );
  if (!applied || written.length === 0) return undefined;
  // Fields of another version may have other names: that entry goes, and its fields are nobody's.
  const fieldsV1 = written
    .filter(({ apiVersion }) => apiVersion === applied.apiVersion)
    .reduce<Fields>((all, entry) => union(all, entry.fieldsV1 ?? {}), applied.fieldsV1 ?? {});
  return entries
    .filter((entry) => !written.includes(entry))
    .map((entry) => (entry === applied ? { ...entry, fieldsV1 } : entry));
}

function union(a: Fields, b: Fields): Fields {
  const out: Record<string, unknown> = { ...a };
  for (const [key, below] of Object.entries(b)) out[key] = union((a[key] ?? {}) as Fields, below as Fields);
  return out;
}
