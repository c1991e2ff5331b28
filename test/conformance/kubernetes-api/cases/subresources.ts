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
  service,
} from './helpers.ts';

type Obj = { [key: string]: Json };
const refusal = { pick: ['kind', 'code', 'reason', 'message', 'details'] };
const d = apps('deployments', 'a');
const scaled = post(apps('deployments'), deployment('a', { replicas: 2 }), { setup: true });
const scale = (replicas: number | null, metadata: Obj = {}): Obj => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'a', namespace: '$ns', ...metadata },
  spec: replicas === null ? {} : { replicas },
});
const template = (deployment('a') as { spec: { template: Obj } }).spec.template;
const pod = (spec: Obj = {}, metadata: Obj = {}): Obj => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', ...metadata },
  spec: { containers: [{ name: 'c', image: 'i:1' }], ...spec },
});
const p = core('pods', 'p');
const running: Step[] = [
  post(core('pods'), pod({}, { labels: { app: 'a' } }), { setup: true }),
  merge(
    `${p}/status`,
    { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
    { setup: true },
  ),
];
const eviction = (more: Obj = {}, name = 'p'): Obj => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name, namespace: '$ns' },
  ...more,
});
const s = core('services');
const addresses = {
  pick: ['code', 'reason', 'message', 'details.causes', 'spec.clusterIP', 'spec.clusterIPs', 'spec.type'],
};
const taken = { pick: ['code', 'reason', 'details.causes.0.reason', 'details.causes.0.field'] };

export const cases: readonly Case[] = [
  {
    name: 'scale by a merge patch',
    reason: 'the answer is a Scale',
    steps: [
      scaled,
      merge(`${d}/scale`, { spec: { replicas: 7 } }),
      get(d, { pick: ['spec.replicas', 'metadata.generation'] }),
    ],
  },
  {
    name: 'scale by a JSON patch',
    reason: 'paths of the Scale',
    steps: [scaled, jsonPatch(`${d}/scale`, [{ op: 'replace', path: '/spec/replicas', value: 4 }])],
  },
  { name: 'scale below zero', reason: '422', steps: [scaled, put(`${d}/scale`, scale(-1), refusal)] },
  {
    name: 'scale to nothing said',
    reason: 'zero',
    steps: [scaled, put(`${d}/scale`, scale(null), { pick: ['spec', 'code'] }), get(`${d}/scale`)],
  },
  {
    name: 'scale of another name',
    reason: 'refused',
    steps: [scaled, put(`${d}/scale`, scale(3, { name: 'b' }), refusal)],
  },
  {
    name: 'scale of another revision',
    reason: 'conflict',
    steps: [scaled, put(`${d}/scale`, scale(3, { resourceVersion: '1' }), refusal)],
  },
  {
    name: 'scale of another uid',
    reason: 'conflict',
    steps: [scaled, put(`${d}/scale`, scale(3, { uid: '11111111-1111-1111-1111-111111111111' }), refusal)],
  },
  {
    name: 'scale of nothing',
    reason: '404',
    steps: [get(`${d}/scale`), put(`${d}/scale`, scale(3), refusal)],
  },
  {
    name: 'scale as a dry run',
    reason: 'nothing changes',
    steps: [
      scaled,
      merge(`${d}/scale?dryRun=All`, { spec: { replicas: 9 } }, { pick: ['spec'] }),
      get(d, { pick: ['spec.replicas'] }),
    ],
  },
  {
    name: 'scale with an unknown member',
    reason: 'Strict',
    steps: [scaled, put(`${d}/scale?fieldValidation=Strict`, { ...scale(3), bogus: 1 }, refusal)],
  },
  {
    name: 'scale cannot be created',
    reason: '405',
    steps: [
      scaled,
      post(`${d}/scale`, scale(3), { pick: ['code', 'reason'] }),
      del(`${d}/scale`, undefined, { pick: ['code', 'reason'] }),
    ],
  },
  {
    name: 'scale of a StatefulSet and a ReplicaSet',
    reason: 'with the selector as text',
    steps: [
      post(
        apps('statefulsets'),
        {
          metadata: { name: 'a' },
          spec: {
            serviceName: 's',
            selector: {
              matchLabels: { app: 'a' },
              matchExpressions: [{ key: 'app', operator: 'In', values: ['b', 'a'] }],
            },
            template,
          },
        } as Json,
        { setup: true },
      ),
      get(`${apps('statefulsets', 'a')}/scale`),
      post(
        apps('replicasets'),
        {
          metadata: { name: 'a' },
          spec: {
            selector: {
              matchExpressions: [
                { key: 'app', operator: 'Exists' },
                { key: 'x', operator: 'DoesNotExist' },
                { key: 'y', operator: 'NotIn', values: ['z'] },
              ],
            },
            template,
          },
        } as Json,
        { setup: true },
      ),
      get(`${apps('replicasets', 'a')}/scale`),
    ],
  },
  {
    name: 'eviction without a budget',
    reason: 'the pod goes',
    steps: [...running, post(`${p}/eviction`, eviction()), get(p, { pick: ['code'] })],
  },
  {
    name: 'eviction against a budget that nobody counted',
    reason: '429 until the controller has looked',
    steps: [
      ...running,
      post(
        group('policy/v1', 'poddisruptionbudgets'),
        { metadata: { name: 'b' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'a' } } } },
        { setup: true },
      ),
      post(`${p}/eviction`, eviction(), refusal),
      get(p, { pick: ['metadata.name'] }),
    ],
  },
  {
    name: 'eviction against a budget that is spent',
    reason: '429, with the cause',
    steps: [
      ...running,
      post(
        group('policy/v1', 'poddisruptionbudgets'),
        { metadata: { name: 'b' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'a' } } } },
        { setup: true },
      ),
      merge(
        `${group('policy/v1', 'poddisruptionbudgets', 'b')}/status`,
        {
          status: {
            observedGeneration: 1,
            disruptionsAllowed: 0,
            currentHealthy: 1,
            desiredHealthy: 1,
            expectedPods: 1,
          },
        },
        { setup: true },
      ),
      post(`${p}/eviction`, eviction(), refusal),
    ],
  },
  {
    name: 'eviction against a budget with room',
    reason: 'the pod goes, the budget remembers',
    steps: [
      ...running,
      post(
        group('policy/v1', 'poddisruptionbudgets'),
        { metadata: { name: 'b' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'a' } } } },
        { setup: true },
      ),
      merge(
        `${group('policy/v1', 'poddisruptionbudgets', 'b')}/status`,
        {
          status: {
            observedGeneration: 1,
            disruptionsAllowed: 1,
            currentHealthy: 2,
            desiredHealthy: 1,
            expectedPods: 2,
          },
        },
        { setup: true },
      ),
      post(`${p}/eviction`, eviction(), { pick: ['kind', 'status', 'code'] }),
      get(group('policy/v1', 'poddisruptionbudgets', 'b'), {
        pick: ['status.disruptionsAllowed', 'status.disruptedPods'],
      }),
      get(p, { pick: ['code'] }),
    ],
  },
  {
    name: 'eviction as a dry run',
    reason: 'the pod stays',
    steps: [
      ...running,
      post(`${p}/eviction?dryRun=All`, eviction(), { pick: ['kind', 'status', 'code'] }),
      get(p, { pick: ['metadata.name'] }),
    ],
  },
  {
    name: 'eviction with preconditions',
    reason: 'the uid counts',
    steps: [
      ...running,
      post(
        `${p}/eviction`,
        eviction({ deleteOptions: { preconditions: { uid: '11111111-1111-1111-1111-111111111111' } } }),
        { pick: ['code', 'reason'] },
      ),
    ],
  },
  { name: 'eviction of nothing', reason: '404', steps: [post(`${p}/eviction`, eviction(), refusal)] },
  {
    name: 'eviction of another name',
    reason: '400',
    steps: [...running, post(`${p}/eviction`, eviction({}, 'q'), refusal)],
  },
  {
    name: 'binding puts a pod on a node',
    reason: 'nodeName and a condition',
    steps: [
      post(core('pods'), pod(), { setup: true }),
      post(`${p}/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'p', namespace: '$ns' },
        target: { apiVersion: 'v1', kind: 'Node', name: 'n' },
      }),
      get(p, { pick: ['spec.nodeName', 'status.conditions'] }),
      post(
        `${p}/binding`,
        { metadata: { name: 'p' }, target: { kind: 'Node', name: 'm' } },
        { pick: ['code', 'reason', 'message'] },
      ),
    ],
  },
  {
    name: 'logs of a pod without a node',
    reason: 'there are none',
    steps: [
      post(core('pods'), pod(), { setup: true }),
      get(`${p}/log`, refusal),
      get(`${core('pods', 'q')}/log`, refusal),
    ],
  },
  {
    name: 'logs of a container that is not there',
    reason: '400',
    steps: [
      post(core('pods'), pod({ nodeName: 'n' }), { setup: true }),
      get(`${p}/log?container=x`, refusal),
    ],
  },
  {
    name: 'logs of two containers',
    reason: 'one has to be named',
    steps: [
      post(
        core('pods'),
        pod({
          nodeName: 'n',
          containers: [
            { name: 'c', image: 'i:1' },
            { name: 'd', image: 'i:1' },
          ],
        }),
        { setup: true },
      ),
      get(`${p}/log`, refusal),
    ],
  },
  {
    name: 'what of a pod may change',
    reason: 'images, little else',
    steps: [
      post(core('pods'), pod(), { setup: true }),
      merge(
        p,
        { spec: { containers: [{ name: 'c', image: 'i:2' }] } },
        { pick: ['spec.containers.0.image', 'code', 'metadata.generation'] },
      ),
      merge(
        p,
        { spec: { activeDeadlineSeconds: 5 } },
        { pick: ['spec.activeDeadlineSeconds', 'code', 'metadata.generation'] },
      ),
      merge(
        p,
        { spec: { nodeName: 'n' } },
        { pick: ['code', 'reason', 'details.causes.0.field', 'details.causes.0.reason'] },
      ),
      merge(
        p,
        { spec: { containers: [{ name: 'd', image: 'i:2' }] } },
        { pick: ['code', 'reason', 'details.causes.0.field', 'details.causes.0.reason'] },
      ),
    ],
  },
  {
    name: 'status of a kind without one',
    reason: '404',
    steps: [
      post(core('configmaps'), configMap('a'), { setup: true }),
      get(`${core('configmaps', 'a')}/status`),
      merge(`${core('configmaps', 'a')}/status`, {}),
    ],
  },
  {
    name: 'status is read like the object',
    reason: 'the whole of it',
    steps: [scaled, get(`${d}/status`, { pick: ['kind', 'spec.replicas'] })],
  },
  {
    name: 'status of nothing',
    reason: '404',
    steps: [merge(`${d}/status`, { status: {} }), put(`${d}/status`, deployment('a'))],
  },
  {
    name: 'status of a Job',
    reason: 'checked by its own rules',
    steps: [
      post(
        group('batch/v1', 'jobs'),
        {
          metadata: { name: 'j' },
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
        },
        { setup: true },
      ),
      merge(
        `${group('batch/v1', 'jobs', 'j')}/status`,
        { status: { active: 1, startTime: '2024-01-01T00:00:00Z' } },
        { pick: ['status', 'code'] },
      ),
    ],
  },
  {
    name: 'status of an Ingress and a Service',
    reason: 'addresses',
    steps: [
      post(
        group('networking.k8s.io/v1', 'ingresses'),
        {
          metadata: { name: 'i' },
          spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
        },
        { setup: true },
      ),
      merge(
        `${group('networking.k8s.io/v1', 'ingresses', 'i')}/status`,
        { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'x.test' }] } } },
        { pick: ['status', 'code', 'metadata.generation'] },
      ),
      merge(
        `${group('networking.k8s.io/v1', 'ingresses', 'i')}/status`,
        { status: { loadBalancer: { ingress: [{ ip: 'nonsense' }] } } },
        { pick: ['code', 'reason', 'details.causes'] },
      ),
      post(s, service('s', { type: 'LoadBalancer' }), { setup: true }),
      merge(
        `${core('services', 's')}/status`,
        { status: { loadBalancer: { ingress: [{ ip: '192.0.2.2' }] } } },
        { pick: ['status', 'code'] },
      ),
      merge(
        `${core('services', 's')}/status`,
        { status: { loadBalancer: { ingress: [{ ip: 'nonsense' }] } } },
        { pick: ['code', 'reason', 'details.causes'] },
      ),
    ],
  },
  {
    name: 'an address that is taken',
    reason: 'two Services of one address',
    steps: [
      post(s, service('a'), { pick: ['spec.clusterIP'] }),
      post(s, service('b', { clusterIP: '{{0.body.spec.clusterIP}}' }), taken),
      del(core('services', 'a'), undefined, { setup: true }),
      post(s, service('c', { clusterIP: '{{0.body.spec.clusterIP}}' }), addresses),
    ],
  },
  {
    name: 'a node port that is taken',
    reason: 'two Services of one port',
    steps: [
      post(s, service('a', { type: 'NodePort' }), { pick: ['spec.ports.0.nodePort'] }),
      get(core('services', 'a'), { setup: true }),
      post(
        s,
        '{"metadata":{"name":"b"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":{{0.body.spec.ports.0.nodePort}}}]}}',
        taken,
      ),
    ],
  },
  {
    name: 'a node port out of range',
    reason: '422',
    steps: [post(s, service('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }), taken)],
  },
  {
    name: 'a Service changes its type',
    reason: 'addresses come and go',
    steps: [
      post(s, service('a'), { setup: true }),
      merge(
        core('services', 'a'),
        { spec: { type: 'NodePort' } },
        { pick: ['spec.type', 'spec.ports', 'code'] },
      ),
      merge(
        core('services', 'a'),
        { spec: { type: 'ClusterIP' } },
        { pick: ['spec.type', 'spec.ports', 'code'] },
      ),
      merge(
        core('services', 'a'),
        { spec: { type: 'ExternalName', externalName: 'x.test', clusterIP: '', clusterIPs: null } },
        { pick: ['spec.type', 'spec.clusterIP', 'spec.ipFamilies', 'code', 'message'] },
      ),
      merge(
        core('services', 'a'),
        { spec: { type: 'ClusterIP', externalName: null } },
        { pick: ['spec.type', 'spec.clusterIP', 'code'] },
      ),
    ],
  },
  {
    name: 'a node port is given back with its name',
    reason: 'apply keeps it',
    steps: [
      apply(core('services', 'a'), 'one', service('a', { type: 'NodePort' }), { setup: true }),
      apply(core('services', 'a'), 'one', service('a', { type: 'NodePort', ports: [{ port: 81 }] }), {
        pick: ['spec.ports', 'code'],
      }),
      apply(core('services', 'a'), 'one', service('a', { type: 'ClusterIP' }), {
        pick: ['spec.ports', 'code'],
      }),
    ],
  },
  {
    name: 'a token of a service account',
    reason: 'TokenRequest',
    steps: [
      post(core('serviceaccounts'), { metadata: { name: 'a' } }, { setup: true }),
      post(
        `${core('serviceaccounts', 'a')}/token`,
        { spec: { expirationSeconds: 600 } },
        { pick: ['kind', 'apiVersion', 'code', 'spec.expirationSeconds'] },
      ),
      post(`${core('serviceaccounts', 'b')}/token`, {}, { pick: ['code', 'reason'] }),
      post(
        `${core('serviceaccounts', 'a')}/token`,
        { spec: { expirationSeconds: 5 } },
        { pick: ['code', 'reason', 'details.causes'] },
      ),
    ],
  },
];
