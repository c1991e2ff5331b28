/** Compiled templates, one a template and registry mapping; compiled again only when either changed. */
import type { TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { keyOf } from '@tenant-operator/kube';
import { type CompiledTemplate, compileTemplate, variablesOf } from '../../render/index.ts';
import { type Scope, scopeProblems } from '../../scope/index.ts';
import type { ObjectCache } from '../cache.ts';
import { besidesContent, type Revision } from './revisions.ts';

export interface CatalogEntry {
  readonly template: TenantTemplate;
  /** Undefined while the registry does not exist. */
  readonly registry: TenantRegistry | undefined;
  readonly compiled: CompiledTemplate;
}

export interface TemplateCatalog {
  /** The template of this key (`namespace/name`), compiled; undefined when there is none. */
  get(templateKey: string): CatalogEntry | undefined;
  /** An older revision of the template, compiled against its registry as it is now; undefined when it is not kept. */
  ofRevision(templateKey: string, revision: string): CatalogEntry | undefined;
  /** Templates of a namespace that name this registry, sorted by name. */
  ofRegistry(namespace: string, registryId: string): readonly TenantTemplate[];
}

export function createTemplateCatalog(
  templates: ObjectCache<TenantTemplate>,
  registries: ObjectCache<TenantRegistry>,
  revisions: ObjectCache<Revision>,
  scope: Scope,
): TemplateCatalog {
  const compiled = new Map<string, { version: string; value: CompiledTemplate }>();

  function compileOnce(cacheKey: string, content: string, template: TenantTemplate): CatalogEntry {
    const { namespace = '' } = template.metadata;
    const registry = registries.get(keyOf({ namespace, name: template.spec.registryId }));
    const variables = registry && variablesOf(registry);
    const secrets = new Set(Object.keys(registry?.spec.secretValueMappings ?? {}));
    const version = `${content}/${variables && [...variables].sort().join()}/${[...secrets].sort().join()}`;
    const known = compiled.get(cacheKey);
    if (known?.version === version) return { template, registry, compiled: known.value };
    const value = compileInScope(template, scope, variables, secrets);
    compiled.set(cacheKey, { version, value });
    return { template, registry, compiled: value };
  }

  return {
    get(templateKey) {
      const template = templates.get(templateKey);
      if (template) {
        return compileOnce(templateKey, `${template.metadata.uid}/${template.metadata.generation}`, template);
      }
      for (const key of compiled.keys()) {
        if (key === templateKey || key.startsWith(`${templateKey}@`)) compiled.delete(key);
      }
      return undefined;
    },
    ofRevision(templateKey, name) {
      const template = templates.get(templateKey);
      const revision = revisions.get(keyOf({ namespace: template?.metadata.namespace ?? '', name }));
      if (
        !template ||
        !revision?.metadata.ownerReferences?.some(({ uid }) => uid === template.metadata.uid)
      ) {
        return undefined;
      }
      const spec = { ...revision.data.spec, ...besidesContent(template) };
      return compileOnce(`${templateKey}@${name}`, name, { ...template, spec });
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

/** A template with what is wrong with it, the operator's configuration included. */
export function compileInScope(
  template: Pick<TenantTemplate, 'metadata' | 'spec'>,
  scope: Scope,
  variables: ReadonlySet<string> | undefined,
  secrets?: ReadonlySet<string>,
): CompiledTemplate {
  const compiled = compileTemplate(template, variables, secrets);
  const problems = [...compiled.problems, ...scopeProblems(compiled.items, template, scope)];
  return { ...compiled, problems };
}
