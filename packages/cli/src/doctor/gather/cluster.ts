/** What the API server says. */
import {
  API_VERSION,
  LABELS,
  type Tenant,
  type TenantRegistry,
  type TenantTemplate,
} from '@tenant-operator/api';
import type { KubeObject } from '@tenant-operator/kube';
import { type DeploymentObject, keyOfInstallation, readInstallation } from '../../external-dns/index.ts';
import type {
  Facts,
  IngressClass,
  InstallationFacts,
  Issuer,
  Monitor,
  Reading,
  SelectingService,
  SourceObject,
  Workload,
} from '../facts.ts';
import type { GatherOptions } from './index.ts';
import { gatherInstallation } from './installation.ts';
import { mapReading, readList } from './read.ts';

export async function gatherCluster(options: GatherOptions): Promise<Omit<Facts, 'records'>> {
  const { client, namespace, allObjects } = options;
  const ofTenants = allObjects ? {} : { labelSelector: LABELS.tenant };
  const own = { namespace };
  const [server, deployments, daemonSets, registries, templates, tenants] = await Promise.all([
    client.serverVersion(),
    readList<KubeObject & DeploymentObject>(client, { apiVersion: 'apps/v1', kind: 'Deployment' }),
    readList(client, { apiVersion: 'apps/v1', kind: 'DaemonSet' }),
    readList<TenantRegistry>(client, { apiVersion: API_VERSION, kind: 'TenantRegistry', ...own }),
    readList<TenantTemplate>(client, { apiVersion: API_VERSION, kind: 'TenantTemplate', ...own }),
    readList<Tenant>(client, { apiVersion: API_VERSION, kind: 'Tenant', ...own }),
  ]);
  const [ingresses, services, classes, namespaces] = await Promise.all([
    readList<SourceObject>(client, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      ...(allObjects ? {} : own),
      ...ofTenants,
    }),
    readList<SourceObject>(client, {
      apiVersion: 'v1',
      kind: 'Service',
      ...(allObjects ? {} : own),
      ...ofTenants,
    }),
    readList(client, { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' }),
    readList(client, { apiVersion: 'v1', kind: 'Namespace' }),
  ]);
  const installations = mapReading(deployments, (items) =>
    items.flatMap((item) => readInstallation(item) ?? []),
  );
  const found = installations.kind === 'read' ? installations.value : [];
  const running = new Map<string, InstallationFacts>();
  for (const installation of found)
    running.set(keyOfInstallation(installation), await gatherInstallation(client, installation));
  const issuerLists = await Promise.all(
    (['ClusterIssuer', 'Issuer'] as const).map((kind) =>
      readList(client, { apiVersion: 'cert-manager.io/v1', kind }),
    ),
  );
  const monitorLists = await Promise.all(
    (['ServiceMonitor', 'PodMonitor'] as const).map((kind) =>
      readList(client, { apiVersion: 'monitoring.coreos.com/v1', kind }),
    ),
  );
  const besides = await Promise.all(
    [...new Set(found.map((installation) => installation.namespace))].map((name) =>
      readList(client, { apiVersion: 'v1', kind: 'Service', namespace: name }),
    ),
  );
  return {
    server,
    now: options.now,
    environment: options.environment,
    installations,
    running,
    registries,
    templates,
    tenants,
    ingresses: withKind(ingresses, 'Ingress'),
    services: withKind(services, 'Service'),
    ingressClasses: mapReading(classes, (items) => items.map(classOf)),
    workloads: joined([
      mapReading(deployments, (items) => items.map((item) => workloadOf('Deployment', item))),
      mapReading(daemonSets, (items) => items.map((item) => workloadOf('DaemonSet', item))),
    ]),
    selecting: joined(besides.map((reading) => mapReading(reading, (items) => items.map(selectingOf)))),
    namespaces: mapReading(
      namespaces,
      (items) => new Map(items.map(({ metadata }) => [metadata.name, metadata.labels ?? {}])),
    ),
    issuers: joined(issuerLists.map((reading) => mapReading(reading, (items) => items.map(issuerOf)))),
    monitors: joined(monitorLists.map((reading) => mapReading(reading, (items) => items.map(monitorOf)))),
  };
}

/** Lists carry the kind of their items once, for all of them. */
function withKind(reading: Reading<SourceObject[]>, kind: 'Ingress' | 'Service'): Reading<SourceObject[]> {
  return mapReading(reading, (items) => items.map((item) => ({ ...item, kind }) as SourceObject));
}

/** All that could be read; what could not be only when nothing could. */
function joined<T>(readings: readonly Reading<T[]>[]): Reading<T[]> {
  const read = readings.flatMap((reading) => (reading.kind === 'read' ? [reading.value] : []));
  if (read.length > 0 || readings.length === 0) return { kind: 'read', value: read.flat() };
  return readings.find(({ kind }) => kind === 'unread') ?? { kind: 'absent' };
}

interface PodTemplate {
  spec?: { containers?: { image?: string; args?: string[]; command?: string[] }[] };
}

function workloadOf(kind: Workload['kind'], object: unknown): Workload {
  const { metadata, spec, status } = object as KubeObject & {
    spec?: { replicas?: number; template?: PodTemplate };
    status?: { availableReplicas?: number; numberAvailable?: number; desiredNumberScheduled?: number };
  };
  const containers = spec?.template?.spec?.containers ?? [];
  return {
    kind,
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    images: containers.flatMap(({ image }) => (image === undefined ? [] : [image])),
    args: containers.flatMap(({ command = [], args = [] }) => [...command, ...args]),
    desired: kind === 'Deployment' ? (spec?.replicas ?? 1) : (status?.desiredNumberScheduled ?? 0),
    available: (kind === 'Deployment' ? status?.availableReplicas : status?.numberAvailable) ?? 0,
  };
}

function classOf(object: KubeObject): IngressClass {
  const { controller = '' } = (object.spec ?? {}) as { controller?: string };
  return {
    name: object.metadata.name,
    controller,
    isDefault: object.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true',
  };
}

function selectingOf(object: KubeObject): SelectingService {
  const { selector = {} } = (object.spec ?? {}) as { selector?: Record<string, string> };
  const { namespace = 'default', labels = {}, annotations = {} } = object.metadata;
  return { namespace, labels, annotations, selector };
}

function issuerOf({ kind, metadata, spec }: KubeObject): Issuer {
  const { acme } = (spec ?? {}) as { acme?: { server?: string; solvers?: { dns01?: unknown }[] } };
  return {
    // Lists may leave the kind out; a ClusterIssuer has no namespace.
    kind: kind === 'Issuer' || metadata.namespace !== undefined ? 'Issuer' : 'ClusterIssuer',
    namespace: metadata.namespace,
    name: metadata.name,
    server: acme?.server,
    hasDns01: (acme?.solvers ?? []).some(({ dns01 }) => dns01 !== undefined),
  };
}

function monitorOf({ kind, metadata, spec }: KubeObject): Monitor {
  const { selector, podMetricsEndpoints } = (spec ?? {}) as {
    selector?: { matchLabels?: Record<string, string> };
    podMetricsEndpoints?: unknown;
  };
  return {
    kind: kind === 'PodMonitor' || podMetricsEndpoints !== undefined ? 'PodMonitor' : 'ServiceMonitor',
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    selects: selector?.matchLabels ?? {},
  };
}
