/** The records of an Ingress (source/ingress.go, v0.14.0). */
import { compareText } from '../address/index.ts';
import type { ExternalDnsSettings } from '../settings/index.ts';
import { type Annotations, endpointsFor, readAnnotations } from './annotations.ts';
import type { SilentName } from './index.ts';
import type { Endpoint, IngressObject } from './types.ts';

const DUALSTACK_ANNOTATION = 'alb.ingress.kubernetes.io/ip-address-type';

function resourceOf(ingress: IngressObject): string {
  return `ingress/${ingress.metadata.namespace ?? ''}/${ingress.metadata.name}`;
}

/** Hosts of the rules, then of the TLS entries, then of the annotation; `ingress-hostname-source` picks one side. */
function hostnamesOf(
  ingress: IngressObject,
  annotations: Annotations,
  settings: ExternalDnsSettings,
): string[] {
  const rules = settings.ignoreIngressRules ? [] : (ingress.spec?.rules ?? []).map((rule) => rule.host ?? '');
  const tls = settings.ignoreIngressTls
    ? []
    : (ingress.spec?.tls ?? []).flatMap((entry) => entry.hosts ?? []);
  const defined = [...rules, ...tls].filter((host) => host !== '');
  const annotated = annotations.hostnames ?? [];
  switch (annotations.hostnameSource) {
    case undefined:
      return [...defined, ...annotated];
    case 'defined-hosts-only':
      return defined;
    case 'annotation-only':
      return annotated;
    default:
      return [];
  }
}

function targetsOf(ingress: IngressObject, annotations: Annotations): string[] {
  if (annotations.targets.length > 0) return annotations.targets;
  return (ingress.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) =>
    [ip, hostname].filter((target) => target !== undefined && target !== ''),
  ) as string[];
}

/** The record sets that an Ingress asks for; duplicates included. */
export function ingressEndpoints(ingress: IngressObject, settings: ExternalDnsSettings): Endpoint[] {
  const annotations = readAnnotations(ingress.metadata.annotations, settings.annotationPrefix);
  if (annotations.isForeign) return [];
  const targets = targetsOf(ingress, annotations).sort(compareText);
  const traits = {
    ttl: annotations.ttl,
    setIdentifier: annotations.setIdentifier,
    properties: annotations.properties,
    resource: resourceOf(ingress),
    dualstack: ingress.metadata.annotations?.[DUALSTACK_ANNOTATION] === 'dualstack',
  };
  return hostnamesOf(ingress, annotations, settings).flatMap((hostname) =>
    endpointsFor(hostname, targets, traits),
  );
}

/** The hostnames of an Ingress that lead to no record, and why. */
export function ingressSilence(ingress: IngressObject, settings: ExternalDnsSettings): SilentName[] {
  const annotations = readAnnotations(ingress.metadata.annotations, settings.annotationPrefix);
  const resource = resourceOf(ingress);
  const silent = (names: readonly string[], cause: SilentName['cause']): SilentName[] =>
    names.map((name) => ({ name, resource, cause }));

  const names = hostnamesOf(ingress, annotations, settings);
  if (annotations.isForeign) return silent(names, 'controller');
  if (targetsOf(ingress, annotations).length === 0) return silent(names, 'address');
  if (names.length > 0) return [];
  const wanted = hostnamesOf(ingress, { ...annotations, hostnameSource: undefined }, settings);
  const isKnownSource = ['annotation-only', 'defined-hosts-only'].includes(annotations.hostnameSource ?? '');
  return isKnownSource ? [] : silent(wanted, 'hostname-source');
}
