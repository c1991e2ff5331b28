/** What the status of a Tenant says of its certificates. Pure. */
import type { ChildObservation } from '../../children/index.ts';
import type { ConditionInput } from '../../status/index.ts';

export interface CertificateInput {
  /** What is observed of the Tenant's objects, Certificates that its labels name among them. */
  readonly observations: readonly ChildObservation[];
  readonly tenantUid: string;
  /** Whether Certificates are watched (`seen`), not listed yet, or no kind of the server. */
  readonly sight: 'absent' | 'unknown' | 'seen';
  /** Ids of the items whose certificates wait until their hostnames are published. */
  readonly held: readonly string[];
  /** Whether the Tenant says something of certificates already. */
  readonly wasTold: boolean;
}

/** `kept`: nothing new can be said, and what is stored stays. */
export type CertificateView = ConditionInput | 'kept' | undefined;

/** Whether an Ingress or an item asks for a certificate, so that it is worth looking. */
export function asksForCertificates(observations: readonly ChildObservation[]): boolean {
  return observations.some(
    ({ dns, certificate }) => dns?.secretNames !== undefined || certificate !== undefined,
  );
}

export function certificateView(input: CertificateInput): CertificateView {
  const { held, sight, wasTold } = input;
  if (held.length > 0) {
    const names = held.map((id) => `"${id}"`).join(', ');
    const message = `the certificates of ${names} are asked for once the hostnames are published`;
    return told('False', 'CertificatesHeld', message);
  }
  const wanted = wantedCertificates(input);
  if (wanted.size === 0)
    return wasTold ? told('True', 'NoCertificates', 'the resources ask for no certificates') : undefined;
  if (sight === 'unknown') return 'kept';
  if (sight === 'absent') {
    const message = 'the server does not know cert-manager.io/v1 Certificate: install cert-manager';
    return told('False', 'CertificatesPending', message);
  }
  const certificates = [...wanted].map(([name, part]) => ({
    name,
    state: part?.state ?? ('pending' as const),
    message: part?.message ?? 'cert-manager has made no Certificate for it yet',
  }));
  const failed = certificates.filter(({ state }) => state === 'failed');
  if (failed.length > 0) return told('False', 'CertificatesFailed', describe(failed));
  const pending = certificates.filter(({ state }) => state === 'pending');
  if (pending.length > 0) return told('False', 'CertificatesPending', describe(pending));
  const [first] = certificates;
  const message =
    certificates.length === 1
      ? `"${first?.name}" is issued`
      : `all ${certificates.length} certificates are issued`;
  return told('True', 'CertificatesIssued', message);
}

/**
 * By the name of the Secret: what Ingresses ask for, and the Certificates that are items themselves. A Certificate counts when
 * the Tenant or one of its Ingresses controls it; the same name in another Tenant's hands does not.
 */
function wantedCertificates({ observations, tenantUid }: CertificateInput) {
  const own = observations.filter((observation) => observation.tenantUid === tenantUid);
  const owners = new Set([tenantUid, ...own.flatMap(({ uid, dns }) => (dns ? [uid] : []))]);
  const wanted = new Map<string, ChildObservation['certificate']>();
  const nameOf = (namespace: string | undefined, secret: string) => `${namespace ?? ''}/${secret}`;
  for (const { dns, namespace } of own)
    for (const secret of dns?.secretNames ?? []) wanted.set(nameOf(namespace, secret), undefined);
  for (const { certificate, tenantUid: owner, namespace } of observations) {
    if (!certificate || owner === undefined || !owners.has(owner)) continue;
    wanted.set(nameOf(namespace, certificate.secretName), certificate);
  }
  return new Map([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const maxNamed = 3;

function describe(certificates: readonly { readonly name: string; readonly message: string }[]): string {
  const named = certificates.slice(0, maxNamed).map(({ name, message }) => `"${name}": ${message}`);
  const more = certificates.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function told(status: 'True' | 'False', reason: string, message: string): ConditionInput {
  return { type: 'CertificateReady', status, reason, message };
}
