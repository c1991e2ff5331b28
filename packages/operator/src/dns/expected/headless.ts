/** Addresses of the pods behind a headless Service (source/service.go, extractHeadlessEndpoints). */
import { compareText, recordTypeOf } from '../address/index.ts';
import type { ExternalDnsSettings } from '../settings/index.ts';
import { readTargets } from './annotations.ts';
import { selectPods } from './select.ts';
import type { ClusterView, NodeObject, PodObject, ServiceObject } from './types.ts';

// A node without an external address still publishes its IPv6 internal one: those are reachable from outside.
function nodeTargets(node: NodeObject): string[] {
  return (node.status?.addresses ?? [])
    .filter(
      ({ type, address }) =>
        type === 'ExternalIP' || (type === 'InternalIP' && recordTypeOf(address) === 'AAAA'),
    )
    .map(({ address }) => address);
}

/** The targets of one pod, or `undefined` when its Node is not known: then the Service gets no record at all. */
function podTargets(
  pod: PodObject,
  address: string,
  endpointsType: string | undefined,
  cluster: ClusterView,
  settings: ExternalDnsSettings,
): string[] | undefined {
  const own = readTargets(pod.metadata.annotations, settings.annotationPrefix);
  if (own.length > 0) return own;
  if (endpointsType === 'NodeExternalIP') {
    const node = cluster.nodes.find(({ metadata }) => metadata.name === pod.spec?.nodeName);
    return node && nodeTargets(node);
  }
  if (endpointsType === 'HostIP' || settings.publishHostIp) return [pod.status?.hostIP ?? ''];
  return [address];
}

/**
 * The targets for a hostname and, for pods with a `spec.hostname`, for `<pod hostname>.<hostname>`: keys are
 * `<type> <name>`, sorted by name and type, targets without duplicates in the order of the addresses.
 */
export function headlessTargets(
  service: ServiceObject,
  hostname: string,
  endpointsType: string | undefined,
  cluster: ClusterView,
  settings: ExternalDnsSettings,
): Map<string, string[]> {
  const { name, namespace } = service.metadata;
  const endpoints = cluster.endpoints.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
  const pods = new Map(selectPods(service, cluster).map((pod) => [pod.metadata.name, pod]));
  const withNotReady = service.spec?.publishNotReadyAddresses === true || settings.alwaysPublishNotReady;
  const found = new Map<string, string[]>();
  for (const subset of endpoints?.subsets ?? []) {
    const addresses = [
      ...(subset.addresses ?? []),
      ...(withNotReady ? (subset.notReadyAddresses ?? []) : []),
    ];
    for (const { ip, targetRef } of addresses) {
      // A reference with an API version is skipped by ExternalDNS; the API server writes none for pods.
      if (targetRef?.kind !== 'Pod' || targetRef.apiVersion) continue;
      const pod = pods.get(targetRef.name ?? '');
      if (!pod) continue;
      const targets = podTargets(pod, ip, endpointsType, cluster, settings);
      if (!targets) return new Map();
      const names = pod.spec?.hostname ? [hostname, `${pod.spec.hostname}.${hostname}`] : [hostname];
      for (const each of names) {
        for (const target of targets) {
          const key = `${recordTypeOf(target)} ${each}`;
          found.set(key, [...(found.get(key) ?? []), target]);
        }
      }
    }
  }
  const nameAndType = (key: string) => `${key.slice(key.indexOf(' ') + 1)} ${key}`;
  return new Map(
    [...found]
      .sort(([left], [right]) => compareText(nameAndType(left), nameAndType(right)))
      .map(([key, targets]) => [key, [...new Set(targets)]]),
  );
}
