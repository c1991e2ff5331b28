/** What a database brings to the suite of the Source port. */
import type { CreateSource, SourceConnection } from '@tenant-operator/operator';

/** Kinds of value that every database has in some form. */
export type ValueName =
  | 'bigint'
  | 'decimal'
  | 'double'
  | 'date'
  | 'datetime'
  | 'timestamp'
  | 'time'
  | 'boolean'
  | 'bit'
  | 'json'
  | 'enum'
  | 'uuid'
  | 'emoji'
  | 'spaces'
  | 'lines'
  | 'empty'
  | 'null'
  | 'megabyte';

export interface ValueCase {
  /** Type of the column. */
  readonly type: string;
  /** SQL expression that is stored. */
  readonly value: string;
  /** What a read gives. */
  readonly text: string | null;
}

/** Statements that differ between databases. Each view has one column, `uid`. */
export interface Dialect {
  quote(name: string): string;
  readonly values: Readonly<Record<ValueName, ValueCase>>;
  /** Statements needed before the table of `values` can be made. */
  readonly prepare?: readonly string[];
  /** Column definition: `uid` with `.example.com` behind it. */
  readonly generatedColumn: string;
  readonly queries: {
    /** Takes twenty seconds. */
    readonly slow: string;
    /** A number that differs between connections. */
    readonly session: string;
    /** The cipher of the connection, empty without TLS. */
    readonly cipher: string;
  };
  /** Statements that make an account which may read the column `uid` of these tables (`schema.table` too) alone. */
  createNarrowAccount(user: string, password: string, tables: readonly string[]): readonly string[];
  /** Ends every connection of a user from the server's side. */
  endConnections(user: string): Promise<void>;
  /** How many connections a user has, and how many of them run a statement. */
  countConnections(user: string): Promise<{ readonly open: number; readonly running: number }>;
  /** What a read of a missing database fails with, for an account that may read only its own. */
  readonly missingDatabase: 'DatabaseNotFound' | 'PermissionDenied';
}

export interface SourceSite {
  readonly create: CreateSource;
  readonly dialect: Dialect;
  /** An account that may only read; `table` is given by each case. */
  readonly reader: SourceConnection;
  /** Runs statements as an administrator of the reader's database. */
  execute(...statements: string[]): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** A second server with TLS; its certificate is for `db.example.com` and 127.0.0.1. */
  readonly tls: {
    readonly reader: SourceConnection;
    /** The authority that signed it, in PEM. */
    readonly authority: string;
    execute(...statements: string[]): Promise<void>;
  };
  close(): Promise<void>;
}
