/** Discovery: the plain documents (`/api`, `/apis/...`) and the aggregated one (apidiscovery v2). */
import type { Json, JsonObject } from '../json.ts';
import type { Registry, ResourceType } from '../registry/index.ts';

const KIND_OF_SUBRESOURCE: Record<string, { group: string; version: string; kind: string }> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
  binding: { group: '', version: 'v1', kind: 'Binding' },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
};
const verbsOf = (sub: string): string[] =>
  sub === 'eviction' || sub === 'binding' || sub === 'token'
    ? ['create']
    : sub === 'log'
      ? ['get']
      : sub === 'finalize'
        ? ['update']
        : ['get', 'patch', 'update'];

/** Groups as clients list them: the core group apart, custom groups last, the preferred version first. */
function groupsOf(registry: Registry): Map<string, Map<string, ResourceType[]>> {
  const out = new Map<string, Map<string, ResourceType[]>>();
  for (const type of registry.all()) {
    const versions = out.get(type.group) ?? new Map<string, ResourceType[]>();
    out.set(type.group, versions);
    versions.set(type.version, [...(versions.get(type.version) ?? []), type]);
  }
  for (const [group, versions] of out)
    if ([...versions.values()].some((types) => types[0]?.custom))
      out.set(group, new Map([...versions].sort(([a], [b]) => compareVersions(b, a))));
  return out;
}

/** Kubernetes' order of versions: v2 after v1, v1 after v1beta1, v1beta1 after v1alpha1. */
export function compareVersions(a: string, b: string): number {
  const rank = (text: string): number[] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(text);
    if (!match) return [-1, 0, 0];
    return [
      match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0,
      Number(match[1]),
      Number(match[3] ?? 0),
    ];
  };
  const left = rank(a);
  const right = rank(b);
  for (let i = 0; i < 3; i++) if (left[i] !== right[i]) return (left[i] as number) - (right[i] as number);
  return a < b ? 1 : a > b ? -1 : 0;
}

function resources(types: readonly ResourceType[]): Json[] {
  const out: Json[] = [];
  for (const type of types) {
    out.push({
      name: type.resource,
      singularName: type.singular,
      namespaced: type.namespaced,
      kind: type.kind,
      verbs: [...type.verbs],
      ...(type.shortNames.length > 0 ? { shortNames: [...type.shortNames] } : {}),
      ...(type.categories.length > 0 ? { categories: [...type.categories] } : {}),
    });
    for (const sub of type.subresources) {
      const kind = KIND_OF_SUBRESOURCE[sub];
      out.push({
        name: `${type.resource}/${sub}`,
        singularName: '',
        namespaced: type.namespaced,
        ...(kind ? { group: kind.group, version: kind.version } : {}),
        kind: kind?.kind ?? type.kind,
        verbs: verbsOf(sub),
      });
    }
  }
  return out;
}

function aggregated(groups: Iterable<[string, Map<string, ResourceType[]>]>): JsonObject {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [...groups].map(([group, versions]) => ({
      metadata: group ? { name: group, creationTimestamp: null } : { creationTimestamp: null },
      versions: [...versions].map(([version, types]) => ({
        version,
        freshness: 'Current',
        resources: types.map((type) => ({
          resource: type.resource,
          responseKind: { group: type.group, version: type.version, kind: type.kind },
          scope: type.namespaced ? 'Namespaced' : 'Cluster',
          singularResource: type.singular,
          verbs: [...type.verbs],
          ...(type.shortNames.length > 0 ? { shortNames: [...type.shortNames] } : {}),
          ...(type.categories.length > 0 ? { categories: [...type.categories] } : {}),
          ...(type.subresources.size > 0
            ? {
                subresources: [...type.subresources].map((sub) => ({
                  subresource: sub,
                  responseKind: KIND_OF_SUBRESOURCE[sub] ?? {
                    group: type.group,
                    version: type.version,
                    kind: type.kind,
                  },
                  verbs: verbsOf(sub),
                })),
              }
            : {}),
        })),
      })),
    })),
  };
}

const gv = (group: string, version: string): JsonObject => ({
  groupVersion: group ? `${group}/${version}` : version,
  version,
});

/** The discovery document at a path; undefined when there is none. */
export function discover(
  registry: Registry,
  path: string,
  accept: string,
): { body: JsonObject; contentType: string } | undefined {
  const json = (body: JsonObject) => ({ body, contentType: 'application/json' });
  const groups = groupsOf(registry);
  const version = /as=APIGroupDiscoveryList/.test(accept) ? /v=(v2(?:beta1)?)/.exec(accept)?.[1] : undefined;
  if (version && (path === '/api' || path === '/apis')) {
    const chosen = [...groups].filter(([group]) => (path === '/api' ? group === '' : group !== ''));
    const body = { ...aggregated(chosen), apiVersion: `apidiscovery.k8s.io/${version}` };
    return {
      body,
      contentType: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    };
  }
  if (path === '/api')
    return json({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
    });
  const group = (name: string, versions: Map<string, ResourceType[]>): JsonObject => {
    const all = [...versions.keys()].map((v) => gv(name, v));
    return { name, versions: all, preferredVersion: all[0] as JsonObject };
  };
  if (path === '/apis')
    return json({
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [...groups].filter(([name]) => name !== '').map(([name, versions]) => group(name, versions)),
    });
  if (path === '/')
    return json({
      paths: [
        '/api',
        '/api/v1',
        '/apis',
        '/healthz',
        '/livez',
        '/openapi/v2',
        '/openapi/v3',
        '/readyz',
        '/version',
        ...[...groups.keys()].filter((g) => g !== '').map((g) => `/apis/${g}`),
      ].sort(),
    });
  const [, root, a, b] = path.split('/');
  const list = (name: string, v: string): { body: JsonObject; contentType: string } | undefined => {
    const types = groups.get(name)?.get(v);
    return (
      types &&
      json({
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: name ? `${name}/${v}` : v,
        resources: resources(types),
      })
    );
  };
  if (root === 'api') return a === undefined ? undefined : list('', a);
  if (a === undefined) return undefined;
  const versions = groups.get(a);
  if (!versions) return undefined;
  return b === undefined ? json({ kind: 'APIGroup', apiVersion: 'v1', ...group(a, versions) }) : list(a, b);
}
