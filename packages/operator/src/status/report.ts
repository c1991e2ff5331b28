/** What came of one item in one pass over a tenant. */
import type { InventoryEntry } from '@tenant-operator/api';

export type ItemState = 'ready' | 'waiting' | 'blocked' | 'failed' | 'conflict' | 'skipped' | 'absent';

export interface ItemReport {
  readonly id: string;
  readonly state: ItemState;
  /** A condition reason; empty for ready and absent. */
  readonly reason: string;
  /** In a few words, without the item's name; empty for ready and absent. */
  readonly message: string;
  /** The object, recorded or about to be; undefined when nothing was rendered. */
  readonly entry?: InventoryEntry | undefined;
  /** When waiting turns into failure, in milliseconds since the epoch. */
  readonly deadline?: number | undefined;
  /** Somebody changed fields of it, and they are left so (`driftPolicy: Warn`, or for a while in a quarrel). */
  readonly drifted?: boolean;
  /** When to look again although nothing is open, in milliseconds since the epoch. */
  readonly again?: number;
  /** `created`, `changed`, `drift`, `adopted`: what was written in this pass. */
  readonly written?: string | undefined;
}

/** True when dependents may go on. */
export function isSatisfied(report: ItemReport | undefined): boolean {
  return report?.state === 'ready' || report?.state === 'absent';
}

/** True when dependents are to be skipped unless they ask otherwise. */
export function isBroken(report: ItemReport | undefined): boolean {
  return report?.state === 'failed' || report?.state === 'conflict' || report?.state === 'skipped';
}
