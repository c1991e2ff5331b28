/** Several candidates for one name: which becomes the record (plan/plan.go and plan/conflict.go, v0.14.0). */
import { compareIps, compareText, parseIp } from '../address/index.ts';
import type { Endpoint } from './types.ts';

/** Fewer targets first; then by the first pair of targets that differ, addresses before names (endpoint.go, IsLess). */
function compareTargets(left: readonly string[], right: readonly string[]): number {
  if (left.length !== right.length) return left.length - right.length;
  const at = left.findIndex((target, index) => target !== right[index]);
  if (at < 0) return 0;
  const one = parseIp(left[at]!);
  const other = parseIp(right[at]!);
  if (one && other) return compareIps(one, other);
  if (one || other) return one ? -1 : 1;
  return compareText(left[at]!, right[at]!);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/**
 * One record for each name, set identifier and type: the least candidate wins, the first among equals. A CNAME gives way
 * to address records of its name (RFC 1034 3.6.2). Names are compared without case. Sorted by name, type, set identifier.
 */
export function resolveConflicts(endpoints: readonly Endpoint[]): Endpoint[] {
  const records: Endpoint[] = [];
  const rows = groupBy(
    endpoints,
    ({ name, setIdentifier }) => `${name.trim().toLowerCase()}\n${setIdentifier}`,
  );
  for (const candidates of rows.values()) {
    const others = candidates.filter(({ type }) => type !== 'CNAME');
    const kept = others.length > 0 ? others : candidates;
    for (const group of groupBy(kept, ({ type }) => type).values()) {
      records.push(
        group.reduce((best, next) => (compareTargets(next.targets, best.targets) < 0 ? next : best)),
      );
    }
  }
  return records.sort(
    (left, right) =>
      compareText(left.name, right.name) ||
      compareText(left.type, right.type) ||
      compareText(left.setIdentifier, right.setIdentifier),
  );
}
