/** What must not have changed between two states at rest, whatever failed in between. */
import { isInvalid } from './render.ts';
import { type AnyObject, keyOf, type State } from './state.ts';

/** Whom a person's actions meant: these may change and go. */
export interface Touches {
  /** Names of Tenants. */
  readonly tenants: Set<string>;
  readonly templates: Set<string>;
  /** Keys of objects. */
  readonly objects: Set<string>;
  /** Anything at all was done: without it not even a version may differ. */
  isIdle: boolean;
}

export function createTouches(): Touches {
  return { tenants: new Set(), templates: new Set(), objects: new Set(), isIdle: true };
}

/**
 * For the next round. Nobody judges the tenants of an invalid template, so that nobody knows whether what was meant for them is done:
 * they may still change.
 */
export function carryTouches({ tenants }: Touches, state: State): Touches {
  const invalid = new Set(state.templates.filter(isInvalid).map(({ metadata }) => metadata.name));
  const open = state.tenants
    .filter(({ metadata, spec }) => tenants.has(metadata.name) && invalid.has(String(spec?.templateRef)))
    .map(({ metadata }) => metadata.name);
  return { ...createTouches(), tenants: new Set(open), isIdle: open.length === 0 };
}

const prefix = 'kubernetes-tenants.org';
export const FOREIGN_LABEL = 'chaos.example.com/foreign';

export function compareStates(before: State, after: State, touches: Touches): string[] {
  const templateOf = new Map(
    [...before.tenants, ...after.tenants].map(({ metadata, spec }) => [
      metadata.name,
      String(spec?.templateRef),
    ]),
  );
  // Their rows are off already: they go as soon as the guard has room for them.
  const held = new Set(before.registries.flatMap(heldBy));
  const isTouched = (tenant: string) =>
    touches.tenants.has(tenant) || held.has(tenant) || touches.templates.has(templateOf.get(tenant) ?? '');
  const now = new Map([...after.tenants, ...after.objects].map((object) => [keyOf(object), object]));
  return [...before.tenants, ...before.objects].flatMap((object) => {
    const { labels = {}, name, annotations = {} } = object.metadata;
    const key = keyOf(object);
    if (touches.objects.has(key)) return [];
    const found = now.get(key);
    if (labels[FOREIGN_LABEL] !== undefined)
      return isSame(object, found)
        ? []
        : [`${key} is somebody else's and was ${found ? 'changed' : 'deleted'}`];
    const tenant = object.kind === 'Tenant' ? name : labels[`${prefix}/tenant`];
    if (tenant === undefined) return [];
    const isRetained = annotations[`${prefix}/deletion-policy`] === 'Retain';
    if (isTouched(tenant) && !(isRetained && !touches.templates.has(templateOf.get(tenant) ?? ''))) return [];
    if (!found) return [`${key} was deleted, which nobody asked for${isRetained ? ': it is retained' : ''}`];
    if (found.metadata.uid !== object.metadata.uid)
      return [`${key} was deleted and made anew, which nobody asked for`];
    if (touches.isIdle && object.kind !== 'Tenant' && object.kind !== 'Deployment' && !isSame(object, found))
      return [`${key} was written although nothing had changed`];
    return [];
  });
}

function heldBy({ status }: AnyObject): readonly string[] {
  return (status?.heldDeletions as { tenants?: string[] } | undefined)?.tenants ?? [];
}

function isSame(before: AnyObject, after: AnyObject | undefined): boolean {
  return (
    before.metadata.uid === after?.metadata.uid &&
    before.metadata.resourceVersion === after.metadata.resourceVersion
  );
}
