/**
 * Defaults that depend on other fields of the same struct. The recorded table knows what an empty struct gets;
 * these are the cases where a set field changes that.
 */
import { isObject, type Json, type JsonObject } from '../json.ts';

const CORE = 'io.k8s.api.core.v1.';

/** Corrects the defaults just filled into `out`; `sent` is what the client wrote. */
export function adjustDefaults(definition: string, place: string, out: JsonObject, sent: JsonObject): void {
  rules[definition]?.(out, sent, place);
}

type Rule = (out: JsonObject, sent: JsonObject, place: string) => void;

const given = (sent: JsonObject, key: string): boolean => sent[key] !== undefined && sent[key] !== null;

/** A strategy's `rollingUpdate` belongs to one type alone. */
const rollingOnly: Rule = (out, sent) => {
  if (out.type !== 'RollingUpdate' && !given(sent, 'rollingUpdate')) delete out.rollingUpdate;
};

/** The one member a union defaults to goes when another member is set. */
const unlessOther =
  (member: string): Rule =>
  (out, sent) => {
    const others = Object.keys(sent).filter((key) => key !== 'name' && key !== member && given(sent, key));
    if (others.length > 0 && !given(sent, member)) delete out[member];
  };

const subjectGroup: Rule = (out, sent) => {
  if (given(sent, 'apiGroup') && sent.apiGroup !== '') return;
  if (out.kind === 'User' || out.kind === 'Group') out.apiGroup = 'rbac.authorization.k8s.io';
};

/** Limits are the default of requests, in pods alone (not in templates). */
function requestsFromLimits(container: Json): void {
  if (!isObject(container) || !isObject(container.resources)) return;
  const { limits, requests } = container.resources;
  if (!isObject(limits)) return;
  container.resources.requests = { ...limits, ...(isObject(requests) ? requests : {}) };
}

const rules: Record<string, Rule> = {
  [`${CORE}Container`]: pullPolicy,
  [`${CORE}EphemeralContainer`]: pullPolicy,
  [`${CORE}Volume`]: unlessOther('emptyDir'),
  [`${CORE}LoadBalancerIngress`]: (out) => {
    if (typeof out.ip === 'string' && out.ip !== '') out.ipMode ??= 'VIP';
  },
  [`${CORE}LimitRangeItem`]: (out) => {
    if (out.type !== 'Container') return;
    const map = (key: string): JsonObject => (isObject(out[key]) ? out[key] : {});
    const limits = { ...map('max'), ...map('default') };
    const requests = { ...map('min'), ...limits, ...map('defaultRequest') };
    if (Object.keys(limits).length > 0) out.default = limits;
    if (Object.keys(requests).length > 0) out.defaultRequest = requests;
  },
  'io.k8s.api.batch.v1.Job': (out) => {
    const metadata = isObject(out.metadata) ? out.metadata : {};
    const template = isObject(out.spec) && isObject(out.spec.template) ? out.spec.template : {};
    const labels = isObject(template.metadata) ? template.metadata.labels : undefined;
    if (isObject(labels) && metadata.labels === undefined)
      out.metadata = { ...metadata, labels: { ...labels } };
  },
  [`${CORE}Pod`]: (out) => {
    const spec = isObject(out.spec) ? out.spec : {};
    for (const list of ['containers', 'initContainers']) {
      const containers = spec[list];
      if (Array.isArray(containers)) containers.forEach(requestsFromLimits);
    }
  },
  [`${CORE}PodSpec`]: (out) => {
    if (out.hostNetwork !== true) return;
    for (const list of ['containers', 'initContainers'])
      for (const container of Array.isArray(out[list]) ? (out[list] as Json[]) : [])
        for (const port of isObject(container) && Array.isArray(container.ports) ? container.ports : [])
          if (isObject(port) && port.hostPort === undefined) port.hostPort = port.containerPort;
  },
  [`${CORE}ServiceSpec`]: (out, sent) => {
    const external = out.type === 'NodePort' || out.type === 'LoadBalancer';
    if (external && !given(sent, 'externalTrafficPolicy')) out.externalTrafficPolicy = 'Cluster';
    if (out.type === 'LoadBalancer' && !given(sent, 'allocateLoadBalancerNodePorts'))
      out.allocateLoadBalancerNodePorts = true;
    if (out.type === 'ExternalName' && !given(sent, 'internalTrafficPolicy'))
      delete out.internalTrafficPolicy;
    if (out.sessionAffinity === 'None') delete out.sessionAffinityConfig;
    if (out.sessionAffinity === 'ClientIP' && !given(sent, 'sessionAffinityConfig'))
      out.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10800 } };
  },
  [`${CORE}ServicePort`]: (out, sent) => {
    const target = sent.targetPort;
    if (target === undefined || target === null || target === 0 || target === '')
      out.targetPort = out.port ?? 0;
  },
  [`${CORE}HTTPGetAction`]: (out, sent) => {
    if (!given(sent, 'path') || sent.path === '') out.path = '/';
  },
  'io.k8s.api.apps.v1.DeploymentStrategy': rollingOnly,
  'io.k8s.api.apps.v1.DaemonSetUpdateStrategy': rollingOnly,
  'io.k8s.api.apps.v1.StatefulSetUpdateStrategy': rollingOnly,
  'io.k8s.api.batch.v1.JobSpec': (out, sent, place) => {
    if (!place.startsWith('batch/v1/Job ')) return;
    // Both absent mean one run; one of them absent means something of its own.
    if (given(sent, 'parallelism') && !given(sent, 'completions')) delete out.completions;
  },
  'io.k8s.api.networking.v1.NetworkPolicySpec': (out, sent) => {
    if (given(sent, 'policyTypes') && (sent.policyTypes as Json[]).length > 0) return;
    const egress = Array.isArray(sent.egress) && sent.egress.length > 0;
    out.policyTypes = egress ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  'io.k8s.api.rbac.v1.Subject': subjectGroup,
};

/** An image without a tag, or tagged latest, is pulled always. */
function pullPolicy(out: JsonObject, sent: JsonObject): void {
  if (given(sent, 'imagePullPolicy') && sent.imagePullPolicy !== '') return;
  const image = typeof sent.image === 'string' ? sent.image : '';
  if (!image) return;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const tag = name.includes('@') ? 'digest' : (name.split(':')[1] ?? 'latest');
  out.imagePullPolicy = tag === 'latest' ? 'Always' : 'IfNotPresent';
}
