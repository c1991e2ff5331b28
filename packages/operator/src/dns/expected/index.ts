/**
 * The records that ExternalDNS v0.14.0 publishes for Ingresses, Services and HTTPRoutes, with `--source=service
 * --source=ingress --source=gateway-httproute`.
 *
 * The steps are its own: sources (ingress.ts, service.ts, route.ts), merge and deduplicate (merge.ts), resolve conflicts
 * (resolve.ts). Pure: objects in, records out.
 */
import { ALPHA_PREFIX, type ExternalDnsSettings, STABLE_PREFIX } from '../settings/index.ts';
import { readAnnotations, withoutDot } from './annotations.ts';
import { ingressEndpoints, ingressSilence } from './ingress.ts';
import { deduplicate, mergeServices } from './merge.ts';
import { resolveConflicts } from './resolve.ts';
import { routeEndpoints, routeSilence } from './route.ts';
import { serviceEndpoints, serviceSilence } from './service.ts';
import type { ClusterView, Endpoint, SourceObject } from './types.ts';

export type {
  ClusterView,
  Endpoint,
  GatewayObject,
  IngressObject,
  RecordProperty,
  RouteObject,
  ServiceObject,
  SourceObject,
} from './types.ts';

/** A record set that ExternalDNS wants to exist. */
export type ExpectedRecord = Endpoint;

/** A hostname that somebody asked for and that yields no record: yet (`address`, `pods`, `nodes`), or ever. */
export interface SilentName {
  name: string;
  /** `ingress/<namespace>/<name>`, `service/...` or `httproute/...`. */
  resource: string;
  cause:
    | 'address' // the object's status has no address yet
    | 'gateway-address' // nor has that of the Gateway that serves a route
    | 'gateway' // no Gateway that has accepted the route has a listener for the hostname
    | 'pods' // no ready pod behind a headless Service
    | 'nodes' // no Node has an address that fits
    | 'unseen' // pods, Nodes or Gateways decide, and nobody looked at them
    | 'cluster-ip' // a ClusterIP Service, and ExternalDNS does not publish these
    | 'controller' // the controller annotation names somebody else
    | 'annotation-prefix' // the hostname is under the other one of the two prefixes
    | 'hostname-source' // ingress-hostname-source has a value that ExternalDNS does not know
    | 'record-type' // the type is not among --managed-record-types
    | 'label-too-long'; // a label above 63 characters, on which v0.14.0 ends with a panic
}

/** What to expect of the DNS for some objects. */
export interface Expectation {
  /** Sorted by name, type and set identifier. */
  records: ExpectedRecord[];
  /** Names without any record, sorted. */
  silent: SilentName[];
}

/** An object of another kind, or without a spec, is no source of records; an empty view of the cluster is fine for most. */
export const EMPTY_CLUSTER: ClusterView = { nodes: [], pods: [], endpoints: [] };

/**
 * What ExternalDNS's sources give its planner for these objects, in its order: Services first, merged, then Ingresses, then
 * routes, without duplicates. Differs from {@link expectedRecords} by the conflicts that the planner resolves.
 */
export function sourceEndpoints(
  objects: readonly SourceObject[],
  cluster: ClusterView,
  settings: ExternalDnsSettings,
): Endpoint[] {
  const services: Endpoint[] = [];
  const ingresses: Endpoint[] = [];
  const routes: Endpoint[] = [];
  for (const object of objects) {
    if (object.kind === 'Service') services.push(...serviceEndpoints(object, cluster, settings));
    else if (object.kind === 'Ingress') ingresses.push(...ingressEndpoints(object, settings));
    else routes.push(...routeEndpoints(object, cluster, settings));
  }
  return deduplicate([...mergeServices(services), ...ingresses, ...routes]);
}

/**
 * The records that these objects lead to, all taken together: objects that share a hostname are merged or compete as
 * they do in ExternalDNS. Domain filters are left to the verdict, which names them.
 */
export function expectedRecords(
  objects: readonly SourceObject[],
  cluster: ClusterView,
  settings: ExternalDnsSettings,
): Expectation {
  const endpoints = sourceEndpoints(objects, cluster, settings);
  const managed = endpoints.filter((endpoint) => settings.managedRecordTypes.includes(endpoint.type));
  const records = resolveConflicts(managed);
  const published = new Set(records.map((record) => record.name.toLowerCase()));
  const silent = objects
    .flatMap((object) => silenceOf(object, cluster, settings))
    .concat(
      unmanaged(endpoints, settings),
      objects.flatMap((object) => underOtherPrefix(object, settings)),
    )
    .filter(({ name }) => !published.has(name.toLowerCase()));
  return { records, silent: distinct(silent) };
}

function silenceOf(object: SourceObject, cluster: ClusterView, settings: ExternalDnsSettings): SilentName[] {
  switch (object.kind) {
    case 'Service':
      return serviceSilence(object, cluster, settings);
    case 'Ingress':
      return ingressSilence(object, settings);
    case 'HTTPRoute':
      return routeSilence(object, cluster, settings);
  }
}

// SRV records of NodePort Services are by-products that nobody asked for by name.
function unmanaged(endpoints: readonly Endpoint[], settings: ExternalDnsSettings): SilentName[] {
  return endpoints
    .filter(({ type }) => type !== 'SRV' && !settings.managedRecordTypes.includes(type))
    .map(({ name, resource }) => ({ name, resource, cause: 'record-type' }));
}

// Somebody who wrote both annotations is served by the one that counts; those names are published and fall out again.
function underOtherPrefix({ kind, metadata }: SourceObject, settings: ExternalDnsSettings): SilentName[] {
  const resource = `${kind.toLowerCase()}/${metadata.namespace ?? ''}/${metadata.name}`;
  return [ALPHA_PREFIX, STABLE_PREFIX]
    .filter((prefix) => prefix !== settings.annotationPrefix)
    .flatMap((prefix) => readAnnotations(metadata.annotations, prefix).hostnames ?? [])
    .map((name) => ({ name: withoutDot(name), resource, cause: 'annotation-prefix' }));
}

function distinct(names: readonly SilentName[]): SilentName[] {
  const byKey = new Map(names.map((name) => [`${name.name} ${name.resource} ${name.cause}`, name]));
  return [...byKey.keys()].sort().map((key) => byKey.get(key)!);
}
