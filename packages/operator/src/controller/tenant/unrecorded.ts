/**
 * Objects that a crash kept out of a Tenant's inventory: they were applied, and the process ended before it stored that. An owner
 * reference covers them, so that they end with their Tenant; here they are found while it lives.
 */
import { type InventoryEntry, LISTS, type Tenant, templateItems } from '@tenant-operator/api';
import { type ChildObservation, objectKey } from '../../children/index.ts';
import type { ControllerContext } from '../context.ts';
import { revisionsOf } from '../template/revisions.ts';
import { templateKeyOf } from '../tenants.ts';
import type { TenantFacts } from './items.ts';
import type { TenantMemory } from './memory.ts';

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Objects of this very Tenant in sight that its inventory lacks; they were the last to be applied. */
export function unrecorded(
  context: ControllerContext,
  { tenant, key, inventory }: TenantFacts,
): InventoryEntry[] {
  const recorded = new Set([...inventory.values()].map(objectKey));
  const isOurs = (o: ChildObservation) => o.tenantUid === tenant.metadata.uid && !recorded.has(objectKey(o));
  return context.children.store
    .ofTenant(key)
    .filter(isOurs)
    .map((observation) => ({
      id: '',
      apiVersion: observation.apiVersion,
      kind: observation.kind,
      ...(observation.namespace === undefined ? {} : { namespace: observation.namespace }),
      name: observation.name,
      uid: observation.uid,
      wave: 1_000,
      deletionPolicy: 'Delete' as const,
    }));
}

/** Those among them that our owner reference covers, by a look at each: what is retained has none, and an inventory may have been edited by hand. */
export async function ownedAlone(
  context: ControllerContext,
  { tenant, memory }: { readonly tenant: Tenant; readonly memory: TenantMemory },
  entries: readonly InventoryEntry[],
): Promise<InventoryEntry[]> {
  const found: InventoryEntry[] = [];
  for (const entry of entries) {
    if (memory.spared.has(entry.uid ?? '')) continue;
    const type = await context.client.resourceType(entry.apiVersion, entry.kind);
    const ref =
      entry.namespace === undefined ? { name: entry.name } : { name: entry.name, namespace: entry.namespace };
    const live = type && (await context.client.get(type, ref, { metadataOnly: true }));
    const owner = live?.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (live?.metadata.uid === entry.uid && owner?.uid === tenant.metadata.uid) found.push(entry);
    else if (entry.uid !== undefined) memory.spared.add(entry.uid);
  }
  return found;
}

/**
 * Whether the kinds of the template and of its kept revisions were listed. A kind that the server does not know, or does not let us
 * list, is not waited for.
 */
export async function areOlderKindsInSight(context: ControllerContext, tenant: Tenant): Promise<boolean> {
  const { watcher } = context.children;
  const template = context.catalog.get(templateKeyOf(tenant))?.template;
  const revisions = template ? revisionsOf(context.revisions, template) : [];
  const kinds = revisions.flatMap(({ data: { spec } }) => templateItems({ spec }).flatMap(kindOf));
  const distinct = new Map(kinds.map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind]));
  const seen = await Promise.all(
    [...distinct.values()].map(
      async (kind) =>
        !(await watcher.watch(kind)) || watcher.hasSynced(kind) || watcher.trouble(kind) !== undefined,
    ),
  );
  return seen.every(Boolean);
}

function kindOf({ list, item }: ReturnType<typeof templateItems>[number]): Kind[] {
  const own = LISTS.find(({ name }) => name === list)?.type;
  const { apiVersion = own?.apiVersion, kind = own?.kind } = item.spec as {
    apiVersion?: unknown;
    kind?: unknown;
  };
  return typeof apiVersion === 'string' && typeof kind === 'string' ? [{ apiVersion, kind }] : [];
}
