/** What is provisioned: four resources a tenant, the same ones from the template and from the raw client. */
import { API_VERSION } from '@tenant-operator/api';

export const NAMESPACE = 'default';
export const REGISTRY = 'bench';
export const TEMPLATE = 'web';
export const TABLE = 'bench_customers';
export const SYNC_INTERVAL_SECONDS = 5;

/** Where each kind is served, in the order of the template's dependencies. The least that a tenant has. */
export const RESOURCES = [
  { list: 'configMaps', id: 'config', path: '/api/v1', plural: 'configmaps' },
  { list: 'deployments', id: 'app', path: '/apis/apps/v1', plural: 'deployments' },
  { list: 'services', id: 'svc', path: '/api/v1', plural: 'services' },
  { list: 'ingresses', id: 'ing', path: '/apis/networking.k8s.io/v1', plural: 'ingresses' },
] as const;

type ResourceId = (typeof RESOURCES)[number]['id'];

export interface Resource {
  readonly list: string;
  readonly id: string;
  readonly path: string;
  readonly plural: string;
}

/** So many resources a tenant: the four, and further ConfigMaps. */
export function resourcesOf(count: number): readonly Resource[] {
  const [config] = RESOURCES;
  const more = Array.from({ length: count - RESOURCES.length }, (_, index) => ({
    ...config,
    id: `more${index + 1}`,
  }));
  return [...RESOURCES, ...more];
}

/** The manifest of one of a tenant's resources without its name. */
export function manifest({ id }: Resource, uid: string, host: string, edition?: string): object {
  const all: Record<string, object> = manifests(uid, host, edition);
  return all[id] ?? { apiVersion: 'v1', kind: 'ConfigMap', data: { host, id } };
}

/** The manifests of one tenant's four without their names; `uid` and `host` may be templates. `edition` is text in the ConfigMap. */
function manifests(uid: string, host: string, edition = '1'): Record<ResourceId, object> {
  const app = { app: uid };
  return {
    config: { apiVersion: 'v1', kind: 'ConfigMap', data: { host, edition, mode: 'production' } },
    app: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        replicas: 0,
        selector: { matchLabels: app },
        template: {
          metadata: { labels: app },
          spec: {
            containers: [
              {
                name: 'app',
                image: 'nginx:stable',
                env: [{ name: 'TENANT', value: uid }],
                ports: [{ containerPort: 8080 }],
              },
            ],
          },
        },
      },
    },
    svc: {
      apiVersion: 'v1',
      kind: 'Service',
      spec: { selector: app, ports: [{ port: 80, targetPort: 8080 }] },
    },
    ing: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { annotations: { 'external-dns.alpha.kubernetes.io/hostname': host } },
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: `${uid}-svc`, port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    },
  };
}

/** The template: ConfigMap, then the Deployment, the Service beside it, then the Ingress. Nothing gives Ingresses addresses here. */
export function template(resources: readonly Resource[], edition = '1'): object {
  const more: Record<string, object> = {
    app: { dependIds: ['config'] },
    ing: { dependIds: ['svc'], waitForReady: false },
  };
  const lists: Record<string, object[]> = {};
  for (const resource of resources) {
    const { list, id } = resource;
    const spec = manifest(resource, '{{ .uid }}', '{{ .host }}', edition);
    lists[list] = [...(lists[list] ?? []), { id, nameTemplate: `{{ .uid }}-${id}`, spec, ...more[id] }];
  }
  return {
    apiVersion: API_VERSION,
    kind: 'TenantTemplate',
    metadata: { name: TEMPLATE, namespace: NAMESPACE },
    spec: { registryId: REGISTRY, ...lists },
  };
}

/** `spec` holds more fields of the spec. */
export function registry(credentials: string, spec: object = {}): object {
  return {
    apiVersion: API_VERSION,
    kind: 'TenantRegistry',
    metadata: { name: REGISTRY, namespace: NAMESPACE },
    spec: {
      source: {
        type: 'mysql',
        syncInterval: `${SYNC_INTERVAL_SECONDS}s`,
        mysql: {
          host: 'mysql.default.svc.cluster.local',
          database: 'tenants',
          table: TABLE,
          usernameRef: { name: credentials, key: 'username' },
          passwordRef: { name: credentials, key: 'password' },
        },
      },
      valueMappings: { uid: 'id', hostOrUrl: 'domain', activate: 'active' },
      ...spec,
    },
  };
}

export function uidOf(number: number): string {
  return `c${String(number).padStart(5, '0')}`;
}

export function hostOf(uid: string): string {
  return `${uid}.bench.example.com`;
}

export const createTable = `CREATE TABLE ${TABLE} (
  id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255) NOT NULL, active VARCHAR(10) NOT NULL)`;

/** INSERT of the rows of these uids. */
export function insertRows(uids: readonly string[]): string {
  const rows = uids.map((uid) => `('${uid}', '${hostOf(uid)}', '1')`);
  return `INSERT INTO ${TABLE} VALUES ${rows.join(', ')}`;
}
