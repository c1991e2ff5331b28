/** Keeps the registry equal to the stored definitions, sets their conditions, and empties them before they go. */
import type { Env } from '../engine/index.ts';
import { metaOf, timestamp, withMeta } from '../engine/meta.ts';
import { child, equal, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { CLEANUP, withCondition } from '../registry/definition.ts';
import { compileCrd } from './compile.ts';
import { acceptNames } from './names.ts';

const SHELF = 'apiextensions.k8s.io/customresourcedefinitions';

export interface CrdController {
  /** Registers what is stored already. */
  start(): void;
  stop(): void;
}

export function createCrdController(env: Env, changed: () => void): CrdController {
  const { store, registry } = env;
  /** What was compiled last, without what does not matter to it. */
  const compiled = new Map<string, JsonObject>();

  function register(crd: JsonObject): void {
    const { name, deletionTimestamp } = metaOf(crd);
    const source: JsonObject = { spec: crd.spec, terminating: deletionTimestamp !== undefined };
    if (equal(compiled.get(name), source)) return;
    compiled.set(name, source);
    registry.setCustom(name, compileCrd(crd, store.revision()));
    changed();
  }

  function unregister(name: string): void {
    if (!compiled.delete(name)) return;
    registry.setCustom(name, []);
    changed();
  }

  /** The other definitions of the same group. */
  function neighbours(crd: JsonObject): JsonObject[] {
    const group = child(crd, 'spec')?.group;
    return store
      .list(SHELF, '')
      .filter((other) => child(other, 'spec')?.group === group && metaOf(other).name !== metaOf(crd).name);
  }

  function settle(name: string): void {
    const crd = store.get(SHELF, name);
    if (!crd) return;
    if (metaOf(crd).deletionTimestamp) {
      if (compiled.has(name)) register(crd);
      finalize(crd);
      return;
    }
    const now = timestamp(env.now());
    const { names, conflict } = acceptNames(crd, neighbours(crd));
    const status = child(crd, 'status') ?? {};
    const versions = child(crd, 'spec')?.versions;
    const storage = (Array.isArray(versions) ? versions : []).filter(isObject).find((one) => one.storage);
    const stored = new Set(Array.isArray(status.storedVersions) ? status.storedVersions : []);
    if (storage) stored.add(textOf(storage.name));
    let next: JsonObject = {
      ...crd,
      status: { ...status, acceptedNames: names, storedVersions: [...stored] as Json[] },
    };
    if (conflict) {
      next = withCondition(next, 'NamesAccepted', 'False', conflict, now);
      // Who was established stays so.
      if (!compiled.has(name))
        next = withCondition(
          next,
          'Established',
          'False',
          ['NotAccepted', 'not all names are accepted'],
          now,
        );
    } else {
      next = withCondition(next, 'NamesAccepted', 'True', ['NoConflicts', 'no conflicts found'], now);
      const established = ['InitialNamesAccepted', 'the initial names have been accepted'] as const;
      next = withCondition(next, 'Established', 'True', established, now);
    }
    if (!equal(next, crd)) store.put(SHELF, name, next);
    if (!conflict) register(next);
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
            unregister(change.key);
            // Names are free again.
            queueMicrotask(() => {
              for (const other of store.list(SHELF, '')) settle(metaOf(other).name);
            });
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
