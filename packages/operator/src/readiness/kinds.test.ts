import type { KubeObject } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { judgeReadiness } from './index.ts';

type Case = [spec: object, status: object, expected: string, reason: string];

const unseen = 'waiting: its controller has not seen the last change yet';

/** Generation 2, and a controller that has seen it unless the status says otherwise. */
function judge(type: string, spec: object, status: object, metadata: object = {}): string {
  const slash = type.lastIndexOf('/');
  const object: KubeObject = {
    apiVersion: type.slice(0, slash),
    kind: type.slice(slash + 1),
    metadata: { name: 'x', namespace: 'ns', generation: 2, ...metadata },
    spec,
    status,
  };
  const { state, message } = judgeReadiness(object);
  return message === '' ? state : `${state}: ${message}`;
}

const seen = { observedGeneration: 2 };
const condition = (type: string, status: string, more: object = {}) => ({ type, status, ...more });

const cases: Record<string, Case[]> = {
  'v1/Pod': [
    [{}, {}, 'waiting: it is Pending', 'brand new'],
    [
      {},
      { phase: 'Running', conditions: [condition('Ready', 'False', { reason: 'ContainersNotReady' })] },
      'waiting: Ready is False: ContainersNotReady',
      'starting',
    ],
    [{}, { phase: 'Running', conditions: [condition('Ready', 'True')] }, 'ready', 'it serves'],
    [
      {},
      { phase: 'Succeeded', conditions: [condition('Ready', 'False', { reason: 'PodCompleted' })] },
      'ready',
      'it has done its work',
    ],
    [{}, { phase: 'Failed', reason: 'Evicted' }, 'failed: it has failed: Evicted', 'evicted'],
  ],
  'apps/v1/ReplicaSet': [
    [{}, {}, unseen, 'brand new'],
    [{ replicas: 2 }, { ...seen, availableReplicas: 1 }, 'waiting: 1 of 2 replicas available', 'on its way'],
    [{ replicas: 2 }, { ...seen, availableReplicas: 2 }, 'ready', 'all there'],
  ],
  'apps/v1/Deployment': [
    [{}, {}, unseen, 'brand new'],
    [
      {},
      { observedGeneration: 1, updatedReplicas: 1, availableReplicas: 1 },
      unseen,
      'judged on the new generation only',
    ],
    [
      { replicas: 3 },
      { ...seen, replicas: 3, updatedReplicas: 1 },
      'waiting: 1 of 3 replicas updated',
      'rolling',
    ],
    [
      { replicas: 2 },
      { ...seen, replicas: 3, updatedReplicas: 2, availableReplicas: 3 },
      'waiting: 1 old replicas still to go',
      'an old pod is left',
    ],
    [
      { replicas: 2 },
      { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
      'waiting: 1 of 2 replicas available',
      'not all available',
    ],
    [
      {},
      { ...seen, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
      'ready',
      'one replica by default',
    ],
    [{ replicas: 0 }, seen, 'ready', 'zero replicas'],
    [
      { replicas: 1 },
      {
        ...seen,
        conditions: [
          condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded', message: 'too long' }),
        ],
      },
      'failed: Progressing is False: ProgressDeadlineExceeded: too long',
      'its own deadline passed',
    ],
    [
      { replicas: 1 },
      {
        ...seen,
        replicas: 1,
        updatedReplicas: 1,
        conditions: [condition('ReplicaFailure', 'True', { message: 'exceeded quota' })],
      },
      'waiting: 0 of 1 replicas available: exceeded quota',
      'why there are no pods',
    ],
  ],
  'apps/v1/StatefulSet': [
    [{}, {}, unseen, 'brand new'],
    [{ replicas: 2 }, { ...seen, readyReplicas: 1 }, 'waiting: 1 of 2 replicas ready', 'not all ready'],
    [
      { replicas: 2 },
      { ...seen, readyReplicas: 2, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
      'waiting: 1 of 2 replicas updated',
      'rolling',
    ],
    [
      { replicas: 2 },
      { ...seen, readyReplicas: 2, updatedReplicas: 2, currentRevision: 'a', updateRevision: 'b' },
      'waiting: replicas of an older revision are still to go',
      'the revision decides',
    ],
    [
      { replicas: 2 },
      { ...seen, readyReplicas: 2, updatedReplicas: 2, currentRevision: 'b', updateRevision: 'b' },
      'ready',
      'all of the new revision',
    ],
    [{ replicas: 0 }, { ...seen, currentRevision: 'a', updateRevision: 'b' }, 'ready', 'zero replicas'],
    [
      { replicas: 2, updateStrategy: { type: 'OnDelete' } },
      { ...seen, readyReplicas: 2, updatedReplicas: 0, currentRevision: 'a', updateRevision: 'b' },
      'ready',
      'somebody else deletes the pods',
    ],
    [
      { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
      { ...seen, readyReplicas: 3, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
      'ready',
      'only what the partition lets through',
    ],
    [
      { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
      { ...seen, readyReplicas: 3, updatedReplicas: 0, currentRevision: 'a', updateRevision: 'b' },
      'waiting: 0 of 1 replicas updated',
      'and that as a whole',
    ],
  ],
  'apps/v1/DaemonSet': [
    [{}, {}, unseen, 'brand new'],
    [{}, { ...seen, desiredNumberScheduled: 0 }, 'ready', 'no node that it selects'],
    [
      {},
      { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 1 },
      'waiting: 1 of 2 pods updated',
      'rolling',
    ],
    [
      {},
      { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
      'waiting: 1 of 2 pods available',
      'not all available',
    ],
    [
      {},
      { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 },
      'ready',
      'all there',
    ],
    [
      { updateStrategy: { type: 'OnDelete' } },
      { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 0, numberAvailable: 2 },
      'ready',
      'somebody else deletes the pods',
    ],
  ],
  'batch/v1/Job': [
    [{}, {}, 'waiting: 0 of 1 completed', 'brand new'],
    [{ completions: 3 }, { succeeded: 2 }, 'waiting: 2 of 3 completed', 'under way'],
    [{}, { conditions: [condition('Complete', 'True')] }, 'ready', 'complete'],
    [
      {},
      { conditions: [condition('Failed', 'True', { reason: 'BackoffLimitExceeded', message: 'm' })] },
      'failed: Failed is True: BackoffLimitExceeded: m',
      'failed is failed',
    ],
    [{}, { conditions: [condition('Failed', 'False')] }, 'waiting: 0 of 1 completed', 'not failed'],
    [{ suspend: true }, {}, 'waiting: it is suspended', 'suspended'],
  ],
  'batch/v1/CronJob': [[{ suspend: true }, {}, 'ready', 'it is there']],
  'v1/Service': [
    [{}, {}, 'ready', 'it is there'],
    [{ type: 'NodePort' }, { loadBalancer: {} }, 'ready', 'a node port needs no address'],
    [{ type: 'LoadBalancer' }, { loadBalancer: {} }, 'waiting: no address yet', 'a load balancer needs one'],
    [{ type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } }, 'ready', 'an IP address'],
    [{ type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ hostname: 'lb' }] } }, 'ready', 'a host name'],
  ],
  'networking.k8s.io/v1/Ingress': [
    [{}, {}, 'waiting: no address yet', 'brand new'],
    [{}, { loadBalancer: { ingress: [{}] } }, 'waiting: no address yet', 'an entry without an address'],
    [{}, { loadBalancer: { ingress: [{}, { ip: '1.2.3.4' }] } }, 'ready', 'an address'],
  ],
  'networking.k8s.io/v1/NetworkPolicy': [[{}, {}, 'ready', 'it is there']],
  'v1/PersistentVolumeClaim': [
    [{}, { phase: 'Bound' }, 'ready', 'bound'],
    [{}, { phase: 'Lost' }, 'failed: its volume is lost', 'lost'],
  ],
  'policy/v1/PodDisruptionBudget': [
    [{}, {}, unseen, 'brand new'],
    [{}, { ...seen, currentHealthy: 1, desiredHealthy: 2 }, 'waiting: 1 of 2 pods healthy', 'too few'],
    [{}, { ...seen, currentHealthy: 2, desiredHealthy: 2 }, 'ready', 'enough'],
    [{}, { ...seen, currentHealthy: 0, desiredHealthy: 0 }, 'ready', 'nothing to guard'],
  ],
  'autoscaling/v2/HorizontalPodAutoscaler': [
    [{}, {}, unseen, 'brand new'],
    [
      {},
      { conditions: [condition('AbleToScale', 'False', { reason: 'FailedGetScale' })] },
      'waiting: AbleToScale is False: FailedGetScale',
      'its target is missing',
    ],
    [
      {},
      { conditions: [condition('AbleToScale', 'True'), condition('ScalingActive', 'False')] },
      'ready',
      'no metrics yet is no trouble of the tenant',
    ],
  ],
  'v1/Namespace': [
    [{}, {}, 'waiting: it is new', 'brand new'],
    [{}, { phase: 'Active' }, 'ready', 'active'],
    [{}, { phase: 'Terminating' }, 'waiting: it is Terminating', 'going'],
  ],
  'apiextensions.k8s.io/v1/CustomResourceDefinition': [
    [{}, {}, 'waiting: not established yet', 'brand new'],
    [
      {},
      { conditions: [condition('Established', 'False')] },
      'waiting: Established is False',
      'names are taken',
    ],
    [{}, { conditions: [condition('Established', 'True')] }, 'ready', 'served'],
  ],
  'gateway.networking.k8s.io/v1/Gateway': [
    [{}, {}, unseen, 'no controller has looked'],
    [
      {},
      {
        conditions: [
          condition('Accepted', 'True'),
          condition('Programmed', 'False', { reason: 'NoAddress' }),
        ],
      },
      'waiting: Programmed is False: NoAddress',
      'accepted is not enough where there is more',
    ],
    [{}, { conditions: [condition('Programmed', 'True', { observedGeneration: 2 })] }, 'ready', 'programmed'],
    [
      {},
      { conditions: [condition('Programmed', 'True', { observedGeneration: 1 })] },
      'waiting: Programmed is of an older generation',
      'the old generation was',
    ],
    [{}, { conditions: [condition('Accepted', 'True')] }, 'ready', 'a controller that tells no more'],
  ],
  'gateway.networking.k8s.io/v1/HTTPRoute': [
    [{ parentRefs: [{}] }, {}, 'waiting: no parent has accepted it yet', 'brand new'],
    [{}, { parents: [] }, 'waiting: no parent has accepted it yet', 'no parents at all'],
    [
      { parentRefs: [{ name: 'edge' }, { name: 'inside' }] },
      {
        parents: [
          {
            parentRef: { name: 'edge' },
            conditions: [condition('Accepted', 'True'), condition('ResolvedRefs', 'True')],
          },
        ],
      },
      'waiting: no parent has accepted it yet',
      'one of two parents',
    ],
    [
      { parentRefs: [{ name: 'new' }] },
      {
        parents: [
          {
            parentRef: { name: 'old' },
            conditions: [condition('Accepted', 'True'), condition('ResolvedRefs', 'True')],
          },
        ],
      },
      'waiting: no parent has accepted it yet',
      'what a parent said that is not named any more',
    ],
    [
      { parentRefs: [{ name: 'edge', sectionName: 'https' }] },
      {
        parents: [
          { parentRef: { name: 'old' }, conditions: [condition('Accepted', 'False')] },
          {
            parentRef: {
              group: 'gateway.networking.k8s.io',
              kind: 'Gateway',
              name: 'edge',
              sectionName: 'https',
            },
            conditions: [condition('Accepted', 'True'), condition('ResolvedRefs', 'True')],
          },
        ],
      },
      'ready',
      'defaults written out, and an old parent beside it',
    ],
    [
      { parentRefs: [{}] },
      { parents: [{ conditions: [condition('Accepted', 'True'), condition('ResolvedRefs', 'True')] }] },
      'ready',
      'accepted and resolved',
    ],
    [
      { parentRefs: [{}] },
      {
        parents: [
          {
            conditions: [
              condition('Accepted', 'True'),
              condition('ResolvedRefs', 'False', { reason: 'BackendNotFound' }),
            ],
          },
        ],
      },
      'waiting: ResolvedRefs is False: BackendNotFound',
      'a backend is missing',
    ],
    [
      { parentRefs: [{}] },
      { parents: [{ conditions: [condition('Accepted', 'True')] }] },
      unseen,
      'half an answer',
    ],
  ],
  'gateway.networking.k8s.io/v1/GRPCRoute': [
    [
      { parentRefs: [{}] },
      { parents: [{ conditions: [condition('Accepted', 'True'), condition('ResolvedRefs', 'True')] }] },
      'ready',
      'as an HTTPRoute',
    ],
  ],
  'v1/ConfigMap': [[{}, {}, 'ready', 'it is there']],
  'rbac.authorization.k8s.io/v1/ClusterRole': [[{}, {}, 'ready', 'it is there']],
  'example.com/v1/Database': [
    [{}, {}, 'ready', 'a kind that tells nothing is ready by being there'],
    [{}, { observedGeneration: 1 }, unseen, 'its controller has only seen the old one'],
    [{}, { conditions: [condition('Ready', 'True')] }, 'ready', 'Ready'],
    [
      {},
      { conditions: [condition('Ready', 'Unknown')] },
      'waiting: Ready is Unknown',
      'unknown is not ready',
    ],
    [
      {},
      { conditions: [condition('Ready', 'False', { reason: 'Creating', message: 'wait' })] },
      'waiting: Ready is False: Creating: wait',
      'its own words',
    ],
    [
      {},
      { conditions: [condition('Ready', 'True', { observedGeneration: 1 })] },
      'waiting: Ready is of an older generation',
      'ready was another generation',
    ],
    [{}, { conditions: [condition('Available', 'True')] }, 'ready', 'Available'],
    [{}, { conditions: [condition('Synced', 'False')] }, 'waiting: Synced is False', 'Synced'],
    [
      {},
      { conditions: [condition('Synced', 'True'), condition('Ready', 'False')] },
      'waiting: Ready is False',
      'Ready counts first',
    ],
    [
      {},
      { conditions: [condition('Healthy', 'False')] },
      'ready',
      'a condition whose sense is unknown does not count',
    ],
    [{}, { conditions: 'rubbish' }, 'ready', 'a status of another shape'],
    [{}, { conditions: [null, 'x', { status: 'False' }] }, 'ready', 'conditions of another shape'],
  ],
};

describe.each(Object.entries(cases))('judgeReadiness: %s', (type, rows) => {
  it.each(rows)('%j %j -> %s: %s', (spec, status, expected) => {
    expect(judge(type, spec, status)).toBe(expected);
  });

  it('waits for the end of an object that is being deleted', () => {
    const [spec, status] = rows.at(-1)!;
    expect(judge(type, spec, status, { deletionTimestamp: '2024-01-01T00:00:00Z' })).toBe(
      'waiting: it is being deleted',
    );
  });
});

it('a kind of the same name in another group has rules of its own', () => {
  expect(judge('example.com/v1/Ingress', {}, {})).toBe('ready');
  expect(judge('example.com/v1/Deployment', {}, {})).toBe('ready');
});
