/** A token bucket per object, with client-go's numbers: 25 at once, then one every five minutes. */
import type { Clock } from '../clock/index.ts';

const BURST = 25;
const REFILL_MS = 5 * 60_000;
const MAX_OBJECTS = 4096;

export interface EventBudget {
  /** Takes a token of the object; false when there is none. */
  take(object: string): boolean;
}

/** Creates the buckets; the object that was quiet for longest is forgotten first. */
export function createEventBudget(clock: Clock): EventBudget {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(object) {
      const now = clock.monotonic();
      const bucket = buckets.get(object) ?? { tokens: BURST, at: now };
      buckets.delete(object);
      const tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL_MS);
      const granted = tokens >= 1;
      buckets.set(object, { tokens: granted ? tokens - 1 : tokens, at: now });
      const oldest = buckets.keys().next();
      if (buckets.size > MAX_OBJECTS && !oldest.done) buckets.delete(oldest.value);
      return granted;
    },
  };
}
