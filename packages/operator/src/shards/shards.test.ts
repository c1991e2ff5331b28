/** Several processes over one API server in memory; time and the order of answers are the test's. */
import { LABELS } from '@tenant-operator/api';
import {
  ApiError,
  type Clock,
  createFakeClock,
  type FakeClock,
  type KubeClient,
  type KubeObject,
} from '@tenant-operator/kube';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createShards, ownerOf, type Shards, undividedLease, untilUndivided } from './index.ts';
import { viewAnnotation } from './leases.ts';

const keys = Array.from({ length: 60 }, (_, index) => `default/t${index}-web`);
const leaseMs = 15_000;
const periodMs = 2_000;

/** A process: it can stand still, and what it sends and gets then waits. */
interface Process {
  readonly shards: Shards;
  /** It was told that its shard is lost: it ends. */
  isLost: boolean;
  changes: number;
  /** What it is about to write for tenants; `drain` waits for the end of those that are not its own any more. */
  readonly busy: Map<string, () => void>;
  pause(): void;
  resume(): void;
}

let clock: FakeClock;
let leases: Map<string, KubeObject>;
let processes: Process[];
let random: () => number;

beforeEach(() => {
  clock = createFakeClock();
  leases = new Map();
  processes = [];
  let state = 7;
  random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
});

afterEach(async () => {
  const ending = Promise.all(
    processes.map((process) => {
      process.resume();
      for (const end of process.busy.values()) end();
      return process.shards.stop();
    }),
  );
  await clock.advance(60_000);
  await ending;
  expect(clock.pending()).toBe(0);
});

function conflict(): ApiError {
  return new ApiError({ status: 409, reason: 'Conflict', message: 'conflict' });
}

/** Requests take up to 200 ms each way. */
function clientOf(gate: () => Promise<void>): KubeClient {
  let version = 0;
  const store = (object: KubeObject, uid: string): KubeObject => {
    version += 1;
    const resourceVersion = `${clock.monotonic()}-${version}-${random()}`;
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion } };
    leases.set(object.metadata.name, stored);
    return stored;
  };
  const slowly = async <T>(work: () => T): Promise<T> => {
    await gate();
    const answer = work();
    await gate();
    return answer;
  };
  return {
    get: (_type: unknown, { name }: { name: string }) => slowly(() => leases.get(name)),
    create: (_type: unknown, object: KubeObject) =>
      slowly(() => {
        if (leases.has(object.metadata.name)) throw conflict();
        return store(object, `uid-${object.metadata.name}`);
      }),
    replace: (_type: unknown, object: KubeObject) =>
      slowly(() => {
        const { name, uid = '', resourceVersion } = object.metadata;
        if (leases.get(name)?.metadata.resourceVersion !== resourceVersion) throw conflict();
        return store(object, uid);
      }),
    async *list() {
      const items = await slowly(() => [...leases.values()].filter((o) => o.metadata.labels?.[LABELS.shard]));
      yield { items, resourceVersion: '1', first: true, last: true };
    },
  } as unknown as KubeClient;
}

function begin(count = 3): Process {
  let isPaused = false;
  let waiting: (() => void)[] = [];
  const whenRunning = (): Promise<void> =>
    isPaused ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
  const own: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimeout: (fn, ms) => clock.setTimeout(() => (isPaused ? waiting.push(fn) : fn()), ms),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
  const gate = async (): Promise<void> => {
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, Math.round(random() * 200)));
    await whenRunning();
  };
  const busy = new Map<string, () => void>();
  const process: Process = {
    isLost: false,
    changes: 0,
    busy,
    pause: () => {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      const now = waiting;
      waiting = [];
      for (const go of now) go();
    },
    shards: createShards({
      client: clientOf(gate),
      namespace: 'system',
      name: 'op',
      count,
      identity: `process-${processes.length}`,
      leaseDurationMs: leaseMs,
      retryPeriodMs: periodMs,
      clock: own,
      drain: async () => {
        while ([...busy.keys()].some((key) => !process.shards.owns(key))) await clockTurn();
      },
      onChange: () => {
        process.changes += 1;
      },
      onJoined: () => undefined,
      onLost: () => {
        process.isLost = true;
      },
    }),
  };
  processes.push(process);
  process.shards.start();
  return process;
}

const clockTurn = () => new Promise<void>((resolve) => void clock.setTimeout(resolve, 50));

/** Who may write for this tenant now: it begins a pass only for what it owns, and its writes are fenced. */
function writers(key: string): number[] {
  return processes.flatMap(({ shards, isLost, busy }, index) =>
    !isLost && shards.isHeld() && (shards.owns(key) || busy.has(key)) ? [index] : [],
  );
}

/** Moves time on and looks all the while that no tenant has two. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    await clock.advance(Math.min(100, left));
    for (const key of keys) {
      const found = writers(key);
      if (found.length > 1) expect.fail(`${key} has the writers ${found.join()} at ${clock.monotonic()} ms`);
    }
  }
}

const counts = () => processes.map(({ shards }) => keys.filter((key) => shards.owns(key)).length);
const hasAll = () => keys.every((key) => writers(key).length === 1);

describe('createShards', () => {
  it('gives everything to a process that is alone', async () => {
    const a = begin();
    await pass(5_000);
    expect(counts()).toEqual([60]);
    expect(a.shards.state().view).toHaveLength(1);
  });

  it('divides among those that come, and changes nothing while nothing changes', async () => {
    for (let i = 0; i < 3; i += 1) begin();
    await pass(20_000);
    expect(hasAll()).toBe(true);
    expect(processes.map(({ shards }) => shards.state().view)).toEqual(Array(3).fill([0, 1, 2]));
    const before = processes.map(({ changes }) => changes);
    await pass(120_000);
    expect(processes.map(({ changes }) => changes)).toEqual(before);
  });

  it('lets one stand by that finds no shard, and puts it in the place of one that ends', async () => {
    for (let i = 0; i < 4; i += 1) {
      begin();
      await pass(5_000);
    }
    const [a, b, c, d] = processes;
    expect(d?.shards.state().shard).toBeUndefined();
    const changes = [a, b].map((process) => process?.changes);
    const shard = c?.shards.state().shard;
    const stopped = c?.shards.stop();
    await pass(10_000);
    await stopped;
    expect(d?.shards.state().shard).toBe(shard);
    expect(hasAll()).toBe(true);
    // The tenants of the others stayed where they were.
    expect([a, b].map((process) => process?.shards.state().view)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(changes.every((count, i) => (processes[i]?.changes ?? 0) - (count ?? 0) <= 3)).toBe(true);
  });

  it('spreads the tenants of one that died over the others within the time of its Lease', async () => {
    for (let i = 0; i < 3; i += 1) begin();
    await pass(20_000);
    processes[1]?.pause();
    await pass(leaseMs + 2 * periodMs + 1_000);
    const owned = counts();
    expect((owned[0] ?? 0) + (owned[2] ?? 0)).toBe(keys.length);
    // Back from the dead, it finds its Lease taken and gives up.
    processes[1]?.resume();
    await pass(10_000);
    expect(processes[1]?.isLost).toBe(true);
    expect(hasAll()).toBe(true);
  });

  it('hands over a tenant only when the write under way is done', async () => {
    const a = begin();
    await pass(5_000);
    const key = keys.find((candidate) => ownerOf(candidate, [0, 1, 2]) !== a.shards.state().shard) ?? '';
    for (const one of keys) a.busy.set(one, () => a.busy.delete(one));
    begin();
    begin();
    await pass(30_000);
    expect(a.shards.owns(key)).toBe(false);
    expect(writers(key)).toEqual([0]);
    for (const end of [...a.busy.values()]) end();
    await pass(10_000);
    expect(writers(key)).not.toEqual([0]);
    expect(hasAll()).toBe(true);
  });

  it('has never two for a tenant, whoever comes, goes, sleeps or dies', async () => {
    for (let round = 0; round < 60; round += 1) {
      const living = processes.filter(({ isLost }) => !isLost);
      const one = living[Math.floor(random() * living.length)];
      const what = random();
      if (living.length < 2 || what < 0.35) begin();
      else if (what < 0.5) void one?.shards.stop();
      else if (what < 0.75) one?.pause();
      else for (const process of processes) process.resume();
      if (one && random() < 0.5) {
        for (const key of keys) if (one.shards.owns(key)) one.busy.set(key, () => one.busy.delete(key));
      }
      await pass(500 + random() * 12_000);
      for (const process of processes) for (const end of [...process.busy.values()]) end();
    }
    for (const process of processes) process.resume();
    begin();
    await pass(60_000);
    expect(hasAll()).toBe(true);
  });

  it('has none while another one works on all of them, and begins when that ends', async () => {
    const held = { holderIdentity: 'old', leaseDurationSeconds: 15, renewTime: '1', acquireTime: '1' };
    const lease: KubeObject = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: 'op',
        namespace: 'system',
        uid: 'u',
        resourceVersion: '1',
        labels: undividedLease.labels,
        annotations: viewAnnotation('all'),
      },
      spec: held,
    };
    leases.set('op', lease);
    begin();
    await pass(10_000);
    expect(counts()).toEqual([0]);
    leases.set('op', {
      ...lease,
      metadata: { ...lease.metadata, resourceVersion: '2' },
      spec: { ...held, holderIdentity: '' },
    });
    await pass(5_000);
    expect(counts()).toEqual([60]);
  });
});

describe('untilUndivided', () => {
  it('waits for those that share the tenants, and for the dead no longer than their Lease', async () => {
    const a = begin();
    const b = begin();
    await pass(10_000);
    let isOver = false;
    const over = untilUndivided({
      client: clientOf(clockTurn),
      namespace: 'system',
      signal: new AbortController().signal,
      clock,
    }).then(() => {
      isOver = true;
    });
    await pass(20_000);
    expect(isOver).toBe(false);
    void a.shards.stop();
    b.pause();
    await pass(leaseMs + 3 * periodMs);
    await over;
    b.resume();
    await pass(5_000);
    expect(b.isLost).toBe(true);
  });
});
