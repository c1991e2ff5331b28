import { causeOf } from '../backoff.ts';
import { systemClock, wait } from '../clock/index.ts';
import { isApiError } from '../transport/errors.ts';
import { type KubeObject, silentLogger } from '../types.ts';
import type { Lease, LeaseOptions } from './index.ts';
import { heldSpec, LEASES, type LeaseRecord, readLease, releasedSpec } from './record.ts';

// The fence closes a little before others may come in: writes that have left already need time to land.
const FENCE_SHARE = 0.9;

interface Instant {
  monotonic: number;
  wall: number;
}

/** Creates a contender for a lease; nothing is sent before `start`. */
export function createLease(options: LeaseOptions): Lease {
  const { client, identity } = options;
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLogger;
  const durationMs = options.leaseDurationMs ?? 15_000;
  const deadlineMs = options.renewDeadlineMs ?? 10_000;
  const retryMs = options.retryPeriodMs ?? 2_000;
  if (!(durationMs > deadlineMs && deadlineMs > retryMs && retryMs > 0)) {
    throw new RangeError(
      `lease ${options.name}: leaseDuration (${durationMs} ms) must exceed renewDeadline (${deadlineMs} ms), and that retryPeriod (${retryMs} ms)`,
    );
  }
  const ref = { namespace: options.namespace, name: options.name };
  const controller = new AbortController();
  let running: Promise<void> | undefined;
  let seen: { object: KubeObject; record: LeaseRecord; at: number } | undefined;
  let renewedAt: Instant | undefined;
  /** Ends the wait for the next renewal. */
  let hurry = new AbortController();
  let isLeading = false;
  const asking: ((isStored: boolean) => void)[] = [];

  const instant = (): Instant => ({ monotonic: clock.monotonic(), wall: clock.now() });

  // Both clocks: the monotonic one may stand still while a machine sleeps, the other one jumps.
  const sinceRenewal = (): number => {
    if (!renewedAt) return Number.POSITIVE_INFINITY;
    return Math.max(clock.monotonic() - renewedAt.monotonic, clock.now() - renewedAt.wall);
  };

  const observe = (object: KubeObject): LeaseRecord => {
    const record = readLease(object);
    if (seen?.record.version !== record.version || seen.object.metadata.uid !== object.metadata.uid) {
      if (seen?.record.holder !== record.holder) {
        log.info({ lease: options.name, holder: record.holder || undefined }, 'the lease has another holder');
      }
      seen = { object, record, at: clock.monotonic() };
    }
    return record;
  };

  /** May the lease be taken, judged only by how long it was seen unchanged on our own clock? */
  const isFree = (record: LeaseRecord): boolean => {
    if (record.holder === '' || record.holder === identity) return true;
    return clock.monotonic() - (seen?.at ?? clock.monotonic()) >= Math.max(record.durationMs, 1000);
  };

  const call = { timeoutMs: Math.min(deadlineMs, Math.max(retryMs, 1000) * 2) };

  const write = async (
    spec: Record<string, unknown>,
    base: KubeObject | undefined,
    signal?: AbortSignal,
  ): Promise<void> => {
    const opts = signal ? { ...call, signal } : call;
    const annotations = options.annotations?.();
    const more = {
      ...(options.labels ? { labels: { ...base?.metadata.labels, ...options.labels } } : {}),
      ...(annotations ? { annotations: { ...base?.metadata.annotations, ...annotations } } : {}),
    };
    const metadata = { ...(base?.metadata ?? ref), ...more };
    const object: KubeObject = base
      ? { ...base, metadata, spec: { ...(base.spec as object | undefined), ...spec } }
      : { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    const written = await (base ? client.replace(LEASES, object, opts) : client.create(LEASES, object, opts));
    observe(written);
  };

  const look = async (signal: AbortSignal | undefined): Promise<LeaseRecord | undefined> => {
    const found = await client.get(LEASES, ref, signal ? { ...call, signal } : call);
    if (found) return observe(found);
    seen = undefined;
    return undefined;
  };

  /** One try to take or renew. True when we hold the lease afterwards. */
  const tryHold = async (signal?: AbortSignal): Promise<boolean> => {
    // A holder renews what it wrote last; only a conflict makes it look.
    const mine = renewedAt !== undefined && seen?.record.holder === identity;
    if (!mine) {
      const record = await look(signal);
      if (record && !isFree(record)) return false;
    }
    let sentAt = instant();
    const put = async (): Promise<void> => {
      // Before it is sent: the server stores it later, so others see it later and wait longer.
      sentAt = instant();
      await write(heldSpec(identity, durationMs, sentAt.wall, seen?.record), seen?.object, signal);
    };
    try {
      await put();
    } catch (error) {
      if (!isApiError(error, 409) && !isApiError(error, 404)) throw error;
      // Somebody else was faster, or it was edited or deleted.
      const record = await look(signal);
      if (record ? record.holder !== identity : mine) return false;
      await put();
    }
    if (!signal?.aborted) renewedAt = sentAt;
    return true;
  };

  /** Waits until the lease is ours. Trouble is logged when its cause changes. */
  const acquire = async (): Promise<void> => {
    let trouble: string | undefined;
    while (!controller.signal.aborted) {
      try {
        if (await tryHold()) {
          if (sinceRenewal() < deadlineMs) return;
          // Ours, but the answer came too late to begin with anything.
          renewedAt = undefined;
        }
        trouble = undefined;
      } catch (error) {
        const cause = causeOf(error);
        if (cause !== trouble) log.warn({ lease: options.name, cause }, 'cannot contend for the lease');
        trouble = cause;
      }
      await wait(clock, retryMs * (1 + Math.random() * 0.2), controller.signal);
    }
  };

  /** Renews until it is lost or we are to stop; says why it ended. */
  const keep = async (over: AbortSignal): Promise<string | undefined> => {
    while (!controller.signal.aborted && !over.aborted) {
      await wait(clock, retryMs, hurry.signal);
      if (controller.signal.aborted) return undefined;
      hurry = new AbortController();
      const told = asking.splice(0);
      let cause = 'renewals took too long';
      try {
        if (!(await tryHold(over))) {
          asking.push(...told);
          return `taken by ${seen?.record.holder || 'nobody, it was deleted'}`;
        }
        for (const tell of told) tell(true);
      } catch (error) {
        // The next one, which is due in a while, may do.
        asking.push(...told);
        cause = causeOf(error);
        if (!over.aborted) log.warn({ lease: options.name, cause }, 'cannot renew the lease');
      }
      if (sinceRenewal() >= deadlineMs) return cause;
    }
    return undefined;
  };

  /** Runs `keep`, but not beyond the deadline: a renewal that hangs must not keep us in office. */
  const keepUntilDeadline = async (): Promise<string | undefined> => {
    const over = new AbortController();
    const watchdog = async (): Promise<string | undefined> => {
      while (!over.signal.aborted) {
        const left = deadlineMs - sinceRenewal();
        if (left <= 0) return 'it could not be renewed in time';
        await wait(clock, left, over.signal);
      }
      return undefined;
    };
    try {
      return await Promise.race([keep(over.signal), watchdog()]);
    } finally {
      over.abort();
    }
  };

  const lead = async (): Promise<void> => {
    const term = new AbortController();
    isLeading = true;
    log.info({ lease: options.name, identity }, 'leading');
    const started = (async () => options.onStarted(term.signal))();
    started.catch((error: unknown) =>
      log.error({ cause: causeOf(error) }, 'the start of leading has failed'),
    );
    const why = await keepUntilDeadline();
    if (why !== undefined) log.warn({ lease: options.name, cause: why }, 'no longer leading');
    isLeading = false;
    for (const tell of asking.splice(0)) tell(false);
    term.abort();
    if (why !== undefined && seen?.record.holder !== identity) renewedAt = undefined;
    try {
      await options.onStopped?.();
    } catch (error) {
      log.error({ cause: causeOf(error) }, 'the end of leading has failed');
    }
    if (why !== undefined) {
      renewedAt = undefined;
      return;
    }
    await release();
  };

  const release = async (): Promise<void> => {
    const last = seen;
    renewedAt = undefined;
    if (last?.record.holder !== identity) return;
    try {
      await write(releasedSpec(clock.now(), last.record), last.object);
    } catch (error) {
      log.warn(
        { lease: options.name, cause: causeOf(error) },
        'could not release the lease, it runs out by itself',
      );
    }
  };

  const run = async (): Promise<void> => {
    while (!controller.signal.aborted) {
      await acquire();
      if (renewedAt === undefined) return;
      if (controller.signal.aborted) await release();
      else await lead();
    }
  };

  return {
    start() {
      if (running || controller.signal.aborted) return;
      running = run().catch((error: unknown) =>
        log.error({ cause: causeOf(error) }, 'the election has ended'),
      );
    },
    async stop() {
      controller.abort();
      hurry.abort();
      await running;
    },
    isHeld: () => sinceRenewal() < durationMs * FENCE_SHARE,
    renew() {
      if (!isLeading) return Promise.resolve(false);
      return new Promise((resolve) => {
        asking.push(resolve);
        hurry.abort();
      });
    },
    holder: () => seen?.record.holder || undefined,
  };
}
