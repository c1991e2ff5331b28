/** A registry's status: counts, quarantine, and whether its table is being read. */
import {
  ANNOTATIONS,
  type Condition,
  FIELD_MANAGER,
  type RegistryStatus,
  type Tenant,
  type TenantRegistry,
} from '@tenant-operator/api';
import { keyOf } from '@tenant-operator/kube';
import { refOf } from '../../apply/index.ts';
import type { GuardDecision, TenantPlan } from '../../plan/index.ts';
import type { SourceFailure } from '../../source/index.ts';
import {
  type ConditionInput,
  changedFields,
  countsWait,
  findCondition,
  isCountsOnly,
  setConditions,
  toTime,
} from '../../status/index.ts';
import { cutText } from '../../text.ts';
import type { ControllerContext } from '../context.ts';
import { stillLeft } from '../dns/leftovers.ts';
import type { SyncWork } from './carry-out.ts';
import type { RegistryMemory } from './memory.ts';

export type SyncOutcome =
  | { readonly kind: 'synced'; readonly work: SyncWork }
  | { readonly kind: 'failed'; readonly failure: SourceFailure; readonly work: SyncWork | undefined }
  | { readonly kind: 'removing'; readonly guard: GuardDecision }
  | { readonly kind: 'suspended' };

const maxQuarantinedRows = 100;
const maxHeldNames = 1_000;

/**
 * Writes the status when it says something new; `lastSyncTime` alone is no news. Counts that are still on their way are held back
 * for a while: then it gives the milliseconds after which to come back, else 0.
 */
export async function saveRegistryStatus(
  context: ControllerContext,
  registry: TenantRegistry,
  memory: RegistryMemory | undefined,
  outcome: SyncOutcome,
): Promise<number> {
  const previous = registry.status;
  const next = registryStatus(context, registry, outcome);
  const patch = changedFields(previous, next);
  if (!patch) return 0;
  const now = context.clock.monotonic();
  const isUnderWay = next.ready !== next.desired && isCountsOnly(previous, patch);
  const held = isUnderWay ? countsWait(memory?.lastStatus, now) : 0;
  if (held > 0) return held;
  if (memory?.lastSync !== undefined) patch.lastSyncTime = toTime(new Date(memory.lastSync));
  const body = { metadata: { resourceVersion: registry.metadata.resourceVersion }, status: patch };
  const saved = await context.client.patch(context.types.registry, refOf(registry), body, {
    contentType: 'merge',
    subresource: 'status',
    fieldManager: FIELD_MANAGER,
  });
  context.registries.put(saved);
  if (memory) memory.lastStatus = now;
  announce(context, registry, next);
  return 0;
}

function registryStatus(
  context: ControllerContext,
  registry: TenantRegistry,
  outcome: SyncOutcome,
): RegistryStatus {
  const { namespace = '', name } = registry.metadata;
  const tenants = context.tenants.ofRegistry(keyOf(registry.metadata));
  const isTrue = (tenant: Tenant, type: string) => conditionOf(tenant, type)?.status === 'True';
  const work = 'work' in outcome ? outcome.work : undefined;
  const plan = work?.plan;
  const guard = outcome.kind === 'removing' ? outcome.guard : work?.guard;
  const previous = registry.status;
  const conditions = setConditions(
    previous?.conditions ?? [],
    [...conditionsOf(outcome, registry), ...guardCondition(guard)],
    {
      now: new Date(context.clock.now()),
      generation: registry.metadata.generation,
      keep: ['DeletionHeld', 'Degraded'],
    },
  );
  const { heldDeletions: _, leftoverRecords = [], dns: __, ...kept } = previous ?? {};
  const left = stillLeft(leftoverRecords, tenants);
  const dns = countRecords(tenants);
  const held = heldDeletions(guard, previous, context.clock.now());
  return {
    ...kept,
    observedGeneration: registry.metadata.generation ?? 0,
    referencingTemplates: context.catalog.ofRegistry(namespace, name).length,
    desired: plan?.desired ?? previous?.desired ?? 0,
    ready: tenants.filter((tenant) => isTrue(tenant, 'Ready')).length,
    failed: tenants.filter((tenant) => isTrue(tenant, 'Degraded') && !isTrue(tenant, 'Ready')).length,
    quarantined: plan?.quarantined.length ?? previous?.quarantined ?? 0,
    ...(plan
      ? {
          quarantinedRows: quarantinedRows(plan, previous, toTime(new Date(context.clock.now()))),
        }
      : {}),
    ...(held ? { heldDeletions: held } : {}),
    ...(left.length > 0 ? { leftoverRecords: [...left] } : {}),
    ...(dns.expected > 0 ? { dns } : {}),
    conditions,
  };
}

/** DNS records of all tenants, by their own status. */
function countRecords(tenants: readonly Tenant[]): NonNullable<RegistryStatus['dns']> {
  const records = tenants.flatMap(({ status }) => status?.dns ?? []);
  const published = records.filter(({ state }) => state === 'Published').length;
  return { expected: records.length, published };
}

/** The list that waits for an approval; it keeps its digest and time while the names stay the same. */
function heldDeletions(
  guard: GuardDecision | undefined,
  previous: RegistryStatus | undefined,
  now: number,
): RegistryStatus['heldDeletions'] {
  if (!guard) return previous?.heldDeletions;
  if (guard.kind === 'free') return undefined;
  const { digest, tenants } = guard;
  const since =
    previous?.heldDeletions?.digest === digest ? previous.heldDeletions.since : toTime(new Date(now));
  return { digest, count: tenants.length, tenants: tenants.slice(0, maxHeldNames), since };
}

function guardCondition(guard: GuardDecision | undefined): ConditionInput[] {
  if (!guard) return [];
  if (guard.kind === 'free')
    return [{ type: 'DeletionHeld', status: 'False', reason: 'NothingHeld', message: '' }];
  const named = guard.tenants.slice(0, 5).join(', ');
  const more = guard.tenants.length > 5 ? ` and ${guard.tenants.length - 5} more` : '';
  const approve = `approve with the annotation ${ANNOTATIONS.approveDeletions}=${guard.digest}`;
  const message = `${guard.message}: ${named}${more}; ${approve}`;
  return [{ type: 'DeletionHeld', status: 'True', reason: guard.reason, message }];
}

function quarantinedRows(
  plan: TenantPlan,
  previous: RegistryStatus | undefined,
  now: string,
): NonNullable<RegistryStatus['quarantinedRows']> {
  return plan.quarantined
    .map(({ uid, template, reason, message }) => ({
      uid: cutText(uid, 253),
      ...(template === undefined ? {} : { template }),
      reason,
      message: cutText(message, 1_024),
    }))
    .sort((a, b) => (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0))
    .slice(0, maxQuarantinedRows)
    .map((row) => {
      const before = previous?.quarantinedRows?.find(
        (other) => other.uid === row.uid && other.template === row.template && other.reason === row.reason,
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
    case 'removing': {
      const message = 'the registry is being deleted; it goes after its Tenants';
      return [{ type: 'Ready', status: 'False', reason: 'Deleting', message }];
    }
    case 'synced': {
      const { desired, quarantined } = outcome.work.plan;
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
