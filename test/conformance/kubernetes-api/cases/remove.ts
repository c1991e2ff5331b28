import type { Case, Step } from '../index.ts';
import {
  apply,
  apps,
  configMap,
  core,
  del,
  deployment,
  get,
  jsonPatch,
  merge,
  post,
  put,
} from './helpers.ts';

const cm = core('configmaps');
const a = core('configmaps', 'a');
const F = { finalizers: ['x.test/f'] };
const owned = (name: string, step: number, more: object = {}) =>
  configMap(
    name,
    {},
    {
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: `{{${step}.body.metadata.uid}}`, ...more },
      ],
    },
  );
const owner = post(cm, configMap('owner'));
const gone = (name: string): Step =>
  get(core('configmaps', name), { until: { status: 404 }, pick: ['code'] });
const policy = (propagationPolicy: string) => ({
  kind: 'DeleteOptions',
  apiVersion: 'v1',
  propagationPolicy,
});
const ns = '/api/v1/namespaces/$ns';

export const cases: readonly Case[] = [
  { name: 'delete answers a Status', reason: 'with uid', steps: [post(cm, configMap('a')), del(a), get(a)] },
  {
    name: 'delete of a Deployment',
    reason: 'details carry the group',
    steps: [post(apps('deployments'), deployment('a')), del(apps('deployments', 'a'))],
  },
  { name: 'delete of nothing', reason: '404', steps: [del(a)] },
  {
    name: 'delete of a service account',
    reason: 'some kinds answer the object',
    steps: [post(core('serviceaccounts'), { metadata: { name: 'a' } }), del(core('serviceaccounts', 'a'))],
  },
  {
    name: 'delete with finalizers',
    reason: 'stays, marked',
    steps: [
      post(cm, configMap('a', {}, F)),
      del(a),
      get(a),
      merge(a, { metadata: { finalizers: null } }),
      get(a),
    ],
  },
  {
    name: 'delete twice with finalizers',
    reason: 'the second changes nothing',
    steps: [post(cm, configMap('a', {}, F)), del(a), del(a), merge(a, { metadata: { finalizers: null } })],
  },
  {
    name: 'create while deleting',
    reason: 'object is being deleted',
    steps: [
      post(cm, configMap('a', {}, F)),
      del(a),
      post(cm, configMap('a')),
      merge(a, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'finalizers cannot be added while deleting',
    reason: 'Forbidden',
    steps: [
      post(cm, configMap('a', {}, F)),
      del(a),
      jsonPatch(a, [{ op: 'add', path: '/metadata/finalizers/-', value: 'x.test/g' }]),
      merge(a, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'the deletion mark cannot be removed',
    reason: 'it is put back',
    steps: [
      post(cm, configMap('a', {}, F)),
      del(a),
      merge(a, { metadata: { deletionTimestamp: null }, data: { z: '1' } }),
      merge(a, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'one finalizer of two',
    reason: 'the other still holds',
    steps: [
      post(cm, configMap('a', {}, { finalizers: ['x.test/f', 'x.test/g'] })),
      del(a),
      merge(a, { metadata: { finalizers: ['x.test/g'] } }),
      get(a, { pick: ['metadata.finalizers'] }),
      merge(a, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'deletion raises the generation',
    reason: 'of kinds that have one',
    steps: [
      post(apps('deployments'), { ...deployment('a'), metadata: { name: 'a', ...F } }),
      del(apps('deployments', 'a'), undefined, {
        pick: ['metadata.generation', 'metadata.deletionGracePeriodSeconds'],
      }),
      merge(apps('deployments', 'a'), { metadata: { finalizers: null } }, { pick: ['metadata.generation'] }),
    ],
  },
  {
    name: 'delete with the right uid',
    reason: 'precondition that holds',
    steps: [post(cm, configMap('a')), del(a, { preconditions: { uid: '{{0.body.metadata.uid}}' } })],
  },
  {
    name: 'delete with another uid',
    reason: 'Conflict',
    steps: [
      post(cm, configMap('a')),
      del(a, { preconditions: { uid: '11111111-1111-1111-1111-111111111111' } }),
    ],
  },
  {
    name: 'delete with an old resourceVersion',
    reason: 'Conflict',
    steps: [
      post(cm, configMap('a')),
      merge(a, { data: { b: '1' } }),
      del(a, { preconditions: { resourceVersion: '1' } }),
    ],
  },
  {
    name: 'delete as a dry run',
    reason: 'nothing happens',
    steps: [
      post(cm, configMap('a')),
      del(`${a}?dryRun=All`),
      get(a, { pick: ['metadata.name', 'metadata.deletionTimestamp'] }),
    ],
  },
  {
    name: 'a wrong propagation policy',
    reason: '422',
    steps: [post(cm, configMap('a')), del(a, policy('Sideways'))],
  },
  {
    name: 'background deletion takes dependents',
    reason: 'afterwards',
    steps: [owner, post(cm, owned('dep', 0)), del(core('configmaps', 'owner')), gone('dep')],
  },
  {
    name: 'orphans are left',
    reason: 'without the owner reference',
    steps: [
      owner,
      post(cm, owned('dep', 0)),
      del(core('configmaps', 'owner'), policy('Orphan')),
      gone('owner'),
      get(core('configmaps', 'dep'), { pick: ['metadata.ownerReferences', 'metadata.name'] }),
    ],
  },
  {
    name: 'foreground deletion marks the owner',
    reason: 'finalizer foregroundDeletion',
    steps: [
      owner,
      post(cm, {
        ...owned('dep', 0, { blockOwnerDeletion: true }),
        metadata: { ...(owned('dep', 0, { blockOwnerDeletion: true }).metadata as object), ...F },
      }),
      del(core('configmaps', 'owner'), policy('Foreground')),
      get(core('configmaps', 'dep'), {
        until: { text: 'deletionTimestamp' },
        pick: ['metadata.deletionTimestamp', 'metadata.finalizers'],
      }),
      get(core('configmaps', 'owner'), { pick: ['metadata.finalizers', 'metadata.deletionTimestamp'] }),
      merge(core('configmaps', 'dep'), { metadata: { finalizers: null } }, { pick: ['kind'] }),
      gone('owner'),
    ],
  },
  {
    name: 'foreground deletion does not wait for others',
    reason: 'without blockOwnerDeletion',
    steps: [
      owner,
      post(cm, { ...owned('dep', 0), metadata: { ...(owned('dep', 0).metadata as object), ...F } }),
      del(core('configmaps', 'owner'), policy('Foreground'), { pick: ['metadata.finalizers'] }),
      gone('owner'),
      merge(core('configmaps', 'dep'), { metadata: { finalizers: null } }, { pick: ['kind'] }),
    ],
  },
  {
    name: 'one of two owners',
    reason: 'the reference goes, the object stays',
    steps: [
      owner,
      post(cm, configMap('second')),
      post(
        cm,
        configMap(
          'dep',
          {},
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '{{0.body.metadata.uid}}' },
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'second', uid: '{{1.body.metadata.uid}}' },
            ],
          },
        ),
      ),
      del(core('configmaps', 'owner'), undefined, { pick: ['status'] }),
      get(core('configmaps', 'dep'), { pick: ['metadata.name'] }),
    ],
  },
  {
    name: 'an owner that never was',
    reason: 'collected',
    steps: [
      post(
        cm,
        configMap(
          'dep',
          {},
          {
            ownerReferences: [
              {
                apiVersion: 'v1',
                kind: 'ConfigMap',
                name: 'ghost',
                uid: '11111111-1111-1111-1111-111111111111',
              },
            ],
          },
        ),
        { pick: ['kind'] },
      ),
      gone('dep'),
    ],
  },
  {
    name: 'an owner that was replaced',
    reason: 'the uid counts',
    steps: [
      owner,
      post(cm, owned('dep', 0), { pick: ['kind'] }),
      del(core('configmaps', 'owner'), policy('Orphan'), { pick: ['kind'] }),
      gone('owner'),
      post(cm, configMap('owner'), { pick: ['kind'] }),
      get(core('configmaps', 'dep'), { pick: ['metadata.name', 'metadata.ownerReferences'] }),
    ],
  },
  {
    name: 'update that empties finalizers deletes',
    reason: 'the answer is the object',
    steps: [
      post(cm, configMap('a', {}, F)),
      del(a, undefined, { pick: ['kind'] }),
      put(a, configMap('a')),
      get(a, { pick: ['code'] }),
    ],
  },
  {
    name: 'apply that empties finalizers deletes',
    reason: 'also through apply',
    steps: [
      apply(a, 'one', configMap('a', {}, F)),
      del(a, undefined, { pick: ['kind'] }),
      apply(a, 'one', configMap('a')),
      get(a, { pick: ['code'] }),
    ],
  },
  {
    name: 'a terminating namespace',
    reason: 'takes nothing new, goes when empty',
    steps: [
      post(cm, configMap('a', {}, F), { pick: ['kind'] }),
      del(ns, undefined, { pick: ['kind', 'status.phase', 'spec.finalizers'] }),
      post(cm, configMap('b')),
      get(a, { until: { text: 'deletionTimestamp' }, pick: ['metadata.finalizers'] }),
      merge(a, { metadata: { finalizers: null } }, { pick: ['kind'] }),
      get(ns, { until: { status: 404 }, pick: ['code'] }),
    ],
  },
  {
    name: 'a terminating namespace says what is left',
    reason: 'conditions',
    steps: [
      post(cm, configMap('a', {}, F), { pick: ['kind'] }),
      del(ns, undefined, { pick: ['kind'] }),
      get(ns, { until: { text: 'SomeFinalizersRemain' }, pick: ['status.conditions'] }),
      merge(a, { metadata: { finalizers: null } }, { pick: ['kind'] }),
      get(ns, { until: { status: 404 }, pick: ['code'] }),
    ],
  },
  {
    name: 'delete of a pod without a node',
    reason: 'at once',
    steps: [
      post(core('pods'), { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i:1' }] } }),
      del(core('pods', 'p')),
      get(core('pods', 'p'), { pick: ['code'] }),
    ],
  },
  {
    name: 'delete of a pod on a node',
    reason: 'a grace period',
    steps: [
      post(
        core('pods'),
        { metadata: { name: 'p' }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i:1' }] } },
        { pick: ['kind'] },
      ),
      del(core('pods', 'p'), undefined, {
        pick: ['metadata.deletionGracePeriodSeconds', 'metadata.generation', 'kind'],
      }),
      del(`${core('pods', 'p')}?gracePeriodSeconds=0`, undefined, { pick: ['kind'] }),
      get(core('pods', 'p'), { pick: ['code'] }),
    ],
  },
  {
    name: 'eviction',
    reason: 'the subresource deletes',
    steps: [
      post(
        core('pods'),
        { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i:1' }] } },
        { pick: ['kind'] },
      ),
      post(`${core('pods', 'p')}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'p', namespace: '$ns' },
      }),
      get(core('pods', 'p'), { pick: ['code'] }),
    ],
  },
];
