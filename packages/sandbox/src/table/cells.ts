/** The cells of built-in kinds, in the order of the recorded columns. */
import type { Env } from '../engine/index.ts';
import { at, child, type Json, type JsonObject } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import { event, job, pod, targets } from './states.ts';
import {
  age,
  containers,
  count,
  images,
  joined,
  labels,
  list,
  name,
  old,
  or,
  podSpec,
  selector,
  size,
  text,
} from './text.ts';

type Cells = (o: JsonObject, now: number) => Json[];

export function cellsOf(env: Env, type: ResourceType, object: JsonObject): Json[] {
  const cells = printers[type.shelf];
  const now = env.now();
  if (cells)
    return cells(
      type.shelf === 'autoscaling/horizontalpodautoscalers' ? type.convert(object, 'autoscaling/v2') : object,
      now,
    );
  return [name(object), created(object)];
}

const created = (o: JsonObject): Json => at(o, 'metadata', 'creationTimestamp') ?? '';
const MODES: Record<string, string> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const modes = (value: Json | undefined): string =>
  Array.isArray(value) ? value.map((m) => MODES[text(m)] ?? text(m)).join(',') : '';

const printers: Record<string, Cells> = {
  '/configmaps': (o, now) => [name(o), size(o.data) + size(o.binaryData), old(o, now)],
  '/secrets': (o, now) => [name(o), text(o.type), size(o.data), old(o, now)],
  '/serviceaccounts': (o, now) => [name(o), size(o.secrets), old(o, now)],
  '/namespaces': (o, now) => [name(o), text(at(o, 'status', 'phase')), old(o, now)],
  '/limitranges': (o) => [name(o), created(o)],
  '/resourcequotas': (o, now) => [name(o), ...quota(o), old(o, now)],
  '/services': (o, now) => [
    name(o),
    text(at(o, 'spec', 'type')),
    or(text(at(o, 'spec', 'clusterIP'))),
    external(o),
    ports(o),
    old(o, now),
    labels(at(o, 'spec', 'selector')),
  ],
  '/endpoints': (o, now) => [name(o), endpoints(o), old(o, now)],
  '/events': event,
  '/pods': pod,
  '/nodes': (o, now) => {
    const ready = list(at(o, 'status', 'conditions')).find((c) => c.type === 'Ready');
    const info = child(child(o, 'status'), 'nodeInfo') ?? {};
    const addresses = list(at(o, 'status', 'addresses'));
    const address = (kind: string) => text(addresses.find((a) => a.type === kind)?.address) || '<none>';
    const roles = Object.keys(child(child(o, 'metadata'), 'labels') ?? {})
      .filter((l) => l.startsWith('node-role.kubernetes.io/'))
      .map((l) => l.slice(24))
      .sort()
      .join(',');
    const status = [
      ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown',
      ...(at(o, 'spec', 'unschedulable') === true ? ['SchedulingDisabled'] : []),
    ].join(',');
    return [
      name(o),
      status,
      or(roles),
      old(o, now),
      text(info.kubeletVersion),
      address('InternalIP'),
      address('ExternalIP'),
      or(text(info.osImage), '<unknown>'),
      or(text(info.kernelVersion), '<unknown>'),
      or(text(info.containerRuntimeVersion), '<unknown>'),
    ];
  },
  '/persistentvolumeclaims': (o, now) => {
    const phase = at(o, 'metadata', 'deletionTimestamp') ? 'Terminating' : text(at(o, 'status', 'phase'));
    const bound = at(o, 'spec', 'volumeName') ? text(at(o, 'status', 'capacity', 'storage')) : '';
    const access = at(o, 'spec', 'volumeName') ? modes(at(o, 'status', 'accessModes')) : '';
    return [
      name(o),
      phase,
      text(at(o, 'spec', 'volumeName')),
      bound,
      access,
      text(at(o, 'spec', 'storageClassName')),
      or(text(at(o, 'spec', 'volumeAttributesClassName')), '<unset>'),
      old(o, now),
      or(text(at(o, 'spec', 'volumeMode')), '<unset>'),
    ];
  },
  '/persistentvolumes': (o, now) => {
    const claim = child(child(o, 'spec'), 'claimRef');
    const phase = at(o, 'metadata', 'deletionTimestamp') ? 'Terminating' : text(at(o, 'status', 'phase'));
    return [
      name(o),
      text(at(o, 'spec', 'capacity', 'storage')),
      modes(at(o, 'spec', 'accessModes')),
      text(at(o, 'spec', 'persistentVolumeReclaimPolicy')),
      phase,
      claim ? `${text(claim.namespace)}/${text(claim.name)}` : '',
      text(at(o, 'spec', 'storageClassName')),
      or(text(at(o, 'spec', 'volumeAttributesClassName')), '<unset>'),
      text(at(o, 'status', 'reason')),
      old(o, now),
      or(text(at(o, 'spec', 'volumeMode')), '<unset>'),
    ];
  },
  'apps/deployments': (o, now) => [
    name(o),
    `${count(at(o, 'status', 'readyReplicas'))}/${count(at(o, 'spec', 'replicas'))}`,
    count(at(o, 'status', 'updatedReplicas')),
    count(at(o, 'status', 'availableReplicas')),
    old(o, now),
    containers(o),
    images(o),
    selector(at(o, 'spec', 'selector')),
  ],
  'apps/replicasets': (o, now) => [
    name(o),
    count(at(o, 'spec', 'replicas')),
    count(at(o, 'status', 'replicas')),
    count(at(o, 'status', 'readyReplicas')),
    old(o, now),
    containers(o),
    images(o),
    selector(at(o, 'spec', 'selector')),
  ],
  'apps/statefulsets': (o, now) => [
    name(o),
    `${count(at(o, 'status', 'readyReplicas'))}/${count(at(o, 'spec', 'replicas'))}`,
    old(o, now),
    containers(o),
    images(o),
  ],
  'apps/daemonsets': (o, now) => {
    const status = child(o, 'status') ?? {};
    return [
      name(o),
      count(status.desiredNumberScheduled),
      count(status.currentNumberScheduled),
      count(status.numberReady),
      count(status.updatedNumberScheduled),
      count(status.numberAvailable),
      labels(podSpec(o).nodeSelector),
      old(o, now),
      containers(o),
      images(o),
      selector(at(o, 'spec', 'selector')),
    ];
  },
  'apps/controllerrevisions': (o, now) => {
    const owner = list(at(o, 'metadata', 'ownerReferences')).find((ref) => ref.controller === true);
    const group = owner ? text(owner.apiVersion).split('/') : [];
    const controller = owner
      ? `${text(owner.kind).toLowerCase()}${group.length > 1 ? `.${group[0]}` : ''}/${text(owner.name)}`
      : '<none>';
    return [name(o), controller, count(o.revision), old(o, now)];
  },
  'batch/jobs': job,
  'batch/cronjobs': (o, now) => {
    const spec = child(o, 'spec') ?? {};
    const inner = child(child(spec, 'jobTemplate'), 'spec') ?? {};
    const body = child(child(inner, 'template'), 'spec') ?? {};
    const last = at(o, 'status', 'lastScheduleTime');
    return [
      name(o),
      text(spec.schedule),
      or(text(spec.timeZone)),
      spec.suspend === true ? 'True' : 'False',
      size(at(o, 'status', 'active')),
      last ? age(now, last) : '<none>',
      old(o, now),
      joined(list(body.containers), 'name'),
      joined(list(body.containers), 'image'),
      selector(inner.selector),
    ];
  },
  'networking.k8s.io/ingresses': (o, now) => {
    const rules = list(at(o, 'spec', 'rules'));
    const hosts = rules.map((rule) => text(rule.host)).filter((host) => host !== '');
    const shown =
      hosts.length > 3 ? `${hosts.slice(0, 3).join(',')} + ${hosts.length - 3} more...` : hosts.join(',');
    const address = list(at(o, 'status', 'loadBalancer', 'ingress'))
      .map((entry) => text(entry.ip) || text(entry.hostname))
      .join(',');
    return [
      name(o),
      or(text(at(o, 'spec', 'ingressClassName'))),
      or(shown, '*'),
      address,
      size(at(o, 'spec', 'tls')) > 0 ? '80, 443' : '80',
      old(o, now),
    ];
  },
  'networking.k8s.io/ingressclasses': (o, now) => [
    name(o),
    text(at(o, 'spec', 'controller')),
    at(o, 'spec', 'parameters')
      ? `${text(at(o, 'spec', 'parameters', 'kind'))}/${text(at(o, 'spec', 'parameters', 'name'))}`
      : '<none>',
    old(o, now),
  ],
  'networking.k8s.io/networkpolicies': (o, now) => [
    name(o),
    selector(at(o, 'spec', 'podSelector')),
    old(o, now),
  ],
  'policy/poddisruptionbudgets': (o, now) => [
    name(o),
    or(text(at(o, 'spec', 'minAvailable')), 'N/A'),
    or(text(at(o, 'spec', 'maxUnavailable')), 'N/A'),
    count(at(o, 'status', 'disruptionsAllowed')),
    old(o, now),
  ],
  'autoscaling/horizontalpodautoscalers': (o, now) => {
    const ref = child(child(o, 'spec'), 'scaleTargetRef') ?? {};
    const min = at(o, 'spec', 'minReplicas');
    return [
      name(o),
      `${text(ref.kind)}/${text(ref.name)}`,
      targets(o),
      min === undefined ? '<unset>' : text(min),
      count(at(o, 'spec', 'maxReplicas')),
      count(at(o, 'status', 'currentReplicas')),
      old(o, now),
    ];
  },
  'coordination.k8s.io/leases': (o, now) => [name(o), text(at(o, 'spec', 'holderIdentity')), old(o, now)],
  'rbac.authorization.k8s.io/roles': (o) => [name(o), created(o)],
  'rbac.authorization.k8s.io/clusterroles': (o) => [name(o), created(o)],
  'rbac.authorization.k8s.io/rolebindings': binding,
  'rbac.authorization.k8s.io/clusterrolebindings': binding,
  'storage.k8s.io/storageclasses': (o, now) => [
    at(o, 'metadata', 'annotations', 'storageclass.kubernetes.io/is-default-class') === 'true'
      ? `${name(o)} (default)`
      : name(o),
    text(o.provisioner),
    text(o.reclaimPolicy),
    text(o.volumeBindingMode),
    o.allowVolumeExpansion === true,
    old(o, now),
  ],
  'discovery.k8s.io/endpointslices': (o, now) => {
    const addresses = list(o.endpoints).flatMap((e) =>
      Array.isArray(e.addresses) ? e.addresses.map(text) : [],
    );
    const shown =
      addresses.length > 3
        ? `${addresses.slice(0, 3).join(',')} + ${addresses.length - 3} more...`
        : addresses.join(',');
    return [
      name(o),
      text(o.addressType),
      or(
        list(o.ports)
          .map((p) => (p.port === undefined ? '*' : text(p.port)))
          .join(','),
        '<unset>',
      ),
      or(shown, '<unset>'),
      old(o, now),
    ];
  },
  'admissionregistration.k8s.io/validatingwebhookconfigurations': (o, now) => [
    name(o),
    size(o.webhooks),
    old(o, now),
  ],
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': (o, now) => [
    name(o),
    size(o.webhooks),
    old(o, now),
  ],
  'scheduling.k8s.io/priorityclasses': (o, now) => [
    name(o),
    count(o.value),
    o.globalDefault === true,
    old(o, now),
    text(o.preemptionPolicy),
  ],
};

function binding(o: JsonObject, now: number): Json[] {
  const subjects = list(o.subjects);
  const of = (kind: string) =>
    subjects
      .filter((s) => s.kind === kind)
      .map((s) => (kind === 'ServiceAccount' ? `${text(s.namespace)}/${text(s.name)}` : text(s.name)))
      .join(', ');
  return [
    name(o),
    `${text(at(o, 'roleRef', 'kind'))}/${text(at(o, 'roleRef', 'name'))}`,
    old(o, now),
    of('User'),
    of('Group'),
    of('ServiceAccount'),
  ];
}

function quota(o: JsonObject): [string, string] {
  const hard = child(child(o, 'status'), 'hard') ?? {};
  const used = child(child(o, 'status'), 'used') ?? {};
  const requests: string[] = [];
  const limits: string[] = [];
  for (const key of Object.keys(hard).sort())
    (key.startsWith('limits') ? limits : requests).push(
      `${key}: ${text(used[key]) || '0'}/${text(hard[key])}`,
    );
  return [requests.join(', '), limits.join(', ')];
}

function external(o: JsonObject): string {
  const spec = child(o, 'spec') ?? {};
  const extra = Array.isArray(spec.externalIPs) ? spec.externalIPs.map(text) : [];
  if (spec.type === 'ExternalName') return text(spec.externalName);
  if (spec.type !== 'LoadBalancer') return or(extra.join(','));
  const given = list(at(o, 'status', 'loadBalancer', 'ingress')).map(
    (entry) => text(entry.ip) || text(entry.hostname),
  );
  return or([...given, ...extra].join(','), '<pending>');
}

function ports(o: JsonObject): string {
  return or(
    list(at(o, 'spec', 'ports'))
      .map((p) => `${text(p.port)}${p.nodePort ? `:${text(p.nodePort)}` : ''}/${text(p.protocol)}`)
      .join(','),
  );
}

function endpoints(o: JsonObject): string {
  const all = list(o.subsets).flatMap((s) => {
    const portList = list(s.ports);
    return list(s.addresses).flatMap((a) =>
      portList.length === 0 ? [text(a.ip)] : portList.map((p) => `${text(a.ip)}:${text(p.port)}`),
    );
  });
  return or(all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(','));
}
