import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tenant } from '@tenant-operator/api';
import { type Clock, keyOf, type Logger } from '@tenant-operator/kube';
import type { Operator } from '@tenant-operator/operator';
import { limitConnections } from '@tenant-operator/operator/http';
import type { Access, Caller } from './access/index.ts';
import { act } from './actions.ts';
import type { DemoRows } from './demo-rows.ts';
import { type Asset, loadAssets } from './http/assets.ts';
import { readText } from './http/body.ts';
import { createStream } from './stream/index.ts';
import { manifestView, tenantView } from './tenant/index.ts';
import type { Session } from './wire.ts';

export interface DashboardOptions {
  /** Its caches must be filled; whether it leads does not matter. */
  readonly operator: Pick<Operator, 'objects' | 'onObjectChange'>;
  readonly access: Access;
  readonly log: Logger;
  /** Where to listen; port 0 takes a free one. */
  readonly bind: { readonly host: string; readonly port: number };
  readonly version: string;
  readonly rows?: DemoRows;
  readonly clock?: Clock;
  /** Where the page's files are; those of the package when left out. */
  readonly folder?: string;
}

export interface Dashboard {
  /** Resolves with the port; rejects when the address cannot be had. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

const maxConnections = 1_000;
const maxBodyBytes = 16 * 1024;
/** A form of another site cannot set it, and a script of another site may not. */
const ownHeader = 'x-tenant-operator';

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

export function createDashboard(options: DashboardOptions): Dashboard {
  const { operator, access, log, bind } = options;
  const { objects } = operator;
  const assets = loadAssets(options.folder);
  const stream = createStream(operator, options.clock);
  const server = createServer({
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    keepAliveTimeout: 30_000,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 16 * 1024,
  });
  limitConnections(server, maxConnections);
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('request', (request, response) => {
    response.on('error', () => response.destroy());
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    answer(request, response).catch((error: unknown) => {
      const cause = error instanceof Error ? error.message : String(error);
      log.error({ cause, path: request.url?.split('?')[0] }, 'a request of the page could not be answered');
      if (response.headersSent) response.destroy();
      else sendJson(request, response, 500, { message: 'this could not be answered; the log says why' });
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodePath(request.url ?? '/');
    if (path === undefined)
      return sendJson(request, response, 400, { message: 'this address is not well-formed' });
    if (path[0] !== 'api')
      return sendAsset(request, response, path.length === 0 ? 'index.html' : path.join('/'));
    const admission = await access.admit(request);
    if (admission.kind === 'refused') {
      const { status, message } = admission;
      return sendJson(request, response, status, { message, needsToken: status === 401 });
    }
    await answerApi(request, response, path.slice(1), admission.caller);
  }

  async function answerApi(
    request: IncomingMessage,
    response: ServerResponse,
    [what = '', namespace = '', name = '', part, ...rest]: readonly string[],
    { user, client }: Caller,
  ): Promise<void> {
    const reply = (status: number, body: unknown) => sendJson(request, response, status, body);
    if (request.method === 'POST' && what === 'actions') {
      if (request.headers[ownHeader] === undefined)
        return reply(403, { message: `the header ${ownHeader} is missing` });
      const text = await readText(request, maxBodyBytes);
      if (text === undefined) return reply(413, { message: 'the body is too large' });
      const { status, message } = await act(text, client, options.rows);
      if (status === 200)
        log.info({ user, action: JSON.parse(text) as unknown }, 'a change was made on the page');
      return reply(status, { message });
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return reply(405, { message: 'only GET is answered here' });
    switch (what) {
      case 'session':
        return reply(200, {
          user,
          needsToken: false,
          hasRows: options.rows !== undefined,
          version: options.version,
        } satisfies Session);
      case 'stream':
        if (!stream.add(response)) reply(503, { message: 'too many pages are open' });
        return;
      case 'rows':
        return options.rows
          ? reply(200, await options.rows.list())
          : reply(404, { message: 'there are no rows here' });
      case 'tenants': {
        const tenant: Tenant | undefined = objects.tenants.get(keyOf({ namespace, name }));
        if (!tenant) return reply(404, { message: `there is no tenant ${name} in namespace ${namespace}` });
        if (part === undefined) return reply(200, await tenantView(objects, client, tenant));
        const view =
          part === 'items' ? await manifestView(objects, client, tenant, rest.join('/')) : undefined;
        return view ? reply(200, view) : reply(404, { message: 'the template has no such item any more' });
      }
      default:
        return reply(404, { message: 'there is nothing here' });
    }
  }

  function sendAsset(request: IncomingMessage, response: ServerResponse, name: string): void {
    const asset: Asset | undefined = assets.get(name);
    if (!asset) {
      sendJson(request, response, 404, { message: 'there is nothing here' });
      return;
    }
    const headers = {
      'content-type': asset.contentType,
      'cache-control': 'no-cache',
      etag: asset.etag,
      vary: 'accept-encoding',
    };
    if (request.headers['if-none-match'] === asset.etag) {
      response.writeHead(304, headers).end();
      return;
    }
    const isZipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    response.writeHead(200, { ...headers, ...(isZipped ? { 'content-encoding': 'gzip' } : {}) });
    response.end(request.method === 'HEAD' ? undefined : isZipped ? asset.zipped : asset.body);
  }

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(bind.port, bind.host === '::' ? undefined : bind.host, () => {
          server.off('error', reject);
          server.on('error', (error) => log.error({ cause: error.message }, "the page's server failed"));
          resolve((server.address() as AddressInfo).port);
        });
      }),
    async stop() {
      stream.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await access.close();
    },
  };
}

/** The path's parts, decoded; undefined when it cannot be. */
function decodePath(url: string): string[] | undefined {
  try {
    return (url.split('?')[0] ?? '').split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function sendJson(request: IncomingMessage, response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
}
