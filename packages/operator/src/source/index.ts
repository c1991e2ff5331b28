/**
 * Where tenants come from: a table (or view) of a SQL database.
 *
 * A source reads the mapped columns of every row with one SELECT and gives each value as the database's own text, so that
 * BIGINT and DECIMAL keep their digits, a DATE is not shifted by a time zone and JSON stays as it was written. A read is
 * all or nothing: a failed or partial read is a `SourceFailure` and never a shorter list.
 */
import type { SourceFailure } from './failure.ts';

export type { SourceFailure } from './failure.ts';

/** One row: column name to text, `null` for SQL NULL. */
export type SourceRow = Readonly<Record<string, string | null>>;

export type SourceResult =
  | { readonly ok: true; readonly rows: readonly SourceRow[] }
  | { readonly ok: false; readonly failure: SourceFailure };

/** A connected database. `close` ends its connections; a read after `close` fails. */
export interface Source {
  read(columns: readonly string[]): Promise<SourceResult>;
  close(): Promise<void>;
}

/** What a source needs to connect; user name and password are plain text here and must never be logged. */
export interface SourceConnection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly table: string;
  readonly username: string;
  readonly password: string;
  readonly tls?: SourceTls;
}

/** TLS to the database: `Required` encrypts, `VerifyCA` checks the chain, `VerifyIdentity` the host name too. */
export interface SourceTls {
  readonly mode: 'Disabled' | 'Required' | 'VerifyCA' | 'VerifyIdentity';
  /** PEM bundle that the server's chain is checked against; absent: the system's. */
  readonly ca?: string;
}

export interface SourceOptions {
  /** Longest time in milliseconds that one SELECT may take. */
  readonly statementTimeoutMs: number;
  /** Where a host and port are really reached (`--resolve`). */
  readonly resolve?: (host: string, port: number) => { readonly host: string; readonly port: number };
}

export type CreateSource = (connection: SourceConnection, options: SourceOptions) => Source;
