/** A small HTTP server for what machines ask: short answers to GET, few connections, TLS where there is a certificate. */
import type { IncomingMessage } from 'node:http';
import type { Logger } from '@tenant-operator/kube';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Plain text when left out. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SmallServerOptions {
  /** For the log: "metrics". */
  readonly name: string;
  /** Where to listen; port 0 takes a free one. */
  readonly bind: { readonly host: string; readonly port: number };
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  /** By path, without the query. */
  readonly paths: Readonly<Record<string, (request: IncomingMessage) => Answer | Promise<Answer>>>;
  readonly log: Logger;
}

export interface SmallServer {
  /** Resolves with the port; rejects when the address cannot be had. */
  start(): Promise<number>;
  /** Uses this certificate for new connections; only where there was one from the start. */
  useCertificate(tls: { readonly certificate: string; readonly key: string }): void;
  stop(): Promise<void>;
}

export { limitConnections } from './connections.ts';
export { createSmallServer, hostOf } from './server.ts';
