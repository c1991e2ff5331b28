/** The end of a tenant's records: which ones to prove gone, and when to stop waiting for it. Pure. */
import type { InventoryEntry, LeftoverRecord, Tenant, TenantDnsRecord } from '@tenant-operator/api';
import {
  dnsStatus,
  type Expectation,
  type ExpectedRecord,
  expectedValues,
  type Report,
} from '../../dns/index.ts';
import { type ConditionInput, findCondition, toTime } from '../../status/index.ts';
import type { DnsRules } from './rules.ts';
import { steadyMessage, type ViewMemory } from './view.ts';

/** Where the removal of a tenant's records stands. */
export type RemovalView =
  /** Nothing keeps the tenant any more; `leftovers` are still in their zones. */
  | { readonly kind: 'over'; readonly leftovers: readonly Leftover[] }
  /** The name servers were not asked yet. */
  | { readonly kind: 'asking'; readonly ms: number }
  | {
      readonly kind: 'waiting';
      /** When to look again although nothing changes, in milliseconds from now. */
      readonly ms: number;
      /** When the objects were gone, in milliseconds since the epoch. */
      readonly since: number;
      readonly ready: ConditionInput;
      readonly condition: ConditionInput;
      readonly records: readonly TenantDnsRecord[];
    };

export type Leftover = Omit<LeftoverRecord, 'tenant' | 'since'>;

export interface RemovalInput {
  readonly tenant: Tenant;
  readonly records: readonly TenantDnsRecord[];
  readonly report: Report | undefined;
  readonly rules: DnsRules;
  /** When the objects were gone, in milliseconds since the epoch. */
  readonly since: number;
  readonly now: number;
}

/** After the time is over, the verifier gets so long for a last look, in milliseconds. */
const lastLookMs = 15_000;
const pollMs = 1_000;
const heldPollMs = 60_000;

export function removalView(input: RemovalInput, memory: ViewMemory): RemovalView {
  const { report, rules, since, now, records } = input;
  const overdueAt = since + rules.timeoutSeconds * 1_000;
  const open = report?.verdicts.filter(({ state }) => state !== 'gone') ?? [];
  if (report && open.every(({ reason, state }) => state === 'left' && reason === 'UpsertOnlyPolicy')) {
    return { kind: 'over', leftovers: open.map(leftoverOf) };
  }
  const isOverdue = now >= overdueAt;
  const isLastWord = report !== undefined && report.checkedAt >= overdueAt;
  if (isOverdue && rules.onTimeout === 'Release' && (isLastWord || now >= overdueAt + lastLookMs)) {
    return { kind: 'over', leftovers: report ? open.map(leftoverOf) : records.map(unlookedOf) };
  }
  if (!report) return { kind: 'asking', ms: pollMs };
  const dns = dnsStatus(report.verdicts, input.tenant.status?.dns ?? [], toTime(new Date(now)));
  const message = steadyMessage(report, memory);
  const isHeld = isOverdue && rules.onTimeout === 'Hold';
  const ms = isHeld ? heldPollMs : isOverdue ? pollMs : Math.max(pollMs, overdueAt - now);
  return {
    kind: 'waiting',
    ms,
    since,
    ready: {
      type: 'Ready',
      status: 'False',
      reason: isHeld ? 'DeletionBlocked' : 'WaitingForDNSRemoval',
      message: isHeld
        ? `after ${rules.timeoutSeconds} s a DNS record is not gone, and dns.onTimeout is Hold: ${message}`
        : message,
    },
    // Never True or Unknown until the end: since when it is False says how long the removal has lasted.
    condition: { type: 'DNSReady', status: 'False', reason: report.summary.reason, message },
    records: dns,
  };
}

/** When another process saw the objects gone, in milliseconds since the epoch; undefined when none did. */
export function storedSince(tenant: Tenant): number | undefined {
  const condition = findCondition(tenant.status?.conditions, 'DNSReady');
  const deletion = Date.parse(tenant.metadata.deletionTimestamp ?? '');
  const since = Date.parse(condition?.lastTransitionTime ?? '');
  return condition?.status === 'False' && since >= deletion ? since : undefined;
}

/** The records that have to go with a tenant: not those of objects that are kept. */
export function recordsToRemove(
  tenant: Tenant,
  inventory: Iterable<InventoryEntry>,
): readonly TenantDnsRecord[] {
  const kept = retainedResources(inventory);
  return (tenant.status?.dns ?? []).filter(({ resource }) => !kept.has(resource));
}

/** `status.dns` with the records that only the living objects tell of; undefined when it has them all. */
export function recordsToStore(
  tenant: Tenant,
  { records }: Expectation,
  inventory: Iterable<InventoryEntry>,
  now: number,
): TenantDnsRecord[] | undefined {
  const kept = retainedResources(inventory);
  const stored = tenant.status?.dns ?? [];
  const known = new Set(stored.map(nameOf));
  const missing = records.filter((record) => !known.has(nameOf(record)) && !kept.has(record.resource));
  if (missing.length === 0) return undefined;
  const since = toTime(new Date(now));
  return [...stored, ...missing.map((record) => storedOf(record, since))];
}

function nameOf({
  name,
  type,
  setIdentifier = '',
}: Pick<TenantDnsRecord, 'name' | 'type' | 'setIdentifier'>) {
  return `${name} ${type} ${setIdentifier}`;
}

function storedOf(record: ExpectedRecord, since: string): TenantDnsRecord {
  const { name, type, setIdentifier, resource } = record;
  return {
    name,
    type,
    ...(setIdentifier === '' ? {} : { setIdentifier }),
    resource,
    state: 'RecordRemains',
    expected: expectedValues(record),
    since,
  };
}

/** A record as the verifier takes it, from what the status keeps of it. */
export function recordOf({
  name,
  type,
  setIdentifier = '',
  resource,
  expected,
}: TenantDnsRecord): ExpectedRecord {
  return {
    name,
    type: type as ExpectedRecord['type'],
    targets: [...expected],
    ttl: 0,
    setIdentifier,
    resource,
    dualstack: false,
    properties: [],
  };
}

function retainedResources(inventory: Iterable<InventoryEntry>): ReadonlySet<string> {
  const retained = [...inventory].filter((entry) => entry.deletionPolicy === 'Retain');
  return new Set(
    retained.map(({ kind, namespace = '', name }) => `${kind.toLowerCase()}/${namespace}/${name}`),
  );
}

function leftoverOf({ name, type, owner, reason }: Report['verdicts'][number]): Leftover {
  return { name, type, ...(owner === undefined ? {} : { owner }), reason };
}

function unlookedOf({ name, type, owner }: TenantDnsRecord): Leftover {
  return { name, type, ...(owner === undefined ? {} : { owner }), reason: 'NameServerUnreachable' };
}
