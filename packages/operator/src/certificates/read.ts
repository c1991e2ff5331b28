/** What a stored certificate says. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
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
    const hosts = (certificate.subjectAltName ?? '')
      .split(', ')
      .map((name) => name.replace(/^(DNS|IP Address):/, ''));
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
