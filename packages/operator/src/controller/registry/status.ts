/** A registry's status: counts, quarantine, and whether its table is being read. */
import type { Condition, RegistryStatus, Tenant, TenantRegistry } from '@tenant-operator/api';
import { refOf } from '../../apply/index.ts';
import type { TenantPlan } from '../../plan/index.ts';
import type { SourceFailure } from '../../source/index.ts';
import {
  type ConditionInput,
  changedFields,
  findCondition,
  setConditions,
  toTime,
} from '../../status/index.ts';
import type { ControllerContext } from '../context.ts';
import type { RegistryMemory } from './carry-out.ts';
import { tenantsOf } from './tenants.ts';

export type SyncOutcome =
  | { readonly kind: 'synced'; readonly plan: TenantPlan }
  | { readonly kind: 'failed'; readonly failure: SourceFailure; readonly plan: TenantPlan | undefined }
  | { readonly kind: 'suspended' };

const maxQuarantinedRows = 100;

/** Writes the status when it says something new; `lastSyncTime` alone is no news. */
export async function saveRegistryStatus(
  context: ControllerContext,
  registry: TenantRegistry,
  memory: RegistryMemory,
  outcome: SyncOutcome,
): Promise<void> {
  const previous = registry.status;
  const next = registryStatus(context, registry, outcome);
  const patch = changedFields(previous, next);
  if (!patch) return;
  if (memory.lastSync !== undefined) patch.lastSyncTime = toTime(new Date(memory.lastSync));
  const body = { metadata: { resourceVersion: registry.metadata.resourceVersion }, status: patch };
  const saved = await context.client.patch(context.types.registry, refOf(registry), body, {
    contentType: 'merge',
    subresource: 'status',
    fieldManager: 'tenant-operator',
  });
  context.registries.put(saved);
  announce(context, registry, next);
}

function registryStatus(
  context: ControllerContext,
  registry: TenantRegistry,
  outcome: SyncOutcome,
): RegistryStatus {
  const { namespace = '', name } = registry.metadata;
  const tenants = tenantsOf(context, registry);
  const isTrue = (tenant: Tenant, type: string) => conditionOf(tenant, type)?.status === 'True';
  const plan = outcome.kind === 'suspended' ? undefined : outcome.plan;
  const previous = registry.status;
  const conditions = setConditions(previous?.conditions ?? [], conditionsOf(outcome, registry), {
    now: new Date(context.clock.now()),
    generation: registry.metadata.generation,
    keep: ['DeletionHeld', 'Degraded'],
  });
  return {
    ...previous,
    observedGeneration: registry.metadata.generation ?? 0,
    referencingTemplates: context.catalog.ofRegistry(namespace, name).length,
    desired: plan?.desired ?? previous?.desired ?? 0,
    ready: tenants.filter((tenant) => isTrue(tenant, 'Ready')).length,
    failed: tenants.filter((tenant) => isTrue(tenant, 'Degraded')).length,
    quarantined: plan?.quarantined.length ?? previous?.quarantined ?? 0,
    ...(plan
      ? {
          quarantinedRows: quarantinedRows(plan, previous, toTime(new Date(context.clock.now()))),
        }
      : {}),
    conditions,
  };
}

function quarantinedRows(
  plan: TenantPlan,
  previous: RegistryStatus | undefined,
  now: string,
): NonNullable<RegistryStatus['quarantinedRows']> {
  return plan.quarantined
    .map(({ uid, reason, message }) => ({ uid: uid.slice(0, 253), reason, message }))
    .sort((a, b) => (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0))
    .slice(0, maxQuarantinedRows)
    .map((row) => {
      const before = previous?.quarantinedRows?.find(
        (other) => other.uid === row.uid && other.reason === row.reason,
      );
      return { ...row, since: before?.since ?? now };
    });
}

function conditionOf(tenant: Tenant, type: string): Condition | undefined {
  return findCondition(tenant.status?.conditions, type);
}

function conditionsOf(outcome: SyncOutcome, registry: TenantRegistry): ConditionInput[] {
  switch (outcome.kind) {
    case 'suspended': {
      const message = 'spec.suspend is true: the table is not read and no Tenant is changed';
      return [{ type: 'Ready', status: 'False', reason: 'Suspended', message }];
    }
    case 'failed': {
      const { reason, message } = outcome.failure;
      return [{ type: 'Ready', status: 'False', reason, message }];
    }
    case 'synced': {
      const { desired, quarantined } = outcome.plan;
      const table = registry.spec.source[registry.spec.source.type]?.table ?? '';
      const message = `table "${table}" is read every ${registry.spec.source.syncInterval ?? '30s'}: ${desired} Tenants desired`;
      const first = quarantined[0];
      const more = quarantined.length > 1 ? `; and ${quarantined.length - 1} more rows` : '';
      return [
        { type: 'Ready', status: 'True', reason: 'Synced', message },
        first
          ? { type: 'Degraded', status: 'True', reason: first.reason, message: `${first.message}${more}` }
          : { type: 'Degraded', status: 'False', reason: 'AllRowsValid', message: '' },
      ];
    }
  }
}

/** Says what changed in an event: a failure, its end, a quarantine. */
function announce(context: ControllerContext, registry: TenantRegistry, next: RegistryStatus): void {
  const before = registry.status?.conditions;
  const after = next.conditions;
  const [was, is] = [findCondition(before, 'Ready'), findCondition(after, 'Ready')];
  const failed = (condition: Condition | undefined) =>
    condition?.status === 'False' && condition.reason !== 'Suspended';
  if (is && failed(is) && (was?.reason !== is.reason || was.message !== is.message)) {
    context.events.record(registry, { type: 'Warning', reason: is.reason, message: is.message });
  }
  if (is?.status === 'True' && failed(was)) {
    context.events.record(registry, {
      type: 'Normal',
      reason: 'SourceRecovered',
      message: 'the table can be read again',
    });
  }
  const [wasDegraded, isDegraded] = [findCondition(before, 'Degraded'), findCondition(after, 'Degraded')];
  if (isDegraded?.status === 'True' && wasDegraded?.message !== isDegraded.message) {
    context.events.record(registry, {
      type: 'Warning',
      reason: isDegraded.reason,
      message: isDegraded.message,
    });
  }
}
