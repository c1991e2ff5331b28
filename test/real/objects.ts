/** Objects of the API as tests need them again and again. */

export interface RegistryOptions {
  readonly table?: string;
  readonly syncInterval?: string;
  readonly extraValueMappings?: Record<string, string>;
  readonly spec?: Record<string, unknown>;
}

/** A TenantRegistry on a table with the columns `id`, `domain` and `active`, read every second. */
export function registry(name: string, options: RegistryOptions = {}): unknown {
  const { table = 'customers', syncInterval = '1s', extraValueMappings, spec = {} } = options;
  return {
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'TenantRegistry',
    metadata: { name, namespace: 'default' },
    spec: {
      source: {
        type: 'mysql',
        syncInterval,
        mysql: {
          host: 'mysql.default.svc.cluster.local',
          database: 'tenants',
          table,
          usernameRef: { name: 'mysql-credentials', key: 'username' },
          passwordRef: { name: 'mysql-credentials', key: 'password' },
        },
      },
      valueMappings: { uid: 'id', hostOrUrl: 'domain', activate: 'active' },
      ...(extraValueMappings ? { extraValueMappings } : {}),
      ...spec,
    },
  };
}

/** A TenantTemplate with the given lists and settings. */
export function template(name: string, registryId: string, spec: Record<string, unknown>): unknown {
  return {
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'TenantTemplate',
    metadata: { name, namespace: 'default' },
    spec: { registryId, ...spec },
  };
}

/** A ConfigMap item; more fields of the item in `item`. */
export function configMap(
  id: string,
  data: Record<string, string>,
  item: Record<string, unknown> = {},
): unknown {
  return {
    id,
    nameTemplate: `{{ .uid }}-${id}`,
    spec: { apiVersion: 'v1', kind: 'ConfigMap', data },
    ...item,
  };
}

/** A Deployment item that runs nothing, so that it is ready at once. */
export function deployment(id: string, item: Record<string, unknown> = {}, replicas: unknown = 0): unknown {
  return {
    id,
    nameTemplate: `{{ .uid }}-${id}`,
    spec: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        replicas,
        selector: { matchLabels: { app: '{{ .uid }}' } },
        template: {
          metadata: { labels: { app: '{{ .uid }}' } },
          spec: { containers: [{ name: 'app', image: 'nginx:stable' }] },
        },
      },
    },
    ...item,
  };
}

/** The rule of an Ingress that leads all of a host to port 80 of a Service. */
export function ingressRule(host: string, service: string) {
  const backend = { service: { name: service, port: { number: 80 } } };
  return { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } };
}
