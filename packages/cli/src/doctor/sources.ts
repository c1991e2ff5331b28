/** Which ExternalDNS publishes what: objects against the filters of installations. Pure. */
import { LABELS, type TenantTemplate } from '@tenant-operator/api';
import {
  createSettings,
  EMPTY_CLUSTER,
  type Expectation,
  type ExpectedRecord,
  type ExternalDnsSettings,
  expectedRecords,
  isInDomainFilter,
} from '@tenant-operator/operator/dns';
import { type Installation, settingsOf } from '../external-dns/index.ts';
import { type Facts, itemsOf, type SourceObject } from './facts.ts';

/** The objects of tenants. */
export function tenantObjects(facts: Facts): SourceObject[] {
  return [...itemsOf(facts.ingresses), ...itemsOf(facts.services)].filter(
    ({ metadata }) => metadata.labels?.[LABELS.tenant] !== undefined,
  );
}

/** `namespace/name` of the Tenant that an object belongs to. */
export function tenantOf({ metadata }: SourceObject): string | undefined {
  const name = metadata.labels?.[LABELS.tenant];
  if (name === undefined) return undefined;
  return `${metadata.labels?.[LABELS.tenantNamespace] ?? metadata.namespace ?? 'default'}/${name}`;
}

/** `Ingress default/acme-ingress`. */
export function nameOf({ kind, metadata }: SourceObject): string {
  return `${kind} ${metadata.namespace ?? 'default'}/${metadata.name}`;
}

/** `ingress/default/acme-ingress`, as ownership records have it. */
export function resourceOf({ kind, metadata }: SourceObject): string {
  return `${kind.toLowerCase()}/${metadata.namespace ?? 'default'}/${metadata.name}`;
}

const classAnnotation = 'kubernetes.io/ingress.class';

export function classOf({ spec, metadata }: SourceObject): string | undefined {
  const { ingressClassName } = (spec ?? {}) as { ingressClassName?: string };
  return ingressClassName ?? metadata.annotations?.[classAnnotation];
}

/** Why an ExternalDNS does not look at an object at all; undefined when it does. */
export function ignoredBecause(installation: Installation, object: SourceObject): string | undefined {
  const { sources, watched, ingressClasses, labelFilter, annotationFilter } = installation;
  const source = object.kind.toLowerCase();
  if (sources.length > 0 && !sources.includes(source)) return `--source=${source} is missing`;
  if (watched !== undefined && watched !== (object.metadata.namespace ?? 'default'))
    return `--namespace=${watched} leaves it out`;
  const own = classOf(object);
  if (source === 'ingress' && ingressClasses.length > 0 && !ingressClasses.includes(own ?? ''))
    return `--ingress-class=${ingressClasses.join()} leaves out the class ${own ?? '(none)'}`;
  if (labelFilter !== undefined && !matchesLabels(object.metadata.labels ?? {}, labelFilter))
    return `--label-filter=${labelFilter} leaves it out`;
  if (annotationFilter !== undefined && !matchesLabels(object.metadata.annotations ?? {}, annotationFilter))
    return `--annotation-filter=${annotationFilter} leaves it out`;
  return undefined;
}

/** Label selectors of the forms `a=b`, `a==b`, `a!=b`, `a` and `!a`, joined by commas; all others count as fitting. */
function matchesLabels(labels: Readonly<Record<string, string>>, selector: string): boolean {
  if (/[()]/.test(selector)) return true;
  return selector.split(',').every((part) => {
    const [, not = '', name = '', operator = '', value = ''] =
      /^\s*(!?)\s*([^=!\s]+)\s*(==|=|!=)?\s*(\S*)\s*$/.exec(part) ?? [];
    const label = labels[name];
    if (operator === '') return (label !== undefined) === (not === '');
    return operator === '!=' ? label !== value : label === value;
  });
}

/** One ExternalDNS with the objects that it looks at, and what it makes of them. */
export interface Publisher {
  readonly installation: Installation | undefined;
  readonly settings: ExternalDnsSettings;
  readonly objects: readonly SourceObject[];
  readonly expectation: Expectation;
}

/** By installation; where none can be seen, by what templates say of theirs. */
export function publishersOf(facts: Facts, objects: readonly SourceObject[]): Publisher[] {
  const found = itemsOf(facts.installations);
  if (found.length > 0)
    return found.map((installation) => {
      const own = objects.filter((object) => ignoredBecause(installation, object) === undefined);
      const settings = settingsOf(installation);
      return {
        installation,
        settings,
        objects: own,
        expectation: expectedRecords(own, EMPTY_CLUSTER, settings),
      };
    });
  const settings = settingsOfTemplates(itemsOf(facts.templates));
  return [
    {
      installation: undefined,
      settings,
      objects,
      expectation: expectedRecords(objects, EMPTY_CLUSTER, settings),
    },
  ];
}

function settingsOfTemplates(templates: readonly TenantTemplate[]): ExternalDnsSettings {
  const known = templates.map(({ spec }) => spec.dns?.externalDNS).find((settings) => settings !== undefined);
  return createSettings(known);
}

/** A record and who publishes it. */
export interface PlannedRecord {
  readonly record: ExpectedRecord;
  readonly publisher: Publisher;
  readonly tenant: string | undefined;
}

/** The records that some ExternalDNS would publish, each once; those of tenants that are not known to be published first. */
export function planRecords(facts: Facts): PlannedRecord[] {
  const objects = tenantObjects(facts);
  const tenantByResource = new Map(objects.map((object) => [resourceOf(object), tenantOf(object)]));
  const publishers = publishersOf(facts, objects);
  const planned = new Map<string, PlannedRecord>();
  for (const publisher of publishers) {
    for (const record of publisher.expectation.records) {
      if (record.type === 'SRV' || !isInDomainFilter(record.name, publisher.settings)) continue;
      const key = `${record.name} ${record.type} ${record.setIdentifier}`;
      if (!planned.has(key))
        planned.set(key, { record, publisher, tenant: tenantByResource.get(record.resource) });
    }
  }
  const settled = new Set(
    itemsOf(facts.tenants)
      .filter(({ status }) =>
        status?.conditions?.some(({ type, status: is }) => type === 'DNSReady' && is === 'True'),
      )
      .map(({ metadata }) => `${metadata.namespace ?? 'default'}/${metadata.name}`),
  );
  const rank = ({ tenant }: PlannedRecord) => (tenant !== undefined && settled.has(tenant) ? 1 : 0);
  return [...planned.values()].sort((left, right) => rank(left) - rank(right));
}

/** Where several installations would publish the same name. */
export function overlapping(left: Installation, right: Installation): boolean {
  if (left.domainFilters.length === 0 || right.domainFilters.length === 0) return true;
  const within = (name: string, filters: readonly string[]) =>
    isInDomainFilter(name.replace(/^\./, ''), { domainFilters: filters, excludeDomains: [] });
  return (
    left.domainFilters.some((name) => within(name, right.domainFilters)) ||
    right.domainFilters.some((name) => within(name, left.domainFilters))
  );
}
