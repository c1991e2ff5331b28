/** A template's status: whether it is valid, how many tenants it has, and how far its last change has come. */
import {
  FIELD_MANAGER,
  type RolloutStatus,
  type TemplateStatus,
  type Tenant,
  type TenantTemplate,
} from '@tenant-operator/api';
import { keyOf, parseKey } from '@tenant-operator/kube';
import { refOf } from '../../apply/index.ts';
import type { RolloutDecision } from '../../plan/index.ts';
import {
  type ConditionInput,
  changedFields,
  countsWait,
  findCondition,
  isCountsOnly,
  setConditions,
  toTime,
} from '../../status/index.ts';
import type { ControllerContext } from '../context.ts';
import type { CatalogEntry } from './catalog.ts';
import { revisionName } from './revisions.ts';
import { isLimited } from './rollouts.ts';

/**
 * `decision` is undefined while the template is invalid: then nothing is rolled out. Counts that follow each other are held
 * back for a while, verdicts never: then it gives the milliseconds after which to come back, else 0.
 * `written` is when this process wrote the status of which template last.
 */
export async function saveTemplateStatus(
  context: ControllerContext,
  entry: CatalogEntry,
  tenants: readonly Tenant[],
  decision: RolloutDecision | undefined,
  written: Map<string, number>,
): Promise<number> {
  const { template } = entry;
  const { isShared } = context.rollouts;
  const status = templateStatus(entry, tenants, decision, new Date(context.clock.now()), isShared);
  const patch = changedFields(template.status, status);
  if (!patch) return 0;
  const key = keyOf(template.metadata);
  const held = isCountsOnly(template.status, patch)
    ? countsWait(written.get(key), context.clock.monotonic())
    : 0;
  if (held > 0) return held;
  const body = { metadata: { resourceVersion: template.metadata.resourceVersion }, status: patch };
  const saved = await context.client.patch(context.types.template, refOf(template), body, {
    contentType: 'merge',
    subresource: 'status',
    fieldManager: FIELD_MANAGER,
  });
  context.templates.put(saved);
  written.set(key, context.clock.monotonic());
  announce(context, template, status);
  return 0;
}

function templateStatus(
  { template, registry, compiled }: CatalogEntry,
  tenants: readonly Tenant[],
  decision: RolloutDecision | undefined,
  now: Date,
  isShared: boolean,
): TemplateStatus {
  const isReady = (tenant: Tenant) => findCondition(tenant.status?.conditions, 'Ready')?.status === 'True';
  const ready = tenants.filter(isReady).length;
  const rollout = decision ? rolloutStatus(template, decision, now, isShared) : template.status?.rollout;
  const conditions = [
    validity(template, registry !== undefined, compiled.problems),
    applied(template, tenants.length, ready, rollout),
  ];
  return {
    ...template.status,
    observedGeneration: template.metadata.generation ?? 0,
    ...(decision ? { currentRevision: revisionName(template) } : {}),
    totalTenants: tenants.length,
    readyTenants: ready,
    ...(rollout ? { rollout } : {}),
    conditions: setConditions(template.status?.conditions ?? [], conditions, {
      now,
      generation: template.metadata.generation,
      keep: ['DeletionHeld'],
    }),
  };
}

/** A rollout begins when the content changes; what tenants come and go after its end is no part of it. */
function rolloutStatus(
  template: TenantTemplate,
  decision: RolloutDecision,
  now: Date,
  isShared: boolean,
): RolloutStatus | undefined {
  const { currentRevision, rollout: previous } = template.status ?? {};
  const isNew = currentRevision !== undefined && currentRevision !== revisionName(template);
  if (currentRevision === undefined || (!isNew && !previous)) return { phase: 'Idle', message: '' };
  const isOver = previous?.phase === 'Idle' || previous?.phase === 'Complete';
  if (!isNew && isOver) return previous;
  const completion = decision.phase === 'Complete' ? { completionTime: toTime(now) } : {};
  return {
    phase: decision.phase,
    targetGeneration: isNew ? (template.metadata.generation ?? 0) : (previous?.targetGeneration ?? 0),
    totalTenants: decision.total,
    updatedTenants: decision.updated,
    updatingTenants: decision.updating,
    readyUpdatedTenants: decision.readyUpdated,
    startTime: isNew ? toTime(now) : (previous?.startTime ?? toTime(now)),
    ...completion,
    ...(isShared ? movingTenants(template, decision) : {}),
    message: decision.message,
  };
}

/** Names of the tenants that were let go and are not there yet, for the processes that look after them. */
function movingTenants(template: TenantTemplate, { allowed }: RolloutDecision): Partial<RolloutStatus> {
  if (!isLimited(template) || allowed.size === 0) return {};
  return { movingTenants: [...allowed].map((key) => parseKey(key).name).sort() };
}

function validity(
  template: TenantTemplate,
  hasRegistry: boolean,
  problems: CatalogEntry['compiled']['problems'],
): ConditionInput {
  const [first] = problems;
  if (first) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more problems)` : '';
    return { type: 'Valid', status: 'False', reason: first.reason, message: `${first.message}${more}` };
  }
  if (hasRegistry) return { type: 'Valid', status: 'True', reason: 'Valid', message: '' };
  const message = `TenantRegistry "${template.spec.registryId}" does not exist in namespace "${template.metadata.namespace}" yet: the template takes effect when it does`;
  return { type: 'Valid', status: 'Unknown', reason: 'RegistryNotFound', message };
}

function applied(
  template: TenantTemplate,
  total: number,
  ready: number,
  rollout: RolloutStatus | undefined,
): ConditionInput {
  const is = (reason: string, message: string): ConditionInput => ({
    type: 'Applied',
    status: 'False',
    reason,
    message,
  });
  if (template.spec.suspend) return is('Suspended', 'spec.suspend is true');
  if (rollout?.phase === 'Failed') return is('RolloutFailed', rollout.message ?? '');
  if (rollout?.phase === 'InProgress') return is('RolloutInProgress', rollout.message ?? '');
  if (total === 0)
    return { type: 'Applied', status: 'True', reason: 'NoTenants', message: 'there are no tenants' };
  const message = `${ready} of ${total} tenants ready`;
  if (ready < total) return is('TenantsNotReady', message);
  return { type: 'Applied', status: 'True', reason: 'UpToDate', message };
}

const rolloutEvents = {
  InProgress: 'RolloutStarted',
  Failed: 'RolloutFailed',
  Complete: 'RolloutComplete',
} as const;

function announce(context: ControllerContext, template: TenantTemplate, status: TemplateStatus): void {
  const before = findCondition(template.status?.conditions, 'Valid');
  const after = findCondition(status.conditions, 'Valid');
  if (after?.status === 'False' && before?.message !== after.message) {
    context.events.record(template, { type: 'Warning', reason: after.reason, message: after.message });
  }
  const phase = status.rollout?.phase ?? 'Idle';
  if (phase === 'Idle' || phase === template.status?.rollout?.phase) return;
  const type = phase === 'Failed' ? 'Warning' : 'Normal';
  context.events.record(template, {
    type,
    reason: rolloutEvents[phase],
    message: status.rollout?.message ?? '',
  });
}
