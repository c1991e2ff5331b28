/** The checker's own reading of a table. */
import type { AnyObject, Row } from './state.ts';

export interface ReadTable {
  /** uid to the values of its variables. */
  readonly active: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly inactive: ReadonlySet<string>;
  /** Rows that cannot be used: how many are reported, and the uids of those that have one. */
  readonly badCount: number;
  readonly badUids: ReadonlySet<string>;
}

const yes = new Set(['1', 'true', 'yes', 'y', 'on', 't']);
const no = new Set(['0', 'false', 'no', 'n', 'off', 'f', '']);

interface Mappings {
  readonly valueMappings: { readonly uid: string; readonly activate: string; readonly hostOrUrl: string };
  readonly extraValueMappings?: Readonly<Record<string, string>>;
}

export function readTable(registry: AnyObject, rows: readonly Row[]): ReadTable {
  const { valueMappings: columns, extraValueMappings: extra = {} } = registry.spec as unknown as Mappings;
  const active = new Map<string, Record<string, string>>();
  const inactive = new Set<string>();
  const badUids = new Set<string>();
  let badCount = 0;
  const counts = new Map<string, number>();
  for (const row of rows) {
    const uid = row[columns.uid];
    if (typeof uid === 'string') counts.set(uid, (counts.get(uid) ?? 0) + 1);
  }
  for (const row of rows) {
    const uid = row[columns.uid];
    if (typeof uid !== 'string' || !/^[a-z0-9]+$/.test(uid)) {
      badCount++;
      continue;
    }
    const word = (row[columns.activate] ?? '').toLowerCase();
    const isKnown = yes.has(word) || no.has(word);
    if ((counts.get(uid) ?? 0) > 1 || !isKnown) {
      if (!badUids.has(uid)) badCount++;
      badUids.add(uid);
    } else if (no.has(word)) inactive.add(uid);
    else {
      const values: Record<string, string> = {
        activate: row[columns.activate] ?? '',
        hostOrUrl: row[columns.hostOrUrl] ?? '',
      };
      for (const [name, column] of Object.entries(extra)) values[name] = row[column] ?? '';
      active.set(uid, values);
    }
  }
  return { active, inactive, badCount, badUids };
}

/** Name of the table that a registry reads. */
export function tableOf(registry: AnyObject): string {
  const { source } = registry.spec as unknown as { source: { mysql: { table: string } } };
  return source.mysql.table;
}
