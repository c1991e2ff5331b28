/** A connection to PostgreSQL. */
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { Client, type ClientConfig } from 'pg';
import type { SourceConnection, SourceOptions } from '../index.ts';
import { addressOf, connectTimeoutMs, createSocket, endPolitely } from '../socket.ts';
import { textParser } from './text.ts';

export interface OpenClient {
  readonly client: Client;
  /** Never rejects. */
  readonly end: () => Promise<void>;
}

/** Connects and logs in. The client's `error` events mean that it is lost; somebody must listen. */
export async function connectClient(
  connection: SourceConnection,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<OpenClient> {
  const socket = createSocket(signal);
  const client = new Client({ ...clientConfig(connection, options), stream: () => socket });
  // A connection that is lost while idle says so here; the next use finds it closed.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return { client, end: () => endPolitely(socket, () => client.end()) };
}

function clientConfig(connection: SourceConnection, options: SourceOptions): ClientConfig {
  const { host, port } = addressOf(connection, options);
  return {
    host,
    port,
    user: connection.username,
    // As a function, because the driver takes an empty text for a reason to look into PGPASSWORD.
    password: () => connection.password,
    database: connection.database,
    application_name: 'tenant-operator',
    connectionTimeoutMillis: connectTimeoutMs,
    ssl: tlsOptions(connection),
    types: { getTypeParser: textParser },
  };
}

function tlsOptions({ host, tls }: SourceConnection): ConnectionOptions | false {
  if (!tls || tls.mode === 'Disabled') return false;
  const verifies = tls.mode === 'VerifyIdentity';
  return {
    rejectUnauthorized: tls.mode !== 'Required',
    // The name to check is the registry's, wherever the server is really reached.
    checkServerIdentity: (_, certificate) => (verifies ? checkServerIdentity(host, certificate) : undefined),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
  };
}
