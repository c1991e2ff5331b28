/** Keeps a quarrel over a field from becoming a busy loop: who changes it back at once is answered ever later. */
import type { Clock } from '@tenant-operator/kube';

export interface DriftLimiter {
  /** Counts a correction and returns 0, or says how many milliseconds to wait before the next one. */
  take(childKey: string): number;
}

/** So many corrections in a row are made at once; the wait then doubles from the base up to the maximum. */
const free = 5;
const baseMs = 1_000;
const maxMs = 300_000;
/** A quiet time this long ends a quarrel. */
const calmMs = 600_000;

export function createDriftLimiter(clock: Clock): DriftLimiter {
  const quarrels = new Map<string, { count: number; last: number }>();
  return {
    take(childKey) {
      const now = clock.monotonic();
      const quarrel = quarrels.get(childKey);
      if (!quarrel || now - quarrel.last > calmMs) {
        if (quarrels.size > 10_000) quarrels.clear();
        quarrels.set(childKey, { count: 1, last: now });
        return 0;
      }
      const delay = quarrel.count < free ? 0 : Math.min(maxMs, baseMs * 2 ** (quarrel.count - free));
      const wait = quarrel.last + delay - now;
      if (wait > 0) return wait;
      quarrel.count += 1;
      quarrel.last = now;
      return 0;
    },
  };
}
