import { X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { issueAuthority, issueServing, type KeyPair } from './issue.ts';
import { backdateMs } from './lifetimes.ts';
import { factsOf } from './read.ts';

const now = Math.floor(Date.now() / 1_000) * 1_000;
const day = 86_400_000;

async function handshake(serving: KeyPair, ca: string, servername: string): Promise<string> {
  const server = createServer({ cert: serving.certificate, key: serving.key });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve) => {
      const host = '127.0.0.1';
      const socket = connect({ host, port, ca, ...(servername === host ? {} : { servername }) });
      socket.once('secureConnect', () => resolve('trusted'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('close', () => server.close());
      socket.once('secureConnect', () => socket.destroy());
    });
  } finally {
    server.close();
  }
}

describe('a serving certificate', () => {
  it.each([
    ['webhook.system.svc', 'trusted', 'a name that it carries'],
    ['127.0.0.1', 'trusted', 'an address that it carries'],
    ['other.system.svc', 'ERR_TLS_CERT_ALTNAME_INVALID', 'a name that it does not carry'],
  ])('for %s is %s: %s', async (name, expected) => {
    const authority = await issueAuthority(now);
    const serving = await issueServing(authority, ['webhook.system.svc', '127.0.0.1', '::1'], now);
    expect(await handshake(serving, authority.certificate, name)).toBe(expected);
  });

  it('is trusted for its own authority alone', async () => {
    const [authority, other] = [await issueAuthority(now), await issueAuthority(now)];
    const serving = await issueServing(authority, ['localhost'], now);
    expect(await handshake(serving, other.certificate, 'localhost')).not.toBe('trusted');
    expect(await handshake(serving, other.certificate + authority.certificate, 'localhost')).toBe('trusted');
  });

  it('says what it is good for, and no more', async () => {
    const authority = await issueAuthority(now);
    const serving = await issueServing(authority, ['localhost', '::1'], now);
    expect(factsOf(serving)).toMatchObject({ notBefore: now - backdateMs, notAfter: now + 90 * day });
    expect(factsOf(authority)).toMatchObject({ notBefore: now - backdateMs, notAfter: now + 365 * day });
    const [own, ca] = [new X509Certificate(serving.certificate), new X509Certificate(authority.certificate)];
    expect([own.ca, ca.ca]).toEqual([false, true]);
    expect(own.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(own.serialNumber).not.toBe(ca.serialNumber);
  });
});

describe('what is read', () => {
  it.each([
    ['no PEM', { certificate: 'x', key: 'y' }],
    ['nothing', { certificate: '', key: '' }],
  ])('is nothing for %s', (_, pair) => {
    expect(factsOf(pair)).toBeUndefined();
  });

  it('is nothing for the key of another certificate', async () => {
    const [one, two] = [await issueAuthority(now), await issueAuthority(now)];
    expect(factsOf({ certificate: one.certificate, key: two.key })).toBeUndefined();
  });
});
