import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { ApiError, type KubeObject, silentLogger } from '@tenant-operator/kube';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOpenAccess } from './access/index.ts';
import { createDashboard, type Dashboard } from './dashboard.ts';
import { createFakeCluster, createFakeOperator, type FakeCluster, type FakeOperator } from './testing.ts';
import type { Changes, ManifestView, TenantView } from './wire.ts';

let folder: string;
let operator: FakeOperator;
let cluster: FakeCluster;
let dashboard: Dashboard;
let port: number;
let switched: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  for (const name of ['index.html', 'app.js', 'app.css', 'icon.svg'])
    writeFileSync(join(folder, name), `<${name}>`);
  operator = createFakeOperator();
  cluster = createFakeCluster();
  switched = [];
  dashboard = createDashboard({
    operator,
    access: createOpenAccess(cluster.client),
    log: silentLogger,
    bind: { host: '127.0.0.1', port: 0 },
    version: '1.2.3',
    folder,
    rows: {
      list: () => Promise.resolve([{ uid: 'acme', host: 'acme.example.com', isActive: true }]),
      set(uid, isActive) {
        switched.push(`${uid} ${isActive}`);
        return Promise.resolve();
      },
    },
  });
  port = await dashboard.start();
});

afterEach(async () => {
  await dashboard.stop();
  rmSync(folder, { recursive: true });
});

const call = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
const json = async <T>(path: string) => (await (await call(path)).json()) as T;
const act = (body: unknown, headers: Record<string, string> = { 'x-tenant-operator': 'page' }) =>
  call('/api/actions', {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const registry = {
  metadata: { namespace: 'ns', name: 'reg', generation: 1 },
  spec: {
    source: {
      mysql: { host: 'db', port: 3306, database: 'd', table: 't', username: 'u' },
      syncInterval: '30s',
    },
    valueMappings: { uid: 'id', hostOrUrl: 'domain', activate: 'active' },
    extraValueMappings: { plan: 'plan' },
    secretValueMappings: { password: 'password' },
    suspend: false,
  },
} as unknown as TenantRegistry;

const template = {
  metadata: { namespace: 'ns', name: 'web', generation: 1 },
  spec: {
    registryId: 'reg',
    suspend: false,
    configMaps: [
      {
        id: 'config',
        spec: { apiVersion: 'v1', kind: 'ConfigMap', data: { host: '{{ .host }}', plan: '{{ .plan }}' } },
      },
    ],
    secrets: [
      {
        id: 'login',
        dependIds: ['config'],
        spec: { apiVersion: 'v1', kind: 'Secret', stringData: { password: '{{ .password }}' } },
      },
    ],
  },
} as unknown as TenantTemplate;

const tenant = (name: string, more: { status?: object; suspend?: boolean } = {}) =>
  ({
    metadata: { namespace: 'ns', name, uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      uid: name,
      registryId: 'reg',
      templateRef: 'web',
      values: { hostOrUrl: `${name}.example.com`, activate: '1', plan: 'gold' },
      suspend: more.suspend ?? false,
    },
    ...(more.status ? { status: more.status } : {}),
  }) as unknown as Tenant;

function fill(): void {
  operator.put('registry', registry);
  operator.put('template', template);
  operator.put('tenant', tenant('acme'));
}

describe('files', () => {
  it('are served with headers that leave a foreign page nothing', async () => {
    const response = await call('/');
    expect(await response.text()).toBe('<index.html>');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const again = await call('/app.js', {
      headers: { 'if-none-match': (await call('/app.js')).headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '/app.js/..', '/nothing'])(
    '%s is none',
    async (path) => {
      const response = await call(path);
      expect([await response.text(), response.status]).not.toEqual(['<index.html>', 404]);
      if (path !== '/app.js/..') expect(response.status).toBe(404);
    },
  );

  it('an address that cannot be decoded is refused', async () => {
    expect((await call('/%zz')).status).toBe(400);
  });
});

describe('who asks', () => {
  it('under a foreign name is refused: a page elsewhere may have had that name resolved to this machine', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest({
        port,
        host: '127.0.0.1',
        path: '/api/session',
        headers: { host: 'evil.example' },
      });
      request.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject).end();
    });
    expect(status).toBe(403);
  });

  it('learns what can be done here', async () => {
    expect(await json('/api/session')).toEqual({
      user: '',
      needsToken: false,
      hasRows: true,
      version: '1.2.3',
    });
  });

  it.each([
    ['PUT', '/api/session', 405],
    ['GET', '/api/nothing', 404],
    ['GET', '/api/tenants/ns/nobody', 404],
    ['GET', '/api/tenants/ns/acme/items/gone', 404],
  ])('%s %s is answered with %i', async (method, path, status) => {
    fill();
    expect((await call(path, { method })).status).toBe(status);
  });
});

describe('the stream', () => {
  async function follow() {
    const ending = new AbortController();
    const response = await call('/api/stream', { signal: ending.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      async next(): Promise<Changes> {
        while (!text.includes('\n\n')) text += (await reader?.read())?.value ?? '';
        const [event = '', ...rest] = text.split('\n\n');
        text = rest.join('\n\n');
        return JSON.parse(event.slice(event.indexOf('data: ') + 6)) as Changes;
      },
      end: () => ending.abort(),
    };
  }

  it('tells all at first, then what changed, and follows nothing when nobody looks', async () => {
    fill();
    expect(operator.listeners()).toBe(0);
    const stream = await follow();
    const first = await stream.next();
    expect(first).toMatchObject({
      isWhole: true,
      tenants: [{ key: 'ns/acme', phase: 'Progressing', host: 'acme.example.com' }],
    });
    operator.put(
      'tenant',
      tenant('acme', { status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Ready' }] } }),
    );
    operator.put('tenant', tenant('beta'));
    operator.remove('registry', 'ns/reg');
    const second = await stream.next();
    expect(second.isWhole).toBe(false);
    expect(second.tenants.map(({ key, phase }) => `${key} ${phase}`)).toEqual([
      'ns/acme Ready',
      'ns/beta Progressing',
    ]);
    expect(second.gone).toEqual({ tenants: [], registries: ['ns/reg'], templates: [] });
    stream.end();
    await expect.poll(() => operator.listeners()).toBe(0);
  });
});

describe('a tenant', () => {
  it('is shown with the state of every object, and what the caller may not see is said', async () => {
    fill();
    cluster.objects.set('ConfigMap/ns/acme-config', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'acme-config',
        annotations: { 'kubernetes-tenants.org/tenant-uid': 'uid-acme' },
      },
    });
    cluster.objects.set(
      'Secret/ns/acme-login',
      new ApiError({ status: 403, reason: 'Forbidden', message: 'no' } as never),
    );
    const view = await json<TenantView>('/api/tenants/ns/acme');
    expect(view.items.map(({ id, state, wave, dependIds }) => [id, state, wave, dependIds])).toEqual([
      ['config', 'ready', 0, []],
      ['login', 'hidden', 1, ['config']],
    ]);
  });

  it('says of what others made that it is theirs, and of what was not made yet what it waits for', async () => {
    fill();
    cluster.objects.set('ConfigMap/ns/acme-config', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'acme-config' },
    });
    cluster.objects.delete('Secret/ns/acme-login');
    const view = await json<TenantView>('/api/tenants/ns/acme');
    expect(view.items.map(({ id, state, message }) => [id, state, message])).toEqual([
      ['config', 'failed', 'it belongs to somebody else'],
      ['login', 'waiting', 'waits for "config"'],
    ]);
  });

  it('is compared with its template field by field, without what others added', async () => {
    fill();
    cluster.objects.set('ConfigMap/ns/acme-config', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'acme-config', namespace: 'ns', labels: { other: 'x' }, managedFields: [] },
      data: { host: 'by hand', plan: 'gold' },
    } as unknown as KubeObject);
    const view = await json<ManifestView>('/api/tenants/ns/acme/items/config');
    expect(view.diff.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'live', text: '  host: by hand' },
      { kind: 'rendered', text: '  host: acme.example.com' },
    ]);
    expect(view.live).not.toContain('managedFields');
  });

  it('never shows a secret value, neither of the row nor of the object', async () => {
    fill();
    cluster.objects.set('Secret/ns/acme-login', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'acme-login',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"Y2FuYXJ5"}' },
      },
      data: { password: 'Y2FuYXJ5' },
    } as unknown as KubeObject);
    const text = await (await call('/api/tenants/ns/acme/items/login')).text();
    expect(text).toContain('(hidden)');
    expect(text).not.toContain('Y2FuYXJ5');
  });
});

describe('a change', () => {
  it.each([
    {
      reason: 'a tenant is suspended',
      action: { kind: 'suspend', what: 'tenant', key: 'ns/acme', is: true },
      patch: ['Tenant/ns/acme', { spec: { suspend: true } }],
    },
    {
      reason: 'held deletions are approved by their digest',
      action: { kind: 'approve', what: 'registry', key: 'ns/reg', digest: 'abc' },
      patch: [
        'TenantRegistry/ns/reg',
        { metadata: { annotations: { 'kubernetes-tenants.org/approve-deletions': 'abc' } } },
      ],
    },
  ])('is a write of the caller: $reason', async ({ action, patch }) => {
    expect((await act(action)).status).toBe(200);
    expect(cluster.patches).toEqual([patch]);
  });

  it('switches a row of the demo', async () => {
    expect((await act({ kind: 'row', uid: 'acme', isActive: false })).status).toBe(200);
    expect(switched).toEqual(['acme false']);
  });

  it.each([
    { reason: 'without the header that a form cannot send', body: {}, headers: {}, status: 403 },
    { reason: 'that is no JSON', body: '{', headers: undefined, status: 400 },
    { reason: 'of an unknown kind', body: { kind: 'delete' }, headers: undefined, status: 400 },
    { reason: 'that is too large', body: 'x'.repeat(20_000), headers: undefined, status: 413 },
  ])('$reason is refused', async ({ body, headers, status }) => {
    expect((await act(body, headers)).status).toBe(status);
    expect(cluster.patches).toEqual([]);
  });

  it('that the API server refuses says why', async () => {
    const refusal = new ApiError({ status: 403, reason: 'Forbidden', message: 'you may not patch' } as never);
    cluster.objects.set('Tenant/ns/acme', refusal);
    const response = await act({ kind: 'suspend', what: 'tenant', key: 'ns/acme', is: true });
    expect([response.status, await response.json()]).toEqual([403, { message: refusal.message }]);
  });
});
