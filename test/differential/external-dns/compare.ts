/** Brings both sides into one form. */
import type { Endpoint } from '@tenant-operator/operator/dns';
import type { WireEndpoint } from './webhook.ts';

/** One line of text for each endpoint, sorted: what differs shows in a diff. */
export function linesOfWire(endpoints: readonly WireEndpoint[]): string[] {
  return endpoints
    .map((endpoint) =>
      line({
        name: endpoint.dnsName ?? '',
        type: endpoint.recordType ?? '',
        targets: endpoint.targets ?? [],
        ttl: endpoint.recordTTL ?? 0,
        setIdentifier: endpoint.setIdentifier ?? '',
        labels: endpoint.labels ?? {},
        properties: (endpoint.providerSpecific ?? []).map(({ name = '', value = '' }) => ({ name, value })),
      }),
    )
    .sort();
}

/** Ours in the same form; `owner` is the label that the registry adds when it writes a record. */
export function linesOfOurs(endpoints: readonly Endpoint[], owner?: string): string[] {
  return endpoints
    .map(({ resource, dualstack, ...endpoint }) =>
      line({
        ...endpoint,
        labels: { ...(owner ? { owner } : {}), resource, ...(dualstack ? { dualstack: 'true' } : {}) },
      }),
    )
    .sort();
}

interface Comparable {
  name: string;
  type: string;
  targets: readonly string[];
  ttl: number;
  setIdentifier: string;
  labels: Record<string, string>;
  properties: readonly { name: string; value: string }[];
}

function line({ name, type, targets, ttl, setIdentifier, labels, properties }: Comparable): string {
  const pairs = (items: [string, string][]) =>
    items.map(([key, value]) => `${key}=${JSON.stringify(value)}`).sort();
  return [
    JSON.stringify(name),
    ttl,
    type,
    JSON.stringify(targets),
    `id=${JSON.stringify(setIdentifier)}`,
    `labels(${pairs(Object.entries(labels)).join(' ')})`,
    `properties(${pairs(properties.map((property) => [property.name, property.value])).join(' ')})`,
  ].join(' ');
}
