/** The rights that the operator needs, made from the kinds that templates may use. */
import { GROUP, KINDS, LISTS } from '@tenant-operator/api';
import { configurationName } from './webhook/manifests.ts';

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** These objects only; all when left out. */
  readonly resourceNames?: readonly string[];
}

const readVerbs = ['get', 'list', 'watch'];
/** A server-side apply is a PATCH, and needs `create` where the object may be absent. */
const ownVerbs = [...readVerbs, 'create', 'patch', 'update', 'delete'];

/** Rules of its Role in its own namespace: the Leases. Its Secrets there are covered by the ClusterRole, as templates may have some. */
export function ownNamespaceRules(): PolicyRule[] {
  return [
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['get', 'list', 'create', 'update', 'patch'],
    },
  ];
}

/** What it keeps in its own namespace, for where no ClusterRole covers that: the key of the digests, the webhook's certificate. */
export function ownSecretRules(): PolicyRule[] {
  return [{ apiGroups: [''], resources: ['secrets'], verbs: [...readVerbs, 'create', 'patch', 'update'] }];
}

/** Rules of the operator's ClusterRole: its own kinds, the kinds of the template lists, and Events. */
export function operatorRules(): PolicyRule[] {
  return [...namespaceRules(), ...clusterRules()];
}

/** Those of objects in namespaces: a Role does where only one namespace is looked at. */
export function namespaceRules(): PolicyRule[] {
  const own = Object.values(KINDS).map((kind) => kind.plural);
  return [
    { apiGroups: [GROUP], resources: own, verbs: [...readVerbs, 'patch'] },
    { apiGroups: [GROUP], resources: [KINDS.Tenant.plural], verbs: ['create', 'delete'] },
    { apiGroups: [GROUP], resources: own.map((plural) => `${plural}/status`), verbs: ['patch'] },
    // Owner references with blockOwnerDeletion need this where the server checks it.
    { apiGroups: [GROUP], resources: [`${KINDS.Tenant.plural}/finalizers`], verbs: ['update'] },
    ...listRules(true),
    {
      apiGroups: ['apps'],
      resources: ['controllerrevisions'],
      verbs: [...readVerbs, 'create', 'patch', 'delete'],
    },
    // Their state is told on the Tenants whose Ingresses ask for them.
    { apiGroups: ['cert-manager.io'], resources: ['certificates'], verbs: readVerbs },
    // Their addresses are what the HTTPRoutes of tenants are published with.
    { apiGroups: ['gateway.networking.k8s.io'], resources: ['gateways'], verbs: readVerbs },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  ];
}

/** Those of objects of the cluster, which no Role can give. */
export function clusterRules(): PolicyRule[] {
  return [
    ...listRules(false),
    { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get'] },
    // The CA bundle of the admission webhook.
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['validatingwebhookconfigurations'],
      resourceNames: [configurationName],
      verbs: [...readVerbs, 'patch'],
    },
  ];
}

/** For templates that are written as a ServiceAccount of their own. */
export function impersonationRules(): PolicyRule[] {
  return [{ apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] }];
}

function listRules(namespaced: boolean): PolicyRule[] {
  const byGroup = new Map<string, Set<string>>();
  for (const { type } of LISTS) {
    if (type?.namespaced !== namespaced) continue;
    const group = type.apiVersion.includes('/') ? (type.apiVersion.split('/')[0] ?? '') : '';
    byGroup.set(group, (byGroup.get(group) ?? new Set()).add(type.plural));
  }
  return [...byGroup]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, plurals]) => ({ apiGroups: [group], resources: [...plurals].sort(), verbs: ownVerbs }));
}
