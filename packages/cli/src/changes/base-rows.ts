/** The rows that Tenants were made from, and changes to them. Pure. */
import type { Tenant, TenantRegistry } from '@tenant-operator/api';
import type { SourceRow } from '@tenant-operator/operator';
import { CommandFailure } from '../failure.ts';
import { mappingsOf } from '../rows/index.ts';

/** Columns of the active rows, as far as Tenants tell: secret values are not among them. */
export function rowsOfTenants(tenants: readonly Tenant[], registry: TenantRegistry): SourceRow[] {
  const { values, extra } = mappingsOf(registry);
  const rows = new Map<string, SourceRow>();
  for (const { metadata, spec } of tenants) {
    if (metadata.deletionTimestamp !== undefined) continue;
    const row: Record<string, string | null> = { [values.uid]: spec.uid };
    for (const [variable, column] of Object.entries({ ...values, ...extra }))
      if (variable !== 'uid' && column !== undefined) row[column] = spec.values[variable] ?? null;
    rows.set(spec.uid, row);
  }
  return [...rows.values()];
}

/** `column=value,column=value`; a comma or backslash of a value stands behind a backslash. */
export function parseRowChange(text: string): Record<string, string> {
  const row: Record<string, string> = {};
  for (const part of text.match(/(?:\\.|[^,\\])+/gs) ?? []) {
    const at = part.indexOf('=');
    if (at < 1) throw new CommandFailure(`--row ${text}: column=value is needed, parted by commas`);
    row[part.slice(0, at).trim()] = part.slice(at + 1).replaceAll(/\\(.)/gs, '$1');
  }
  return row;
}

/** Each change names its row by the uid column; a row that was not there before is new. */
export function changeRows(
  rows: readonly SourceRow[],
  changes: readonly Readonly<Record<string, string>>[],
  registry: TenantRegistry,
): SourceRow[] {
  const { values, extra, secret = {} } = mappingsOf(registry);
  const known = [...Object.values(values), ...Object.values(extra), ...Object.values(secret)];
  const result = [...rows];
  for (const change of changes) {
    const unknown = Object.keys(change).find((column) => !known.includes(column));
    if (unknown !== undefined)
      throw new CommandFailure(
        `--row: TenantRegistry "${registry.metadata.name}" maps no column "${unknown}"; it maps ${[...new Set(known)].join(', ')}`,
      );
    const uid = change[values.uid];
    if (uid === undefined)
      throw new CommandFailure(`--row: the uid column is missing: add ${values.uid}=VALUE`);
    const index = result.findIndex((row) => row[values.uid] === uid);
    if (index >= 0) result[index] = { ...result[index], ...change };
    else if (change[values.activate] === undefined)
      throw new CommandFailure(`--row: "${uid}" would be a new row: say ${values.activate}=1 too`);
    else result.push({ ...Object.fromEntries(known.map((column) => [column, null])), ...change });
  }
  return result;
}
