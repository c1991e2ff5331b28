/** LISTEN on a connection of its own. */
import type { Listener } from '../hints.ts';
import type { SourceConnection, SourceOptions } from '../index.ts';
import { connectClient } from './client.ts';
import { quoteIdentifier } from './text.ts';

export interface Subscription {
  readonly channel: string;
  readonly onNotification: () => void;
  /** Cuts the connection. */
  readonly signal: AbortSignal;
}

/** Resolves once the server has taken the LISTEN; what is notified from then on is heard. */
export async function listen(
  connection: SourceConnection,
  options: SourceOptions,
  { channel, onNotification, signal }: Subscription,
): Promise<Listener> {
  const { client, end } = await connectClient(connection, options, signal);
  const lost = new Promise<unknown>((resolve) => {
    client.once('error', resolve);
    client.once('end', () => resolve(new Error('Connection terminated')));
  });
  client.on('notification', onNotification);
  try {
    await client.query(`LISTEN ${quoteIdentifier(channel)}`);
  } catch (error) {
    await end();
    throw error;
  }
  return { lost, end };
}
