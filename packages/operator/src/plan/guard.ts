/** The deletion guard: a broken query or an emptied table must not take everybody's tenants away (DESIGN 5). */
import { createHash } from 'node:crypto';
import type { TenantDeletion } from './tenants.ts';

/** Deletions that were begun at one instant. */
export interface RecentDeletions {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Names. */
  readonly tenants: readonly string[];
}

export interface GuardInput {
  readonly removals: readonly TenantDeletion[];
  /** Names of the Tenants that exist and are not being deleted. */
  readonly existing: ReadonlySet<string>;
  /** The table had no row at all. */
  readonly isEmptyResult: boolean;
  readonly limits: { readonly maxDeletions: number; readonly maxDeletionPercent: number };
  readonly recent: readonly RecentDeletions[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Names whose deletion somebody approved. */
  readonly approved: ReadonlySet<string>;
}

export type GuardDecision =
  | { readonly kind: 'free'; readonly removals: readonly TenantDeletion[] }
  | {
      readonly kind: 'held';
      /** Approved before, and free for all that is held. */
      readonly removals: readonly TenantDeletion[];
      readonly reason: 'DeletionHeld' | 'EmptyResult';
      readonly message: string;
      /** Names, sorted. */
      readonly tenants: readonly string[];
      readonly digest: string;
    };

/** Limits count over this time, in milliseconds, so that many small batches do not slip through. */
export const guardWindowMs = 10 * 60_000;

/** Approved names are free and do not count; the rest is free as a whole, or held as a whole. */
export function guardDeletions(input: GuardInput): GuardDecision {
  const approved = input.removals.filter((removal) => input.approved.has(removal.name));
  const rest = input.removals.filter((removal) => !input.approved.has(removal.name));
  const hold = rest.length > 0 ? holdReason(input, rest.length) : undefined;
  if (!hold) return { kind: 'free', removals: input.removals };
  const tenants = rest.map((removal) => removal.name).sort();
  return { kind: 'held', ...hold, removals: approved, tenants, digest: digestNames(tenants) };
}

function holdReason(
  { existing, isEmptyResult, limits, recent, now }: GuardInput,
  count: number,
): { reason: 'DeletionHeld' | 'EmptyResult'; message: string } | undefined {
  if (isEmptyResult && count > 1) {
    const message = `the table is empty, which would delete ${count} Tenants: nothing is deleted until it is approved`;
    return { reason: 'EmptyResult', message };
  }
  const before = recentlyGone(recent, existing, now);
  const total = count + before;
  const base = existing.size + before;
  const isOver = total > limits.maxDeletions && total * 100 > base * limits.maxDeletionPercent;
  if (!isOver) return undefined;
  const earlier = before > 0 ? ` after ${before} in the last 10 minutes` : '';
  const message = `${count} of ${existing.size} Tenants would be deleted${earlier}, more than ${limits.maxDeletions} and ${limits.maxDeletionPercent} %: nothing is deleted until it is approved`;
  return { reason: 'DeletionHeld', message };
}

/** How many different Tenants went inside the window and are not back: one that is switched off and on again is no loss. */
function recentlyGone(
  recent: readonly RecentDeletions[],
  existing: ReadonlySet<string>,
  now: number,
): number {
  const names = recent.filter(({ time }) => now - time < guardWindowMs).flatMap(({ tenants }) => tenants);
  return new Set(names.filter((name) => !existing.has(name))).size;
}

/** Stands for a list of names, whatever their order. */
export function digestNames(names: readonly string[]): string {
  return createHash('sha256')
    .update([...names].sort().join('\n'))
    .digest('hex')
    .slice(0, 16);
}
