/** The comparison itself: one pass of ExternalDNS with some flags, and ours with the settings that they mean. */
import {
  type ClusterView,
  createSettings,
  type Endpoint,
  type ExternalDnsSettings,
  expectedRecords,
  isInDomainFilter,
  ownershipNames,
  ownershipText,
  type SourceObject,
  sourceEndpoints,
} from '@tenant-operator/operator/dns';
import { linesOfOurs, linesOfWire } from './compare.ts';
import type { Pass } from './run.ts';

/** The flags of one pass, and what they are to us. */
export interface Setup {
  title: string;
  flags: string[];
  settings: Partial<ExternalDnsSettings>;
}

export const OWNER = 'rig-1';

export const SETUPS: Setup[] = [
  { title: 'the flags of the guide', flags: ['--policy=upsert-only'], settings: {} },
  {
    title: 'everything published, types in the TXT prefix',
    flags: [
      '--publish-internal-services',
      '--publish-host-ip',
      '--always-publish-not-ready-addresses',
      '--txt-prefix=Own-%{record_type}-',
      '--managed-record-types=A',
      '--managed-record-types=AAAA',
      '--managed-record-types=CNAME',
      '--managed-record-types=SRV',
    ],
    settings: {
      publishInternal: true,
      publishHostIp: true,
      alwaysPublishNotReady: true,
      txtPrefix: 'Own-%{record_type}-',
      managedRecordTypes: ['A', 'AAAA', 'CNAME', 'SRV'],
    },
  },
  {
    title: 'domain filters, a TXT suffix and a wildcard replacement',
    flags: [
      '--domain-filter=example.org',
      '--domain-filter=.i2.Example.com.',
      '--domain-filter=example.com',
      '--exclude-domains=internal.s3.example.com',
      '--txt-suffix=-own',
      '--txt-wildcard-replacement=Any',
    ],
    settings: {
      domainFilters: ['example.org', '.i2.Example.com.', 'example.com'],
      excludeDomains: ['internal.s3.example.com'],
      txtSuffix: '-own',
      txtWildcardReplacement: 'Any',
    },
  },
  {
    title: 'one domain, TLS hosts ignored, the prefix of the guide',
    flags: ['--domain-filter=example.org', '--ignore-ingress-tls-spec', '--txt-prefix=external-dns-'],
    settings: { domainFilters: ['example.org'], ignoreIngressTls: true, txtPrefix: 'external-dns-' },
  },
  {
    title: 'rules ignored, A records only',
    flags: ['--ignore-ingress-rules-spec', '--managed-record-types=A'],
    settings: { ignoreIngressRules: true, managedRecordTypes: ['A'] },
  },
];

/** The TXT records that the registry writes beside a record; they inherit identifier and properties. */
function ownershipRecords(record: Endpoint, settings: ExternalDnsSettings): string[] {
  return ownershipNames(record, settings).map(
    (name) =>
      `${JSON.stringify(name)} ${JSON.stringify(record.setIdentifier)} of ${JSON.stringify(record.name)}: "${ownershipText(OWNER, record)}"`,
  );
}

/** Both sides of everything that is compared, as sorted lines. */
export interface Comparison {
  endpoints: { real: string[]; ours: string[] };
  created: { real: string[]; ours: string[] };
  ownership: { real: string[]; ours: string[] };
}

/** Holds a pass of ExternalDNS against what we expect of the same objects. */
export function compare(
  pass: Pass,
  objects: readonly SourceObject[],
  cluster: ClusterView,
  setup: Setup,
): Comparison {
  const settings = createSettings(setup.settings);
  const records = expectedRecords(objects, cluster, settings).records.filter(({ name }) =>
    isInDomainFilter(name, settings),
  );
  const isText = ({ recordType }: { recordType?: string }) => recordType === 'TXT';
  return {
    endpoints: {
      real: linesOfWire(pass.endpoints),
      ours: linesOfOurs(sourceEndpoints(objects, cluster, settings)),
    },
    created: {
      real: linesOfWire(pass.created.filter((each) => !isText(each))),
      ours: linesOfOurs(records, OWNER),
    },
    ownership: {
      real: pass.created
        .filter(isText)
        .map(
          ({ dnsName = '', setIdentifier = '', targets = [], labels = {} }) =>
            `${JSON.stringify(dnsName)} ${JSON.stringify(setIdentifier)} of ${JSON.stringify(labels.ownedRecord ?? '')}: ${targets.join(';')}`,
        )
        .sort(),
      ours: records.flatMap((record) => ownershipRecords(record, settings)).sort(),
    },
  };
}
