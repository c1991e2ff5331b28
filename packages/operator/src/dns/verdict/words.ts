/** Sentences about records and servers. */
import type { Reason } from '@tenant-operator/api';
import type { ExpectedRecord } from '../expected/index.ts';
import { describeOutcome, type LookupOutcome } from '../lookup/index.ts';
import type { RecordState, ServerView, Verdict } from './index.ts';
import { expectedValues } from './matching.ts';

/** What was found out about a record; the message is one line. */
export type Finding = [state: RecordState, reason: Reason, message: string];

/** Joins a list for a sentence: `a, b and c`. */
export function enumerate(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? 'nothing') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** Puts a finding about a record into a verdict. */
export function toVerdict(
  record: ExpectedRecord,
  [state, reason, message]: Finding,
  seen: string[] = [],
): Verdict {
  const { name, type, setIdentifier, resource } = record;
  return {
    name,
    type,
    setIdentifier,
    resource,
    state,
    reason,
    message,
    expected: expectedValues(record),
    seen,
  };
}

/** Whether an outcome says something about the name that is to be believed. */
export function isStatement(outcome: LookupOutcome): boolean {
  return 'authoritative' in outcome && outcome.authoritative;
}

/** All that a server said. */
export function outcomesOf(view: ServerView): LookupOutcome[] {
  return [...Object.values(view.outcomes), ...(view.ownership ?? []).map(({ outcome }) => outcome)];
}

/** Why servers do not count: `ns1 did not answer in time and ns2 refused the question`. */
export function describeSilence(views: readonly ServerView[]): string {
  const reasons = views.map((view) => {
    const failure = outcomesOf(view).find((outcome) => !isStatement(outcome));
    return `${view.server} ${failure ? describeOutcome(failure) : 'was not asked'}`;
  });
  return enumerate(reasons);
}
