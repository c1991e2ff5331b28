/** What happens, counted as it happens: passes, writes, reads, requests, and how long a tenant takes. */
import { LISTS, REASONS } from '@tenant-operator/api';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Observer } from '../controller/index.ts';
import { addComputed, createTally, type Tally } from './computed.ts';
import type { Metrics } from './index.ts';

export interface WorkMetrics extends Pick<Metrics, 'observer' | 'answered' | 'reviewed'> {
  /** When the table of a registry was last read, in milliseconds since the epoch. */
  lastRead(registryKey: string): number | undefined;
  /** Objects of a tenant that belonged to somebody else in its last pass. */
  conflicts(tenantKey: string): number | undefined;
  /** Forgets registries that are gone. */
  keepRegistries(isThere: (registryKey: string) => boolean): void;
}

const passSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const requestSeconds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
const waitSeconds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600];
const queues = ['registry', 'template', 'tenant'] as const;
const probeReasons = Object.entries(REASONS)
  .filter(
    ([name, { on }]) => (on as readonly string[]).includes('Tenant/HTTPSReady') && name !== 'ProbePending',
  )
  .map(([name]) => name);
const policies = ['Stuck', 'Force'] as const;

export function addWorkMetrics(
  registry: Registry,
  options: { readonly tenantSeriesLimit: number; now(): number },
): WorkMetrics {
  const registers = [registry];
  const pass = new Histogram({
    name: 'tenant_reconcile_duration_seconds',
    help: 'How long one pass over a tenant takes',
    labelNames: ['result'],
    buckets: passSeconds,
    registers,
  });
  const waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'How long a key waits in a queue before it is worked on',
    labelNames: ['name'],
    buckets: passSeconds,
    registers,
  });
  const worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'How long a key of a queue is worked on',
    labelNames: ['name'],
    buckets: passSeconds,
    registers,
  });
  const applies = new Counter({
    name: 'apply_attempts_total',
    help: 'Attempts to write an object of a tenant',
    labelNames: ['kind', 'result', 'conflict_policy'],
    registers,
  });
  const reads = new Histogram({
    name: 'registry_sync_duration_seconds',
    help: 'How long a read of the table takes',
    labelNames: ['result'],
    buckets: passSeconds,
    registers,
  });
  const readyAfter = new Histogram({
    name: 'tenant_ready_duration_seconds',
    help: 'From the appearance of a row to the tenant being ready for the first time',
    buckets: waitSeconds,
    registers,
  });
  const publishedAfter = new Histogram({
    name: 'tenant_dns_publish_duration_seconds',
    help: 'From the appearance of a row to its DNS records being published for the first time',
    buckets: waitSeconds,
    registers,
  });
  const probes = new Histogram({
    name: 'tenant_https_probe_duration_seconds',
    help: 'How long a host takes to answer an HTTPS probe, by what came of it',
    labelNames: ['result'],
    buckets: requestSeconds,
    registers,
  });
  const answers = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server, by what came of them',
    labelNames: ['code', 'method'],
    registers,
  });
  const latency = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'How long requests to the API server take',
    labelNames: ['verb'],
    buckets: requestSeconds,
    registers,
  });
  const reviews = new Histogram({
    name: 'webhook_review_duration_seconds',
    help: 'How long a review of the admission webhook takes, by its verdict',
    labelNames: ['operation', 'result'],
    buckets: passSeconds,
    registers,
  });

  // What was never counted is told as zero, so that the first time shows in a rate.
  for (const result of ['success', 'error']) {
    pass.zero({ result });
    reads.zero({ result });
    for (const { type } of LISTS) {
      if (!type) continue;
      for (const conflict_policy of policies) applies.inc({ kind: type.kind, result, conflict_policy }, 0);
    }
  }
  for (const result of probeReasons) probes.zero({ result });
  for (const name of queues) {
    waited.zero({ name });
    worked.zero({ name });
  }
  for (const operation of ['CREATE', 'UPDATE', 'DELETE']) {
    for (const result of ['allowed', 'refused']) reviews.zero({ operation, result });
  }

  const conflictCounts = createConflictCounts();
  addComputed(registry, {
    name: 'tenant_conflicts_total',
    help: 'Writes that met an object of somebody else',
    type: 'counter',
    labels: ['tenant', 'namespace', 'resource_kind', 'conflict_policy'],
    values: () => conflictCounts.values(options.tenantSeriesLimit),
  });
  const lastReads = new Map<string, number>();
  const inConflict = new Map<string, number>();
  const young = createYoungTenants(options.now);

  const observer: Observer = {
    worked(queue, outcome, { waitedMs, workedMs }) {
      waited.observe({ name: queue }, waitedMs / 1_000);
      worked.observe({ name: queue }, workedMs / 1_000);
      if (queue !== 'tenant') return;
      const isError = outcome.kind === 'retry' || outcome.kind === 'terminal';
      pass.observe({ result: isError ? 'error' : 'success' }, workedMs / 1_000);
    },
    applied({ metadata }, kind, conflict_policy, result) {
      applies.inc({ kind, result: result === 'success' ? result : 'error', conflict_policy });
      if (result === 'conflict')
        conflictCounts.add(metadata.namespace ?? '', metadata.name, kind, conflict_policy);
    },
    settled(tenantKey, reports) {
      const count = reports.filter(({ state }) => state === 'conflict').length;
      if (count > 0) inConflict.set(tenantKey, count);
      else inConflict.delete(tenantKey);
    },
    saved(before, status) {
      const ages = young.agesAt(before, status);
      if (ages.ready !== undefined) readyAfter.observe(ages.ready);
      if (ages.published !== undefined) publishedAfter.observe(ages.published);
    },
    gone(tenantKey) {
      inConflict.delete(tenantKey);
      conflictCounts.forget(tenantKey);
      young.forget(tenantKey);
    },
    probed(result, tookMs) {
      probes.observe({ result }, tookMs / 1_000);
    },
    read(registryKey, isRead, tookMs) {
      reads.observe({ result: isRead ? 'success' : 'error' }, tookMs / 1_000);
      if (isRead) lastReads.set(registryKey, options.now());
    },
  };
  return {
    observer,
    answered({ method, code, tookMs }) {
      answers.inc({ code, method });
      latency.observe({ verb: method }, tookMs / 1_000);
    },
    reviewed({ operation, isAllowed, tookMs }) {
      reviews.observe({ operation, result: isAllowed ? 'allowed' : 'refused' }, tookMs / 1_000);
    },
    lastRead: (key) => lastReads.get(key),
    conflicts: (key) => inConflict.get(key),
    keepRegistries(isThere) {
      for (const key of lastReads.keys()) if (!isThere(key)) lastReads.delete(key);
    },
  };
}

/** By tenant while there are few, and always by namespace; who is gone takes its own counts along. */
function createConflictCounts() {
  const byTenant = new Map<string, Tally>();
  const all = createTally();
  return {
    add(namespace: string, tenant: string, resource_kind: string, conflict_policy: string): void {
      const key = `${namespace}/${tenant}`;
      const tally = byTenant.get(key) ?? createTally();
      byTenant.set(key, tally);
      tally.add({ tenant, namespace, resource_kind, conflict_policy }, 1);
      all.add({ tenant: '', namespace, resource_kind, conflict_policy }, 1);
    },
    forget: (tenantKey: string) => void byTenant.delete(tenantKey),
    values(limit: number) {
      if (byTenant.size > limit) return all.values();
      return [...byTenant.values()].flatMap((tally) => tally.values());
    },
  };
}

interface Young {
  readonly since: number;
  isReady: boolean;
  isPublished: boolean;
}

/** Tenants that this process has seen from their first status on, until they are ready and published. */
function createYoungTenants(now: () => number) {
  const tenants = new Map<string, Young>();
  return {
    /** Seconds from the start to a state that is reached with this status for the first time. */
    agesAt(
      before: Parameters<Observer['saved']>[0],
      status: Parameters<Observer['saved']>[1],
    ): { ready?: number; published?: number } {
      const { namespace = '', name, creationTimestamp = '', deletionTimestamp } = before.metadata;
      const key = `${namespace}/${name}`;
      if (deletionTimestamp !== undefined) {
        tenants.delete(key);
        return {};
      }
      const since = Date.parse(creationTimestamp);
      const isNew = (before.status?.conditions ?? []).length === 0 && !Number.isNaN(since);
      if (isNew && !tenants.has(key)) tenants.set(key, { since, isReady: false, isPublished: false });
      const young = tenants.get(key);
      if (!young) return {};
      const is = (type: string) => status.conditions?.find((condition) => condition.type === type);
      const age = Math.max(0, now() - young.since) / 1_000;
      const ages: { ready?: number; published?: number } = {};
      if (!young.isReady && is('Ready')?.status === 'True') {
        young.isReady = true;
        ages.ready = age;
      }
      const dns = is('DNSReady');
      if (!young.isPublished && dns?.reason === 'Published') {
        young.isPublished = true;
        ages.published = age;
      }
      const isWithoutDns = dns?.reason === 'NoRecords' || dns?.reason === 'Disabled';
      if (young.isReady && (young.isPublished || isWithoutDns)) tenants.delete(key);
      return ages;
    },
    forget: (tenantKey: string) => void tenants.delete(tenantKey),
  };
}
