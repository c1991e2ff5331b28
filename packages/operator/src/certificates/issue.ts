/** Makes keys and certificates: an authority of our own, and what it signs for a server. */
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type * as x509 from '@peculiar/x509';
import { authorityLifetimeMs, backdateMs, servingLifetimeMs } from './lifetimes.ts';

/** A certificate and its private key, both PEM text. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Loaded once something is to be issued: most processes never do, and it takes several MB. */
async function loadX509(): Promise<typeof x509> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A self-signed authority that may sign servers' certificates and no further authority. `now` is milliseconds since the epoch. */
export async function issueAuthority(now: number): Promise<KeyPair> {
  const x509 = await loadX509();
  const keys = await newKeys();
  const serialNumber = serial();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // Each authority has a name of its own, so that old and new are told apart in a bundle.
    name: `CN=tenant-operator-webhook-ca-${serialNumber.slice(0, 8)}`,
    ...validity(now, authorityLifetimeMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), key: await exportKey(keys.privateKey) };
}

/** A server's certificate for these host names and addresses, signed by the authority. */
export async function issueServing(
  authority: KeyPair,
  hosts: readonly string[],
  now: number,
): Promise<KeyPair> {
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await newKeys();
  const names = hosts.map((value) => ({ type: isIP(value) > 0 ? ('ip' as const) : ('dns' as const), value }));
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=tenant-operator-webhook',
    issuer: issuer.subject,
    ...validity(now, servingLifetimeMs),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      new x509.SubjectAlternativeNameExtension(names),
    ],
  });
  return { certificate: pem(certificate), key: await exportKey(keys.privateKey) };
}

/** Ends with a line break, so that certificates can be put one after the other. */
function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}

function newKeys() {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

/** Begins a little in the past: the API server's clock may be behind ours. */
function validity(now: number, lifetimeMs: number) {
  return { notBefore: new Date(now - backdateMs), notAfter: new Date(now + lifetimeMs) };
}

/** 16 bytes; the first bit stays clear and the first byte is not zero, since a serial number is a positive integer. */
function serial(): string {
  const [first = 0, ...rest] = randomBytes(16);
  return Buffer.from([(first & 0x7f) | 0x01, ...rest]).toString('hex');
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const text = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  const lines = text.match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const body = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  return webcrypto.subtle.importKey('pkcs8', Buffer.from(body, 'base64'), algorithm, false, ['sign']);
}
