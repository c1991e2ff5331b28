/** Time as a value: everything in this package that waits or compares instants takes a {@link Clock}. */

/** A pending timer; opaque, only good for `clearTimeout`. */
export type Timer = object;

/** The clock that is injected everywhere; `systemClock` in production, `createFakeClock()` in tests. */
export interface Clock {
  /** Wall time in milliseconds since the epoch; may jump in either direction. */
  now(): number;
  /** Milliseconds since some fixed instant; never goes back, is not moved by setting the wall clock. */
  monotonic(): number;
  setTimeout(fn: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // Node fires a delay beyond 2^31-1 ms at once; a longer wait is as good as that one.
  setTimeout: (fn, ms) => setTimeout(fn, Math.min(Math.max(0, ms), 2_147_483_647)),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/**
 * Resolves after `ms` by the given clock, or at once when the signal is aborted (it never rejects: the
 * caller looks at the signal itself). Leaves no timer and no listener behind.
 */
export function wait(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

export { createFakeClock, type FakeClock } from './fake.ts';
