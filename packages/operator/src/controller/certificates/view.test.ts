import { describe, expect, it } from 'vitest';
import type { ChildObservation } from '../../children/index.ts';
import { asksForCertificates, type CertificateInput, certificateView } from './view.ts';

const tenantUid = 'tenant';

function ingress(secretNames: readonly string[], more: Partial<ChildObservation> = {}): ChildObservation {
  const dns = { hasIssuer: true, ...(secretNames.length > 0 ? { secretNames } : {}) };
  return { kind: 'Ingress', namespace: 'ns', uid: 'ingress', tenantUid, dns, ...more } as ChildObservation;
}

function certificate(
  secretName: string,
  state: 'issued' | 'pending' | 'failed',
  more: Partial<ChildObservation> = {},
): ChildObservation {
  const message = state === 'issued' ? '' : `it is ${state}`;
  const part = { secretName, state, message };
  return {
    kind: 'Certificate',
    namespace: 'ns',
    uid: secretName,
    tenantUid: 'ingress',
    certificate: part,
    ...more,
  } as ChildObservation;
}

const base: CertificateInput = { observations: [], tenantUid, sight: 'seen', held: [], wasTold: false };

describe('certificateView', () => {
  it.each<[reason: string, input: Partial<CertificateInput>, said: string]>([
    ['nothing asks for a certificate', { observations: [ingress([])] }, 'nothing'],
    ['nothing asks for one any more', { observations: [ingress([])], wasTold: true }, 'True NoCertificates'],
    [
      'cert-manager has not seen the Ingress',
      { observations: [ingress(['a'])] },
      'False CertificatesPending "ns/a"',
    ],
    [
      'the Certificate is there and not ready',
      { observations: [ingress(['a']), certificate('a', 'pending')] },
      'False CertificatesPending "ns/a": it is pending',
    ],
    [
      'all are issued',
      { observations: [ingress(['a', 'b']), certificate('a', 'issued'), certificate('b', 'issued')] },
      'True CertificatesIssued all 2',
    ],
    [
      'the only one is issued',
      { observations: [ingress(['a']), certificate('a', 'issued')] },
      'True CertificatesIssued "ns/a"',
    ],
    [
      'a failure speaks before what is pending',
      { observations: [ingress(['a', 'b']), certificate('a', 'pending'), certificate('b', 'failed')] },
      'False CertificatesFailed "ns/b": it is failed',
    ],
    [
      'a Certificate of another owner does not count',
      { observations: [ingress(['a']), certificate('a', 'issued', { tenantUid: 'other' })] },
      'False CertificatesPending',
    ],
    [
      'nor does one of another namespace',
      { observations: [ingress(['a']), certificate('a', 'issued', { namespace: 'else' })] },
      'False CertificatesPending "ns/a"',
    ],
    [
      'a Certificate that is an item itself',
      { observations: [certificate('own', 'pending', { tenantUid })] },
      'False CertificatesPending "ns/own"',
    ],
    ['the Ingress of another Tenant', { observations: [ingress(['a'], { tenantUid: 'x' })] }, 'nothing'],
    [
      'held ones come first',
      { observations: [ingress(['a'])], held: ['web'] },
      'False CertificatesHeld the certificates of "web"',
    ],
    ['the kind is not listed yet', { observations: [ingress(['a'])], sight: 'unknown' }, 'kept'],
    [
      'there is no cert-manager',
      { observations: [ingress(['a'])], sight: 'absent' },
      'False CertificatesPending the server',
    ],
  ])('%s', (_, input, said) => {
    const view = certificateView({ ...base, ...input });
    const text =
      view === undefined
        ? 'nothing'
        : view === 'kept'
          ? view
          : `${view.status} ${view.reason} ${view.message}`;
    expect(text.startsWith(said), text).toBe(true);
  });

  it('is worth a look only where something asks for a certificate', () => {
    expect(asksForCertificates([ingress([])])).toBe(false);
    expect(asksForCertificates([ingress(['a'])])).toBe(true);
    expect(asksForCertificates([certificate('a', 'issued')])).toBe(true);
  });
});
