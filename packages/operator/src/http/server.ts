import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { limitConnections } from './connections.ts';
import type { Answer, SmallServer, SmallServerOptions } from './index.ts';

const maxConnections = 64;
const limits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 10_000,
  maxHeaderSize: 16 * 1024,
};

export function createSmallServer(options: SmallServerOptions): SmallServer {
  const { name, bind, tls, log } = options;
  const server: Server | TlsServer = tls
    ? createTlsServer({
        ...limits,
        minVersion: 'TLSv1.2',
        handshakeTimeout: limits.headersTimeout,
        ...pemOf(tls),
      })
    : createServer(limits);
  limitConnections(server, maxConnections);
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('request', (request, response) => {
    response.on('error', () => response.destroy());
    reply(request, response, options).catch((error: unknown) => {
      log.error({ server: name, cause: messageOf(error) }, 'a request could not be answered');
      if (response.headersSent) response.destroy();
      else send(request, response, { status: 500, body: 'this could not be answered; the log says why\n' });
    });
  });
  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(bind.port, hostOf(bind.host), () => {
          server.off('error', reject);
          server.on('error', (error) =>
            log.error({ server: name, cause: error.message }, 'the server failed'),
          );
          resolve((server.address() as AddressInfo).port);
        });
      }),
    useCertificate(fresh) {
      if ('setSecureContext' in server) server.setSecureContext({ minVersion: 'TLSv1.2', ...pemOf(fresh) });
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  { paths }: SmallServerOptions,
): Promise<void> {
  const path = request.url?.split('?')[0] ?? '';
  const answer = Object.hasOwn(paths, path) ? paths[path] : undefined;
  if (!answer) {
    return send(request, response, { status: 404, body: `here is only ${Object.keys(paths).join(', ')}\n` });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(request, response, {
      status: 405,
      body: 'only GET is answered\n',
      headers: { allow: 'GET, HEAD' },
    });
  }
  send(request, response, await answer(request));
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    'content-type': answer.contentType ?? 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

function pemOf({ certificate, key }: { readonly certificate: string; readonly key: string }) {
  return { cert: certificate, key };
}

/** Every address: Node takes IPv4's alone where there is no IPv6, but only when no host is named. */
export function hostOf(host: string): string | undefined {
  return host === '::' ? undefined : host;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
