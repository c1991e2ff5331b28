import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from './index.ts';
import type { JsonObject } from './json.ts';

const running: Sandbox[] = [];
async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  running.push(sandbox);
  return sandbox;
}
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.stop();
});

const CM = '/api/v1/namespaces/default/configmaps';
async function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text.startsWith('{') ? JSON.parse(text) : {}) as JsonObject,
  };
}
const create = (sandbox: Sandbox, name: string) => call(sandbox, 'POST', CM, { metadata: { name } });

/** Reads a watch until it ends; `ended` is how. */
async function watch(sandbox: Sandbox, query = '') {
  const events: { type: string; object: JsonObject }[] = [];
  const response = await fetch(`${sandbox.url}${CM}?watch=true&${query}`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const ended = (async (): Promise<'closed' | 'broken'> => {
    let rest = '';
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return 'closed';
        rest += Buffer.from(value).toString();
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) events.push(JSON.parse(line) as { type: string; object: JsonObject });
      }
    } catch {
      return 'broken';
    }
  })();
  return { events, ended, cancel: () => reader.cancel() };
}

async function until(check: () => boolean): Promise<void> {
  await expect.poll(check, { timeout: 5000, interval: 5 }).toBe(true);
}

describe('faults', () => {
  test('cutWatches ends a watch abruptly and lets a new one go on from where it was', async () => {
    const sandbox = await start();
    const first = await watch(sandbox);
    const made = await create(sandbox, 'a');
    await until(() => first.events.length === 1);
    sandbox.faults.cutWatches();
    expect(await first.ended).toBe('broken');
    await create(sandbox, 'b');
    const { resourceVersion } = made.body.metadata as { resourceVersion: string };
    const second = await watch(sandbox, `resourceVersion=${resourceVersion}`);
    await until(() => second.events.length === 1);
    expect(second.events).toMatchObject([{ object: { metadata: { name: 'b' } } }]);
    await second.cancel();
  });

  test('expire makes older revisions gone', async () => {
    const sandbox = await start();
    const made = await create(sandbox, 'a');
    await create(sandbox, 'b');
    sandbox.faults.expire();
    const { resourceVersion } = made.body.metadata as { resourceVersion: string };
    const late = await watch(sandbox, `resourceVersion=${resourceVersion}`);
    expect(await late.ended).toBe('closed');
    expect(late.events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
  });

  test('fail answers with a status as often as asked', async () => {
    const sandbox = await start();
    sandbox.faults.fail({ status: 429, times: 1, match: /^POST / });
    sandbox.faults.fail({ status: 500, times: 1, match: /^GET / });
    const refused = await create(sandbox, 'a');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await create(sandbox, 'a')).status).toBe(201);
    expect((await call(sandbox, 'GET', CM)).status).toBe(500);
    expect((await call(sandbox, 'GET', CM)).status).toBe(200);
  });

  test('cut closes every connection until restore', async () => {
    const sandbox = await start();
    sandbox.faults.cut();
    await expect(call(sandbox, 'GET', CM)).rejects.toThrow();
    sandbox.faults.restore();
    expect((await call(sandbox, 'GET', CM)).status).toBe(200);
  });

  test('muteWatches keeps a watch open and silent', async () => {
    const sandbox = await start();
    const open = await watch(sandbox);
    sandbox.faults.muteWatches();
    await create(sandbox, 'a');
    sandbox.faults.restore();
    await create(sandbox, 'b');
    await until(() => open.events.length > 0);
    expect(open.events.map(({ object }) => (object.metadata as JsonObject).name)).toEqual(['b']);
    await open.cancel();
  });

  test('delayWatches holds events back, in order, until restore', async () => {
    const sandbox = await start();
    const open = await watch(sandbox);
    sandbox.faults.delayWatches(600_000);
    await create(sandbox, 'a');
    await create(sandbox, 'b');
    expect((await call(sandbox, 'GET', `${CM}/b`)).status).toBe(200);
    expect(open.events).toEqual([]);
    sandbox.faults.restore();
    await until(() => open.events.length === 2);
    expect(open.events.map(({ object }) => (object.metadata as JsonObject).name)).toEqual(['a', 'b']);
    await open.cancel();
  });

  test('node ports that run out are refused, and come back with their Services', async () => {
    const sandbox = await start();
    const services = '/api/v1/namespaces/default/services';
    const ports = Array.from({ length: 173 }, (_, i) => ({ name: `p${i}`, port: i + 1 }));
    const make = (name: string) =>
      call(sandbox, 'POST', services, { metadata: { name }, spec: { type: 'NodePort', ports } });
    for (let i = 0; i < 16; i++) expect((await make(`s${i}`)).status).toBe(201);
    const refused = await make('late');
    expect([refused.status, refused.body.message]).toEqual([
      500,
      'Internal error occurred: failed to allocate a nodePort: range is full',
    ]);
    await call(sandbox, 'DELETE', `${services}/s3`);
    expect((await make('late')).status).toBe(201);
  });

  test('bookmarks come at the interval asked for', async () => {
    const sandbox = await start({ bookmarkIntervalMs: 10 });
    const open = await watch(sandbox, 'allowWatchBookmarks=true');
    await until(() => open.events.some(({ type }) => type === 'BOOKMARK'));
    await open.cancel();
  });
});

describe('data folder', () => {
  test('objects, custom ones too, and the revision survive a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
    try {
      const first = await start({ dataDir });
      await call(first, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
        metadata: { name: 'things.x.test' },
        spec: {
          group: 'x.test',
          scope: 'Namespaced',
          names: { plural: 'things', kind: 'Thing' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          ],
        },
      });
      const things = '/apis/x.test/v1/namespaces/default/things';
      await expect.poll(async () => (await call(first, 'GET', things)).status).toBe(200);
      await call(first, 'POST', things, { metadata: { name: 't' }, spec: { a: 1 } });
      const made = await create(first, 'kept');
      await create(first, 'gone');
      await call(first, 'DELETE', `${CM}/gone`);
      await first.stop();
      running.splice(0);
      const second = await start({ dataDir });
      expect((await call(second, 'GET', `${CM}/kept`)).body).toEqual(made.body);
      expect((await call(second, 'GET', `${CM}/gone`)).status).toBe(404);
      expect((await call(second, 'GET', `${things}/t`)).body.spec).toEqual({ a: 1 });
      const later = await create(second, 'later');
      const revision = (object: JsonObject) => Number((object.metadata as JsonObject).resourceVersion);
      expect(revision(later.body)).toBeGreaterThan(revision(made.body));
    } finally {
      for (const sandbox of running.splice(0)) await sandbox.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describe('validating webhooks', () => {
  async function hooked(
    answer: (request: JsonObject) => JsonObject,
    failurePolicy = 'Fail',
    matchConditions: JsonObject[] = [],
  ) {
    const seen: JsonObject[] = [];
    const server = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const { request } = JSON.parse(Buffer.concat(chunks).toString()) as { request: JsonObject };
        seen.push(request);
        res.end(
          JSON.stringify({
            apiVersion: 'admission.k8s.io/v1',
            kind: 'AdmissionReview',
            response: { uid: request.uid, ...answer(request) },
          }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sandbox = await start({ webhookServices: { 'default/hook:443': url } });
    await call(sandbox, 'POST', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
      metadata: { name: 'hook' },
      webhooks: [
        {
          name: 'hook.x.test',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy,
          matchConditions,
          clientConfig: { service: { namespace: 'default', name: 'hook', path: '/check' } },
          rules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              resources: ['configmaps'],
              operations: ['CREATE', 'UPDATE', 'DELETE'],
            },
          ],
        },
      ],
    });
    return { sandbox, seen, close: () => server.close() };
  }

  test('a webhook sees the objects and may refuse', async () => {
    const { sandbox, seen, close } = await hooked((request) =>
      request.operation === 'DELETE'
        ? { allowed: false, status: { message: 'stays', code: 403 } }
        : { allowed: true, warnings: ['noted'] },
    );
    const made = await create(sandbox, 'a');
    expect([made.status, made.headers.get('warning')]).toEqual([201, '299 - "noted"']);
    const refused = await call(sandbox, 'DELETE', `${CM}/a`);
    expect(refused).toMatchObject({
      status: 403,
      body: { message: 'admission webhook "hook.x.test" denied the request: stays' },
    });
    expect(seen.map(({ operation, name, namespace }) => [operation, name, namespace])).toEqual([
      ['CREATE', 'a', 'default'],
      ['DELETE', 'a', 'default'],
    ]);
    expect([seen[0]?.oldObject, seen[1]?.object]).toEqual([null, null]);
    close();
  });

  test.each([
    {
      expression: "object.metadata.name != 'a'",
      status: 201,
      reason: 'a condition that is false keeps it out',
    },
    { expression: "object.metadata.name == 'a'", status: 400, reason: 'one that is true does not' },
    { expression: 'object.no.such > 1', status: 500, reason: 'one that fails refuses, as the policy says' },
  ])('$expression: $reason', async ({ expression, status }) => {
    const { sandbox, close } = await hooked(() => ({ allowed: false }), 'Fail', [{ name: 'c', expression }]);
    expect((await create(sandbox, 'a')).status).toBe(status);
    close();
  });

  test.each([
    { failurePolicy: 'Fail', status: 500, reason: 'a webhook that cannot be reached refuses' },
    { failurePolicy: 'Ignore', status: 201, reason: 'or does not matter' },
  ])('$failurePolicy: $reason', async ({ failurePolicy, status }) => {
    const { sandbox, close } = await hooked(() => ({ allowed: true }), failurePolicy);
    close();
    expect((await create(sandbox, 'a')).status).toBe(status);
  });
});

describe('who may ask', () => {
  test('tokens name users; an unknown one is 401', async () => {
    const sandbox = await start({ tokens: { secret: { name: 'alice', groups: [] } }, requireToken: true });
    const ask = (authorization?: string) =>
      call(
        sandbox,
        'POST',
        '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        {},
        authorization ? { authorization } : {},
      );
    expect((await ask()).status).toBe(401);
    expect((await ask('Bearer wrong')).status).toBe(401);
    expect((await ask('Bearer secret')).body.status).toEqual({ userInfo: { username: 'alice', groups: [] } });
  });

  test('a web page is refused', async () => {
    const sandbox = await start();
    expect((await call(sandbox, 'GET', CM, undefined, { origin: 'http://evil.test' })).status).toBe(403);
  });
});
