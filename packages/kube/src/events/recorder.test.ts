import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type KubeClient } from '../client/index.ts';
import { createFakeClock, type FakeClock } from '../clock/index.ts';
import { type FaultServer, json, startServer, status, until } from '../testing/server.ts';
import { type Logger, silentLogger } from '../types.ts';
import type { EventInput, EventRecorder, Regarding } from './index.ts';
import { createEventRecorder, cutBytes } from './recorder.ts';

let server: FaultServer;
let clock: FakeClock;
let client: KubeClient;
let recorder: EventRecorder;
let dropped: object[];

const tenant: Regarding = {
  apiVersion: 'example.com/v1',
  kind: 'Tenant',
  metadata: { name: 'alpha', namespace: 'ns', uid: 'u1', resourceVersion: '7' },
};
const event = (message: string): EventInput => ({ type: 'Normal', reason: 'Applied', message });

/** Lets pauses pass until everything is written or dropped. */
async function flush(): Promise<void> {
  let over = false;
  const flushed = recorder.flush().then(() => {
    over = true;
  });
  while (!over) await clock.advance(5);
  await flushed;
}

const bodies = () => server.requests.map((request) => JSON.parse(request.body) as Record<string, unknown>);

beforeEach(async () => {
  server = await startServer((request, response) =>
    json(response, 201, { metadata: {}, ...JSON.parse(request.body) }),
  );
  clock = createFakeClock(Date.UTC(2026, 0, 1));
  client = createClient(server.config, { clock });
  dropped = [];
  const log: Logger = { ...silentLogger, warn: (fields) => dropped.push(fields) };
  recorder = createEventRecorder({ client, clock, log, component: 'tenant-operator', instance: 'pod-1' });
});

afterEach(async () => {
  await client.close();
  await server.close();
  expect(clock.pending()).toBe(0);
});

describe('createEventRecorder', () => {
  it('writes a core/v1 Event beside its object', async () => {
    recorder.record(tenant, { ...event('done'), action: 'Apply' });
    await flush();
    expect(server.requests[0]).toMatchObject({ method: 'POST' });
    expect(server.requests[0]?.url.pathname).toBe('/api/v1/namespaces/ns/events');
    expect(bodies()[0]).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: expect.stringMatching(/^alpha\.[0-9a-f]{16}$/) as string, namespace: 'ns' },
      involvedObject: {
        apiVersion: 'example.com/v1',
        kind: 'Tenant',
        name: 'alpha',
        namespace: 'ns',
        uid: 'u1',
        resourceVersion: '7',
      },
      type: 'Normal',
      reason: 'Applied',
      message: 'done',
      action: 'Apply',
      count: 1,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      source: { component: 'tenant-operator', host: 'pod-1' },
      reportingComponent: 'tenant-operator',
      reportingInstance: 'pod-1',
    });
  });

  it('counts a repetition within ten minutes, and begins anew after that', async () => {
    recorder.record(tenant, event('same'));
    await flush();
    await clock.advance(60_000);
    recorder.record(tenant, event('same'));
    await flush();
    await clock.advance(11 * 60_000);
    recorder.record(tenant, event('same'));
    await flush();
    expect(server.requests.map((request) => request.method)).toEqual(['POST', 'PATCH', 'POST']);
    expect(bodies()[1]).toEqual({ count: 2, lastTimestamp: '2026-01-01T00:01:00Z' });
  });

  it('writes repetitions that come in while it writes as one', async () => {
    for (let i = 0; i < 20; i += 1) recorder.record(tenant, event('same'));
    await flush();
    expect(server.requests).toHaveLength(2);
    expect(bodies()[1]).toMatchObject({ count: 20 });
  });

  it('lets one object speak 25 times, then once in five minutes; others are not touched by that', async () => {
    for (let i = 0; i < 40; i += 1) recorder.record(tenant, event(`m${i}`));
    recorder.record({ ...tenant, metadata: { name: 'beta', namespace: 'ns' } }, event('m'));
    await flush();
    expect(server.requests).toHaveLength(26);
    await clock.advance(5 * 60_000);
    recorder.record(tenant, event('later'));
    recorder.record(tenant, event('too much'));
    await flush();
    expect(server.requests).toHaveLength(27);
  });

  it('makes the event anew when it is gone', async () => {
    recorder.record(tenant, event('same'));
    await flush();
    server.handle((request, response) => {
      if (request.method === 'PATCH') json(response, 404, status(404, 'NotFound'));
      else json(response, 201, { metadata: {}, ...JSON.parse(request.body) });
    });
    recorder.record(tenant, event('same'));
    await flush();
    expect(server.requests.map((request) => request.method)).toEqual(['POST', 'PATCH', 'POST']);
    expect(bodies()[2]).toMatchObject({ count: 2 });
  });

  it.each([
    ['refused for good', 403, 1],
    ['refused by a sick server, a few tries', 500, 4],
  ])('drops what is %s', async (_reason, code, requests) => {
    server.handle((_request, response) => json(response, code, status(code, '')));
    recorder.record(tenant, event('x'));
    await flush();
    expect(server.requests).toHaveLength(requests);
    expect(dropped).toHaveLength(1);
  });

  it('keeps a bounded number waiting and never throws', async () => {
    server.handle(() => {});
    for (let i = 0; i < 1_100; i += 1) {
      recorder.record({ ...tenant, metadata: { name: `t${i}`, namespace: 'ns' } }, event('x'));
    }
    expect(dropped.length).toBeGreaterThan(50);
    expect(() => recorder.record(undefined as unknown as Regarding, event('x'))).not.toThrow();
    await until(() => server.requests.length === 4);
    await client.close();
    await flush();
  });
});

describe('cutBytes', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['a longer text', 10, 'a longe...'],
    ['🦄🦄🦄', 10, '🦄...'],
    ['ääääää', 10, 'äää...'],
  ])('%j within %i bytes', (text, max, expected) => {
    expect(cutBytes(text, max)).toBe(expected);
    expect(Buffer.byteLength(cutBytes(text, max))).toBeLessThanOrEqual(max);
  });
});
