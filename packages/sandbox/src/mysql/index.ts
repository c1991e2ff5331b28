/**
 * A MySQL-protocol endpoint for tests and demos: SQLite in memory behind what MySQL's clients send and expect.
 *
 *   const database = await startMysql({ database: 'tenants', users: { app: { password: 'secret' } } });
 *   ... mysql -h 127.0.0.1 -P ${database.port} -u app -psecret tenants ...
 *   await database.stop();
 *
 * One database, no transactions (every statement commits), mysql_native_password, no TLS, no prepared statements.
 */
export { startMysql } from './server.ts';

export interface MysqlUser {
  readonly password: string;
  /** May SELECT and nothing else. */
  readonly readOnly?: boolean;
}

export interface MysqlOptions {
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** Name of the only database; `sandbox`. */
  readonly database?: string;
  /** By name; `root` without a password when absent. */
  readonly users?: Readonly<Record<string, MysqlUser>>;
}

export interface MysqlServer {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Runs statements as an administrator would; gives the rows of the last one. Throws MysqlError. */
  run(sql: string): readonly (readonly (string | null)[])[];
  stop(): Promise<void>;
}
