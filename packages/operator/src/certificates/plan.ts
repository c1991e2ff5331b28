/** Decides the next step in the life of the certificates. Pure. */
import type { KeyPair } from './issue.ts';
import { announceMs, authorityRenewMs, backdateMs, retireMs, servingRenewMs } from './lifetimes.ts';
import { canonicalHost, type Facts, factsOf, isIssuedBy } from './read.ts';

/** What is stored. `previous` is the authority before the current one, while an API server may still need it. */
export interface CertificateSet {
  readonly authority: KeyPair;
  readonly previous?: KeyPair;
  readonly serving: KeyPair;
}

export type CertificateStep =
  | { readonly kind: 'keep' }
  /** Nothing that is stored can be used: all anew. */
  | { readonly kind: 'begin' }
  /** A new authority; the one that we have becomes `previous` and what it signed is served on. */
  | { readonly kind: 'newAuthority' }
  | { readonly kind: 'newServing'; readonly signer: KeyPair }
  | { readonly kind: 'retirePrevious' };

export interface CertificateSituation {
  readonly stored: CertificateSet | undefined;
  /** Names and addresses that the serving certificate must carry. */
  readonly hosts: readonly string[];
  /** Whether API servers were told to trust this authority (PEM); true while nobody was told of any. */
  readonly isPublished: (certificate: string) => boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * One step at a time; the caller carries it out, stores it and asks again until the answer is `keep`.
 *
 * At every instant the served certificate is signed by an authority that was published at least an hour before, and an
 * authority leaves the bundle at the earliest a day after nothing is served from it.
 */
export function nextStep({ stored, hosts, isPublished, now }: CertificateSituation): CertificateStep {
  const authority = stored && factsOf(stored.authority);
  const serving = stored && factsOf(stored.serving);
  if (!stored || !authority || !serving || isExpired(authority, now)) return { kind: 'begin' };
  const previous = stored.previous && factsOf(stored.previous);
  if (!stored.previous && authority.notAfter - now < authorityRenewMs) return { kind: 'newAuthority' };

  const isOfCurrent = isIssuedBy(serving, authority);
  const isOfPrevious = previous !== undefined && isIssuedBy(serving, previous) && !isExpired(previous, now);
  const isAnnounced = age(authority, now) >= announceMs && isPublished(stored.authority.certificate);
  if (!isOfCurrent && (!isOfPrevious || isAnnounced)) {
    return { kind: 'newServing', signer: stored.authority };
  }
  const isDue =
    serving.notAfter - now < servingRenewMs || hosts.some((host) => !serving.hosts.has(canonicalHost(host)));
  if (isDue) {
    const signer = isOfCurrent || !stored.previous ? stored.authority : stored.previous;
    return { kind: 'newServing', signer };
  }
  const isRetired = isOfCurrent && age(serving, now) >= retireMs;
  if (stored.previous && (isRetired || !previous || isExpired(previous, now))) {
    return { kind: 'retirePrevious' };
  }
  return { kind: 'keep' };
}

/** What API servers are to trust, as PEM text: the current authority first. */
export function bundleOf({ authority, previous }: CertificateSet): string {
  return authority.certificate + (previous?.certificate ?? '');
}

function age({ notBefore }: Facts, now: number): number {
  return now - (notBefore + backdateMs);
}

function isExpired({ notAfter }: Facts, now: number): boolean {
  return now >= notAfter;
}
