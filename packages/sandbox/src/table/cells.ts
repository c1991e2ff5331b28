/** The cells of built-in kinds, in the order of the recorded columns. */
import type { Env } from '../engine/index.ts';
import { at, child, isObject, type Json, type JsonObject } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import { age, count, duration, labels, list, selector, text } from './text.ts';

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

const name = (o: JsonObject): string => text(at(o, 'metadata', 'name'));
const created = (o: JsonObject): Json => at(o, 'metadata', 'creationTimestamp') ?? '';
const old = (o: JsonObject, now: number): string => age(now, at(o, 'metadata', 'creationTimestamp'));
const size = (value: Json | undefined): number =>
  isObject(value) ? Object.keys(value).length : Array.isArray(value) ? value.length : 0;
const or = (value: string, otherwise = '<none>'): string => (value === '' ? otherwise : value);
const joined = (items: JsonObject[], field: string): string =>
  items.map((item) => text(item[field])).join(',');
const podSpec = (o: JsonObject): JsonObject => child(child(child(o, 'spec'), 'template'), 'spec') ?? {};
const containers = (o: JsonObject): string => joined(list(podSpec(o).containers), 'name');
const images = (o: JsonObject): string => joined(list(podSpec(o).containers), 'image');
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

function event(o: JsonObject, now: number): Json[] {
  const e =
    o.regarding === undefined
      ? o
      : {
          ...o,
          involvedObject: o.regarding,
          message: o.note,
          source: o.deprecatedSource,
          firstTimestamp: o.deprecatedFirstTimestamp,
          lastTimestamp: o.deprecatedLastTimestamp,
          count: o.deprecatedCount,
          reportingComponent: o.reportingController,
        };
  const involved = child(e, 'involvedObject') ?? {};
  const first = e.firstTimestamp ? age(now, e.firstTimestamp) : age(now, e.eventTime);
  const series = child(e, 'series');
  let last = e.lastTimestamp ? age(now, e.lastTimestamp) : first;
  let times = count(e.count);
  if (series) {
    last = age(now, series.lastObservedTime);
    times = count(series.count);
  } else if (times === 0) times = 1;
  const source = child(e, 'source') ?? {};
  const component = text(source.component) || text(e.reportingComponent);
  const host = text(source.component) ? text(source.host) : text(e.reportingInstance);
  const target = `${text(involved.kind).toLowerCase()}/${text(involved.name)}`;
  return [
    last,
    text(e.type),
    text(e.reason),
    target,
    text(involved.fieldPath),
    host ? `${component}, ${host}` : component,
    text(e.message).trim(),
    first,
    times,
    name(e),
  ];
}

function pod(o: JsonObject, now: number): Json[] {
  const status = child(o, 'status') ?? {};
  const spec = child(o, 'spec') ?? {};
  const states = list(status.containerStatuses);
  let reason = text(status.reason) || text(status.phase);
  for (const condition of list(status.conditions))
    if (condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated')
      reason = 'SchedulingGated';
  let restarts = 0;
  let ready = 0;
  for (const state of [...states].reverse()) {
    restarts += count(state.restartCount);
    const waiting = text(at(state, 'state', 'waiting', 'reason'));
    const ended = child(child(state, 'state'), 'terminated');
    if (waiting) reason = waiting;
    else if (ended)
      reason =
        text(ended.reason) ||
        (count(ended.signal) ? `Signal:${count(ended.signal)}` : `ExitCode:${count(ended.exitCode)}`);
    else if (state.ready === true && at(state, 'state', 'running') !== undefined) ready++;
  }
  if (reason === 'Completed' && ready > 0)
    reason = list(status.conditions).some((c) => c.type === 'Ready' && c.status === 'True')
      ? 'Running'
      : 'NotReady';
  if (at(o, 'metadata', 'deletionTimestamp'))
    reason = status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  const gates = list(spec.readinessGates);
  const met = gates.filter((gate) =>
    list(status.conditions).some((c) => c.type === gate.conditionType && c.status === 'True'),
  ).length;
  return [
    name(o),
    `${ready}/${size(spec.containers)}`,
    reason,
    String(restarts),
    old(o, now),
    or(text(status.podIP)),
    or(text(spec.nodeName)),
    or(text(status.nominatedNodeName)),
    gates.length > 0 ? `${met}/${gates.length}` : '<none>',
  ];
}

function job(o: JsonObject, now: number): Json[] {
  const spec = child(o, 'spec') ?? {};
  const status = child(o, 'status') ?? {};
  const succeeded = count(status.succeeded);
  const parallel = count(spec.parallelism);
  const completions =
    spec.completions !== undefined
      ? `${succeeded}/${count(spec.completions)}`
      : parallel > 1
        ? `${succeeded}/1 of ${parallel}`
        : `${succeeded}/1`;
  const start = status.startTime;
  const end = status.completionTime;
  const took =
    typeof start !== 'string'
      ? ''
      : duration((typeof end === 'string' ? Date.parse(end) : now) - Date.parse(start));
  const has = (type: string) => list(status.conditions).some((c) => c.type === type && c.status === 'True');
  let state = 'Running';
  if (has('Complete')) state = 'Complete';
  else if (has('Failed')) state = 'Failed';
  else if (at(o, 'metadata', 'deletionTimestamp')) state = 'Terminating';
  else if (has('Suspended')) state = 'Suspended';
  else if (has('FailureTarget')) state = 'FailureTarget';
  else if (has('SuccessCriteriaMet')) state = 'SuccessCriteriaMet';
  return [name(o), state, completions, took, old(o, now), containers(o), images(o), selector(spec.selector)];
}

function targets(o: JsonObject): string {
  const metrics = list(at(o, 'spec', 'metrics'));
  if (metrics.length === 0) return '<none>';
  const current = list(at(o, 'status', 'currentMetrics'));
  const shown = metrics.slice(0, 2).map((metric, i) => {
    const kind = text(metric.type);
    const key = kind.charAt(0).toLowerCase() + kind.slice(1);
    const source = child(metric, key) ?? {};
    const target = child(source, 'target') ?? {};
    const now = child(child(current[i], key), 'current') ?? {};
    if (kind !== 'Resource' && kind !== 'ContainerResource')
      return `${or(text(now.averageValue) || text(now.value), '<unknown>')}/${text(target.averageValue) || text(target.value)}`;
    if (target.averageValue !== undefined)
      return `${text(source.name)}: ${or(text(now.averageValue), '<unknown>')}/${text(target.averageValue)}`;
    const used = now.averageUtilization === undefined ? '<unknown>' : `${text(now.averageUtilization)}%`;
    return `${text(source.name)}: ${used}/${text(target.averageUtilization)}%`;
  });
  return metrics.length > 2 ? `${shown.join(', ')} + ${metrics.length - 2} more...` : shown.join(', ');
}
