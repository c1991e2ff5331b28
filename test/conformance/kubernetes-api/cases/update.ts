import type { Case } from '../index.ts';
import { apps, configMap, core, deployment, get, group, post, put } from './helpers.ts';

const cm = core('configmaps');
const a = core('configmaps', 'a');

export const cases: readonly Case[] = [
  {
    name: 'update changes and takes ownership',
    reason: 'the updater owns what it changed',
    steps: [
      post(`${cm}?fieldManager=one`, configMap('a', { x: '1', y: '1' })),
      put(`${a}?fieldManager=two`, configMap('a', { x: '2', y: '1' })),
    ],
  },
  {
    name: 'update that removes a field',
    reason: 'ownership of what is gone goes',
    steps: [
      post(`${cm}?fieldManager=one`, configMap('a', { x: '1', y: '1' })),
      put(`${a}?fieldManager=two`, configMap('a', { x: '1' })),
    ],
  },
  {
    name: 'update that changes nothing',
    reason: 'same resourceVersion',
    steps: [post(cm, configMap('a')), put(a, configMap('a')), get(a)],
  },
  { name: 'update of nothing', reason: '404', steps: [put(a, configMap('a'))] },
  {
    name: 'update with the current resourceVersion',
    reason: 'optimistic lock that holds',
    steps: [
      post(cm, configMap('a')),
      put(a, configMap('a', { x: '2' }, { resourceVersion: '{{0.body.metadata.resourceVersion}}' })),
    ],
  },
  {
    name: 'update with an old resourceVersion',
    reason: 'Conflict',
    steps: [
      post(cm, configMap('a')),
      put(a, configMap('a', { x: '2' })),
      put(a, configMap('a', { x: '3' }, { resourceVersion: '{{0.body.metadata.resourceVersion}}' })),
    ],
  },
  {
    name: 'update with another uid',
    reason: 'precondition failed',
    steps: [
      post(cm, configMap('a')),
      put(a, configMap('a', { x: '2' }, { uid: '11111111-1111-1111-1111-111111111111' })),
    ],
  },
  {
    name: 'update with another name than the path',
    reason: '400',
    steps: [post(cm, configMap('a')), put(a, configMap('b'))],
  },
  {
    name: 'update with another namespace than the path',
    reason: '400',
    steps: [post(cm, configMap('a')), put(a, configMap('a', {}, { namespace: 'default' }))],
  },
  {
    name: 'update as a dry run',
    reason: 'nothing is stored',
    steps: [post(cm, configMap('a')), put(`${a}?dryRun=All`, configMap('a', { x: '9' })), get(a)],
  },
  {
    name: 'update cannot change status',
    reason: 'the main endpoint keeps it',
    steps: [
      post(apps('deployments'), deployment('a')),
      put(
        apps('deployments', 'a'),
        { ...deployment('a', { replicas: 2 }), status: { replicas: 9 } },
        { pick: ['status', 'metadata.generation', 'spec.replicas'] },
      ),
    ],
  },
  {
    name: 'status update changes status alone',
    reason: 'and is owned under the subresource',
    steps: [
      post(apps('deployments'), deployment('a')),
      put(
        `${apps('deployments', 'a')}/status`,
        { ...deployment('a', { replicas: 5 }), status: { replicas: 3, readyReplicas: 1 } },
        { pick: ['status', 'metadata.generation', 'spec.replicas', 'metadata.managedFields'] },
      ),
    ],
  },
  {
    name: 'generation follows the spec',
    reason: 'labels do not count',
    steps: [
      post(apps('deployments'), deployment('a')),
      put(
        apps('deployments', 'a'),
        { ...deployment('a'), metadata: { name: 'a', labels: { x: 'y' } } },
        { pick: ['metadata.generation'] },
      ),
      put(apps('deployments', 'a'), deployment('a', { replicas: 3 }), { pick: ['metadata.generation'] }),
    ],
  },
  {
    name: 'a selector is immutable',
    reason: 'field is immutable',
    steps: [
      post(apps('deployments'), deployment('a')),
      put(apps('deployments', 'a'), {
        ...deployment('a'),
        spec: {
          selector: { matchLabels: { app: 'b' } },
          template: {
            metadata: { labels: { app: 'b' } },
            spec: { containers: [{ name: 'main', image: 'nginx' }] },
          },
        },
      }),
    ],
  },
  {
    name: 'an immutable ConfigMap',
    reason: 'data cannot change, the mark cannot go',
    steps: [
      post(cm, { ...configMap('a'), immutable: true }),
      put(a, { ...configMap('a', { a: '2' }), immutable: true }),
      put(a, configMap('a')),
    ],
  },
  {
    name: 'the type of a Secret',
    reason: 'field is immutable',
    steps: [
      post(core('secrets'), { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: {} }),
      put(core('secrets', 'a'), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'a' },
        type: 'other/type',
      }),
    ],
  },
  {
    name: 'a lease needs a resourceVersion',
    reason: 'no unconditional update',
    steps: [
      post(group('coordination.k8s.io/v1', 'leases'), {
        metadata: { name: 'a' },
        spec: { holderIdentity: 'x' },
      }),
      put(group('coordination.k8s.io/v1', 'leases', 'a'), {
        metadata: { name: 'a' },
        spec: { holderIdentity: 'y' },
      }),
    ],
  },
  {
    name: 'a lease is created by update',
    reason: 'AllowCreateOnUpdate',
    steps: [
      put(group('coordination.k8s.io/v1', 'leases', 'a'), {
        metadata: { name: 'a' },
        spec: { holderIdentity: 'y', leaseDurationSeconds: 15, renewTime: '2024-01-01T00:00:00.123456Z' },
      }),
    ],
  },
  {
    name: 'managedFields can be reset',
    reason: 'an empty list starts afresh',
    steps: [
      post(`${cm}?fieldManager=one`, configMap('a')),
      put(`${a}?fieldManager=two`, configMap('a', { a: '2' }, { managedFields: [] })),
      put(`${a}?fieldManager=three`, configMap('a', { a: '3' })),
    ],
  },
  {
    name: 'managedFields left out are kept',
    reason: 'clients that do not know them',
    steps: [
      post(`${cm}?fieldManager=one`, configMap('a')),
      put(`${a}?fieldManager=one`, configMap('a', { a: '2', b: '3' })),
    ],
  },
  {
    name: 'creationTimestamp cannot change',
    reason: 'it is put back',
    steps: [
      post(cm, configMap('a')),
      put(a, configMap('a', { z: '1' }, { creationTimestamp: '2001-01-01T00:00:00Z' })),
    ],
  },
  {
    name: 'the scale subresource',
    reason: 'get and put',
    steps: [
      post(apps('deployments'), deployment('a', { replicas: 2 })),
      get(`${apps('deployments', 'a')}/scale`),
      put(`${apps('deployments', 'a')}/scale?fieldManager=scaler`, {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'a', namespace: '$ns' },
        spec: { replicas: 4 },
      }),
      get(apps('deployments', 'a'), {
        pick: ['spec.replicas', 'metadata.generation', 'metadata.managedFields'],
      }),
    ],
  },
];
