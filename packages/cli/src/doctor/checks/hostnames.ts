/** Hostnames that no ExternalDNS publishes: prefixes, filters, annotations. */
import { ALPHA_PREFIX, isInDomainFilter, STABLE_PREFIX } from '@tenant-operator/operator/dns';
import { breaksAliases, formatRelease, readsStablePrefix } from '../../external-dns/index.ts';
import { countOf } from '../../output/index.ts';
import { addFlag, setFlag } from '../commands.ts';
import { itemsOf, type SourceObject } from '../facts.ts';
import type { Check, Finding } from '../index.ts';
import { ignoredBecause, nameOf, type Publisher, publishersOf, tenantObjects } from '../sources.ts';
import { groupBy, listed } from '../words.ts';
import { advice, deploymentOf, eachInstallation, problem } from './finding.ts';

const section = 'not-created';

export const hostnameChecks: readonly Check[] = [
  {
    id: 'annotation-prefix',
    section,
    title: 'the annotations have the prefix that ExternalDNS reads',
    run(facts) {
      const objects = tenantObjects(facts);
      const written = (prefix: string) => objects.filter((object) => hasPrefix(object, prefix));
      return eachInstallation(facts, (installation) => {
        const { annotationPrefix, release } = installation;
        if (annotationPrefix === undefined) return [];
        return [ALPHA_PREFIX, STABLE_PREFIX].flatMap((prefix): Finding[] => {
          // An object that carries both is served.
          const others = written(prefix).filter(
            (object) => prefix !== annotationPrefix && !hasPrefix(object, annotationPrefix),
          );
          if (others.length === 0) return [];
          const since =
            prefix === ALPHA_PREFIX && release && readsStablePrefix(release)
              ? `; ${formatRelease(release)} ignores ${ALPHA_PREFIX}, as every release since v0.22.0`
              : '';
          return [
            problem(
              deploymentOf(installation),
              `reads ${annotationPrefix}, and ${countOf(others.length, 'object')} of tenants ${others.length === 1 ? 'is' : 'are'} written with ${prefix} (${listed(others.map(nameOf))})${since}`,
              'their hostname, ttl, target and routing annotations count for nothing; hosts of Ingress rules are still published',
              release && !readsStablePrefix(release) && prefix === STABLE_PREFIX
                ? [`# write ${ALPHA_PREFIX} in the templates, or install v0.22.0 or newer`]
                : [setFlag(installation, 'annotation-prefix', prefix)],
            ),
          ];
        });
      });
    },
  },
  {
    id: 'left-out',
    section,
    title: 'ExternalDNS looks at the objects of tenants',
    run(facts) {
      const objects = tenantObjects(facts);
      const installations = itemsOf(facts.installations);
      if (installations.length === 0) return [];
      const reasons = objects.flatMap((object) => {
        const why = installations.map((installation) => ignoredBecause(installation, object));
        return why.includes(undefined) ? [] : [{ object, why: [...new Set(why)].join('; ') }];
      });
      return groupBy(
        reasons.filter(({ object, why }) => wantsRecord(object) && !/^--source=\w+ is missing$/.test(why)),
        ({ why }) => why,
      ).map(([why, left]) =>
        problem(
          `${countOf(left.length, 'object')} of tenants`,
          `no ExternalDNS looks at ${listed(left.map(({ object }) => nameOf(object)))}: ${why}`,
          'their hostnames are not published',
          installations.map(({ namespace, name }) => `kubectl edit deployment ${name} -n ${namespace}`),
        ),
      );
    },
  },
  {
    id: 'domain-filter',
    section,
    title: 'the hostnames are inside of a domain filter',
    run(facts) {
      const publishers = publishersOf(facts, tenantObjects(facts));
      // One installation may leave to another what its own filter leaves out.
      const inside = new Set(
        publishers.flatMap((publisher) => namesOf(publisher).filter((name) => passes(publisher, name))),
      );
      return publishers.flatMap((publisher): Finding[] => {
        const { installation } = publisher;
        if (installation?.regexFilter !== undefined) return [];
        const outside = [...new Set(namesOf(publisher))].filter((name) => !inside.has(name));
        if (outside.length === 0) return [];
        const domains = [...new Set(outside.map(parentDomain))].sort();
        const filters = publisher.settings.domainFilters.join(', ') || 'all';
        return [
          problem(
            installation ? deploymentOf(installation) : 'dns.externalDNS.domainFilters',
            `its domain filter (${filters}) leaves out ${countOf(outside.length, 'hostname')}: ${listed(outside)}`,
            'ExternalDNS does not publish what its filter leaves out, and says nothing of it',
            installation ? [addFlag(installation, 'domain-filter', domains.slice(0, 5))] : [],
          ),
        ];
      });
    },
  },
  {
    id: 'domain-filter-given',
    section: 'practices',
    title: 'ExternalDNS keeps to the domains of the tenants',
    run: (facts) =>
      eachInstallation(facts, (installation) => {
        const { domainFilters, regexFilter, flags } = installation;
        if (domainFilters.length > 0 || regexFilter !== undefined || flags.has('zone-id-filter')) return [];
        const domains = [
          ...new Set(publishersOf(facts, tenantObjects(facts)).flatMap(namesOf).map(parentDomain)),
        ].sort();
        return [
          advice(
            deploymentOf(installation),
            'has no --domain-filter',
            'it works on every zone that its credentials reach, those of other teams and environments too',
            [
              addFlag(
                installation,
                'domain-filter',
                domains.length > 0 ? domains.slice(0, 5) : ['example.com'],
              ),
            ],
          ),
        ];
      }),
  },
  {
    id: 'hostname-annotation',
    section,
    title: 'LoadBalancer Services of tenants have a hostname',
    run(facts) {
      const silent = tenantObjects(facts).filter(
        (object) => object.kind === 'Service' && typeOf(object) === 'LoadBalancer' && !hasHostname(object),
      );
      return groupBy(silent, ({ metadata }) => metadata.namespace ?? 'default').map(([namespace, services]) =>
        advice(
          `${countOf(services.length, 'Service')} in ${namespace}`,
          `${listed(services.map(nameOf))}: a LoadBalancer without a hostname annotation`,
          'ExternalDNS publishes a Service only where an annotation names its hostname',
          [
            `# in the template, in the Service's spec.metadata.annotations: ${ALPHA_PREFIX}hostname: "{{ .host }}"`,
          ],
        ),
      );
    },
  },
  {
    id: 'routing-policy',
    section,
    title: 'weighted and other routed records have a set-identifier',
    run(facts) {
      const routed = tenantObjects(facts).filter((object) => {
        const names = annotationNames(object);
        return (
          names.some((name) => ROUTING.test(name)) !== names.some((name) => name.endsWith('/set-identifier'))
        );
      });
      if (routed.length === 0) return [];
      return [
        problem(
          `${countOf(routed.length, 'object')} of tenants`,
          `${listed(routed.map(nameOf))}: set-identifier and a routing annotation (aws-weight, aws-region ...) only work together`,
          'Route 53 refuses a record with the one and without the other, and ExternalDNS leaves the weight out',
          ['# set both annotations in the template, or neither'],
        ),
      ];
    },
  },
  {
    id: 'alias-of-hostname',
    section,
    title: 'aliases of hostnames are written by a release that can',
    run: (facts) =>
      publishersOf(facts, tenantObjects(facts)).flatMap(({ installation, expectation }): Finding[] => {
        const release = installation?.release;
        if (installation?.provider !== 'aws' || !release || !breaksAliases(release)) return [];
        const names = expectation.records
          .filter(
            ({ type, properties }) =>
              type === 'CNAME' && properties.some(({ name, value }) => name === 'alias' && value === 'true'),
          )
          .map(({ name }) => name);
        if (names.length === 0) return [];
        return [
          problem(
            deploymentOf(installation),
            `${formatRelease(release)} writes the alias annotation of ${listed([...new Set(names)])} as an A record whose value is a hostname`,
            'Route 53 refuses such a record and every other change of its batch, so that nothing is published',
            [
              '# in the template: leave the alias annotation out; targets at AWS (load balancers, CloudFront) become aliases by themselves',
              '# or install v0.14.1 or newer',
            ],
          ),
        ];
      }),
  },
];

const ROUTING = /\/aws-(?:weight|region|failover|geolocation-.*|multi-value-answer|geoproximity-.*)$/;

function annotationNames({ metadata }: SourceObject): string[] {
  return Object.keys(metadata.annotations ?? {});
}

function hasPrefix(object: SourceObject, prefix: string): boolean {
  return annotationNames(object).some((name) => name.startsWith(prefix));
}

function hasHostname(object: SourceObject): boolean {
  return annotationNames(object).some((name) => /external-dns.*\/(?:internal-)?hostname$/.test(name));
}

function typeOf({ spec }: SourceObject): string | undefined {
  return (spec as { type?: string } | undefined)?.type;
}

function wantsRecord(object: SourceObject): boolean {
  return object.kind === 'Ingress' || hasHostname(object);
}

/** Names that a publisher would publish if its filter let it. */
function namesOf({ expectation }: Publisher): string[] {
  return expectation.records.filter(({ type }) => type !== 'SRV').map(({ name }) => name);
}

function passes({ installation, settings }: Publisher, name: string): boolean {
  if (installation?.regexFilter !== undefined) return true;
  return isInDomainFilter(name, settings);
}

function parentDomain(name: string): string {
  const labels = name.split('.');
  return labels.length > 2 ? labels.slice(1).join('.') : name;
}
