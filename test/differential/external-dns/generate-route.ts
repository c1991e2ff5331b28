/** Gateways with every kind of listener, and HTTPRoutes at random that are attached to them. */
import type { Made } from './cluster.ts';
import type { Case } from './generate.ts';
import { type Draft, drawCommon, drawHostnames, PREFIX } from './parts.ts';
import type { Random } from './random.ts';

const apiVersion = 'gateway.networking.k8s.io/v1';
/** Where the Gateways are, beside the namespace of the routes. */
export const EDGE = 'edge';
/** A label of the namespace of the routes, by which a listener lets them in. */
export const ROUTES_LABEL = { 'example.com/routes': 'yes' };

const from = (kind: string) => ({ namespaces: { from: kind } });
const bySelector = { namespaces: { from: 'Selector', selector: { matchLabels: ROUTES_LABEL } } };
const listener = (name: string, more: object) => ({
  name,
  protocol: 'HTTP',
  port: 80,
  allowedRoutes: from('All'),
  ...more,
});
const https = (hostname: string) => ({
  protocol: 'HTTPS',
  port: 443,
  hostname,
  tls: { certificateRefs: [{ name: 'tls' }] },
});

/** Each with the rule that it stands for. */
const GATEWAYS: {
  name: string;
  listeners: object[];
  addresses: string[];
  annotations?: Record<string, string>;
}[] = [
  { name: 'plain', listeners: [listener('http', {})], addresses: ['192.0.2.1'] },
  {
    name: 'many-addresses',
    listeners: [listener('http', {})],
    addresses: ['192.0.2.9', '192.0.2.3', '2001:db8::3'],
  },
  { name: 'named-address', listeners: [listener('http', {})], addresses: ['lb.example.net'] },
  { name: 'no-address', listeners: [listener('http', {})], addresses: [] },
  {
    name: 'two-listeners',
    listeners: [listener('http', {}), listener('https', https('*.example.com'))],
    addresses: ['192.0.2.4'],
  },
  { name: 'wildcard', listeners: [listener('https', https('*.example.com'))], addresses: ['192.0.2.5'] },
  {
    name: 'deeper-wildcard',
    listeners: [listener('https', https('*.own.example.com'))],
    addresses: ['192.0.2.6'],
  },
  {
    name: 'same-namespace',
    listeners: [listener('http', { allowedRoutes: from('Same') })],
    addresses: ['192.0.2.7'],
  },
  {
    name: 'by-default',
    listeners: [listener('http', { allowedRoutes: undefined })],
    addresses: ['192.0.2.8'],
  },
  {
    name: 'by-selector',
    listeners: [listener('http', { allowedRoutes: bySelector })],
    addresses: ['192.0.2.11'],
  },
  {
    name: 'other-kinds',
    listeners: [listener('http', { allowedRoutes: { ...from('All'), kinds: [{ kind: 'GRPCRoute' }] } })],
    addresses: ['192.0.2.12'],
  },
  {
    name: 'this-kind',
    listeners: [listener('http', { allowedRoutes: { ...from('All'), kinds: [{ kind: 'HTTPRoute' }] } })],
    addresses: ['192.0.2.13'],
  },
  {
    name: 'other-protocol',
    listeners: [listener('tcp', { protocol: 'TCP', port: 5432 })],
    addresses: ['192.0.2.14'],
  },
  {
    name: 'annotated-targets',
    listeners: [listener('http', {})],
    addresses: ['192.0.2.15'],
    annotations: { [`${PREFIX}target`]: 'cdn.example.net,198.51.100.9' },
  },
];

/**
 * Those whose listeners name no host. A route without hostnames, or with an empty entry among them, takes the one of the listener, which others take too: whose record
 * that becomes is chance in ExternalDNS, whose routes come in no order.
 */
const OPEN_GATEWAYS = GATEWAYS.filter(({ listeners }) => !listeners.some((each) => 'hostname' in each));

/** Each Gateway in both namespaces. */
export function createGateways(namespace: string): Made[] {
  return [EDGE, namespace].flatMap((place) =>
    GATEWAYS.map(({ name, listeners, addresses, annotations = {} }) => ({
      object: {
        apiVersion,
        kind: 'Gateway',
        metadata: { name, namespace: place, annotations },
        spec: { gatewayClassName: 'any', listeners },
      },
      status: {
        addresses: addresses.map((value) => ({
          type: /^[\d.]+$|:/.test(value) ? 'IPAddress' : 'Hostname',
          value,
        })),
      },
    })),
  );
}

interface Parent {
  name: string;
  namespace?: string;
  kind?: string;
  group?: string;
  sectionName?: string;
  port?: number;
}

function drawParent(random: Random, draft: Draft, namespace: string, hasHostname: boolean): Parent {
  const { name } = random.deal(hasHostname ? GATEWAYS : OPEN_GATEWAYS);
  const isNear = random.chance(30);
  draft.rules.push(`gateway-${name}`, isNear ? 'gateway-near' : 'gateway-far');
  const ref: Parent = {
    name,
    ...(isNear && random.chance(50) ? {} : { namespace: isNear ? namespace : EDGE }),
  };
  if (random.chance(10)) {
    draft.rules.push('section');
    ref.sectionName = random.pick(['http', 'https', 'nowhere']);
  }
  if (random.chance(10)) {
    draft.rules.push('port');
    ref.port = random.pick([80, 443]);
  }
  if (random.chance(6)) {
    draft.rules.push('parent-of-another-kind');
    ref.kind = 'Service';
    ref.group = '';
  }
  return ref;
}

/** A route with one or two parents, most of which have accepted it; its hostnames are its own. */
export function generateRoute(random: Random, index: number, namespace: string): Case {
  const draft: Draft = { annotations: {}, rules: [] };
  const name = random.chance(15) ? `g${index}.own.example.com` : `g${index}.example.com`;
  const hostnames: string[] = [];
  const hasHostname = random.chance(80);
  if (hasHostname) {
    draft.rules.push('hostname');
    hostnames.push(name);
  } else draft.rules.push('no-hostname');
  if (hostnames.length > 0 && random.chance(15)) {
    draft.rules.push('hostnames');
    hostnames.push(`second.${name}`);
  }
  if (hasHostname && random.chance(15)) {
    draft.rules.push('wildcard-hostname');
    hostnames.push(`*.w${index}.example.com`);
  }
  if (random.chance(70))
    draft.annotations[`${PREFIX}hostname`] = drawHostnames(random, draft, `a${index}.example.com`, true);
  drawCommon(random, draft);
  const parents = [drawParent(random, draft, namespace, hasHostname)];
  if (random.chance(25)) {
    draft.rules.push('two-parents');
    parents.push(drawParent(random, draft, namespace, hasHostname));
  }
  const statuses = parents.map((parentRef) => {
    const isAccepted = random.chance(85);
    draft.rules.push(isAccepted ? 'accepted' : 'not-accepted');
    const condition = {
      type: 'Accepted',
      status: isAccepted ? 'True' : 'False',
      reason: isAccepted ? 'Accepted' : 'NotAllowedByListeners',
      message: '',
      lastTransitionTime: '2024-01-01T00:00:00Z',
      observedGeneration: 1,
    };
    return { parentRef, controllerName: 'example.com/any', conditions: [condition] };
  });
  return {
    made: {
      object: {
        apiVersion,
        kind: 'HTTPRoute',
        metadata: { name: `route-${index}`, namespace, annotations: draft.annotations },
        spec: { hostnames, parentRefs: distinct(parents) },
      },
      status: { parents: statuses },
    },
    companions: [],
    rules: draft.rules,
  };
}

/** The server wants parents that differ; the status may well name one twice. */
function distinct(parents: readonly Parent[]): Parent[] {
  const byName = new Map(parents.map((parent) => [`${parent.namespace ?? ''}/${parent.name}`, parent]));
  return byName.size === parents.length ? [...parents] : [parents[0]!];
}
