/** What happens to the record sets of all objects before the planner sees them. */
import { compareText } from '../address/index.ts';
import type { Endpoint } from './types.ts';

/**
 * Merges the record sets of Services with one name, type, set identifier and TTL (source/service.go, Endpoints): the first
 * by resource name keeps its owner and properties, and takes over the *first* target of each other. Two Services with
 * several addresses each therefore lose some: that is what v0.14.0 does.
 *
 * Where one Service asks for a name twice (`hostname` and `internal-hostname`), the order of the annotations decides here;
 * ExternalDNS keeps it only up to 12 record sets, its sort is not stable beyond.
 */
export function mergeServices(endpoints: readonly Endpoint[]): Endpoint[] {
  const sorted = [...endpoints].sort(
    (left, right) =>
      compareText(left.name, right.name) ||
      compareText(left.type, right.type) ||
      compareText(left.resource, right.resource),
  );
  const merged: Endpoint[] = [];
  for (const endpoint of sorted) {
    const last = merged.at(-1);
    if (
      last &&
      last.name === endpoint.name &&
      last.type === endpoint.type &&
      last.setIdentifier === endpoint.setIdentifier &&
      last.ttl === endpoint.ttl
    ) {
      last.targets = [...last.targets, endpoint.targets[0]!];
    } else {
      merged.push({ ...endpoint });
    }
  }
  for (const endpoint of merged) endpoint.targets.sort(compareText);
  return merged;
}

/** Drops what has the name, set identifier and targets of one before it (source/dedupsource.go); the type is not looked at. */
export function deduplicate(endpoints: readonly Endpoint[]): Endpoint[] {
  const seen = new Set<string>();
  return endpoints.filter(({ name, setIdentifier, targets }) => {
    const key = `${name} / ${setIdentifier} / ${targets.join(';')}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
