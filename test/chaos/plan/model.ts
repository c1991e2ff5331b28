/** What the campaign means the world to be: its tables and templates, and how both become statements and manifests. */
import type { Random } from '../random.ts';
import { DATABASE_HOST, OTHER_NAMESPACE } from '../world/index.ts';

export interface RowModel {
  domain: string;
  active: string | null;
  plan: string;
  note: string;
}

export interface TemplateModel {
  readonly name: string;
  readonly registry: string;
  rev: number;
  /** Item id to the number in its object's name. */
  readonly items: Map<string, number>;
  readonly retained: Set<string>;
  maxSkew: number;
  isInvalid: boolean;
  isSuspended: boolean;
  isThere: boolean;
}

export interface RegistryModel {
  readonly name: string;
  readonly table: string;
  /** The guard lets one or two rows go and holds more; without it only an empty table is held. */
  readonly isGuarded: boolean;
  isSuspended: boolean;
  isThere: boolean;
}

export interface Model {
  readonly registries: readonly RegistryModel[];
  readonly templates: readonly TemplateModel[];
  /** Table to uid to row. */
  readonly tables: ReadonlyMap<string, Map<string, RowModel>>;
  readonly suspendedTenants: Set<string>;
  /** Rows without a uid, or with one that stands twice. */
  readonly strangeRows: Set<string>;
  /** Objects of persons that stand where a tenant's object would, by key. */
  readonly squatters: Map<string, { readonly path: string; readonly tenant: string }>;
  next: number;
}

export const ITEM_IDS = [
  'base',
  'far',
  'kept',
  'once',
  'sec',
  'svc',
  'sa',
  'role',
  'pro',
  'top',
  'warn',
  'dep',
] as const;
export type ItemId = (typeof ITEM_IDS)[number];

/** Values that must come out as they are, whatever they look like. */
const notes = [
  'plain',
  '',
  '{{ .uid }}',
  'a: b\n- c',
  '"quoted"',
  "it's",
  '$(y) $y',
  '\u{1f600} ünï',
  '0123',
  'null',
  '{{',
  'true',
];

export function createModel(random: Random): Model {
  const template = (name: string, registry: string, maxSkew: number): TemplateModel => ({
    name,
    registry,
    rev: 1,
    items: new Map(ITEM_IDS.filter((id) => id === 'base' || random.chance(55)).map((id) => [id, 1])),
    retained: new Set(),
    maxSkew,
    isInvalid: false,
    isSuspended: false,
    isThere: true,
  });
  const registry = (name: string, isGuarded: boolean): RegistryModel => ({
    name,
    table: `${name}_rows`,
    isGuarded,
    isSuspended: false,
    isThere: true,
  });
  const model: Model = {
    registries: [registry('guarded', true), registry('loose', false)],
    templates: [template('web', 'guarded', 2), template('app', 'loose', 0), template('side', 'loose', 0)],
    tables: new Map([
      ['guarded_rows', new Map()],
      ['loose_rows', new Map()],
    ]),
    suspendedTenants: new Set(),
    strangeRows: new Set(),
    squatters: new Map(),
    next: 0,
  };
  for (const table of model.tables.values()) {
    for (let n = 0; n < 7; n++) table.set(`u${model.next++}`, { ...randomRow(random), active: '1' });
  }
  return model;
}

export function randomRow(random: Random): RowModel {
  return {
    domain: `d${random.int(1000)}.example.com`,
    active: random.pick(['1', 'yes', 'TRUE', 'on', 't', 'y']),
    plan: random.pick(['pro', 'free']),
    note: random.pick(notes),
  };
}

export function registryManifest({ name, table, isGuarded, isSuspended }: RegistryModel): object {
  return {
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'TenantRegistry',
    metadata: { name, namespace: 'default' },
    spec: {
      source: {
        type: 'mysql',
        syncInterval: '1s',
        mysql: {
          host: DATABASE_HOST,
          database: 'tenants',
          table,
          usernameRef: { name: 'mysql-credentials', key: 'username' },
          passwordRef: { name: 'mysql-credentials', key: 'password' },
        },
      },
      valueMappings: { uid: 'id', hostOrUrl: 'domain', activate: 'active' },
      extraValueMappings: { plan: 'plan', note: 'note' },
      deletionGuard: isGuarded
        ? { maxDeletions: 2, maxDeletionPercent: 25 }
        : { maxDeletions: 1000, maxDeletionPercent: 100 },
      suspend: isSuspended,
    },
  };
}

export function templateManifest(template: TemplateModel): object {
  const { name, registry, items, maxSkew, isSuspended } = template;
  const lists: Record<string, unknown[]> = {};
  for (const id of items.keys()) {
    const [list, item] = itemManifest(template, id as ItemId);
    lists[list] = [...(lists[list] ?? []), item];
  }
  return {
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'TenantTemplate',
    metadata: { name, namespace: 'default' },
    spec: {
      registryId: registry,
      suspend: isSuspended,
      ...(maxSkew > 0 ? { rollout: { maxSkew, maxFailures: 100 } } : {}),
      ...lists,
    },
  };
}

/** Name of the object of an item, for a row. */
export function objectName(template: TemplateModel, id: string, uid: string): string {
  return `${uid}-${template.name}-${id}${template.items.get(id) ?? 1}`;
}

function itemManifest(template: TemplateModel, id: ItemId): [list: string, item: object] {
  const { rev, items, retained, isInvalid } = template;
  const data = {
    rev: String(rev),
    uid: '{{ .uid }}',
    plan: '{{ .plan }}',
    note: '{{ .note }}',
    host: '{{ .hostOrUrl }}',
  };
  const dependIds = (...ids: ItemId[]) => {
    const present = ids.filter((other) => items.has(other));
    return present.length > 0 ? { dependIds: present } : {};
  };
  const item = {
    id,
    nameTemplate: `{{ .uid }}-${template.name}-${id}${items.get(id) ?? 1}`,
    ...(retained.has(id) ? { deletionPolicy: 'Retain' } : {}),
  };
  const map = (more: object = {}): [string, object] => ['configMaps', { ...item, spec: { data }, ...more }];
  switch (id) {
    case 'base':
      return map(isInvalid ? { spec: { data: { ...data, lost: '{{ .nowhere }}' } } } : {});
    case 'far':
      return map({ targetNamespace: OTHER_NAMESPACE, ...dependIds('base') });
    case 'kept':
      return map({ deletionPolicy: 'Retain' });
    case 'once':
      return map({ creationPolicy: 'Once' });
    case 'pro':
      return map({ when: '{{ eq .plan "pro" }}' });
    case 'top':
      return map(dependIds('far', 'svc', 'dep'));
    case 'warn':
      return map({ driftPolicy: 'Warn' });
    case 'sec':
      return ['secrets', { ...item, spec: { stringData: { note: 'n-{{ .note }}', rev: String(rev) } } }];
    case 'svc':
      return [
        'services',
        {
          ...item,
          spec: { spec: { selector: { app: '{{ .uid }}' }, ports: [{ port: 8000 + (rev % 50) }] } },
        },
      ];
    case 'sa':
      return ['serviceAccounts', { ...item, spec: {}, ...dependIds('base') }];
    case 'role': {
      const rules = [
        { apiGroups: [''], resources: ['configmaps'], resourceNames: [`r${rev}`], verbs: ['get'] },
      ];
      return [
        'manifests',
        { ...item, spec: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', rules } },
      ];
    }
    case 'dep':
      return ['deployments', { ...item, ...dependIds('base'), spec: { spec: deploymentSpec(rev) } }];
  }
}

function deploymentSpec(rev: number): object {
  return {
    replicas: 0,
    selector: { matchLabels: { app: '{{ .uid }}' } },
    template: {
      metadata: { labels: { app: '{{ .uid }}' } },
      spec: { containers: [{ name: 'app', image: `nginx:${rev}` }] },
    },
  };
}
