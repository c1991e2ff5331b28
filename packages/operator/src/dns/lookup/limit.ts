/** A bound on how many things start each second and how many run at once. */
import type { Clock } from '@tenant-operator/kube';

export interface Limiter {
  /** Runs `work` when its turn comes (first come, first served). Rejects with the signal's reason when aborted while waiting. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface LimiterOptions {
  perSecond: number;
  concurrency: number;
  clock: Clock;
}

interface Waiting {
  start: () => void;
}

/** Creates a {@link Limiter}; up to one second's worth may start at once after a quiet time. */
export function createLimiter({ perSecond, concurrency, clock }: LimiterOptions): Limiter {
  const waiting: Waiting[] = [];
  let tokens = perSecond;
  let refilledAt = clock.monotonic();
  let running = 0;
  let timer: object | undefined;

  const refill = () => {
    const now = clock.monotonic();
    tokens = Math.min(perSecond, tokens + ((now - refilledAt) / 1000) * perSecond);
    refilledAt = now;
  };

  const pump = () => {
    refill();
    while (waiting.length > 0 && running < concurrency && tokens >= 1) {
      tokens -= 1;
      running += 1;
      waiting.shift()!.start();
    }
    if (waiting.length > 0 && running < concurrency && timer === undefined) {
      const waitMs = Math.max(1, Math.ceil(((1 - tokens) / perSecond) * 1000));
      timer = clock.setTimeout(() => {
        timer = undefined;
        pump();
      }, waitMs);
    }
  };

  return {
    async run(work, signal) {
      signal?.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const entry: Waiting = {
          start: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        const abort = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal!.reason as Error);
        };
        signal?.addEventListener('abort', abort, { once: true });
        waiting.push(entry);
        pump();
      });
      try {
        return await work();
      } finally {
        running -= 1;
        pump();
      }
    },
  };
}
