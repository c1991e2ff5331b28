/** Objects: none without a tenant that wants it, none twice, none that is stuck on its way out. */
import { isInvalid } from './render.ts';
import { type AnyObject, keyOf, type State } from './state.ts';
import { isSuspended, itemsOf, keyOfItem } from './tenants.ts';

const prefix = 'kubernetes-tenants.org';

export function verifyObjects(state: State): string[] {
  const all = [...state.registries, ...state.templates, ...state.objects];
  const going = all
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    .map(
      (object) =>
        `${keyOf(object)} is stuck on its way out (${(object.metadata.finalizers ?? []).join(', ')})`,
    );
  const ours = state.objects.filter(({ metadata }) => metadata.labels?.[`${prefix}/tenant`] !== undefined);
  return [
    ...going,
    ...ours.flatMap((object) => verifyObject(state, object)),
    ...twice(ours.filter((object) => !isFrozen(state, object))),
  ];
}

function isOrphan({ metadata }: AnyObject): boolean {
  return metadata.labels?.[`${prefix}/orphaned`] === 'true';
}

function verifyObject(state: State, object: AnyObject): string[] {
  const { labels = {}, annotations = {}, ownerReferences = [] } = object.metadata;
  const name = labels[`${prefix}/tenant`];
  const key = keyOf(object);
  if (isOrphan(object)) {
    const isKept = annotations[`${prefix}/deletion-policy`] === 'Retain';
    return isKept ? [] : [`${key} is marked as left behind and was not to be retained`];
  }
  const tenant = state.tenants.find(({ metadata }) => metadata.name === name);
  if (!tenant) return [`${key} is there although its Tenant ${name} is not`];
  const stranger = ownerReferences.find(({ kind, uid }) => kind === 'Tenant' && uid !== tenant.metadata.uid);
  if (stranger) return [`${key} is owned by ${stranger.name} with uid ${stranger.uid}, which is gone`];
  const template = templateOf(state, tenant);
  if (!template || isInvalid(template) || isFrozen(state, object)) return [];
  const isWanted = itemsOf(tenant, template).some((item) => keyOfItem(item) === key);
  return isWanted ? [] : [`${key} is no object of Tenant ${name} any more and is still there`];
}

function templateOf(state: State, tenant: AnyObject): AnyObject | undefined {
  return state.templates.find(({ metadata }) => metadata.name === tenant.spec?.templateRef);
}

/**
 * A tenant that is suspended, or lacks its registry or template, stays as it is, also between two steps: where an item has
 * another name, its new object is made before the old one goes.
 */
function isFrozen(state: State, { metadata }: AnyObject): boolean {
  const name = metadata.labels?.[`${prefix}/tenant`];
  const tenant = state.tenants.find((candidate) => candidate.metadata.name === name);
  const template = tenant && templateOf(state, tenant);
  const registry = state.registries.find((found) => found.metadata.name === tenant?.spec?.registryId);
  if (!tenant || !template || !registry) return true;
  return isSuspended(tenant, template, registry);
}

function twice(ours: readonly AnyObject[]): string[] {
  const seen = new Map<string, string>();
  return ours.flatMap((object) => {
    if (isOrphan(object)) return [];
    const { labels = {}, annotations = {} } = object.metadata;
    const item = `${labels[`${prefix}/tenant`]}/${annotations[`${prefix}/item`]}`;
    const first = seen.get(item);
    seen.set(item, keyOf(object));
    return first === undefined ? [] : [`${first} and ${keyOf(object)} are both of ${item}`];
  });
}
