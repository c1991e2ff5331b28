import { createLease, type Lease, silentLogger, systemClock, wait } from '@tenant-operator/kube';
import type { Shards, ShardsOptions } from './index.ts';
import { createShardLeases, shardLabel, viewAnnotation } from './leases.ts';
import { ownerOf } from './owner.ts';
import { freeShards, isClaimed, isExpired, isSameView, liveShards, type SeenShard } from './view.ts';

/** Creates a contender for a shard; nothing is sent before `start`. */
export function createShards(options: ShardsOptions): Shards {
  const { client, namespace, name, count, identity } = options;
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLogger;
  const periodMs = options.retryPeriodMs ?? 2_000;
  // Longer than a process that stands by takes to find a shard that was handed back.
  const graceMs = periodMs * 3;
  const leases = createShardLeases({ client, namespace, clock });
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let lease: Lease | undefined;
  let mine: number | undefined;
  /** On the Lease. */
  let view: readonly number[] = [];
  /** A tenant is ours only when it is by all of these. */
  let views: readonly (readonly number[])[] = [[]];
  /** Other holders, with what they claim. */
  let others: readonly SeenShard[] = [];
  /** What `owns` rested on when `onChange` was called last. */
  let told = '';

  const owns = (tenantKey: string): boolean =>
    mine !== undefined &&
    views.every((one) => ownerOf(tenantKey, one) === mine) &&
    // Whoever divides among the same shards claims nothing of ours.
    !isClaimed(
      tenantKey,
      others.filter((other) => other.view === 'all' || !isSameView(other.view, view)),
    );

  /** Looks at all Leases and takes the shards of dead holders from them. */
  async function look(): Promise<SeenShard[]> {
    const seen = await leases.look();
    return Promise.all(
      seen.map(async (shard) => {
        if (shard.shard === mine || !isExpired(shard) || !(await leases.bury(shard))) return shard;
        log.warn(
          { shard: shard.shard, holder: shard.holder },
          'a shard is taken from its holder, which is silent',
        );
        return { ...shard, holder: '', view: [] };
      }),
    );
  }

  const othersOf = (seen: readonly SeenShard[]) =>
    seen.filter(({ shard, holder }) => shard !== mine && holder !== '');

  /** One look at the others, and the three steps of the contract where shards came or went. */
  async function follow(held: Lease, shard: number): Promise<void> {
    let seen = await look();
    const next = liveShards(seen, shard, graceMs);
    if (!isSameView(next, view)) {
      views = [view, next];
      await options.drain();
      view = next;
      if (!(await held.renew())) return;
      log.info({ shard, shards: next }, 'the tenants are divided anew');
      seen = await leases.look();
    }
    // Read after the view was written: whoever claims something in a later view has seen ours.
    const before = told;
    views = [view];
    others = othersOf(seen);
    told = `${view.join()} ${claimsOf(others)}`;
    if (told !== before) options.onChange();
  }

  /** Contends for one shard until it is held or somebody else has it. */
  async function contend(shard: number): Promise<Lease | undefined> {
    let isOurs = false;
    let isOver = false;
    const joined = new AbortController();
    const contender = createLease({
      client,
      namespace,
      name: `${name}-shard-${shard}`,
      identity,
      labels: shardLabel(shard),
      annotations: () => viewAnnotation(view),
      ...(options.leaseDurationMs === undefined ? {} : { leaseDurationMs: options.leaseDurationMs }),
      ...(options.renewDeadlineMs === undefined ? {} : { renewDeadlineMs: options.renewDeadlineMs }),
      retryPeriodMs: periodMs,
      clock,
      log,
      onStarted: () => joined.abort(),
      onStopped() {
        isOver = true;
        if (!isOurs || stopping.signal.aborted) return;
        mine = undefined;
        stopping.abort();
        options.onLost();
      },
    });
    contender.start();
    await wait(clock, periodMs, joined.signal);
    isOurs = joined.signal.aborted && !isOver;
    if (isOurs) return contender;
    await contender.stop();
    return undefined;
  }

  async function join(): Promise<Lease | undefined> {
    let isTold = false;
    while (!stopping.signal.aborted) {
      const free = await tried(async () => freeShards(await look(), count));
      // Those that start together begin at different ones.
      const first =
        free?.[
          ownerOf(
            identity,
            free.map((_, index) => index),
          ) ?? 0
        ];
      const held = first === undefined ? undefined : await contend(first);
      if (held) {
        mine = first;
        return held;
      }
      if (free?.length === 0 && !isTold) {
        isTold = true;
        log.info({ shards: count }, 'all shards are held: this process stands by');
      }
      if (!stopping.signal.aborted) await wait(clock, periodMs, stopping.signal);
    }
    return undefined;
  }

  let trouble: string | undefined;

  /** Trouble is logged when its cause changes; what was known stays. */
  async function tried<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work();
      trouble = undefined;
      return result;
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      if (cause !== trouble && !stopping.signal.aborted) log.warn({ cause }, 'cannot look at the shards');
      trouble = cause;
      return undefined;
    }
  }

  async function run(): Promise<void> {
    const held = await join();
    if (!held || mine === undefined) return;
    lease = held;
    options.onJoined();
    while (!stopping.signal.aborted) {
      const shard = mine;
      await tried(() => follow(held, shard));
      await wait(clock, periodMs, stopping.signal);
    }
    // A shard that was lost is not contended for again: this process ends.
    if (mine === undefined) await held.stop();
  }

  return {
    owns,
    start() {
      running ??= run();
    },
    isHeld: () => lease?.isHeld() ?? false,
    state: () => ({ shard: mine, view }),
    async stop() {
      stopping.abort();
      await running;
      await lease?.stop();
    },
  };
}

function claimsOf(others: readonly SeenShard[]): string {
  return others
    .map(({ shard, holder, view }) => `${shard} ${holder} ${String(view)}`)
    .sort()
    .join('|');
}
