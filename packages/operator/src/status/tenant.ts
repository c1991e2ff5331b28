/** A Tenant's status from what came of its items. Pure. */
import type { InventoryEntry, Tenant, TenantDnsRecord, TenantStatus } from '@tenant-operator/api';
import { childKey } from '../children/index.ts';
import { type ConditionInput, setConditions } from './conditions.ts';
import type { ItemReport, ItemState } from './report.ts';

export interface TenantStatusInput {
  readonly tenant: Tenant;
  /** What the items were rendered from. */
  readonly revision: string;
  /** As whom the objects are written; undefined for the operator itself. */
  readonly serviceAccountName?: string | undefined;
  /** In dependency order. */
  readonly reports: readonly ItemReport[];
  /** Recorded objects that no item wants any more and that are not gone yet. */
  readonly leftovers: readonly InventoryEntry[];
  /** What keeps some of them from going, in one line each. */
  readonly leftoverFailures?: readonly string[];
  readonly now: Date;
  /** Conditions that stay when nobody speaks of them. */
  readonly keep: readonly string[];
  /** What DNS says; all of it stays as it is stored when left out. */
  readonly dns?: DnsStatusInput | undefined;
  /** Further conditions. */
  readonly more?: readonly ConditionInput[];
}

export interface DnsStatusInput {
  readonly condition: ConditionInput | undefined;
  /** `status.dns`. */
  readonly records: readonly TenantDnsRecord[] | undefined;
  /** Why the Tenant is not ready although its objects are. */
  readonly waiting: string | undefined;
}

export function tenantStatus({
  tenant,
  revision,
  serviceAccountName,
  reports,
  leftovers,
  leftoverFailures = [],
  now,
  keep,
  dns,
  more = [],
}: TenantStatusInput): TenantStatus {
  const present = reports.filter((report) => report.state !== 'absent');
  const count = (...states: ItemState[]) => present.filter((report) => states.includes(report.state)).length;
  const skipped = present.filter((report) => report.state === 'skipped').map((report) => report.id);
  const recorded = present.flatMap((report) => (report.entry ? [report.entry] : []));
  const previous = tenant.status?.conditions ?? [];
  const { dns: stored, serviceAccountName: _, ...kept } = tenant.status ?? {};
  const records = dns ? dns.records : stored;
  return {
    ...kept,
    observedGeneration: tenant.metadata.generation ?? 0,
    templateRevision: revision,
    ...brokenBefore(tenant, revision, now),
    ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
    desiredResources: present.length,
    readyResources: count('ready'),
    failedResources: count('failed', 'conflict'),
    skippedResources: skipped.length,
    skippedResourceIds: skipped.sort(),
    appliedResources: recorded
      .filter((entry) => entry.uid !== undefined)
      .map((entry) => `${entry.kind}/${entry.namespace ?? ''}/${entry.name}@${entry.id}`)
      .sort(),
    inventory: joinInventory(recorded, leftovers),
    ...(records ? { dns: [...records] } : {}),
    conditions: setConditions(
      previous,
      [
        ...tenantConditions(present, leftovers, leftoverFailures, dns?.waiting),
        ...(dns?.condition ? [dns.condition] : []),
        ...more,
      ],
      { now, generation: tenant.metadata.generation, keep },
    ),
  };
}

/** A tenant that is not ready for so long is no more on its way from one revision to the next, in milliseconds. */
const transitMs = 5 * 60_000;

/**
 * Remembered from the moment at which the tenant got its revision. One that was ready before and has not become ready again since
 * the last edit, a moment ago, is on its way and not broken: two quick edits must not move more tenants than `maxSkew` says.
 */
function brokenBefore({ status }: Tenant, revision: string, now: Date): { brokenBeforeRevision?: boolean } {
  if (status?.templateRevision === undefined || status.templateRevision === revision) return {};
  const find = (type: string) => status.conditions?.find((condition) => condition.type === type);
  const ready = find('Ready');
  if (ready?.status === 'True') return { brokenBeforeRevision: false };
  const isInTransit =
    status.brokenBeforeRevision === false &&
    now.getTime() - Date.parse(ready?.lastTransitionTime ?? '') < transitMs;
  return { brokenBeforeRevision: find('Degraded')?.status === 'True' || !isInTransit };
}

/** In apply order; leftovers keep their place by wave. */
function joinInventory(
  recorded: readonly InventoryEntry[],
  leftovers: readonly InventoryEntry[],
): InventoryEntry[] {
  const byKey = new Map([...leftovers, ...recorded].map((entry) => [childKey(entry), entry]));
  return [...byKey.values()].sort((a, b) => (a.wave ?? 0) - (b.wave ?? 0));
}

function tenantConditions(
  reports: readonly ItemReport[],
  leftovers: readonly InventoryEntry[],
  leftoverFailures: readonly string[],
  waitingForDns: string | undefined,
): ConditionInput[] {
  const of = (...states: ItemState[]) => reports.filter((report) => states.includes(report.state));
  const conflicts = of('conflict');
  const broken = [...conflicts, ...of('failed')];
  const open = of('waiting', 'blocked');
  const ready = of('ready').length;
  const going = nameFew(leftovers.map((entry) => `${entry.kind} "${entry.name}"`));
  const blocked = leftoverFailures.length > 0 ? nameFew(leftoverFailures) : undefined;
  return [
    readyCondition(reports, broken, open, ready, waitingForDns),
    open.length > 0 || leftovers.length > 0
      ? condition(
          'Progressing',
          true,
          open[0]?.reason ?? (blocked ? 'DeletionBlocked' : 'Deleting'),
          describe(open) || `removing ${going}${blocked ? `: ${blocked}` : ''}`,
        )
      : waitingForDns !== undefined && broken.length === 0
        ? condition('Progressing', true, 'WaitingForDNS', waitingForDns)
        : condition('Progressing', false, broken.length > 0 ? 'Stalled' : 'Complete', ''),
    conflicts.length > 0
      ? condition('Conflicted', true, 'Conflict', describe(conflicts))
      : condition('Conflicted', false, 'NoConflicts', ''),
    degradedCondition(
      broken,
      of('skipped'),
      reports.filter((report) => report.drifted),
      blocked,
    ),
  ];
}

function degradedCondition(
  broken: readonly ItemReport[],
  skipped: readonly ItemReport[],
  drifted: readonly ItemReport[],
  blocked: string | undefined,
): ConditionInput {
  const [first] = broken;
  if (first) return condition('Degraded', true, first.reason, describe([...broken, ...skipped]));
  if (blocked) return condition('Degraded', true, 'DeletionBlocked', blocked);
  if (drifted.length === 0) return condition('Degraded', false, 'Healthy', '');
  const ids = drifted.map((report) => `"${report.id}"`).join(', ');
  return condition('Degraded', true, 'Drifted', `somebody changed fields that the template sets: ${ids}`);
}

function readyCondition(
  reports: readonly ItemReport[],
  broken: readonly ItemReport[],
  open: readonly ItemReport[],
  ready: number,
  waitingForDns: string | undefined,
): ConditionInput {
  const first = broken[0] ?? open[0];
  if (!first && waitingForDns !== undefined) {
    const message = `${ready} of ${reports.length} resources ready; ${waitingForDns}`;
    return condition('Ready', false, 'WaitingForDNS', message);
  }
  if (!first) return condition('Ready', true, 'Ready', `${ready} of ${reports.length} resources ready`);
  const rest = broken.length > 0 ? broken : open;
  return condition(
    'Ready',
    false,
    first.reason,
    `${ready} of ${reports.length} resources ready; ${describe(rest)}`,
  );
}

function condition(type: string, is: boolean, reason: string, message: string): ConditionInput {
  return { type, status: is ? 'True' : 'False', reason, message };
}

const maxNamed = 3;

/** `"id": message` of the first few, and how many more there are. */
function describe(reports: readonly ItemReport[]): string {
  return nameFew(reports.map((report) => `"${report.id}": ${report.message}`));
}

function nameFew(texts: readonly string[]): string {
  const named = texts.slice(0, maxNamed).join('; ');
  return texts.length > maxNamed ? `${named}; and ${texts.length - maxNamed} more` : named;
}

/**
 * Replaces what tenantStatus would say when nothing could be rendered: the inventory and the counts stay. With `revision` the
 * tenant counts as moved to it, so that a rollout sees the failure.
 */
export function haltedStatus(
  tenant: Tenant,
  ready: ConditionInput,
  now: Date,
  keep: readonly string[],
  revision?: string,
): TenantStatus {
  const previous = tenant.status?.conditions ?? [];
  const isDeletion = ['Deleting', 'DeletionBlocked', 'WaitingForDNSRemoval'].includes(ready.reason);
  const isTrouble = !['Suspended', 'Deleting', 'WaitingForDNSRemoval'].includes(ready.reason);
  const inputs = [
    ready,
    isDeletion
      ? condition('Progressing', true, ready.reason, ready.message)
      : condition('Progressing', false, 'Stalled', ''),
    condition('Conflicted', false, 'NoConflicts', ''),
    isTrouble
      ? condition('Degraded', true, ready.reason, ready.message)
      : condition('Degraded', false, 'Healthy', ''),
  ];
  return {
    ...tenant.status,
    observedGeneration: tenant.metadata.generation ?? 0,
    ...(revision === undefined ? {} : { templateRevision: revision, ...brokenBefore(tenant, revision, now) }),
    conditions: setConditions(previous, inputs, { now, generation: tenant.metadata.generation, keep }),
  };
}
