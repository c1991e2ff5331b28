/** The records of tenants at the servers of their zones. */

import type { Facts, Look } from '../facts.ts';
import type { Check, Finding, Section } from '../index.ts';
import { groupBy, listed } from '../words.ts';
import { advice, problem, unknown } from './finding.ts';

/** A name that was denied may stay so for this long without anybody's minding, in seconds. */
const patientSeconds = 300;

interface Kind {
  readonly section: Section;
  readonly why: string;
  readonly mend: (look: Look) => string;
}

const dig = ({ verdict, zone }: Look) =>
  `dig +norecurse ${verdict.name} ${verdict.type} @$(dig +short NS ${zone ?? verdict.name} | head -1)`;
const events = ({ tenant }: Look) =>
  tenant === undefined
    ? 'kubectl get tenants --all-namespaces'
    : `kubectl describe tenant ${tenant.split('/')[1]} -n ${tenant.split('/')[0]}`;

/** By the reason of the verdict. */
const KINDS: Readonly<Record<string, Kind>> = {
  RecordMissing: {
    section: 'not-created',
    why: 'ExternalDNS has not published it: it takes up to --interval (1 minute), and what the provider refuses stands in its log',
    mend: dig,
  },
  ZoneNotFound: {
    section: 'not-created',
    why: 'a zone that no server answers for is not delegated, or not made',
    mend: ({ verdict }) => `dig +trace ${verdict.name}`,
  },
  InvalidHostname: {
    section: 'not-created',
    why: 'no DNS server takes such a name',
    mend: () => '# correct the hostname in the row',
  },
  OwnerMismatch: {
    section: 'not-created',
    why: 'ExternalDNS leaves alone what another owner has made, and says so only in its debug log',
    mend: events,
  },
  OwnerMissing: {
    section: 'not-created',
    why: 'a record without an ownership TXT was made by hand: ExternalDNS neither changes nor removes it',
    mend: dig,
  },
  TargetMismatch: {
    section: 'not-created',
    why: 'visitors are sent to the old address',
    mend: dig,
  },
  Unknown: {
    section: 'not-created',
    why: 'the operator never guesses whose record it is',
    mend: () =>
      '# dns.externalDNS of the TenantTemplate: ownerId, and txtPrefix or txtSuffix, as ExternalDNS has them',
  },
  SecondaryLag: {
    section: 'propagation',
    why: 'which answer visitors get depends on the server that their resolver happens to ask',
    mend: dig,
  },
  NameServerUnreachable: {
    section: 'propagation',
    why: 'nothing can be said of its records from here, and perhaps resolvers cannot either',
    mend: ({ zone, verdict }) => `dig +nssearch ${zone ?? verdict.name}`,
  },
};

const other: Kind = { section: 'propagation', why: 'it does not answer as it is expected to', mend: dig };

function kindOf({ verdict }: Look): Kind {
  return KINDS[verdict.reason] ?? other;
}

function judge(looks: readonly Look[]): Finding[] {
  return groupBy(looks, ({ verdict }) => `${verdict.reason} ${verdict.state}`).map(([, group]) => {
    const [first] = group as [Look, ...Look[]];
    const kind = kindOf(first);
    const more =
      group.length > 1
        ? ` (and ${group.length - 1} more: ${listed(group.slice(1).map(({ verdict }) => verdict.name))})`
        : '';
    const make = first.verdict.state === 'unknown' ? unknown : problem;
    return make(
      first.tenant === undefined ? first.verdict.resource : `Tenant ${first.tenant}`,
      `${first.verdict.reason}: ${first.verdict.message}${more}`,
      kind.why,
      [kind.mend(first)],
    );
  });
}

const open = ({ records }: Facts, section: Section) =>
  records.looks.filter((look) => look.verdict.state !== 'published' && kindOf(look).section === section);

export const recordChecks: readonly Check[] = [
  {
    id: 'records-published',
    section: 'not-created',
    title: 'the servers of the zones have the records',
    run(facts) {
      const { unasked } = facts.records;
      return [
        ...judge(open(facts, 'not-created')),
        ...(unasked > 0
          ? [
              unknown(
                'DNS records',
                `${unasked} more records were not asked for`,
                'the number of questions is bounded',
                ['tenant-operator doctor --max-records 10000'],
              ),
            ]
          : []),
      ];
    },
  },
  {
    id: 'records-agree',
    section: 'propagation',
    title: 'all servers of a zone agree',
    run: (facts) => judge(open(facts, 'propagation')),
  },
  {
    id: 'negative-ttl',
    section: 'propagation',
    title: 'a new name is not denied for long',
    run: ({ records }) =>
      records.zones
        .filter(({ denialSeconds = 0 }) => denialSeconds > patientSeconds)
        .map(({ name, denialSeconds }) =>
          advice(
            `zone ${name}`,
            `resolvers may deny a new name for ${denialSeconds} s after it was asked for too early`,
            'a tenant who tries the address before it is published waits that long, whatever the TTL of the record',
            [
              `# lower the last number of the SOA record of ${name}, and its TTL, to ${patientSeconds} or less`,
            ],
          ),
        ),
  },
];
