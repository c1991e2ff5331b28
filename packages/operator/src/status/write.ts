/** Status writes: only what changed, and only when something did. */
import { canonicalJson } from '../children/index.ts';

type Status = Readonly<Record<string, unknown>>;

/** The fields of `next` that differ from `previous`, with null for those that are gone; undefined when none does. */
export function changedFields(
  previous: Status | undefined,
  next: Status,
): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(next)) {
    if (value !== undefined && canonicalJson(previous?.[field]) !== canonicalJson(value))
      patch[field] = value;
  }
  for (const field of Object.keys(previous ?? {})) {
    if (next[field] === undefined) patch[field] = null;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}
