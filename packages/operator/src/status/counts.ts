/** Counts on their way: a thousand tenants that become ready are no news each. */
import type { Condition } from '@tenant-operator/api';

/** So often are counts written that go on changing, in milliseconds. */
const paceMs = 3_000;

/** Milliseconds to wait before counts may be written, by when this process last wrote a status of the object; 0 when they may. */
export function countsWait(lastWritten: number | undefined, now: number): number {
  return lastWritten === undefined ? 0 : Math.max(0, lastWritten + paceMs - now);
}

/** Whether a patch (`changedFields`) of a status holds nothing but other numbers and other words for them. */
export function isCountsOnly(
  previous: { readonly conditions?: readonly Condition[] | undefined } | undefined,
  patch: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(patch).every(([field, value]) => {
    if (field === 'conditions') return isSameVerdicts(previous?.conditions ?? [], value as Condition[]);
    if (typeof value === 'object' && value !== null) return Object.entries(value).every(isCount);
    return isCount([field, value]);
  });
}

function isCount([field, value]: readonly [string, unknown]): boolean {
  return field === 'message' || (typeof value === 'number' && !field.endsWith('Generation'));
}

function isSameVerdicts(before: readonly Condition[], after: readonly Condition[]): boolean {
  const verdict = ({ type, status, reason, observedGeneration }: Condition) =>
    `${type} ${status} ${reason} ${observedGeneration}`;
  return (
    before.length === after.length && before.every((one, i) => verdict(one) === verdict(after[i] ?? one))
  );
}
