import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../clock/index.ts';
import { type FaultServer, json, startServer, status, until } from '../testing/server.ts';
import { ApiError, TransportError } from '../transport/errors.ts';
import { parseResolves } from '../transport/resolve.ts';
import type { KubeObject, ResourceType } from '../types.ts';
import { createClient } from './client.ts';
import type { ClientOptions, KubeClient } from './index.ts';
import { collectList } from './list.ts';

const configMaps: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'ns' } };
const ref = { name: 'a', namespace: 'ns' };

let server: FaultServer;
let clock: FakeClock;
let clients: KubeClient[];

function connect(options: ClientOptions = {}): KubeClient {
  const client = createClient(server.config, { clock, ...options });
  clients.push(client);
  return client;
}

/** Moves the clock until the call has ended, however many pauses it takes. */
async function driven<T>(call: Promise<T>): Promise<T> {
  let over = false;
  const settled = call.finally(() => {
    over = true;
  });
  settled.catch(() => {});
  while (!over) await clock.advance(100);
  return await settled;
}

beforeEach(async () => {
  clock = createFakeClock();
  clients = [];
  server = await startServer((_request, response) => json(response, 200, object));
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.close();
  expect(clock.pending()).toBe(0);
});

describe('requests', () => {
  it('sends an apply byte for byte, with its options in the query', async () => {
    server.handle((_request, response) =>
      json(response, 201, object, { warning: '299 - "unknown field \\"x\\"", 299 - "old"' }),
    );
    const sent = { ...object, spec: { UnknownCase: 1, nested: [{ ü: null }] } };
    const result = await connect().apply(configMaps, sent, { fieldManager: 'me', force: true, dryRun: true });
    expect(result).toMatchObject({ created: true, warnings: ['unknown field "x"', 'old'] });
    const request = server.requests[0];
    expect(request?.body).toBe(JSON.stringify(sent));
    expect(request?.headers['content-type']).toBe('application/apply-patch+yaml');
    expect(`${request?.url.pathname}${request?.url.search}`).toBe(
      '/api/v1/namespaces/ns/configmaps/a?fieldManager=me&force=true&dryRun=All',
    );
  });

  it('encodes path segments and keeps their case', async () => {
    const type = {
      group: 'rbac.authorization.k8s.io',
      version: 'v1',
      kind: 'ClusterRole',
      plural: 'clusterroles',
      namespaced: false,
    };
    await connect().get(type, { name: 'System:Node/ä' });
    expect(server.requests[0]?.url.pathname).toBe(
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/System%3ANode%2F%C3%A4',
    );
  });

  it.each([
    ['an empty name', { name: '', namespace: 'ns' }],
    ['a name that climbs', { name: '..', namespace: 'ns' }],
    ['a namespace that climbs', { name: 'a', namespace: '..' }],
    ['no namespace', { name: 'a' }],
  ])('does not send %s', async (_reason, bad) => {
    await expect(connect().get(configMaps, bad)).rejects.toThrow(TypeError);
    expect(server.requests).toHaveLength(0);
  });

  it('sends delete preconditions and tells absent from accepted', async () => {
    const client = connect();
    await expect(
      client.delete(configMaps, ref, { uid: 'u', propagationPolicy: 'Background' }),
    ).resolves.toEqual({
      outcome: 'accepted',
    });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u' },
      propagationPolicy: 'Background',
    });
    server.handle((_request, response) => json(response, 404, status(404, 'NotFound')));
    await expect(client.delete(configMaps, ref)).resolves.toEqual({ outcome: 'absent' });
    await expect(client.get(configMaps, ref)).resolves.toBeUndefined();
  });

  it.each([
    [{ kind: 'Status', status: 'Success', metadata: {} }, 'deleted', 'the usual answer'],
    [{ kind: 'Service', metadata: { name: 'a', uid: 'u' } }, 'deleted', 'the object as it was'],
    [
      { kind: 'Pod', metadata: { name: 'a', uid: 'u', deletionTimestamp: 't' } },
      'accepted',
      'something holds it',
    ],
    [{ kind: 'Status', metadata: {} }, 'accepted', 'a Status that does not say so'],
    [{}, 'accepted', 'nothing that can be read'],
  ])('DELETE answered with %j: %s (%s)', async (body, outcome, _reason) => {
    server.handle((_request, response) => json(response, 200, body));
    await expect(connect().delete(configMaps, ref)).resolves.toEqual({ outcome });
  });

  it('keeps the path of a server that sits behind one', async () => {
    const client = createClient(
      { ...server.config, server: `${server.config.server}/k8s/clusters/c-1/` },
      { clock },
    );
    clients.push(client);
    await client.get(configMaps, ref);
    expect(server.requests[0]?.url.pathname).toBe('/k8s/clusters/c-1/api/v1/namespaces/ns/configmaps/a');
  });

  it('keeps its connections over a DELETE, which has a body too', async () => {
    const client = connect();
    const sockets = new Set<unknown>();
    server.handle((_request, response) => {
      for (const socket of server.sockets) sockets.add(socket);
      json(response, 200, { metadata: {} });
    });
    for (let i = 0; i < 9; i += 1) await client.delete(configMaps, ref, { uid: 'u' });
    // A pool may open a second one while the first is being given back.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('keeps connections and uses no more than allowed', async () => {
    const client = connect({ maxConnections: 3 });
    await Promise.all(Array.from({ length: 30 }, () => client.get(configMaps, ref)));
    expect(server.sockets.size).toBeLessThanOrEqual(3);
    expect(server.requests).toHaveLength(30);
  });

  it('connects where --resolve says and keeps the name', async () => {
    const resolve = parseResolves([`api.example.test:6443=127.0.0.1:${server.port}`]);
    const client = createClient(
      { ...server.config, server: 'http://api.example.test:6443' },
      { clock, resolve },
    );
    clients.push(client);
    await client.get(configMaps, ref);
    expect(server.requests[0]?.headers.host).toBe('api.example.test:6443');
  });
});

describe('errors of the server', () => {
  const table: { reason: string; code: number; body: unknown; expected: Partial<ApiError> }[] = [
    {
      reason: 'a Status gives its reason and sentence',
      code: 409,
      body: status(409, 'AlreadyExists', 'configmaps "a" already exists', { name: 'a', kind: 'configmaps' }),
      expected: { isConflict: true, isAlreadyExists: true, message: 'configmaps "a" already exists' },
    },
    {
      reason: 'fields of other managers are told from other conflicts',
      code: 409,
      body: status(409, 'Conflict', 'x', { causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }] }),
      expected: { isConflict: true, isFieldConflict: true, isAlreadyExists: false },
    },
    {
      reason: 'an immutable uid',
      code: 422,
      body: status(422, 'Invalid', 'x', { causes: [{ reason: 'FieldValueInvalid', field: 'metadata.uid' }] }),
      expected: { isInvalid: true, isUidMismatch: true, isRetryable: false },
    },
    { reason: 'forbidden', code: 403, body: status(403, 'Forbidden'), expected: { isForbidden: true } },
    { reason: 'gone', code: 410, body: status(410, 'Expired'), expected: { isGone: true } },
    { reason: 'broken', code: 500, body: status(500, 'InternalError'), expected: { isRetryable: true } },
    {
      reason: 'text instead of a Status',
      code: 502,
      body: 'bad\n gateway',
      expected: { message: 'the server answered 502: bad gateway' },
    },
    {
      reason: 'no body at all',
      code: 503,
      body: '',
      expected: { reason: 'ServiceUnavailable', isRetryable: true },
    },
    {
      reason: 'a Status of wrong types',
      code: 400,
      body: { kind: 'Status', reason: 1, message: [], details: 'x' },
      expected: { reason: 'BadRequest' },
    },
  ];
  it.each(table)('$reason', async ({ code, body, expected }) => {
    server.handle((_request, response) => {
      if (typeof body !== 'string') return json(response, code, body);
      response.writeHead(code, { 'content-type': 'text/plain' }).end(body);
    });
    const error = await connect()
      .apply(configMaps, object, { fieldManager: 'me' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).status).toBe(code);
    for (const [name, value] of Object.entries(expected))
      expect((error as ApiError)[name as keyof ApiError]).toBe(value);
  });
});

describe('a list', () => {
  const answer = (text: string) =>
    server.handle((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(text);
    });
  const pageOf = async () => (await connect().list(configMaps).next()).value ?? undefined;

  it('gives its items at once, or one after the other, as often as somebody asks', async () => {
    answer(
      '{"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}',
    );
    const page = await pageOf();
    const typed = ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }));
    expect(page).toMatchObject({ items: typed, resourceVersion: '7', first: true, last: true });
    expect([...(page?.each?.() ?? [])]).toEqual(typed);
    expect([...(page?.each?.() ?? [])]).toEqual(typed);
  });

  it('says that an item is no JSON when that is asked for', async () => {
    answer('{"metadata":{},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":b}}]}');
    const page = await pageOf();
    expect(() => page?.items).toThrow('the list of configmaps holds what is no JSON');
    expect(() => [...(page?.each?.() ?? [])]).toThrow(TransportError);
  });

  it.each(['{"metadata":{},"items":{}}', '{"items":[]}', '[]', '{"metadata":{},"items":7}'])(
    'is refused when it is none: %s',
    async (text) => {
      answer(text);
      await expect(pageOf()).rejects.toThrow('the answer to a list of configmaps is no list');
    },
  );
});

describe('automatic retries', () => {
  const table: { reason: string; code: number; headers: Record<string, string>; requests: number }[] = [
    {
      reason: '429 is tried again, a bounded number of times',
      code: 429,
      headers: { 'retry-after': '1' },
      requests: 5,
    },
    {
      reason: '503 with Retry-After was not processed',
      code: 503,
      headers: { 'retry-after': '1' },
      requests: 5,
    },
    { reason: '503 without it says nothing', code: 503, headers: {}, requests: 1 },
    {
      reason: 'a wait of a minute is for the caller to decide',
      code: 429,
      headers: { 'retry-after': '60' },
      requests: 1,
    },
    { reason: '500 may have been processed', code: 500, headers: { 'retry-after': '1' }, requests: 1 },
    { reason: '409 will not go away', code: 409, headers: { 'retry-after': '1' }, requests: 1 },
  ];
  it.each(table)('$reason', async ({ code, headers, requests }) => {
    server.handle((_request, response) => json(response, code, status(code, ''), headers));
    const call = connect().apply(configMaps, object, { fieldManager: 'me' });
    const error = await driven(call).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: code });
    expect(server.requests).toHaveLength(requests);
    const wait = headers['retry-after'];
    if (wait !== undefined) expect((error as ApiError).retryAfterSeconds).toBe(Number(wait));
  });

  it('succeeds when the server has caught its breath', async () => {
    server.handle((_request, response) =>
      server.requests.length < 3
        ? json(response, 429, status(429, 'TooManyRequests'), { 'retry-after': '1' })
        : json(response, 200, object),
    );
    await expect(driven(connect().get(configMaps, ref))).resolves.toMatchObject(object);
  });

  it('ends a pause when the caller has had enough', async () => {
    server.handle((_request, response) => json(response, 429, status(429, ''), { 'retry-after': '5' }));
    const controller = new AbortController();
    const call = connect()
      .get(configMaps, ref, { signal: controller.signal })
      .catch((reason: unknown) => reason);
    await until(() => server.requests.length === 1 && clock.pending() === 1);
    controller.abort();
    expect(await call).toMatchObject({ name: 'TransportError', code: 'aborted' });
  });
});

describe('no answer', () => {
  it('gives up after the deadline and goes on over new connections', async () => {
    server.handle(() => {});
    const client = connect({ requestTimeoutMs: 5_000 });
    const call = client.get(configMaps, ref).catch((reason: unknown) => reason);
    await until(() => server.requests.length === 1);
    await clock.advance(5_000);
    expect(await call).toMatchObject({
      code: 'timeout',
      sent: true,
      message: `cannot reach ${server.config.server}: no answer within 5 s`,
    });
    server.handle((_request, response) => json(response, 200, object));
    await expect(client.get(configMaps, ref)).resolves.toMatchObject(object);
  });

  it.each([
    ['cut before the answer', 'reset', (socket: { destroy(): void }) => socket.destroy()],
    [
      'cut half-way',
      'reset',
      (socket: { write(text: string): void; destroy(): void }) => {
        socket.write(
          'HTTP/1.1 200 OK\r\ncontent-length: 100\r\ncontent-type: application/json\r\n\r\n{"half":',
        );
        setImmediate(() => socket.destroy());
      },
    ],
    [
      'not HTTP',
      'protocol',
      (socket: { write(text: string): void }) => socket.write('SSH-2.0-OpenSSH\r\n\r\n'),
    ],
  ])('%s', async (_reason, code, act) => {
    server.handle((_request, response) => {
      if (response.socket) act(response.socket);
    });
    const error = await connect()
      .get(configMaps, ref)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(/^cannot reach http:\/\/127\.0\.0\.1:\d+: [^\n]+$/);
  });

  it('names a refused connection', async () => {
    const { server: url } = server.config;
    await server.close();
    await expect(connect().get(configMaps, ref)).rejects.toMatchObject({
      code: 'refused',
      sent: false,
      message: `cannot reach ${url}: connection refused`,
    });
  });

  it('refuses JSON that is none', async () => {
    server.handle((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"a"'),
    );
    await expect(connect().get(configMaps, ref)).rejects.toMatchObject({ code: 'protocol' });
  });

  it('cancels with the caller, and everything with close', async () => {
    server.handle(() => {});
    const client = connect();
    const controller = new AbortController();
    const first = client
      .get(configMaps, ref, { signal: controller.signal })
      .catch((reason: unknown) => reason);
    const second = client.get(configMaps, ref).catch((reason: unknown) => reason);
    await until(() => server.requests.length === 2);
    controller.abort();
    expect(await first).toMatchObject({ code: 'aborted' });
    await client.close();
    expect(await second).toMatchObject({ code: 'closed' });
    await expect(client.get(configMaps, ref)).rejects.toMatchObject({ code: 'closed', sent: false });
    await until(() => server.sockets.size === 0);
  });
});

describe('lists', () => {
  it('names the type on items and asks for metadata alone', async () => {
    server.handle((_request, response) =>
      json(response, 200, {
        metadata: { resourceVersion: '5' },
        items: [
          { metadata: { name: 'a' } },
          { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'b' } },
        ],
      }),
    );
    const list = await collectList(connect(), configMaps, {
      metadataOnly: true,
      labelSelector: 'a in (b,c)',
    });
    expect(list.items.map((item) => [item.apiVersion, item.kind])).toEqual([
      ['v1', 'ConfigMap'],
      ['v1', 'ConfigMap'],
    ]);
    expect(server.requests[0]?.headers.accept).toMatch(
      /^application\/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1/,
    );
    expect(server.requests[0]?.url.searchParams.get('labelSelector')).toBe('a in (b,c)');
  });

  it('asks in one piece when pages expire again and again', async () => {
    server.handle((request, response) => {
      const paged = request.url.searchParams.has('limit');
      if (request.url.searchParams.has('continue')) return json(response, 410, status(410, 'Expired'));
      json(response, 200, {
        metadata: { resourceVersion: '1', continue: paged ? 'more' : '' },
        items: [{ metadata: { name: 'a' } }],
      });
    });
    const list = await collectList(connect(), configMaps, { limit: 1 });
    expect(list.items).toHaveLength(1);
    expect(server.requests.filter((request) => !request.url.searchParams.has('limit'))).toHaveLength(1);
  });
});

describe('discovery', () => {
  it('is asked once per group version, and about a miss every ten seconds', async () => {
    let served = false;
    server.handle((request, response) => {
      if (request.url.pathname === '/apis/example.com/v1' && !served)
        return json(response, 404, status(404, 'NotFound'));
      json(response, 200, {
        resources: [
          { name: 'widgets', kind: 'Widget', namespaced: true },
          { name: 'widgets/status', kind: 'Widget', namespaced: true },
        ],
      });
    });
    const client = connect();
    const ask = () => client.resourceType('example.com/v1', 'Widget');
    expect(await Promise.all([ask(), ask()])).toEqual([undefined, undefined]);
    served = true;
    await clock.advance(9_999);
    expect(await ask()).toBeUndefined();
    expect(server.requests).toHaveLength(1);
    await clock.advance(1);
    const widget = {
      group: 'example.com',
      version: 'v1',
      kind: 'Widget',
      plural: 'widgets',
      namespaced: true,
    };
    expect(await ask()).toEqual(widget);
    expect(await ask()).toEqual(widget);
    expect(server.requests).toHaveLength(2);
    // The CRD is gone: the server does not know the path any more.
    server.handle((_request, response) =>
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found'),
    );
    expect(await client.get(widget, ref)).toBeUndefined();
    expect(await ask()).toBeUndefined();
  });

  it('does not take an outage for a miss', async () => {
    server.handle((_request, response) => json(response, 503, status(503, 'ServiceUnavailable')));
    await expect(connect().resourceType('v1', 'Pod')).rejects.toMatchObject({ status: 503 });
    server.handle((_request, response) =>
      json(response, 200, { resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] }),
    );
    await expect(connect().resourceType('v1', 'Pod')).resolves.toMatchObject({ plural: 'pods' });
  });
});
