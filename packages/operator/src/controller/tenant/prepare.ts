/** What is rendered of a tenant against the cluster: each item's kind and object, and those that must not be written. */
import { objectKey } from '../../children/index.ts';
import type { CompiledItem, RenderedItem, RenderOutcome } from '../../render/index.ts';
import type { ItemReport } from '../../status/report.ts';
import type { ControllerContext } from '../context.ts';
import { type PreparedItem, prepareItem, refOf, type TenantFacts } from './items.ts';

/** `unknown`: it needs secret values, and the table was not read yet. */
export type Rendered = {
  readonly compiled: CompiledItem;
  readonly outcome: RenderOutcome | { readonly kind: 'unknown' };
};

export type Prepared = ReadonlyMap<string, PreparedItem | undefined>;

export interface Preparations {
  readonly prepared: Prepared;
  /** Items that must not be written, by id. */
  readonly refused: ReadonlyMap<string, ItemReport>;
}

/**
 * Item id to all that its write needs; undefined while the server does not serve the kind. What another item makes already is left
 * out, and told in `refused`: two items would write over each other for ever.
 */
export async function prepareAll(
  context: ControllerContext,
  facts: TenantFacts,
  rendered: readonly Rendered[],
): Promise<Preparations> {
  const prepared = new Map<string, PreparedItem | undefined>();
  const refused = new Map<string, ItemReport>();
  const makers = new Map<string, string>();
  for (const { compiled, outcome } of rendered) {
    if (outcome.kind !== 'rendered') continue;
    const { id } = compiled;
    const outOfReach = await refuse(context, facts, compiled, outcome.item);
    if (outOfReach) {
      refused.set(id, outOfReach);
      continue;
    }
    const item = await prepareItem(context, facts, compiled, outcome.item);
    const object = item && objectKey(refOf(item.manifest));
    const unseen = item && untold(context, facts, outcome.item, id);
    if (unseen) {
      refused.set(id, unseen);
      continue;
    }
    const maker = object === undefined ? undefined : makers.get(object);
    if (maker !== undefined) refused.set(id, duplicate(id, maker, outcome.item));
    else prepared.set(id, item);
    if (object !== undefined && maker === undefined) makers.set(object, id);
  }
  return { prepared, refused };
}

/** What the operator's configuration leaves out of reach; an object that is there already stays as it is. */
async function refuse(
  context: ControllerContext,
  { tenant, inventory }: TenantFacts,
  { id, item }: CompiledItem,
  { apiVersion, kind, name, namespace }: RenderedItem,
): Promise<ItemReport | undefined> {
  const type = await context.client.resourceType(apiVersion, kind);
  if (!type) return undefined;
  const isTargeted = item.targetNamespace !== undefined;
  const wanted = { apiVersion, kind, name, namespace, isTargeted, namespaced: type.namespaced };
  const problem = context.scope.refuse(tenant.metadata.namespace ?? '', wanted);
  if (!problem) return undefined;
  const entry = [...inventory.values()].find((candidate) => candidate.id === id);
  return { id, state: 'failed', ...problem, entry };
}

/** A kind that cannot be listed is never in sight: what its item waits for is told, and the others do not wait with it. */
function untold(
  context: ControllerContext,
  { inventory }: TenantFacts,
  item: RenderedItem,
  id: string,
): ItemReport | undefined {
  const cause = context.children.watcher.trouble(item);
  if (cause === undefined) return undefined;
  const message = `the operator cannot list and watch ${item.apiVersion} ${item.kind}, without which it writes none: ${cause}`;
  const entry = [...inventory.values()].find((candidate) => candidate.id === id);
  return { id, state: 'failed', reason: 'WatchFailed', message, entry };
}

function duplicate(id: string, maker: string, { kind, name }: RenderedItem): ItemReport {
  const message = `${kind} "${name}" is made by item "${maker}" already: give one of the two another name`;
  return { id, state: 'failed', reason: 'DuplicateObject', message };
}
