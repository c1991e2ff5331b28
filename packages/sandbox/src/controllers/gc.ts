/**
 * The owner-reference garbage collector: deletes dependents whose owners are gone, finishes foreground and orphan
 * deletions. It works from the store directly, on every change, as the real one does from its watches.
 */

import { FOREGROUND, ORPHAN } from '../engine/delete.ts';
import type { Env } from '../engine/index.ts';
import { keyOf, metaOf, timestamp, withMeta } from '../engine/meta.ts';
import { child, isObject, type JsonObject, textOf } from '../json.ts';

interface Node {
  shelf: string;
  key: string;
}
interface Owner {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  blockOwnerDeletion: boolean;
}

const idOf = (node: Node): string => `${node.shelf} ${node.key}`;

function ownersOf(object: JsonObject): Owner[] {
  const list = child(object, 'metadata')?.ownerReferences;
  return (Array.isArray(list) ? list : []).filter(isObject).map((owner) => ({
    apiVersion: textOf(owner.apiVersion),
    kind: textOf(owner.kind),
    name: textOf(owner.name),
    uid: textOf(owner.uid),
    blockOwnerDeletion: owner.blockOwnerDeletion === true,
  }));
}

export function createCollector(env: Env) {
  const { store, registry } = env;
  const dependents = new Map<string, Map<string, Node>>();
  const queue = new Map<string, Node>();
  let scheduled = false;
  let unsubscribe: () => void = () => {};

  function index(node: Node, object: JsonObject, add: boolean): void {
    for (const { uid } of ownersOf(object)) {
      const known = dependents.get(uid) ?? new Map<string, Node>();
      if (add) known.set(idOf(node), node);
      else known.delete(idOf(node));
      if (known.size > 0) dependents.set(uid, known);
      else dependents.delete(uid);
    }
  }

  function enqueue(node: Node): void {
    queue.set(idOf(node), node);
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      const batch = [...queue.values()];
      queue.clear();
      for (const item of batch) process(item);
    });
  }

  const dependentsOf = (uid: string): Node[] => [...(dependents.get(uid)?.values() ?? [])];

  /** What an owner reference points at now. */
  function resolve(owner: Owner, namespace: string): 'solid' | 'waiting' | 'absent' | 'unknown' {
    const type = registry.byKind(owner.apiVersion, owner.kind);
    if (!type) return 'unknown';
    if (type.namespaced && !namespace) return 'unknown';
    const found = store.get(type.shelf, keyOf(type.namespaced ? namespace : '', owner.name));
    if (!found || metaOf(found).uid !== owner.uid) return 'absent';
    const meta = metaOf(found);
    return meta.deletionTimestamp && meta.finalizers.includes(FOREGROUND) ? 'waiting' : 'solid';
  }

  function process(node: Node): void {
    const object = store.get(node.shelf, node.key);
    if (!object) return;
    const meta = metaOf(object);
    if (meta.deletionTimestamp) {
      if (meta.finalizers.includes(ORPHAN)) {
        orphan(node, object);
        return;
      }
      if (meta.finalizers.includes(FOREGROUND)) {
        foreground(node, object);
        return;
      }
      return;
    }
    const owners = ownersOf(object);
    if (owners.length === 0) return;
    const states = owners.map((owner) => ({ owner, state: resolve(owner, meta.namespace) }));
    if (states.some(({ state }) => state === 'unknown')) return;
    const solid = states.filter(({ state }) => state === 'solid');
    const waiting = states.filter(({ state }) => state === 'waiting');
    if (solid.length > 0) {
      if (solid.length === states.length) return;
      const gone = new Set(states.filter(({ state }) => state !== 'solid').map(({ owner }) => owner.uid));
      dropOwners(node, object, gone);
      return;
    }
    const blocked = waiting.length > 0 && dependentsOf(meta.uid).length > 0;
    remove(node, object, blocked ? FOREGROUND : meta.finalizers.includes(ORPHAN) ? ORPHAN : undefined);
  }

  function dropOwners(node: Node, object: JsonObject, uids: ReadonlySet<string>): void {
    const list = child(object, 'metadata')?.ownerReferences;
    const kept = (Array.isArray(list) ? list : []).filter(
      (owner) => !(isObject(owner) && uids.has(textOf(owner.uid))),
    );
    store.put(
      node.shelf,
      node.key,
      withMeta(object, { ownerReferences: kept.length > 0 ? kept : undefined }),
    );
  }

  function remove(node: Node, object: JsonObject, finalizer: string | undefined): void {
    const meta = metaOf(object);
    const finalizers =
      finalizer && !meta.finalizers.includes(finalizer) ? [...meta.finalizers, finalizer] : meta.finalizers;
    if (finalizers.length === 0) {
      store.remove(node.shelf, node.key);
      return;
    }
    store.put(
      node.shelf,
      node.key,
      withMeta(object, {
        finalizers,
        deletionTimestamp: timestamp(env.now()),
        deletionGracePeriodSeconds: 0,
        ...(meta.generation ? { generation: meta.generation + 1 } : {}),
      }),
    );
  }

  function dropFinalizer(node: Node, name: string): void {
    const object = store.get(node.shelf, node.key);
    if (!object) return;
    const left = metaOf(object).finalizers.filter((f) => f !== name);
    const held = node.shelf === '/namespaces' && child(object, 'spec')?.finalizers !== undefined;
    if (left.length === 0 && !held) store.remove(node.shelf, node.key);
    else
      store.put(node.shelf, node.key, withMeta(object, { finalizers: left.length > 0 ? left : undefined }));
  }

  function orphan(node: Node, object: JsonObject): void {
    const { uid } = metaOf(object);
    for (const dependent of dependentsOf(uid)) {
      const found = store.get(dependent.shelf, dependent.key);
      if (found) dropOwners(dependent, found, new Set([uid]));
    }
    dropFinalizer(node, ORPHAN);
  }

  /** The owner goes when no dependent that blocks it is left. */
  function foreground(node: Node, object: JsonObject): void {
    const { uid } = metaOf(object);
    const found = dependentsOf(uid);
    const blocking = found.filter((dependent) => {
      const other = store.get(dependent.shelf, dependent.key);
      return other && ownersOf(other).some((owner) => owner.uid === uid && owner.blockOwnerDeletion);
    });
    for (const dependent of found) {
      const other = store.get(dependent.shelf, dependent.key);
      if (other && !metaOf(other).deletionTimestamp) enqueue(dependent);
    }
    if (blocking.length === 0) dropFinalizer(node, FOREGROUND);
  }

  return {
    start(): void {
      for (const shelf of store.resources())
        for (const object of store.list(shelf, '')) {
          const meta = metaOf(object);
          const node = { shelf, key: keyOf(meta.namespace, meta.name) };
          index(node, object, true);
          enqueue(node);
        }
      unsubscribe = store.subscribe((shelf, change) => {
        if (shelf === '/events') return;
        const node = { shelf, key: change.key };
        if (change.previous) index(node, change.previous, false);
        const gone = change.type === 'DELETED';
        if (!gone) index(node, change.object, true);
        if (!gone) {
          const meta = metaOf(change.object);
          if (
            ownersOf(change.object).length > 0 ||
            (meta.deletionTimestamp &&
              (meta.finalizers.includes(ORPHAN) || meta.finalizers.includes(FOREGROUND)))
          )
            enqueue(node);
          return;
        }
        for (const dependent of dependentsOf(metaOf(change.object).uid)) enqueue(dependent);
        for (const owner of ownersOf(change.object)) {
          const type = registry.byKind(owner.apiVersion, owner.kind);
          if (type)
            enqueue({
              shelf: type.shelf,
              key: keyOf(type.namespaced ? metaOf(change.object).namespace : '', owner.name),
            });
        }
      });
    },
    stop(): void {
      unsubscribe();
    },
  };
}
