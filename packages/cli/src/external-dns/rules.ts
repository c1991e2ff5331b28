/** The rights that an ExternalDNS with the sources `service` and `ingress` needs. Pure. */
import { type Release, readsEndpointSlices } from './releases.ts';

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const read = ['get', 'list', 'watch'] as const;

/** Nothing that this release does not read. */
export function rulesFor(release: Release): PolicyRule[] {
  const slices = readsEndpointSlices(release);
  return [
    { apiGroups: [''], resources: ['services', 'pods', ...(slices ? [] : ['endpoints'])], verbs: read },
    ...(slices ? [{ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read }] : []),
    { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: read },
    { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
  ];
}
