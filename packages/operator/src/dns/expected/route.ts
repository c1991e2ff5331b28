/** The records of an HTTPRoute (source/gateway.go and source/gateway_httproute.go, v0.14.0, `--source=gateway-httproute`). */
import { compareText } from '../address/index.ts';
import type { ExternalDnsSettings } from '../settings/index.ts';
import { endpointsFor, readAnnotations, readTargets } from './annotations.ts';
import type { SilentName } from './index.ts';
import type {
  ClusterView,
  Endpoint,
  GatewayListener,
  GatewayObject,
  RouteObject,
  RouteParent,
} from './types.ts';

const GROUP = 'gateway.networking.k8s.io';

function resourceOf({ metadata }: RouteObject): string {
  return `httproute/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Those of the spec, then of the annotation; a route without any in its spec takes those of the listeners too (empty text). */
function hostnamesOf(route: RouteObject, annotated: readonly string[] | undefined): string[] {
  const own = route.spec?.hostnames ?? [];
  return [...own, ...(annotated ?? []), ...(own.length === 0 ? [''] : [])];
}

/** The Gateway of a parent that has accepted the route; undefined for other parents. */
function gatewayOf(route: RouteObject, parent: RouteParent, gateways: readonly GatewayObject[]) {
  const { group, kind, namespace, name } = parent.parentRef;
  if ((group || GROUP) !== GROUP || (kind || 'Gateway') !== 'Gateway') return undefined;
  const isAccepted = (parent.conditions ?? []).find(({ type }) => type === 'Accepted')?.status === 'True';
  if (!isAccepted) return undefined;
  return gateways.find(
    ({ metadata }) =>
      metadata.name === name && metadata.namespace === (namespace || route.metadata.namespace),
  );
}

/**
 * Whether a listener lets the route in. Of a namespace selector nothing is known here: a route that the Gateway has accepted is
 * taken to pass it, which is what the Gateway itself has decided by.
 */
function isAllowed(listener: GatewayListener, gateway: GatewayObject, route: RouteObject): boolean {
  const from = listener.allowedRoutes?.namespaces?.from ?? 'Same';
  if (from === 'Same' && gateway.metadata.namespace !== route.metadata.namespace) return false;
  if (!['Same', 'All', 'Selector'].includes(from)) return false;
  const kinds = listener.allowedRoutes?.kinds ?? [];
  return (
    kinds.length === 0 || kinds.some(({ group, kind }) => (group || GROUP) === GROUP && kind === 'HTTPRoute')
  );
}

function listenersOf(gateway: GatewayObject, parent: RouteParent, route: RouteObject): GatewayListener[] {
  const { sectionName, port } = parent.parentRef;
  return (gateway.spec?.listeners ?? []).filter(
    (listener) =>
      (!sectionName || listener.name === sectionName) &&
      ['HTTP', 'HTTPS'].includes(listener.protocol) &&
      (port === undefined || port === listener.port) &&
      isAllowed(listener, gateway, route),
  );
}

const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** The more special of two hostnames that overlap, label by label; an empty one overlaps with all. Undefined when they do not. */
export function overlap(listener: string, route: string): string | undefined {
  const [one, other] = [lower(listener), lower(route)];
  if (one === '') return other;
  if (other === '') return one;
  const [ours, theirs] = [one.split('.'), other.split('.')];
  if (ours.length !== theirs.length) return undefined;
  let host = other;
  for (const [index, label] of ours.entries()) {
    const that = theirs[index];
    if (label === that || (index === 0 && label === '*')) continue;
    if (index > 0 || that !== '*') return undefined;
    host = one;
  }
  return host;
}

/** Hostname to targets; the targets of a Gateway are its `target` annotation, else its addresses. */
function targetsByHost(
  route: RouteObject,
  hostnames: readonly string[],
  gateways: readonly GatewayObject[],
  settings: ExternalDnsSettings,
): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const parent of route.status?.parents ?? []) {
    const gateway = gatewayOf(route, parent, gateways);
    if (!gateway) continue;
    const override = readTargets(gateway.metadata.annotations, settings.annotationPrefix);
    const addresses = (gateway.status?.addresses ?? []).map(({ value }) => value);
    for (const { hostname = '' } of listenersOf(gateway, parent, route)) {
      for (const wanted of hostnames) {
        const host = hostname === '' && wanted === '' ? undefined : overlap(hostname, wanted);
        if (host === undefined) continue;
        const targets = found.get(host) ?? new Set();
        for (const target of override.length > 0 ? override : addresses) targets.add(target);
        found.set(host, targets);
      }
    }
  }
  return found;
}

/** The record sets that an HTTPRoute asks for; none while nobody has looked at the Gateways. */
export function routeEndpoints(
  route: RouteObject,
  { gateways = [] }: ClusterView,
  settings: ExternalDnsSettings,
): Endpoint[] {
  const annotations = readAnnotations(route.metadata.annotations, settings.annotationPrefix);
  if (annotations.isForeign) return [];
  const traits = {
    ttl: annotations.ttl,
    setIdentifier: annotations.setIdentifier,
    properties: annotations.properties,
    resource: resourceOf(route),
    dualstack: false,
  };
  const hosts = targetsByHost(route, hostnamesOf(route, annotations.hostnames), gateways, settings);
  return [...hosts].flatMap(([host, targets]) => endpointsFor(host, [...targets].sort(compareText), traits));
}

/** The hostnames of an HTTPRoute that lead to no record, and why. */
export function routeSilence(
  route: RouteObject,
  cluster: ClusterView,
  settings: ExternalDnsSettings,
): SilentName[] {
  const annotations = readAnnotations(route.metadata.annotations, settings.annotationPrefix);
  const resource = resourceOf(route);
  const names = hostnamesOf(route, annotations.hostnames).filter((name) => name !== '');
  if (annotations.isForeign) return names.map((name) => ({ name, resource, cause: 'controller' }));
  const { gateways } = cluster;
  if (gateways === undefined) return names.map((name) => ({ name, resource, cause: 'unseen' }));
  const found = targetsByHost(route, names, gateways, settings);
  return names.flatMap((name): SilentName[] => {
    const targets = [...found].filter(([host]) => host === lower(name) || overlap(name, host) === host);
    if (targets.length === 0) return [{ name, resource, cause: 'gateway' }];
    return targets.every(([, those]) => those.size === 0)
      ? [{ name, resource, cause: 'gateway-address' }]
      : [];
  });
}
