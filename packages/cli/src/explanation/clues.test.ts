import type { KubeObject } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { podTrouble, selectorOf } from './clues.ts';

const object = (kind: string, rest: Record<string, unknown>) =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...rest }) as KubeObject;

describe('podTrouble', () => {
  const waiting = (reason: string, message?: string) => ({
    name: 'app',
    state: { waiting: { reason, message } },
  });
  it.each<[Record<string, unknown>, string | undefined, string]>([
    [{ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }, undefined, 'ready'],
    [{ phase: 'Succeeded' }, undefined, 'done'],
    [
      {
        phase: 'Pending',
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes:\n  cpu' },
        ],
      },
      'Unschedulable: 0/3 nodes: cpu',
      'no node',
    ],
    [
      { phase: 'Pending', containerStatuses: [waiting('ImagePullBackOff', 'Back-off pulling image "x"')] },
      'container app: ImagePullBackOff: Back-off pulling image "x"',
      'no image',
    ],
    [
      { phase: 'Running', containerStatuses: [{ ...waiting('CrashLoopBackOff'), restartCount: 4 }] },
      'container app: CrashLoopBackOff, restarted 4 times',
      'crashes',
    ],
    [
      {
        phase: 'Pending',
        initContainerStatuses: [{ name: 'init', state: { terminated: { reason: 'Error', exitCode: 2 } } }],
        containerStatuses: [waiting('PodInitializing')],
      },
      'container init: Error (exit code 2)',
      'an init container failed',
    ],
    [
      { phase: 'Running', containerStatuses: [{ name: 'app', ready: false, state: {} }] },
      'container app is not ready: its readiness probe does not succeed yet',
      'a probe',
    ],
    [{ phase: 'Failed', reason: 'Evicted', message: 'disk' }, 'Evicted: disk', 'evicted'],
    [{}, 'it is Pending', 'nothing is known'],
  ])('%#: %s -> %s (%s)', (status, expected) => {
    expect(podTrouble(object('Pod', { status }))).toBe(expected);
  });
});

describe('selectorOf', () => {
  it.each<[KubeObject, string | undefined, string]>([
    [object('ConfigMap', {}), undefined, 'no pods'],
    [object('Deployment', { spec: { selector: { matchLabels: { a: 'b', c: 'd' } } } }), 'a=b,c=d', 'labels'],
    [
      object('Job', {
        spec: {
          selector: {
            matchExpressions: [
              { key: 'a', operator: 'In', values: ['x', 'y'] },
              { key: 'b', operator: 'Exists' },
              { key: 'c', operator: 'DoesNotExist' },
            ],
          },
        },
      }),
      'a in (x,y),b,!c',
      'expressions',
    ],
    [object('Deployment', { spec: {} }), undefined, 'an empty selector would take all pods'],
  ])('%#: %s (%s)', (given, expected) => {
    expect(selectorOf(given)).toBe(expected);
  });
});
