import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type KubeClient } from '../client/index.ts';
import { createFakeClock, type FakeClock } from '../clock/index.ts';
import { type FaultServer, json, startServer, status, until } from '../testing/server.ts';
import type { KubeObject } from '../types.ts';
import type { Lease, LeaseOptions } from './index.ts';
import { createLease } from './lease.ts';

/** The one Lease of the test, with the server's rule for versions. */
let stored: KubeObject | undefined;
let mode: 'up' | 'down' | 'hanging';
let delay: () => Promise<void>;
let server: FaultServer;
let clients: KubeClient[];
let leases: Lease[];
let clock: FakeClock;
let told: string[];

beforeEach(async () => {
  stored = undefined;
  mode = 'up';
  delay = () => Promise.resolve();
  clients = [];
  leases = [];
  told = [];
  clock = createFakeClock();
  let version = 0;
  server = await startServer(async (request, response) => {
    await delay();
    if (mode === 'hanging') return;
    if (mode === 'down') return json(response, 500, status(500, 'InternalError'));
    const sent = request.body === '' ? undefined : (JSON.parse(request.body) as KubeObject);
    if (!sent) return stored ? json(response, 200, stored) : json(response, 404, status(404, 'NotFound'));
    if (request.method === 'POST' && stored) return json(response, 409, status(409, 'AlreadyExists'));
    if (request.method === 'PUT') {
      if (!stored) return json(response, 404, status(404, 'NotFound'));
      if (sent.metadata.resourceVersion !== stored.metadata.resourceVersion) {
        return json(response, 409, status(409, 'Conflict'));
      }
    }
    version += 1;
    stored = { ...sent, metadata: { ...sent.metadata, uid: 'u', resourceVersion: String(version) } };
    json(response, 200, stored);
  });
});

afterEach(async () => {
  mode = 'up';
  await Promise.all(leases.map((lease) => lease.stop()));
  await Promise.all(clients.map((client) => client.close()));
  await server.close();
  expect(clock.pending()).toBe(0);
});

function contend(identity: string, options: Partial<LeaseOptions> = {}): Lease {
  const client = createClient(server.config, { clock });
  clients.push(client);
  const lease = createLease({
    client,
    namespace: 'ns',
    name: 'leader',
    identity,
    clock,
    onStarted(signal) {
      told.push(`${identity} leads`);
      signal.addEventListener('abort', () => told.push(`${identity} aborted`));
    },
    onStopped: () => {
      told.push(`${identity} stopped`);
    },
    ...options,
  });
  leases.push(lease);
  lease.start();
  return lease;
}

const holder = () => (stored?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;

/** Moves time in steps that let requests finish in between. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    await clock.advance(Math.min(250, left));
    for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('createLease', () => {
  it('takes a lease that nobody has, renews it, and hands it over when stopped', async () => {
    const a = contend('a');
    await until(() => a.isHeld());
    const b = contend('b');
    await pass(60_000);
    expect(told).toEqual(['a leads']);
    expect([a.isHeld(), b.isHeld(), b.holder()]).toEqual([true, false, 'a']);
    await a.stop();
    expect(a.isHeld()).toBe(false);
    expect(holder()).toBe('');
    await pass(5_000);
    await until(() => b.isHeld());
    expect(told).toEqual(['a leads', 'a aborted', 'a stopped', 'b leads']);
    expect(stored?.spec).toMatchObject({ leaseTransitions: 1 });
  });

  it('waits a whole duration since the last renewal that it saw before it takes over', async () => {
    stored = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'leader', namespace: 'ns', resourceVersion: '0', uid: 'u' },
      // By the clock of a machine that is years behind; only changes count.
      spec: { holderIdentity: 'dead', leaseDurationSeconds: 15, renewTime: '2001-01-01T00:00:00.000000Z' },
    };
    const a = contend('a');
    await until(() => a.holder() === 'dead');
    await pass(14_000);
    expect(a.isHeld()).toBe(false);
    await pass(5_000);
    await until(() => a.isHeld());
  });

  it('closes the fence by itself when the process stood still, before any timer fires', async () => {
    const a = contend('a');
    await until(() => a.isHeld());
    // A stopped process: the clock moves on, nothing of ours runs.
    const monotonic = clock.monotonic.bind(clock);
    clock.monotonic = () => monotonic() + 13_000;
    expect(a.isHeld()).toBe(true);
    clock.monotonic = () => monotonic() + 14_000;
    expect(a.isHeld()).toBe(false);
    clock.monotonic = monotonic;
  });

  it('closes the fence when the wall clock alone tells of a sleep, and opens it with the next renewal', async () => {
    const a = contend('a');
    await until(() => a.isHeld());
    clock.jump(3_600_000);
    expect(a.isHeld()).toBe(false);
    await pass(3_000);
    await until(() => a.isHeld());
    clock.jump(-7_200_000);
    expect(a.isHeld()).toBe(true);
    expect(told).toEqual(['a leads']);
  });

  it.each(['down', 'hanging'] as const)(
    'gives up in time when the server is %s, and comes back',
    async (how) => {
      const a = contend('a');
      await until(() => a.isHeld());
      await pass(2_500);
      mode = how;
      await pass(12_000);
      expect(told).toEqual(['a leads', 'a aborted', 'a stopped']);
      mode = 'up';
      await pass(10_000);
      await until(() => told.length === 4);
      expect(told.at(-1)).toBe('a leads');
    },
  );

  it('stops at once when somebody else took the lease by force', async () => {
    const a = contend('a');
    await until(() => a.isHeld());
    if (stored) {
      stored = {
        ...stored,
        metadata: { ...stored.metadata, resourceVersion: 'forced' },
        spec: { holderIdentity: 'b', leaseDurationSeconds: 15 },
      };
    }
    await pass(3_000);
    await until(() => told.includes('a stopped'));
    expect(a.isHeld()).toBe(false);
    expect(holder()).toBe('b');
  });

  it('goes on when somebody merely edited the lease', async () => {
    const a = contend('a');
    await until(() => a.isHeld());
    if (stored) {
      stored = { ...stored, metadata: { ...stored.metadata, resourceVersion: 'edited', labels: { x: 'y' } } };
    }
    await pass(20_000);
    expect(told).toEqual(['a leads']);
    expect(stored?.metadata.labels).toEqual({ x: 'y' });
  });

  it('does not begin to lead when the server took too long to say yes', async () => {
    let answer: (() => void) | undefined;
    delay = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const a = contend('a', { renewDeadlineMs: 3_000, retryPeriodMs: 1_000 });
    await until(() => answer !== undefined);
    answer?.();
    await until(() => server.requests.length === 2);
    await clock.advance(1_900);
    clock.jump(1_500);
    delay = () => Promise.resolve();
    answer?.();
    await pass(500);
    expect(told).toEqual([]);
    await pass(2_000);
    await until(() => a.isHeld());
    expect(told).toEqual(['a leads']);
  });

  it('survives handlers that throw', async () => {
    const a = contend('a', {
      onStarted: () => Promise.reject(new Error('start')),
      onStopped: () => Promise.reject(new Error('stop')),
    });
    await until(() => a.isHeld());
    await a.stop();
    expect(holder()).toBe('');
  });

  it('writes what it has to say with each renewal, and at once when it is asked to', async () => {
    let say = 'first';
    const a = contend('a', { labels: { of: 'test' }, annotations: () => ({ say }) });
    expect(await a.renew()).toBe(false);
    await until(() => a.isHeld());
    const said = () => stored?.metadata.annotations;
    expect([stored?.metadata.labels, said()]).toEqual([{ of: 'test' }, { say: 'first' }]);
    if (stored) {
      const annotations = { other: 'stays' };
      stored = { ...stored, metadata: { ...stored.metadata, resourceVersion: 'edited', annotations } };
    }
    say = 'second';
    const before = clock.monotonic();
    expect(await a.renew()).toBe(true);
    expect(clock.monotonic()).toBe(before);
    expect(said()).toEqual({ other: 'stays', say: 'second' });
    mode = 'down';
    say = 'third';
    const renewed = a.renew();
    await pass(1_000);
    mode = 'up';
    await pass(2_000);
    expect(await renewed).toBe(true);
    expect(said()).toEqual({ other: 'stays', say: 'third' });
    mode = 'down';
    const lost = a.renew();
    await pass(12_000);
    expect(await lost).toBe(false);
  });

  it('refuses periods that cannot work', () => {
    expect(() => contend('a', { renewDeadlineMs: 20_000 })).toThrow(RangeError);
  });
});
