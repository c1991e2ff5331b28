/** Is a record gone? */
import { Reason } from '@tenant-operator/api';
import type { ExpectedRecord } from '../expected/index.ts';
import { isDnsName } from '../name/index.ts';
import { type ExternalDnsSettings, isInDomainFilter } from '../settings/index.ts';
import { isExplainedByWildcard, type Owner, ownerAt, ownerOf, type ZoneObservation } from './evidence.ts';
import type { Observation, ServerView, Verdict } from './index.ts';
import { seenValues } from './matching.ts';
import { describeSilence, enumerate, type Finding, isStatement, outcomesOf, toVerdict } from './words.ts';

export interface RemovalContext {
  /** All objects that are being removed with the record's own, `ingress/<namespace>/<name>`: they may share its name. */
  resources: ReadonlySet<string>;
  /** The time that ExternalDNS was given is over (`dns.timeoutSeconds`). */
  isOverdue: boolean;
}

type Trace = 'record' | 'txt' | 'nothing' | 'silent';

/** What is left of a record on one server. What a wildcard answers in its place is not left of it. */
function traceAt(view: ServerView, observation: ZoneObservation, record: ExpectedRecord): Trace {
  const hasTxt = ownerAt(view, observation, record).kind === 'found';
  const hasRecord = seenValues(view, record.name).length > 0;
  if (hasRecord && (hasTxt || !isExplainedByWildcard(view, observation, record))) return 'record';
  if (hasTxt) return 'txt';
  // Gone is only what every question was answered for.
  const outcomes = outcomesOf(view);
  return outcomes.length > 0 && outcomes.every(isStatement) ? 'nothing' : 'silent';
}

/**
 * The record is still there: will it go? A policy that never deletes is known at once; for everything else ExternalDNS is
 * given its time, since TXT records and records need not change in the same instant.
 */
function remaining(
  record: ExpectedRecord,
  owner: Owner,
  settings: ExternalDnsSettings,
  context: RemovalContext,
): Finding {
  const { name } = record;
  const { ownerId, policy } = settings;
  const patience = context.isOverdue ? 'left' : 'remains';
  if (owner.kind === 'found' && ownerId !== undefined && owner.owner !== ownerId) {
    const message = `${name} belongs to ExternalDNS owner "${owner.owner ?? ''}" (TXT ${owner.txt}), not to "${ownerId}": remove it there`;
    return [patience, Reason.OwnerMismatch, message];
  }
  if (owner.kind === 'found' && owner.resource !== undefined && !context.resources.has(owner.resource)) {
    return ['gone', Reason.RecordGone, `${name} now belongs to ${owner.resource}`];
  }
  if (policy !== undefined && policy !== 'sync') {
    const message = `${name} stays, because ExternalDNS runs with --policy=${policy}: delete it by hand, or use --policy=sync`;
    return ['left', Reason.UpsertOnlyPolicy, message];
  }
  if (ownerId !== undefined && owner.kind === 'none') {
    const message = `${name} has no ownership TXT record, so ExternalDNS leaves it alone: delete it by hand`;
    return [patience, Reason.OwnerMissing, message];
  }
  if (context.isOverdue) {
    const message = `${name} is still there: ExternalDNS has not removed it in time; does it run, and with --policy=sync?`;
    return ['left', Reason.ExternalDNSNotSyncing, message];
  }
  return ['remains', Reason.RecordRemains, `${name} is still there; waiting for ExternalDNS to remove it`];
}

function find(
  record: ExpectedRecord,
  observation: ZoneObservation,
  settings: ExternalDnsSettings,
  context: RemovalContext,
): Finding {
  const traces = observation.views.map((view) => ({ view, trace: traceAt(view, observation, record) }));
  const having = traces.filter(({ trace }) => trace === 'record' || trace === 'txt');
  const without = traces.filter(({ trace }) => trace === 'nothing');
  const silent = traces.filter(({ trace }) => trace === 'silent');
  if (having.length > 0) {
    const finding = remaining(record, ownerOf(observation, record, settings), settings, context);
    if (finding[1] !== Reason.RecordRemains) return finding;
    if (without.length > 0) {
      const where = enumerate(having.map(({ view }) => view.server));
      const message = `${record.name} is gone from some name servers, but not from ${where}`;
      return ['remains', Reason.SecondaryLag, message];
    }
    if (having.some(({ trace }) => trace === 'record')) return finding;
    const message = `${record.name} is gone, but its ownership TXT record is still there`;
    return ['remains', Reason.RecordRemains, message];
  }
  if (silent.length === 0 && without.length > 0) {
    return [
      'gone',
      Reason.RecordGone,
      `${record.name} and its ownership TXT are gone from all name servers of ${observation.zone}`,
    ];
  }
  const why = silent.length > 0 ? describeSilence(silent.map(({ view }) => view)) : 'its zone has no servers';
  return [
    'unknown',
    Reason.NameServerUnreachable,
    `it cannot be told whether ${record.name} is gone: ${why}`,
  ];
}

/**
 * Judges whether a record that was expected once is gone, and its TXT with it: from every server of its zone, or it is not
 * proven. A record that belongs to another object by now counts as gone; one that ExternalDNS will never delete as left.
 */
export function removalVerdict(
  record: ExpectedRecord,
  observation: Observation,
  settings: ExternalDnsSettings,
  context: RemovalContext,
): Verdict {
  if (!isDnsName(record.name) || !isInDomainFilter(record.name, settings)) {
    return toVerdict(record, ['gone', Reason.RecordGone, `${record.name} was never published`]);
  }
  if (observation.kind !== 'zone') {
    const reason = observation.kind === 'none' ? Reason.ZoneNotFound : Reason.NameServerUnreachable;
    const message = `it cannot be told whether ${record.name} is gone: ${observation.detail}`;
    return toVerdict(record, ['unknown', reason, message]);
  }
  const seen = [...new Set(observation.views.flatMap((view) => seenValues(view, record.name)))].sort();
  const verdict = toVerdict(record, find(record, observation, settings, context), seen);
  const owner = ownerOf(observation, record, settings);
  if (owner.kind === 'found' && owner.owner !== undefined) verdict.owner = owner.owner;
  return verdict;
}
