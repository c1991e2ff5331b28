/** The objects of a Tenant that a Go release left and that goes before we made it one of ours: no inventory tells them. */
import { ANNOTATIONS, type InventoryEntry } from '@tenant-operator/api';
import { decideOwnership, isInherited } from '../../plan/index.ts';
import type { ControllerContext } from '../context.ts';
import { templateKeyOf } from '../tenants.ts';
import type { TenantFacts } from './items.ts';
import { renderAll } from './render.ts';

/**
 * What the template makes of the Tenant's values and is there, when it is the Tenant's; what is to be retained would go with its
 * owner else, and nothing would delete what has none. Nothing when the template is gone.
 */
export async function inheritedEntries(
  context: ControllerContext,
  { tenant, inventory }: TenantFacts,
): Promise<InventoryEntry[]> {
  const source = context.catalog.get(templateKeyOf(tenant));
  if (!source || !isInherited(tenant) || inventory.size > 0) return [];
  const { namespace: own = '', name: tenantName, uid: tenantUid = '' } = tenant.metadata;
  const found = await Promise.all(
    renderAll(context, tenant, source).map(async ({ compiled, outcome }) => {
      if (outcome.kind !== 'rendered') return [];
      const { apiVersion, kind, name, namespace = own } = outcome.item;
      const type = await context.client.resourceType(apiVersion, kind);
      if (!type) return [];
      const ref = type.namespaced ? { namespace, name } : { name };
      const live = await context.client.get(type, ref, { metadataOnly: true });
      const owner = { namespace: own, name: tenantName, uid: tenantUid };
      const { uid, annotations } = live?.metadata ?? {};
      if (!live || uid === undefined || decideOwnership(live, owner).kind === 'foreign') return [];
      const isRetained =
        compiled.item.deletionPolicy === 'Retain' || annotations?.[ANNOTATIONS.deletionPolicy] === 'Retain';
      const { id, wave } = compiled;
      const deletionPolicy = isRetained ? ('Retain' as const) : ('Delete' as const);
      return [{ id, apiVersion, kind, ...ref, uid, wave, deletionPolicy }];
    }),
  );
  return found.flat();
}
