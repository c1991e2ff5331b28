import { Agent, request as httpsRequest } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { silentLogger } from '@tenant-operator/kube';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { issueAuthority, issueServing, type KeyPair } from '../certificates/index.ts';
import type { Verdict } from './review.ts';
import type { Reviewer } from './reviewer.ts';
import { createWebhookServer, type ServerLimits, type WebhookServer } from './server.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

const host = '127.0.0.1';
let authority: KeyPair;
let serving: KeyPair;
beforeAll(async () => {
  authority = await issueAuthority(Date.now());
  serving = await issueServing(authority, [host], Date.now());
});

const servers: WebhookServer[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(limits: Partial<ServerLimits> = {}, review?: Reviewer['review']): Promise<number> {
  const verdict: Verdict = { kind: 'allowed', warnings: ['seen'] };
  const reviewer = { review: review ?? (() => Promise.resolve(verdict)) };
  const server = createWebhookServer({ reviewer, log: silentLogger, host, port: 0, limits });
  servers.push(server);
  const port = await server.listen();
  server.serve(serving);
  return port;
}

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
  readonly ca?: string;
}

/** Status and text of the answer; status 0 and the error's code when there was none. */
function send(port: number, { path = '/validate', method = 'POST', headers, body, agent, ca }: Sent = {}) {
  return new Promise<{ status: number; text: string }>((resolve) => {
    const options = {
      host,
      port,
      path,
      method,
      ca: ca ?? authority.certificate,
      agent: agent ?? false,
      headers: { 'content-type': 'application/json', ...headers },
    };
    const sent = httpsRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => undefined);
      response.on('close', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ status: 0, text: error.code ?? error.message }),
    );
    sent.end(body);
  });
}

const review = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { uid: 'u-1', kind: { kind: 'TenantTemplate' }, operation: 'CREATE', object: { metadata: {} } },
});

const isHealthy = async (port: number) => (await send(port, { body: review })).status === 200;

const openTcp = (port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connectTcp({ host, port }, () => resolve(socket));
    socket.on('error', reject);
    sockets.push(socket);
  });

const openTls = (port: number) =>
  new Promise<TLSSocket>((resolve, reject) => {
    const socket = connectTls({ host, port, ca: authority.certificate }, () => resolve(socket));
    socket.on('error', reject);
    sockets.push(socket);
  });

const closed = (socket: Socket) =>
  new Promise<void>((resolve) => void socket.resume().once('close', () => resolve()));

describe('a request', () => {
  it('is answered', async () => {
    const { status, text } = await send(await start(), { body: review });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u-1', allowed: true, warnings: ['seen'] },
    });
  });

  it.each([
    [{ path: '/' }, 404, 'another path'],
    [{ path: '/validate/../etc' }, 404, 'a path that climbs'],
    [{ method: 'GET' }, 405, 'another method'],
    [{ headers: { 'content-type': 'text/plain' }, body: review }, 415, 'another content type'],
    [{ body: '' }, 400, 'no body'],
    [{ body: '{"kind":' }, 400, 'half a body'],
    [{ body: '{}' }, 400, 'no review'],
    [{ body: Buffer.from([0xff, 0xfe, 0x00]) }, 400, 'no text'],
    [{ body: 'x'.repeat(4_000_000) }, 413, 'a body beyond the limit'],
    [{ headers: { 'x-long': 'x'.repeat(20_000) } }, 0, 'headers beyond the limit'],
    [{ path: '/validate?timeout=5s', body: review }, 200, "the API server's own query"],
  ])('(%#) is answered with its status', async (sent: Sent, expected, _reason) => {
    const port = await start();
    const { status, text } = await send(port, sent);
    if (expected === 413) expect([413, 0]).toContain(status);
    else expect(status).toBe(expected);
    expect(text.trimEnd()).not.toContain('\n');
    expect(await isHealthy(port)).toBe(true);
  });

  it('announced beyond the limit is refused before it is sent', async () => {
    const port = await start();
    const socket = await openTls(port);
    socket.write(
      `POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`,
    );
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('that cannot be judged is told so, and the next one is judged', async () => {
    let isBroken = true;
    const port = await start({}, () =>
      isBroken
        ? Promise.reject(new Error('the cache is on fire'))
        : Promise.resolve({ kind: 'allowed', warnings: [] }),
    );
    expect(await send(port, { body: review })).toEqual({
      status: 500,
      text: 'it could not be judged: the cache is on fire\n',
    });
    isBroken = false;
    expect(await isHealthy(port)).toBe(true);
  });

  it('of any body leaves the server standing', async () => {
    const port = await start();
    const agent = new Agent({ keepAlive: true });
    const bodies = fc.oneof(
      fc.string(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.json(),
      fc.json().map((json) => review.replace('{"metadata":{}}', () => json)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status } = await send(port, { body, agent });
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 150 },
    );
    agent.destroy();
    expect(await isHealthy(port)).toBe(true);
  });

  it('of any bytes on the wire leaves the server standing', async () => {
    const port = await start({ headersMs: 200 });
    for (const text of [
      '\0\0\0\0',
      'GET / HTTP/1.1\r\n\r\n',
      '\x16\x03\x01\xff\xff',
      'POST /validate HTTP/9.9\r\n\r\n',
    ]) {
      for (const open of [openTcp, openTls]) {
        const socket: Socket = await open(port);
        socket.on('error', () => undefined);
        const end = closed(socket);
        socket.end(text);
        await end;
      }
    }
    expect(await isHealthy(port)).toBe(true);
  });
});

describe('a slow sender', () => {
  const limits = { headersMs: 200, requestMs: 400 };

  it.each([
    ['never begins the handshake', openTcp, ''],
    ['never sends a request', openTls, ''],
    ['never ends the headers', openTls, 'POST /validate HTTP/1.1\r\nHost: x\r\n'],
    [
      'never ends the body',
      openTls,
      'POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ],
  ])('that %s is cut off', async (_what, open, text) => {
    const port = await start(limits);
    const socket = await open(port);
    socket.on('error', () => undefined);
    const end = closed(socket);
    if (text !== '') socket.write(text);
    await end;
    expect(await isHealthy(port)).toBe(true);
  });

  it('does not keep others out, however many come', async () => {
    const port = await start({ connections: 20, headersMs: 60_000, requestMs: 60_000 });
    const slow = await Promise.all(Array.from({ length: 60 }, () => openTcp(port)));
    for (const socket of slow) socket.on('error', () => undefined);
    expect(await isHealthy(port)).toBe(true);
    await vi.waitFor(() =>
      expect(slow.filter(({ closed: isClosed }) => !isClosed).length).toBeLessThanOrEqual(20),
    );
    expect(await isHealthy(port)).toBe(true);
  });

  it('does not take the place of a connection that has proven itself', async () => {
    const port = await start({ connections: 10, headersMs: 60_000, requestMs: 60_000 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await send(port, { body: review, agent });
    const [kept] = Object.values(agent.freeSockets).flatMap((free) => free ?? []);
    for (let count = 0; count < 40; count++) (await openTcp(port)).on('error', () => undefined);
    expect((await send(port, { body: review, agent })).status).toBe(200);
    expect(kept?.destroyed).toBe(false);
    agent.destroy();
  });

  it('cannot make us hold more than all bodies may have', async () => {
    const port = await start({ totalBytes: 100_000, requestMs: 60_000 });
    const slow = await Promise.all(Array.from({ length: 3 }, () => openTls(port)));
    const head =
      'POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n';
    const answers = slow.map((socket) => {
      socket.on('error', () => undefined);
      return new Promise<string>((resolve) => {
        socket.once('data', (data) => resolve(String(data)));
        socket.once('close', () => resolve(''));
      });
    });
    for (const socket of slow) socket.write(head + 'x'.repeat(60_000));
    expect(await Promise.race(answers)).toMatch(/^HTTP\/1\.1 503 /);
    for (const socket of slow) socket.destroy();
    await vi.waitFor(async () => expect(await isHealthy(port)).toBe(true));
  });
});

describe('a certificate', () => {
  it('that is renewed serves new connections, while old ones go on', async () => {
    const port = await start();
    const [server] = servers;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await send(port, { body: review, agent })).status).toBe(200);
    const other = await issueAuthority(Date.now());
    server?.serve(await issueServing(other, [host], Date.now()));
    expect((await send(port, { body: review, agent })).status).toBe(200);
    expect((await send(port, { body: review, ca: other.certificate })).status).toBe(200);
    expect(await send(port, { body: review })).toMatchObject({ status: 0 });
    agent.destroy();
  });
});

describe('the end', () => {
  it('comes within a moment, whoever still holds a connection', async () => {
    const port = await start({ headersMs: 60_000, requestMs: 60_000 });
    const silent = [await openTcp(port), await openTls(port)];
    for (const socket of silent) socket.on('error', () => undefined);
    await servers.pop()?.close();
    expect(await send(port, { body: review })).toMatchObject({ status: 0, text: 'ECONNREFUSED' });
  });
});
