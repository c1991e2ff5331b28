/** One Service at random, with the pods and Endpoints that it needs. */
import type { Case } from './generate.ts';
import { generateHeadless } from './generate-headless.ts';
import { type Draft, drawCommon, drawHostnames, drawStatus, drawTarget, PREFIX } from './parts.ts';
import { createPod } from './pods.ts';
import type { Random } from './random.ts';

interface Shape {
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
  companions?: Case['companions'];
}

export interface Site {
  random: Random;
  draft: Draft;
  index: number;
  namespace: string;
}

const KINDS = [
  'lb',
  'lb',
  'cluster',
  'headless',
  'headless',
  'headless',
  'headless',
  'node',
  'node',
  'name',
] as const;
type Kind = (typeof KINDS)[number];
const EXTERNAL_NAMES = ['external-name', 'external-name-final-dot', 'external-name-ip'] as const;
// One pod a node: which of several pods decides about a node is chance in ExternalDNS.
const LOCAL_PODS = [
  ['local-ready', [{ ready: true }, { ready: false }]],
  ['local-terminating', [{ ready: true, terminating: true }, { ready: false }]],
  ['local-unready', [{ ready: false }, { ready: false }]],
  ['local-mixed', [{ ready: true }, { ready: true, terminating: true }]],
  ['local-pending', [{ ready: true, phase: 'Pending' }]],
] as const;
const PORTS = [{ name: 'http', port: 80 }];

function loadBalancer({ random, draft, index }: Site, isShared: boolean): Shape {
  const spec: Record<string, unknown> = {
    type: 'LoadBalancer',
    allocateLoadBalancerNodePorts: false,
    ports: PORTS,
  };
  if (!isShared && random.chance(40)) {
    spec.externalIPs = random.chance(50) ? ['198.51.100.9'] : ['198.51.100.10', '198.51.100.11'];
    draft.rules.push('external-ips');
  }
  const entries = drawStatus(random, draft, index);
  return { spec, ...(entries.length > 0 ? { status: { loadBalancer: { ingress: entries } } } : {}) };
}

function clusterIp({ draft }: Site): Shape {
  draft.rules.push('cluster-ip');
  return { spec: { type: 'ClusterIP', ports: PORTS } };
}

function externalName({ random, draft, index }: Site): Shape {
  const rule = random.deal(EXTERNAL_NAMES);
  draft.rules.push(rule);
  const dot = rule === 'external-name-final-dot' ? '.' : '';
  const name = rule === 'external-name-ip' ? '198.51.100.77' : `ext-${index}.example.net${dot}`;
  return { spec: { type: 'ExternalName', externalName: name } };
}

function nodePort(site: Site): Shape {
  const { random, draft, index, namespace } = site;
  const access = random.pick(['public', 'private', 'Public', undefined, undefined]);
  if (access !== undefined) {
    draft.annotations[`${PREFIX}access`] = access;
    draft.rules.push(`access-${access}`);
  }
  draft.rules.push('node-port');
  const ports = random.chance(50)
    ? PORTS
    : [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'http', port: 80, protocol: 'TCP' },
      ];
  if (random.chance(40)) return { spec: { type: 'NodePort', ports } };

  const [rule, makes] = random.deal(LOCAL_PODS);
  draft.rules.push(rule);
  const first = random.int(6);
  const companions = makes.map((make, at) =>
    createPod({
      name: `s${index}-${at}`,
      namespace,
      app: `s${index}`,
      node: `node-${(first + at) % 6}`,
      ...make,
    }),
  );
  return {
    spec: { type: 'NodePort', externalTrafficPolicy: 'Local', selector: { app: `s${index}` }, ports },
    companions,
  };
}

function draftShape(site: Site, kind: Kind): Shape {
  if (kind === 'lb') return loadBalancer(site, false);
  if (kind === 'cluster') return clusterIp(site);
  if (kind === 'headless') return generateHeadless(site);
  return kind === 'node' ? nodePort(site) : externalName(site);
}

function drawNames({ random, draft }: Site, name: string, kind: Kind): void {
  if (random.chance(85)) {
    draft.annotations[`${PREFIX}hostname`] = drawHostnames(random, draft, name, kind === 'node');
  }
  if (random.chance(30)) {
    draft.annotations[`${PREFIX}internal-hostname`] = `internal.${name},in-${name}`;
    draft.rules.push('internal-hostname');
  }
}

/** Creates a Service; some share one of eight hostnames, which ExternalDNS merges. */
export function generateService(random: Random, index: number, namespace: string): Case {
  const draft: Draft = { annotations: {}, rules: [] };
  const site = { random, draft, index, namespace };
  const isShared = random.chance(15);
  const kind = isShared ? 'lb' : random.deal(KINDS);
  if (isShared) {
    draft.annotations[`${PREFIX}hostname`] = `merged-${random.int(8)}.example.com`;
    draft.rules.push('hostname-of-several-services');
  } else {
    drawNames(site, `s${index}.example.com`, kind);
  }
  drawCommon(random, draft);
  if (random.chance(15)) drawTarget(random, draft);
  const { spec, status, companions } = isShared ? loadBalancer(site, true) : draftShape(site, kind);
  return {
    made: {
      object: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: `s${index}`, namespace, annotations: draft.annotations },
        spec,
      },
      ...(status ? { status } : {}),
    },
    companions: companions ?? [],
    rules: draft.rules,
  };
}
