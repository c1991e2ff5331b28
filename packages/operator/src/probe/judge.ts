/** What the answers of a tenant's hosts come to. Pure. */
import type { Answer, HostVerdict, ProbeReason, ProbeReport } from './index.ts';

/** The worst first: what a person should look at before the rest. */
const order: readonly ProbeReason[] = [
  'NotAnswering',
  'CertificateUntrusted',
  'UnexpectedAnswer',
  'AddressNotAllowed',
  'Answering',
];
const maxNamed = 3;

/** As the kubelet judges its HTTP probes: 200 to 399 is well, and a redirect is an answer like another. */
export function judgeAnswer(host: string, answer: Answer): HostVerdict {
  switch (answer.kind) {
    case 'silent':
      return { host, reason: 'NotAnswering', message: answer.detail };
    case 'untrusted':
      return {
        host,
        reason: 'CertificateUntrusted',
        message: `its certificate is not trusted: ${answer.detail}`,
      };
    case 'answered': {
      const isWell = answer.status >= 200 && answer.status < 400;
      const where = answer.location === undefined ? '' : ` to ${answer.location}, which is not followed`;
      return {
        host,
        reason: isWell ? 'Answering' : 'UnexpectedAnswer',
        message: `it answers ${answer.status}${where}`,
      };
    }
  }
}

/** As a condition; undefined where no host was asked. */
export function judgeReport({
  verdicts,
}: ProbeReport):
  | { readonly status: 'True' | 'False' | 'Unknown'; readonly reason: ProbeReason; readonly message: string }
  | undefined {
  const reason = order.find((candidate) => verdicts.some((verdict) => verdict.reason === candidate));
  if (reason === undefined) return undefined;
  const those = verdicts.filter((verdict) => verdict.reason === reason);
  const status = reason === 'Answering' ? 'True' : reason === 'AddressNotAllowed' ? 'Unknown' : 'False';
  return { status, reason, message: describe(those) };
}

function describe(verdicts: readonly HostVerdict[]): string {
  const named = verdicts.slice(0, maxNamed).map(({ host, message }) => `${host}: ${message}`);
  const more = verdicts.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
