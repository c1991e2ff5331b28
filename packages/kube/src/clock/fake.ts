import type { Clock, Timer } from './index.ts';

/** A clock that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /** Moves both clocks on by `ms`, firing due timers in order, and lets promises settle around each of them. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as `date -s` or NTP would; timers do not notice. */
  jump(ms: number): void;
  /** How many timers are pending; zero when everything was stopped cleanly. */
  pending(): number;
}

interface FakeTimer {
  due: number;
  order: number;
  fn: () => void;
}

// A macrotask: every promise chain that needs no I/O has settled when it returns.
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Creates a {@link FakeClock} whose wall clock starts at `start` (milliseconds since the epoch). */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let elapsed = 0;
  let offset = start;
  let order = 0;
  const timers = new Set<FakeTimer>();

  const nextDue = (until: number): FakeTimer | undefined => {
    let best: FakeTimer | undefined;
    for (const timer of timers) {
      if (timer.due > until) continue;
      if (!best || timer.due < best.due || (timer.due === best.due && timer.order < best.order)) best = timer;
    }
    return best;
  };

  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    setTimeout(fn, ms) {
      const timer: FakeTimer = { due: elapsed + Math.max(0, ms), order: order++, fn };
      timers.add(timer);
      return timer;
    },
    clearTimeout(timer: Timer) {
      timers.delete(timer as FakeTimer);
    },
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer);
        elapsed = timer.due;
        timer.fn();
        await settle();
      }
      elapsed = until;
      await settle();
    },
    jump(ms) {
      offset += ms;
    },
    pending: () => timers.size,
  };
}
