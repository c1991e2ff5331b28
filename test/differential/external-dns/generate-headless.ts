/** A headless Service: pods, and the Endpoints object that lists them. */
import type { Made } from './cluster.ts';
import type { Site } from './generate-service.ts';
import { PREFIX } from './parts.ts';
import { createPod, type PodMake } from './pods.ts';

type Variant = [rule: string, annotation: string | undefined, pods: Partial<PodMake>[], options?: Options];

interface Options {
  publishNotReady?: boolean;
  noEndpoints?: boolean;
  /** A target reference that is no pod, or to a pod that is not there. */
  strangers?: boolean;
  withoutSelector?: boolean;
}

const VARIANTS: Variant[] = [
  ['headless', undefined, [{}, {}]],
  ['headless-pod-hostname', undefined, [{ hostname: 'a' }, { hostname: 'b' }]],
  ['headless-same-pod-hostname', undefined, [{ hostname: 'a' }, { hostname: 'a' }]],
  ['headless-not-ready', undefined, [{}, { ready: false }]],
  ['headless-publish-not-ready', undefined, [{}, { ready: false }], { publishNotReady: true }],
  ['headless-ipv6', undefined, [{}, { v6: true }]],
  ['headless-host-ip', 'HostIP', [{ node: 'node-0' }, { node: 'node-0' }]],
  ['headless-host-ip-missing', 'HostIP', [{ withoutHostIp: true }]],
  ['headless-node-ip', 'NodeExternalIP', [{ node: 'node-0' }, { node: 'node-1', hostname: 'a' }]],
  ['headless-node-ip-none', 'NodeExternalIP', [{ node: 'node-2' }]],
  ['headless-node-unknown', 'NodeExternalIP', [{ node: 'node-0' }, { node: 'node-99' }]],
  ['headless-endpoints-type-unknown', 'hostip', [{ node: 'node-0' }]],
  ['headless-pod-target', undefined, [{ target: '198.51.100.50,pod.example.net.' }, {}]],
  ['headless-no-pods', undefined, []],
  ['headless-no-endpoints', undefined, [{}], { noEndpoints: true }],
  ['headless-strangers', undefined, [{}], { strangers: true }],
  ['headless-without-selector', undefined, [{}], { withoutSelector: true }],
];

function createEndpoints(
  site: Site,
  pods: readonly { make: PodMake; ip: string }[],
  strangers: boolean,
): Made {
  const refer = ({ make, ip }: { make: PodMake; ip: string }) => ({
    ip,
    targetRef: { kind: 'Pod', name: make.name, namespace: site.namespace },
  });
  const ready = pods.filter(({ make }) => make.ready !== false).map(refer);
  const others = strangers
    ? [
        { ip: '10.9.9.1' },
        { ip: '10.9.9.2', targetRef: { kind: 'Node', name: 'node-0', namespace: '' } },
        { ip: '10.9.9.3', targetRef: { kind: 'Pod', name: 'not-there', namespace: site.namespace } },
        { ip: '10.9.9.4', targetRef: { kind: 'Pod', name: pods[0]!.make.name, apiVersion: 'v1' } },
      ]
    : [];
  const notReady = pods.filter(({ make }) => make.ready === false).map(refer);
  const addresses = [...ready, ...others];
  const subset = {
    ...(addresses.length > 0 ? { addresses } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
    ports: [{ port: 8080 }],
  };
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: `s${site.index}`, namespace: site.namespace },
      subsets: pods.length > 0 ? [subset] : [],
    },
  };
}

/** Draws one of the variants; every Service has its own pods. */
export function generateHeadless(site: Site) {
  const { random, draft, index, namespace } = site;
  const [rule, endpointsType, makes, options = {}] = random.deal(VARIANTS);
  draft.rules.push(rule);
  if (endpointsType !== undefined) draft.annotations[`${PREFIX}endpoints-type`] = endpointsType;
  const app = `s${index}`;
  const pods = makes.map((make, at) => ({
    make: { name: `${app}-${at}`, namespace, app, node: `node-${at}`, ...make },
    ip: make.v6 ? `2001:db8:9::${index.toString(16)}` : `10.${2 + at}.${index >> 8}.${index & 255}`,
  }));
  const companions = pods.map(({ make }) => createPod(make));
  if (!options.noEndpoints) companions.push(createEndpoints(site, pods, options.strangers ?? false));
  return {
    spec: {
      type: 'ClusterIP',
      clusterIP: 'None',
      ports: [{ name: 'http', port: 80 }],
      ...(options.withoutSelector ? {} : { selector: { app } }),
      ...(options.publishNotReady ? { publishNotReadyAddresses: true } : {}),
    },
    companions,
  };
}
