/** Against a real TLS server, with certificates that are made here. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { cryptoProvider, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { systemClock } from '@tenant-operator/kube';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpsAsk } from './request.ts';

const host = 'acme.example.com';
const address = '127.0.0.1';
const signal = new AbortController().signal;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

cryptoProvider.set(webcrypto);

async function certificateFor(name: string, days: number): Promise<{ cert: string; key: string }> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 10 * 86_400_000),
    notAfter: new Date(Date.now() + days * 86_400_000),
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
  };
}

let good: { cert: string; key: string };
let servers: Server[] = [];

beforeAll(async () => {
  good = await certificateFor(host, 10);
});
afterAll(() => {
  for (const server of servers) server.close();
  servers = [];
});

const seen: { url: string | undefined; host: string | undefined; agent: string | undefined }[] = [];

async function serve(certificate: { cert: string; key: string }): Promise<number> {
  const server = createServer(certificate, (request, response) => {
    seen.push({ url: request.url, host: request.headers.host, agent: request.headers['user-agent'] });
    if (request.url === '/never') return;
    if (request.url === '/away')
      response.writeHead(302, { location: 'https://elsewhere.example.org/in?token=secret' });
    else if (request.url === '/near') response.writeHead(301, { location: '/login' });
    else if (request.url === '/long') response.writeHead(200, { 'x-long': 'x'.repeat(20_000) });
    else response.writeHead(request.url === '/sick' ? 503 : 200);
    if (request.url === '/endless') {
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.once('close', () => clearInterval(timer));
    } else response.end();
  });
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  return listen(server);
}

function listen(server: {
  listen(port: number, host: string, done: () => void): unknown;
  address(): unknown;
}) {
  return new Promise<number>((resolve) => {
    server.listen(0, address, () => resolve((server.address() as AddressInfo).port));
  });
}

describe('createHttpsAsk', () => {
  it('asks by the name at the address, and takes the head of the answer', async () => {
    const port = await serve(good);
    const ask = createHttpsAsk({ clock: systemClock, port, ca: good.cert });
    const get = (path: string, timeoutMs = 10_000) => ask({ host, address, path, timeoutMs }, signal);
    expect(await get('/')).toEqual({ kind: 'answered', status: 200 });
    expect(seen.at(-1)).toEqual({ url: '/', host, agent: 'tenant-operator-probe' });
    expect(await get('/sick')).toEqual({ kind: 'answered', status: 503 });
    expect(await get('/endless')).toEqual({ kind: 'answered', status: 200 });
    expect(await get('/near')).toEqual({ kind: 'answered', status: 301, location: `https://${host}/login` });
    const asked = seen.length;
    const away = 'https://elsewhere.example.org/in';
    expect(await get('/away')).toEqual({ kind: 'answered', status: 302, location: away });
    expect(seen).toHaveLength(asked + 1);
    expect(await get('/long')).toMatchObject({
      kind: 'silent',
      detail: expect.stringContaining('16384 bytes'),
    });
    expect(await get('/never', 200)).toEqual({ kind: 'silent', detail: 'no answer within 0.2 s' });
  });

  it.each([
    ['self-signed', async () => certificateFor(host, 10), undefined, 'it is self-signed'],
    ['of another name', async () => certificateFor('other.example.com', 10), 'own', 'it is for another name'],
    ['expired', async () => certificateFor(host, -1), 'own', 'it has expired'],
  ])('does not trust a certificate that is %s', async (_what, make, trust, detail) => {
    const certificate = await make();
    const port = await serve(certificate);
    const ask = createHttpsAsk({ clock: systemClock, port, ...(trust ? { ca: certificate.cert } : {}) });
    const asked = seen.length;
    const answer = await ask({ host, address, path: '/', timeoutMs: 10_000 }, signal);
    expect(answer).toEqual({ kind: 'untrusted', detail: expect.stringContaining(detail) });
    expect(seen).toHaveLength(asked);
  });

  it('tells where nobody listens, or somebody hangs up', async () => {
    const rude = createTcpServer((socket) => socket.destroy());
    const port = await listen(rude);
    const ask = (at: number) =>
      createHttpsAsk({ clock: systemClock, port: at })(
        { host, address, path: '/', timeoutMs: 10_000 },
        signal,
      );
    expect(await ask(port)).toMatchObject({ kind: 'silent' });
    await new Promise<void>((resolve) => rude.close(() => resolve()));
    expect(await ask(port)).toEqual({ kind: 'silent', detail: 'nobody listens at port 443' });
  });

  it('ends with the signal', async () => {
    const port = await serve(good);
    const ending = new AbortController();
    const ask = createHttpsAsk({ clock: systemClock, port, ca: good.cert });
    const asking = ask({ host, address, path: '/never', timeoutMs: 60_000 }, ending.signal);
    ending.abort(new Error('over'));
    await expect(asking).rejects.toThrow('over');
  });
});
