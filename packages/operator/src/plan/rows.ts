/** From a table's rows to the tenants that it asks for, and the rows that cannot be used. */
import { parseActivate } from '../source/activate.ts';
import type { SourceRow } from '../source/index.ts';

export interface ValueMappings {
  readonly uid: string;
  readonly activate: string;
  readonly hostOrUrl?: string | undefined;
}

export interface RowMappings {
  readonly values: ValueMappings;
  /** Variable name to column. */
  readonly extra: Readonly<Record<string, string>>;
  /** Variable name to column, of values that are secret. */
  readonly secret?: Readonly<Record<string, string>> | undefined;
}

export interface TenantRow {
  readonly uid: string;
  /** Values of the secret variables: for `secrets` items alone, and never written anywhere else. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `hostOrUrl`, `activate` and the extra variables; NULL is empty text. */
  readonly values: Readonly<Record<string, string>>;
}

/** A row that nothing can be made of. `uid` is as written, empty for NULL. */
export interface RowProblem {
  readonly uid: string;
  readonly reason:
    | 'NullUid'
    | 'InvalidUid'
    | 'DuplicateUid'
    | 'UnknownActivate'
    | 'ValueTooLong'
    | 'RowRefused';
  /** The template that the row cannot be used with; all when left out. */
  readonly template?: string;
  readonly message: string;
  /** The row's other variables, to recognise a tenant whose uid was spoiled. */
  readonly values: Readonly<Record<string, string>>;
}

export interface ReadRows {
  /** Rows of the whole table, usable or not. */
  readonly total: number;
  readonly active: readonly TenantRow[];
  /** Uids of rows that are switched off. */
  readonly inactive: ReadonlySet<string>;
  readonly problems: readonly RowProblem[];
}

/** The columns that a registry reads. */
export function mappedColumns({ values, extra, secret = {} }: RowMappings): string[] {
  const columns = [
    values.uid,
    values.activate,
    values.hostOrUrl,
    ...Object.values(extra),
    ...Object.values(secret),
  ];
  return [...new Set(columns.filter((column) => column !== undefined))];
}

/** RFC 1123 subdomain: what a Kubernetes name may be. Never lower-cased: `Acme` and `acme` are two customers. */
const uidPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const uidMaxLength = 200;
/**
 * Bytes of all plain values of a row. They stand in a Tenant, which etcd takes up to 1.5 MiB, with its status and what the server
 * adds: a Tenant that was stored could not have its status written any more.
 */
const maxValueBytes = 1_310_720;

export function readRows(rows: readonly SourceRow[], mappings: RowMappings): ReadRows {
  const byUid = new Map<string, SourceRow[]>();
  const problems: RowProblem[] = [];
  for (const row of rows) {
    const uid = row[mappings.values.uid] ?? null;
    const problem = uidProblem(uid);
    if (uid === null || problem) {
      const { reason, message } = problem ?? { reason: 'NullUid' as const, message: '' };
      problems.push({ uid: uid ?? '', reason, message, values: rowValues(row, mappings) });
      continue;
    }
    const same = byUid.get(uid);
    if (same) same.push(row);
    else byUid.set(uid, [row]);
  }
  const active: TenantRow[] = [];
  const inactive = new Set<string>();
  for (const [uid, [row, ...others]] of byUid) {
    if (!row) continue;
    const values = rowValues(row, mappings);
    if (others.length > 0) {
      const message = `${others.length + 1} rows have the uid "${uid}": a uid must stand in one row only`;
      problems.push({ uid, reason: 'DuplicateUid', message, values });
      continue;
    }
    const activate = row[mappings.values.activate] ?? null;
    switch (parseActivate(activate)) {
      case 'active':
        if (isTooLarge(values)) {
          problems.push({ uid, reason: 'ValueTooLong', message: tooLargeMessage(uid, values), values });
          break;
        }
        active.push({ uid, values, secrets: rowSecrets(row, mappings) });
        break;
      case 'inactive':
        inactive.add(uid);
        break;
      case 'unknown': {
        const message = `column "${mappings.values.activate}" says ${quote(activate ?? '')}, which is neither yes (1, true, yes, y, on, t) nor no (0, false, no, n, off, f, empty, NULL)`;
        problems.push({ uid, reason: 'UnknownActivate', message, values });
      }
    }
  }
  return { total: rows.length, active, inactive, problems };
}

function uidProblem(uid: string | null): Pick<RowProblem, 'reason' | 'message'> | undefined {
  if (uid === null) return { reason: 'NullUid', message: 'a row has no uid (NULL)' };
  if (uidPattern.test(uid) && uid.length <= uidMaxLength) return undefined;
  const rule = 'lower-case letters, digits, "-" and "." only, starting and ending with a letter or digit';
  return { reason: 'InvalidUid', message: `uid ${quote(uid)} cannot be part of a Kubernetes name: ${rule}` };
}

function rowValues(row: SourceRow, { values, extra }: RowMappings): Record<string, string> {
  const variables: Record<string, string> = { activate: row[values.activate] ?? '' };
  if (values.hostOrUrl !== undefined) variables.hostOrUrl = row[values.hostOrUrl] ?? '';
  for (const [variable, column] of Object.entries(extra)) variables[variable] = row[column] ?? '';
  return variables;
}

function isTooLarge(values: Readonly<Record<string, string>>): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8: few rows need to be measured.
  const units = Object.values(values).reduce((sum, { length }) => sum + length, 0);
  return units * 3 > maxValueBytes && bytesOf(values) > maxValueBytes;
}

function bytesOf(values: Readonly<Record<string, string>>): number {
  return Object.values(values).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function tooLargeMessage(uid: string, values: Readonly<Record<string, string>>): string {
  const [[variable] = ['']] = Object.entries(values).sort(([, a], [, b]) => b.length - a.length);
  return `the values of the row with the uid "${uid}" have ${bytesOf(values)} bytes, "${variable}" most of them, and a Tenant holds ${maxValueBytes}: leave the column out of the mappings, or shorten it in a view`;
}

/** Quoted and short, whatever a row holds. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

function rowSecrets(row: SourceRow, { secret = {} }: RowMappings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secret).map(([variable, column]) => [variable, row[column] ?? '']),
  );
}
