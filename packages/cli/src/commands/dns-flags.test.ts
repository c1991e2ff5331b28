import { Command, Option } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type DnsFlags, dnsOptions, readDnsFlags } from './dns-flags.ts';

function read(...args: string[]) {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  const options = dnsOptions((flags, description, env) =>
    new Option(flags, description).env(`TENANT_OPERATOR_${env}`),
  );
  for (const option of options) command.addOption(option);
  command.parse(args, { from: 'user' });
  return readDnsFlags(command.opts<DnsFlags & Record<string, unknown>>());
}

const defaults = {
  verification: 'Report',
  timeoutSeconds: 600,
  onTimeout: 'Release',
  nameservers: [],
  holdCertificates: false,
  probe: { enabled: false, path: '/', intervalSeconds: 300, timeoutSeconds: 5 },
  probePrivateAddresses: false,
  externalDNS: {},
};

afterEach(() => vi.unstubAllEnvs());

describe('the --dns-* flags', () => {
  it.each<[args: string[], changed: object]>([
    [[], {}],
    [
      ['--dns-verification', 'Gate', '--dns-timeout-seconds', '30'],
      { verification: 'Gate', timeoutSeconds: 30 },
    ],
    [
      ['--dns-probe', '--dns-probe-private-addresses'],
      {
        probe: { enabled: true, path: '/', intervalSeconds: 300, timeoutSeconds: 5 },
        probePrivateAddresses: true,
      },
    ],
    [['--dns-on-timeout', 'Hold', '--dns-hold-certificates'], { onTimeout: 'Hold', holdCertificates: true }],
    [
      ['--dns-nameserver', '192.0.2.53', '--dns-nameserver', '[2001:db8::53]:5353,ns1.example.com'],
      { nameservers: ['192.0.2.53', '[2001:db8::53]:5353', 'ns1.example.com'] },
    ],
    [
      [
        '--dns-external-dns-owner-id=me',
        '--dns-external-dns-txt-prefix=p-',
        '--dns-external-dns-policy=sync',
      ],
      { externalDNS: { ownerId: 'me', txtPrefix: 'p-', policy: 'sync' } },
    ],
    [
      [
        '--dns-external-dns-domain-filter=example.com',
        '--dns-external-dns-domain-filter=example.io',
        '--dns-external-dns-txt-suffix=-x',
        '--dns-external-dns-annotation-prefix=external-dns.kubernetes.io',
      ],
      {
        externalDNS: {
          txtSuffix: '-x',
          domainFilters: ['example.com', 'example.io'],
          annotationPrefix: 'external-dns.kubernetes.io/',
        },
      },
    ],
  ])('%j', (args, changed) => expect(read(...args)).toEqual({ ...defaults, ...changed }));

  it('come from the environment too', () => {
    vi.stubEnv('TENANT_OPERATOR_DNS_NAMESERVER', '192.0.2.53,192.0.2.54');
    vi.stubEnv('TENANT_OPERATOR_DNS_EXTERNAL_DNS_OWNER_ID', 'me');
    expect(read()).toEqual({
      ...defaults,
      nameservers: ['192.0.2.53', '192.0.2.54'],
      externalDNS: { ownerId: 'me' },
    });
  });

  it.each<[reason: string, args: string[], message: string]>([
    [
      'a mode that does not exist',
      ['--dns-verification', 'On'],
      'Allowed choices are Disabled, Report, Gate',
    ],
    ['a time that is none', ['--dns-timeout-seconds', '0'], 'a whole number from 1 to 86400'],
    ['a server that is none', ['--dns-nameserver', '192.0.2.53:x'], 'an address or a host name is needed'],
    [
      'a prefix and a suffix',
      ['--dns-external-dns-txt-prefix=a', '--dns-external-dns-txt-suffix=b'],
      'not both',
    ],
  ])('%s is refused', (_, args, message) => expect(() => read(...args)).toThrow(message));
});
