/** One Ingress at random. */
import type { Case } from './generate.ts';
import { type Draft, drawCommon, drawHostnames, drawStatus, drawTarget, PREFIX } from './parts.ts';
import type { Random } from './random.ts';

const BACKEND = { service: { name: 'web', port: { number: 80 } } };
const http = { paths: [{ path: '/', pathType: 'Prefix', backend: BACKEND }] };

const SOURCES: [rule: string, value: string][] = [
  ['source-defined-hosts', 'defined-hosts-only'],
  ['source-annotation', 'annotation-only'],
  ['source-case', 'Annotation-Only'],
  ['source-unknown', 'both'],
];

function drawRules(random: Random, draft: Draft, name: string) {
  const rules: { host?: string; http: typeof http }[] = [];
  if (random.chance(75)) {
    draft.rules.push('rule-host');
    rules.push({ host: name, http });
  }
  if (random.chance(20)) {
    draft.rules.push('rule-hosts');
    rules.push({ host: `r-${name}`, http }, { host: name, http });
  }
  if (random.chance(15)) {
    draft.rules.push('rule-without-host');
    rules.push({ http });
  }
  if (random.chance(10)) {
    draft.rules.push('rule-wildcard');
    rules.push({ host: `*.${name}`, http });
  }
  return rules.length > 0 ? rules : [{ http }];
}

function drawTls(random: Random, draft: Draft, name: string) {
  if (random.chance(50)) return [];
  if (random.chance(20)) {
    draft.rules.push('tls-without-hosts');
    return [{ secretName: 'any' }];
  }
  draft.rules.push('tls-host');
  return [{ hosts: random.chance(50) ? [name] : [name, `tls-${name}`], secretName: 'tls' }];
}

/** Some share one of five hosts, each with an address of its own: the least one wins in ExternalDNS. */
function sharedName(random: Random, draft: Draft): string {
  draft.rules.push('host-of-several-ingresses');
  return `shared-${random.int(5)}.example.com`;
}

/** Creates an Ingress; its hosts are its own, except for those of `host-of-several-ingresses`. */
export function generateIngress(random: Random, index: number, namespace: string): Case {
  const draft: Draft = { annotations: {}, rules: [] };
  const isShared = random.chance(8);
  const name = isShared ? sharedName(random, draft) : `i${index}.example.com`;
  if (!isShared && random.chance(60))
    draft.annotations[`${PREFIX}hostname`] = drawHostnames(random, draft, name);
  drawCommon(random, draft);
  // Two Ingresses must not share host and address: which of them ExternalDNS then names as the owner is chance.
  const hasSharedName = isShared || draft.rules.includes('hostname-empty-entry');
  if (!hasSharedName && random.chance(20)) drawTarget(random, draft);
  if (random.chance(20)) {
    const [rule, value] = random.pick(SOURCES);
    draft.annotations[`${PREFIX}ingress-hostname-source`] = value;
    draft.rules.push(rule);
  }
  if (random.chance(10)) {
    draft.annotations['alb.ingress.kubernetes.io/ip-address-type'] = 'dualstack';
    draft.rules.push('dualstack');
  }
  const rules = drawRules(random, draft, name);
  const tls = drawTls(random, draft, name);
  const entries = isShared
    ? [{ ip: `203.0.${index >> 8}.${index & 255}` }]
    : drawStatus(random, draft, index);
  return {
    made: {
      object: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: `i${index}`, namespace, annotations: draft.annotations },
        spec: { rules, ...(tls.length > 0 ? { tls } : {}) },
      },
      ...(entries.length > 0 ? { status: { loadBalancer: { ingress: entries } } } : {}),
    },
    companions: [],
    rules: draft.rules,
  };
}
