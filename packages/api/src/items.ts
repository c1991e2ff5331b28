import type { TemplateItem } from './schema/item.ts';
import type { TenantTemplate } from './schema/objects.ts';

/**
 * The item lists of a TenantTemplate, in the order in which documents and reports name them. A list fixes
 * `apiVersion` and `kind` of its items (an item may leave them out); `manifests` fixes neither.
 */
export const LISTS = [
  list('serviceAccounts', 'v1', 'ServiceAccount', 'serviceaccounts'),
  list('deployments', 'apps/v1', 'Deployment', 'deployments'),
  list('statefulSets', 'apps/v1', 'StatefulSet', 'statefulsets'),
  list('daemonSets', 'apps/v1', 'DaemonSet', 'daemonsets'),
  list('services', 'v1', 'Service', 'services'),
  list('ingresses', 'networking.k8s.io/v1', 'Ingress', 'ingresses'),
  list('configMaps', 'v1', 'ConfigMap', 'configmaps'),
  list('secrets', 'v1', 'Secret', 'secrets'),
  list('persistentVolumeClaims', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  list('jobs', 'batch/v1', 'Job', 'jobs'),
  list('cronJobs', 'batch/v1', 'CronJob', 'cronjobs'),
  list('podDisruptionBudgets', 'policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  list('networkPolicies', 'networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  list('horizontalPodAutoscalers', 'autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  list('namespaces', 'v1', 'Namespace', 'namespaces', false),
  { name: 'manifests', type: undefined },
] as const;

/** The kind that a typed list holds. `apiVersion` is what an item without one gets; `plural` serves RBAC rules. */
export interface ItemType {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** The name of an item list, a key of a TenantTemplate's spec. */
export type ListName = (typeof LISTS)[number]['name'];

const types: ReadonlyMap<string, ItemType | undefined> = new Map(LISTS.map(({ name, type }) => [name, type]));

/** The kind that the items of a list have, or undefined for `manifests`, whose items say it themselves. */
export function itemType(list: ListName): ItemType | undefined {
  return types.get(list);
}

/** The items of a template with the list each stands in, in the order of the lists. */
export function templateItems(
  template: Pick<TenantTemplate, 'spec'>,
): { list: ListName; item: TemplateItem }[] {
  return LISTS.flatMap(({ name }) => (template.spec[name] ?? []).map((item) => ({ list: name, item })));
}

function list<const N extends string>(
  name: N,
  apiVersion: string,
  kind: string,
  plural: string,
  namespaced = true,
): { readonly name: N; readonly type: ItemType } {
  return { name, type: { apiVersion, kind, plural, namespaced } };
}
