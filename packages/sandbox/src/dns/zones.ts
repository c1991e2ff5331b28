/** Zones in memory: what is published, and what a question finds there (RFC 1034 4.3.2, RFC 4592 for `*`). */
import type { RecordSet, RecordType } from './index.ts';

export interface Zones {
  readonly names: readonly string[];
  /** The zone a name belongs to. */
  zoneOf(name: string): string | undefined;
  /** Goes up by one with each change. */
  serial(zone: string): number;
  /** Publishes; what was there of the name and type is replaced. Throws when the name is in no zone. */
  put(record: RecordSet): void;
  /** Withdraws; whether there was something. */
  remove(name: string, type: RecordType): boolean;
  /** All records that were put, by name and type. */
  records(): readonly RecordSet[];
  /** What a question for this name finds: its records, or that there is no such name. */
  find(name: string): { readonly exists: boolean; readonly records: readonly RecordSet[] };
}

/** Without the dot at the end, in small letters. */
export function normalize(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}

export function createZones(zones: readonly string[]): Zones {
  const names = zones.map(normalize);
  const serials = new Map(names.map((name) => [name, 1]));
  const sets = new Map<string, Map<RecordType, RecordSet>>();

  function zoneOf(name: string): string | undefined {
    const key = normalize(name);
    return names
      .filter((zone) => key === zone || key.endsWith(`.${zone}`))
      .sort((a, b) => b.length - a.length)[0];
  }

  function changed(name: string): void {
    const zone = zoneOf(name);
    if (zone !== undefined) serials.set(zone, (serials.get(zone) ?? 0) + 1);
  }

  /** A name exists also when only names below it have records. */
  function exists(name: string): boolean {
    return sets.has(name) || [...sets.keys()].some((other) => other.endsWith(`.${name}`));
  }

  return {
    names,
    zoneOf,
    serial: (zone) => serials.get(normalize(zone)) ?? 0,
    put(record) {
      const name = normalize(record.name);
      if (zoneOf(name) === undefined)
        throw new Error(`"${name}" is in none of the zones ${names.join(', ')}`);
      const types = sets.get(name) ?? new Map<RecordType, RecordSet>();
      sets.set(name, types.set(record.type, { ...record, name }));
      changed(name);
    },
    remove(name, type) {
      const key = normalize(name);
      const types = sets.get(key);
      const removed = types?.delete(type) ?? false;
      if (types?.size === 0) sets.delete(key);
      if (removed) changed(key);
      return removed;
    },
    records: () =>
      [...sets.values()]
        .flatMap((types) => [...types.values()])
        .sort((a, b) => compare(a.name, b.name) || compare(a.type, b.type)),
    find(name) {
      const key = normalize(name);
      const zone = zoneOf(key);
      if (zone === undefined) return { exists: false, records: [] };
      if (key === zone || exists(key)) return { exists: true, records: [...(sets.get(key)?.values() ?? [])] };
      // The closest name above that exists decides which `*` counts.
      for (let above = key.slice(key.indexOf('.') + 1); above.length >= zone.length; ) {
        const star = sets.get(`*.${above}`);
        if (star)
          return { exists: true, records: [...star.values()].map((record) => ({ ...record, name: key })) };
        if (above === zone || exists(above)) break;
        above = above.slice(above.indexOf('.') + 1);
      }
      return { exists: false, records: [] };
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
