import 'reflect-metadata';
import { generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

/** PEM text. */
export interface KeyAndCertificate {
  certificate: string;
  key: string;
}

export interface CertificateAuthority {
  /** PEM of the authority itself. */
  readonly certificate: string;
  /** For a server: names and addresses it answers by. */
  issueServer(commonName: string, names: { dns?: string[]; ip?: string[] }): Promise<KeyAndCertificate>;
  /** For a client: to Kubernetes the common name is the user, the organizations are its groups. */
  issueClient(user: string, groups?: string[]): Promise<KeyAndCertificate>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** Makes a certificate authority of its own for one rig; everything it signs is good for 30 days. */
export async function createCertificateAuthority(commonName: string): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + 30 * DAY_MS) };
  const self = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=${commonName}`,
    ...validity,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  const issue = async (
    subject: x509.JsonName,
    usage: string,
    extra: x509.Extension[] = [],
  ): Promise<KeyAndCertificate> => {
    const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject,
      issuer: self.subject,
      ...validity,
      signingAlgorithm: ALGORITHM,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        await x509.AuthorityKeyIdentifierExtension.create(self),
        ...extra,
      ],
    });
    const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own.privateKey));
    return { certificate: certificate.toString('pem'), key: pem('PRIVATE KEY', key) };
  };

  return {
    certificate: self.toString('pem'),
    issueServer(name, { dns = [], ip = [] }) {
      const names: x509.JsonGeneralName[] = [
        ...dns.map((value) => ({ type: 'dns' as const, value })),
        ...ip.map((value) => ({ type: 'ip' as const, value })),
      ];
      const alternatives = new x509.SubjectAlternativeNameExtension(names);
      return issue([{ CN: [name] }], x509.ExtendedKeyUsage.serverAuth, [alternatives]);
    },
    issueClient(user, groups = []) {
      return issue(
        [...groups.map((group) => ({ O: [group] })), { CN: [user] }],
        x509.ExtendedKeyUsage.clientAuth,
      );
    },
  };
}

/** An RSA key pair as PEM, for signing service-account tokens. */
export function createSigningKey(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

function serial(): string {
  // The first bit stays clear: a serial number is a positive integer.
  const bytes = randomBytes(16);
  bytes[0]! &= 0x7f;
  bytes[0]! |= 0x01;
  return bytes.toString('hex');
}

function pem(label: string, data: Buffer): string {
  const lines = data.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
