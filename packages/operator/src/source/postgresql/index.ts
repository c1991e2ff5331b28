/** PostgreSQL: one kept connection, one SELECT a sync, values as the server's own text; NOTIFY as a hint to read. */
import { createHints } from '../hints.ts';
import type { CreateSource, SourceConnection, SourceOptions } from '../index.ts';
import { createReader, type Session, type SourceValue } from '../reader.ts';
import { connectClient } from './client.ts';
import { postgresqlFailure } from './failure.ts';
import { listen } from './listen.ts';
import { selectStatement } from './text.ts';

export const createPostgresqlSource: CreateSource = (connection, options) => {
  const explain = (error: unknown) => postgresqlFailure(error, connection);
  const reader = createReader({ open: (signal) => openSession(connection, options, signal), explain });
  const channel = connection.notifyChannel;
  if (channel === undefined) return reader;
  const hints = createHints({
    listen: (onNotification, signal) => listen(connection, options, { channel, onNotification, signal }),
    explain,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  return {
    read: reader.read,
    watch: hints.start,
    async close() {
      await Promise.all([hints.stop(), reader.close()]);
    },
  };
};

/** The driver's own limit is this much later than the server's, for a server that does not answer at all. */
const graceMs = 1_000;

async function openSession(
  connection: SourceConnection,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<Session> {
  const { client, end } = await connectClient(connection, options, signal);
  const { statementTimeoutMs } = options;
  return {
    async select(columns) {
      const query = {
        text: selectStatement(connection.table, columns, statementTimeoutMs),
        rowMode: 'array',
        query_timeout: statementTimeoutMs + graceMs,
      };
      // One result a statement; that of the SELECT is the one before COMMIT's.
      const results = (await client.query(query)) as unknown as { rows: SourceValue[][] }[];
      const rows = results.at(-2)?.rows;
      if (!rows) throw new Error('the server gave no result');
      return rows;
    },
    end,
  };
}
