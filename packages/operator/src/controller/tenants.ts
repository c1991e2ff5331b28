/** The cache of Tenants, and which of them each registry and each template has: nobody looks through all of them to know. */
import type { Tenant } from '@tenant-operator/api';
import { type KubeObject, keyOf } from '@tenant-operator/kube';
import { isSameJson } from '../children/index.ts';
import { readInherited } from '../plan/index.ts';
import { createObjectCache, isSameSpec, type ObjectCache, type ObjectCacheOptions } from './cache.ts';

export interface TenantCache extends ObjectCache<Tenant> {
  /** The Tenants of a registry (`namespace/name`), those that are being deleted included. */
  ofRegistry(registryKey: string): Tenant[];
  /** The Tenants of a template, the same way. */
  ofTemplate(templateKey: string): Tenant[];
  /** Another number whenever one of these Tenants is another than before. */
  versionOf(registryKey: string): number;
  /** The same, but for changes of a status alone. */
  specVersionOf(registryKey: string): number;
}

/** The registry of a Tenant, as a queue key. */
export function registryKeyOf({ metadata, spec }: Tenant): string {
  return keyOf({ namespace: metadata.namespace ?? '', name: spec.registryId });
}

/** The template of a Tenant, as a queue key. */
export function templateKeyOf({ metadata, spec }: Tenant): string {
  return keyOf({ namespace: metadata.namespace ?? '', name: spec.templateRef });
}

export interface TenantCacheOptions extends Omit<ObjectCacheOptions<Tenant>, 'read' | 'onChange'> {
  /** As of every cache; `isOwnStatus` when nothing but the status is another one, and we wrote it: whoever did decided by the rest. */
  onChange(
    key: string,
    current: Tenant | undefined,
    previous: Tenant | undefined,
    isOwnStatus: boolean,
  ): void;
}

export function createTenantCache(options: TenantCacheOptions): TenantCache {
  const byRegistry = createIndex(registryKeyOf);
  const byTemplate = createIndex(templateKeyOf);
  const versions = createVersions();
  const specVersions = createVersions();
  const cache = createObjectCache<Tenant>({
    ...options,
    read: readInherited,
    onChange(key, current, previous, source) {
      const registryKeys = new Set(
        [current, previous].flatMap((tenant) => (tenant ? registryKeyOf(tenant) : [])),
      );
      const isStatusOnly = isSameBesidesStatus(current, previous);
      for (const registryKey of registryKeys) {
        versions.raise(registryKey);
        if (!isStatusOnly) specVersions.raise(registryKey);
      }
      byRegistry.change(key, current, previous);
      byTemplate.change(key, current, previous);
      options.onChange(key, current, previous, isStatusOnly && source === 'answer');
    },
  });
  const found = (keys: Iterable<string>) => {
    const tenants: Tenant[] = [];
    for (const key of keys) {
      const tenant = cache.get(key);
      if (tenant) tenants.push(tenant);
    }
    return tenants;
  };
  return {
    ...cache,
    ofRegistry: (registryKey) => found(byRegistry.get(registryKey)),
    ofTemplate: (templateKey) => found(byTemplate.get(templateKey)),
    versionOf: versions.of,
    specVersionOf: specVersions.of,
    markDeleting(key, uid, now) {
      cache.markDeleting(key, uid, now);
      const tenant = cache.get(key);
      if (!tenant) return;
      for (const counted of [versions, specVersions]) counted.raise(registryKeyOf(tenant));
    },
  };
}

/** A number for each key, zero at first. */
function createVersions() {
  const versions = new Map<string, number>();
  return {
    of: (key: string): number => versions.get(key) ?? 0,
    raise: (key: string): void => void versions.set(key, (versions.get(key) ?? 0) + 1),
  };
}

function isSameBesidesStatus(current: Tenant | undefined, previous: Tenant | undefined): boolean {
  return (
    current !== undefined &&
    previous !== undefined &&
    isSameSpec(current, previous) &&
    registryKeyOf(current) === registryKeyOf(previous) &&
    isSameJson(marksOf(current), marksOf(previous))
  );
}

function marksOf({ metadata }: Pick<KubeObject, 'metadata'>): unknown[] {
  const { labels, annotations, finalizers, ownerReferences } = metadata;
  return [labels, annotations, finalizers, ownerReferences];
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
