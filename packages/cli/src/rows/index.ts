/** Rows of a table from files: CSV or TSV as databases export them, or JSON by column name. */
import { readFileSync } from 'node:fs';
import type { TenantRegistry } from '@tenant-operator/api';
import type { SourceRow } from '@tenant-operator/operator';
import { mappedColumns, type ReadRows, readRows } from '@tenant-operator/operator/plan';
import { CommandFailure } from '../failure.ts';
import { parseCsv } from './csv.ts';

/** Reads a file, or stdin for `-`. Throws CommandFailure with the place of what cannot be read. */
export function readRowsFile(name: string): SourceRow[] {
  let text: string;
  try {
    text = readFileSync(name === '-' ? 0 : name, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseRows(text, name === '-' ? 'stdin' : name);
}

/** JSON when it begins like JSON: one row or a list of them; otherwise CSV. Pure. */
export function parseRows(text: string, name: string): SourceRow[] {
  if (/^\s*[[{]/.test(text)) return parseJsonRows(text, name);
  const parsed = parseCsv(text);
  if (!parsed.ok) throw new CommandFailure(`${name}:${parsed.line}: ${parsed.message}`);
  return [...parsed.rows];
}

function parseJsonRows(text: string, name: string): SourceRow[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandFailure(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((row, index) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new CommandFailure(`${name}: row ${index + 1} is no object with columns`);
    return Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, cellText(cell)]));
  });
}

/** As a database writes it: true is 1, and what is nested stays JSON. */
function cellText(cell: unknown): string | null {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'string') return cell;
  return typeof cell === 'boolean' ? (cell ? '1' : '0') : JSON.stringify(cell);
}

export function mappingsOf({ spec }: TenantRegistry): Parameters<typeof readRows>[1] {
  const { valueMappings, extraValueMappings = {}, secretValueMappings = {} } = spec;
  return { values: valueMappings, extra: extraValueMappings, secret: secretValueMappings };
}

/** What the registry makes of the rows, as in a sync. Throws CommandFailure when a mapped column is missing. */
export function judgeRows(rows: readonly SourceRow[], registry: TenantRegistry, name: string): ReadRows {
  const mappings = mappingsOf(registry);
  const [first] = rows;
  const missing = first && mappedColumns(mappings).find((column) => !Object.hasOwn(first, column));
  if (missing !== undefined)
    throw new CommandFailure(
      `${name} has no column "${missing}", which TenantRegistry "${registry.metadata.name}" maps`,
    );
  return readRows(rows, mappings);
}
