/** Values and names as PostgreSQL's text protocol carries them. */
import { quoteTableWith, quoteWith } from '../identifier.ts';

const boolean = 16;

/**
 * How the driver reads a column of a type: as the text that came, save that a boolean is `true` or `false` (which is its cast
 * to text) and not the wire's `t` or `f`.
 */
export function textParser(type: number): (text: string) => string {
  return type === boolean ? (text) => (text === 't' ? 'true' : 'false') : (text) => text;
}

/** Quotes an identifier (PostgreSQL manual, 4.1.1): double quotes, doubled inside; its case is kept. */
export function quoteIdentifier(name: string): string {
  return quoteWith('"', name);
}

/** Quotes `table` or `schema.table`; see `quoteTableWith` for a name with a dot of its own. */
export function quoteTable(name: string): string {
  return quoteTableWith('"', name);
}

/**
 * One read as one message. All settings are local to its transaction, so that a connection pooler in between (pgbouncer) may
 * hand the session on; read only, so that nothing a view calls can write; dates in ISO 8601 whatever the server's habit.
 */
export function selectStatement(
  table: string,
  columns: readonly string[],
  statementTimeoutMs: number,
): string {
  return [
    'BEGIN READ ONLY',
    `SET LOCAL statement_timeout = ${Math.ceil(statementTimeoutMs)}`,
    `SET LOCAL datestyle = 'ISO'`,
    `SELECT ${columns.map(quoteIdentifier).join(', ')} FROM ${quoteTable(table)}`,
    'COMMIT',
  ].join('; ');
}
