import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type KubeClient } from '../client/index.ts';
import { createFakeClock, type FakeClock } from '../clock/index.ts';
import {
  type FaultServer,
  json,
  type ReceivedRequest,
  startServer,
  status,
  until,
} from '../testing/server.ts';
import type { KubeObject, Logger, ResourceType } from '../types.ts';
import { silentLogger } from '../types.ts';
import type { Reflector } from './index.ts';
import { createReflector } from './reflector.ts';

const type: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

function object(name: string, resourceVersion: string, value = 'v', uid = `uid-${name}`): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'ns', uid, resourceVersion },
    data: { value },
  };
}

const listOf = (resourceVersion: string, items: KubeObject[], token = '') => ({
  kind: 'ConfigMapList',
  metadata: { resourceVersion, continue: token },
  items,
});

/** One watch connection that the test feeds. */
interface OpenWatch {
  from: string;
  response: ServerResponse;
  send(event: string, object: unknown): void;
}

let server: FaultServer;
let client: KubeClient;
let clock: FakeClock;
let watches: OpenWatch[];
let lists: ReceivedRequest[];
let checks: number;
/** The highest version that the server has told of; its answers to checks carry it. */
let current: number;
let changes: string[];
let logs: string[];
let answerList: (request: ReceivedRequest, response: ServerResponse) => void;
let answerWatch: (request: ReceivedRequest, response: ServerResponse) => boolean;
let reflector: Reflector<string> | undefined;

const log: Logger = {
  ...silentLogger,
  warn: (fields) => logs.push((fields as { cause?: string }).cause ?? 'warn'),
};

function start(options: { idleTimeoutMs?: number; pageSize?: number } = {}): Reflector<string> {
  const created = createReflector<string>({
    client,
    type,
    clock,
    log,
    reduce: (item) => (item.data as { value: string }).value,
    onChange: (change) =>
      changes.push(`${change.type} ${change.key} ${change.previous ?? '-'} ${change.current ?? '-'}`),
    ...options,
  });
  reflector = created;
  created.start();
  return created;
}

beforeEach(async () => {
  watches = [];
  lists = [];
  checks = 0;
  current = 10;
  changes = [];
  logs = [];
  answerList = (_request, response) => json(response, 200, listOf('10', []));
  answerWatch = () => false;
  server = await startServer((request, response) => {
    if (request.url.searchParams.get('watch') !== 'true') {
      if (`${request.headers.accept}`.includes('PartialObjectMetadataList')) {
        checks += 1;
        json(response, 200, { metadata: { resourceVersion: String(current) }, items: null });
        return;
      }
      lists.push(request);
      answerList(request, response);
      return;
    }
    if (answerWatch(request, response)) return;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    watches.push({
      from: request.url.searchParams.get('resourceVersion') ?? '',
      response,
      send(event, item) {
        const version = (item as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion;
        current = Math.max(current, Number(version ?? 0));
        response.write(`${JSON.stringify({ type: event, object: item })}
`);
      },
    });
  });
  clock = createFakeClock();
  client = createClient(server.config, { clock });
});

afterEach(async () => {
  await reflector?.stop();
  reflector = undefined;
  await client.close();
  await server.close();
  expect(clock.pending()).toBe(0);
});

describe('createReflector', () => {
  it('lists page by page, then watches with bookmarks from the version of the list', async () => {
    answerList = (request, response) => {
      const second = request.url.searchParams.get('continue') === 'next';
      json(
        response,
        200,
        second ? listOf('10', [object('b', '9')]) : listOf('10', [object('a', '8')], 'next'),
      );
    };
    const made = start({ pageSize: 1 });
    await made.synced;
    await until(() => watches.length === 1);
    expect(made.hasSynced()).toBe(true);
    expect([...made.store]).toEqual([
      ['ns/a', 'v'],
      ['ns/b', 'v'],
    ]);
    expect(lists.map((request) => request.url.searchParams.get('limit'))).toEqual(['1', '1']);
    const watch = server.requests.at(-1)?.url.searchParams;
    expect(watch?.get('allowWatchBookmarks')).toBe('true');
    expect(watch?.get('resourceVersion')).toBe('10');
    const seconds = Number(watch?.get('timeoutSeconds'));
    expect(seconds).toBeGreaterThanOrEqual(300);
    expect(seconds).toBeLessThanOrEqual(600);
  });

  it('follows events, and reports each step with what was before', async () => {
    const made = start();
    await until(() => watches.length === 1);
    watches[0]?.send('ADDED', object('a', '11', 'one'));
    watches[0]?.send('MODIFIED', object('a', '12', 'two'));
    watches[0]?.send('DELETED', object('a', '13', 'two'));
    await until(() => changes.length === 3);
    expect(changes).toEqual(['added ns/a - one', 'modified ns/a one two', 'deleted ns/a two -']);
    expect(made.store.size).toBe(0);
    expect(made.stats.resourceVersion).toBe('13');
  });

  it('goes on from the last bookmark when the server ends the watch, without a list', async () => {
    const made = start();
    await until(() => watches.length === 1);
    watches[0]?.send('BOOKMARK', { metadata: { resourceVersion: '40' } });
    await until(() => made.stats.bookmarks === 1);
    watches[0]?.response.end();
    await until(() => watches.length === 2);
    expect(watches[1]?.from).toBe('40');
    expect(lists).toHaveLength(1);
  });

  it('goes on from the last event when the connection breaks, without a list', async () => {
    const made = start();
    await until(() => watches.length === 1);
    watches[0]?.send('ADDED', object('a', '21'));
    await until(() => changes.length === 1);
    watches[0]?.response.destroy();
    await until(() => made.stats.errors === 1);
    await clock.advance(500);
    await until(() => watches.length === 2);
    expect(watches[1]?.from).toBe('21');
    expect(lists).toHaveLength(1);
  });

  it('lists anew after a 410 inside the watch and reports what went by unseen', async () => {
    answerList = (_request, response) =>
      json(
        response,
        200,
        listOf('10', [object('gone', '5'), object('same', '6'), object('changed', '7', 'old')]),
      );
    const made = start();
    await until(() => watches.length === 1);
    changes = [];
    answerList = (_request, response) =>
      json(
        response,
        200,
        listOf('90', [object('same', '6'), object('changed', '80', 'new'), object('fresh', '81')]),
      );
    watches[0]?.send('ERROR', status(410, 'Expired', 'too old resource version'));
    await until(() => watches.length === 2);
    expect(changes).toEqual(['modified ns/changed old new', 'added ns/fresh - v', 'deleted ns/gone v -']);
    expect(watches[1]?.from).toBe('90');
    expect(made.stats.errors).toBe(0);
  });

  it('lists anew after a 410 as the answer to the watch', async () => {
    let refuse = true;
    answerWatch = (_request, response) => {
      if (!refuse) return false;
      refuse = false;
      json(response, 410, status(410, 'Expired'));
      return true;
    };
    start();
    await until(() => watches.length === 1);
    expect(lists).toHaveLength(2);
  });

  it('starts a list over that expires half-way, and forgets what only its first half knew', async () => {
    let pages = 0;
    answerList = (_request, response) => {
      pages += 1;
      if (pages === 1) json(response, 200, listOf('10', [object('old', '5'), object('kept', '6')], 'next'));
      else if (pages === 2) json(response, 410, status(410, 'Expired'));
      else json(response, 200, listOf('20', [object('kept', '6')]));
    };
    const made = start();
    await made.synced;
    expect([...made.store.keys()]).toEqual(['ns/kept']);
    expect(changes).toEqual(['added ns/old - v', 'added ns/kept - v', 'deleted ns/old v -']);
    expect(made.stats.resourceVersion).toBe('20');
  });

  it('tells an object that was replaced under its name from one that was changed', async () => {
    answerList = (_request, response) =>
      json(response, 200, listOf('10', [object('a', '5', 'one', 'first')]));
    start();
    await until(() => watches.length === 1);
    answerList = (_request, response) =>
      json(response, 200, listOf('20', [object('a', '15', 'two', 'second')]));
    changes = [];
    watches[0]?.send('ERROR', status(410, 'Expired'));
    await until(() => watches.length === 2);
    expect(changes).toEqual(['deleted ns/a one -', 'added ns/a - two']);
  });

  it('takes an event that it knows already for what it is', async () => {
    answerList = (_request, response) => json(response, 200, listOf('10', [object('a', '9')]));
    const made = start();
    await until(() => watches.length === 1);
    watches[0]?.send('MODIFIED', object('a', '9'));
    watches[0]?.send('DELETED', object('never-seen', '12'));
    await until(() => made.stats.events === 2);
    expect(changes).toEqual(['added ns/a - v']);
  });

  it('gives up a silent watch and opens another, without a read', async () => {
    const made = start({ idleTimeoutMs: 90_000 });
    await until(() => watches.length === 1);
    await clock.advance(60_000);
    watches[0]?.send('BOOKMARK', { metadata: { resourceVersion: '10' } });
    await until(() => made.stats.bookmarks === 1);
    await clock.advance(80_000);
    expect(made.stats.idle).toBe(0);
    await clock.advance(20_000);
    await until(() => watches.length === 2);
    expect(made.stats).toMatchObject({ idle: 1, lists: 1, errors: 0 });
    expect(lists).toHaveLength(1);
  });

  it.each([
    ['broke', (watch: OpenWatch | undefined) => watch?.response.destroy()],
    ['ended before its time', (watch: OpenWatch | undefined) => watch?.response.end()],
  ])('looks whether the server went back in time when a watch %s', async (_reason, act) => {
    current = 500;
    answerList = (_request, response) => json(response, 200, listOf('500', [object('a', '400')]));
    const made = start();
    await until(() => watches.length === 1);
    act(watches[0]);
    while (watches.length < 2) await clock.advance(50);
    expect([watches[1]?.from, checks, lists.length]).toEqual(['500', 1, 1]);
    current = 300;
    answerList = (_request, response) => json(response, 200, listOf('300', [object('b', '200')]));
    act(watches[1]);
    while (watches.length < 3) await clock.advance(50);
    expect([watches[2]?.from, checks, lists.length]).toEqual(['300', 2, 2]);
    expect([...made.store.keys()]).toEqual(['ns/b']);
  });

  it('detects a server that accepts connections and never answers', async () => {
    const made = start();
    await until(() => watches.length === 1);
    answerWatch = () => true;
    const known = server.requests.length;
    await clock.advance(90_000);
    await until(() => server.requests.length > known);
    await clock.advance(30_000);
    await until(() => made.stats.errors === 1);
    expect(made.stats.lastError).toMatch(/no answer within 30 s/);
    answerWatch = () => false;
    await clock.advance(10_000);
    await until(() => watches.length === 2);
  });

  it('retries a list for ever with growing pauses, and logs a cause once', async () => {
    let failing = true;
    answerList = (_request, response) => {
      if (failing)
        json(response, 404, status(404, 'NotFound', 'the server could not find the requested resource'));
      else json(response, 200, listOf('10', []));
    };
    const made = start();
    await until(() => made.stats.errors === 1);
    for (let i = 2; i <= 8; i += 1) {
      await clock.advance(10_000);
      await until(() => made.stats.errors === i);
    }
    expect(logs).toEqual(['the server could not find the requested resource']);
    failing = false;
    await clock.advance(10_000);
    await made.synced;
    expect(made.stats.lastError).toBeUndefined();
  });

  it('does not hammer a server that ends each watch at once', async () => {
    answerWatch = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end();
      return true;
    };
    const made = start();
    await until(() => made.stats.watches === 1);
    for (let i = 0; i < 10; i += 1) await clock.advance(10);
    expect(made.stats.watches).toBe(1);
    await clock.advance(500);
    await until(() => made.stats.watches === 2);
  });

  it('outlives lines that are no events', async () => {
    const made = start();
    await until(() => watches.length === 1);
    watches[0]?.send('ADDED', object('a', '11'));
    watches[0]?.response.write('{"type":"ADDED","object":{"met\n');
    await until(() => made.stats.errors === 1);
    await clock.advance(500);
    await until(() => watches.length === 2);
    expect(watches[1]?.from).toBe('11');
  });

  it('leaves out an object that its reader cannot stand, and follows the others', async () => {
    const bad = { ...object('bad', '11'), data: null };
    const made = start();
    await until(() => watches.length === 1);
    watches[0]?.send('ADDED', bad);
    watches[0]?.send('ADDED', object('good', '12'));
    await until(() => changes.length === 1);
    expect([...made.store.keys()]).toEqual(['ns/good']);
  });

  it('stops at once in every phase and rejects who still waits for the first list', async () => {
    answerList = () => {};
    const made = start();
    await until(() => lists.length === 1);
    await made.stop();
    await expect(made.synced).rejects.toThrow('stopped before its first list');
    made.start();
    expect(server.requests).toHaveLength(1);
  });
});
