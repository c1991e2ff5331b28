/** The reduced copy, with what is needed to tell a new version from a known one. */
import { type KubeObject, keyOf } from '../types.ts';
import type { Change } from './index.ts';

interface Version {
  uid: string;
  resourceVersion: string;
}

export interface ReflectorStore<V> {
  readonly values: ReadonlyMap<string, V>;
  /** An object of a list or an ADDED or MODIFIED event; nothing is reported for the version already known. */
  put(object: KubeObject): void;
  remove(object: KubeObject): void;
  /** A list begins, or begins anew: what it does not mention is gone when it ends. */
  beginList(): void;
  endList(): void;
}

/**
 * Creates an empty store that reports each step to `report`, after the step is taken. An object that
 * `reduce` throws at is told to `onUnreduced` and is not in the store.
 */
export function createReflectorStore<V>(
  reduce: (object: KubeObject) => V,
  report: (change: Change<V>) => void,
  onUnreduced: (key: string, error: unknown) => void,
): ReflectorStore<V> {
  const values = new Map<string, V>();
  const versions = new Map<string, Version>();
  let listed: Set<string> | undefined;

  const drop = (key: string): void => {
    const previous = values.get(key) as V;
    versions.delete(key);
    values.delete(key);
    report({ key, type: 'deleted', previous });
  };

  return {
    values,
    put(object) {
      const key = keyOf(object.metadata);
      const { uid = '', resourceVersion = '' } = object.metadata;
      listed?.add(key);
      let known = versions.get(key);
      if (known && known.uid === uid && known.resourceVersion === resourceVersion) return;
      // Another object under the same name: its predecessor's deletion went by unseen.
      if (known && known.uid !== uid) {
        drop(key);
        known = undefined;
      }
      let current: V;
      try {
        current = reduce(object);
      } catch (error) {
        // One object that its reader cannot stand must not keep the others from being followed.
        if (known) drop(key);
        onUnreduced(key, error);
        return;
      }
      const previous = values.get(key) as V;
      values.set(key, current);
      versions.set(key, { uid, resourceVersion });
      report(known ? { key, type: 'modified', previous, current } : { key, type: 'added', current });
    },
    remove(object) {
      const key = keyOf(object.metadata);
      if (versions.has(key)) drop(key);
    },
    beginList() {
      listed = new Set();
    },
    endList() {
      const seen = listed;
      listed = undefined;
      if (!seen) return;
      for (const key of [...versions.keys()]) {
        if (!seen.has(key)) drop(key);
      }
    },
  };
}
