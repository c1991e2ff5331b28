/** A release's cluster: everything that its operator made of a table, in a folder that the sandbox starts from. */
import type { Person } from '../../chaos/plan/index.ts';
import { DATABASE_HOST } from '../../chaos/world/index.ts';
import { ingressRule } from '../../real/objects.ts';
import type { AdminApi } from '../../rig/access/api.ts';

export const TABLE = 'upgrade_rows';
export const ROWS: readonly (readonly string[])[] = [
  ['acme', 'acme.example.com', '1', 'pro', 'first'],
  ['beta', 'beta.example.com', 'yes', 'free', '{{ .uid }}'],
  ['gone', 'gone.example.com', '0', 'pro', ''],
];

/** Lists of everything that the template makes, by kind. */
export const CHILD_LISTS: readonly string[] = [
  '/api/v1/configmaps',
  '/api/v1/secrets',
  '/api/v1/services',
  '/api/v1/serviceaccounts',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
  '/apis/batch/v1/cronjobs',
  '/apis/networking.k8s.io/v1/ingresses',
  '/apis/networking.k8s.io/v1/networkpolicies',
  '/apis/policy/v1/poddisruptionbudgets',
  '/apis/autoscaling/v2/horizontalpodautoscalers',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles',
];

export const registryOfRelease = {
  apiVersion: 'operator.kubernetes-tenants.org/v1',
  kind: 'TenantRegistry',
  metadata: { name: 'crm', namespace: 'default' },
  spec: {
    source: {
      type: 'mysql',
      syncInterval: '1s',
      mysql: {
        host: DATABASE_HOST,
        database: 'tenants',
        table: TABLE,
        usernameRef: { name: 'mysql-credentials', key: 'username' },
        passwordRef: { name: 'mysql-credentials', key: 'password' },
      },
    },
    valueMappings: { uid: 'id', hostOrUrl: 'domain', activate: 'active' },
    extraValueMappings: { plan: 'plan', note: 'note' },
  },
};

const pod = (rest: object = {}) => ({
  metadata: { labels: { app: '{{ .uid }}' } },
  spec: {
    containers: [{ name: 'app', image: 'nginx:stable', resources: { limits: { cpu: 0.5 } } }],
    ...rest,
  },
});
const selector = { matchLabels: { app: '{{ .uid }}' } };
const data = { uid: '{{ .uid }}', note: '{{ .note }}', host: '{{ .host }}' };

/** Each kind that has a list, and each policy that leaves marks on an object. */
export const templateOfRelease = {
  apiVersion: 'operator.kubernetes-tenants.org/v1',
  kind: 'TenantTemplate',
  metadata: { name: 'app', namespace: 'default' },
  spec: {
    registryId: 'crm',
    rollout: { maxSkew: 2 },
    configMaps: [
      { id: 'plain', spec: { data } },
      { id: 'far', targetNamespace: 'elsewhere', dependIds: ['plain'], spec: { data } },
      { id: 'kept', deletionPolicy: 'Retain', spec: { data } },
      { id: 'once', creationPolicy: 'Once', spec: { data } },
      { id: 'warn', driftPolicy: 'Warn', spec: { data } },
      { id: 'merge', patchStrategy: 'merge', spec: { data } },
      { id: 'replace', patchStrategy: 'replace', spec: { data } },
      { id: 'ignored', ignoreFields: ['$.data.note'], spec: { data } },
      { id: 'pro', when: '{{ eq .plan "pro" }}', spec: { data } },
      { id: 'ruled', readyWhen: 'object.data.uid != ""', spec: { data } },
    ],
    secrets: [{ id: 'secret', spec: { stringData: { note: '{{ .note }}' } } }],
    services: [{ id: 'svc', spec: { spec: { selector: { app: '{{ .uid }}' }, ports: [{ port: 80 }] } } }],
    serviceAccounts: [{ id: 'account', labelsTemplate: { plan: '{{ .plan }}' }, spec: {} }],
    deployments: [{ id: 'web', spec: { spec: { replicas: 0, selector, template: pod() } } }],
    statefulSets: [
      { id: 'db', spec: { spec: { replicas: 0, serviceName: '{{ .uid }}-svc', selector, template: pod() } } },
    ],
    cronJobs: [
      {
        id: 'cron',
        spec: {
          spec: {
            schedule: '0 3 * * *',
            jobTemplate: { spec: { template: pod({ restartPolicy: 'Never' }) } },
          },
        },
      },
    ],
    ingresses: [
      {
        id: 'ingress',
        annotationsTemplate: { 'external-dns.alpha.kubernetes.io/ttl': '60' },
        spec: {
          spec: {
            rules: [ingressRule('{{ .host }}', '{{ .uid }}-svc')],
          },
        },
      },
    ],
    networkPolicies: [{ id: 'policy', spec: { spec: { podSelector: selector, policyTypes: ['Ingress'] } } }],
    podDisruptionBudgets: [{ id: 'budget', spec: { spec: { minAvailable: 0, selector } } }],
    horizontalPodAutoscalers: [
      {
        id: 'scaler',
        waitForReady: false,
        spec: {
          spec: {
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: '{{ .uid }}-web' },
            maxReplicas: 2,
          },
        },
      },
    ],
    manifests: [
      { id: 'role', spec: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', rules: [] } },
    ],
  },
};

export async function fillTable(person: Pick<Person, 'sql'>): Promise<void> {
  const columns = ['id', 'domain', 'active', 'plan', 'note'].map((name) => `${name} VARCHAR(255)`);
  await person.sql(`CREATE TABLE ${TABLE} (${columns.join(', ')})`);
  for (const row of ROWS) await person.sql(`INSERT INTO ${TABLE} VALUES (?, ?, ?, ?, ?)`, row);
}

interface Listed {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** Every object of a tenant with its UID and version, in order. */
export async function childrenOf(api: AdminApi, tenants: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    CHILD_LISTS.map(async (path) => {
      const { items } = (await api.get<{ items: Listed[] }>(path)) ?? { items: [] };
      return items
        .filter(({ metadata }) => tenants.includes(metadata.labels?.['kubernetes-tenants.org/tenant'] ?? ''))
        .map(
          ({ metadata }) =>
            `${path} ${metadata.namespace ?? ''}/${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`,
        );
    }),
  );
  return lists.flat().sort();
}

const own = '/apis/operator.kubernetes-tenants.org/v1/namespaces/default';

/** Whether a Tenant is ready, and says so of its present generation. */
export async function isReady(api: AdminApi, name: string): Promise<boolean> {
  const tenant = await api.get<{
    metadata: { generation: number };
    status?: { observedGeneration?: number; conditions?: { type: string; status: string }[] };
  }>(`${own}/tenants/${name}`);
  const { observedGeneration, conditions } = tenant?.status ?? {};
  const ready = conditions?.find(({ type }) => type === 'Ready')?.status;
  return tenant !== undefined && observedGeneration === tenant.metadata.generation && ready === 'True';
}
