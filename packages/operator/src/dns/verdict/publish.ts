/** Is a record published? */
import { Reason } from '@tenant-operator/api';
import type { ExpectedRecord } from '../expected/index.ts';
import { isDnsName, parentOf } from '../name/index.ts';
import { type ExternalDnsSettings, isInDomainFilter } from '../settings/index.ts';
import {
  denialSeconds,
  isExplainedByWildcard,
  type Owner,
  ownerOf,
  type ZoneObservation,
} from './evidence.ts';
import type { Observation, ServerView, Verdict } from './index.ts';
import { acceptsAnyAnswer, expectedValues, type Standing, seenValues, standingOf } from './matching.ts';
import { describeSilence, enumerate, type Finding, toVerdict } from './words.ts';

/** The verdict on a record that needs no question to any server; `undefined` for all others. */
export function verdictWithoutAsking(
  record: ExpectedRecord,
  settings: ExternalDnsSettings,
): Verdict | undefined {
  if (!isDnsName(record.name)) {
    const message = `"${record.name}" (${record.resource}) is no DNS name that can be published: correct the hostname`;
    return toVerdict(record, ['failed', Reason.InvalidHostname, message]);
  }
  if (!isInDomainFilter(record.name, settings)) {
    const filters = enumerate(settings.domainFilters.length > 0 ? settings.domainFilters : ['all domains']);
    const message = `${record.name} is outside of the domain filter of ExternalDNS (${filters}) and will not be published: change the hostname or the filter`;
    return toVerdict(record, ['failed', Reason.OutsideDomainFilter, message]);
  }
  return undefined;
}

/** All servers of a zone, sorted by how they stand to a record. */
function byStanding(observation: ZoneObservation, record: ExpectedRecord, settings: ExternalDnsSettings) {
  const servers: Record<Standing, ServerView[]> = { right: [], other: [], missing: [], silent: [] };
  for (const view of observation.views) {
    servers[standingOf(view, record, settings)].push(view);
  }
  return servers;
}

const namesOf = (views: readonly ServerView[]) => enumerate(views.map(({ server }) => server));

/** The owner is somebody else, or nobody: ExternalDNS leaves such a record alone. */
function foreignOwner(
  record: ExpectedRecord,
  owner: Owner,
  settings: ExternalDnsSettings,
): Finding | undefined {
  if (settings.ownerId === undefined) return undefined;
  if (owner.kind === 'found' && owner.owner !== settings.ownerId) {
    const message = `${record.name} belongs to ExternalDNS owner "${owner.owner ?? ''}" (TXT ${owner.txt}), not to "${settings.ownerId}": remove it there, or choose another hostname`;
    return ['failed', Reason.OwnerMismatch, message];
  }
  if (owner.kind !== 'none') return undefined;
  const message = `${record.name} exists without an ownership TXT record, so ExternalDNS leaves it alone: delete it by hand and it is made anew (or correct txtPrefix/txtSuffix in dns.externalDNS)`;
  return ['failed', Reason.OwnerMissing, message];
}

function missing(
  record: ExpectedRecord,
  observation: ZoneObservation,
  views: readonly ServerView[],
): Finding {
  const seconds = denialSeconds(observation);
  const denial =
    seconds === undefined
      ? ''
      : `; once it is there, resolvers that asked may deny it for up to ${seconds} s`;
  return [
    'pending',
    Reason.RecordMissing,
    `${namesOf(views)} of zone ${observation.zone} ${views.length === 1 ? 'has' : 'have'} no ${record.type} record ${record.name} yet${denial}`,
  ];
}

function mismatch(record: ExpectedRecord, seen: readonly string[], settings: ExternalDnsSettings): Finding {
  const never = settings.policy === 'create-only' ? '; the policy create-only never changes a record' : '';
  const message = `${record.name} points to ${enumerate(seen)} instead of ${enumerate(expectedValues(record))}${never}`;
  return [never === '' ? 'pending' : 'failed', Reason.TargetMismatch, message];
}

/** The record answers everywhere as expected: is that ExternalDNS's doing? */
function published(
  record: ExpectedRecord,
  owner: Owner,
  settings: ExternalDnsSettings,
  note: string,
): Finding {
  const any = acceptsAnyAnswer(record, settings);
  const how = any === undefined ? '' : ` (${any}: any answer counts)`;
  const done: Finding = ['published', Reason.Published, `${record.name} is published${how}${note}`];
  if (owner.kind === 'unknown') {
    const message = `${record.name} answers as expected, but its ownership TXT cannot be read: ${owner.detail}`;
    return ['unknown', Reason.NameServerUnreachable, message];
  }
  // The TXT names our object, which only its own ExternalDNS writes: the owner id need not be known.
  const isOurs = owner.kind === 'found' && owner.resource === record.resource;
  if (settings.ownerId !== undefined || isOurs || owner.kind === 'unwritable') return done;
  const whose =
    owner.kind === 'found'
      ? `its ownership TXT is of owner "${owner.owner ?? ''}" for ${owner.resource ?? 'no object'}`
      : 'no ownership TXT was found';
  const message = `${record.name} answers as expected, but ${whose}: set dns.externalDNS.ownerId (and txtPrefix or txtSuffix) to tell whose record it is`;
  return ['unknown', Reason.Unknown, message];
}

function lag(record: ExpectedRecord, right: readonly ServerView[], lagging: readonly ServerView[]): Finding {
  const stale = lagging.map((view) => {
    const values = seenValues(view, record.name);
    return `${view.server} ${values.length > 0 ? `still answers ${enumerate(values)}` : 'does not have it yet'}`;
  });
  const message = `${record.name} is published on ${namesOf(right)}, but ${enumerate(stale)}`;
  return ['pending', Reason.SecondaryLag, message];
}

function find(
  record: ExpectedRecord,
  observation: ZoneObservation,
  owner: Owner,
  settings: ExternalDnsSettings,
): Finding {
  const { right, other, missing: without, silent } = byStanding(observation, record, settings);
  const answering = [...right, ...other];
  if (answering.length === 0 && without.length === 0) {
    const message = `no name server of zone ${observation.zone} answers: ${describeSilence(silent)}`;
    return ['unknown', Reason.NameServerUnreachable, message];
  }
  if (answering.length === 0) return missing(record, observation, without);
  if (owner.kind === 'none' && answering.every((view) => isExplainedByWildcard(view, observation, record))) {
    const [state, reason, message] = missing(record, observation, answering);
    return [state, reason, `${message}; only the wildcard *.${parentOf(record.name)} answers`];
  }
  const foreign = foreignOwner(record, owner, settings);
  if (foreign) return foreign;
  if (right.length === 0) return mismatch(record, seenBy(answering, record), settings);
  if (other.length + without.length > 0) return lag(record, right, [...other, ...without]);
  return published(record, owner, settings, silent.length > 0 ? `; ${describeSilence(silent)}` : '');
}

function seenBy(views: readonly ServerView[], record: ExpectedRecord): string[] {
  return [...new Set(views.flatMap((view) => seenValues(view, record.name)))].sort();
}

/**
 * Judges a record by what was observed. Foreign ownership comes before everything else that is wrong, because it explains
 * why nothing changes; servers that are silent do not count as long as one answers.
 */
export function publishVerdict(
  record: ExpectedRecord,
  observation: Observation,
  settings: ExternalDnsSettings,
): Verdict {
  const early = verdictWithoutAsking(record, settings);
  if (early) return early;
  if (observation.kind === 'none') {
    const message = `no zone can be found for ${record.name}: ${observation.detail}; create it, or name its servers in dns.nameservers`;
    return toVerdict(record, ['failed', Reason.ZoneNotFound, message]);
  }
  if (observation.kind === 'failed') {
    const message = `the name servers of ${record.name} cannot be found: ${observation.detail}`;
    return toVerdict(record, ['unknown', Reason.NameServerUnreachable, message]);
  }
  const owner = ownerOf(observation, record, settings);
  const finding = find(record, observation, owner, settings);
  const verdict = toVerdict(record, finding, seenBy(observation.views, record));
  if (owner.kind === 'found' && owner.owner !== undefined) verdict.owner = owner.owner;
  return verdict;
}
