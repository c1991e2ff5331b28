/** An operator and a cluster that are plain maps, for the tests of the page's server. */
import type { Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import {
  ApiError,
  type KubeClient,
  type KubeObject,
  keyOf,
  type ObjectRef,
  type ResourceType,
} from '@tenant-operator/kube';
import type { ObjectListener, Operator } from '@tenant-operator/operator';

export interface FakeOperator extends Pick<Operator, 'objects' | 'onObjectChange'> {
  put(kind: 'registry' | 'template' | 'tenant', object: Tenant | TenantRegistry | TenantTemplate): void;
  remove(kind: 'registry' | 'template' | 'tenant', key: string): void;
  /** How many follow the changes. */
  listeners(): number;
}

export function createFakeOperator(): FakeOperator {
  const maps = {
    registry: new Map<string, TenantRegistry>(),
    template: new Map<string, TenantTemplate>(),
    tenant: new Map<string, Tenant>(),
  };
  const listeners = new Set<ObjectListener>();
  return {
    objects: { registries: maps.registry, templates: maps.template, tenants: maps.tenant },
    onObjectChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put(kind, object) {
      const key = keyOf(object.metadata);
      maps[kind].set(key, object as never);
      for (const listener of listeners) listener(kind, key);
    },
    remove(kind, key) {
      maps[kind].delete(key);
      for (const listener of listeners) listener(kind, key);
    },
    listeners: () => listeners.size,
  };
}

export interface FakeCluster {
  readonly client: KubeClient;
  /** `Kind/namespace/name`; an Error is thrown. */
  readonly objects: Map<string, KubeObject | ApiError>;
  /** What was patched: `Kind/namespace/name` and the body. */
  readonly patches: (readonly [string, unknown])[];
}

/** Knows every kind; cluster-scoped ones are those whose name begins with Cluster. */
export function createFakeCluster(): FakeCluster {
  const objects = new Map<string, KubeObject | ApiError>();
  const patches: (readonly [string, unknown])[] = [];
  const read = (type: ResourceType, ref: ObjectRef) => {
    const found = objects.get(`${type.kind}/${keyOf(ref)}`);
    if (found instanceof ApiError) throw found;
    return found;
  };
  const client: Partial<KubeClient> = {
    resourceType: (apiVersion, kind) =>
      Promise.resolve({
        group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
        version: apiVersion.split('/').at(-1) ?? '',
        kind,
        plural: `${kind.toLowerCase()}s`,
        namespaced: !kind.startsWith('Cluster'),
      }),
    get: async (type, ref) => read(type, ref),
    async *list() {},
    async patch(type, ref, body) {
      const found = read(type, ref);
      patches.push([`${type.kind}/${keyOf(ref)}`, body]);
      return found as KubeObject;
    },
    close: async () => {},
  };
  return { client: client as KubeClient, objects, patches };
}
