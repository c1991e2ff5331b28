/** What the server itself puts into objects of some kinds before they are validated and stored. */
import { child, clone, equal, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import { portsOf } from './allocate.ts';
import type { Env } from './index.ts';
import { metaOf, withMeta } from './meta.ts';

/** Right after reading: fields that are only another way of writing others. */
export function normalize(type: ResourceType, object: JsonObject): JsonObject {
  if (type.shelf === '/secrets' && isObject(object.stringData)) {
    const { stringData, ...rest } = object;
    const data: JsonObject = { ...child(object, 'data') };
    for (const [key, value] of Object.entries(stringData as JsonObject))
      data[key] = Buffer.from(textOf(value)).toString('base64');
    return { ...rest, data };
  }
  return object;
}

/** Before the validation of a new object. */
export function prepareCreate(env: Env, type: ResourceType, object: JsonObject): JsonObject {
  let out = object;
  if (type.subresources.has('status')) {
    const { status: _, ...rest } = out;
    const status = type.initialStatus;
    out = status === undefined ? rest : { ...rest, status: clone(status) };
  }
  if (type.behaviour.generation !== 'none') out = withMeta(out, { generation: 1 });
  return creators[type.shelf]?.(env, out) ?? out;
}

/** Before the validation of a changed object; only what the endpoint may change is taken from `next`. */
export function prepareUpdate(
  type: ResourceType,
  next: JsonObject,
  old: JsonObject,
  subresource: string,
): JsonObject {
  if (subresource === 'status') {
    const out: JsonObject = { ...next };
    if (type.custom) {
      for (const key of Object.keys(out))
        if (!['apiVersion', 'kind', 'metadata', 'status'].includes(key)) delete out[key];
      for (const [key, value] of Object.entries(old))
        if (!['metadata', 'status'].includes(key)) out[key] = value;
      const managedFields = child(next, 'metadata')?.managedFields;
      return withMeta({ ...out, metadata: old.metadata }, { managedFields });
    }
    for (const path of type.behaviour.statusReset) {
      const [top, below] = path as [string, string?];
      if (below === undefined) {
        if (top === 'metadata') {
          const managedFields = child(next, 'metadata')?.managedFields;
          out.metadata = withMeta(old, { managedFields }).metadata;
        } else if (old[top] === undefined) delete out[top];
        else out[top] = old[top];
      } else if (isObject(out[top]))
        out[top] = withMeta({ metadata: out[top] } as JsonObject, {
          [below]: child(old, top)?.[below],
        }).metadata;
    }
    return out;
  }
  let out = next;
  if (type.subresources.has('status')) {
    const { status: _, ...rest } = next;
    out = old.status === undefined ? rest : { ...rest, status: old.status };
  }
  return updaters[type.shelf]?.(out, old) ?? out;
}

const creators: Record<string, (env: Env, object: JsonObject) => JsonObject> = {
  '/namespaces': (_env, object) => {
    const { name } = metaOf(object);
    const labels = { ...child(child(object, 'metadata'), 'labels'), 'kubernetes.io/metadata.name': name };
    const finalizers = new Set([
      ...((child(object, 'spec')?.finalizers as Json[] | undefined) ?? []),
      'kubernetes',
    ]);
    return withMeta(
      { ...object, spec: { finalizers: [...finalizers] }, status: { phase: 'Active' } },
      { labels },
    );
  },
  '/pods': (_env, object) => ({
    ...object,
    spec: admitPod(child(object, 'spec') ?? {}),
    status: { phase: 'Pending', qosClass: qosClass(object) },
  }),
  '/persistentvolumeclaims': (_env, object) => {
    const finalizers = new Set([...metaOf(object).finalizers, 'kubernetes.io/pvc-protection']);
    return withMeta({ ...object, status: { phase: 'Pending' } }, { finalizers: [...finalizers] });
  },
  '/persistentvolumes': (_env, object) => {
    const finalizers = new Set([...metaOf(object).finalizers, 'kubernetes.io/pv-protection']);
    return withMeta({ ...object, status: { phase: 'Pending' } }, { finalizers: [...finalizers] });
  },
  '/services': (env, object) => ({
    ...object,
    spec: allocate(env, child(object, 'spec') ?? {}),
    status: { loadBalancer: {} },
  }),
  'batch/jobs': (_env, object) => jobSelector(object),
  'apps/daemonsets': (_env, object) => {
    const annotations = child(child(object, 'metadata'), 'annotations') ?? {};
    return withMeta(object, {
      annotations: { 'deprecated.daemonset.template.generation': '1', ...annotations },
    });
  },
  'certificates.k8s.io/certificatesigningrequests': (_env, object) => object,
  'apiextensions.k8s.io/customresourcedefinitions': (_env, object) => {
    const versions = child(object, 'spec')?.versions;
    const storage = (Array.isArray(versions) ? versions : []).filter(isObject).find((one) => one.storage);
    const storedVersions = storage ? [textOf(storage.name)] : [];
    return {
      ...object,
      status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions },
    };
  },
};

const updaters: Record<string, (next: JsonObject, old: JsonObject) => JsonObject> = {
  // The finalizers change through their own endpoint alone; the name is always a label.
  '/namespaces': (next, old) => {
    const labels = {
      ...child(child(next, 'metadata'), 'labels'),
      'kubernetes.io/metadata.name': metaOf(old).name,
    };
    return withMeta({ ...next, spec: old.spec }, { labels });
  },
  '/services': (next, old) => {
    const spec = { ...child(next, 'spec') };
    const before = child(old, 'spec') ?? {};
    if (spec.type !== 'ExternalName') {
      for (const field of [
        'clusterIP',
        'clusterIPs',
        'ipFamilies',
        'ipFamilyPolicy',
        'internalTrafficPolicy',
        'healthCheckNodePort',
      ])
        if (
          (spec[field] === undefined || spec[field] === '') &&
          before[field] !== undefined &&
          before.type !== 'ExternalName'
        )
          spec[field] = before[field];
    }
    if (spec.type === 'ExternalName' && before.type !== 'ExternalName')
      for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'])
        if (spec[field] === '' || equal(spec[field], before[field])) delete spec[field];
    if (!needsNodePorts(spec.type) && needsNodePorts(before.type)) dropNodePorts(spec, before);
    keepNodePorts(spec, before);
    return { ...next, spec };
  },
  '/persistentvolumeclaims': (next, old) => {
    const before = child(old, 'spec') ?? {};
    const spec = { ...child(next, 'spec') };
    if (before.volumeName && !spec.volumeName) spec.volumeName = before.volumeName;
    return { ...next, spec };
  },
  'apps/daemonsets': (next, old) => {
    const changed = !equal(child(next, 'spec')?.template, child(old, 'spec')?.template);
    const key = 'deprecated.daemonset.template.generation';
    const was = Number(child(child(old, 'metadata'), 'annotations')?.[key] ?? 1);
    const annotations = {
      ...child(child(next, 'metadata'), 'annotations'),
      [key]: String(changed ? was + 1 : was),
    };
    return withMeta(next, { annotations });
  },
};

/** What the admission plugins DefaultTolerationSeconds and Priority put into a pod. */
function admitPod(spec: JsonObject): JsonObject {
  const tolerations = Array.isArray(spec.tolerations) ? [...spec.tolerations] : [];
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const covered = tolerations.some(
      (t) =>
        isObject(t) &&
        (t.key === key || t.key === undefined) &&
        (t.effect === 'NoExecute' || t.effect === undefined),
    );
    if (!covered) tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  }
  return {
    ...spec,
    tolerations,
    priority: spec.priority ?? 0,
    preemptionPolicy: spec.preemptionPolicy ?? 'PreemptLowerPriority',
  };
}

function qosClass(pod: JsonObject): string {
  const spec = child(pod, 'spec') ?? {};
  const containers = [spec.containers, spec.initContainers].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  let guaranteed = containers.length > 0;
  let any = false;
  for (const container of containers) {
    const resources = isObject(container) ? child(container, 'resources') : undefined;
    const limits = child(resources, 'limits') ?? {};
    const requests = child(resources, 'requests') ?? {};
    if (Object.keys(limits).length + Object.keys(requests).length > 0) any = true;
    for (const name of ['cpu', 'memory'])
      if (!limits[name] || (requests[name] !== undefined && requests[name] !== limits[name]))
        guaranteed = false;
  }
  return guaranteed ? 'Guaranteed' : any ? 'Burstable' : 'BestEffort';
}

/** Gives a Service the address and the node ports that it lacks. */
export function allocate(env: Env, sent: JsonObject): JsonObject {
  const spec = { ...sent };
  if (spec.type === 'ExternalName') return spec;
  if (!spec.clusterIP)
    spec.clusterIP =
      Array.isArray(spec.clusterIPs) && spec.clusterIPs[0] ? spec.clusterIPs[0] : env.services.clusterIP();
  spec.clusterIPs ??= [spec.clusterIP];
  const selectorless = spec.clusterIP === 'None' && Object.keys(child(spec, 'selector') ?? {}).length === 0;
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= selectorless ? 'RequireDualStack' : 'SingleStack';
  assignNodePorts(env, spec);
  return spec;
}

/** Fills in missing node ports of a NodePort or LoadBalancer service. */
function assignNodePorts(env: Env, spec: JsonObject): void {
  const wanted =
    spec.type === 'NodePort' ||
    (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
  if (!wanted || !Array.isArray(spec.ports)) return;
  spec.ports = spec.ports.map((port) =>
    isObject(port) && !port.nodePort ? { ...port, nodePort: env.services.nodePort() } : port,
  );
}

const needsNodePorts = (type: Json | undefined): boolean => type === 'NodePort' || type === 'LoadBalancer';

/** Node ports that were only kept go with the type that needed them. */
function dropNodePorts(spec: JsonObject, before: JsonObject): void {
  const old = new Set(portsOf(before));
  if (!Array.isArray(spec.ports) || portsOf(spec).some((port) => !old.has(port))) return;
  spec.ports = spec.ports.map((port) =>
    isObject(port) ? (withMeta({ metadata: port }, { nodePort: undefined }).metadata as JsonObject) : port,
  );
}

function keepNodePorts(spec: JsonObject, before: JsonObject): void {
  if (
    !needsNodePorts(spec.type) ||
    !needsNodePorts(before.type) ||
    !Array.isArray(spec.ports) ||
    !Array.isArray(before.ports)
  )
    return;
  const old = before.ports.filter(isObject);
  spec.ports = spec.ports.map((port) => {
    if (!isObject(port) || port.nodePort) return port;
    const same = old.find((p) => p.port === port.port && p.protocol === port.protocol);
    return same?.nodePort ? { ...port, nodePort: same.nodePort } : port;
  });
}

function jobSelector(job: JsonObject): JsonObject {
  const spec = { ...child(job, 'spec') };
  if (spec.manualSelector === true) return job;
  const { uid, name } = metaOf(job);
  const template = { ...child(spec, 'template') };
  const metadata = { ...child(template, 'metadata') };
  metadata.labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
    ...child(metadata, 'labels'),
  };
  spec.selector = {
    matchLabels: {
      ...child(child(spec, 'selector'), 'matchLabels'),
      'batch.kubernetes.io/controller-uid': uid,
    },
  };
  spec.template = { ...template, metadata };
  const labels = child(child(job, 'metadata'), 'labels') ?? metadata.labels;
  return withMeta({ ...job, spec }, { labels });
}
