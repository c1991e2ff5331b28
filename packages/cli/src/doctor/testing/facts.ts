/** Facts of a cluster in which all is well, for tests that break one thing of it. */
import { API_VERSION, type Tenant, type TenantRegistry, type TenantTemplate } from '@tenant-operator/api';
import type { Verdict } from '@tenant-operator/operator/dns';
import {
  type DeploymentObject,
  type Installation,
  keyOfInstallation,
  readInstallation,
} from '../../external-dns/index.ts';
import type { Facts, InstallationFacts, Look, Reading, SourceObject } from '../facts.ts';

export const read = <T>(value: T): Reading<T> => ({ kind: 'read', value });

/** Long ago, and the moment of the diagnosis. */
export const created = '2026-01-01T00:00:00Z';
export const now = Date.parse('2026-01-01T01:00:00Z');

/** What an ExternalDNS that follows every advice is told. */
export const goodArgs = [
  '--source=service',
  '--source=ingress',
  '--domain-filter=example.com',
  '--provider=rfc2136',
  '--policy=sync',
  '--registry=txt',
  '--txt-owner-id=mine',
  '--txt-prefix=external-dns-',
];

export interface InstallationOptions {
  readonly name?: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly replicas?: number;
  readonly available?: number;
  readonly podAnnotations?: Readonly<Record<string, string>>;
}

export function installation(options: InstallationOptions = {}): Installation {
  const deployment: DeploymentObject = {
    metadata: { name: options.name ?? 'external-dns', namespace: 'kube-system' },
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: { app: 'external-dns' } },
      template: {
        metadata: {
          labels: { app: 'external-dns' },
          annotations: options.podAnnotations ?? { 'prometheus.io/scrape': 'true' },
        },
        spec: {
          serviceAccountName: 'external-dns',
          containers: [
            {
              name: 'external-dns',
              image: options.image ?? 'registry.k8s.io/external-dns/external-dns:v0.14.0',
              args: options.args ?? goodArgs,
              ...(options.env ? { env: options.env } : {}),
            },
          ],
        },
      },
    },
    status: { availableReplicas: options.available ?? 1 },
  };
  const found = readInstallation(deployment);
  if (!found) throw new Error('this is no ExternalDNS');
  return found;
}

const hostname = 'external-dns.alpha.kubernetes.io/hostname';
const ttl = 'external-dns.alpha.kubernetes.io/ttl';

export interface SourceOptions {
  readonly name?: string;
  readonly namespace?: string;
  readonly tenant?: string;
  readonly host?: string;
  readonly className?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly addresses?: readonly { readonly ip?: string; readonly hostname?: string }[];
  readonly tls?: readonly { readonly hosts: readonly string[] }[];
  readonly createdAt?: string;
}

function metadataOf(options: SourceOptions, kind: string, annotations: Readonly<Record<string, string>>) {
  const { namespace = 'shop', tenant = 'acme-web' } = options;
  return {
    name: options.name ?? `acme-${kind.toLowerCase()}`,
    namespace,
    labels: { 'kubernetes-tenants.org/tenant': tenant, 'kubernetes-tenants.org/tenant-namespace': namespace },
    annotations: { ...annotations, ...options.annotations },
    creationTimestamp: options.createdAt ?? created,
  };
}

export function ingress(options: SourceOptions = {}): SourceObject {
  const { host = 'acme.production.example.com', addresses = [{ ip: '192.0.2.10' }], tls = [] } = options;
  const className = 'className' in options ? options.className : 'traefik';
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadataOf(options, 'Ingress', { [ttl]: '3600' }),
    spec: { ...(className === undefined ? {} : { ingressClassName: className }), rules: [{ host }], tls },
    status: { loadBalancer: { ingress: addresses } },
  } as SourceObject;
}

export function service(options: SourceOptions = {}): SourceObject {
  const { host = 'api.production.example.com', addresses = [{ ip: '192.0.2.11' }] } = options;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(options, 'Service', host === '' ? {} : { [hostname]: host, [ttl]: '3600' }),
    spec: { type: 'LoadBalancer', clusterIP: '10.96.0.1' },
    status: { loadBalancer: { ingress: addresses } },
  } as SourceObject;
}

export function template(spec: object = {}, metadata: object = {}): TenantTemplate {
  return {
    apiVersion: API_VERSION,
    kind: 'TenantTemplate',
    metadata: { name: 'web', namespace: 'shop', ...metadata },
    spec: { registryId: 'customers', dns: { externalDNS: { ownerId: 'mine' } }, ...spec },
  } as unknown as TenantTemplate;
}

export function registry(status: object = {}, metadata: object = {}): TenantRegistry {
  return {
    apiVersion: API_VERSION,
    kind: 'TenantRegistry',
    metadata: { name: 'customers', namespace: 'shop', ...metadata },
    spec: {},
    status: { desired: 1, ...status },
  } as unknown as TenantRegistry;
}

export function tenant(name = 'acme-web', templateRef = 'web', namespace = 'shop'): Tenant {
  return {
    apiVersion: API_VERSION,
    kind: 'Tenant',
    metadata: { name, namespace },
    spec: { uid: 'acme', registryId: 'customers', templateRef, values: {} },
  } as unknown as Tenant;
}

export function look(
  verdict: Partial<Verdict> = {},
  zone: string | undefined = 'example.com',
  of = 'shop/acme-web',
): Look {
  return {
    tenant: of,
    zone,
    verdict: {
      name: 'acme.production.example.com',
      type: 'A',
      setIdentifier: '',
      resource: 'ingress/shop/acme-ingress',
      state: 'published',
      reason: 'Published',
      message: 'acme.production.example.com is published',
      expected: ['192.0.2.10'],
      seen: ['192.0.2.10'],
      ...verdict,
    },
  };
}

const fine: InstallationFacts = {
  failures: read([]),
  errors: read([]),
  account: read({}),
  missingRights: read([]),
  missingSecrets: read([]),
};

export interface Changes extends Partial<Facts> {
  readonly running?: never;
  /** What stands around every ExternalDNS. */
  readonly around?: Partial<InstallationFacts>;
}

/** One tenant of a production cluster with everything in order, save what is changed. */
export function facts({ around = {}, ...changes }: Changes = {}): Facts {
  const installations = changes.installations ?? read([installation()]);
  const found = installations.kind === 'read' ? installations.value : [];
  return {
    server: { major: 1, minor: 34, gitVersion: 'v1.34.4' },
    now,
    environment: undefined,
    registries: read([registry()]),
    templates: read([template()]),
    tenants: read([tenant()]),
    ingresses: read([ingress()]),
    services: read([]),
    ingressClasses: read([{ name: 'traefik', controller: 'traefik.io/ingress-controller', isDefault: true }]),
    workloads: read([
      {
        kind: 'Deployment',
        namespace: 'traefik',
        name: 'traefik',
        images: ['traefik:v3.6'],
        args: [],
        desired: 2,
        available: 2,
      },
    ]),
    selecting: read([]),
    namespaces: read(new Map([['shop', { environment: 'production' }]])),
    issuers: read([]),
    monitors: { kind: 'absent' },
    records: { looks: [look()], zones: [{ name: 'example.com', denialSeconds: 60 }], unasked: 0 },
    ...changes,
    installations,
    running: new Map(found.map((one) => [keyOfInstallation(one), { ...fine, ...around }])),
  };
}
