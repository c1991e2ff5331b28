import { ANNOTATIONS, LABELS, type Tenant } from '@tenant-operator/api';
import { ApiError, type KubeObject, type Outcome } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { createScope, type ScopeOptions } from '../../scope/index.ts';
import { conflict, typeOf } from '../../testing/client.ts';
import { createTestContext, type TestContext } from '../../testing/context.ts';
import { templateOf } from '../../testing/template.ts';
import { createTenantController } from './index.ts';
import { createRouteClaims } from './routes.ts';

const key = 'ns/alpha-web';

function setUp(lists: Record<string, object[]>, scope?: ScopeOptions) {
  const context = createTestContext(templateOf(lists), {}, createScope(scope));
  const claims = createRouteClaims(
    (route) => context.children.store.tenantsOfRoute(route),
    () => {},
  );
  const controller = createTenantController({ context, claims });
  context.addTenant({});
  const tenant = () => context.tenants.get(key) as Tenant;
  /** One pass and the requests that it sent. */
  const pass = async (): Promise<{ outcome: Outcome; sent: string[] }> => {
    const before = context.client.log.length;
    const outcome = await controller.reconcile(key);
    return { outcome, sent: context.client.log.slice(before) };
  };
  /** Passes with time in between until nothing is sent; fails when there is no end. */
  const settle = async () => {
    for (let calm = 0, passes = 0; passes < 10; passes++) {
      const { sent } = await pass();
      await context.clock.advance(2_000);
      calm = sent.length === 0 ? calm + 1 : 0;
      if (calm === 2) return;
    }
    throw new Error(`no rest: ${context.client.log.slice(-8).join(', ')}`);
  };
  return { context, tenant, pass, settle };
}

const config = (id: string, more: object = {}) => ({ id, spec: { data: { uid: '{{ .uid }}' } }, ...more });
const ready = (tenant: Tenant) => tenant.status?.conditions?.find(({ type }) => type === 'Ready');
const configMap = (context: TestContext, name: string, namespace = 'ns') =>
  context.client.find('v1', 'ConfigMap', { name, namespace });

describe('the tenant controller at rest', () => {
  it('makes its objects, says so once, and sends nothing more', async () => {
    const { context, tenant, pass, settle } = setUp({ configMaps: [config('a'), config('b')] });
    expect((await pass()).sent).toEqual([
      'apply ConfigMap/alpha-a',
      'apply ConfigMap/alpha-b',
      'patch Tenant/alpha-web/status',
    ]);
    await settle();
    expect((await pass()).sent).toEqual([]);
    expect(ready(tenant())).toMatchObject({ status: 'True', reason: 'Ready' });
    expect(context.recorded).toEqual(['Normal TenantReady: 2 of 2 resources ready']);
  });

  it('decides nothing while the first list of one of its kinds is under way', async () => {
    const { context, pass } = setUp({ configMaps: [config('a', { nameTemplate: '{{ fail "rendered" }}' })] });
    Object.assign(context.children.watcher, {
      isFilling: ({ kind }: { kind: string }) => kind === 'ConfigMap',
    });
    expect(await pass()).toEqual({ outcome: { kind: 'after', ms: 10_000 }, sent: [] });
    Object.assign(context.children.watcher, { isFilling: () => false });
    expect((await pass()).sent).toEqual(['patch Tenant/alpha-web/status']);
  });

  it.each([
    ['a conflict', { deletionPolicy: 'Retain' }, 'ns'],
    ['a conflict in another namespace', { targetNamespace: 'other' }, 'other'],
  ])('%s over an object that no owner reference covers is told once', async (_reason, more, namespace) => {
    const { context, tenant, pass, settle } = setUp({ configMaps: [config('a', more)] });
    context.client.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'alpha-a', namespace } });
    await pass();
    const { sent } = await pass();
    expect(sent.filter((line) => line.startsWith('patch Tenant'))).toEqual([]);
    expect(ready(tenant())).toMatchObject({ status: 'False', reason: 'Conflict' });
    expect(tenant().status?.inventory).toMatchObject([{ id: 'a', name: 'alpha-a' }]);
    expect(tenant().status?.inventory?.[0]).not.toHaveProperty('uid');
    await expect(settle()).rejects.toThrow('get ConfigMap/alpha-a');
  });

  it('what waits for a dependency is announced once', async () => {
    const { tenant, pass, settle } = setUp({
      services: [{ id: 'lb', spec: { spec: { type: 'LoadBalancer' } } }],
      configMaps: [config('a', { deletionPolicy: 'Retain', dependIds: ['lb'] })],
    });
    expect((await pass()).sent).toEqual(['patch Tenant/alpha-web/status', 'apply Service/alpha-lb']);
    await settle();
    expect((await pass()).sent).toEqual([]);
    expect(ready(tenant())?.message).toContain('"a": waits for "lb"');
  });
});

describe('what a crash kept out of the inventory', () => {
  /** A copy of what item "a" made, under another name and known to no inventory. */
  function addStray(context: TestContext, change: (metadata: KubeObject['metadata']) => object): void {
    const made = configMap(context, 'alpha-a') as KubeObject;
    const metadata = { ...made.metadata, name: 'alpha-old', uid: 'old-uid' };
    context.client.seed({ ...made, metadata: { ...metadata, ...change(metadata) } } as KubeObject);
    context.watchTells({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'alpha-old' });
  }

  it.each([
    ['goes when no item wants it', () => ({}), false],
    [
      'stays when no owner reference covers it, for it may be retained',
      () => ({ ownerReferences: [] }),
      true,
    ],
    [
      'stays when its owner is another Tenant',
      () => ({
        ownerReferences: [{ apiVersion: 'v1', kind: 'Tenant', name: 'x', uid: 'x', controller: true }],
      }),
      true,
    ],
  ])('%s', async (_reason, change, stays) => {
    const { context, settle } = setUp({ configMaps: [config('a')] });
    await settle();
    addStray(context, change);
    await settle();
    expect(configMap(context, 'alpha-old') !== undefined).toBe(stays);
    expect(configMap(context, 'alpha-a')).toBeDefined();
  });

  it('stays while it is not known of every item what it makes', async () => {
    const { context, settle } = setUp(
      { configMaps: [config('a'), config('far', { targetNamespace: '{{ .uid }}-far' })] },
      { namespaces: ['.'] },
    );
    await settle().catch(() => undefined);
    addStray(context, () => ({}));
    await settle().catch(() => undefined);
    expect(configMap(context, 'alpha-old')).toBeDefined();
  });

  it('is told when the tenant is suspended before it was ready', async () => {
    const { context, tenant, pass } = setUp({
      configMaps: [config('a')],
      services: [{ id: 'lb', dependIds: ['a'], spec: { spec: { type: 'LoadBalancer' } } }],
    });
    // Held back, for most waits end within a second.
    expect((await pass()).sent).toEqual(['apply ConfigMap/alpha-a', 'apply Service/alpha-lb']);
    context.tenants.put({ ...tenant(), spec: { ...tenant().spec, suspend: true } } as unknown as KubeObject);
    await pass();
    expect(ready(tenant())?.reason).toBe('Suspended');
    expect(tenant().status?.inventory?.map(({ name }) => name)).toEqual(['alpha-a', 'alpha-lb']);
  });
});

describe('the tenant controller and its objects', () => {
  it('makes a deleted object anew, and says so', async () => {
    const { context, pass, settle } = setUp({ configMaps: [config('a')] });
    await settle();
    context.client.remove(configMap(context, 'alpha-a')!);
    context.watchTells({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'alpha-a' });
    expect((await pass()).sent[0]).toBe('apply ConfigMap/alpha-a');
    expect(configMap(context, 'alpha-a')).toBeDefined();
    expect(context.recorded.at(-1)).toContain('DriftCorrected');
  });

  it('puts a changed field back', async () => {
    const { context, pass, settle } = setUp({ configMaps: [config('a')] });
    await settle();
    context.client.seed({ ...configMap(context, 'alpha-a')!, data: { uid: 'edited', more: 'theirs' } });
    context.watchTells({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'alpha-a' });
    await pass();
    expect(configMap(context, 'alpha-a')?.data).toEqual({ uid: 'alpha', more: 'theirs' });
    await settle();
  });

  it('keeps the object of an item whose version moved on', async () => {
    const hpa = (apiVersion: string) => ({ horizontalPodAutoscalers: [{ id: 'h', spec: { apiVersion } }] });
    const { context, pass, settle } = setUp(hpa('autoscaling/v1'));
    await settle();
    const { uid } = context.client.find('autoscaling/v1', 'HorizontalPodAutoscaler', {
      name: 'alpha-h',
      namespace: 'ns',
    })!.metadata;
    const newer = templateOf(hpa('autoscaling/v2'));
    context.templates.put({ ...newer, metadata: { ...newer.metadata, generation: 2 } });
    await pass();
    context.watchTells({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      namespace: 'ns',
      name: 'alpha-h',
    });
    await pass();
    expect(context.client.log.filter((line) => line.startsWith('delete'))).toEqual([]);
    const after = context.client.find('autoscaling/v2', 'HorizontalPodAutoscaler', {
      name: 'alpha-h',
      namespace: 'ns',
    });
    expect(after?.metadata.uid).toBe(uid);
  });

  it('takes back what it left behind itself, marks and all', async () => {
    const item = config('a', { deletionPolicy: 'Retain' });
    const { context, pass, settle } = setUp({ configMaps: [item, config('b')] });
    await settle();
    const without = templateOf({ configMaps: [config('b')] });
    context.templates.put({ ...without, metadata: { ...without.metadata, generation: 2 } });
    await pass();
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'alpha-a' };
    context.watchTells(ref);
    expect(configMap(context, 'alpha-a')?.metadata.labels?.[LABELS.orphaned]).toBe('true');
    const again = templateOf({ configMaps: [item, config('b')] });
    context.templates.put({ ...again, metadata: { ...again.metadata, generation: 3 } });
    await pass();
    const { labels, annotations } = configMap(context, 'alpha-a')!.metadata;
    expect(labels?.[LABELS.orphaned]).toBeUndefined();
    expect(annotations?.[ANNOTATIONS.orphanedReason]).toBeUndefined();
    await settle();
  });
});

describe('what is made once', () => {
  const drawn = {
    secrets: [{ id: 'a', creationPolicy: 'Once', spec: { stringData: { p: '{{ randAlphaNum 24 }}' } } }],
  };

  it('is drawn once, and nothing is sent for it afterwards', async () => {
    const { context, pass, settle } = setUp(drawn);
    await settle();
    const first = context.client.find('v1', 'Secret', { name: 'alpha-a', namespace: 'ns' });
    expect((await pass()).sent).toEqual([]);
    expect(context.client.find('v1', 'Secret', { name: 'alpha-a', namespace: 'ns' })).toEqual(first);
  });
});

describe('what the configuration leaves out of reach', () => {
  const items = (more: object) => ({ configMaps: [config('a', more), config('b')] });

  it('is not written, is told on its item, and the others go on', async () => {
    const { context, tenant, pass } = setUp(items({ targetNamespace: '{{ .uid }}-x' }), {
      namespaces: ['.'],
    });
    expect((await pass()).sent).toEqual(['apply ConfigMap/alpha-b', 'patch Tenant/alpha-web/status']);
    expect(ready(tenant())).toMatchObject({ status: 'False', reason: 'NamespaceNotAllowed' });
    expect(ready(tenant())?.message).toContain(
      '"a": namespace "alpha-x" is not among the --allowed-namespaces',
    );
    expect(context.recorded).toEqual([expect.stringContaining('Warning NamespaceNotAllowed: ')]);
  });

  it.each([
    [{ kinds: ['Secret'] }, 'TemplateInvalid', 'the kind ConfigMap is not among the --allowed-kinds'],
    [{ namespaces: ['elsewhere'] }, 'NamespaceNotAllowed', 'is not among the --allowed-namespaces'],
  ])('%j: %s', async (scope, reason, message) => {
    const { tenant, pass } = setUp(items({}), scope);
    expect((await pass()).sent).toEqual(['patch Tenant/alpha-web/status']);
    expect(ready(tenant())).toMatchObject({ status: 'False', reason });
    expect(ready(tenant())?.message).toContain(message);
  });

  it('is left as it is when it was in reach before, and goes with its tenant', async () => {
    const lists = items({ targetNamespace: 'other' });
    const { context, pass, settle } = setUp(lists);
    await settle();
    const narrow = createTestContext(templateOf(lists), {}, createScope({ namespaces: ['.'] }));
    const controller = createTenantController({
      context: { ...context, scope: narrow.scope },
      claims: createRouteClaims(
        () => [],
        () => {},
      ),
    });
    const before = configMap(context, 'alpha-a', 'other');
    await controller.reconcile(key);
    expect(configMap(context, 'alpha-a', 'other')).toEqual(before);
    expect(context.tenants.get(key)?.status?.inventory).toHaveLength(2);
    await pass();
  });
});

describe('a kind that cannot be listed', () => {
  it('is told on its items once that has lasted, the others go on, and they follow when it can be', async () => {
    const { context, tenant, pass } = setUp({
      configMaps: [config('a')],
      services: [{ id: 's', spec: { spec: { ports: [{ port: 80 }] } } }],
    });
    const { watcher } = context.children;
    let cause: string | undefined;
    let isListed = false;
    watcher.hasSynced = ({ kind }) => kind !== 'Service' || isListed;
    watcher.trouble = ({ kind }) => (kind === 'Service' ? cause : undefined);
    expect(await pass()).toEqual({ outcome: { kind: 'after', ms: 250 }, sent: [] });
    cause = 'services is forbidden: User "x" cannot list resource "services"';
    expect((await pass()).sent).toEqual(['apply ConfigMap/alpha-a', 'patch Tenant/alpha-web/status']);
    expect(ready(tenant())).toMatchObject({ status: 'False', reason: 'WatchFailed' });
    expect(ready(tenant())?.message).toContain('"s": the operator cannot list and watch v1 Service');
    expect(ready(tenant())?.message).toContain('cannot list resource "services"');
    [cause, isListed] = [undefined, true];
    await pass();
    expect(ready(tenant())?.status).toBe('True');
  });
});

describe('two that want one object', () => {
  const named = (id: string, more: object = {}) => config(id, { nameTemplate: '{{ .uid }}-same', ...more });

  it('of one tenant: the first item has it, the other one says so, and nothing is written again and again', async () => {
    const { context, tenant, pass } = setUp({ configMaps: [named('a'), named('b', { spec: { data: {} } })] });
    await pass();
    expect(configMap(context, 'alpha-same')?.data).toEqual({ uid: 'alpha' });
    expect(ready(tenant())).toMatchObject({ status: 'False', reason: 'DuplicateObject' });
    expect(ready(tenant())?.message).toContain('"b": ConfigMap "alpha-same" is made by item "a" already');
    await context.clock.advance(40_000);
    expect((await pass()).sent).toEqual([]);
  });

  it('an item that comes to have the name of another keeps what it has until it has a name of its own', async () => {
    const { context, pass, settle } = setUp({ configMaps: [named('a'), config('b')] });
    await settle();
    const changed = templateOf({ configMaps: [named('a'), named('b')] });
    context.templates.put({ ...changed, metadata: { ...changed.metadata, generation: 2 } });
    await pass();
    expect(configMap(context, 'alpha-b')).toBeDefined();
    expect(configMap(context, 'alpha-same')?.data).toEqual({ uid: 'alpha' });
  });

  it('of two tenants that both force it: it goes to and fro ever more slowly, and both say so', async () => {
    const { context, tenant, pass } = setUp({ configMaps: [named('a', { conflictPolicy: 'Force' })] });
    await pass();
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'alpha-same' };
    let takes = 0;
    for (let round = 0; round < 20; round++) {
      const live = configMap(context, 'alpha-same')!;
      if (live.metadata.labels?.[LABELS.tenant] === 'alpha-web') takes++;
      const { ownerReferences: _, ...metadata } = live.metadata;
      const labels = { ...metadata.labels, [LABELS.tenant]: 'beta-web' };
      const annotations = { ...metadata.annotations, [ANNOTATIONS.tenantUid]: 'beta-uid' };
      context.client.seed({ ...live, metadata: { ...metadata, labels, annotations } });
      context.watchTells(ref);
      await pass();
      context.watchTells(ref);
      await context.clock.advance(100);
    }
    expect(takes).toBeLessThan(10);
    expect(ready(tenant())).toMatchObject({ status: 'False', reason: 'Conflict' });
    expect(ready(tenant())?.message).toContain('was taken by Tenant "ns/beta-web" again');
  });
});

describe('the tenant controller and a refusing server', () => {
  it('a Tenant that changed meanwhile is looked at anew', async () => {
    const { context, pass } = setUp({ configMaps: [config('a')] });
    const error = conflict(typeOf('operator.kubernetes-tenants.org/v1', 'Tenant'), 'alpha-web');
    context.client.fault = ({ verb, kind }) => (verb === 'patch' && kind === 'Tenant' ? error : undefined);
    await expect(pass()).rejects.toBe(error);
    context.client.fault = undefined;
    expect((await pass()).sent).toEqual(['patch Tenant/alpha-web/status']);
  });

  it('a missing right fails one item, the others go on, and it is tried again', async () => {
    const { context, tenant, pass } = setUp({
      configMaps: [config('a'), config('b'), config('c', { dependIds: ['a'] })],
    });
    context.client.fault = ({ name }) =>
      name === 'alpha-a' ? new ApiError({ status: 403, message: 'User "x" cannot patch' }) : undefined;
    expect((await pass()).outcome).toMatchObject({ kind: 'retry', maxMs: 30_000 });
    expect(configMap(context, 'alpha-b')).toBeDefined();
    expect(configMap(context, 'alpha-c')).toBeUndefined();
    expect(tenant().status).toMatchObject({
      readyResources: 1,
      failedResources: 1,
      skippedResourceIds: ['c'],
    });
    context.client.fault = undefined;
    await pass();
    expect(ready(tenant())?.status).toBe('True');
  });
});

describe('the end of a tenant', () => {
  const end = (context: TestContext) => {
    const tenant = context.client.find('operator.kubernetes-tenants.org/v1', 'Tenant', {
      name: 'alpha-web',
      namespace: 'ns',
    })!;
    const deletionTimestamp = new Date(context.clock.now()).toISOString();
    context.tenants.put(
      context.client.seed({ ...tenant, metadata: { ...tenant.metadata, deletionTimestamp } }),
    );
  };

  it('deletes backwards, takes the finalizer off last, and tells no trouble', async () => {
    const { context, pass, settle } = setUp({ configMaps: [config('a'), config('b', { dependIds: ['a'] })] });
    await settle();
    end(context);
    const begin = context.client.log.length;
    for (const name of ['alpha-b', 'alpha-a']) {
      await pass();
      context.watchTells({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name });
    }
    expect((await pass()).outcome).toEqual({ kind: 'done' });
    expect(context.client.log.slice(begin)).toEqual([
      'delete ConfigMap/alpha-b',
      'delete ConfigMap/alpha-a',
      'patch Tenant/alpha-web',
    ]);
    expect(context.recorded.filter((event) => event.startsWith('Warning'))).toEqual([]);
  });

  it('a slow end is told as an end', async () => {
    const { context, tenant, pass, settle } = setUp({ configMaps: [config('a')] });
    await settle();
    context.client.seed({
      ...configMap(context, 'alpha-a')!,
      metadata: { ...configMap(context, 'alpha-a')!.metadata, finalizers: ['x/y'] },
    });
    end(context);
    await pass();
    await context.clock.advance(3_000);
    expect((await pass()).outcome).toMatchObject({ kind: 'after' });
    expect(ready(tenant())).toMatchObject({ status: 'False', reason: 'Deleting' });
    expect(tenant().status?.conditions?.find(({ type }) => type === 'Degraded')?.status).toBe('False');
    expect(context.recorded.filter((event) => event.startsWith('Warning'))).toEqual([]);
  });

  it('a pass that is quicker than the watch finds the finalizer off and is content', async () => {
    const { context, pass, settle } = setUp({ configMaps: [config('a')] });
    await settle();
    context.client.remove(configMap(context, 'alpha-a')!);
    context.watchTells({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'alpha-a' });
    end(context);
    expect((await pass()).outcome).toEqual({ kind: 'done' });
    expect((await pass()).outcome).toEqual({ kind: 'done' });
  });

  it('never deletes what it never made', async () => {
    const { context, pass } = setUp({ configMaps: [config('a', { targetNamespace: 'other' })] });
    context.client.seed({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'alpha-a', namespace: 'other' },
    });
    await pass();
    end(context);
    expect((await pass()).outcome).toEqual({ kind: 'done' });
    expect(configMap(context, 'alpha-a', 'other')).toBeDefined();
  });
});
