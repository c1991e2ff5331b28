/** MySQL and MariaDB: one kept connection, one SELECT a sync, values as the server's own text. */
import type { Socket } from 'node:net';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import type { CreateSource, SourceConnection, SourceOptions } from '../index.ts';
import { createReader, type Session, type SourceValue } from '../reader.ts';
import { addressOf, connectTimeoutMs, createSocket, endPolitely } from '../socket.ts';
import { mysqlFailure } from './failure.ts';
import { fieldText, quoteIdentifier, quoteTable, type TextField } from './text.ts';

export const createMysqlSource: CreateSource = (connection, options) =>
  createReader({
    open: (signal) => openSession(connection, options, signal),
    explain: (error) => mysqlFailure(error, connection),
  });

/** The driver's own limit is this much later than the server's, for a server that does not answer at all. */
const graceMs = 1_000;

async function openSession(
  connection: SourceConnection,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<Session> {
  // Only a process that reads from such a database has its driver in memory.
  const { createConnection } = await import('mysql2/promise');
  const socket = createSocket(signal);
  const config = {
    ...connectionOptions(connection),
    stream: () => nameForTls(socket.connect(addressOf(connection, options)), connection.host),
  };
  let opened: Connection;
  try {
    opened = await createConnection(config);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  // A connection that is lost while idle says so here; the next use finds it closed.
  opened.on('error', () => undefined);
  const { statementTimeoutMs } = options;
  await limitStatements(opened, statementTimeoutMs);
  return {
    async select(columns) {
      const sql = `SELECT ${columns.map(quoteIdentifier).join(', ')} FROM ${quoteTable(connection.table)}`;
      const [rows] = await opened.query({ sql, rowsAsArray: true, timeout: statementTimeoutMs + graceMs });
      return rows as unknown as SourceValue[][];
    },
    // The driver's `end` waits for what is under way, which may be what hangs.
    end: () => endPolitely(socket, () => opened.end()),
  };
}

/**
 * The driver gives Node a name to check a certificate against only when the host is no address; Node then takes what the
 * socket says it was connected to. That must be the registry's host, whatever the way there.
 */
function nameForTls(socket: Socket, host: string): Socket {
  return Object.assign(socket, { _host: host });
}

function connectionOptions(connection: SourceConnection): ConnectionOptions {
  return {
    host: connection.host,
    port: connection.port,
    user: connection.username,
    password: connection.password,
    database: connection.database,
    charset: 'utf8mb4',
    connectTimeout: connectTimeoutMs,
    multipleStatements: false,
    typeCast: (field) => fieldText(field as TextField),
    ...tlsOptions(connection),
  };
}

function tlsOptions({ tls }: SourceConnection): Pick<ConnectionOptions, 'ssl'> {
  if (!tls || tls.mode === 'Disabled') return {};
  return {
    ssl: {
      rejectUnauthorized: tls.mode !== 'Required',
      verifyIdentity: tls.mode === 'VerifyIdentity',
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    },
  };
}

/** Asks the server to stop long statements. MariaDB knows the first of them (seconds), MySQL the second (milliseconds). */
async function limitStatements(connection: Connection, statementTimeoutMs: number): Promise<void> {
  const ignore = () => undefined;
  await connection.query(`SET SESSION max_statement_time = ${statementTimeoutMs / 1_000}`).catch(ignore);
  await connection.query(`SET SESSION max_execution_time = ${statementTimeoutMs}`).catch(ignore);
}
