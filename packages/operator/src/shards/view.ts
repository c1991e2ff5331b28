/** What the Leases of the shards say, and what follows from it. Pure. */
import { ownerOf } from './owner.ts';

/** In the place of a number: it holds no shard, and no tenant belongs to it by hash. */
export const undivided = -1;

/** Among which shards a holder divides the tenants; `all`: it works on every tenant and shares with nobody. */
export type View = readonly number[] | 'all';

/** The Lease of a shard as it was seen last. */
export interface SeenShard {
  /** `undivided` for the Lease of a process that works on all tenants. */
  readonly shard: number;
  /** Empty when nobody holds it. */
  readonly holder: string;
  readonly view: View;
  /** For how long this process has seen the Lease as it is, in milliseconds. */
  readonly unchangedMs: number;
  /** How long its holder may go without renewing it. */
  readonly durationMs: number;
}

/** `all` or numbers; what is neither claims nothing. */
export function parseView(text: string | undefined): View {
  if (text === 'all') return 'all';
  const numbers = (text ?? '').split(',').filter((part) => /^\d{1,4}$/.test(part));
  return [...new Set(numbers.map(Number))].sort((a, b) => a - b);
}

export function formatView(view: View): string {
  return view === 'all' ? view : view.join(',');
}

/** Its holder has gone without renewing it for longer than it may. */
export function isExpired({ holder, unchangedMs, durationMs }: SeenShard): boolean {
  return holder !== '' && unchangedMs >= Math.max(durationMs, 1_000);
}

/**
 * The shards to divide the tenants among: those that are held, and those that were handed back less than `graceMs` ago, for the
 * next process is about to take them (an update replaces one after the other). One that was taken from a dead holder has an empty
 * view and waits for nobody.
 */
export function liveShards(seen: readonly SeenShard[], mine: number, graceMs: number): number[] {
  const live = seen.filter((shard) => {
    if (shard.shard === mine || shard.shard === undivided) return false;
    if (shard.holder !== '') return true;
    return shard.view.length > 0 && shard.unchangedMs < graceMs;
  });
  return [...live.map(({ shard }) => shard), mine].sort((a, b) => a - b);
}

/** Shards that nobody holds, of `count` in all. */
export function freeShards(seen: readonly SeenShard[], count: number): number[] {
  const held = new Set(seen.flatMap(({ shard, holder }) => (holder === '' ? [] : [shard])));
  return Array.from({ length: count }, (_, shard) => shard).filter((shard) => !held.has(shard));
}

/** Whether another holder may be at work on this tenant, by what it says itself. */
export function isClaimed(tenantKey: string, others: readonly Pick<SeenShard, 'shard' | 'view'>[]): boolean {
  return others.some(({ shard, view }) => view === 'all' || ownerOf(tenantKey, view) === shard);
}

export function isSameView(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((shard, index) => shard === b[index]);
}
