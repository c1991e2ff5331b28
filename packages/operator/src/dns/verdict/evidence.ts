/** What the ownership TXT records and wildcards around a record prove. */
import type { ExpectedRecord } from '../expected/index.ts';
import { describeOutcome, valuesOf } from '../lookup/index.ts';
import { type Ownership, ownershipCandidates, parseOwnership } from '../ownership/index.ts';
import type { ExternalDnsSettings } from '../settings/index.ts';
import type { Observation, ServerView } from './index.ts';
import { seenValues } from './matching.ts';
import { isStatement } from './words.ts';

export type ZoneObservation = Extract<Observation, { kind: 'zone' }>;

/** Who owns a record. */
export type Owner =
  | ({ kind: 'found'; txt: string; text: string } & Ownership)
  | { kind: 'none' }
  /** No TXT can be written beside it: its name would be too long. */
  | { kind: 'unwritable' }
  /** No server gave an answer to all of the names. */
  | { kind: 'unknown'; detail: string };

/** Reads the first ownership TXT that a server has. */
function readOwner(view: ServerView): Owner {
  const asked = view.ownership ?? [];
  for (const { name, outcome } of asked) {
    for (const text of isStatement(outcome) ? valuesOf(outcome, name, 'TXT') : []) {
      const ownership = parseOwnership(text);
      if (ownership) return { kind: 'found', txt: name, text, ...ownership };
    }
  }
  const failure = asked.find(({ outcome }) => !isStatement(outcome));
  if (failure) return { kind: 'unknown', detail: `${view.server} ${describeOutcome(failure.outcome)}` };
  return asked.length > 0 ? { kind: 'none' } : { kind: 'unknown', detail: 'nobody was asked' };
}

/**
 * Who owns a record by one server. The TXT of `*.example.com` in the old format answers for every name below that has none
 * of its own: that proves nothing about this one.
 */
export function ownerAt(view: ServerView, { wildcard }: ZoneObservation, record: ExpectedRecord): Owner {
  const owner = readOwner(view);
  const around = wildcard && readOwner(wildcard);
  const isBorrowed =
    owner.kind === 'found' &&
    around?.kind === 'found' &&
    around.text === owner.text &&
    owner.resource !== record.resource;
  return isBorrowed ? { kind: 'none' } : owner;
}

/** The owner by all servers that were asked: one that knows is enough. */
export function ownerOf(
  observation: ZoneObservation,
  record: ExpectedRecord,
  settings: ExternalDnsSettings,
): Owner {
  if (ownershipCandidates(record, settings).length === 0) return { kind: 'unwritable' };
  const owners = observation.views
    .filter((view) => view.ownership)
    .map((view) => ownerAt(view, observation, record));
  const [best] = ['found', 'none', 'unknown'].flatMap(
    (kind) => owners.find((owner) => owner.kind === kind) ?? [],
  );
  return best ?? { kind: 'unknown', detail: 'nobody was asked' };
}

/** Whether what a server answers for the name is no more than what the wildcard beside it answers. */
export function isExplainedByWildcard(
  view: ServerView,
  observation: ZoneObservation,
  record: ExpectedRecord,
): boolean {
  if (!observation.wildcard) return false;
  const parent = record.name.slice(record.name.indexOf('.') + 1);
  const wildcard = seenValues(observation.wildcard, `*.${parent}`);
  const seen = seenValues(view, record.name);
  return wildcard.length > 0 && wildcard.join() === seen.join();
}

/** How long resolvers may go on denying the name once it is there, in seconds; from the negative answers. */
export function denialSeconds(observation: ZoneObservation): number | undefined {
  const seconds = observation.views.flatMap(({ outcomes }) =>
    Object.values(outcomes).flatMap((outcome) => ('soa' in outcome && outcome.soa ? [outcome.soa.ttl] : [])),
  );
  return seconds.length > 0 ? Math.max(...seconds) : undefined;
}
