import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Logger } from '@tenant-operator/kube';
import type { KeyPair } from '../certificates/index.ts';
import { hostOf, limitConnections } from '../http/index.ts';
import { createBodyReader, type ReadBody } from './body.ts';
import { reviewPath } from './manifests.ts';
import { parseReview, reviewOf } from './review.ts';
import type { Reviewer } from './reviewer.ts';

export interface WebhookServerOptions {
  readonly reviewer: Reviewer;
  readonly log: Logger;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits?: Partial<ServerLimits>;
}

/** What strangers can take of us; times in milliseconds, sizes in bytes. */
export interface ServerLimits {
  readonly connections: number;
  /** For a TLS handshake, and for the headers of a request. */
  readonly headersMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** An API server keeps its connection this long between two requests. */
  readonly idleMs: number;
  readonly bodyBytes: number;
  /** Of all bodies together. */
  readonly totalBytes: number;
}

export interface WebhookServer {
  /** Resolves with the port once it listens; rejects when the address cannot be had. Handshakes fail until `serve`. */
  listen(): Promise<number>;
  /** Uses this certificate for all connections from now on; those that stand go on. */
  serve(serving: KeyPair): void;
  close(): Promise<void>;
}

/** An object is at most 1.5 MB in etcd, and an update is asked about with the old and the new one. */
const defaults: ServerLimits = {
  connections: 512,
  headersMs: 5_000,
  requestMs: 10_000,
  idleMs: 120_000,
  bodyBytes: 3 * 1024 * 1024,
  totalBytes: 48 * 1024 * 1024,
};

/** For what is being answered when the server closes. */
const drainMs = 1_000;

export function createWebhookServer(options: WebhookServerOptions): WebhookServer {
  const limits = { ...defaults, ...options.limits };
  const readBody = createBodyReader({ each: limits.bodyBytes, all: limits.totalBytes });
  const server = createServer({
    minVersion: 'TLSv1.2',
    handshakeTimeout: limits.headersMs,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    maxHeaderSize: 16 * 1024,
  });
  const connections = limitConnections(server, limits.connections);
  server.on('request', (request, response) => void answer(request, response, readBody, options));
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('tlsClientError', (_error, socket) => socket.destroy());

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, hostOf(options.host), () => {
          server.off('error', reject);
          server.on('error', (error) =>
            options.log.error({ cause: error.message }, 'the webhook server failed'),
          );
          resolve((server.address() as AddressInfo).port);
        });
      }),
    serve: ({ certificate, key }) =>
      server.setSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' }),
    close: () =>
      new Promise((resolve) => {
        // Reviews take milliseconds; who has not sent a whole request by then is not waited for.
        const timer = setTimeout(() => connections.destroyAll(), drainMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** Answers one request; never throws. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  readBody: ReadBody,
  { reviewer, log }: WebhookServerOptions,
): Promise<void> {
  response.on('error', () => response.destroy());
  const fail = (status: number, message: string, headers: Readonly<Record<string, string>> = {}) => {
    // What follows of the body is not read, so the connection is of no more use.
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      connection: 'close',
      ...headers,
    });
    response.end(`${message}\n`);
  };
  try {
    if (request.url?.split('?')[0] !== reviewPath) return fail(404, `only ${reviewPath} is served here`);
    if (request.method !== 'POST')
      return fail(405, 'an AdmissionReview is sent with POST', { allow: 'POST' });
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      return fail(415, 'the content type must be application/json');
    }
    const body = await readBody(request);
    if (body.kind === 'tooLarge') return fail(413, 'the body is too large');
    if (body.kind === 'busy') return fail(503, 'too many requests at once', { 'retry-after': '1' });
    if (body.kind === 'cut') return void response.destroy();
    const parsed = parseReview(body.text);
    if (!parsed.ok) return fail(400, parsed.message);
    const verdict = await reviewer.review(parsed.request);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reviewOf(parsed.request.uid, verdict)));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    log.error({ cause }, 'an admission request could not be judged');
    if (response.headersSent) response.destroy();
    else fail(500, `it could not be judged: ${cause}`);
  }
}
