/** An Ingress, a Service or an HTTPRoute, reduced to what says which DNS records and certificates it asks for. */
import { type KubeObject, parseApiVersion } from '@tenant-operator/kube';
import type { IngressObject, RouteObject, ServiceObject, SourceObject } from '../dns/expected/index.ts';

export interface DnsPart {
  readonly object: SourceObject;
  /** cert-manager is asked for a certificate of its hosts. */
  readonly hasIssuer: boolean;
  /** The Secrets that it asks cert-manager to fill; left out when there are none. */
  readonly secretNames?: readonly string[];
}

/** The annotations that cert-manager's ingress-shim acts on. */
export const ISSUER_ANNOTATIONS = ['cert-manager.io/cluster-issuer', 'cert-manager.io/issuer'] as const;

// The prefix of ExternalDNS's annotations is a setting, their names are not; a few more than needed do no harm.
const dnsAnnotation =
  /\/(?:(?:internal-)?hostname|target|ttl|alias|access|controller|endpoints-type|set-identifier|ingress-hostname-source|cloudflare-proxied|(?:aws|scw|ibmcloud)-.*)$/;
/** Decides about AAAA records beside an alias on AWS. */
const dualstackAnnotation = 'alb.ingress.kubernetes.io/ip-address-type';

/** Undefined for other kinds, and for objects without a hostname. */
export function dnsPartOf(object: KubeObject): DnsPart | undefined {
  const { group } = parseApiVersion(object.apiVersion);
  const reduced = reducers[`${group}/${object.kind}`]?.(object);
  if (!reduced) return undefined;
  const { annotations } = object.metadata;
  const hasIssuer = ISSUER_ANNOTATIONS.some((name) => annotations?.[name] !== undefined);
  const secretNames = hasIssuer ? secretNamesOf(object) : [];
  return { object: reduced, hasIssuer, ...(secretNames.length === 0 ? {} : { secretNames }) };
}

const reducers: Readonly<Record<string, (object: KubeObject) => SourceObject | undefined>> = {
  'networking.k8s.io/Ingress': ingressOf,
  '/Service': serviceOf,
  'gateway.networking.k8s.io/HTTPRoute': routeOf,
};

/** As cert-manager reads an Ingress: an entry needs hosts and the name of a Secret. */
function secretNamesOf(object: KubeObject): string[] {
  const { spec = {} } = object as unknown as {
    spec?: { tls?: readonly { hosts?: readonly string[]; secretName?: string }[] };
  };
  const named = (spec.tls ?? []).flatMap(({ hosts, secretName }) =>
    hosts?.length && secretName ? [secretName] : [],
  );
  return [...new Set(named)].sort();
}

function ingressOf(object: KubeObject): IngressObject | undefined {
  const { spec = {}, status } = object as unknown as IngressObject;
  const rules = (spec.rules ?? []).flatMap(({ host }) => (host ? [{ host }] : []));
  const tls = (spec.tls ?? []).flatMap(({ hosts }) => (hosts?.length ? [{ hosts: [...hosts] }] : []));
  const metadata = metadataOf(object);
  if (rules.length === 0 && tls.length === 0 && !hasHostname(metadata)) return undefined;
  return { kind: 'Ingress', metadata, spec: { rules, tls }, ...statusOf(status) };
}

/** A route without hostnames takes those of its listeners, which are not its own: nothing is expected of it. */
function routeOf(object: KubeObject): RouteObject | undefined {
  const { spec = {}, status } = object as unknown as RouteObject;
  const metadata = metadataOf(object);
  const hostnames = spec.hostnames ?? [];
  if (hostnames.length === 0 && !hasHostname(metadata)) return undefined;
  const parents = (status?.parents ?? []).map(({ parentRef, conditions = [] }) => ({
    parentRef,
    conditions: conditions
      .filter(({ type }) => type === 'Accepted')
      .map(({ type, status: state }) => ({ type, status: state })),
  }));
  return {
    kind: 'HTTPRoute',
    metadata,
    spec: { hostnames: [...hostnames] },
    ...(parents.length === 0 ? {} : { status: { parents } }),
  };
}

function serviceOf(object: KubeObject): ServiceObject | undefined {
  const metadata = metadataOf(object);
  if (!hasHostname(metadata)) return undefined;
  const { spec = {}, status } = object as unknown as ServiceObject;
  const { type, clusterIP, externalIPs, externalName } = spec;
  return {
    kind: 'Service',
    metadata,
    spec: {
      ...(type === undefined ? {} : { type }),
      ...(clusterIP === undefined ? {} : { clusterIP }),
      ...(externalIPs === undefined ? {} : { externalIPs: [...externalIPs] }),
      ...(externalName === undefined ? {} : { externalName }),
    },
    ...statusOf(status),
  };
}

function metadataOf({ metadata }: KubeObject): IngressObject['metadata'] {
  const { name, namespace, annotations = {} } = metadata;
  const kept = Object.entries(annotations).filter(
    ([key]) => dnsAnnotation.test(key) || key === dualstackAnnotation,
  );
  return { name, ...(namespace === undefined ? {} : { namespace }), annotations: Object.fromEntries(kept) };
}

function hasHostname({ annotations = {} }: IngressObject['metadata']): boolean {
  return Object.keys(annotations).some((key) => /\/(?:internal-)?hostname$/.test(key));
}

function statusOf(status: IngressObject['status']): Pick<IngressObject, 'status'> {
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ({
    ...(ip === undefined ? {} : { ip }),
    ...(hostname === undefined ? {} : { hostname }),
  }));
  return ingress.length === 0 ? {} : { status: { loadBalancer: { ingress } } };
}
