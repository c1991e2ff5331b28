/** What the statuses of tenants say, as series: one set for each tenant, or the sums of a namespace. Pure. */
import { CONDITIONS, REASONS, type Tenant } from '@tenant-operator/api';
import { createTally, type Value } from './computed.ts';

const conditionTypes = Object.keys(CONDITIONS.Tenant);
/** As the Go releases have it. */
const statusValues = { False: 0, True: 1, Unknown: 2 } as const;
const dnsReasons = Object.entries(REASONS)
  .filter(([, { on }]) => (on as readonly string[]).includes('Tenant/DNSReady'))
  .map(([reason]) => reason);

export interface TenantSeries {
  /** The sums of a namespace stand in for the tenants, of which there are too many. */
  readonly isLimited: boolean;
  readonly desired: readonly Value[];
  readonly ready: readonly Value[];
  readonly failed: readonly Value[];
  readonly conflicted: readonly Value[];
  readonly conditions: readonly Value[];
  readonly degraded: readonly Value[];
  /** How many tenants have a condition in a status. */
  readonly conditionCounts: readonly Value[];
  readonly dnsRecords: readonly Value[];
}

/** `conflicts` gives the objects of a tenant (`namespace/name`) that belong to somebody else, as last seen. */
export function tenantSeries(
  tenants: readonly Tenant[],
  limit: number,
  conflicts: (tenantKey: string) => number | undefined,
): TenantSeries {
  const isLimited = tenants.length > limit;
  const tallies = {
    desired: createTally(),
    ready: createTally(),
    failed: createTally(),
    conflicted: createTally(),
    conditions: createTally(),
    degraded: createTally(),
    conditionCounts: createTally(),
    dnsRecords: createTally(),
  };
  for (const state of dnsReasons) tallies.dnsRecords.add({ state }, 0);
  for (const { metadata, status } of tenants) {
    const namespace = metadata.namespace ?? '';
    const labels = { tenant: isLimited ? '' : metadata.name, namespace };
    tallies.desired.add(labels, status?.desiredResources ?? 0);
    tallies.ready.add(labels, status?.readyResources ?? 0);
    tallies.failed.add(labels, status?.failedResources ?? 0);
    const found = new Map((status?.conditions ?? []).map((condition) => [condition.type, condition]));
    const isConflicted = found.get('Conflicted')?.status === 'True';
    // How many is known from this process's own passes, which come soon after its start.
    tallies.conflicted.add(
      labels,
      isConflicted ? Math.max(1, conflicts(`${namespace}/${metadata.name}`) ?? 1) : 0,
    );
    for (const type of conditionTypes) {
      const condition = found.get(type);
      if (!condition) continue;
      if (!isLimited) tallies.conditions.add({ ...labels, type }, statusValues[condition.status]);
      tallies.conditionCounts.add({ namespace, type, status: condition.status }, 1);
    }
    const degraded = found.get('Degraded');
    const isDegraded = degraded?.status === 'True';
    tallies.degraded.add({ ...labels, reason: isDegraded ? degraded.reason : '' }, isDegraded ? 1 : 0);
    for (const { state } of status?.dns ?? []) tallies.dnsRecords.add({ state }, 1);
  }
  return {
    isLimited,
    desired: tallies.desired.values(),
    ready: tallies.ready.values(),
    failed: tallies.failed.values(),
    conflicted: tallies.conflicted.values(),
    conditions: tallies.conditions.values(),
    degraded: tallies.degraded.values(),
    conditionCounts: tallies.conditionCounts.values(),
    dnsRecords: tallies.dnsRecords.values(),
  };
}
