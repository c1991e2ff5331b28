/** One rule a kind; the key is `group/Kind`, the core group is empty. */
import type { KubeObject } from '@tenant-operator/kube';
import {
  asList,
  asNumber,
  asRecord,
  conditionsOf,
  describeCondition,
  isStale,
  requireCondition,
  specOf,
  statusOf,
} from './conditions.ts';
import { failed, type Readiness, ready, waiting } from './verdict.ts';

type Rule = (object: KubeObject) => Readiness | undefined;

const unseen = waiting('its controller has not seen the last change yet');

/** Rules that need a controller's answer wait until there is an `observedGeneration` at all. */
function observed(rule: Rule): Rule {
  return (object) => {
    const generation = statusOf(object).observedGeneration;
    return typeof generation !== 'number' || isStale(object) ? unseen : rule(object);
  };
}

/** As `kubectl rollout status` judges it: all replicas updated, no old ones left, all available. */
function deployment(object: KubeObject): Readiness {
  const status = statusOf(object);
  const want = asNumber(specOf(object).replicas, 1);
  const conditions = conditionsOf(status.conditions);
  const stuck = conditions.find((c) => c.type === 'Progressing' && c.reason === 'ProgressDeadlineExceeded');
  if (stuck) return failed(describeCondition(stuck));
  const updated = asNumber(status.updatedReplicas);
  if (updated < want) return waiting(`${updated} of ${want} replicas updated`);
  const old = asNumber(status.replicas) - updated;
  if (old > 0) return waiting(`${old} old replicas still to go`);
  const available = asNumber(status.availableReplicas);
  if (available < want) return waiting(`${available} of ${want} replicas available${refusal(conditions)}`);
  return ready;
}

/** Why a Deployment cannot make pods (quota, admission), when it says so. */
function refusal(conditions: ReturnType<typeof conditionsOf>): string {
  const condition = conditions.find((c) => c.type === 'ReplicaFailure' && c.status === 'True');
  return condition?.message ? `: ${condition.message}` : '';
}

function statefulSet(object: KubeObject): Readiness {
  const status = statusOf(object);
  const spec = specOf(object);
  const want = asNumber(spec.replicas, 1);
  const strategy = asRecord(spec.updateStrategy);
  const current = asNumber(status.readyReplicas);
  if (current < want) return waiting(`${current} of ${want} replicas ready`);
  if (strategy.type === 'OnDelete') return ready;
  const partition = asNumber(asRecord(strategy.rollingUpdate).partition);
  const updated = asNumber(status.updatedReplicas);
  if (updated < want - partition) return waiting(`${updated} of ${want - partition} replicas updated`);
  if (partition === 0 && want > 0 && status.currentRevision !== status.updateRevision) {
    return waiting('replicas of an older revision are still to go');
  }
  return ready;
}

/** No node that it selects is ready as well. */
function daemonSet(object: KubeObject): Readiness {
  const status = statusOf(object);
  const want = asNumber(status.desiredNumberScheduled);
  const onDelete = asRecord(specOf(object).updateStrategy).type === 'OnDelete';
  const updated = asNumber(status.updatedNumberScheduled);
  if (!onDelete && updated < want) return waiting(`${updated} of ${want} pods updated`);
  const available = asNumber(status.numberAvailable);
  return available < want ? waiting(`${available} of ${want} pods available`) : ready;
}

function job(object: KubeObject): Readiness {
  const conditions = conditionsOf(statusOf(object).conditions);
  const is = (type: string) => conditions.find((c) => c.type === type && c.status === 'True');
  const failure = is('Failed');
  if (failure) return failed(describeCondition(failure));
  if (is('Complete')) return ready;
  if (specOf(object).suspend === true) return waiting('it is suspended');
  return waiting(
    `${asNumber(statusOf(object).succeeded)} of ${asNumber(specOf(object).completions, 1)} completed`,
  );
}

/** A pod that has done its work is not Ready any more, in the words of its condition. */
function pod(object: KubeObject): Readiness {
  const { phase, reason, message } = statusOf(object);
  if (phase === 'Succeeded') return ready;
  if (phase === 'Failed') {
    const why = [reason, message].filter((part) => typeof part === 'string' && part !== '');
    return failed(['it has failed', ...why].join(': '));
  }
  return (
    requireCondition(object, ['Ready']) ?? waiting(`it is ${typeof phase === 'string' ? phase : 'Pending'}`)
  );
}

/** As a Deployment's, without revisions. */
function replicaSet(object: KubeObject): Readiness {
  const want = asNumber(specOf(object).replicas, 1);
  const available = asNumber(statusOf(object).availableReplicas);
  return available < want ? waiting(`${available} of ${want} replicas available`) : ready;
}

function service(object: KubeObject): Readiness {
  return specOf(object).type === 'LoadBalancer' ? address(object) : ready;
}

/** `status.loadBalancer.ingress[]` has an IP or a host name. */
function address(object: KubeObject): Readiness {
  const addresses = asList(asRecord(statusOf(object).loadBalancer).ingress);
  return addresses.some((entry) => entry.ip || entry.hostname) ? ready : waiting('no address yet');
}

function persistentVolumeClaim(object: KubeObject): Readiness {
  const phase = statusOf(object).phase;
  if (phase === 'Bound') return ready;
  if (phase === 'Lost') return failed('its volume is lost');
  const { storageClassName } = specOf(object);
  const message = `it is ${typeof phase === 'string' ? phase : 'Pending'}`;
  if (typeof storageClassName !== 'string') return waiting(message);
  return { state: 'waiting', message, storageClass: storageClassName };
}

function podDisruptionBudget(object: KubeObject): Readiness {
  const status = statusOf(object);
  // There is nothing to protect yet.
  if (status.expectedPods === 0) return ready;
  const healthy = asNumber(status.currentHealthy);
  const desired = asNumber(status.desiredHealthy);
  return healthy < desired ? waiting(`${healthy} of ${desired} pods healthy`) : ready;
}

function horizontalPodAutoscaler(object: KubeObject): Readiness {
  const able = conditionsOf(statusOf(object).conditions).find((c) => c.type === 'AbleToScale');
  if (!able) return unseen;
  return able.status === 'True' ? ready : waiting(describeCondition(able));
}

function namespace(object: KubeObject): Readiness {
  const phase = statusOf(object).phase;
  return phase === 'Active' ? ready : waiting(`it is ${typeof phase === 'string' ? phase : 'new'}`);
}

function customResourceDefinition(object: KubeObject): Readiness {
  return requireCondition(object, ['Established']) ?? waiting('not established yet');
}

function gateway(object: KubeObject): Readiness {
  return requireCondition(object, ['Programmed', 'Ready', 'Accepted']) ?? unseen;
}

/**
 * Every parent that the route names must have accepted it and resolved its references. An entry of a parent that it names no
 * more says nothing: controllers may leave it standing.
 */
function httpRoute(object: KubeObject): Readiness {
  const parents = asList(statusOf(object).parents);
  const wanted = asList(specOf(object).parentRefs).map((ref) => parentKey(ref, object));
  const own = wanted.map((key) => parents.filter(({ parentRef }) => parentKey(parentRef, object) === key));
  if (own.length === 0 || own.some((entries) => entries.length === 0))
    return waiting('no parent has accepted it yet');
  for (const parent of own.flat()) {
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const verdict = requireCondition(object, [type], parent.conditions) ?? unseen;
      if (verdict.state !== 'ready') return verdict;
    }
  }
  return ready;
}

/** Equal for references to the same parent, whether defaults are written out or not (Gateway API, ParentReference). */
function parentKey(reference: unknown, { metadata }: KubeObject): string {
  const given = (reference ?? {}) as Record<string, unknown>;
  const group = given.group ?? 'gateway.networking.k8s.io';
  const kind = given.kind ?? 'Gateway';
  const namespace = given.namespace ?? metadata.namespace;
  return JSON.stringify([group, kind, namespace, given.name, given.sectionName, given.port]);
}

const exists: Rule = () => ready;

export const kindRules: Readonly<Record<string, Rule>> = {
  'apps/Deployment': observed(deployment),
  'apps/StatefulSet': observed(statefulSet),
  'apps/DaemonSet': observed(daemonSet),
  'apps/ReplicaSet': observed(replicaSet),
  '/Pod': pod,
  'batch/Job': job,
  'batch/CronJob': exists,
  '/Service': service,
  '/PersistentVolumeClaim': persistentVolumeClaim,
  '/Namespace': namespace,
  'networking.k8s.io/Ingress': address,
  'networking.k8s.io/NetworkPolicy': exists,
  'policy/PodDisruptionBudget': observed(podDisruptionBudget),
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscaler,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinition,
  'gateway.networking.k8s.io/Gateway': gateway,
  'gateway.networking.k8s.io/HTTPRoute': httpRoute,
  'gateway.networking.k8s.io/GRPCRoute': httpRoute,
};
