/**
 * From answers to a verdict: what a record's name servers say, held against what is expected. Pure.
 *
 * matching.ts (does an answer count), publish.ts (is it there), removal.ts (is it gone), summary.ts (a whole tenant).
 */
import type { Reason } from '@tenant-operator/api';
import type { LookupOutcome, QueryType } from '../lookup/index.ts';

/** What one server said about a record. */
export interface ServerView {
  /** Its name, for people. */
  server: string;
  /** By the type that was asked for. */
  outcomes: Partial<Record<QueryType, LookupOutcome>>;
  /** What it said about the ownership TXT names, in the order of {@link ownershipCandidates}; not asked when absent. */
  ownership?: { name: string; outcome: LookupOutcome }[];
}

/** Everything that was asked about one record. */
export type Observation =
  /** No server speaks for the name, or it could not be found out which. */
  | { kind: 'none'; detail: string }
  | { kind: 'failed'; detail: string }
  | {
      kind: 'zone';
      zone: string;
      /** All servers of the zone. */
      views: ServerView[];
      /** What `*.<parent>` answers: a wildcard makes a missing name look present. Asked only where it matters. */
      wildcard?: ServerView;
    };

/** `pending` and `remains` are expected to pass; `failed` and `left` wait for a person; `unknown` says nothing. */
export type RecordState = 'published' | 'pending' | 'failed' | 'unknown' | 'gone' | 'remains' | 'left';

/** The state of one record. */
export interface Verdict {
  name: string;
  /** A, AAAA or CNAME. */
  type: string;
  setIdentifier: string;
  /** The object that the record comes from, `ingress/<namespace>/<name>`. */
  resource: string;
  state: RecordState;
  reason: Reason;
  /** One line: what is wrong, where, what to do. */
  message: string;
  /** Sorted. */
  expected: string[];
  /** Sorted, of all servers together. */
  seen: string[];
  /** The owner id in the ownership TXT. */
  owner?: string;
}

export { ownerOf } from './evidence.ts';
export { acceptsAnyAnswer, expectedValues, seenValues, typesToAsk } from './matching.ts';
export { publishVerdict, verdictWithoutAsking } from './publish.ts';
export { type RemovalContext, removalVerdict } from './removal.ts';
export { type DnsSummary, dnsStatus, recordKey, silentVerdicts, summarize } from './summary.ts';
