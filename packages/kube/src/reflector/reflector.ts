import { backoffDelay, causeOf } from '../backoff.ts';
import type { ListOptions, WatchOptions } from '../client/index.ts';
import { systemClock, wait } from '../clock/index.ts';
import { ApiError, TransportError } from '../transport/errors.ts';
import { apiVersionOf, silentLogger } from '../types.ts';
import type { Change, Reflector, ReflectorOptions, ReflectorStats } from './index.ts';
import { createReflectorStore } from './store.ts';

// An API server is back within seconds of a restart; what was missed by then should not wait much longer.
const BACKOFF = { baseMs: 500, maxMs: 10_000 };
const IDLE_MS = 90_000;
// A server that has not caught up with our version yet does so within seconds; one restored from an old
// backup never does, and then the only truth is a new list.
const TOO_LARGE_LIMIT = 5;

/**
 * Compares two resourceVersions. They are opaque by the old rules, but decimal numbers that only grow in
 * every server there is, and comparable by the rules since KEP-5504; anything else is never older.
 */
function isOlder(a: string, b: string): boolean {
  return /^\d+$/.test(a) && /^\d+$/.test(b) && BigInt(a) < BigInt(b);
}

/** Creates a reflector; nothing is sent before `start`. */
export function createReflector<V>(options: ReflectorOptions<V>): Reflector<V> {
  const { client, type } = options;
  const clock = options.clock ?? systemClock;
  const backoff = options.backoff ?? BACKOFF;
  const log = options.log ?? silentLogger;
  const what = `${type.plural}.${apiVersionOf(type)}`;
  const controller = new AbortController();
  const { signal } = controller;
  const stats: ReflectorStats = {
    lists: 0,
    watches: 0,
    events: 0,
    bookmarks: 0,
    errors: 0,
    idle: 0,
    resourceVersion: '',
  };
  let running: Promise<void> | undefined;
  let isSynced = false;
  let failures = 0;
  let tooLarge = 0;
  let doubtful = false;
  let resolveSynced: () => void;
  let rejectSynced: (error: Error) => void;
  const synced = new Promise<void>((resolve, reject) => {
    resolveSynced = resolve;
    rejectSynced = reject;
  });
  synced.catch(() => {});

  const report = (change: Change<V>): void => {
    try {
      options.onChange(change);
    } catch (error) {
      log.error({ type: what, key: change.key, cause: causeOf(error) }, 'the observer of a reflector failed');
    }
  };
  const store = createReflectorStore<V>(
    (object) => options.reduce(object),
    report,
    (key, error) => {
      log.error({ type: what, key, cause: causeOf(error) }, 'an object could not be reduced and is left out');
    },
  );

  const scope = {
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }),
    ...(options.fieldSelector === undefined ? {} : { fieldSelector: options.fieldSelector }),
    ...(options.metadataOnly === undefined ? {} : { metadataOnly: options.metadataOnly }),
  } satisfies Omit<ListOptions & Partial<WatchOptions>, 'signal'>;

  /** All is well again: the next trouble is news, and starts with the shortest delay. */
  const recovered = (): void => {
    failures = 0;
    tooLarge = 0;
    if (stats.lastError === undefined) return;
    delete stats.lastError;
    log.info({ type: what }, 'the watch works again');
  };

  const list = async (): Promise<void> => {
    const limit = options.pageSize === undefined ? {} : { limit: options.pageSize };
    for await (const page of client.list(type, { ...scope, ...limit, signal })) {
      if (signal.aborted) return;
      if (page.first) store.beginList();
      for (const object of page.each?.() ?? page.items) store.put(object);
      if (!page.last) continue;
      store.endList();
      stats.resourceVersion = page.resourceVersion;
    }
    stats.lists += 1;
    isSynced = true;
    recovered();
    resolveSynced();
  };

  /** Follows one watch to its end. Every event moves the place from which the next one starts. */
  const watch = async (): Promise<void> => {
    const opened = clock.monotonic();
    // Random, so that the watches of a process that started at once do not all end at once.
    const timeoutSeconds = 300 + Math.floor(Math.random() * 301);
    const events = client.watch(type, {
      ...scope,
      resourceVersion: stats.resourceVersion,
      signal,
      timeoutSeconds,
      onOpen: () => {
        stats.watches += 1;
      },
      idleTimeoutMs: options.idleTimeoutMs ?? IDLE_MS,
    });
    for await (const event of events) {
      if (signal.aborted) return;
      if (event.type === 'BOOKMARK') {
        stats.bookmarks += 1;
        stats.resourceVersion = event.resourceVersion;
      } else {
        stats.events += 1;
        if (event.type === 'DELETED') store.remove(event.object);
        else store.put(event.object);
        stats.resourceVersion = event.object.metadata.resourceVersion ?? stats.resourceVersion;
      }
      recovered();
    }
    if (clock.monotonic() - opened < timeoutSeconds * 900) doubtful = true;
  };

  /**
   * After a watch that broke or ended before its time. A server that was set back to an older state (etcd
   * restored from a backup) sends neither events nor bookmarks to a watch from the future: when its list is
   * behind us, list anew. Silence alone is no such sign: a server whose etcd sends no progress notifications
   * has no bookmarks for a collection in which nothing happens.
   */
  const check = async (): Promise<void> => {
    for await (const page of client.list(type, { ...scope, limit: 1, metadataOnly: true, signal })) {
      if (isOlder(page.resourceVersion, stats.resourceVersion)) {
        log.warn(
          { type: what, resourceVersion: stats.resourceVersion },
          'the server went back in time, listing anew',
        );
        stats.resourceVersion = '';
      }
      return;
    }
  };

  /** Decides what an error means; true when the next step has to wait. */
  const handle = (error: unknown): boolean => {
    if (error instanceof TransportError && error.code === 'idle') {
      stats.idle += 1;
      log.debug(
        { type: what, resourceVersion: stats.resourceVersion },
        'the watch was silent, opening another',
      );
      return false;
    }
    if (error instanceof ApiError && error.isGone) {
      log.debug(
        { type: what, resourceVersion: stats.resourceVersion },
        'the version has expired, listing anew',
      );
      stats.resourceVersion = '';
      // Once is the course of things; a server that says so again and again is trouble.
      failures += 1;
      return failures > 1;
    }
    if (error instanceof ApiError && error.isVersionTooLarge) {
      tooLarge += 1;
      if (tooLarge >= TOO_LARGE_LIMIT) stats.resourceVersion = '';
    }
    doubtful = true;
    failures += 1;
    stats.errors += 1;
    const cause = causeOf(error);
    if (cause !== stats.lastError)
      log.warn({ type: what, cause }, 'cannot follow the collection, trying again');
    stats.lastError = cause;
    return true;
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const opened = clock.monotonic();
      const before = stats.resourceVersion;
      try {
        if (stats.resourceVersion === '') {
          await list();
          continue;
        }
        if (doubtful) {
          await check();
          doubtful = false;
          continue;
        }
        await watch();
        // The server ended it. One that does so at once, with nothing to say, is not to be hammered.
        if (stats.resourceVersion === before && clock.monotonic() - opened < backoff.baseMs) {
          failures += 1;
          await wait(clock, backoffDelay(backoff, failures, Math.random), signal);
        } else recovered();
      } catch (error) {
        if (signal.aborted) return;
        if (handle(error)) {
          const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
          const delay = backoffDelay(backoff, failures, Math.random);
          await wait(clock, Math.max(Math.min(asked, backoff.maxMs), delay), signal);
        }
      }
    }
  };

  return {
    start() {
      if (running || signal.aborted) return;
      running = run().catch((error: unknown) => {
        log.error({ type: what, cause: causeOf(error) }, 'the reflector has ended');
      });
    },
    async stop() {
      controller.abort();
      rejectSynced(
        new TransportError('closed', `the reflector of ${what} was stopped before its first list`),
      );
      await running;
    },
    synced,
    hasSynced: () => isSynced,
    store: store.values,
    stats,
  };
}
