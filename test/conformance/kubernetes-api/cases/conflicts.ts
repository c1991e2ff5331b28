import type { Case } from '../index.ts';
import { apply, apps, configMap, core, deployment, get, merge, post } from './helpers.ts';

const a = core('configmaps', 'a');
const d = apps('deployments', 'a');
const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

export const cases: readonly Case[] = [
  {
    name: 'one conflict with an applier',
    reason: 'message and causes',
    steps: [apply(a, 'one', configMap('a', { x: '1' })), apply(a, 'two', configMap('a', { x: '2' }))],
  },
  {
    name: 'two conflicts with an applier',
    reason: 'a list',
    steps: [
      apply(a, 'one', configMap('a', { x: '1', y: '1' })),
      apply(a, 'two', configMap('a', { x: '2', y: '2' })),
    ],
  },
  {
    name: 'one conflict with an updater',
    reason: 'names the version it used',
    steps: [
      post(`${core('configmaps')}?fieldManager=up`, configMap('a', { x: '1' })),
      apply(a, 'two', configMap('a', { x: '2' })),
    ],
  },
  {
    name: 'a conflict in a list item',
    reason: 'the path has the key',
    steps: [
      apply(d, 'one', deployment('a')),
      apply(d, 'two', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        spec: { template: { spec: { containers: [{ name: 'main', image: 'nginx:2' }] } } },
      }),
    ],
  },
  {
    name: 'a conflict in status',
    reason: 'names the subresource',
    steps: [
      apply(d, 'one', deployment('a')),
      merge(`${d}/status?fieldManager=st`, { status: { replicas: 1 } }),
      apply(`${d}/status`, 'two', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        status: { replicas: 2 },
      }),
    ],
  },
  {
    name: 'a conflict is settled by force',
    reason: 'the other loses the field',
    steps: [
      apply(a, 'one', configMap('a', { x: '1', y: '1' })),
      apply(a, 'two', configMap('a', { x: '2' }), { force: true }),
    ],
  },
  {
    name: 'force takes a whole item',
    reason: 'only the changed field moves',
    steps: [
      apply(d, 'one', deployment('a')),
      apply(
        d,
        'two',
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'a' },
          spec: { template: { spec: { containers: [{ name: 'main', image: 'nginx:2' }] } } },
        },
        { force: true, pick: ['metadata.managedFields'] },
      ),
    ],
  },
  {
    name: 'no conflict when the values agree',
    reason: 'equal is not a change',
    steps: [apply(a, 'one', configMap('a', { x: '1' })), apply(a, 'two', configMap('a', { x: '1' }))],
  },
  {
    name: 'an edit by hand conflicts with the next apply',
    reason: 'kubectl edit owns the field',
    steps: [
      apply(a, 'one', configMap('a', { x: '1' })),
      merge(`${a}?fieldManager=kubectl-edit`, { data: { x: '2' } }),
      apply(a, 'one', configMap('a', { x: '1' })),
    ],
  },
  {
    name: 'kubectl takes over from client-side apply',
    reason: 'the annotation allows it',
    steps: [
      post(
        `${core('configmaps')}?fieldManager=kubectl-client-side-apply`,
        configMap(
          'a',
          { x: '1' },
          {
            annotations: {
              [ANNOTATION]:
                '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{},"name":"a","namespace":"$ns"},"data":{"x":"1"}}\n',
            },
          },
        ),
      ),
      apply(a, 'kubectl', configMap('a', { x: '2' })),
    ],
  },
  {
    name: 'another manager does not',
    reason: 'only kubectl',
    steps: [
      post(
        `${core('configmaps')}?fieldManager=kubectl-client-side-apply`,
        configMap(
          'a',
          { x: '1' },
          {
            annotations: {
              [ANNOTATION]:
                '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{},"name":"a","namespace":"$ns"},"data":{"x":"1"}}\n',
            },
          },
        ),
      ),
      apply(a, 'other', configMap('a', { x: '2' })),
    ],
  },
  {
    name: 'a dry run reports the conflict',
    reason: 'before anything is stored',
    steps: [
      apply(a, 'one', configMap('a', { x: '1' })),
      apply(a, 'two', configMap('a', { x: '2' }), { query: '&dryRun=All' }),
    ],
  },
  {
    name: 'an atomic list conflicts as a whole',
    reason: 'args',
    steps: [
      apply(d, 'one', deployment('a', {}, { args: ['a', 'b'] })),
      apply(d, 'two', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        spec: { template: { spec: { containers: [{ name: 'main', args: ['a', 'c'] }] } } },
      }),
    ],
  },
  {
    name: 'replicas taken by a scaler',
    reason: 'an updater through the scale subresource',
    steps: [
      apply(d, 'one', deployment('a', { replicas: 1 })),
      merge(`${d}/scale?fieldManager=scaler`, { spec: { replicas: 3 } }),
      get(d, { pick: ['metadata.managedFields'] }),
      apply(d, 'one', deployment('a', { replicas: 1 })),
    ],
  },
];
