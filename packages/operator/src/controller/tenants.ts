/** The cache of Tenants, and which of them each registry and each template has: nobody looks through all of them to know. */
import type { Tenant } from '@tenant-operator/api';
import { keyOf } from '@tenant-operator/kube';
import { readInherited } from '../plan/index.ts';
import { createObjectCache, type ObjectCache, type ObjectCacheOptions } from './cache.ts';

export interface TenantCache extends ObjectCache<Tenant> {
  /** The Tenants of a registry (`namespace/name`), those that are being deleted included. */
  ofRegistry(registryKey: string): Tenant[];
  /** The Tenants of a template, the same way. */
  ofTemplate(templateKey: string): Tenant[];
  /** Another number whenever one of these Tenants is another than before. */
  versionOf(registryKey: string): number;
}

/** The registry of a Tenant, as a queue key. */
export function registryKeyOf({ metadata, spec }: Tenant): string {
  return keyOf({ namespace: metadata.namespace ?? '', name: spec.registryId });
}

/** The template of a Tenant, as a queue key. */
export function templateKeyOf({ metadata, spec }: Tenant): string {
  return keyOf({ namespace: metadata.namespace ?? '', name: spec.templateRef });
}

export function createTenantCache(options: ObjectCacheOptions<Tenant>): TenantCache {
  const byRegistry = createIndex(registryKeyOf);
  const byTemplate = createIndex(templateKeyOf);
  const versions = new Map<string, number>();
  const change = (tenant: Tenant | undefined) => {
    if (!tenant) return;
    const key = registryKeyOf(tenant);
    versions.set(key, (versions.get(key) ?? 0) + 1);
  };
  const cache = createObjectCache<Tenant>({
    ...options,
    read: readInherited,
    onChange(key, current, previous) {
      change(current);
      if (!current || (previous && registryKeyOf(previous) !== registryKeyOf(current))) change(previous);
      byRegistry.change(key, current, previous);
      byTemplate.change(key, current, previous);
      options.onChange(key, current, previous);
    },
  });
  const found = (keys: Iterable<string>) => [...keys].flatMap((key) => cache.get(key) ?? []);
  return {
    ...cache,
    ofRegistry: (registryKey) => found(byRegistry.get(registryKey)),
    ofTemplate: (templateKey) => found(byTemplate.get(templateKey)),
    versionOf: (registryKey) => versions.get(registryKey) ?? 0,
    markDeleting(key, uid, now) {
      cache.markDeleting(key, uid, now);
      change(cache.get(key));
    },
  };
}

/** Keys of Tenants by what `groupOf` says of them. */
function createIndex(groupOf: (tenant: Tenant) => string) {
  const groups = new Map<string, Set<string>>();
  return {
    get: (group: string): Iterable<string> => groups.get(group) ?? [],
    change(key: string, current: Tenant | undefined, previous: Tenant | undefined): void {
      const [before, after] = [previous && groupOf(previous), current && groupOf(current)];
      if (before === after) return;
      if (before !== undefined) {
        const keys = groups.get(before);
        keys?.delete(key);
        if (keys?.size === 0) groups.delete(before);
      }
      if (after !== undefined) {
        const keys = groups.get(after) ?? new Set();
        groups.set(after, keys.add(key));
      }
    },
  };
}
