/** Which recorded objects are no longer wanted, and in which order they go. */
import type { InventoryEntry } from '@tenant-operator/api';
import { objectKey } from '../children/index.ts';

export interface Removal {
  readonly entry: InventoryEntry;
  /** Removals of a later step wait until those of the earlier ones are gone. */
  readonly step: number;
}

/**
 * Everything in the inventory (it is in apply order) that `wanted` does not hold, last applied first; objects of one wave go
 * together. `wanted` are keys of `objectKey`.
 */
export function planRemovals(inventory: readonly InventoryEntry[], wanted: ReadonlySet<string>): Removal[] {
  const unwanted = inventory.filter((entry) => !wanted.has(objectKey(entry)));
  const waves = [...new Set(unwanted.map((entry) => entry.wave ?? 0))].sort((a, b) => b - a);
  return waves.flatMap((wave, step) =>
    unwanted.filter((entry) => (entry.wave ?? 0) === wave).map((entry) => ({ entry, step })),
  );
}
