/** ExternalDNS's annotations, read by its own rules (source/source.go, v0.14.0). */
import { recordTypeOf } from '../address/index.ts';
import { ttlSeconds } from './ttl.ts';
import type { Endpoint, RecordProperty } from './types.ts';

/** The value of the controller annotation that ExternalDNS answers to. */
const OWN_CONTROLLER = 'dns-controller';

/** The annotations of one object under one prefix. */
export interface Annotations {
  /** `undefined` when the annotation is absent; an empty one gives one empty hostname, as in ExternalDNS. */
  hostnames: string[] | undefined;
  internalHostnames: string[] | undefined;
  /** Empty when the annotation is absent or empty. */
  targets: string[];
  ttl: number;
  setIdentifier: string;
  properties: RecordProperty[];
  /** Lower case. */
  hostnameSource: string | undefined;
  access: string | undefined;
  endpointsType: string | undefined;
  /** The controller annotation names somebody else: the object is not looked at. */
  isForeign: boolean;
}

// Only blanks are taken out: a tab stays, and an empty part between commas is an (empty) entry.
function splitList(text: string): string[] {
  return text.replaceAll(' ', '').split(',');
}

/** One final dot less. */
export function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** The `target` annotation of an object, also asked of Pods behind a headless Service. */
export function readTargets(annotations: Record<string, string> | undefined, prefix: string): string[] {
  const text = annotations?.[`${prefix}target`];
  return text ? splitList(text).map(withoutDot) : [];
}

function readProperties(annotations: Record<string, string>, prefix: string): RecordProperty[] {
  const properties: RecordProperty[] = [];
  const proxied = annotations[`${prefix}cloudflare-proxied`];
  if (proxied !== undefined) properties.push({ name: `${prefix}cloudflare-proxied`, value: proxied });
  if (annotations[`${prefix}alias`] === 'true') properties.push({ name: 'alias', value: 'true' });
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    if (name.startsWith('aws-')) properties.push({ name: `aws/${name.slice(4)}`, value });
    else if (name.startsWith('scw-')) properties.push({ name: `scw/${name.slice(4)}`, value });
    else if (name.startsWith('ibmcloud-')) properties.push({ name, value });
  }
  return properties;
}

/** Reads all annotations of an object under a prefix (with its final slash). */
export function readAnnotations(
  annotations: Record<string, string> | undefined,
  prefix: string,
): Annotations {
  const all = annotations ?? {};
  const get = (name: string) => all[`${prefix}${name}`];
  const hostname = get('hostname');
  const internal = get('internal-hostname');
  const controller = get('controller');
  return {
    hostnames: hostname === undefined ? undefined : splitList(hostname),
    internalHostnames: internal === undefined ? undefined : splitList(internal),
    targets: readTargets(all, prefix),
    ttl: ttlSeconds(get('ttl')),
    setIdentifier: get('set-identifier') ?? '',
    properties: readProperties(all, prefix),
    hostnameSource: get('ingress-hostname-source')?.toLowerCase(),
    access: get('access'),
    endpointsType: get('endpoints-type'),
    isForeign: controller !== undefined && controller !== OWN_CONTROLLER,
  };
}

/** What all records of one object have in common. */
export type RecordTraits = Pick<Endpoint, 'ttl' | 'setIdentifier' | 'properties' | 'resource' | 'dualstack'>;

/** One record set for each type among the targets: A, AAAA, CNAME. */
export function endpointsFor(hostname: string, targets: readonly string[], traits: RecordTraits): Endpoint[] {
  const name = withoutDot(hostname);
  return (['A', 'AAAA', 'CNAME'] as const).flatMap((type) => {
    const fitting = targets.filter((target) => recordTypeOf(target) === type);
    return fitting.length === 0 ? [] : [{ name, type, targets: fitting, ...traits }];
  });
}
