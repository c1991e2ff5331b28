/** Compiled templates, one a template and registry mapping; compiled again only when either changed. */
import type { TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { keyOf } from '@tenant-operator/kube';
import { type CompiledTemplate, compileTemplate, knownVariables } from '../../render/index.ts';
import type { ObjectCache } from '../cache.ts';

export interface CatalogEntry {
  readonly template: TenantTemplate;
  /** Undefined while the registry does not exist. */
  readonly registry: TenantRegistry | undefined;
  readonly compiled: CompiledTemplate;
}

export interface TemplateCatalog {
  /** The template of this key (`namespace/name`), compiled; undefined when there is none. */
  get(templateKey: string): CatalogEntry | undefined;
  /** Templates of a namespace that name this registry, sorted by name. */
  ofRegistry(namespace: string, registryId: string): readonly TenantTemplate[];
}

export function createTemplateCatalog(
  templates: ObjectCache<TenantTemplate>,
  registries: ObjectCache<TenantRegistry>,
): TemplateCatalog {
  const compiled = new Map<string, { version: string; value: CompiledTemplate }>();

  return {
    get(templateKey) {
      const template = templates.get(templateKey);
      if (!template) {
        compiled.delete(templateKey);
        return undefined;
      }
      const { namespace = '' } = template.metadata;
      const registry = registries.get(keyOf({ namespace, name: template.spec.registryId }));
      const variables = registry && variablesOf(registry);
      const version = `${template.metadata.uid}/${template.metadata.generation}/${variables && [...variables].sort().join()}`;
      const known = compiled.get(templateKey);
      if (known?.version === version) return { template, registry, compiled: known.value };
      const value = compileTemplate(template, variables);
      compiled.set(templateKey, { version, value });
      return { template, registry, compiled: value };
    },
    ofRegistry(namespace, registryId) {
      return [...templates.values()]
        .filter(
          (template) => template.metadata.namespace === namespace && template.spec.registryId === registryId,
        )
        .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    },
  };
}

export function variablesOf(registry: TenantRegistry): ReadonlySet<string> {
  const { valueMappings, extraValueMappings } = registry.spec;
  return knownVariables({ hostOrUrl: valueMappings.hostOrUrl, extra: Object.keys(extraValueMappings ?? {}) });
}
