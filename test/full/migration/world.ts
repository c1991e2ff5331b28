/**
 * A cluster as one of the two Go releases of this API leaves it: definitions, a registry, a template, Tenants that hold whole
 * manifests, and what their operator applied. Written from what those releases store; the writes are real ones of the same kind (an
 * apply of the field manager `tenant-operator` for objects, an update of `manager` for Tenants), so that the managed fields are real.
 */

import { ingressRule } from '../../real/objects.ts';
import type { Kubectl } from '../../rig/support/index.ts';

export const RELEASES = ['1.0.0', '1.1.5'] as const;
export type Release = (typeof RELEASES)[number];

export const TABLE = 'migration_rows';
const NAMESPACE = 'default';
/** Where the items are that stand in another namespace than their Tenant. */
export const ELSEWHERE = 'elsewhere';
export const REGISTRY = 'crm';
const TEMPLATE = 'app';
/** Of the installation itself; both releases have them, and no operator answers any more. */
export const WEBHOOKS = [
  'validatingwebhookconfiguration/tenant-operator-validating-webhook-configuration',
  'mutatingwebhookconfiguration/tenant-operator-mutating-webhook-configuration',
];
/** Of their rows; the last one is switched off while no operator runs. */
export const UIDS = ['acme', 'beta', 'gone'] as const;

const group = 'operator.kubernetes-tenants.org';
const mark = (name: string) => `kubernetes-tenants.org/${name}`;

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & Record<string, unknown>;
  readonly [field: string]: unknown;
}

interface Item {
  readonly id: string;
  readonly list: string;
  readonly creationPolicy?: 'Once';
  readonly deletionPolicy?: 'Retain';
  readonly targetNamespace?: string;
  readonly nameTemplate: string;
  readonly labelsTemplate?: Readonly<Record<string, string>>;
  readonly annotationsTemplate?: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

const selector = { matchLabels: { app: '{{ .uid }}' } };
const configMap = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', data });

/** `targetNamespace` came with 1.1. */
function itemsOf(release: Release): Item[] {
  const plain = { host: '{{ .host }}', plan: '{{ .plan }}' };
  const items: Item[] = [
    { id: 'plain', list: 'configMaps', nameTemplate: '{{ .uid }}-plain', spec: configMap(plain) },
    {
      id: 'once',
      list: 'configMaps',
      creationPolicy: 'Once',
      nameTemplate: '{{ .uid }}-once',
      spec: configMap({ made: 'once' }),
    },
    {
      id: 'kept',
      list: 'configMaps',
      deletionPolicy: 'Retain',
      nameTemplate: '{{ .uid }}-kept',
      spec: configMap(plain),
    },
    {
      id: 'key',
      list: 'secrets',
      nameTemplate: '{{ .uid }}-key',
      spec: { apiVersion: 'v1', kind: 'Secret', stringData: { plan: '{{ .plan }}' } },
    },
    {
      id: 'web',
      list: 'deployments',
      nameTemplate: '{{ .uid }}-web',
      labelsTemplate: { tier: '{{ .plan }}' },
      spec: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        spec: {
          replicas: 1,
          selector,
          template: {
            metadata: { labels: { app: '{{ .uid }}' } },
            spec: {
              containers: [{ name: 'app', image: 'nginx:stable', resources: { limits: { cpu: '0.5' } } }],
            },
          },
        },
      },
    },
    {
      id: 'svc',
      list: 'services',
      nameTemplate: '{{ .uid }}-svc',
      spec: {
        apiVersion: 'v1',
        kind: 'Service',
        spec: { selector: { app: '{{ .uid }}' }, ports: [{ port: 80 }] },
      },
    },
    {
      id: 'ingress',
      list: 'ingresses',
      nameTemplate: '{{ .uid }}-ingress',
      annotationsTemplate: { 'external-dns.alpha.kubernetes.io/ttl': '60' },
      spec: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        spec: {
          ingressClassName: 'nginx',
          rules: [ingressRule('{{ .host }}', '{{ .uid }}-svc')],
        },
      },
    },
    {
      id: 'space',
      list: 'manifests',
      nameTemplate: '{{ .uid }}-space',
      spec: { apiVersion: 'v1', kind: 'Namespace' },
    },
  ];
  const far: Item = {
    id: 'far',
    list: 'configMaps',
    targetNamespace: ELSEWHERE,
    nameTemplate: '{{ .uid }}-far',
    spec: configMap(plain),
  };
  return release === '1.0.0' ? items : [...items, far];
}

const valuesOf = (uid: string): Record<string, string> => ({
  uid,
  host: `${uid}.example.com`,
  plan: uid === 'beta' ? 'free' : 'pro',
});

/** Those releases render text by text. */
function filled<T>(value: T, uid: string): T {
  const values = valuesOf(uid);
  const text = JSON.stringify(value).replace(/\{\{ \.(\w+) \}\}/g, (_, name: string) => values[name] ?? '');
  return JSON.parse(text) as T;
}

/** The policies' defaults are in what their definitions store. */
function stored(item: Item): object {
  const { list: _, ...rest } = item;
  const policies = { creationPolicy: 'WhenNeeded', deletionPolicy: 'Delete', conflictPolicy: 'Stuck' };
  return { ...policies, patchStrategy: 'apply', waitForReady: true, timeoutSeconds: 300, ...rest };
}

function listsOf(items: readonly Item[]): Record<string, object[]> {
  const lists: Record<string, object[]> = {};
  for (const item of items) lists[item.list] = [...(lists[item.list] ?? []), stored(item)];
  return lists;
}

/** What each release applies of an item. */
function childOf(release: Release, item: Item, uid: string, tenant: { name: string; uid: string }): Manifest {
  const { spec, nameTemplate, targetNamespace, labelsTemplate, annotationsTemplate } = filled(item, uid);
  const isNamespace = spec.kind === 'Namespace';
  const isRetained = item.deletionPolicy === 'Retain';
  const isElsewhere = targetNamespace !== undefined;
  // 1.0.0 gives an owner to everything, which it takes off again when the Tenant goes.
  const isOwned = release === '1.0.0' || !(isNamespace || isRetained || isElsewhere);
  const isLabelled = isNamespace || (release === '1.1.5' && (isRetained || isElsewhere));
  const labels = {
    ...labelsTemplate,
    ...(isLabelled ? { [mark('tenant')]: tenant.name, [mark('tenant-namespace')]: NAMESPACE } : {}),
  };
  const annotations = {
    ...annotationsTemplate,
    ...(release === '1.1.5' ? { [mark('deletion-policy')]: item.deletionPolicy ?? 'Delete' } : {}),
    ...(item.creationPolicy === 'Once' ? { [mark('created-once')]: 'true' } : {}),
  };
  const owner = {
    ...tenant,
    apiVersion: `${group}/v1`,
    kind: 'Tenant',
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    ...(spec as unknown as Manifest),
    metadata: {
      name: nameTemplate,
      ...(isNamespace ? {} : { namespace: targetNamespace ?? NAMESPACE }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(isOwned ? { ownerReferences: [owner] } : {}),
    },
  };
}

/** Kind, namespace and name of every object of a tenant. */
export function objectsOf(
  release: Release,
  uid: string,
): { id: string; kind: string; namespace: string; name: string }[] {
  return itemsOf(release).map((item) => {
    const { kind, metadata } = childOf(release, item, uid, { name: '', uid: '' });
    return { id: item.id, kind, namespace: metadata.namespace ?? '', name: metadata.name };
  });
}

export const templateOf = (release: Release) => ({
  apiVersion: `${group}/v1`,
  kind: 'TenantTemplate',
  metadata: { name: TEMPLATE, namespace: NAMESPACE },
  spec: { registryId: REGISTRY, ...listsOf(itemsOf(release)) },
});

const registryOf = (host: string) => ({
  apiVersion: `${group}/v1`,
  kind: 'TenantRegistry',
  metadata: {
    name: REGISTRY,
    namespace: NAMESPACE,
    finalizers: ['kubernetes-tenants.org/registry-finalizer'],
  },
  spec: {
    source: {
      type: 'mysql',
      syncInterval: '1s',
      mysql: {
        host,
        port: 3306,
        // These releases know no reference here.
        username: 'tenant_reader',
        passwordRef: { name: 'mysql-credentials', key: 'password' },
        database: 'tenants',
        table: TABLE,
      },
    },
    valueMappings: { uid: 'id', hostOrUrl: 'domain', activate: 'active' },
    extraValueMappings: { plan: 'plan' },
  },
});

/** Definitions that take everything, as far as this suite goes: group, kinds, version and the status subresource are theirs. */
function definition(kind: string, plural: string): object {
  const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'controller-gen.kubebuilder.io/version': 'v0.18.0' },
    },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: 'Conditions', type: 'string', jsonPath: '.status.conditions[0].reason' },
          ],
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: free, status: free } } },
        },
      ],
    },
  };
}

function webhooks(): object[] {
  const hook = (verb: 'validate' | 'mutate', plural: string) => ({
    name: `${verb[0]}${plural}.kb.io`,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    clientConfig: {
      service: {
        name: 'tenant-operator-webhook-service',
        namespace: 'tenant-operator-system',
        path: `/${verb}`,
      },
    },
    rules: [
      { apiGroups: [group], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: [plural] },
    ],
  });
  const own = ['tenantregistries', 'tenanttemplates'];
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'tenant-operator-validating-webhook-configuration' },
      webhooks: own.map((plural) => hook('validate', plural)),
    },
    {
      apiVersion,
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'tenant-operator-mutating-webhook-configuration' },
      webhooks: own.map((plural) => hook('mutate', plural)),
    },
  ];
}

function tenantOf(release: Release, uid: string, registryUid: string, generation: number): object {
  const { host = '', plan = '' } = valuesOf(uid);
  return {
    apiVersion: `${group}/v1`,
    kind: 'Tenant',
    metadata: {
      name: `${uid}-${TEMPLATE}`,
      namespace: NAMESPACE,
      labels: { [mark('registry')]: REGISTRY, [mark('uid')]: uid },
      annotations: {
        [mark('hostOrUrl')]: `https://${host}`,
        [mark('activate')]: '1',
        [mark('extra')]: JSON.stringify({ plan }),
        [mark('template-generation')]: String(generation),
      },
      finalizers: [`tenant.${group}/finalizer`],
      ownerReferences: [
        {
          apiVersion: `${group}/v1`,
          kind: 'TenantRegistry',
          name: REGISTRY,
          uid: registryUid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      uid,
      templateRef: TEMPLATE,
      // Names, labels and annotations are rendered here, manifests when they are applied.
      ...listsOf(itemsOf(release).map((item) => ({ ...filled(item, uid), spec: item.spec }))),
    },
  };
}

function statusOf(release: Release, uid: string): object {
  const objects = objectsOf(release, uid);
  const applied = objects.map(({ kind, namespace, name, id }) => `${kind}/${namespace}/${name}@${id}`);
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: '',
    lastTransitionTime: '2025-11-01T10:00:00Z',
  });
  return {
    observedGeneration: 1,
    desiredResources: objects.length,
    readyResources: objects.length,
    conditions: [
      condition('Ready', 'True', 'Reconciled'),
      condition('Progressing', 'False', 'ReconcileComplete'),
      condition('Conflicted', 'False', 'NoConflict'),
      condition('Degraded', 'False', 'Healthy'),
    ],
    ...(release === '1.1.5' ? { appliedResources: applied } : {}),
  };
}

const list = (items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** All of it, with the objects' content and the Tenants' statuses as their operator leaves them. */
export async function buildCluster(kubectl: Kubectl, release: Release, databaseHost: string): Promise<void> {
  await kubectl('create', 'namespace', ELSEWHERE);
  const kinds = { TenantRegistry: 'tenantregistries', TenantTemplate: 'tenanttemplates', Tenant: 'tenants' };
  const definitions = Object.entries(kinds).map(([kind, plural]) => definition(kind, plural));
  const put = async (items: readonly object[], ...args: string[]) =>
    void (await kubectl.run([...args, '-f', '-'], { stdin: list(items) }));
  await put(definitions, 'create', '--field-manager=helm');
  await kubectl(
    'wait',
    '--for=condition=Established',
    ...Object.values(kinds).map((plural) => `crd/${plural}.${group}`),
  );
  const person = ['create', '--field-manager=kubectl-client-side-apply', '--validate=false'];
  await put([registryOf(databaseHost), templateOf(release)], ...person);
  const registry = await kubectl.json<Manifest & { metadata: { uid: string } }>(
    'get',
    'tenantregistry',
    REGISTRY,
  );
  const tenants = UIDS.map((uid) => tenantOf(release, uid, registry.metadata.uid, 1));
  await put(tenants, 'create', '--field-manager=manager', '--validate=false');
  for (const uid of UIDS) {
    const name = `${uid}-${TEMPLATE}`;
    const { metadata } = await kubectl.json<Manifest & { metadata: { uid: string } }>('get', 'tenant', name);
    const children = itemsOf(release).map((item) =>
      childOf(release, item, uid, { name, uid: String(metadata.uid) }),
    );
    await put(children, 'apply', '--server-side', '--field-manager=tenant-operator');
    const patch = JSON.stringify({ status: statusOf(release, uid) });
    const status = ['--subresource=status', '--type=merge', '--field-manager=manager', '-p', patch];
    await kubectl('patch', 'tenant', name, ...status);
  }
  await put(webhooks(), 'create');
}
