/** HTTP to one API server: keep-alive pools, credentials, deadlines, the retries that are always safe. */
import type { ClientAnswer } from '../client/index.ts';
import type { Clock } from '../clock/index.ts';
import type { ClientConfig } from '../config/index.ts';
import type { Logger } from '../types.ts';
import type { ResolveMap } from './resolve.ts';

export interface TransportOptions {
  config: ClientConfig;
  userAgent: string;
  clock: Clock;
  log: Logger;
  /** Connections for requests, watches not counted. */
  maxConnections: number;
  requestTimeoutMs: number;
  onAnswer?: (answer: ClientAnswer) => void;
  resolve?: ResolveMap;
}

export interface HttpRequest {
  method: string;
  /** Below the server's URL, encoded, with its query. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Reads an answer of JSON; parses all of it when left out. Throws SyntaxError for what is none. */
  read?: (body: Buffer) => unknown;
}

export interface HttpResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}

export interface LineStream {
  /** Ends with the stream; throws TransportError. Leaving the loop early closes the connection. */
  lines: AsyncGenerator<string, void, undefined>;
}

export interface Transport {
  /** The server's URL, for messages. */
  readonly server: string;
  /** The answer whatever its status. Throws TransportError. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** A long answer line by line, on a connection of its own. Throws ApiError for 400 and above. */
  stream(request: HttpRequest & { idleTimeoutMs: number }): Promise<LineStream>;
  close(): Promise<void>;
}

export { createTransport } from './transport.ts';
