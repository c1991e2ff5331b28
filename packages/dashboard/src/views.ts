/** From the operator's objects to what the page shows of them. Pure. */
import type { Condition, Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { keyOf } from '@tenant-operator/kube';
import type { ConditionView, Phase, RegistryView, TemplateView, TenantRow } from './wire.ts';

export const approveAnnotation = 'kubernetes-tenants.org/approve-deletions';

export function tenantRow(tenant: Tenant): TenantRow {
  const { metadata, spec, status } = tenant;
  const conditions = status?.conditions ?? [];
  const ready = find(conditions, 'Ready');
  const phase = phaseOf(tenant);
  const telling = phase === 'Degraded' ? (find(conditions, 'Degraded') ?? ready) : ready;
  const records = status?.dns ?? [];
  const values = { ...spec.values, ...spec.overrides?.values };
  return {
    key: keyOf(metadata),
    uid: spec.uid,
    registry: spec.registryId,
    template: spec.templateRef,
    host: values.hostOrUrl ?? '',
    phase,
    reason: telling?.reason ?? '',
    message: telling?.message ?? '',
    ready: status?.readyResources ?? 0,
    desired: status?.desiredResources ?? 0,
    published: records.filter(({ state }) => state === 'Published').length,
    records: records.length,
    since: telling?.lastTransitionTime ?? metadata.creationTimestamp ?? '',
  };
}

/**
 * Why a tenant is on an older revision than its template: it waits for its turn, or the rollout halted. A Tenant's own status
 * does not say so: a write to each of ten thousand waiting tenants would be one for nothing.
 */
export function turnOf({ status }: Tenant, template: TenantTemplate | undefined): string {
  const { rollout, currentRevision } = template?.status ?? {};
  const own = status?.templateRevision;
  if (!rollout || currentRevision === undefined || own === undefined || own === currentRevision) return '';
  const { phase, updatedTenants = 0, totalTenants = 0, message = '' } = rollout;
  const reached = `${updatedTenants} of ${totalTenants} tenants have ${currentRevision}`;
  const why = message === '' ? '' : `: ${message}`;
  if (phase === 'InProgress') return `On revision ${own} until its turn comes; ${reached}${why}`;
  if (phase === 'Failed')
    return `The rollout has halted before this tenant, which stays on ${own}; ${reached}${why}`;
  return '';
}

function phaseOf({ metadata, status }: Tenant): Phase {
  const conditions = status?.conditions ?? [];
  const is = (type: string) => find(conditions, type)?.status === 'True';
  if (metadata.deletionTimestamp !== undefined) return 'Deleting';
  if (find(conditions, 'Ready')?.reason === 'Suspended') return 'Suspended';
  if (is('Degraded') || is('Conflicted')) return 'Degraded';
  return is('Ready') ? 'Ready' : 'Progressing';
}

export function registryView({ metadata, spec, status }: TenantRegistry): RegistryView {
  const held = status?.heldDeletions;
  const source = spec.source.mysql ?? spec.source.postgresql;
  return {
    key: keyOf(metadata),
    source: source
      ? `${spec.source.mysql ? 'MySQL' : 'PostgreSQL'} ${source.host}, ${source.database}.${source.table}`
      : '',
    isSuspended: spec.suspend,
    desired: status?.desired ?? 0,
    ready: status?.ready ?? 0,
    failed: status?.failed ?? 0,
    quarantined: status?.quarantined ?? 0,
    quarantinedRows: status?.quarantinedRows ?? [],
    ...(held ? { held } : {}),
    leftovers: status?.leftoverRecords ?? [],
    records: status?.dns?.expected ?? 0,
    published: status?.dns?.published ?? 0,
    lastSync: status?.lastSyncTime ?? '',
    conditions: conditionViews(status?.conditions),
  };
}

export function templateView({ metadata, spec, status }: TenantTemplate): TemplateView {
  const rollout = status?.rollout;
  return {
    key: keyOf(metadata),
    registry: spec.registryId,
    isSuspended: spec.suspend,
    tenants: status?.totalTenants ?? 0,
    ready: status?.readyTenants ?? 0,
    revision: status?.currentRevision ?? '',
    ...(rollout
      ? {
          rollout: {
            phase: rollout.phase,
            total: rollout.totalTenants ?? 0,
            updated: rollout.updatedTenants ?? 0,
            updating: rollout.updatingTenants ?? 0,
            ready: rollout.readyUpdatedTenants ?? 0,
            since: rollout.startTime ?? '',
            until: rollout.completionTime ?? '',
            message: rollout.message ?? '',
          },
        }
      : {}),
    held: find(status?.conditions ?? [], 'DeletionHeld')?.status === 'True',
    conditions: conditionViews(status?.conditions),
  };
}

export function conditionViews(conditions: readonly Condition[] = []): ConditionView[] {
  return conditions.map(({ type, status, reason, message, lastTransitionTime }) => ({
    type,
    status,
    reason,
    message,
    since: lastTransitionTime,
  }));
}

function find(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}
