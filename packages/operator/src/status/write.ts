/** Status writes: only what changed, and only when something did. */
import { isSameJson } from '../children/index.ts';

type Status = Readonly<Record<string, unknown>>;

/**
 * The merge patch (RFC 7396) from `previous` to `next`: fields that differ, and null for those that are gone, at every depth,
 * because a merge patch keeps what it does not name; undefined when nothing differs.
 */
export function changedFields(
  previous: Status | undefined,
  next: Status,
): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(next)) {
    const before = previous?.[field];
    if (value === undefined || isSameJson(before, value)) continue;
    patch[field] = isStatus(before) && isStatus(value) ? changedFields(before, value) : value;
  }
  for (const field of Object.keys(previous ?? {})) {
    if (next[field] === undefined) patch[field] = null;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function isStatus(value: unknown): value is Status {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
