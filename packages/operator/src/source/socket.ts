/** The TCP connection to a database server. */
import { Socket } from 'node:net';
import type { SourceConnection, SourceOptions } from './index.ts';

export const connectTimeoutMs = 10_000;
const keepAliveMs = 30_000;
const endTimeoutMs = 500;

/** Where the server is really reached. */
export function addressOf(
  connection: SourceConnection,
  { resolve }: SourceOptions,
): { readonly host: string; readonly port: number } {
  return resolve?.(connection.host, connection.port) ?? { host: connection.host, port: connection.port };
}

/** A socket that is not yet connected, kept alive so that a peer that vanished is noticed; an abort destroys it at once. */
export function createSocket(signal: AbortSignal): Socket {
  const socket = new Socket().setNoDelay(true).setKeepAlive(true, keepAliveMs);
  const cut = () => void socket.destroy();
  if (signal.aborted) cut();
  signal.addEventListener('abort', cut, { once: true });
  return socket.once('close', () => signal.removeEventListener('abort', cut));
}

/** Ends a connection the polite way (`end` says goodbye to the server), and the other way when that takes long. Never rejects. */
export async function endPolitely(socket: Socket, end: () => Promise<void>): Promise<void> {
  const timer = setTimeout(() => socket.destroy(), endTimeoutMs);
  await end().catch(() => undefined);
  clearTimeout(timer);
  socket.destroy();
}
