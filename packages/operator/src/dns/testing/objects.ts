/** Ingresses and Services in few words, for the tests of the rules. */
import {
  type ClusterView,
  EMPTY_CLUSTER,
  expectedRecords,
  type IngressObject,
  type ServiceObject,
} from '../expected/index.ts';
import { createSettings, type ExternalDnsSettings } from '../settings/index.ts';

/** The prefix of v0.14.0. */
export const P = 'external-dns.alpha.kubernetes.io/';

/** Annotations without their prefix; a name with a slash stands as it is. */
export function annotate(annotations: Record<string, string>, prefix = P): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [key.includes('/') ? key : prefix + key, value]),
  );
}

export type Entries = { ip?: string; hostname?: string }[];
const status = (ingress: Entries) => ({ loadBalancer: { ingress } });
export const ADDRESS: Entries = [{ ip: '192.0.2.1' }];

/** Ingress shop/web with the host app.example.com and an address. */
export function ingress(
  annotations: Record<string, string>,
  spec: IngressObject['spec'] = { rules: [{ host: 'app.example.com' }] },
  entries: Entries = ADDRESS,
  name = 'web',
): IngressObject {
  return {
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', annotations: annotate(annotations) },
    spec,
    status: status(entries),
  };
}

/** Service shop/api of type LoadBalancer with an address. */
export function service(
  annotations: Record<string, string>,
  spec: ServiceObject['spec'] = { type: 'LoadBalancer' },
  entries: Entries = ADDRESS,
  name = 'api',
): ServiceObject {
  return {
    kind: 'Service',
    metadata: { name, namespace: 'shop', annotations: annotate(annotations) },
    spec,
    status: status(entries),
  };
}

/** `<name> <ttl> <type> <targets>`, which reads like a zone file. */
export function zoneLines(
  objects: (IngressObject | ServiceObject)[],
  cluster: ClusterView = EMPTY_CLUSTER,
  settings: Partial<ExternalDnsSettings> = {},
): string[] {
  return expectedRecords(objects, cluster, createSettings(settings)).records.map(
    ({ name, ttl, type, targets }) => `${name} ${ttl} ${type} ${targets.join(' ')}`,
  );
}

/** One rule: the object, and the lines that it leads to. */
export type Row = [
  reason: string,
  object: IngressObject | ServiceObject,
  lines: string[],
  settings?: Partial<ExternalDnsSettings>,
];
