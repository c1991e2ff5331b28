/** Who opens ten thousand connections and sends nothing, or as slowly as can be, keeps nobody else out. */
import { type ClientRequest, createServer, request, type Server } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { silentLogger } from '@tenant-operator/kube';
import { issueAuthority, issueServing } from '@tenant-operator/operator/certificates';
import { createSmallServer, limitConnections } from '@tenant-operator/operator/http';
import { afterEach, describe, expect, it } from 'vitest';
import { createTokenAccess } from '../../packages/dashboard/src/access/index.ts';
import { createDashboard } from '../../packages/dashboard/src/dashboard.ts';
import { createFakeCluster, createFakeOperator } from '../../packages/dashboard/src/testing.ts';
import { createWebhookServer } from '../../packages/operator/src/webhook/server.ts';

const permission = { attributes: { nonResourceAttributes: { verb: 'get', path: '/' } }, words: 'look' };
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const bind = { host: '127.0.0.1', port: 0 };
const total = 10_000;
const atOnce = 500;
/** Nothing, headers without an end, half a request line, and what is no HTTP. */
const slow = ['', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'GET /', '\u0016\u0003\u0001\u0002\u0000'];

interface Target {
  readonly port: number;
  /** What slow senders send. */
  readonly slow: readonly string[];
  /** Asks as a client does that means it; the status. */
  ask(): Promise<number | undefined>;
}

async function startPage(): Promise<Target> {
  const page = createDashboard({
    operator: createFakeOperator(),
    access: createTokenAccess({ clientFor: () => createFakeCluster().client, permission }),
    log: silentLogger,
    bind,
    version: '1',
  });
  ends.push(page.stop);
  return plainTarget(await page.start());
}

/** By TLS: who asks is an API server, and who holds a place may have gone through the whole handshake. */
async function startWebhook(): Promise<Target> {
  const authority = await issueAuthority(Date.now());
  const reviewer = { review: () => Promise.resolve({ kind: 'allowed' as const, warnings: [] }) };
  const server = createWebhookServer({ reviewer, log: silentLogger, ...bind });
  ends.push(server.close);
  const port = await server.listen();
  server.serve(await issueServing(authority, [bind.host], Date.now()));
  const review = JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'u', kind: { kind: 'TenantTemplate' }, operation: 'CREATE', object: { metadata: {} } },
  });
  const options = { host: bind.host, port, path: '/validate', method: 'POST', agent: false as const };
  const headers = { 'content-type': 'application/json' };
  return {
    port,
    slow: [...slow, 'TLS', 'TLS POST /validate HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ask: () => statusOf(tlsRequest({ ...options, ca: authority.certificate, headers }), review),
  };
}

async function startMetrics(): Promise<Target> {
  const paths = { '/': () => ({ status: 200, body: 'ok\n' }) };
  const server = createSmallServer({ name: 'metrics', bind, paths, log: silentLogger });
  ends.push(server.stop);
  return plainTarget(await server.start());
}

const plainTarget = (port: number): Target => ({ port, slow, ask: () => get(port) });

/** Status of a GET on a connection of its own. */
const get = (port: number, path = '/') => statusOf(request({ host: bind.host, port, path, agent: false }));

function statusOf(sent: ClientRequest, body?: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function open(port: number, text: string): Promise<Socket> {
  return new Promise((resolve) => {
    const sent = text.replace(/^TLS ?/, '');
    const begun = () => {
      if (sent !== '') socket.write(sent);
      resolve(socket);
    };
    const options = { host: bind.host, port, rejectUnauthorized: false };
    const socket: Socket = text.startsWith('TLS') ? connectTls(options, begun) : connect(options, begun);
    socket.on('error', () => resolve(socket));
    ends.push(() => void socket.destroy());
  });
}

/** A handshake takes both ends some milliseconds, so that few go so far. */
function textOf(target: Target, n: number): string {
  const texts = n % 25 < target.slow.length ? target.slow : slow;
  return texts[(n % 25) % texts.length] ?? '';
}

describe.each([
  ['the page', startPage],
  ['the server of metrics and health', startMetrics],
  ['the webhook', startWebhook],
])('%s', (_name, start) => {
  it(`answers while ${total} connections come`, { timeout: 120_000 }, async () => {
    const target = await start();
    const before = process.memoryUsage().rss;
    for (let count = 0; count < total; count += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, (_, n) => open(target.port, textOf(target, n))));
      expect(await target.ask()).toBe(200);
    }
    // Both ends of what stands are in this process.
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  });
});

describe('limitConnections', () => {
  async function start(max: number, onBusy: () => void = () => undefined): Promise<number> {
    const server: Server = createServer((incoming, response) => {
      if (incoming.url === '/busy') onBusy();
      else response.end('ok');
    });
    const limited = limitConnections(server, max);
    ends.push(async () => {
      limited.destroyAll();
      await new Promise((resolve) => server.close(resolve));
    });
    await new Promise<void>((resolve) => server.listen(0, bind.host, resolve));
    return (server.address() as AddressInfo).port;
  }

  it('ends the one that was idle for longest when all have sent a request', async () => {
    const port = await start(3);
    const idle = await Promise.all([1, 2, 3].map(() => open(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')));
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('data', resolve))));
    const closed = new Promise((resolve) => idle[0]?.once('close', resolve));
    expect(await get(port)).toBe(200);
    await closed;
    expect(idle.map(({ destroyed }) => destroyed)).toEqual([true, false, false]);
  });

  it('lets the newcomer go when all are busy', async () => {
    let left = 2;
    let seen: () => void;
    const allSeen = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const port = await start(2, () => {
      left -= 1;
      if (left === 0) seen();
    });
    const busy = await Promise.all([1, 2].map(() => open(port, 'GET /busy HTTP/1.1\r\nHost: x\r\n\r\n')));
    await allSeen;
    await expect(get(port)).rejects.toThrow();
    expect(busy.map(({ destroyed }) => destroyed)).toEqual([false, false]);
  });
});
