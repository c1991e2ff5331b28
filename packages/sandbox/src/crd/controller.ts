/** Keeps the registry equal to the stored CRDs, sets their conditions, and empties them before they go. */
import type { Env } from '../engine/index.ts';
import { metaOf, timestamp, withMeta } from '../engine/meta.ts';
import { child, clone, equal, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { compileCrd } from './compile.ts';

const SHELF = 'apiextensions.k8s.io/customresourcedefinitions';
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

export interface CrdController {
  /** Registers what is stored already. */
  start(): void;
  /** What a new CRD gets before it is stored. */
  stop(): void;
}

export function createCrdController(env: Env, changed: () => void): CrdController {
  const { store, registry } = env;

  function condition(type: string, reason: string, message: string, status = 'True'): JsonObject {
    return { type, status, lastTransitionTime: timestamp(env.now()), reason, message };
  }

  function register(crd: JsonObject): void {
    registry.setCustom(metaOf(crd).name, compileCrd(crd));
    changed();
  }

  function settle(name: string): void {
    const crd = store.get(SHELF, name);
    if (!crd) return;
    const meta = metaOf(crd);
    if (meta.deletionTimestamp) {
      finalize(crd);
      return;
    }
    const status = child(crd, 'status') ?? {};
    const spec = child(crd, 'spec') ?? {};
    const names = clone(child(spec, 'names') ?? {});
    const versions = (Array.isArray(spec.versions) ? spec.versions : []).filter(isObject);
    const storage = versions.find((version) => version.storage === true)?.name ?? '';
    const stored = new Set([...(Array.isArray(status.storedVersions) ? status.storedVersions : []), storage]);
    const conditions = Array.isArray(status.conditions) ? status.conditions : [];
    const established = conditions.some((c) => isObject(c) && c.type === 'Established');
    const next: JsonObject = {
      ...crd,
      status: {
        conditions: established
          ? conditions
          : [
              condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
              condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
            ],
        acceptedNames: names,
        storedVersions: [...stored] as Json[],
      },
    };
    const complete = meta.finalizers.includes(CLEANUP)
      ? next
      : withMeta(next, { finalizers: [...meta.finalizers, CLEANUP] });
    if (!equal(complete, crd)) store.put(SHELF, name, complete);
    register(complete);
  }

  /** Deletes every custom object; when the last is gone, lets the definition go. */
  function finalize(crd: JsonObject): void {
    const { name, finalizers } = metaOf(crd);
    if (!finalizers.includes(CLEANUP)) return;
    const spec = child(crd, 'spec') ?? {};
    const shelf = `${textOf(spec.group)}/${textOf(child(spec, 'names')?.plural)}`;
    for (const object of store.list(shelf, '')) {
      const meta = metaOf(object);
      const key = meta.namespace ? `${meta.namespace}/${meta.name}` : meta.name;
      if (meta.finalizers.length === 0) store.remove(shelf, key);
      else if (!meta.deletionTimestamp)
        store.put(
          shelf,
          key,
          withMeta(object, { deletionTimestamp: timestamp(env.now()), deletionGracePeriodSeconds: 0 }),
        );
    }
    if (store.list(shelf, '').length > 0) return;
    const left = finalizers.filter((f) => f !== CLEANUP);
    if (left.length === 0) store.remove(SHELF, name);
    else store.put(SHELF, name, withMeta(crd, { finalizers: left }));
  }

  let stop: () => void = () => {};
  return {
    start() {
      for (const crd of store.list(SHELF, '')) settle(metaOf(crd).name);
      stop = store.subscribe((resource, change) => {
        if (resource === SHELF) {
          if (change.type === 'DELETED') {
            registry.setCustom(change.key, []);
            changed();
          } else queueMicrotask(() => settle(change.key));
        } else if (change.type === 'DELETED') {
          const owner = registry.anyVersion(resource)?.custom?.crdName;
          const crd = owner === undefined ? undefined : store.get(SHELF, owner);
          if (crd && metaOf(crd).deletionTimestamp) queueMicrotask(() => settle(owner as string));
        }
      });
    },
    stop: () => stop(),
  };
}
