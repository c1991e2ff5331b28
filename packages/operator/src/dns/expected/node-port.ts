/** Node addresses for a NodePort Service (source/service.go, extractNodePortTargets). */
import { recordTypeOf } from '../address/index.ts';
import { selectPods } from './select.ts';
import type { ClusterView, NodeObject, PodObject, ServiceObject } from './types.ts';

function isReady(pod: PodObject): boolean {
  return pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
}

/**
 * With `externalTrafficPolicy: Local`, only nodes that run a pod of the Service: those with ready pods that are not
 * being deleted, else those with ready pods, else all. A node is judged by the first of its pods that is found running.
 */
function localNodes(service: ServiceObject, cluster: ClusterView): NodeObject[] {
  const seen = new Set<NodeObject>();
  const ready: NodeObject[] = [];
  const healthy: NodeObject[] = [];
  for (const pod of selectPods(service, cluster)) {
    if (pod.status?.phase !== 'Running') continue;
    const node = cluster.nodes.find(({ metadata }) => metadata.name === pod.spec?.nodeName);
    if (!node || seen.has(node)) continue;
    seen.add(node);
    if (!isReady(pod)) continue;
    ready.push(node);
    if (!pod.metadata.deletionTimestamp) healthy.push(node);
  }
  if (healthy.length > 0) return healthy;
  return ready.length > 0 ? ready : [...seen];
}

/**
 * External addresses of the nodes and IPv6 internal ones; all internal ones where no node has an external address. The
 * `access` annotation (`public`, `private`) forces one side.
 */
export function nodePortTargets(
  service: ServiceObject,
  access: string | undefined,
  cluster: ClusterView,
): readonly string[] {
  const nodes =
    service.spec?.externalTrafficPolicy === 'Local' ? localNodes(service, cluster) : cluster.nodes;
  const addresses = nodes.flatMap((node) => node.status?.addresses ?? []);
  const ofType = (wanted: string) =>
    addresses.filter(({ type }) => type === wanted).map(({ address }) => address);
  const external = ofType('ExternalIP');
  const internal = ofType('InternalIP');
  const open = [...external, ...internal.filter((address) => recordTypeOf(address) === 'AAAA')];
  if (access === 'public') return open;
  if (access === 'private') return internal;
  return external.length > 0 ? open : internal;
}
