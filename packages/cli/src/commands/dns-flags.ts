/** The `--dns-*` flags: what templates that leave something out of `spec.dns` get. */
import { DNS_DEFAULTS, type DnsDefaults } from '@tenant-operator/operator';
import { parseServerText } from '@tenant-operator/operator/dns';
import { InvalidArgumentError, type Option } from 'commander';
import { CommandFailure } from '../failure.ts';

/** As commander names them. */
export interface DnsFlags {
  readonly dnsVerification: DnsDefaults['verification'];
  readonly dnsTimeoutSeconds: number;
  readonly dnsOnTimeout: DnsDefaults['onTimeout'];
  readonly dnsNameserver: readonly string[];
  readonly dnsHoldCertificates: boolean;
  readonly dnsProbe: boolean;
  readonly dnsProbePrivateAddresses: boolean;
  readonly dnsExternalDnsOwnerId?: string;
  readonly dnsExternalDnsTxtPrefix?: string;
  readonly dnsExternalDnsTxtSuffix?: string;
  readonly dnsExternalDnsPolicy?: 'sync' | 'upsert-only' | 'create-only';
  readonly dnsExternalDnsDomainFilter: readonly string[];
  readonly dnsExternalDnsAnnotationPrefix?: string;
}

type Flag = (flags: string, description: string, env: string) => Option;

const maxTimeoutSeconds = 86_400;

export function dnsOptions(flag: Flag): Option[] {
  const externalDns = (name: string, description: string, env: string) =>
    flag(
      `--dns-external-dns-${name}`,
      `${description} of ExternalDNS, where the template does not say`,
      `DNS_EXTERNAL_DNS_${env}`,
    );
  return [
    flag('--dns-verification <mode>', 'whether DNS records are verified', 'DNS_VERIFICATION')
      .choices(['Disabled', 'Report', 'Gate'])
      .default('Report'),
    flag('--dns-timeout-seconds <n>', 'longest removal of records with Gate', 'DNS_TIMEOUT_SECONDS')
      .argParser(seconds)
      .default(600),
    flag('--dns-on-timeout <action>', 'what happens to the Tenant then', 'DNS_ON_TIMEOUT')
      .choices(['Release', 'Hold'])
      .default('Release'),
    flag(
      '--dns-nameserver <host[:port]>',
      'ask these servers instead of those that the zones name (repeatable)',
      'DNS_NAMESERVER',
    )
      .argParser((text: string, before: readonly string[]) => [...before, ...text.split(',').map(nameserver)])
      .default([], 'none'),
    flag(
      '--dns-hold-certificates',
      'set cert-manager issuers once the hostnames are published',
      'DNS_HOLD_CERTIFICATES',
    ).default(false),
    flag('--dns-probe', 'ask hosts over HTTPS once their records are published', 'DNS_PROBE').default(false),
    flag(
      '--dns-probe-private-addresses',
      'probes may connect to addresses of private networks as well',
      'DNS_PROBE_PRIVATE_ADDRESSES',
    ).default(false),
    externalDns('owner-id <id>', '--txt-owner-id', 'OWNER_ID'),
    externalDns('txt-prefix <text>', '--txt-prefix', 'TXT_PREFIX'),
    externalDns('txt-suffix <text>', '--txt-suffix', 'TXT_SUFFIX'),
    externalDns('policy <policy>', '--policy', 'POLICY').choices(['sync', 'upsert-only', 'create-only']),
    externalDns('domain-filter <domain>', '--domain-filter (repeatable)', 'DOMAIN_FILTER')
      .argParser((text: string, before: readonly string[]) => [...before, ...text.split(',')])
      .default([], 'none'),
    externalDns('annotation-prefix <prefix/>', '--annotation-prefix', 'ANNOTATION_PREFIX'),
  ];
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= maxTimeoutSeconds) return value;
  throw new InvalidArgumentError(`a whole number from 1 to ${maxTimeoutSeconds} is needed`);
}

function nameserver(text: string): string {
  if (parseServerText(text)) return text.trim();
  throw new InvalidArgumentError(
    'an address or a host name is needed, such as 192.0.2.53 or ns1.example.com:53',
  );
}

/** Throws CommandFailure for flags that exclude each other. */
export function readDnsFlags(flags: DnsFlags): DnsDefaults {
  const {
    dnsExternalDnsOwnerId: ownerId,
    dnsExternalDnsTxtPrefix: txtPrefix,
    dnsExternalDnsTxtSuffix: txtSuffix,
    dnsExternalDnsPolicy: policy,
    dnsExternalDnsDomainFilter: domainFilters,
    dnsExternalDnsAnnotationPrefix: annotationPrefix,
  } = flags;
  if (txtPrefix !== undefined && txtSuffix !== undefined) {
    throw new CommandFailure(
      'ExternalDNS takes --txt-prefix or --txt-suffix, not both: leave out --dns-external-dns-txt-prefix or --dns-external-dns-txt-suffix',
    );
  }
  return {
    verification: flags.dnsVerification,
    timeoutSeconds: flags.dnsTimeoutSeconds,
    onTimeout: flags.dnsOnTimeout,
    nameservers: flags.dnsNameserver,
    holdCertificates: flags.dnsHoldCertificates,
    probe: { ...DNS_DEFAULTS.probe, enabled: flags.dnsProbe },
    probePrivateAddresses: flags.dnsProbePrivateAddresses,
    externalDNS: {
      ...(ownerId === undefined ? {} : { ownerId }),
      ...(txtPrefix === undefined ? {} : { txtPrefix }),
      ...(txtSuffix === undefined ? {} : { txtSuffix }),
      ...(policy === undefined ? {} : { policy }),
      ...(domainFilters.length === 0 ? {} : { domainFilters: [...domainFilters] }),
      ...(annotationPrefix === undefined
        ? {}
        : { annotationPrefix: annotationPrefix.endsWith('/') ? annotationPrefix : `${annotationPrefix}/` }),
    },
  };
}
