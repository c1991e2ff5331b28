/** Hints of a database that a table may have changed: listened for as long as asked, coalesced, with back-off. */
import { type Clock, systemClock, type Timer, wait } from '@tenant-operator/kube';
import type { SourceFailure } from './failure.ts';
import type { SourceWatcher } from './index.ts';

/** A connection that hears notifications. */
export interface Listener {
  /** Resolves with the cause when the connection is lost. */
  readonly lost: Promise<unknown>;
  /** Never rejects. */
  end(): Promise<void>;
}

export interface HintsOptions {
  /** Connects and listens; rejects with the driver's error. When the signal is aborted the connection is cut. */
  readonly listen: (onNotification: () => void, signal: AbortSignal) => Promise<Listener>;
  readonly explain: (error: unknown) => SourceFailure;
  readonly clock?: Clock;
  /** Between 0 and 1; spreads those who lost the same server. */
  readonly random?: () => number;
}

export interface Hints {
  /** Begins to listen; a second call changes nothing. */
  readonly start: (watcher: SourceWatcher) => void;
  /** Ends the connection; no hint comes afterwards. */
  readonly stop: () => Promise<void>;
}

/** Least time between two hints, in milliseconds: a burst of notifications is one hint at its begin and one at its end. */
const gapMs = 1_000;
const backoff = { baseMs: 1_000, maxMs: 60_000 };

export function createHints(options: HintsOptions): Hints {
  const { clock = systemClock } = options;
  const stopped = new AbortController();
  let running: Promise<void> | undefined;
  let gate: HintGate | undefined;
  return {
    start(watcher) {
      if (running || stopped.signal.aborted) return;
      gate = createHintGate(clock, () => watcher.onHint());
      running = listenOn(options, clock, gate, watcher, stopped.signal);
    },
    async stop() {
      stopped.abort();
      gate?.close();
      await running;
    },
  };
}

async function listenOn(
  { listen, explain, random = Math.random }: HintsOptions,
  clock: Clock,
  gate: HintGate,
  watcher: SourceWatcher,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  let hasListened = false;
  let trouble = '';
  while (!signal.aborted) {
    const begin = clock.monotonic();
    try {
      const listener = await listen(gate.hint, signal);
      // What was notified while nobody listened is made up for by one hint; the first read needs none.
      if (hasListened) gate.hint();
      hasListened = true;
      trouble = '';
      const cause = await listener.lost;
      await listener.end();
      throw cause;
    } catch (error) {
      if (signal.aborted) return;
      const failure = explain(error);
      if (failure.message !== trouble) watcher.onTrouble(failure);
      trouble = failure.message;
    }
    failures = clock.monotonic() - begin >= backoff.maxMs ? 1 : failures + 1;
    const delayMs = Math.min(backoff.maxMs, backoff.baseMs * 2 ** Math.min(failures - 1, 10));
    await wait(clock, delayMs * (0.5 + random() / 2), signal);
  }
}

export interface HintGate {
  readonly hint: () => void;
  readonly close: () => void;
}

/** Lets a hint through at once, and those that come within a gap after it as a single one at the gap's end. */
export function createHintGate(clock: Clock, onHint: () => void): HintGate {
  let timer: Timer | undefined;
  let isWaiting = false;
  let isClosed = false;
  const hint = () => {
    if (isClosed) return;
    if (timer) {
      isWaiting = true;
      return;
    }
    timer = clock.setTimeout(() => {
      timer = undefined;
      if (!isWaiting) return;
      isWaiting = false;
      hint();
    }, gapMs);
    onHint();
  };
  return {
    hint,
    close() {
      isClosed = true;
      if (timer) clock.clearTimeout(timer);
      timer = undefined;
    },
  };
}
