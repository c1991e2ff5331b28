/**
 * Which tenants a process works on when several share them: each tenant has one, and hands it over without a moment with two.
 *
 * There are as many shards as `--shards` says, each a Lease that one process holds; a tenant belongs to one of the shards that are
 * held (`ownerOf`). Every holder writes on its Lease among which shards it divides the tenants: its view. When shards come or go
 *
 * 1. a holder stops at once with the tenants that the new view gives to others, and waits for what it was about to write;
 * 2. it writes the new view on its Lease;
 * 3. it reads all Leases, and begins with the tenants that are its own by the new view and that no other view claims.
 *
 * Of two holders that would claim one tenant at once, one reads after the other has written. The shard of a process that is dead
 * is taken from it first, by a write on its Lease that the API server would not take had it been renewed: from then on it can
 * neither renew it nor write (its fence is closed), as a leader that was followed by another.
 */
import type { Clock, KubeClient, Logger } from '@tenant-operator/kube';

/** The part of the tenants that a process works on. */
export interface Share {
  /** Whether this process, and no other, works on this tenant (`namespace/name`) now. */
  owns(tenantKey: string): boolean;
}

export interface Shards extends Share {
  /** Begins to contend for a shard. */
  start(): void;
  /** The fence: ask right before each write for a tenant. */
  isHeld(): boolean;
  /** The shard that is held, and the shards that all tenants are divided among by its view. */
  state(): { readonly shard: number | undefined; readonly view: readonly number[] };
  /** Releases the shard, which another process may take at once. Whatever wrote for tenants has to be ended before. */
  stop(): Promise<void>;
}

export interface ShardsOptions {
  readonly client: KubeClient;
  /** Where the Leases are; they are called `<name>-shard-<number>`. */
  readonly namespace: string;
  readonly name: string;
  /** How many there are. */
  readonly count: number;
  /** Unique to this process. */
  readonly identity: string;
  /** As of the Lease, with the same defaults, in milliseconds; the Leases are looked at every `retryPeriodMs`. */
  readonly leaseDurationMs?: number;
  readonly renewDeadlineMs?: number;
  readonly retryPeriodMs?: number;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Resolves when nothing is being done any more for tenants that `owns` denies. */
  drain(): Promise<void>;
  /** `owns` may say otherwise than before. */
  onChange(): void;
  /** A shard is held; once. */
  onJoined(): void;
  /** It is lost; once, and for good: writes are fenced, and the process has to start anew. */
  onLost(): void;
}

export { ownerOf } from './owner.ts';
export { createShards } from './shards.ts';
export { dividedLease, undividedLease, untilUndivided } from './undivided.ts';
