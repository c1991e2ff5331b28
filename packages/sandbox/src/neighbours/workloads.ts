/** Workloads become ready without any pod; an annotation makes them fail. */
import { type Api, type ApiObject, createStopping, type Meta, pause } from './api.ts';
import type { Neighbour } from './index.ts';
import { holds, react } from './react.ts';

/** On a workload or its pod template; the value is the cause that its conditions give. */
export const FAIL_ANNOTATION = 'sandbox.kubernetes-tenants.org/fail';

export interface WorkloadOptions {
  /** Until a workload is ready; 200 ms. */
  readonly readyAfterMs?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
}

interface Spec {
  readonly replicas?: number;
  readonly completions?: number;
  readonly suspend?: boolean;
  readonly template?: { readonly metadata?: Partial<Meta> };
}

type Workload = ApiObject<Spec, { readonly conditions?: readonly Condition[]; readonly startTime?: string }>;

interface Verdict {
  readonly workload: Workload;
  /** Undefined when all is well. */
  readonly failure: string | undefined;
  readonly time: string;
}

const apps = '/apis/apps/v1';
const states: Readonly<Record<string, (verdict: Verdict) => object | undefined>> = {
  [`${apps}/deployments`]: deployment,
  [`${apps}/statefulsets`]: statefulSet,
  [`${apps}/daemonsets`]: daemonSet,
  '/apis/batch/v1/jobs': job,
  '/apis/policy/v1/poddisruptionbudgets': disruptionBudget,
};

export function startWorkloads(api: Api, options: WorkloadOptions = {}): Neighbour {
  const { readyAfterMs = 200, now = Date.now } = options;
  const stopping = createStopping();
  const reacting = react<Workload>(api, Object.keys(states), async (workload, collection) => {
    if (workload.metadata.deletionTimestamp !== undefined) return;
    const { annotations } = workload.metadata;
    const failure =
      annotations?.[FAIL_ANNOTATION] ?? workload.spec?.template?.metadata?.annotations?.[FAIL_ANNOTATION];
    const time = new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const status = states[collection]?.({ workload, failure, time });
    if (status === undefined || holds(workload.status, status)) return;
    await pause(readyAfterMs, stopping.signal);
    await api.patch(collection, workload.metadata, { status }, 'status');
  });
  return {
    async stop() {
      stopping.abort();
      await reacting.stop();
    },
  };
}

/** There are no pods to protect. */
function disruptionBudget({ workload }: Verdict): object {
  return {
    observedGeneration: workload.metadata.generation,
    currentHealthy: 0,
    desiredHealthy: 0,
    disruptionsAllowed: 0,
    expectedPods: 0,
  };
}

function deployment({ workload, failure, time }: Verdict): object {
  const replicas = workload.spec?.replicas ?? 1;
  const ready = failure === undefined ? replicas : 0;
  const conditions = [
    ready === replicas
      ? state('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
      : state(
          'Available',
          'False',
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
        ),
    failure === undefined
      ? state(
          'Progressing',
          'True',
          'NewReplicaSetAvailable',
          'The new replica set has successfully progressed.',
        )
      : state('Progressing', 'False', 'ProgressDeadlineExceeded', failure),
  ];
  return {
    observedGeneration: workload.metadata.generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: replicas - ready,
    conditions: keepTimes(conditions, workload, time).map((condition) => ({
      ...condition,
      lastUpdateTime: condition.lastTransitionTime,
    })),
  };
}

function statefulSet({ workload, failure }: Verdict): object {
  const replicas = workload.spec?.replicas ?? 1;
  const ready = failure === undefined ? replicas : 0;
  const revision = `${workload.metadata.name}-${workload.metadata.generation ?? 1}`;
  return {
    observedGeneration: workload.metadata.generation,
    replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: replicas,
    updatedReplicas: replicas,
    currentRevision: revision,
    updateRevision: revision,
  };
}

/** On a cluster of one node. */
function daemonSet({ workload, failure }: Verdict): object {
  const ready = failure === undefined ? 1 : 0;
  return {
    observedGeneration: workload.metadata.generation,
    currentNumberScheduled: 1,
    desiredNumberScheduled: 1,
    updatedNumberScheduled: 1,
    numberMisscheduled: 0,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: 1 - ready,
  };
}

/** A Job that ended stays as it ended. */
function job({ workload, failure, time }: Verdict): object | undefined {
  if (workload.spec?.suspend || workload.status?.conditions?.some(({ status }) => status === 'True'))
    return undefined;
  const conditions =
    failure === undefined
      ? [
          state(
            'SuccessCriteriaMet',
            'True',
            'CompletionsReached',
            'Reached expected number of succeeded pods',
          ),
          state('Complete', 'True', 'CompletionsReached', 'Reached expected number of succeeded pods'),
        ]
      : [
          state('FailureTarget', 'True', 'BackoffLimitExceeded', failure),
          state('Failed', 'True', 'BackoffLimitExceeded', failure),
        ];
  return {
    startTime: workload.status?.startTime ?? time,
    ...(failure === undefined
      ? { succeeded: workload.spec?.completions ?? 1, completionTime: time }
      : { failed: 1 }),
    terminating: 0,
    ready: 0,
    uncountedTerminatedPods: {},
    conditions: keepTimes(conditions, workload, time).map((condition) => ({
      ...condition,
      lastProbeTime: time,
    })),
  };
}

function state(type: string, status: 'True' | 'False', reason: string, message: string): Condition {
  return { type, status, reason, message };
}

/** The time of a condition is that of its last change. */
function keepTimes(conditions: readonly Condition[], { status }: Workload, time: string): Condition[] {
  return conditions.map((condition) => {
    const before = status?.conditions?.find(({ type }) => type === condition.type);
    const kept = before?.status === condition.status ? before.lastTransitionTime : undefined;
    return { ...condition, lastTransitionTime: kept ?? time };
  });
}
