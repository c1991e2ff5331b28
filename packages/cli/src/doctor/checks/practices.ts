/** The guide's best practices that concern more than one ExternalDNS: zones, TTLs, monitoring. */
import { LABELS, type TenantTemplate } from '@tenant-operator/api';
import { ALPHA_PREFIX, STABLE_PREFIX } from '@tenant-operator/operator/dns';
import type { Installation } from '../../external-dns/index.ts';
import { editTemplate, pointer } from '../commands.ts';
import { type Environment, environmentOfLabels, environmentOfName, TTL_SECONDS } from '../environment.ts';
import { type Facts, itemsOf, type SourceObject } from '../facts.ts';
import type { Check, Finding } from '../index.ts';
import { publishersOf, resourceOf, tenantObjects } from '../sources.ts';
import { groupBy, listed } from '../words.ts';
import { advice, deploymentOf, eachInstallation, unknown } from './finding.ts';

const section = 'practices';

export const practiceChecks: readonly Check[] = [
  {
    id: 'zone-per-environment',
    section,
    title: 'every environment has a zone of its own',
    run(facts) {
      const environments = environmentsByTemplate(facts);
      const byTenant = new Map(
        itemsOf(facts.tenants).map(({ metadata, spec }) => [
          `${metadata.namespace ?? 'default'}/${metadata.name}`,
          environments.get(`${metadata.namespace ?? 'default'}/${spec.templateRef}`),
        ]),
      );
      const seen = facts.records.looks.flatMap(({ tenant, zone, verdict }) => {
        const environment =
          environmentOfName(verdict.name) ?? (tenant === undefined ? undefined : byTenant.get(tenant));
        return zone === undefined || environment === undefined ? [] : [{ zone, environment }];
      });
      return groupBy(seen, ({ zone }) => zone).flatMap(([zone, entries]): Finding[] => {
        const mixed = [...new Set(entries.map(({ environment }) => environment))].sort();
        if (mixed.length < 2) return [];
        return [
          advice(
            `zone ${zone}`,
            `holds records of ${listed(mixed)}`,
            'a mistake in one environment, or a wrong policy, reaches the records of the other',
            mixed.map(
              (environment) =>
                `# a zone ${environment}.${zone} with an ExternalDNS of its own: --domain-filter=${environment}.${zone} --txt-owner-id=${environment}`,
            ),
          ),
        ];
      });
    },
  },
  {
    id: 'ttl',
    section,
    title: 'TTLs fit the environment',
    run(facts) {
      const environments = environmentsByTemplate(facts);
      const tenants = new Map(
        itemsOf(facts.tenants).map((tenant) => [
          `${tenant.metadata.namespace ?? 'default'}/${tenant.metadata.name}`,
          tenant,
        ]),
      );
      const ttls = new Map(
        publishersOf(facts, tenantObjects(facts))
          .flatMap(({ expectation }) => expectation.records)
          .map(({ resource, ttl }) => [resource, ttl]),
      );
      return itemsOf(facts.templates).flatMap((template): Finding[] => {
        const key = keyOf(template);
        const environment = environments.get(key);
        const used = tenantObjects(facts).filter((object) => {
          const tenant = tenants.get(tenantKey(object));
          return tenant && tenant.spec.templateRef === template.metadata.name && ttls.has(resourceOf(object));
        });
        if (used.length === 0) return [];
        if (environment === undefined)
          return [
            unknown(
              `TenantTemplate ${key}`,
              'it is not known which environment it belongs to',
              `the guide's TTLs go by environment: ${Object.entries(TTL_SECONDS)
                .map(([name, seconds]) => `${name} ${seconds} s`)
                .join(', ')}`,
              [
                'tenant-operator doctor --environment production',
                `kubectl label namespace ${template.metadata.namespace ?? 'default'} environment=production`,
              ],
            ),
          ];
        const wanted = TTL_SECONDS[environment];
        const wrong = used.filter((object) => ttls.get(resourceOf(object)) !== wanted);
        if (wrong.length === 0) return [];
        const found = [...new Set(wrong.map((object) => ttls.get(resourceOf(object)) || 'none'))];
        return [
          advice(
            `TenantTemplate ${key}`,
            `is of ${environment}, where the TTL is ${wanted} s, and its records have ${listed(found.map(String))}`,
            wanted > 300
              ? 'a short TTL costs queries and time with every visit, and leaves less time when the name servers are away'
              : 'a long TTL keeps resolvers on the old address after a change',
            [ttlPatch(template, wanted)],
          ),
        ];
      });
    },
  },
  {
    id: 'metrics-scraped',
    section,
    title: "ExternalDNS's metrics are scraped",
    run: (facts) =>
      eachInstallation(facts, (installation): Finding[] => {
        if (isScraped(facts, installation)) return [];
        const { namespace, name, metricsPort, selector } = installation;
        const hasOperator = facts.monitors.kind === 'read';
        return [
          advice(
            deploymentOf(installation),
            `no ${hasOperator ? 'PodMonitor, ServiceMonitor or ' : ''}scrape annotation leads to its metrics (port ${metricsPort})`,
            'a rush of changes, errors of the provider (external_dns_registry_errors_total) and a standstill (external_dns_controller_last_sync_timestamp_seconds) go unnoticed',
            [
              hasOperator
                ? `kubectl apply -f - <<< '${JSON.stringify(podMonitor(installation))}'`
                : `kubectl patch deployment ${name} -n ${namespace} --type=merge -p '${JSON.stringify({ spec: { template: { metadata: { annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(metricsPort) } } } } })}'`,
              `# look at them: kubectl port-forward -n ${namespace} deployment/${name} ${metricsPort} & curl -s 127.0.0.1:${metricsPort}/metrics | grep -E '_errors_total|last_sync'`,
              ...(Object.keys(selector).length === 0 ? ['# its pods have no labels'] : []),
            ],
          ),
        ];
      }),
  },
];

function keyOf({ metadata }: TenantTemplate): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function tenantKey({ metadata }: SourceObject): string {
  return `${metadata.labels?.[LABELS.tenantNamespace] ?? metadata.namespace ?? 'default'}/${metadata.labels?.[LABELS.tenant]}`;
}

/** What a person said; labels before names, the template's own before its registry's and its namespace's. */
function environmentsByTemplate(facts: Facts): Map<string, Environment | undefined> {
  const namespaces =
    facts.namespaces.kind === 'read' ? facts.namespaces.value : new Map<string, Record<string, string>>();
  const registries = new Map(
    itemsOf(facts.registries).map((registry) => [
      `${registry.metadata.namespace ?? 'default'}/${registry.metadata.name}`,
      registry,
    ]),
  );
  return new Map(
    itemsOf(facts.templates).map((template) => {
      const namespace = template.metadata.namespace ?? 'default';
      const registry = registries.get(`${namespace}/${template.spec.registryId}`);
      const labels = [template.metadata.labels, registry?.metadata.labels, namespaces.get(namespace)];
      const names = [template.metadata.name, template.spec.registryId, namespace];
      const found =
        labels.map(environmentOfLabels).find((one) => one !== undefined) ??
        names.map(environmentOfName).find((one) => one !== undefined);
      return [keyOf(template), facts.environment ?? found];
    }),
  );
}

/** Sets the annotation on every item that has a hostname, beside those that are there; it wins over one inside of the manifest. */
function ttlPatch(template: TenantTemplate, seconds: number): string {
  const operations = (['ingresses', 'services'] as const).flatMap((list) =>
    (template.spec[list] ?? []).flatMap((item, at): object[] => {
      const text = JSON.stringify([item.spec, item.annotationsTemplate]);
      if (list === 'services' && !/external-dns[^"]*\/(?:internal-)?hostname"/.test(text)) return [];
      const name = `${text.includes(STABLE_PREFIX) ? STABLE_PREFIX : ALPHA_PREFIX}ttl`;
      const path = `/spec/${list}/${at}/annotationsTemplate`;
      return item.annotationsTemplate === undefined
        ? [{ op: 'add', path, value: { [name]: String(seconds) } }]
        : [{ op: 'add', path: `${path}/${pointer(name)}`, value: String(seconds) }];
    }),
  );
  return editTemplate(template, operations);
}

function isScraped({ monitors, selecting }: Facts, installation: Installation): boolean {
  const { podAnnotations, podLabels, namespace } = installation;
  if (podAnnotations['prometheus.io/scrape'] === 'true') return true;
  const services = itemsOf(selecting).filter(
    (service) => service.namespace === namespace && isSubset(service.selector, podLabels),
  );
  if (services.some(({ annotations }) => annotations['prometheus.io/scrape'] === 'true')) return true;
  return itemsOf(monitors).some(({ kind, selects }) =>
    kind === 'PodMonitor'
      ? isSubset(selects, podLabels)
      : services.some(({ labels }) => isSubset(selects, labels)),
  );
}

/** An empty selector of a Service selects nothing, that of a monitor everything: both are no proof here. */
function isSubset(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([name, value]) => labels[name] === value);
}

function podMonitor({ namespace, name, selector, metricsPort }: Installation): object {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name, namespace },
    spec: { selector: { matchLabels: selector }, podMetricsEndpoints: [{ targetPort: metricsPort }] },
  };
}
