/** Makes the registry: built-in resources from the recorded data, room for custom ones. */
import { createDecoder } from '../decode/index.ts';
import { createAtomCompiler } from '../fields/index.ts';
import type { Builtins, DiscoveryResource } from '../schema/builtin.ts';
import { behaviourOf } from './behaviour.ts';
import { convertBuiltin } from './convert.ts';
import type { Registry, ResourceType } from './index.ts';

/** Resources stored under another group or version than the one they are asked for. */
const STORED: Record<string, { shelf: string; storedAs: string }> = {
  'autoscaling/v1/horizontalpodautoscalers': {
    shelf: 'autoscaling/horizontalpodautoscalers',
    storedAs: 'autoscaling/v2',
  },
  'events.k8s.io/v1/events': { shelf: '/events', storedAs: 'v1' },
};

export function createRegistry(builtins: Builtins): Registry {
  const decoder = createDecoder(builtins);
  const compile = createAtomCompiler((name) => builtins.schemas[name]);
  const types: ResourceType[] = [];
  const custom = new Map<string, readonly ResourceType[]>();
  let index = new Map<string, ResourceType>();
  let kinds = new Map<string, ResourceType>();
  let versions = new Set<string>();

  function builtin(group: string, version: string, found: DiscoveryResource): ResourceType {
    const apiVersion = group ? `${group}/${version}` : version;
    const kind = found.responseKind.kind;
    const definition = builtins.definitionOf(group, version, kind) ?? '';
    const stored = STORED[`${apiVersion}/${found.resource}`];
    const root = `${apiVersion}/${kind}`;
    return {
      group,
      version,
      apiVersion,
      resource: found.resource,
      kind,
      listKind: `${kind}List`,
      singular: found.singularResource,
      namespaced: found.scope === 'Namespaced',
      shortNames: found.shortNames ?? [],
      categories: found.categories ?? [],
      verbs: found.verbs,
      subresources: new Set([
        ...(found.subresources ?? []).map((sub) => sub.subresource),
        ...(group === '' && found.resource === 'pods' ? ['log'] : []),
      ]),
      ...(found.subresources?.some((sub) => sub.subresource === 'scale')
        ? { scale: { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas' } }
        : {}),
      shelf: stored?.shelf ?? `${group}/${found.resource}`,
      storedAs: stored?.storedAs ?? (group === 'autoscaling' ? 'autoscaling/v2' : apiVersion),
      behaviour: behaviourOf(group, found.resource),
      definition,
      schema: () => builtins.schemas[definition] ?? {},
      atom: (at) => {
        const [g, v] = at.includes('/') ? (at.split('/') as [string, string]) : ['', at];
        const name = builtins.definitionOf(g, v, kind);
        return name ? compile({ $ref: `#/${name}` }) : undefined;
      },
      read: (object) => decoder.decode(definition, root, { ...object, apiVersion, kind }),
      initialStatus: builtins.defaults.defaults[definition]?.status,
      empty: () => ({ apiVersion, kind, ...decoder.empty(definition) }),
      convert: (object, to) =>
        object.apiVersion === to ? object : convertBuiltin(object, to, decoder, builtins),
    };
  }

  for (const { group, versions } of builtins.groups)
    for (const { version, resources } of versions)
      for (const resource of resources) types.push(builtin(group, version, resource));

  function reindex(): void {
    index = new Map();
    kinds = new Map();
    versions = new Set();
    for (const type of [...types, ...[...custom.values()].flat()]) {
      versions.add(`${type.group}/${type.version}`);
      index.set(`${type.apiVersion}/${type.resource}`, type);
      if (!kinds.has(`${type.apiVersion}/${type.kind}`)) kinds.set(`${type.apiVersion}/${type.kind}`, type);
    }
  }
  reindex();

  const registry: Registry = {
    all: () => [...types, ...[...custom.values()].flat()],
    find: (group, version, plural) => index.get(`${group ? `${group}/` : ''}${version}/${plural}`),
    serves: (group, version) => versions.has(`${group}/${version}`),
    byKind: (apiVersion, kind) => kinds.get(`${apiVersion}/${kind}`),
    anyVersion: (shelf) => {
      const found = registry.all().filter((type) => type.shelf === shelf);
      return found.find((type) => type.apiVersion === type.storedAs) ?? found[0];
    },
    setCustom(crdName, next) {
      if (next.length === 0) custom.delete(crdName);
      else custom.set(crdName, next);
      reindex();
    },
    groups() {
      const out = new Map<string, Set<string>>();
      for (const type of registry.all()) {
        const versions = out.get(type.group) ?? new Set<string>();
        out.set(type.group, versions.add(type.version));
      }
      return [...out].map(([group, versions]) => ({ group, versions: [...versions] }));
    },
  };
  return registry;
}
