import type { Condition, Tenant, TenantRegistry } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { chainOf } from './chain.ts';

const condition = (text: string, message = ''): Condition => {
  const [type = '', status = '', reason = ''] = text.split(' ');
  return { type, status, reason, message, lastTransitionTime: '2026-01-01T00:00:00Z' } as Condition;
};
const registry = (text: string) =>
  ({ metadata: { name: 'crm' }, status: { conditions: [condition(text)] } }) as unknown as TenantRegistry;
const tenant = (conditions: Condition[], ready = 2) =>
  ({
    metadata: { name: 'acme-app', namespace: 'ns' },
    spec: { uid: 'acme', registryId: 'crm', templateRef: 'app', values: {}, suspend: false },
    status: { desiredResources: 2, readyResources: ready, conditions },
  }) as unknown as Tenant;

const read = registry('Ready True Synced');
const ready = condition('Ready True Ready');

describe('chainOf', () => {
  it.each<[reason: string, tenant: Tenant, registry: TenantRegistry | undefined, expected: string[]]>([
    [
      'the whole way',
      tenant([
        ready,
        condition('DNSReady True Published'),
        condition('CertificateReady True CertificatesIssued'),
        condition('HTTPSReady True Answering', 'acme.example.com: it answers 200'),
      ]),
      read,
      [
        'row ready: acme of crm',
        'tenant ready: Ready',
        'objects ready: 2 of 2',
        'records ready: Published',
        'certificates ready: CertificatesIssued',
        'answer ready: acme.example.com: it answers 200',
      ],
    ],
    [
      'nobody asks for more than objects',
      tenant([ready, condition('DNSReady True NoRecords')]),
      read,
      [
        'row ready: acme of crm',
        'tenant ready: Ready',
        'objects ready: 2 of 2',
        'records absent: NoRecords',
        'certificates absent: none asked for',
        'answer absent: not asked for: dns.probe is off',
      ],
    ],
    [
      'it ends at the certificate',
      tenant([
        ready,
        condition('DNSReady True Published'),
        condition('CertificateReady False CertificatesFailed'),
        condition(
          'HTTPSReady False CertificateUntrusted',
          'acme.example.com: its certificate is not trusted',
        ),
      ]),
      read,
      [
        'row ready: acme of crm',
        'tenant ready: Ready',
        'objects ready: 2 of 2',
        'records ready: Published',
        'certificates failed: CertificatesFailed',
        'answer failed: acme.example.com: its certificate is not trusted',
      ],
    ],
    [
      'the certificate is on its way',
      tenant([
        ready,
        condition('DNSReady True Published'),
        condition('CertificateReady False CertificatesPending'),
        condition(
          'HTTPSReady False CertificateUntrusted',
          'acme.example.com: its certificate is not trusted',
        ),
      ]),
      read,
      [
        'row ready: acme of crm',
        'tenant ready: Ready',
        'objects ready: 2 of 2',
        'records ready: Published',
        'certificates waiting: CertificatesPending',
        'answer waiting: acme.example.com: its certificate is not trusted',
      ],
    ],
    [
      'it is on its way',
      tenant(
        [
          condition('Ready False WaitingForReady'),
          condition('DNSReady False RecordMissing'),
          condition('CertificateReady False CertificatesPending'),
          condition('HTTPSReady Unknown ProbePending', 'no host has a published record yet'),
        ],
        1,
      ),
      registry('Ready False SourceUnreachable'),
      [
        'row failed: acme of crm: SourceUnreachable',
        'tenant waiting: Progressing: WaitingForReady',
        'objects waiting: 1 of 2',
        'records waiting: RecordMissing',
        'certificates waiting: CertificatesPending',
        'answer waiting: no host has a published record yet',
      ],
    ],
    [
      'the registry is gone, an object failed',
      tenant([condition('Ready False ApplyFailed'), condition('Degraded True ApplyFailed')], 1),
      undefined,
      [
        'row missing: acme of crm, which does not exist',
        'tenant failed: Degraded: ApplyFailed',
        'objects failed: 1 of 2',
        'records absent: not looked at yet',
        'certificates absent: none asked for',
        'answer absent: not asked for: dns.probe is off',
      ],
    ],
  ])('%s', (_reason, of, by, expected) => {
    expect(chainOf(of, by).map(({ name, state, text }) => `${name} ${state}: ${text}`)).toEqual(expected);
  });
});
