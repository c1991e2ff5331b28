/** A connection to PostgreSQL. */
import type { Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import type { SourceConnection, SourceOptions } from '../index.ts';
import { addressOf, connectTimeoutMs, createSocket, endPolitely } from '../socket.ts';
import { createFrameReader } from './frames.ts';
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
  // Only a process that reads from such a database has its driver in memory.
  const { Client } = await import('pg');
  const socket = createSocket(signal);
  const client = new Client({ ...clientConfig(connection, options), stream: () => socket });
  guardParser(client);
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

/** What the driver's types leave out: where it begins to read from a socket, of TCP or TLS. */
interface Reading {
  attachListeners(stream: Socket): void;
}

/**
 * The driver's parser throws at what is no message, inside of the socket's event, where nobody could catch it: one broken server
 * would end the whole process. Here it ends its own connection.
 */
function guardParser(client: Client): void {
  const { connection } = client as unknown as { connection: Reading };
  const attach = connection.attachListeners.bind(connection);
  connection.attachListeners = (stream) => {
    const others = new Set(stream.listeners('data'));
    attach(stream);
    for (const listener of stream.listeners('data') as ((data: Buffer) => void)[]) {
      if (others.has(listener)) continue;
      const readFrames = createFrameReader();
      stream.off('data', listener);
      stream.on('data', (data: Buffer) => {
        try {
          const frames = readFrames(data);
          if (frames) listener(frames);
        } catch (error) {
          stream.destroy(new Error(`the server sent what is no answer: ${messageOf(error)}`));
        }
      });
    }
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
