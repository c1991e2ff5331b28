/** A reflector keeps a reduced copy of one collection in step with the server: list once, then watch. */
import type { KubeClient } from '../client/index.ts';
import type { Clock } from '../clock/index.ts';
import type { KubeObject, Logger, ResourceType } from '../types.ts';

/** One step of the store. `modified` is sent for every new version, also when the reduced value is equal. */
export type Change<V> =
  | { key: string; type: 'added'; previous?: undefined; current: V }
  | { key: string; type: 'modified'; previous: V; current: V }
  | { key: string; type: 'deleted'; previous: V; current?: undefined };

export interface ReflectorOptions<V> {
  client: KubeClient;
  type: ResourceType;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  metadataOnly?: boolean;
  /** Called once per received object; only what it returns is kept. */
  reduce(object: KubeObject): V;
  /** Called in order, after the store has taken the change. An exception is logged and changes nothing. */
  onChange(change: Change<V>): void;
  clock?: Clock;
  log?: Logger;
  /** No byte for so long: the watch is dead. 90,000 when left out. */
  idleTimeoutMs?: number;
  /** Objects per page of the list, 500 when left out. */
  pageSize?: number;
  /** Delays after errors, doubled up to the maximum, with jitter; 500 and 30,000 when left out. */
  backoff?: { baseMs: number; maxMs: number };
}

export interface ReflectorStats {
  /** Completed lists and opened watches. */
  lists: number;
  watches: number;
  events: number;
  bookmarks: number;
  errors: number;
  /** Watches given up because nothing came. */
  idle: number;
  /** Where a new watch would start; empty before the first list. */
  resourceVersion: string;
  /** The one-line cause of the trouble it is in; absent while all is well. */
  lastError?: string;
}

export interface Reflector<V> {
  start(): void;
  /** Ends the watch; nothing is called and no handle is open once it resolves. */
  stop(): Promise<void>;
  /** Resolves after the first complete list; rejects when stopped before. Unawaited, it disturbs nobody. */
  readonly synced: Promise<void>;
  hasSynced(): boolean;
  /** By key: `namespace/name`, or `name` for cluster-scoped types. */
  readonly store: ReadonlyMap<string, V>;
  readonly stats: Readonly<ReflectorStats>;
}

export { createReflector } from './reflector.ts';
