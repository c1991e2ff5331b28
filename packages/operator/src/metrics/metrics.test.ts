import type { Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { createFakeClock, createQueue, type FakeClock } from '@tenant-operator/kube';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMetrics, type Metrics } from './index.ts';

let clock: FakeClock;
let isLeading: boolean;
let tenants: Map<string, Tenant>;
let registries: Map<string, TenantRegistry>;
let templates: Map<string, TenantTemplate>;

beforeEach(() => {
  clock = createFakeClock();
  isLeading = true;
  tenants = new Map();
  registries = new Map();
  templates = new Map();
});

function metricsOf(tenantSeriesLimit = 10): Metrics {
  const metrics = createMetrics({ version: '1.2.3', tenantSeriesLimit, clock });
  const queue = (name: string) =>
    createQueue({ name, concurrency: 1, clock, work: () => Promise.resolve({ kind: 'done' }) });
  metrics.measure({
    objects: { tenants, registries, templates },
    queues: { registries: queue('registry'), templates: queue('template'), tenants: queue('tenant') },
    isLeading: () => isLeading,
  });
  return metrics;
}

function tenant(name: string, status: Tenant['status'] = {}, created = 0): Tenant {
  return {
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'Tenant',
    metadata: {
      name,
      namespace: 'shop',
      uid: `${name}-uid`,
      creationTimestamp: new Date(created).toISOString(),
    },
    spec: { uid: name, registryId: 'reg', templateRef: 'web', values: {}, suspend: false },
    status,
  };
}

function condition(type: string, status: 'True' | 'False' | 'Unknown', reason = 'Reason') {
  return { type, status, reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
}

/** The values of a metric: `name{labels}` to number, labels sorted. */
async function read(metrics: Metrics, name: string): Promise<Record<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith(name));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      const [series, value] = [line.slice(0, end), line.slice(end + 1)];
      const labels = /\{(.*)\}/.exec(series)?.[1]?.split(',').sort().join(',') ?? '';
      return [series.startsWith(`${name}{`) ? labels : series, Number(value)];
    }),
  );
}

describe('metrics of tenants', () => {
  const broken = {
    desiredResources: 4,
    readyResources: 2,
    failedResources: 1,
    conditions: [
      condition('Ready', 'False'),
      condition('Conflicted', 'True', 'Conflict'),
      condition('Degraded', 'True', 'Conflict'),
      condition('DNSReady', 'Unknown'),
    ],
    dns: [
      { name: 'a.example.com', type: 'A', resource: 'r', state: 'RecordMissing', expected: [], since: '' },
    ],
  };
  const well = {
    desiredResources: 3,
    readyResources: 3,
    conditions: [condition('Ready', 'True'), condition('Degraded', 'False')],
  };

  it('have the names, labels and values of the Go releases', async () => {
    tenants.set('shop/a', tenant('a', broken)).set('shop/b', tenant('b', well));
    const metrics = metricsOf();
    metrics.observer.settled('shop/a', [
      { id: '1', state: 'conflict', reason: 'Conflict', message: '' },
      { id: '2', state: 'conflict', reason: 'Conflict', message: '' },
    ]);
    expect(await read(metrics, 'tenant_resources_desired')).toEqual({
      'namespace="shop",tenant="a"': 4,
      'namespace="shop",tenant="b"': 3,
    });
    expect(await read(metrics, 'tenant_resources_conflicted')).toEqual({
      'namespace="shop",tenant="a"': 2,
      'namespace="shop",tenant="b"': 0,
    });
    expect(await read(metrics, 'tenant_condition_status')).toMatchObject({
      'namespace="shop",tenant="a",type="Ready"': 0,
      'namespace="shop",tenant="a",type="DNSReady"': 2,
      'namespace="shop",tenant="b",type="Ready"': 1,
    });
    expect(await read(metrics, 'tenant_degraded_status')).toEqual({
      'namespace="shop",reason="Conflict",tenant="a"': 1,
      'namespace="shop",reason="",tenant="b"': 0,
    });
    expect(await read(metrics, 'tenant_dns_records')).toMatchObject({
      'state="RecordMissing"': 1,
      'state="Published"': 0,
    });
    expect(await read(metrics, 'tenant_conditions')).toMatchObject({
      'namespace="shop",status="True",type="Ready"': 1,
      'namespace="shop",status="False",type="Ready"': 1,
    });
  });

  it('are sums of their namespace above the limit, and dashboards that sum say the same', async () => {
    tenants.set('shop/a', tenant('a', broken)).set('shop/b', tenant('b', well));
    const metrics = metricsOf(1);
    metrics.observer.applied(tenant('a'), 'Service', 'Stuck', 'conflict');
    metrics.observer.applied(tenant('b'), 'Service', 'Stuck', 'conflict');
    expect(await read(metrics, 'tenant_resources_ready')).toEqual({ 'namespace="shop",tenant=""': 5 });
    expect(await read(metrics, 'tenant_condition_status')).toEqual({});
    expect(await read(metrics, 'tenant_degraded_status')).toMatchObject({
      'namespace="shop",reason="Conflict",tenant=""': 1,
    });
    expect(await read(metrics, 'tenant_series_limited')).toEqual({ tenant_series_limited: 1 });
    expect(await read(metrics, 'tenant_conflicts_total')).toEqual({
      'conflict_policy="Stuck",namespace="shop",resource_kind="Service",tenant=""': 2,
    });
  });

  it('end with their tenant', async () => {
    tenants.set('shop/a', tenant('a', broken));
    const metrics = metricsOf();
    metrics.observer.applied(tenant('a'), 'Service', 'Force', 'conflict');
    metrics.observer.settled('shop/a', [{ id: '1', state: 'conflict', reason: 'Conflict', message: '' }]);
    expect(Object.keys(await read(metrics, 'tenant_conflicts_total'))).toHaveLength(1);
    tenants.clear();
    metrics.observer.gone('shop/a');
    expect(await metrics.text()).not.toContain('tenant="a"');
  });

  it('are told by the leader alone', async () => {
    tenants.set('shop/a', tenant('a', well));
    const metrics = metricsOf();
    isLeading = false;
    expect(await metrics.text()).not.toContain('tenant="a"');
    expect(await read(metrics, 'leader_election_master_status')).toEqual({ 'name="tenant-operator"': 0 });
  });

  it('measure from the row to ready and to published, each once', async () => {
    const metrics = metricsOf();
    const created = clock.now();
    const fresh = { ...tenant('a', undefined, created) };
    await clock.advance(4_000);
    metrics.observer.saved(fresh, { conditions: [condition('Ready', 'False')] });
    await clock.advance(3_000);
    const waiting = tenant('a', { conditions: [condition('Ready', 'False')] }, created);
    metrics.observer.saved(waiting, {
      conditions: [condition('Ready', 'True'), condition('DNSReady', 'False')],
    });
    await clock.advance(30_000);
    const published = {
      conditions: [condition('Ready', 'True'), condition('DNSReady', 'True', 'Published')],
    };
    metrics.observer.saved(waiting, published);
    await clock.advance(999_000);
    metrics.observer.saved(waiting, published);
    const text = await metrics.text();
    expect(text).toContain('tenant_ready_duration_seconds_sum 7\n');
    expect(text).toContain('tenant_ready_duration_seconds_count 1\n');
    expect(text).toContain('tenant_dns_publish_duration_seconds_sum 37\n');
    expect(text).toContain('tenant_dns_publish_duration_seconds_count 1\n');
  });

  it('do not measure a tenant that was there before this process', async () => {
    const metrics = metricsOf();
    const old = tenant('a', { conditions: [condition('Ready', 'False')] });
    metrics.observer.saved(old, { conditions: [condition('Ready', 'True')] });
    expect(await metrics.text()).toContain('tenant_ready_duration_seconds_count 0\n');
  });
});

describe('metrics of registries and of work', () => {
  const registry = (status: TenantRegistry['status']): TenantRegistry =>
    ({
      apiVersion: 'operator.kubernetes-tenants.org/v1',
      kind: 'TenantRegistry',
      metadata: { name: 'reg', namespace: 'shop' },
      spec: { source: { type: 'mysql' } },
      status,
    }) as unknown as TenantRegistry;

  it('tell the age of the last read, which a failed one does not renew', async () => {
    registries.set(
      'shop/reg',
      registry({ desired: 7, ready: 6, failed: 1, conditions: [condition('Ready', 'False')] }),
    );
    const metrics = metricsOf();
    expect(await read(metrics, 'registry_sync_age_seconds')).toEqual({});
    metrics.observer.read('shop/reg', true, 20);
    await clock.advance(40_000);
    metrics.observer.read('shop/reg', false, 20);
    expect(await read(metrics, 'registry_sync_age_seconds')).toEqual({
      'namespace="shop",registry="reg"': 40,
    });
    expect(await read(metrics, 'registry_desired')).toEqual({ 'namespace="shop",registry="reg"': 7 });
    expect(await read(metrics, 'registry_up')).toEqual({ 'namespace="shop",registry="reg"': 0 });
    registries.clear();
    expect(await read(metrics, 'registry_sync_age_seconds')).toEqual({});
  });

  it('start at zero, so that the first failure shows in a rate', async () => {
    const metrics = metricsOf();
    expect(await read(metrics, 'apply_attempts_total')).toMatchObject({
      'conflict_policy="Stuck",kind="Ingress",result="error"': 0,
    });
    expect(await metrics.text()).toContain('tenant_reconcile_duration_seconds_count{result="error"} 0\n');
  });

  it('count passes, writes and requests by what came of them', async () => {
    const metrics = metricsOf();
    metrics.observer.worked('tenant', { kind: 'retry' }, { waitedMs: 1, workedMs: 20 });
    metrics.observer.worked('tenant', { kind: 'after', ms: 5 }, { waitedMs: 1, workedMs: 20 });
    metrics.observer.applied(tenant('a'), 'Ingress', 'Stuck', 'success');
    metrics.answered({ method: 'PATCH', code: '429', tookMs: 3 });
    const text = await metrics.text();
    expect(text).toContain('tenant_reconcile_duration_seconds_count{result="error"} 1\n');
    expect(text).toContain('tenant_reconcile_duration_seconds_count{result="success"} 1\n');
    expect(text).toContain(
      'apply_attempts_total{kind="Ingress",result="success",conflict_policy="Stuck"} 1\n',
    );
    expect(text).toContain('rest_client_requests_total{code="429",method="PATCH"} 1\n');
  });

  it('answer who asks at once with one text, and describe themselves', async () => {
    const metrics = metricsOf();
    const [one, other] = await Promise.all([metrics.text(), metrics.text()]);
    expect(one).toBe(other);
    const names = metrics.describe().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(metrics.describe()).toContainEqual({
      name: 'tenant_conflicts_total',
      help: 'Writes that met an object of somebody else',
      type: 'counter',
      labels: ['tenant', 'namespace', 'resource_kind', 'conflict_policy'],
    });
  });

  it('are text that Prometheus can read, names and help of tenants escaped', async () => {
    const metrics = metricsOf();
    const types = metrics.describe().map(({ type }) => type);
    expect([...new Set(types)].sort()).toEqual(['counter', 'gauge', 'histogram']);
    for (const line of (await metrics.text()).split('\n')) {
      expect(line).toMatch(
        /^$|^# (?:HELP|TYPE) [a-z_]+ .+$|^[a-z_]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? [-+.e0-9A-Za-z]+$/,
      );
    }
  });
});
