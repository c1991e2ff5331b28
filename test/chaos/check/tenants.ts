/** Tenants: their objects as rendered, and a status that tells the truth about them. */
import { differences } from './registries.ts';
import { type ExpectedItem, expectItems, isInvalid } from './render.ts';
import { type AnyObject, conditionOf, keyOf, type State } from './state.ts';

const prefix = 'kubernetes-tenants.org';

export function verifyTenants(state: State): string[] {
  const objects = new Map(state.objects.map((object) => [keyOf(object), object]));
  return state.tenants.flatMap((tenant) => {
    if (tenant.metadata.deletionTimestamp !== undefined)
      return [`Tenant ${tenant.metadata.name} is still going`];
    const template = state.templates.find(({ metadata }) => metadata.name === tenant.spec?.templateRef);
    const registry = state.registries.find(({ metadata }) => metadata.name === tenant.spec?.registryId);
    if (!template || !registry) return [];
    return verifyTenant(tenant, template, registry, objects);
  });
}

/** What a tenant is rendered from and how: the items that it must have now. */
export function itemsOf(tenant: AnyObject, template: AnyObject): ExpectedItem[] {
  const { uid, registryId, templateRef, values, overrides } = tenant.spec as unknown as {
    uid: string;
    registryId: string;
    templateRef: string;
    values?: Record<string, string>;
    overrides?: { values?: Record<string, string> };
  };
  const namespace = tenant.metadata.namespace ?? '';
  const all = { ...values, ...overrides?.values };
  return expectItems(template, namespace, { ...all, uid, registryId, templateRef, namespace });
}

export function isSuspended(tenant: AnyObject, template: AnyObject, registry: AnyObject): boolean {
  return [tenant, template, registry].some(({ spec }) => spec?.suspend === true);
}

function verifyTenant(
  tenant: AnyObject,
  template: AnyObject,
  registry: AnyObject,
  objects: ReadonlyMap<string, AnyObject>,
): string[] {
  const what = `Tenant ${tenant.metadata.name}`;
  const ready = conditionOf(tenant, 'Ready');
  if (isSuspended(tenant, template, registry))
    return ready?.reason === 'Suspended' ? [] : [`${what} is suspended and says ${ready?.reason}`];
  // It stays on what it was rendered from before, and the checker keeps no history.
  if (isInvalid(template)) return [];
  const items = itemsOf(tenant, template);
  const taken = items.filter((item) => isForeign(objects.get(keyOfItem(item))));
  const stuck = withDependents(items, new Set(taken.map(({ id }) => id)));
  const certain = items.filter(({ id }) => !stuck.has(id));
  const found = certain.flatMap((item) => verifyItem(what, tenant, item, objects.get(keyOfItem(item))));
  if (taken.length > 0) {
    if (conditionOf(tenant, 'Conflicted')?.status !== 'True')
      found.push(
        `${what}: ${taken.map(({ name }) => name).join()} is somebody else's, and it is not Conflicted`,
      );
    if (ready?.status === 'True') found.push(`${what} is Ready in spite of a conflict`);
    return found;
  }
  return [...found, ...verifyStatus(what, tenant, items, objects)];
}

function verifyStatus(
  what: string,
  tenant: AnyObject,
  items: readonly ExpectedItem[],
  objects: ReadonlyMap<string, AnyObject>,
): string[] {
  const { status = {}, metadata } = tenant;
  const isDrifted = items.some((item) => item.isWarned && !hasContent(item, objects.get(keyOfItem(item))));
  const applied = items.map((item) => `${item.kind}/${item.namespace ?? ''}/${item.name}@${item.id}`).sort();
  const inventory = (
    (status.inventory ?? []) as { kind: string; namespace?: string; name: string; uid?: string }[]
  )
    .map((entry) => `${entry.kind}/${entry.namespace ?? ''}/${entry.name} ${entry.uid}`)
    .sort();
  const present = items
    .map((item) => `${keyOfItem(item)} ${objects.get(keyOfItem(item))?.metadata.uid}`)
    .sort();
  return differences(what, [
    ['Ready', conditionOf(tenant, 'Ready')?.reason, 'Ready'],
    ['Progressing', conditionOf(tenant, 'Progressing')?.status, 'False'],
    ['Conflicted', conditionOf(tenant, 'Conflicted')?.status, 'False'],
    ['Degraded', conditionOf(tenant, 'Degraded')?.reason, isDrifted ? 'Drifted' : 'Healthy'],
    ['observedGeneration', status.observedGeneration, metadata.generation],
    ['desiredResources', status.desiredResources, items.length],
    ['readyResources', status.readyResources, items.length],
    ['failedResources', status.failedResources, 0],
    ['skippedResources', status.skippedResources, 0],
    ['appliedResources', status.appliedResources, applied],
    ['inventory', inventory, present],
  ]);
}

export function keyOfItem(item: Pick<ExpectedItem, 'kind' | 'namespace' | 'name'>): string {
  return `${item.kind}/${item.namespace ?? ''}/${item.name}`;
}

/** Nobody's of ours. */
function isForeign(object: AnyObject | undefined): boolean {
  return object !== undefined && object.metadata.labels?.[`${prefix}/tenant`] === undefined;
}

function withDependents(items: readonly ExpectedItem[], stuck: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(stuck);
  for (let size = -1; size !== all.size; ) {
    size = all.size;
    for (const item of items) if (item.dependIds.some((id) => all.has(id))) all.add(item.id);
  }
  return all;
}

function verifyItem(
  what: string,
  tenant: AnyObject,
  item: ExpectedItem,
  object: AnyObject | undefined,
): string[] {
  const name = `${what}: ${keyOfItem(item)}`;
  if (!object) return [`${name} is missing`];
  const { labels = {}, annotations = {}, ownerReferences = [] } = object.metadata;
  const isOwned = item.namespace === tenant.metadata.namespace && !item.isRetained;
  const owner = ownerReferences.find(({ controller }) => controller === true);
  const found = differences(name, [
    ['label tenant', labels[`${prefix}/tenant`], tenant.metadata.name],
    ['label tenant-namespace', labels[`${prefix}/tenant-namespace`], tenant.metadata.namespace],
    ['label registry', labels[`${prefix}/registry`], tenant.spec?.registryId],
    ['label uid', labels[`${prefix}/uid`], tenant.spec?.uid],
    ['label orphaned', labels[`${prefix}/orphaned`], undefined],
    ['annotation tenant-uid', annotations[`${prefix}/tenant-uid`], tenant.metadata.uid],
    ['annotation item', annotations[`${prefix}/item`], item.id],
    [
      'annotation deletion-policy',
      annotations[`${prefix}/deletion-policy`],
      item.isRetained ? 'Retain' : undefined,
    ],
    ['owner', owner?.uid, isOwned ? tenant.metadata.uid : undefined],
  ]);
  // What is made once keeps the marks of the Tenant that made it, and its content.
  if (item.isOnce) return found.filter((line) => !line.includes('annotation') && !line.includes('owner'));
  if (!item.isWarned && !hasContent(item, object)) {
    const is = JSON.stringify(object.data ?? object.spec ?? object.rules);
    const should = JSON.stringify(item.content);
    found.push(`${name} is not as rendered: ${is.slice(0, 300)} instead of ${should.slice(0, 300)}`);
  }
  return found;
}

/** `data` must be the same; of everything else at least what was rendered is there. */
function hasContent(item: ExpectedItem, object: AnyObject | undefined): boolean {
  if (!object) return false;
  const { stringData, ...content } = item.content;
  if (stringData !== undefined && !isSame(encoded(stringData as Record<string, string>), object.data))
    return false;
  if (content.data !== undefined && !isSame(content.data, object.data)) return false;
  return isWithin(content, object);
}

function encoded(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return isWithin(a, b) && isWithin(b, a);
}

/** Everything of `part` is in `whole`; lists are the same length. */
function isWithin(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) &&
      part.length === whole.length &&
      part.every((entry, index) => isWithin(entry, whole[index]))
    );
  }
  if (typeof part !== 'object' || part === null) return part === whole;
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([key, entry]) =>
    isWithin(entry, (whole as Record<string, unknown>)[key]),
  );
}
