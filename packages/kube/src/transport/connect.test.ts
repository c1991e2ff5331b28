import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../client/index.ts';
import { createFakeClock } from '../clock/index.ts';
import type { ClientConfig } from '../config/index.ts';
import { until } from '../testing/server.ts';

let folder: string;
let pem: { key: string; cert: string };
let server: ReturnType<typeof createServer>;
let port: number;
const proxies: Server[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'connect-'));
  const file = (name: string) => join(folder, name);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const names = ['-subj', '/CN=alice', '-addext', 'subjectAltName=DNS:api.example.test,IP:127.0.0.1'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-nodes',
      '-days',
      '1',
      ...curve,
      ...names,
      '-keyout',
      file('key'),
      '-out',
      file('cert'),
    ],
    { stdio: 'ignore' },
  );
  pem = { key: readFileSync(file('key'), 'utf8'), cert: readFileSync(file('cert'), 'utf8') };
  // Tells who the client is by its certificate.
  server = createServer(
    { ...pem, ca: pem.cert, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const peer = (request.socket as TLSSocket).getPeerCertificate();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ peer: peer.subject?.CN ?? 'nobody', host: request.headers.host }));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const proxy of proxies.splice(0)) await new Promise((resolve) => proxy.close(resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const config = (extra: Partial<ClientConfig> = {}): ClientConfig => ({
  server: `https://127.0.0.1:${port}`,
  certificateAuthority: pem.cert,
  namespace: 'default',
  auth: {},
  origin: 'test',
  ...extra,
});

async function ask(
  of: ClientConfig,
  resolve?: Map<string, { address: string; port: number }>,
): Promise<unknown> {
  const client = createClient(of, resolve ? { resolve } : {});
  try {
    return (await client.request({ method: 'GET', path: '/' })).body;
  } finally {
    await client.close();
  }
}

/** A proxy that notes its requests; `refuse` answers them with that status. */
async function startProxy(refuse?: number): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const proxy = createHttpServer();
  proxy.on('connect', (request, near: Socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    sockets.add(near);
    if (refuse !== undefined) {
      near.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
      return;
    }
    const far = connect(port, '127.0.0.1', () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      far.pipe(near).pipe(far);
    });
    sockets.add(far);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  proxies.push(proxy);
  return { url: `http://user:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
}

describe('connections', () => {
  it('show the client certificate', async () => {
    expect(await ask(config())).toMatchObject({ peer: 'nobody' });
    const auth = { clientCertificate: pem.cert, clientKey: pem.key };
    expect(await ask(config({ auth }))).toMatchObject({ peer: 'alice' });
  });

  it('go where they are told, with the name of the URL', async () => {
    const resolve = new Map([['api.example.test:443', { address: '127.0.0.1', port }]]);
    expect(await ask(config({ server: 'https://api.example.test' }), resolve)).toMatchObject({
      host: 'api.example.test',
    });
  });

  it.each([
    ['a name that the certificate lacks', { server: 'https://other.example.test' }, 'other.example.test:443'],
    ['an address that it lacks', { server: 'https://192.0.2.1' }, '192.0.2.1:443'],
    ['another expected name', { tlsServerName: 'other.example.test' }, ''],
  ])('are refused for %s', async (_reason, extra, key) => {
    const resolve = new Map([[key, { address: '127.0.0.1', port }]]);
    await expect(ask(config(extra), resolve)).rejects.toMatchObject({ code: 'tls', sent: false });
  });

  it('check the expected name instead of the address', async () => {
    expect(await ask(config({ tlsServerName: 'api.example.test' }))).toMatchObject({ peer: 'nobody' });
  });

  it('pass through an HTTP proxy, with its password and end-to-end TLS', async () => {
    const proxy = await startProxy();
    const auth = { clientCertificate: pem.cert, clientKey: pem.key };
    expect(await ask(config({ proxyUrl: proxy.url, auth }))).toMatchObject({ peer: 'alice' });
    expect(proxy.asked).toEqual([`127.0.0.1:${port} Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
  });

  it.each(['the server', 'the proxy'])(
    'that %s never completes end with the deadline, and with close',
    async (silent) => {
      const hole = createNetServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => {}).resume();
      });
      await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve));
      const place = `127.0.0.1:${(hole.address() as AddressInfo).port}`;
      const at = silent === 'the server' ? { server: `https://${place}` } : { proxyUrl: `http://${place}` };
      const clock = createFakeClock();
      const client = createClient(config(at), { clock, requestTimeoutMs: 5_000 });
      const first = client.serverVersion().catch((reason: unknown) => reason);
      await until(() => sockets.size === 1);
      await clock.advance(5_000);
      expect(await first).toMatchObject({ code: 'timeout' });
      const second = client.serverVersion().catch((reason: unknown) => reason);
      await until(() => sockets.size === 2);
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      await client.close();
      expect(await second).toMatchObject({ code: 'closed' });
      await Promise.all(closed);
      sockets.clear();
      await new Promise((resolve) => hole.close(resolve));
    },
  );

  it('name a proxy that refuses, and one that is not there', async () => {
    const proxy = await startProxy(403);
    const refused = ask(config({ proxyUrl: proxy.url }));
    await expect(refused).rejects.toThrow(
      /^the proxy http:\/\/127\.0\.0\.1:\d+ refused 127\.0\.0\.1:\d+: status 403$/,
    );
    const missing = ask(config({ proxyUrl: 'http://127.0.0.1:1' }));
    await expect(missing).rejects.toThrow('cannot reach the proxy http://127.0.0.1:1');
  });
});
