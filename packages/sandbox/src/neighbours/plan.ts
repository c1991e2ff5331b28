/** What ExternalDNS changes: wanted records against published ones, by the TXT registry (v0.14.0). */
import type { RecordSet } from '../dns/index.ts';
import type { Wanted } from './sources.ts';

export type Policy = 'sync' | 'upsert-only' | 'create-only';

export interface PlanOptions {
  readonly ownerId: string;
  readonly txtPrefix: string;
  readonly policy: Policy;
  /** For records of which nobody said one, seconds. */
  readonly defaultTtl: number;
  readonly zoneOf: (name: string) => string | undefined;
}

export interface Changes {
  readonly put: readonly RecordSet[];
  readonly remove: readonly Pick<RecordSet, 'name' | 'type'>[];
}

type Address = 'A' | 'AAAA' | 'CNAME';

/** The old format first (AAAA has none), then the one with the type of the record. */
export function registryNames(name: string, type: string, txtPrefix: string): string[] {
  const typed = `${txtPrefix}${type.toLowerCase()}-${name}`;
  return type === 'AAAA' ? [typed] : [`${txtPrefix}${name}`, typed];
}

export function planChanges(
  wanted: readonly Wanted[],
  published: readonly RecordSet[],
  options: PlanOptions,
): Changes {
  const { ownerId, txtPrefix, policy, defaultTtl, zoneOf } = options;
  const at = new Map(published.map((record) => [keyOf(record), record]));
  const current = published.filter((record): record is RecordSet & { type: Address } =>
    ['A', 'AAAA', 'CNAME'].includes(record.type),
  );
  const resourceOf = ({ name, type }: Pick<RecordSet, 'name' | 'type'>): string | undefined => {
    for (const txt of registryNames(name, type, txtPrefix)) {
      const [text = ''] = at.get(keyOf({ name: txt, type: 'TXT' }))?.values ?? [];
      const labels = new Map(text.split(',').map((part) => part.split('=', 2) as [string, string]));
      if (labels.get('heritage') === 'external-dns' && labels.get('external-dns/owner') === ownerId)
        return labels.get('external-dns/resource') ?? '';
    }
    return undefined;
  };
  // A name of which anything is somebody else's is left alone.
  const foreign = new Set(
    current.filter((record) => resourceOf(record) === undefined).map(({ name }) => name),
  );
  const chosen = choose(
    wanted.filter(({ name }) => zoneOf(name) !== undefined && !foreign.has(name)),
    resourceOf,
  );
  const put: RecordSet[] = [];
  const remove: Pick<RecordSet, 'name' | 'type'>[] = [];
  const withdraw = (record: Pick<RecordSet, 'name' | 'type'>): void => {
    remove.push({ name: record.name, type: record.type });
    for (const name of registryNames(record.name, record.type, txtPrefix)) remove.push({ name, type: 'TXT' });
  };
  for (const record of current) {
    const isWanted = chosen.has(keyOf(record));
    const changesType = [...chosen.values()].some(({ name }) => name === record.name);
    if (isWanted || foreign.has(record.name)) continue;
    if (policy === 'sync' || (policy === 'upsert-only' && changesType)) withdraw(record);
  }
  const removed = new Set(remove.map(keyOf));
  for (const { name, type, values, ttl = defaultTtl, resource } of chosen.values()) {
    if (policy === 'create-only' && current.some((record) => record.name === name)) continue;
    const text = `heritage=external-dns,external-dns/owner=${ownerId},external-dns/resource=${resource}`;
    const registry = registryNames(name, type, txtPrefix).map(
      (txt): RecordSet => ({ name: txt, type: 'TXT', ttl, values: [text] }),
    );
    // What nobody could own could never be withdrawn.
    if (registry.some((record) => zoneOf(record.name) === undefined)) continue;
    for (const record of [{ name, type, ttl, values }, ...registry])
      if (removed.has(keyOf(record)) || !isSame(at.get(keyOf(record)), record)) put.push(record);
  }
  return { put, remove };
}

/** One of several wishes for a name and type: that of the object it was made for, else the one with the least targets. */
function choose(
  wanted: readonly Wanted[],
  resourceOf: (record: Pick<RecordSet, 'name' | 'type'>) => string | undefined,
): Map<string, Wanted> {
  const chosen = new Map<string, Wanted>();
  const sorted = [...wanted].sort(
    (a, b) => compare(a.values.join(), b.values.join()) || compare(a.resource, b.resource),
  );
  for (const one of sorted) {
    const before = chosen.get(keyOf(one));
    if (before === undefined || (before.resource !== one.resource && one.resource === resourceOf(one)))
      chosen.set(keyOf(one), one);
  }
  // An alias has nothing beside it.
  for (const [key, { name, type }] of chosen)
    if (type === 'CNAME' && ['A', 'AAAA'].some((other) => chosen.has(`${name} ${other}`))) chosen.delete(key);
  return chosen;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function keyOf({ name, type }: Pick<RecordSet, 'name' | 'type'>): string {
  return `${name} ${type}`;
}

function isSame(a: RecordSet | undefined, b: RecordSet): boolean {
  return a !== undefined && a.ttl === b.ttl && a.values.join('\n') === b.values.join('\n');
}
