/**
 * Where objects live: one revision counter for everything, per resource a map of objects and a window of their
 * changes. A watch starts from any revision inside the window; an older one is gone (410).
 */
import { compareText } from '../fields/element.ts';
import { child, type JsonObject } from '../json.ts';

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The revision of the change; a deleted object carries it too. */
  revision: number;
  key: string;
  /** The object after the change; for a deletion its last state. */
  object: JsonObject;
  previous?: JsonObject;
}

export interface Store {
  revision(): number;
  get(resource: string, key: string): JsonObject | undefined;
  /** Objects in key order, from `start` on. `prefix` is `namespace/` or empty. */
  list(resource: string, prefix: string, start?: string): JsonObject[];
  /** The same as of an earlier revision; undefined when that is outside the window. */
  listAt(resource: string, prefix: string, revision: number, start?: string): JsonObject[] | undefined;
  /** Stores the object under a new revision and returns what is stored. */
  put(resource: string, key: string, object: JsonObject): JsonObject;
  /** Removes the object and returns its last state, under the revision of the removal. */
  remove(resource: string, key: string): JsonObject | undefined;
  /** Changes after `revision`; undefined when the window no longer reaches back that far. */
  since(resource: string, revision: number): Change[] | undefined;
  /** Calls `listener` for every later change, in order, synchronously. Returns the way out. */
  subscribe(listener: (resource: string, change: Change) => void): () => void;
  resources(): string[];
  /** Forgets the window up to now: every older revision answers 410 from here on. */
  compact(): void;
  /** Everything, for a snapshot. */
  dump(): { revision: number; objects: { resource: string; key: string; object: JsonObject }[] };
  load(snapshot: {
    revision: number;
    objects: { resource: string; key: string; object: JsonObject }[];
  }): void;
}

interface Shelf {
  objects: Map<string, JsonObject>;
  /** The keys, always in order. */
  sorted: string[];
  changes: Change[];
  /** Changes up to this revision are no longer known. */
  floor: number;
}

export function createStore(window = 10_000): Store {
  // Not 1: the revisions below are as gone as on a server that has run for a while.
  let revision = 100;
  const shelves = new Map<string, Shelf>();
  const listeners = new Set<(resource: string, change: Change) => void>();
  let compactedAt = revision;

  const shelf = (resource: string): Shelf => {
    let found = shelves.get(resource);
    if (!found) {
      found = { objects: new Map(), sorted: [], changes: [], floor: compactedAt };
      shelves.set(resource, found);
    }
    return found;
  };
  const stamp = (object: JsonObject, at: number): JsonObject => ({
    ...object,
    metadata: { ...child(object, 'metadata'), resourceVersion: String(at) },
  });
  const publish = (resource: string, on: Shelf, change: Change): void => {
    on.changes.push(change);
    if (on.changes.length > window * 1.2) {
      const cut = on.changes.splice(0, on.changes.length - window);
      on.floor = cut.at(-1)?.revision ?? on.floor;
    }
    for (const listener of [...listeners]) listener(resource, change);
  };

  return {
    revision: () => revision,
    get: (resource, key) => shelves.get(resource)?.objects.get(key),
    list(resource, prefix, start = prefix) {
      const on = shelf(resource);
      const out: JsonObject[] = [];
      for (let i = position(on.sorted, start); i < on.sorted.length; i++) {
        const key = on.sorted[i] as string;
        if (!key.startsWith(prefix)) break;
        out.push(on.objects.get(key) as JsonObject);
      }
      return out;
    },
    listAt(resource, prefix, at, start = prefix) {
      const on = shelf(resource);
      if (at < on.floor) return undefined;
      const state = new Map(on.objects);
      for (let i = on.changes.length - 1; i >= 0; i--) {
        const change = on.changes[i] as Change;
        if (change.revision <= at) break;
        if (change.previous) state.set(change.key, change.previous);
        else state.delete(change.key);
      }
      return [...state.keys()]
        .sort(compareText)
        .filter((key) => key.startsWith(prefix) && compareText(key, start) >= 0)
        .map((key) => state.get(key) as JsonObject);
    },
    put(resource, key, object) {
      const on = shelf(resource);
      const previous = on.objects.get(key);
      const stored = stamp(object, ++revision);
      on.objects.set(key, stored);
      if (!previous) on.sorted.splice(position(on.sorted, key), 0, key);
      publish(resource, on, {
        type: previous ? 'MODIFIED' : 'ADDED',
        revision,
        key,
        object: stored,
        ...(previous ? { previous } : {}),
      });
      return stored;
    },
    remove(resource, key) {
      const on = shelf(resource);
      const previous = on.objects.get(key);
      if (!previous) return undefined;
      on.objects.delete(key);
      on.sorted.splice(position(on.sorted, key), 1);
      const last = stamp(previous, ++revision);
      publish(resource, on, { type: 'DELETED', revision, key, object: last, previous });
      return last;
    },
    since(resource, from) {
      const on = shelf(resource);
      if (from < on.floor) return undefined;
      let low = 0;
      let high = on.changes.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((on.changes[middle] as Change).revision <= from) low = middle + 1;
        else high = middle;
      }
      return on.changes.slice(low);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resources: () => [...shelves.keys()],
    compact() {
      compactedAt = revision;
      for (const on of shelves.values()) {
        on.changes = [];
        on.floor = revision;
      }
    },
    dump: () => ({
      revision,
      objects: [...shelves].flatMap(([resource, on]) =>
        on.sorted.map((key) => ({ resource, key, object: on.objects.get(key) as JsonObject })),
      ),
    }),
    load(snapshot) {
      shelves.clear();
      revision = snapshot.revision;
      compactedAt = revision;
      for (const { resource, key, object } of snapshot.objects) shelf(resource).objects.set(key, object);
      for (const on of shelves.values()) on.sorted = [...on.objects.keys()].sort(compareText);
    },
  };
}

/** Where `key` is in ordered keys, or belongs. */
function position(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareText(keys[middle] as string, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
