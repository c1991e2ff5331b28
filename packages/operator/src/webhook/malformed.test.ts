/** AdmissionReviews that no API server would send, to the whole webhook: each has an answer that says why, and none costs more than its size. */
import { Agent, request as httpsRequest } from 'node:https';
import { createFakeClock, type KubeObject, silentLogger } from '@tenant-operator/kube';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueAuthority, issueServing } from '../certificates/index.ts';
import { createScope } from '../scope/index.ts';
import { registryOf } from '../testing/registry.ts';
import { templateOf } from '../testing/template.ts';
import { createReviewer } from './reviewer.ts';
import { createWebhookServer, type WebhookServer } from './server.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

const host = '127.0.0.1';
const faults: unknown[] = [];
const template = templateOf({
  configMaps: [
    {
      id: 'a',
      dependIds: ['b'],
      when: '{{ eq .uid "x" }}',
      ignoreFields: ['$.data.x'],
      readyWhen: 'object.data.x == "1"',
      spec: { apiVersion: 'v1', kind: 'ConfigMap', data: { x: '{{ .uid }}' } },
    },
    { id: 'b', targetNamespace: 'far', spec: { apiVersion: 'v1', kind: 'ConfigMap', data: {} } },
  ],
});
const registry = registryOf();
const tenants = Array.from({ length: 20 }, (_, index) => ({
  apiVersion: 'operator.kubernetes-tenants.org/v1',
  kind: 'Tenant' as const,
  metadata: { name: `t${index}`, namespace: 'ns' },
  spec: { uid: `u${index}`, registryId: 'reg', templateRef: template.metadata.name, values: {} },
}));

let server: WebhookServer;
let port: number;
let ca: string;
const agent = new Agent({ keepAlive: true, maxSockets: 2 });

beforeAll(async () => {
  const view = <T>(objects: readonly T[]) => ({ get: () => objects[0], values: () => objects.values() });
  const reviewer = createReviewer({
    client: { get: () => Promise.resolve(registry as unknown as KubeObject) },
    objects: { registries: view([registry]), templates: view([template]), tenants: view(tenants) } as never,
    clock: createFakeClock(),
    log: silentLogger,
    scope: createScope(),
  });
  const log = { ...silentLogger, error: (fields: unknown) => void faults.push(fields) };
  server = createWebhookServer({ reviewer, log: log as typeof silentLogger, host, port: 0 });
  port = await server.listen();
  const authority = await issueAuthority(Date.now());
  server.serve(await issueServing(authority, [host], Date.now()));
  ca = authority.certificate;
});

afterAll(async () => {
  agent.destroy();
  await server.close();
});

function send(body: string | Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = httpsRequest(
      { host, port, path: '/validate', method: 'POST', ca, agent, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const reviewOf = (request: unknown) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request,
});
const requestOf = (operation: string, kind: string, object: unknown, oldObject?: unknown) => ({
  uid: 'u-1',
  kind: { group: 'operator.kubernetes-tenants.org', version: 'v1', kind },
  operation,
  namespace: 'ns',
  object,
  oldObject,
});

const requests: readonly object[] = [
  requestOf('CREATE', 'TenantTemplate', template),
  requestOf('UPDATE', 'TenantTemplate', template, templateOf({})),
  requestOf('DELETE', 'TenantTemplate', undefined, template),
  requestOf('CREATE', 'TenantRegistry', registry),
  requestOf(
    'UPDATE',
    'TenantRegistry',
    { ...registry, spec: { ...registry.spec, valueMappings: {} } },
    registry,
  ),
  requestOf('DELETE', 'TenantRegistry', undefined, registry),
];

/** Every path into a value. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [[...path], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const inner = replaced((value as Record<string, unknown>)[key], rest, by);
  if (Array.isArray(value)) return value.map((entry, index) => (String(index) === key ? inner : entry));
  return { ...(value as object), [key]: inner };
}

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    '',
    '{{',
    '{{ range . }}',
    '{{ .uid | fail }}',
    '\0',
    '\u202e\u{1f600}',
    '../../x',
    'object.',
    '$.[',
    -1,
    1e308,
    [],
    {},
    { constructor: 1, toString: null, hasOwnProperty: 'x' },
    [[[[[[]]]]]],
  ),
);

const changed = fc
  .constantFrom(...requests)
  .chain((request) =>
    fc.tuple(
      fc.constant(request),
      fc.array(fc.tuple(fc.constantFrom(...pathsOf(request)), strange), { minLength: 1, maxLength: 3 }),
    ),
  )
  .map(([request, changes]) =>
    JSON.stringify(
      reviewOf(
        changes.reduce<unknown>((review, [path, by]) => {
          try {
            return replaced(review, path, by);
          } catch {
            return review;
          }
        }, request),
      ),
    ),
  );

/** One line for a person, or a verdict. */
function expectAnswer({ status, text }: { readonly status: number; readonly text: string }): void {
  expect([200, 400, 413, 503], text).toContain(status);
  if (status !== 200) {
    expect(text).toMatch(/^[^\n]{5,300}\n$/);
    return;
  }
  const { response } = JSON.parse(text) as {
    response: { uid: string; allowed: boolean; status?: { message: string; code: number } };
  };
  expect(response.uid).not.toBe('');
  if (response.allowed) return;
  expect(response.status?.message).toMatch(/^[^\n]{5,}$/);
  expect(response.status?.code).toBeGreaterThanOrEqual(400);
}

describe('a review that is not as it should be', () => {
  it('has an answer, whatever stands in place of a part of it', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(changed, async (body) => expectAnswer(await send(body))),
      { numRuns: 300 },
    );
    expect(faults).toEqual([]);
  });

  const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
  const spec = (text: string) =>
    JSON.stringify(reviewOf(requests[0])).replace('"data":{"x":"{{ .uid }}"}', () => `"data":${text}`);

  it.each([
    ['lists without end', deep('[', ']', 100_000)],
    ['an item nested without end', spec(deep('{"a":', '}', 20_000).replace('}', '1}'))],
    [
      'an item of a hundred thousand fields',
      spec(
        JSON.stringify(
          Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, '{{ .uid }}'])),
        ),
      ),
    ],
    ['a value of a megabyte', spec(JSON.stringify({ x: 'x'.repeat(1_000_000) }))],
    ['a template of a hundred thousand brackets', spec(JSON.stringify({ x: '{{('.repeat(100_000) }))],
    ['a template of fifty thousand actions', spec(JSON.stringify({ x: '{{ .nope }}'.repeat(50_000) }))],
    ['a prototype', spec('{"__proto__":{"polluted":"{{ .uid }}"}}')],
    ['the same field twice', spec('{"x":"1","x":{"y":[]}}')],
    ['half a surrogate pair', spec('{"x":"\\ud800{{ .uid }}"}')],
  ])('has an answer: %s', { timeout: 60_000 }, async (_reason, body) => {
    expectAnswer(await send(body));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(faults).toEqual([]);
  });

  it('is held no longer than it is judged: hundreds of two megabytes leave nothing behind', {
    timeout: 120_000,
  }, async () => {
    const body = Buffer.from(`{"kind":"${'x'.repeat(2_000_000)}"}`);
    for (let count = 0; count < 30; count++) expectAnswer(await send(body));
    const before = process.memoryUsage();
    for (let count = 0; count < 50; count++) {
      await Promise.all(Array.from({ length: 4 }, () => send(body).then(expectAnswer)));
    }
    const after = process.memoryUsage();
    const grown = after.rss + after.external - before.rss - before.external;
    expect(grown / 2 ** 20).toBeLessThan(150);
  });
});
