/** What keeps records in their zones after their tenants are gone. */
import type { TenantTemplate } from '@tenant-operator/api';
import { type Installation, keyOfInstallation } from '../../external-dns/index.ts';
import { countOf } from '../../output/index.ts';
import { patchTemplate, setFlag } from '../commands.ts';
import { type Facts, itemsOf } from '../facts.ts';
import type { Check, Finding } from '../index.ts';
import { overlapping } from '../sources.ts';
import { groupBy, listed } from '../words.ts';
import { advice, deploymentOf, eachInstallation, problem } from './finding.ts';

const section = 'not-deleted';

export const removalChecks: readonly Check[] = [
  {
    id: 'policy',
    section,
    title: 'the policy removes records',
    run: (facts) =>
      eachInstallation(facts, (installation): Finding[] => {
        const { policy, givenPolicy } = installation;
        const mend = [setFlag(installation, 'policy', 'sync')];
        if (policy === 'upsert-only' || policy === 'create-only')
          return [
            problem(
              deploymentOf(installation),
              `runs with --policy=${policy}`,
              `records of tenants that are gone stay for ever and may be taken over with their address${policy === 'create-only' ? ', and records that exist are never corrected' : ''}; only --policy=sync deletes, whatever the guide says of upsert-only`,
              mend,
            ),
          ];
        return policy === 'sync' && givenPolicy === undefined
          ? [
              advice(
                deploymentOf(installation),
                'has no --policy, so that its default, sync, holds',
                'releases since v0.22.0 have no default and do not start without one',
                mend,
              ),
            ]
          : [];
      }),
  },
  {
    id: 'txt-registry',
    section,
    title: 'records have an owner (TXT registry)',
    run: (facts) =>
      eachInstallation(facts, (installation): Finding[] => {
        const { registry } = installation;
        if (registry === 'txt' || registry === 'dynamodb') return [];
        return [
          problem(
            deploymentOf(installation),
            `runs with --registry=${registry}`,
            registry === 'noop'
              ? 'it knows no owner: with --policy=sync it deletes records of others, and nobody can tell whose a record is'
              : 'the operator reads the owners of records from TXT records alone',
            [setFlag(installation, 'registry', 'txt')],
          ),
        ];
      }),
  },
  {
    id: 'owner-id',
    section,
    title: 'every ExternalDNS has an owner id of its own',
    run(facts) {
      const installations = itemsOf(facts.installations).filter(({ registry }) => registry !== 'noop');
      const unset = installations.filter(
        ({ givenOwnerId }) => givenOwnerId === undefined || givenOwnerId === 'default',
      );
      const shared = groupBy(installations, ({ ownerId }) => ownerId).filter(
        ([, group]) =>
          group.length > 1 &&
          group.some((one, at) => group.slice(at + 1).some((other) => overlapping(one, other))),
      );
      return [
        ...unset.map((installation) =>
          advice(
            deploymentOf(installation),
            'has no --txt-owner-id: its owner id is "default"',
            'another cluster with the same zones and no owner id takes its records for its own, and deletes them',
            // Records that exist belong to the old id: they would be left alone.
            [
              setFlag(installation, 'txt-owner-id', 'MY-CLUSTER-ID'),
              '# records that exist keep the old owner and are left alone: delete their TXT records, or start once with --migrate-from-txt-owner=default (v0.20.0 and newer)',
            ],
          ),
        ),
        ...shared.map(([ownerId, group]) =>
          problem(
            listed(group.map(deploymentOf)),
            `have the same owner id "${ownerId}" and overlapping domain filters`,
            'each deletes what the other has published, again and again',
            group
              .slice(1)
              .map((installation) =>
                setFlag(installation, 'txt-owner-id', `${ownerId}-${installation.name}`),
              ),
          ),
        ),
      ];
    },
  },
  {
    id: 'txt-prefix',
    section: 'practices',
    title: 'TXT records stand beside the records, not under their names',
    run: (facts) =>
      eachInstallation(facts, (installation): Finding[] => {
        const { txtPrefix, txtSuffix, registry } = installation;
        if (registry !== 'txt' || txtPrefix !== '' || txtSuffix !== '') return [];
        return [
          advice(
            deploymentOf(installation),
            'has neither --txt-prefix nor --txt-suffix',
            'a TXT record under the name of a CNAME is refused by DNS (RFC 1034): records of load balancers with a hostname have no owner then',
            [
              setFlag(installation, 'txt-prefix', 'external-dns-'),
              '# for a new installation: the TXT records of one that runs keep their names and are not found any more',
            ],
          ),
        ];
      }),
  },
  {
    id: 'template-settings',
    section,
    title: 'the templates describe ExternalDNS as it is',
    run(facts) {
      const installations = itemsOf(facts.installations);
      if (installations.length === 0) return [];
      const flags = operatorFlags(facts);
      return itemsOf(facts.templates).flatMap((template) => judgeTemplate(template, installations, flags));
    },
  },
  {
    id: 'leftover-records',
    section,
    title: 'no record has outlived its tenant',
    run: (facts) =>
      itemsOf(facts.registries).flatMap(({ metadata, status }): Finding[] => {
        const left = status?.leftoverRecords ?? [];
        if (left.length === 0) return [];
        return groupBy(left, ({ reason }) => reason).map(([reason, records]) =>
          problem(
            `TenantRegistry ${metadata.namespace ?? 'default'}/${metadata.name}`,
            `${countOf(records.length, 'record')} ${records.length === 1 ? 'has outlived its tenant' : 'have outlived their tenants'} (${reason}): ${listed(records.map(({ name, type }) => `${name} (${type})`))}`,
            'they lead to an address that somebody else may get',
            [
              'tenant-operator doctor --orphans --zone-file LISTING',
              '# delete the records and their TXT records at the DNS provider; with --policy=sync ExternalDNS does it',
            ],
          ),
        );
      }),
  },
];

/** What the operator's own Deployment says by `--dns-external-dns-*`, where it can be seen. */
function operatorFlags(facts: Facts): { readonly ownerId: string | undefined; readonly isSeen: boolean } {
  const operator = itemsOf(facts.workloads).find(
    ({ images, args }) =>
      images.some((image) => /(?:^|\/)tenant-operator(?:[:@]|$)/.test(image)) ||
      args.some((arg) => arg.startsWith('--dns-external-dns-')),
  );
  const owner = operator?.args.find((arg) => arg.startsWith('--dns-external-dns-owner-id='));
  return { ownerId: owner?.slice(owner.indexOf('=') + 1), isSeen: operator !== undefined };
}

type Settings = NonNullable<NonNullable<TenantTemplate['spec']['dns']>['externalDNS']>;

function judgeTemplate(
  template: TenantTemplate,
  installations: readonly Installation[],
  operator: { readonly ownerId: string | undefined; readonly isSeen: boolean },
): Finding[] {
  const { metadata, spec } = template;
  const { dns } = spec;
  if (dns?.verification === 'Disabled') return [];
  const own: Partial<Settings> = dns?.externalDNS ?? {};
  const ownerId = own.ownerId ?? operator.ownerId;
  const subject = `TenantTemplate ${metadata.namespace ?? 'default'}/${metadata.name}`;
  const [only] = installations;
  if (ownerId === undefined) {
    return [
      advice(
        subject,
        'does not say which ExternalDNS publishes its records (dns.externalDNS.ownerId)',
        'the operator never guesses: where the TXT record does not name the object of the tenant, DNSReady is Unknown',
        only ? [patchTemplate(template, { spec: { dns: { externalDNS: describe(only) } } })] : [],
      ),
    ];
  }
  const installation = installations.find((one) => one.ownerId === ownerId);
  if (!installation)
    return [
      problem(
        subject,
        `expects the owner id "${ownerId}", and ExternalDNS has ${listed(installations.map((one) => `"${one.ownerId}" (${keyOfInstallation(one)})`))}`,
        'every record that is published counts as that of somebody else (OwnerMismatch)',
        only ? [patchTemplate(template, { spec: { dns: { externalDNS: describe(only) } } })] : [],
      ),
    ];
  const actual = describe(installation);
  const differing = (['txtPrefix', 'txtSuffix', 'policy', 'annotationPrefix'] as const).filter(
    (field) => own[field] !== undefined && own[field] !== (actual[field] ?? ''),
  );
  const findings: Finding[] = [];
  if (differing.length > 0)
    findings.push(
      problem(
        subject,
        `says ${listed(differing.map((field) => `${field} ${JSON.stringify(own[field])}`))} of ExternalDNS, which is ${listed(differing.map((field) => JSON.stringify(actual[field] ?? '')))}`,
        'the operator looks for records and TXT records that nobody makes',
        [patchTemplate(template, { spec: { dns: { externalDNS: describe(installation) } } })],
      ),
    );
  if (dns?.verification === 'Gate' && installation.policy !== 'sync' && own.policy === undefined)
    findings.push(
      problem(
        subject,
        `waits for the removal of records (Gate), and ExternalDNS runs with --policy=${installation.policy ?? '(none)'}`,
        `every deletion waits for ${dns.timeoutSeconds ?? 600} s in vain; a template that names the policy releases its tenants at once (UpsertOnlyPolicy)`,
        [patchTemplate(template, { spec: { dns: { externalDNS: describe(installation) } } })],
      ),
    );
  return findings;
}

/** `dns.externalDNS` as an installation would have it. */
function describe(installation: Installation): Partial<Settings> {
  const { ownerId, txtPrefix, txtSuffix, policy, domainFilters, annotationPrefix } = installation;
  return {
    ownerId,
    ...(txtPrefix === '' ? {} : { txtPrefix }),
    ...(txtSuffix === '' ? {} : { txtSuffix }),
    ...(policy === undefined ? {} : { policy }),
    ...(domainFilters.length > 0 ? { domainFilters: [...domainFilters] } : {}),
    ...(annotationPrefix === undefined ? {} : { annotationPrefix }),
  };
}
