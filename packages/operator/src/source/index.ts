/**
 * Where tenants come from: a table (or view) of a SQL database.
 *
 * A source reads the mapped columns of every row with one SELECT and gives each value as the database's own text, so that
 * BIGINT and DECIMAL keep their digits, a DATE is not shifted by a time zone and JSON stays as it was written. A read is
 * all or nothing: a failed or partial read is a `SourceFailure` and never a shorter list.
 */
import type { Clock } from '@tenant-operator/kube';
import type { SourceFailure } from './failure.ts';

export type { SourceFailure } from './failure.ts';

/** One row: column name to text, `null` for SQL NULL. */
export type SourceRow = Readonly<Record<string, string | null>>;

/** `rows` is the very same array as that of the read before when no row differs, and so is each row that does not. */
export type SourceResult =
  | { readonly ok: true; readonly rows: readonly SourceRow[] }
  | { readonly ok: false; readonly failure: SourceFailure };

/** A database to read from. It connects with the first read and keeps that one connection. */
export interface Source {
  /** A kept connection that turns out to be lost is opened again, once; a new one that is lost fails the read. */
  read(columns: readonly string[]): Promise<SourceResult>;
  /**
   * Calls `onHint` when the database says that the table may have changed, at most once a second. Hints can be lost: they
   * shorten the wait for the next read and replace none. Absent where the database has no such means or none is asked for.
   * Ends with `close`.
   */
  watch?(watcher: SourceWatcher): void;
  /** Ends its connections; a read under way fails, and so does a later one. */
  close(): Promise<void>;
}

export interface SourceWatcher {
  onHint(): void;
  /** No hints come for now; said once until the cause changes. It is tried again with back-off. */
  onTrouble(failure: SourceFailure): void;
}

/** What a source needs to connect; user name and password are plain text here and must never be logged. */
export interface SourceConnection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** `table` or `schema.table`; a name with a dot of its own is written in the database's own quotes. */
  readonly table: string;
  readonly username: string;
  readonly password: string;
  readonly tls?: SourceTls;
  /** PostgreSQL: the channel whose notifications are hints. */
  readonly notifyChannel?: string;
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
  /** Where a host and port are really reached (`--resolve`); the host's own name is still what its certificate must say. */
  readonly resolve?: (host: string, port: number) => { readonly host: string; readonly port: number };
  /** Default: the machine's. */
  readonly clock?: Clock;
}

export type CreateSource = (connection: SourceConnection, options: SourceOptions) => Source;
