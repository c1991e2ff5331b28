/** What a stored certificate says. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { KeyPair } from './issue.ts';

export interface Facts {
  readonly certificate: X509Certificate;
  /** Milliseconds since the epoch, both. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly hosts: ReadonlySet<string>;
}

/** Undefined when the texts are no certificate and the key of it. */
export function factsOf(pair: KeyPair): Facts | undefined {
  try {
    const certificate = new X509Certificate(pair.certificate);
    if (!certificate.checkPrivateKey(createPrivateKey(pair.key))) return undefined;
    const names = (certificate.subjectAltName ?? '').split(', ');
    const hosts = names.map((name) => canonicalHost(name.replace(/^(DNS|IP Address):/, '')));
    return {
      certificate,
      notBefore: Date.parse(certificate.validFrom),
      notAfter: Date.parse(certificate.validTo),
      hosts: new Set(hosts),
    };
  } catch {
    return undefined;
  }
}

/** An IPv6 address has many spellings; names and other addresses stay as they are. */
export function canonicalHost(host: string): string {
  return isIPv6(host) ? new URL(`https://[${host}]`).hostname.slice(1, -1) : host;
}

export function isIssuedBy(facts: Facts, authority: Facts): boolean {
  const { certificate } = facts;
  return (
    certificate.checkIssued(authority.certificate) && certificate.verify(authority.certificate.publicKey)
  );
}

/** The certificates of a PEM text, one text each, without white space, to compare them. */
export function splitBundle(pem: string): ReadonlySet<string> {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return new Set(blocks.map((block) => block.replaceAll(/\s/g, '')));
}
