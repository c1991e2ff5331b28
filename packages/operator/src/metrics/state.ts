/** What the caches say of registries, templates and tenants, counted when somebody asks. */
import type { TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import type { Registry } from 'prom-client';
import { addComputed, single, type Value } from './computed.ts';
import type { Measured } from './index.ts';
import { type TenantSeries, tenantSeries } from './tenants.ts';
import type { WorkMetrics } from './work.ts';

export interface StateMetrics {
  /** Looks at the caches; the metrics say what was seen last. Without an argument they say nothing. */
  look(measured: Measured | undefined): void;
}

const phases = ['Idle', 'InProgress', 'Failed', 'Complete'] as const;

export function addStateMetrics(
  registry: Registry,
  work: WorkMetrics,
  options: { readonly tenantSeriesLimit: number; now(): number },
): StateMetrics {
  let registries: readonly TenantRegistry[] = [];
  let templates: readonly TenantTemplate[] = [];
  let tenants: TenantSeries = tenantSeries([], options.tenantSeriesLimit, () => undefined);
  let isLeading = false;

  const ofTenants = (
    name: string,
    help: string,
    pick: (series: TenantSeries) => readonly Value[],
    labels: readonly string[],
  ) => addComputed(registry, { name, help, labels, values: () => pick(tenants) });
  const perTenant = ['tenant', 'namespace'];
  ofTenants('tenant_resources_desired', 'Resources that the tenant should have', (s) => s.desired, perTenant);
  ofTenants('tenant_resources_ready', 'Resources of the tenant that are ready', (s) => s.ready, perTenant);
  ofTenants('tenant_resources_failed', 'Resources that failed or conflict', (s) => s.failed, perTenant);
  ofTenants(
    'tenant_resources_conflicted',
    'Resources that somebody else owns',
    (s) => s.conflicted,
    perTenant,
  );
  ofTenants(
    'tenant_condition_status',
    'Status of a condition of the tenant (0=False, 1=True, 2=Unknown)',
    (s) => s.conditions,
    [...perTenant, 'type'],
  );
  ofTenants(
    'tenant_degraded_status',
    'Whether the tenant is degraded, and why; how many are where tenants have no series of their own',
    (s) => s.degraded,
    [...perTenant, 'reason'],
  );
  ofTenants('tenant_conditions', 'Tenants that have a condition in a status', (s) => s.conditionCounts, [
    'namespace',
    'type',
    'status',
  ]);
  ofTenants(
    'tenant_dns_records',
    'DNS records that tenants ask for, by where they stand',
    (s) => s.dnsRecords,
    ['state'],
  );
  addComputed(registry, {
    name: 'tenant_series_limited',
    help: 'Whether there are too many tenants for series of their own (--metrics-tenant-series-limit)',
    values: () => single(tenants.isLimited ? 1 : 0),
  });

  const ofRegistries = (name: string, help: string, value: (of: TenantRegistry) => number | undefined) =>
    addComputed(registry, {
      name,
      help,
      labels: ['registry', 'namespace'],
      values: () => registries.flatMap((one) => labelled('registry', one, value(one))),
    });
  const isTrue = ({ status }: TenantRegistry, type: string) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True');
  ofRegistries('registry_desired', 'Tenants that the rows ask for', ({ status }) => status?.desired ?? 0);
  ofRegistries(
    'registry_ready',
    'Tenants of the registry that are ready',
    ({ status }) => status?.ready ?? 0,
  );
  ofRegistries('registry_failed', 'Tenants of the registry that failed', ({ status }) => status?.failed ?? 0);
  ofRegistries('registry_quarantined', 'Rows that cannot be used', ({ status }) => status?.quarantined ?? 0);
  ofRegistries('registry_up', 'Whether the table was read when it was last tried', (one) =>
    isTrue(one, 'Ready') ? 1 : 0,
  );
  ofRegistries('registry_suspended', 'Whether the registry is suspended', ({ spec }) =>
    spec.suspend ? 1 : 0,
  );
  ofRegistries(
    'registry_held_deletions',
    'Tenants whose deletion waits for an approval',
    ({ status }) => status?.heldDeletions?.count ?? 0,
  );
  ofRegistries(
    'registry_leftover_records',
    'DNS records that outlived their tenants',
    ({ status }) => status?.leftoverRecords?.length ?? 0,
  );
  ofRegistries('registry_sync_age_seconds', 'Since the last successful read of the table', ({ metadata }) => {
    const at = work.lastRead(`${metadata.namespace}/${metadata.name}`);
    return at === undefined ? undefined : Math.max(0, options.now() - at) / 1_000;
  });

  const ofTemplates = (name: string, help: string, value: (of: TenantTemplate) => number) =>
    addComputed(registry, {
      name,
      help,
      labels: ['template', 'namespace'],
      values: () => templates.flatMap((one) => labelled('template', one, value(one))),
    });
  ofTemplates(
    'template_rollout_phase',
    `Where the last change of the template stands (${phases.map((phase, i) => `${i}=${phase}`).join(', ')})`,
    ({ status }) => phases.indexOf(status?.rollout?.phase ?? 'Idle'),
  );
  ofTemplates('template_tenants', 'Tenants of the template', ({ status }) => status?.totalTenants ?? 0);
  ofTemplates(
    'template_ready',
    'Tenants of the template that are ready',
    ({ status }) => status?.readyTenants ?? 0,
  );

  addComputed(registry, {
    name: 'leader_election_master_status',
    help: 'Whether this process leads',
    labels: ['name'],
    values: () => [{ labels: { name: 'tenant-operator' }, value: isLeading ? 1 : 0 }],
  });

  return {
    look(measured) {
      isLeading = measured?.isLeading() ?? false;
      const seen = isLeading ? measured?.objects : undefined;
      registries = [...(seen?.registries.values() ?? [])];
      templates = [...(seen?.templates.values() ?? [])];
      tenants = tenantSeries([...(seen?.tenants.values() ?? [])], options.tenantSeriesLimit, work.conflicts);
    },
  };
}

function labelled(
  label: string,
  { metadata }: { readonly metadata: { readonly name: string; readonly namespace?: string } },
  value: number | undefined,
): Value[] {
  if (value === undefined) return [];
  return [{ labels: { [label]: metadata.name, namespace: metadata.namespace ?? '' }, value }];
}
