import { backoffDelay, causeOf } from '../backoff.ts';
import { systemClock, type Timer } from '../clock/index.ts';
import { ApiError } from '../transport/errors.ts';
import { silentLogger } from '../types.ts';
import type { Lane, Outcome, Queue, QueueOptions, QueueStats } from './index.ts';
import { createLine } from './line.ts';

const BACKOFF = { baseMs: 100, maxMs: 30_000 };
// Works that never wait for I/O must still let timers and sockets run now and then.
const RUNS_PER_TURN = 32;

interface Delayed {
  due: number;
  timer: Timer;
}

/** Creates a queue; keys may be added before `start`. */
export function createQueue(options: QueueOptions): Queue {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLogger;
  const random = options.random ?? Math.random;
  const backoff = options.backoff ?? BACKOFF;
  const line = createLine();
  const active = new Set<string>();
  const again = new Map<string, Lane>();
  const delayed = new Map<string, Delayed>();
  const failures = new Map<string, number>();
  const totals = { adds: 0, done: 0, after: 0, retries: 0, terminal: 0 };
  const controller = new AbortController();
  let state: 'new' | 'running' | 'stopped' = 'new';
  let runs = 0;
  let yielding = false;
  let onIdle: (() => void) | undefined;

  const cancelTimer = (key: string): void => {
    const entry = delayed.get(key);
    if (!entry) return;
    clock.clearTimeout(entry.timer);
    delayed.delete(key);
  };

  const add = (key: string, lane: Lane = 'bulk'): void => {
    if (state === 'stopped') return;
    cancelTimer(key);
    if (active.has(key)) {
      if (!again.has(key)) totals.adds += 1;
      if (again.get(key) !== 'urgent') again.set(key, lane);
      return;
    }
    if (!line.push(key, lane, clock.monotonic())) return;
    totals.adds += 1;
    pump();
  };

  const addAfter = (key: string, ms: number): void => {
    if (state === 'stopped' || line.has(key) || again.has(key)) return;
    // NaN and negative delays mean now; a delay beyond what timers can do is cut by the clock.
    if (!(ms > 0)) {
      add(key);
      return;
    }
    const due = clock.monotonic() + ms;
    const pending = delayed.get(key);
    if (pending && pending.due <= due) return;
    cancelTimer(key);
    const timer = clock.setTimeout(() => {
      delayed.delete(key);
      add(key);
    }, ms);
    delayed.set(key, { due, timer });
  };

  const fail = (key: string, minMs = 0, maxMs = Number.POSITIVE_INFINITY): void => {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    addAfter(key, Math.max(minMs, Math.min(maxMs, backoffDelay(backoff, count, random))));
  };

  const settle = (key: string, outcome: Outcome): void => {
    switch (outcome.kind) {
      case 'done':
        totals.done += 1;
        failures.delete(key);
        return;
      case 'after':
        totals.after += 1;
        failures.delete(key);
        addAfter(key, outcome.ms);
        return;
      case 'retry':
        totals.retries += 1;
        fail(key, outcome.minMs, outcome.maxMs);
        return;
      case 'terminal':
        totals.terminal += 1;
        failures.delete(key);
        log.error(
          { queue: options.name, key, cause: causeOf(outcome.error) },
          'gave up until something changes',
        );
    }
  };

  const runWork = async (key: string): Promise<Outcome> => {
    try {
      return await options.work(key, { signal: controller.signal });
    } catch (error) {
      if (!controller.signal.aborted) {
        // Somebody else wrote between our look and our write: the next look settles it, or else it is told.
        const isRace = error instanceof ApiError && error.isConflict && !failures.has(key);
        const level = isRace ? 'debug' : 'warn';
        log[level]({ queue: options.name, key, cause: causeOf(error) }, 'failed, will try again');
      }
      return { kind: 'retry', error };
    }
  };

  const runOne = async (key: string, since: number): Promise<void> => {
    const started = clock.monotonic();
    const outcome = await runWork(key);
    const workedMs = clock.monotonic() - started;
    // While the key still counts as active, so that the delay of an outcome cannot outlive a sooner add.
    settle(key, outcome);
    active.delete(key);
    const lane = again.get(key);
    again.delete(key);
    if (lane) add(key, lane);
    try {
      options.onDone?.(key, outcome, { waitedMs: started - since, workedMs });
    } catch (error) {
      log.error({ queue: options.name, key, cause: causeOf(error) }, 'the observer of the queue failed');
    }
    runs += 1;
    if (runs % RUNS_PER_TURN === 0 && !yielding) {
      yielding = true;
      setImmediate(() => {
        yielding = false;
        pump();
      });
    }
    pump();
  };

  function pump(): void {
    while (state === 'running' && !yielding && active.size < options.concurrency) {
      const next = line.take();
      if (!next) break;
      active.add(next.key);
      void runOne(next.key, next.since);
    }
    if (active.size === 0) onIdle?.();
  }

  const stats = {
    get queued() {
      return line.size();
    },
    get active() {
      return active.size;
    },
    get delayed() {
      return delayed.size;
    },
    get adds() {
      return totals.adds;
    },
    get done() {
      return totals.done;
    },
    get after() {
      return totals.after;
    },
    get retries() {
      return totals.retries;
    },
    get terminal() {
      return totals.terminal;
    },
  } satisfies QueueStats;

  return {
    add,
    addAfter,
    addRateLimited: (key) => {
      if (state !== 'stopped') fail(key);
    },
    forget: (key) => {
      failures.delete(key);
    },
    start() {
      if (state !== 'new') return;
      state = 'running';
      pump();
    },
    stop() {
      state = 'stopped';
      controller.abort();
      for (const { timer } of delayed.values()) clock.clearTimeout(timer);
      delayed.clear();
      line.clear();
      again.clear();
      if (active.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const previous = onIdle;
        onIdle = () => {
          previous?.();
          resolve();
        };
      });
    },
    depth: () => line.size(),
    stats,
  };
}
