/**
 * Which records ExternalDNS wants for Ingresses and Services (v0.14.0, sources `ingress` and `service`): hosts of rules
 * and tls, hostname annotations, targets from the status or the target annotation, ttl.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { ApiObject, Meta } from './api.ts';

const prefix = 'external-dns.alpha.kubernetes.io/';
const controllerName = 'dns-controller';

export interface Wanted {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME';
  readonly values: readonly string[];
  /** Seconds; undefined when nobody said. */
  readonly ttl: number | undefined;
  /** `ingress/default/web`. */
  readonly resource: string;
}

interface LoadBalancer {
  readonly loadBalancer?: { readonly ingress?: readonly { ip?: string; hostname?: string }[] };
}
export type Ingress = ApiObject<
  {
    readonly rules?: readonly { readonly host?: string }[];
    readonly tls?: readonly { readonly hosts?: readonly string[] }[];
  },
  LoadBalancer
>;
export type Service = ApiObject<
  { readonly type?: string; readonly externalName?: string; readonly clusterIP?: string },
  LoadBalancer
>;

export function wantedOfIngress({ metadata, spec, status }: Ingress): Wanted[] {
  if (isForeign(metadata)) return [];
  const annotated = listOf(metadata, 'hostname');
  const defined = [
    ...(spec?.rules ?? []).map(({ host }) => host ?? ''),
    ...(spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts),
  ];
  const source = annotation(metadata, 'ingress-hostname-source')?.toLowerCase();
  const names =
    source === 'defined-hosts-only'
      ? defined
      : source === 'annotation-only'
        ? annotated
        : [...defined, ...annotated];
  return toWanted('ingress', metadata, names, targetsOf(metadata, status));
}

/** Of types LoadBalancer and ExternalName; the internal hostname is that of the cluster address. */
export function wantedOfService({ metadata, spec, status }: Service): Wanted[] {
  if (isForeign(metadata)) return [];
  const { type, externalName, clusterIP } = spec ?? {};
  const internal = listOf(metadata, 'internal-hostname');
  const inside = clusterIP && clusterIP !== 'None' ? [clusterIP] : [];
  const targets =
    type === 'LoadBalancer'
      ? targetsOf(metadata, status)
      : type === 'ExternalName' && externalName
        ? [externalName]
        : [];
  return [
    ...toWanted('service', metadata, listOf(metadata, 'hostname'), targets),
    ...(type === 'LoadBalancer' ? toWanted('service', metadata, internal, inside) : []),
  ];
}

function annotation({ annotations }: Meta, name: string): string | undefined {
  return annotations?.[`${prefix}${name}`];
}

function isForeign(metadata: Meta): boolean {
  return (annotation(metadata, 'controller') ?? controllerName) !== controllerName;
}

function listOf(metadata: Meta, name: string): string[] {
  return (annotation(metadata, name) ?? '').replaceAll(' ', '').split(',');
}

function targetsOf(metadata: Meta, status: LoadBalancer | undefined): string[] {
  const named = listOf(metadata, 'target').filter((target) => target !== '');
  if (named.length > 0) return named;
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => [ip ?? '', hostname ?? '']);
}

const longestTtl = 2 ** 31 - 1;
const unitSeconds: Readonly<Record<string, number>> = { h: 3_600, m: 60, s: 1 };

/** A number of seconds or a duration such as `1m30s`; what cannot be read counts as nothing said. */
export function ttlOf(metadata: Meta): number | undefined {
  const text = annotation(metadata, 'ttl');
  if (text === undefined) return undefined;
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : /^(?:\d+[hms])+$/.test(text)
      ? [...text.matchAll(/(\d+)([hms])/g)].reduce(
          (sum, [, n, unit]) => sum + Number(n) * (unitSeconds[unit ?? ''] ?? 0),
          0,
        )
      : 0;
  return seconds >= 1 && seconds <= longestTtl ? seconds : undefined;
}

function toWanted(
  kind: 'ingress' | 'service',
  metadata: Meta,
  names: readonly string[],
  targets: readonly string[],
): Wanted[] {
  const resource = `${kind}/${metadata.namespace}/${metadata.name}`;
  const byType = new Map<Wanted['type'], Set<string>>();
  for (const target of targets.map((text) => text.replace(/\.$/, '').toLowerCase())) {
    if (target === '') continue;
    const type = isIPv4(target) ? 'A' : isIPv6(target) ? 'AAAA' : 'CNAME';
    byType.set(type, (byType.get(type) ?? new Set()).add(target));
  }
  const unique = new Set(
    names.map((name) => name.replace(/\.$/, '').toLowerCase()).filter((name) => name !== ''),
  );
  return [...unique].flatMap((name) =>
    [...byType].map(([type, values]) => ({
      name,
      type,
      values: [...values].sort(),
      ttl: ttlOf(metadata),
      resource,
    })),
  );
}
