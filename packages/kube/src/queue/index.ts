/** A level-based work queue: a key says "look at this", never what happened to it. */
import type { Clock } from '../clock/index.ts';
import type { Logger } from '../types.ts';

/** What a piece of work says about its key. */
export type Outcome =
  /** Nothing more to do until the key is added again; failures are forgotten. */
  | { kind: 'done' }
  /** All well; come back after `ms`. Failures are forgotten. */
  | { kind: 'after'; ms: number }
  /** Failed; come back after the key's back-off, held within `minMs` and `maxMs`. */
  | { kind: 'retry'; error?: unknown; minMs?: number; maxMs?: number }
  /** Failed, and trying again cannot help; waits for the next add. Failures are forgotten. */
  | { kind: 'terminal'; error: unknown };

/**
 * How a key waits: `urgent` ones come first, in their order, but every fourth turn is one of `bulk` as long as there are any. What
 * comes by the thousand (a first list, a template's edit) is bulk, so that a single change does not wait behind it.
 */
export type Lane = 'urgent' | 'bulk';

export interface QueueOptions {
  name: string;
  /** How many keys are worked on at once. */
  concurrency: number;
  /** Never called twice at once for one key. An exception counts as `retry`. */
  work(key: string, context: { signal: AbortSignal }): Promise<Outcome>;
  clock?: Clock;
  /** Delay after the first failure, doubled with each further one up to the maximum; 100 and 30,000 by default. */
  backoff?: { baseMs: number; maxMs: number };
  log?: Logger;
  /** After each piece of work: how it ended, how long it waited and took (milliseconds). */
  onDone?(key: string, outcome: Outcome, timing: { waitedMs: number; workedMs: number }): void;
  /** 0 to 1, for the jitter of back-offs; Math.random when left out. */
  random?: () => number;
}

export interface QueueStats {
  /** Keys waiting for a worker, keys in work, keys waiting for a timer. */
  queued: number;
  active: number;
  delayed: number;
  /** Totals since creation: adds that queued something, finished works by outcome. */
  adds: number;
  done: number;
  after: number;
  retries: number;
  terminal: number;
}

export interface Queue {
  /**
   * At once; `bulk` when no lane is named. A key that waits already is not queued twice, but the more urgent lane wins; one in work
   * runs once more afterwards.
   */
  add(key: string, lane?: Lane): void;
  /** After `ms`, as bulk. The soonest wish wins, also over this one. */
  addAfter(key: string, ms: number): void;
  /** Counts a failure and adds after the key's back-off. */
  addRateLimited(key: string): void;
  /** Forgets the key's failures; what is queued stays. */
  forget(key: string): void;
  start(): void;
  /** Takes nothing new, aborts the signal, and resolves when the last piece of work has ended. */
  stop(): Promise<void>;
  /** Keys waiting for a worker. */
  depth(): number;
  readonly stats: Readonly<QueueStats>;
}

export { createQueue } from './queue.ts';
