// size: a table of behaviours.

import type { Case, Json, Step } from '../index.ts';
import {
  apply,
  apps,
  configMap,
  core,
  del,
  deployment,
  get,
  group,
  jsonPatch,
  merge,
  post,
  put,
} from './helpers.ts';

type Obj = { [key: string]: Json };
const cm = core('configmaps');
const a = core('configmaps', 'a');
const d = apps('deployments', 'a');
const s = core('services', 'a');
const managed = {
  pick: ['code', 'reason', 'message', 'details.causes', 'data', 'metadata.labels', 'metadata.managedFields'],
};
const bare = (spec: Obj, metadata: Obj = {}): Obj => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', ...metadata },
  spec,
});
const containers = (...list: Obj[]): Obj => bare({ template: { spec: { containers: list } } });
const specOf = {
  pick: ['code', 'message', 'details.causes', 'spec.template.spec.containers', 'metadata.managedFields'],
};
const ports = (...list: Obj[]): Obj => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a' },
  spec: { ports: list },
});
const full = (list: Obj): Obj => deployment('a', {}, list) as Obj;
const one = (name: string, reason: string, ...steps: Step[]): Case => ({
  name: `owners: ${name}`,
  reason,
  steps,
});
const partOf = (step: number) => `{{${step}.body.metadata.resourceVersion}}`;

export const cases: readonly Case[] = [
  one(
    'variables of two appliers',
    'each owns its own',
    apply(d, 'one', full({ env: [{ name: 'A', value: '1' }] }), { setup: true }),
    apply(d, 'two', containers({ name: 'main', env: [{ name: 'B', value: '2' }] }), specOf),
    apply(d, 'one', full({}), specOf),
  ),
  one(
    'one variable of two appliers',
    'it stays while one wants it',
    apply(d, 'one', full({ env: [{ name: 'A', value: '1' }] }), { setup: true }),
    apply(d, 'two', containers({ name: 'main', env: [{ name: 'A', value: '1' }] }), { setup: true }),
    apply(d, 'one', full({}), specOf),
    apply(d, 'two', containers({ name: 'main' }), specOf),
  ),
  one(
    'a variable in conflict',
    'the path names the keys',
    apply(d, 'one', full({ env: [{ name: 'A', value: '1' }] }), { setup: true }),
    apply(d, 'two', containers({ name: 'main', env: [{ name: 'A', value: '2' }] }), specOf),
  ),
  one(
    'a container of the second',
    'added at the end',
    apply(d, 'one', full({}), { setup: true }),
    apply(d, 'two', containers({ name: 'side', image: 'i' }), specOf),
    apply(d, 'two', bare({}), specOf),
  ),
  one(
    'ports of a container',
    'number and protocol are the key',
    apply(d, 'one', full({ ports: [{ containerPort: 53, protocol: 'UDP' }] }), { setup: true }),
    apply(d, 'two', containers({ name: 'main', ports: [{ containerPort: 53, protocol: 'TCP' }] }), specOf),
  ),
  one(
    'a port whose protocol is left out',
    'the default is part of the key',
    apply(d, 'one', full({ ports: [{ containerPort: 80 }] }), { setup: true }),
    apply(
      d,
      'two',
      containers({ name: 'main', ports: [{ containerPort: 80, protocol: 'TCP', name: 'w' }] }),
      specOf,
    ),
  ),
  one(
    'ports of a service',
    'port and protocol are the key',
    apply(s, 'one', ports({ port: 53, protocol: 'UDP', name: 'u' }), { setup: true }),
    apply(s, 'two', ports({ port: 53, protocol: 'TCP', name: 't' }), {
      pick: ['spec.ports', 'metadata.managedFields', 'message'],
    }),
    apply(s, 'one', ports({ port: 54, name: 'v' }), {
      pick: ['spec.ports', 'metadata.managedFields', 'message'],
    }),
  ),
  one(
    'a number that is written in another way',
    'no conflict when it is the same',
    apply(d, 'one', full({ resources: { limits: { cpu: '0.5' } } }), { setup: true }),
    apply(d, 'two', containers({ name: 'main', resources: { limits: { cpu: '500m' } } }), specOf),
  ),
  one(
    'arguments',
    'an atomic list goes to one',
    apply(d, 'one', full({ args: ['a'] }), { setup: true }),
    apply(d, 'two', containers({ name: 'main', args: ['b'] }), specOf),
    apply(d, 'two', containers({ name: 'main', args: ['b'] }), { ...specOf, force: true }),
  ),
  one(
    'the node selector',
    'an atomic map',
    apply(d, 'one', full({}), { setup: true }),
    apply(d, 'two', bare({ template: { spec: { nodeSelector: { a: 'b' } } } }), {
      pick: ['spec.template.spec.nodeSelector', 'metadata.managedFields'],
    }),
    apply(d, 'three', bare({ template: { spec: { nodeSelector: { c: 'd' } } } }), {
      pick: ['code', 'message', 'details.causes'],
    }),
  ),
  one(
    'labels of the template',
    'a map by member',
    apply(d, 'one', full({}), { setup: true }),
    apply(d, 'two', bare({ template: { metadata: { labels: { more: 'x' } } } }), {
      pick: ['spec.template.metadata', 'metadata.managedFields'],
    }),
  ),
  one(
    'the selector',
    'an atomic map',
    apply(d, 'one', full({}), { setup: true }),
    apply(d, 'two', bare({ selector: { matchLabels: { app: 'a' } } }), {
      pick: ['message', 'metadata.managedFields'],
    }),
  ),
  one(
    'a finalizer of each',
    'a set',
    apply(a, 'one', configMap('a', {}, { finalizers: ['x.test/a'] }), { setup: true }),
    apply(a, 'two', configMap('a', {}, { finalizers: ['x.test/b'] }), {
      pick: ['metadata.finalizers', 'metadata.managedFields'],
    }),
    apply(a, 'one', configMap('a', {}), { pick: ['metadata.finalizers', 'metadata.managedFields'] }),
    merge(a, { metadata: { finalizers: null } }, { setup: true }),
  ),
  one(
    'a finalizer twice',
    'refused in a set',
    apply(a, 'one', configMap('a', {}, { finalizers: ['x.test/a', 'x.test/a'] }), managed),
  ),
  one(
    'by force in part',
    'what is not named stays',
    apply(a, 'one', configMap('a', { x: '1', y: '1' }), { setup: true }),
    apply(a, 'two', configMap('a', { x: '2' }), { ...managed, force: true }),
    apply(a, 'one', configMap('a', { x: '1', y: '1' }), managed),
  ),
  one(
    'three in conflict',
    'every owner is named',
    apply(a, 'one', configMap('a', { x: '1' }), { setup: true }),
    apply(a, 'two', configMap('a', { x: '1' }), { setup: true }),
    post(`${cm}?fieldManager=three`, configMap('b'), { setup: true }),
    apply(a, 'four', configMap('a', { x: '2' }), managed),
  ),
  one(
    'an applier and an updater of one name',
    'two entries',
    apply(a, 'same', configMap('a', { x: '1' }), { setup: true }),
    merge(`${a}?fieldManager=same`, { data: { y: '1' } }, managed),
    apply(a, 'same', configMap('a', { x: '2', y: '2' }), managed),
  ),
  one(
    'an update of an applied value',
    'shared or taken',
    apply(a, 'one', configMap('a', { x: '1' }), { setup: true }),
    merge(`${a}?fieldManager=two`, { data: { x: '2' } }, managed),
    apply(a, 'one', configMap('a', { x: '3' }), managed),
    apply(a, 'one', configMap('a', { x: '3' }), { ...managed, force: true }),
  ),
  one(
    'an update that removes an applied field',
    'ownership goes, and comes back',
    apply(a, 'one', configMap('a', { x: '1', y: '1' }), { setup: true }),
    merge(`${a}?fieldManager=two`, { data: { x: null } }, managed),
    apply(a, 'one', configMap('a', { x: '1', y: '1' }), managed),
  ),
  one(
    'an update of nothing by another',
    'no new entry',
    apply(a, 'one', configMap('a', { x: '1' }), { setup: true }),
    put(`${a}?fieldManager=two`, configMap('a', { x: '1' }), managed),
  ),
  one(
    'a status of its own',
    'subresource in the entry',
    post(`${apps('deployments')}?fieldManager=one`, deployment('a'), { setup: true }),
    merge(
      `${d}/status?fieldManager=one`,
      { status: { replicas: 1 } },
      { pick: ['metadata.managedFields', 'status'] },
    ),
    apply(
      `${d}/status`,
      'two',
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        status: { replicas: 1, readyReplicas: 1 },
      },
      { pick: ['metadata.managedFields', 'status', 'message'] },
    ),
    apply(
      `${d}/status`,
      'two',
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, status: { readyReplicas: 1 } },
      { pick: ['metadata.managedFields', 'status', 'message'] },
    ),
  ),
  one(
    'conditions of two appliers',
    'a list by type',
    post(`${apps('deployments')}?fieldManager=one`, deployment('a'), { setup: true }),
    apply(
      `${d}/status`,
      'x',
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        status: { conditions: [{ type: 'A', status: 'True', reason: 'R', message: 'm' }] },
      },
      { setup: true },
    ),
    apply(
      `${d}/status`,
      'y',
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        status: { conditions: [{ type: 'B', status: 'True' }] },
      },
      { pick: ['metadata.managedFields', 'status', 'message'] },
    ),
    apply(
      `${d}/status`,
      'y',
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        status: { conditions: [{ type: 'A', status: 'False' }] },
      },
      { pick: ['code', 'message', 'details.causes'] },
    ),
  ),
  one(
    'labels through status',
    'not taken',
    post(`${apps('deployments')}?fieldManager=one`, deployment('a'), { setup: true }),
    apply(
      `${d}/status`,
      'two',
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a', labels: { x: 'y' }, annotations: { n: 'v' } },
        spec: { replicas: 9 },
        status: { replicas: 1 },
      },
      {
        pick: [
          'metadata.managedFields',
          'metadata.labels',
          'metadata.annotations',
          'spec.replicas',
          'message',
        ],
      },
    ),
  ),
  one(
    'the scale subresource',
    'its entry names it',
    apply(d, 'one', bare({ replicas: 1, ...(deployment('a') as { spec: Obj }).spec }), { setup: true }),
    merge(`${d}/scale?fieldManager=scaler`, { spec: { replicas: 5 } }, { pick: ['spec'] }),
    get(d, { pick: ['spec.replicas', 'metadata.managedFields'] }),
    apply(d, 'one', bare({ replicas: 1, ...(deployment('a') as { spec: Obj }).spec }), {
      pick: ['code', 'message', 'details.causes'],
    }),
  ),
  one(
    'a manager with a long name',
    'refused',
    apply(a, 'm'.repeat(129), configMap('a'), { pick: ['code', 'message', 'details.causes'] }),
  ),
  one(
    'a manager with the longest name',
    'taken',
    apply(a, 'm'.repeat(128), configMap('a'), { pick: ['code', 'metadata.managedFields.0.operation'] }),
  ),
  one(
    'a manager with unprintable letters',
    'refused',
    apply(a, 'a%09b', configMap('a'), { pick: ['code', 'message', 'details.causes'] }),
  ),
  one('an empty manager', 'refused', {
    method: 'PATCH',
    path: `${a}?fieldManager=`,
    type: 'apply',
    body: configMap('a'),
    pick: ['code', 'message', 'details.causes'],
  }),
  one('a long user agent', 'the part before the slash', {
    ...post(cm, configMap('a'), { agent: `${'u'.repeat(140)}/1.0` }),
    pick: ['code', 'metadata.managedFields'],
  }),
  one(
    'managedFields of a client',
    'kept when they are valid',
    post(`${cm}?fieldManager=one`, configMap('a', { x: '1' }), { setup: true }),
    get(a, { setup: true }),
    put(
      `${a}?fieldManager=two`,
      configMap(
        'a',
        { x: '1' },
        {
          managedFields: [
            {
              manager: 'other',
              operation: 'Update',
              apiVersion: 'v1',
              time: '2024-01-01T00:00:00Z',
              fieldsType: 'FieldsV1',
              fieldsV1: { 'f:data': { 'f:x': {} } },
            },
          ],
        },
      ),
      managed,
    ),
  ),
  one(
    'managedFields with one empty entry',
    'a reset',
    post(`${cm}?fieldManager=one`, configMap('a', { x: '1' }), { setup: true }),
    put(`${a}?fieldManager=two`, configMap('a', { x: '2' }, { managedFields: [{}] }), managed),
  ),
  one(
    'managedFields that are broken',
    'what is done with them',
    post(`${cm}?fieldManager=one`, configMap('a', { x: '1' }), { setup: true }),
    put(
      `${a}?fieldManager=two`,
      configMap(
        'a',
        { x: '2' },
        {
          managedFields: [
            { manager: 'm', operation: 'Guess', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} },
          ],
        },
      ),
      managed,
    ),
  ),
  one(
    'managedFields taken out by a JSON patch',
    'a reset',
    post(`${cm}?fieldManager=one`, configMap('a', { x: '1' }), { setup: true }),
    jsonPatch(
      `${a}?fieldManager=two`,
      [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }],
      managed,
    ),
    apply(a, 'three', configMap('a', { y: '1' }), managed),
  ),
  one(
    'managedFields as null in an apply',
    'taken for absent',
    apply(a, 'one', configMap('a', { x: '1' }, { managedFields: null }), managed),
  ),
  one(
    'an apply after a reset',
    'the old state belongs to nobody',
    post(`${cm}?fieldManager=one`, configMap('a', { x: '1', y: '1' }), { setup: true }),
    merge(`${a}?fieldManager=two`, { metadata: { managedFields: [{}] } }, { setup: true }),
    apply(a, 'three', configMap('a', { x: '1' }), managed),
  ),
  one(
    'an apply that gives up all',
    'the entry goes',
    apply(a, 'one', configMap('a', { x: '1' }), { setup: true }),
    apply(a, 'one', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }, managed),
  ),
  one('an apply of an empty map', 'owned as itself', apply(a, 'one', configMap('a', {}), managed)),
  one(
    'an apply that goes through a dry run',
    'nothing is kept',
    apply(a, 'one', configMap('a', { x: '1' }), { ...managed, query: '&dryRun=All' }),
    get(a, { pick: ['code'] }),
  ),
  one(
    'an apply of the same at once',
    'same resourceVersion',
    apply(a, 'one', configMap('a', { x: '1' })),
    apply(a, 'one', configMap('a', { x: '1' }), { setup: true }),
    merge(a, { metadata: { resourceVersion: partOf(0) }, data: { z: '1' } }, { pick: ['code', 'data'] }),
  ),
  one(
    'an apply with an old resourceVersion',
    'conflict',
    apply(a, 'one', configMap('a', { x: '1' })),
    apply(a, 'one', configMap('a', { x: '2' }), { setup: true }),
    apply(a, 'one', configMap('a', { x: '3' }, { resourceVersion: partOf(0) }), {
      pick: ['code', 'reason', 'message'],
    }),
  ),
  one(
    'an apply by another with an old resourceVersion',
    'conflict of revisions',
    apply(a, 'one', configMap('a', { x: '1' })),
    apply(a, 'one', configMap('a', { x: '2' }), { setup: true }),
    apply(a, 'two', configMap('a', { y: '3' }, { resourceVersion: partOf(0) }), {
      pick: ['code', 'reason', 'message'],
    }),
  ),
  one(
    'an apply while the object goes',
    'taken',
    apply(a, 'one', configMap('a', { x: '1' }, { finalizers: ['x.test/f'] }), { setup: true }),
    del(a, undefined, { setup: true }),
    apply(a, 'two', configMap('a', { y: '1' }), { pick: ['code', 'data', 'metadata.deletionTimestamp'] }),
    merge(a, { metadata: { finalizers: null } }, { setup: true }),
  ),
  one(
    'an apply with generateName',
    'the name counts',
    apply(
      a,
      'one',
      { ...configMap('a'), metadata: { generateName: 'b-' } },
      { pick: ['code', 'message', 'metadata.name', 'metadata.generateName'] },
    ),
  ),
  one(
    'two versions of one kind',
    'entries by version',
    apply(
      group('autoscaling/v2', 'horizontalpodautoscalers', 'h'),
      'one',
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h' },
        spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' }, maxReplicas: 3 },
      },
      { setup: true },
    ),
    apply(
      group('autoscaling/v1', 'horizontalpodautoscalers', 'h'),
      'two',
      {
        apiVersion: 'autoscaling/v1',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h' },
        spec: { minReplicas: 2 },
      },
      { pick: ['code', 'message', 'spec', 'metadata.managedFields'] },
    ),
    get(group('autoscaling/v2', 'horizontalpodautoscalers', 'h'), {
      pick: ['spec', 'metadata.managedFields'],
    }),
  ),
  one(
    'a role',
    'rules are atomic',
    apply(
      group('rbac.authorization.k8s.io/v1', 'roles', 'r'),
      'one',
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'r' },
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      },
      { setup: true },
    ),
    apply(
      group('rbac.authorization.k8s.io/v1', 'roles', 'r'),
      'two',
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'r' },
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
      },
      { pick: ['code', 'message', 'details.causes'] },
    ),
  ),
  one(
    'a network policy',
    'its lists are atomic',
    apply(
      group('networking.k8s.io/v1', 'networkpolicies', 'n'),
      'one',
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'n' },
        spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
      },
      { pick: ['metadata.managedFields'] },
    ),
  ),
  one(
    'volumes of a Pod',
    'by name, with keys of their own',
    apply(
      core('pods', 'p'),
      'one',
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: {
          volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 's' } }] } }],
          containers: [
            { name: 'c', image: 'i', volumeMounts: [{ name: 'v', mountPath: '/v' }], volumeDevices: [] },
          ],
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
          ],
        },
      },
      { pick: ['code', 'message', 'metadata.managedFields'] },
    ),
  ),
];
