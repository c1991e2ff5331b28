/** Who opens ten thousand connections and sends nothing, or as slowly as can be, keeps nobody else out. */
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { silentLogger } from '@tenant-operator/kube';
import { createSmallServer, limitConnections } from '@tenant-operator/operator/http';
import { afterEach, describe, expect, it } from 'vitest';
import { createTokenAccess } from '../../packages/dashboard/src/access/index.ts';
import { createDashboard } from '../../packages/dashboard/src/dashboard.ts';
import { createFakeCluster, createFakeOperator } from '../../packages/dashboard/src/testing.ts';

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

async function startPage(): Promise<number> {
  const page = createDashboard({
    operator: createFakeOperator(),
    access: createTokenAccess({ clientFor: () => createFakeCluster().client, permission }),
    log: silentLogger,
    bind,
    version: '1',
  });
  ends.push(page.stop);
  return page.start();
}

async function startMetrics(): Promise<number> {
  const paths = { '/': () => ({ status: 200, body: 'ok\n' }) };
  const server = createSmallServer({ name: 'metrics', bind, paths, log: silentLogger });
  ends.push(server.stop);
  return server.start();
}

/** Status of a GET on a connection of its own. */
function get(port: number, path = '/'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: bind.host, port, path, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.end();
  });
}

function open(port: number, text: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, bind.host, () => {
      if (text !== '') socket.write(text);
      resolve(socket);
    });
    socket.on('error', () => resolve(socket));
    ends.push(() => void socket.destroy());
  });
}

describe.each([
  ['the page', startPage],
  ['the server of metrics and health', startMetrics],
])('%s', (_name, start) => {
  it(`answers while ${total} connections come`, { timeout: 120_000 }, async () => {
    const port = await start();
    const before = process.memoryUsage().rss;
    for (let count = 0; count < total; count += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, (_, n) => open(port, slow[n % slow.length] ?? '')));
      expect(await get(port)).toBe(200);
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
