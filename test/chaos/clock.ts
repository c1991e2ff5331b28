/**
 * Time of a campaign. On the sandbox it runs faster than the machine's, and stands still while the machine is too busy to run
 * us: what takes seconds in production takes moments here, and a slow machine is no fault of its own.
 */
import type { Clock } from '@tenant-operator/kube';

export interface Timeline {
  /** Milliseconds of the campaign since its beginning. */
  elapsed(): number;
  setTimeout(fn: () => void, ms: number): object;
  clearTimeout(timer: object): void;
  sleep(ms: number): Promise<void>;
  stop(): void;
}

export interface JumpingClock extends Clock {
  /** Moves the wall clock alone, as `date -s` would; timers do not notice. */
  jump(ms: number): void;
}

interface Waiting {
  readonly due: number;
  readonly fn: () => void;
}

const tickMs = 2;
/** A tick that comes later than this was kept waiting by the machine. */
const longestTickMs = 4;

/** `scale` milliseconds pass in each of the machine. */
export function startTimeline(scale: number): Timeline {
  const waiting = new Set<Waiting>();
  let elapsed = 0;
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    elapsed += Math.min(now - last, longestTickMs) * scale;
    last = now;
    const due = [...waiting].filter((timer) => timer.due <= elapsed).sort((a, b) => a.due - b.due);
    for (const timer of due) if (waiting.delete(timer)) timer.fn();
  };
  const ticking = setInterval(tick, tickMs);
  const timeline: Timeline = {
    elapsed: () => elapsed,
    setTimeout(fn, ms) {
      const timer = { due: elapsed + Math.max(0, ms), fn };
      waiting.add(timer);
      return timer;
    },
    clearTimeout: (timer) => void waiting.delete(timer as Waiting),
    sleep: (ms) => new Promise((resolve) => void timeline.setTimeout(resolve, ms)),
    stop: () => clearInterval(ticking),
  };
  return timeline;
}

/** The machine's own time, for a world of processes. */
export function machineTimeline(): Timeline {
  const start = performance.now();
  return {
    elapsed: () => performance.now() - start,
    setTimeout: (fn, ms) => setTimeout(fn, ms),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
    stop: () => undefined,
  };
}

/** A clock on a timeline; all of them agree until one jumps. */
export function createJumpingClock(timeline: Timeline): JumpingClock {
  const start = performance.timeOrigin + performance.now() - timeline.elapsed();
  let offset = 0;
  return {
    monotonic: () => timeline.elapsed(),
    now: () => start + timeline.elapsed() + offset,
    setTimeout: (fn, ms) => timeline.setTimeout(fn, ms),
    clearTimeout: (timer) => timeline.clearTimeout(timer),
    jump(ms) {
      offset += ms;
    },
  };
}
