/** MySQL and MariaDB: one pooled connection, one SELECT a sync, values as the server's own text. */
import { createPool, type Pool, type PoolOptions } from 'mysql2/promise';
import type {
  CreateSource,
  Source,
  SourceConnection,
  SourceOptions,
  SourceResult,
  SourceRow,
} from '../index.ts';
import { mysqlFailure } from './failure.ts';
import { fieldText, quoteIdentifier, quoteTable, type TextField } from './text.ts';

export const createMysqlSource: CreateSource = (connection, options): Source => {
  const pool = createPool(poolOptions(connection, options));
  limitStatements(pool, options.statementTimeoutMs);
  return {
    async read(columns) {
      try {
        return {
          ok: true,
          rows: await readRows(pool, connection.table, columns, options.statementTimeoutMs),
        };
      } catch (error) {
        return { ok: false, failure: mysqlFailure(error, connection) } satisfies SourceResult;
      }
    },
    async close() {
      await pool.end().catch(() => undefined);
    },
  };
};

async function readRows(
  pool: Pool,
  table: string,
  columns: readonly string[],
  statementTimeoutMs: number,
): Promise<SourceRow[]> {
  const wanted = [...new Set(columns)];
  const sql = `SELECT ${wanted.map(quoteIdentifier).join(', ')} FROM ${quoteTable(table)}`;
  // The driver's own limit is a little later than the server's, for a server that does not answer at all.
  const [rows] = await pool.query({ sql, rowsAsArray: true, timeout: statementTimeoutMs + 1_000 });
  return (rows as (string | null)[][]).map((values) => {
    const row: Record<string, string | null> = {};
    for (const [index, column] of wanted.entries()) row[column] = values[index] ?? null;
    return row;
  });
}

function poolOptions(connection: SourceConnection, options: SourceOptions): PoolOptions {
  const address = options.resolve?.(connection.host, connection.port) ?? connection;
  return {
    host: address.host,
    port: address.port,
    user: connection.username,
    password: connection.password,
    database: connection.database,
    charset: 'utf8mb4',
    connectionLimit: 1,
    connectTimeout: 10_000,
    enableKeepAlive: true,
    supportBigNumbers: true,
    multipleStatements: false,
    typeCast: (field) => fieldText(field as TextField),
    ...tlsOptions(connection),
  };
}

function tlsOptions(connection: SourceConnection): Pick<PoolOptions, 'ssl'> {
  const tls = connection.tls;
  if (!tls || tls.mode === 'Disabled') return {};
  const verify = tls.mode !== 'Required';
  return {
    ssl: {
      rejectUnauthorized: verify,
      verifyIdentity: tls.mode === 'VerifyIdentity',
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    },
  };
}

/** Asks each new connection to stop long statements on the server; MariaDB counts seconds, MySQL milliseconds. */
function limitStatements(pool: Pool, statementTimeoutMs: number): void {
  pool.pool.on('connection', (connection) => {
    const ignore = () => undefined;
    connection.query(`SET SESSION max_statement_time = ${Math.ceil(statementTimeoutMs / 1_000)}`, ignore);
    connection.query(`SET SESSION max_execution_time = ${statementTimeoutMs}`, ignore);
  });
}
