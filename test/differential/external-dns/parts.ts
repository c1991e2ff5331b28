/** Annotations and addresses that Ingresses and Services draw from alike. */
import type { Random } from './random.ts';

export const PREFIX = 'external-dns.alpha.kubernetes.io/';

/** What a case collects while it is put together. */
export interface Draft {
  annotations: Record<string, string>;
  rules: string[];
}

/** A choice of drafts: each names its rule and does what it says. */
export type Option = [rule: string, apply: (draft: Draft) => void];

const set =
  (name: string, value: string, prefix = PREFIX) =>
  (draft: Draft) => {
    draft.annotations[prefix + name] = value;
  };

const TTL: Option[] = [
  ['ttl-number', set('ttl', '300')],
  ['ttl-number', set('ttl', '60')],
  ['ttl-duration', set('ttl', '10m')],
  ['ttl-duration', set('ttl', '1h30m')],
  ['ttl-fraction', set('ttl', '90.7s')],
  ['ttl-out-of-range', set('ttl', '0')],
  ['ttl-out-of-range', set('ttl', '-1h')],
  ['ttl-out-of-range', set('ttl', '2147483648')],
  ['ttl-out-of-range', set('ttl', '500ms')],
  ['ttl-invalid', set('ttl', 'soon')],
  ['ttl-invalid', set('ttl', ' 300')],
  ['ttl-invalid', set('ttl', '1d')],
];

const SPECIAL: Option[] = [
  ['alias', set('alias', 'true')],
  ['alias-other-value', set('alias', 'True')],
  ['set-identifier', set('set-identifier', 'blue')],
  ['cloudflare-proxied', set('cloudflare-proxied', 'true')],
  ['cloudflare-proxied', set('cloudflare-proxied', 'no')],
  ['aws-weight', set('aws-weight', '100')],
  ['aws-region', set('aws-region', 'eu-west-1')],
  ['aws-failover', set('aws-failover', 'PRIMARY')],
  ['aws-geolocation', set('aws-geolocation-country-code', 'CH')],
  ['aws-other', set('aws-health-check-id', 'abc')],
  ['scaleway', set('scw-data', 'x')],
  ['ibmcloud', set('ibmcloud-proxied', 'true')],
  ['other-prefix', set('hostname', 'elsewhere.example.com', 'external-dns.kubernetes.io/')],
  ['unknown-annotation', set('aws', 'nothing')],
];

const CONTROLLER: Option[] = [
  ['controller-own', set('controller', 'dns-controller')],
  ['controller-other', set('controller', 'somebody-else')],
];

const TARGET: Option[] = [
  ['target-ip', set('target', '203.0.113.7')],
  ['target-name', set('target', 'lb.example.net')],
  ['target-final-dot', set('target', 'lb.example.net.')],
  ['target-list', set('target', '203.0.113.9, 203.0.113.8 ,203.0.113.9')],
  ['target-mixed', set('target', '203.0.113.7,2001:db8::7')],
  ['target-conflict', set('target', 'lb.example.net,203.0.113.7')],
  ['target-empty-entry', set('target', 'lb.example.net,')],
  ['target-empty', set('target', '')],
  ['target-ipv6', set('target', '2001:db8::7')],
  ['target-mapped-ipv4', set('target', '::ffff:203.0.113.7')],
  ['target-no-address', set('target', '203.0.113.07')],
];

function draw(random: Random, draft: Draft, options: readonly Option[]): void {
  const [rule, apply] = random.deal(options);
  apply(draft);
  draft.rules.push(rule);
}

/** Adds some of the annotations that work alike on every object. */
export function drawCommon(random: Random, draft: Draft): void {
  if (random.chance(45)) draw(random, draft, TTL);
  for (let left = random.int(4); left > 0; left--) draw(random, draft, SPECIAL);
  if (random.chance(12)) draw(random, draft, CONTROLLER);
}

/** Adds a target annotation. */
export function drawTarget(random: Random, draft: Draft): void {
  draw(random, draft, TARGET);
}

/** Spellings that make a Service share a name, with itself or with others. */
const SHARING = ['hostname-twice', 'hostname-empty-entry'];

/**
 * The text of a hostname annotation around one name, in the spellings that people use. `unshared` leaves out those that
 * lead to merged records: with the addresses of nodes, whose order changes from pass to pass, the outcome would be chance.
 */
export function drawHostnames(random: Random, draft: Draft, name: string, unshared = false): string {
  const options: [rule: string, text: string][] = [
    ['hostname', name],
    ['hostname', name],
    ['hostname-list', `${name},b-${name},c-${name}`],
    ['hostname-blanks', ` ${name} , b-${name}`],
    ['hostname-final-dot', `${name}.`],
    ['hostname-case', name.toUpperCase()],
    ['hostname-twice', `${name},${name}`],
    ['hostname-empty-entry', `${name},`],
    ['hostname-wildcard', `*.${name}`],
    ['hostname-long-label', `${'x'.repeat(62)}.${name}`],
    ['hostname-foreign-domain', name.replace('.example.com', '.example.org')],
    ['hostname-tab', `${name},\tt-${name}`],
  ];
  const [rule, text] = random.pick(options.filter((option) => !unshared || !SHARING.includes(option[0])));
  draft.rules.push(rule);
  return text;
}

/** Load balancer addresses as an object's status shows them. */
export function drawStatus(random: Random, draft: Draft, index: number): Record<string, unknown>[] {
  const v4 = `10.200.${index >> 8}.${index & 255}`;
  const v6 = `2001:db8::${(1 + index).toString(16)}`;
  const host = `lb-${index}.example.net`;
  const options: [rule: string, entries: Record<string, unknown>[]][] = [
    ['status-ip', [{ ip: v4 }]],
    ['status-ip', [{ ip: v4 }]],
    ['status-ips', [{ ip: v4 }, { ip: '192.0.2.251' }]],
    ['status-ipv6', [{ ip: v6 }]],
    ['status-dual-stack', [{ ip: v4 }, { ip: v6 }]],
    ['status-hostname', [{ hostname: host }]],
    ['status-hostnames', [{ hostname: host }, { hostname: `b-${host}` }]],
    ['status-both', [{ ip: v4, hostname: host }]],
    ['status-none', []],
  ];
  const [rule, entries] = random.pick(options);
  draft.rules.push(rule);
  return entries;
}
