/** What the status of a living Tenant says of its records. Pure. */
import type { Condition, Tenant, TenantDnsRecord } from '@tenant-operator/api';
import { isSameJson } from '../../children/index.ts';
import { dnsStatus, type Expectation, type Report, recordKey, type Verdict } from '../../dns/index.ts';
import { type ConditionInput, findCondition, toTime } from '../../status/index.ts';
import { keyOfExpected } from './expectation.ts';

export interface DnsView {
  /** `DNSReady`; undefined while nothing can be said yet. */
  readonly condition: ConditionInput | undefined;
  /** `status.dns`. */
  readonly records: readonly TenantDnsRecord[] | undefined;
  /** Why the Tenant is not ready although its objects are (`Gate`). */
  readonly waiting: string | undefined;
  /** When to look again although nothing changes, in milliseconds since the epoch. */
  readonly again?: number;
}

/** What a process remembers of one tenant, so that its status does not flap. */
export interface ViewMemory {
  /** What the last message was about. */
  facts: string | undefined;
  message: string | undefined;
  /** Since when no name server answers, in milliseconds since the epoch. */
  silentSince: number | undefined;
}

export interface ViewInput {
  readonly tenant: Tenant;
  readonly expectation: Expectation;
  /** Undefined before the first look at this expectation. */
  readonly report: Report | undefined;
  readonly isGate: boolean;
  readonly now: number;
}

/** A silence of the name servers that is shorter than this is no news, in milliseconds. */
export const silenceMs = 60_000;

export const disabledView: DnsView = {
  condition: {
    type: 'DNSReady',
    status: 'Unknown',
    reason: 'Disabled',
    message: 'DNS records are not verified: dns.verification is Disabled',
  },
  records: undefined,
  waiting: undefined,
};

export const noRecordsView: DnsView = {
  condition: {
    type: 'DNSReady',
    status: 'True',
    reason: 'NoRecords',
    message: 'no hostname asks for a DNS record',
  },
  records: undefined,
  waiting: undefined,
};

/** Whether the stored records are those that are expected now. */
export function isStoredExpectation(tenant: Tenant, { records }: Expectation): boolean {
  const stored = new Set((tenant.status?.dns ?? []).map(recordKey));
  return stored.size === records.length && records.every((record) => stored.has(keyOfExpected(record)));
}

/** Whether this expectation was found published, by this process or by another one before. */
export function isStoredPublished(tenant: Tenant, expectation: Expectation): boolean {
  const isTrue = storedCondition(tenant)?.status === 'True';
  return isTrue && expectation.silent.length === 0 && isStoredExpectation(tenant, expectation);
}

/** What is stored already, for as long as there is nothing newer to say. */
export function storedView(tenant: Tenant, waiting?: string): DnsView {
  const stored = storedCondition(tenant);
  return {
    condition: stored && inputOf(stored),
    records: tenant.status?.dns,
    waiting,
  };
}

export function dnsView(input: ViewInput, memory: ViewMemory): DnsView {
  const { tenant, expectation, report, isGate, now } = input;
  if (!report) {
    const isOpen = isGate && !isStoredPublished(tenant, expectation);
    return storedView(tenant, isOpen ? 'its DNS records are being looked up' : undefined);
  }
  const waiting = isGate ? waitingFor(input, report) : undefined;
  const again = silentUntil(input, report, memory);
  if (again !== undefined) return { ...storedView(tenant, waiting), again };
  const records = dnsStatus(report.verdicts, tenant.status?.dns ?? [], toTime(new Date(now)));
  const { status, reason } = report.summary;
  const message = messageOf(tenant, report, records, memory);
  return {
    condition: { type: 'DNSReady', status, reason, message },
    records: records.length > 0 ? records : undefined,
    waiting,
  };
}

/** Who was ready stays so while it cannot be told whether the same records are still there. */
function waitingFor({ tenant, expectation }: ViewInput, { summary }: Report): string | undefined {
  if (summary.status === 'True') return undefined;
  const wasReady = findCondition(tenant.status?.conditions, 'Ready')?.status === 'True';
  if (summary.status === 'Unknown' && wasReady && isStoredExpectation(tenant, expectation)) return undefined;
  return summary.message;
}

/** Until when a silence of the name servers is no news; undefined when there is none, or it has lasted. */
function silentUntil(
  { tenant, expectation, now }: ViewInput,
  { summary }: Report,
  memory: ViewMemory,
): number | undefined {
  const isSilent = summary.status === 'Unknown' && summary.reason === 'NameServerUnreachable';
  if (!isSilent) {
    memory.silentSince = undefined;
    return undefined;
  }
  memory.silentSince ??= now;
  const stored = storedCondition(tenant);
  if (!stored || stored.reason === summary.reason || !isStoredExpectation(tenant, expectation))
    return undefined;
  const until = memory.silentSince + silenceMs;
  return now < until ? until : undefined;
}

/** The message stays while what it is about does: which of several servers was silent changes with every look. */
function messageOf(
  tenant: Tenant,
  report: Report,
  records: readonly TenantDnsRecord[],
  memory: ViewMemory,
): string {
  const { verdicts, summary } = report;
  const facts = JSON.stringify(verdicts.map(factsOf));
  const stored = storedCondition(tenant);
  const isAsStored =
    stored?.status === summary.status &&
    stored.reason === summary.reason &&
    isSameJson(records, tenant.status?.dns ?? []);
  if (memory.facts === undefined && isAsStored) {
    memory.facts = facts;
    memory.message = stored.message;
  }
  return steadyMessage(report, memory);
}

/** The message of a report, or the last one when nothing but words differs. */
export function steadyMessage({ verdicts, summary }: Report, memory: ViewMemory): string {
  const facts = JSON.stringify(verdicts.map(factsOf));
  if (memory.facts !== facts || memory.message === undefined) memory.message = summary.message;
  memory.facts = facts;
  return memory.message;
}

/** Without the words, and without the answers of what is published, which rotate behind an alias. */
function factsOf({ name, type, setIdentifier, resource, state, reason, expected, seen, owner }: Verdict) {
  const facts = [name, type, setIdentifier, resource, state, reason, expected, owner];
  return state === 'published' ? facts : [...facts, seen];
}

function storedCondition(tenant: Tenant): Condition | undefined {
  return findCondition(tenant.status?.conditions, 'DNSReady');
}

function inputOf({ type, status, reason, message }: Condition): ConditionInput {
  return { type, status, reason, message };
}
