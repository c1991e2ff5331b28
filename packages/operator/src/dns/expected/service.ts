/** The records of a Service (source/service.go, v0.14.0). */
import { hasLongLabel } from '../name/index.ts';
import type { ExternalDnsSettings } from '../settings/index.ts';
import {
  type Annotations,
  endpointsFor,
  type RecordTraits,
  readAnnotations,
  withoutDot,
} from './annotations.ts';
import { headlessTargets } from './headless.ts';
import type { SilentName } from './index.ts';
import { nodePortTargets } from './node-port.ts';
import type { ClusterView, Endpoint, ServiceObject } from './types.ts';

interface Request {
  hostname: string;
  /** Asked for by `internal-hostname`: the cluster address is wanted. */
  internal: boolean;
}

function resourceOf(service: ServiceObject): string {
  return `service/${service.metadata.namespace ?? ''}/${service.metadata.name}`;
}

function requestsOf(annotations: Annotations): Request[] {
  return [
    ...(annotations.hostnames ?? []).map((hostname) => ({ hostname, internal: false })),
    ...(annotations.internalHostnames ?? []).map((hostname) => ({ hostname, internal: true })),
  ];
}

function isHeadless(service: ServiceObject): boolean {
  return service.spec?.clusterIP === 'None';
}

function loadBalancerTargets(service: ServiceObject): readonly string[] {
  const external = service.spec?.externalIPs ?? [];
  if (external.length > 0) return external;
  return (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) =>
    [ip, hostname].filter((target) => target !== undefined && target !== ''),
  ) as string[];
}

function clusterTargets(service: ServiceObject): string[] {
  return isHeadless(service) ? [] : [service.spec?.clusterIP ?? ''];
}

/** SRV records of a NodePort Service, `_<service>._<protocol>.<hostname>`, one for each port (RFC 2782). */
function portRecords(service: ServiceObject, hostname: string, traits: RecordTraits): Endpoint[] {
  return (service.spec?.ports ?? [])
    .filter((port) => (port.nodePort ?? 0) > 0)
    .map((port) => ({
      name: withoutDot(`_${service.metadata.name}._${(port.protocol || 'TCP').toLowerCase()}.${hostname}`),
      type: 'SRV' as const,
      targets: [withoutDot(`0 50 ${port.nodePort} ${hostname}`)],
      ...traits,
    }));
}

function headlessRecords(
  service: ServiceObject,
  hostname: string,
  traits: RecordTraits,
  endpointsType: string | undefined,
  cluster: ClusterView,
  settings: ExternalDnsSettings,
): Endpoint[] {
  return [...headlessTargets(service, hostname, endpointsType, cluster, settings)].map(([name, targets]) => ({
    name: withoutDot(name.slice(name.indexOf(' ') + 1)),
    type: name.slice(0, name.indexOf(' ')) as Endpoint['type'],
    targets: targets.map(withoutDot),
    ...traits,
  }));
}

function endpointsOfRequest(
  service: ServiceObject,
  request: Request,
  annotations: Annotations,
  traits: RecordTraits,
  cluster: ClusterView,
  settings: ExternalDnsSettings,
): Endpoint[] {
  const hostname = withoutDot(request.hostname);
  if (annotations.targets.length > 0) return endpointsFor(hostname, annotations.targets, traits);
  switch (service.spec?.type ?? 'ClusterIP') {
    case 'LoadBalancer':
      return endpointsFor(
        hostname,
        request.internal ? clusterTargets(service) : loadBalancerTargets(service),
        traits,
      );
    case 'ClusterIP':
      if (isHeadless(service)) {
        return headlessRecords(service, hostname, traits, annotations.endpointsType, cluster, settings);
      }
      if (!request.internal && !settings.publishInternal) return [];
      return endpointsFor(hostname, clusterTargets(service), traits);
    case 'NodePort':
      return [
        ...portRecords(service, hostname, traits),
        ...endpointsFor(hostname, nodePortTargets(service, annotations.access, cluster), traits),
      ];
    case 'ExternalName':
      return endpointsFor(hostname, [service.spec?.externalName ?? ''], traits);
    default:
      return [];
  }
}

function requestedEndpoints(
  service: ServiceObject,
  annotations: Annotations,
  cluster: ClusterView,
  settings: ExternalDnsSettings,
): Endpoint[] {
  if (annotations.isForeign) return [];
  const traits: RecordTraits = {
    ttl: annotations.ttl,
    setIdentifier: annotations.setIdentifier,
    properties: annotations.properties,
    resource: resourceOf(service),
    dualstack: false,
  };
  return requestsOf(annotations).flatMap((request) =>
    endpointsOfRequest(service, request, annotations, traits, cluster, settings),
  );
}

// ExternalDNS checks the length of labels only where it makes headless and SRV records; it does not survive a bad one.
function isFatal(endpoint: Endpoint, service: ServiceObject): boolean {
  return (endpoint.type === 'SRV' || isHeadless(service)) && hasLongLabel(endpoint.name);
}

/** The record sets that a Service asks for, before those of all Services are merged; duplicates included, targets unsorted. */
export function serviceEndpoints(
  service: ServiceObject,
  cluster: ClusterView,
  settings: ExternalDnsSettings,
): Endpoint[] {
  const annotations = readAnnotations(service.metadata.annotations, settings.annotationPrefix);
  return requestedEndpoints(service, annotations, cluster, settings).filter(
    (each) => !isFatal(each, service),
  );
}

function causeOf(service: ServiceObject, annotations: Annotations): SilentName['cause'] {
  if (annotations.isForeign) return 'controller';
  switch (service.spec?.type ?? 'ClusterIP') {
    case 'NodePort':
      return 'nodes';
    case 'ClusterIP':
      return isHeadless(service) ? 'pods' : 'cluster-ip';
    default:
      return 'address';
  }
}

/** The hostnames of a Service that lead to no address record, and why. */
export function serviceSilence(
  service: ServiceObject,
  cluster: ClusterView,
  settings: ExternalDnsSettings,
): SilentName[] {
  const annotations = readAnnotations(service.metadata.annotations, settings.annotationPrefix);
  const resource = resourceOf(service);
  const endpoints = requestedEndpoints(service, annotations, cluster, settings);
  const fatal = endpoints.filter((endpoint) => isFatal(endpoint, service));
  const answered = new Set(endpoints.filter(({ type }) => type !== 'SRV').map(({ name }) => name));
  const cause = causeOf(service, annotations);
  return [
    ...fatal.map(({ name }) => ({ name, resource, cause: 'label-too-long' as const })),
    ...requestsOf(annotations)
      .map(({ hostname }) => withoutDot(hostname))
      .filter((name) => !answered.has(name))
      .map((name) => ({ name, resource, cause })),
  ];
}
