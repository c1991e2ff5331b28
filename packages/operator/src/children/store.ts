/** The newest observation of every object of every tenant, from watches and from the answers to our own writes. */
import { isSameJson } from './digest.ts';
import { createGone, isNewer } from './gone.ts';
import { type ChildObservation, childKey, type TypedRef } from './observe.ts';

export interface ChildStore {
  /** Takes what a watch shows unless a newer version of the object is known. True when something changed. */
  put(observation: ChildObservation): boolean;
  /** The same for the answer to a write of ours, which is no news to the tenant that it was made for. */
  putWritten(observation: ChildObservation): boolean;
  /** The object with this UID is gone; an object of the same name with another UID stays. */
  remove(ref: TypedRef, uid: string): boolean;
  get(ref: TypedRef): ChildObservation | undefined;
  /** The objects whose labels name this tenant (`namespace/name`). */
  ofTenant(tenantKey: string): readonly ChildObservation[];
  /** Tenants whose Ingresses serve `host/path`, as `namespace/name`. */
  tenantsOfRoute(route: string): readonly string[];
  size(): number;
}

/** What happened to an object. */
export type ChildChange = 'appeared' | 'changed' | 'gone';

export function createChildStore(onChange: (tenantKey: string, change: ChildChange) => void): ChildStore {
  const byKey = new Map<string, ChildObservation>();
  const gone = createGone();
  const byTenant = new Index();
  const byRoute = new Index();

  const unindex = (key: string, observation: ChildObservation | undefined) => {
    if (!observation) return;
    if (observation.tenantKey !== undefined) byTenant.remove(observation.tenantKey, key);
    for (const route of observation.routes) byRoute.remove(route, key);
  };
  const index = (key: string, observation: ChildObservation) => {
    if (observation.tenantKey !== undefined) byTenant.add(observation.tenantKey, key);
    for (const route of observation.routes) byRoute.add(route, key);
  };
  const notify = (change: ChildChange, ...keys: (string | undefined)[]) => {
    for (const key of new Set(keys)) if (key !== undefined) onChange(key, change);
  };
  /** Undefined when nothing that decisions look at is another than before. */
  const take = (observation: ChildObservation): { previous: ChildObservation | undefined } | undefined => {
    const key = childKey(observation);
    const previous = byKey.get(key);
    const { uid, resourceVersion } = observation;
    if (previous ? !isNewer(resourceVersion, previous.resourceVersion) : gone.has(key, uid, resourceVersion))
      return undefined;
    unindex(key, previous);
    byKey.set(key, observation);
    index(key, observation);
    return previous && isSame(previous, observation) ? undefined : { previous };
  };

  return {
    put(observation) {
      const change = take(observation);
      if (!change) return false;
      const { previous } = change;
      notify(previous ? 'changed' : 'appeared', previous?.tenantKey, observation.tenantKey);
      return true;
    },
    putWritten(observation) {
      const change = take(observation);
      const before = change?.previous?.tenantKey;
      if (before !== observation.tenantKey) notify('changed', before);
      return change !== undefined;
    },
    remove(ref, uid) {
      const key = childKey(ref);
      const previous = byKey.get(key);
      if (!previous || previous.uid !== uid) return false;
      byKey.delete(key);
      gone.add(key, uid, previous.resourceVersion);
      unindex(key, previous);
      notify('gone', previous.tenantKey);
      return true;
    },
    get: (ref) => byKey.get(childKey(ref)),
    ofTenant: (tenantKey) => byTenant.get(tenantKey).flatMap((key) => byKey.get(key) ?? []),
    tenantsOfRoute: (route) => byRoute.get(route).flatMap((key) => byKey.get(key)?.tenantKey ?? []),
    size: () => byKey.size,
  };
}

/** Equal in everything that decisions look at. */
function isSame(a: ChildObservation, b: ChildObservation): boolean {
  return (
    a.uid === b.uid &&
    a.live === b.live &&
    a.deleting === b.deleting &&
    a.tenantKey === b.tenantKey &&
    a.tenantUid === b.tenantUid &&
    a.readiness.state === b.readiness.state &&
    a.readiness.message === b.readiness.message &&
    isSameJson(a.dns, b.dns) &&
    isSameJson(a.certificate, b.certificate)
  );
}

/** A set of keys under each name. */
class Index {
  readonly #keys = new Map<string, Set<string>>();
  add(name: string, key: string): void {
    const keys = this.#keys.get(name);
    if (keys) keys.add(key);
    else this.#keys.set(name, new Set([key]));
  }
  remove(name: string, key: string): void {
    const keys = this.#keys.get(name);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(name);
  }
  get(name: string): readonly string[] {
    return [...(this.#keys.get(name) ?? [])];
  }
}
