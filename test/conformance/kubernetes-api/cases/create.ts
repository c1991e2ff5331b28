import type { Case } from '../index.ts';
import { apps, configMap, core, deployment, get, post, service } from './helpers.ts';

const cm = core('configmaps');

export const cases: readonly Case[] = [
  {
    name: 'create answers the stored object',
    reason: 'uid, times, managedFields of the creator',
    steps: [post(cm, configMap('a')), get(core('configmaps', 'a'))],
  },
  {
    name: 'create with a field manager',
    reason: '?fieldManager= names the manager',
    steps: [post(`${cm}?fieldManager=me`, configMap('a'))],
  },
  {
    name: 'the user agent is the manager of last resort',
    reason: 'the part before the slash',
    steps: [post(cm, configMap('a'), { agent: 'tool-x/v1.2 (linux)' })],
  },
  {
    name: 'create twice is AlreadyExists',
    reason: '409 with details',
    steps: [post(cm, configMap('a')), post(cm, configMap('a'))],
  },
  {
    name: 'create in a missing namespace',
    reason: '404 names the namespace',
    steps: [post('/api/v1/namespaces/no-such-namespace/configmaps', configMap('a'))],
  },
  {
    name: 'create without a name',
    reason: 'Required value',
    steps: [post(cm, { apiVersion: 'v1', kind: 'ConfigMap' })],
  },
  {
    name: 'create with a bad name',
    reason: 'RFC 1123 subdomain message',
    steps: [post(cm, configMap('Bad_Name'))],
  },
  {
    name: 'create with a bad service name',
    reason: 'services are DNS-1035 labels',
    steps: [post(core('services'), service('1abc'))],
  },
  {
    name: 'create with a bad namespace name',
    reason: 'namespaces are DNS labels',
    steps: [post('/api/v1/namespaces', { metadata: { name: 'a.b' } })],
  },
  {
    name: 'create with a bad label key',
    reason: 'qualified name message',
    steps: [post(cm, configMap('a', {}, { labels: { 'bad key': 'x' } }))],
  },
  {
    name: 'create with a bad label value',
    reason: 'label value message',
    steps: [post(cm, configMap('a', {}, { labels: { ok: 'not ok' } }))],
  },
  {
    name: 'create with a label prefix that is no domain',
    reason: 'prefix part message',
    steps: [post(cm, configMap('a', {}, { labels: { 'B@d/x': 'y' } }))],
  },
  {
    name: 'create with a bad annotation key',
    reason: 'qualified name message on annotations',
    steps: [post(cm, configMap('a', {}, { annotations: { 'a b': 'x' } }))],
  },
  {
    name: 'create with a bad finalizer',
    reason: 'finalizers are qualified names',
    steps: [post(cm, configMap('a', {}, { finalizers: ['not a name'] }))],
  },
  {
    name: 'create with two controllers',
    reason: 'one controller reference alone',
    steps: [
      post(
        cm,
        configMap(
          'a',
          {},
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: '1', controller: true },
              { apiVersion: 'v1', kind: 'Pod', name: 'y', uid: '2', controller: true },
            ],
          },
        ),
      ),
    ],
  },
  {
    name: 'create with an incomplete owner reference',
    reason: 'every part is needed',
    steps: [
      post(
        cm,
        configMap('a', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: '', uid: '' }] }),
      ),
    ],
  },
  {
    name: 'create for another namespace than the path',
    reason: '400',
    steps: [post(cm, configMap('a', {}, { namespace: 'default' }))],
  },
  {
    name: 'create with generateName',
    reason: 'the name grows a suffix',
    steps: [
      post(
        cm,
        { ...configMap('x'), metadata: { generateName: 'gen-' } },
        { pick: ['metadata.generateName', 'kind'] },
      ),
    ],
  },
  {
    name: 'create with a resourceVersion',
    reason: 'it must not be set',
    steps: [post(cm, configMap('a', {}, { resourceVersion: '5' }))],
  },
  {
    name: 'create as a dry run',
    reason: 'answers the object, stores nothing',
    steps: [post(`${cm}?dryRun=All`, configMap('a')), get(core('configmaps', 'a'))],
  },
  {
    name: 'dry run with a wrong value',
    reason: 'only All',
    steps: [post(`${cm}?dryRun=Some`, configMap('a'))],
  },
  {
    name: 'system fields of the client are ignored',
    reason: 'uid, creationTimestamp, generation, selfLink',
    steps: [
      post(
        cm,
        configMap(
          'a',
          {},
          {
            uid: '11111111-1111-1111-1111-111111111111',
            creationTimestamp: '2001-01-01T00:00:00Z',
            generation: 7,
          },
        ),
      ),
    ],
  },
  {
    name: 'apiVersion and kind may be left out',
    reason: 'the path says them',
    steps: [post(cm, { metadata: { name: 'a' }, data: { x: 'y' } })],
  },
  {
    name: 'a wrong kind in the body',
    reason: '400',
    steps: [post(cm, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } })],
  },
  {
    name: 'a wrong apiVersion in the body',
    reason: '400',
    steps: [post(cm, { apiVersion: 'apps/v1', kind: 'ConfigMap', metadata: { name: 'a' } })],
  },
  {
    name: 'an unknown field warns by default',
    reason: 'fieldValidation=Warn is the default',
    steps: [post(cm, { ...configMap('a'), bogus: 1 })],
  },
  {
    name: 'an unknown field with Strict',
    reason: '400 strict decoding error',
    steps: [post(`${cm}?fieldValidation=Strict`, { ...configMap('a'), bogus: 1 })],
  },
  {
    name: 'an unknown field with Ignore',
    reason: 'dropped in silence',
    steps: [post(`${cm}?fieldValidation=Ignore`, { ...configMap('a'), bogus: 1 })],
  },
  {
    name: 'unknown nested fields with Strict',
    reason: 'all of them are named with their paths',
    steps: [
      post(
        `${apps('deployments')}?fieldValidation=Strict`,
        deployment('a', { replica: 2 }, { imag: 'x', ports: [{ containerPort: 1, prot: 'x' }] }),
      ),
    ],
  },
  {
    name: 'a duplicate field with Strict',
    reason: 'JSON members that occur twice',
    steps: [
      post(
        `${cm}?fieldValidation=Strict`,
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","x":"2"}}',
      ),
    ],
  },
  {
    name: 'a duplicate field warns by default',
    reason: 'the last one wins',
    steps: [
      post(cm, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","x":"2"}}'),
    ],
  },
  {
    name: 'a wrong fieldValidation',
    reason: '422',
    steps: [post(`${cm}?fieldValidation=Maybe`, configMap('a'))],
  },
  {
    name: 'a number where a string belongs',
    reason: 'Go decoding error',
    steps: [post(cm, configMap('a', { x: 1 as never }))],
  },
  {
    name: 'a string where a number belongs',
    reason: 'names the Go struct field',
    steps: [post(apps('deployments'), deployment('a', { replicas: 'two' }))],
  },
  {
    name: 'an object where a list belongs',
    reason: 'names the Go type',
    steps: [post(apps('deployments'), deployment('a', { template: { spec: { containers: {} } } }))],
  },
  {
    name: 'a broken quantity',
    reason: 'names the pattern',
    steps: [post(apps('deployments'), deployment('a', {}, { resources: { limits: { cpu: 'lots' } } }))],
  },
  {
    name: 'quantities are canonical',
    reason: '0.5 is stored as 500m, 1024Mi as 1Gi',
    steps: [
      post(
        apps('deployments'),
        deployment(
          'a',
          {},
          { resources: { limits: { cpu: '0.5', memory: '1024Mi' }, requests: { cpu: 0.25, memory: '1e3' } } },
        ),
        { pick: ['spec.template.spec.containers'] },
      ),
    ],
  },
  {
    name: 'nulls and empty maps are left out',
    reason: 'omitempty',
    steps: [
      post(cm, {
        ...configMap('a'),
        metadata: { name: 'a', labels: {}, annotations: null, finalizers: [] },
        binaryData: null,
      }),
    ],
  },
  {
    name: 'status is not taken at creation',
    reason: 'it has an endpoint of its own',
    steps: [post(apps('deployments'), { ...deployment('a'), status: { replicas: 3 } })],
  },
  {
    name: 'stringData becomes data',
    reason: 'write-only convenience',
    steps: [
      post(core('secrets'), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'a' },
        stringData: { user: 'x' },
        data: { pass: 'eQ==' },
      }),
    ],
  },
  {
    name: 'data that is not base64',
    reason: '400',
    steps: [
      post(core('secrets'), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'a' },
        data: { pass: '!!!' },
      }),
    ],
  },
  { name: 'an empty body', reason: '400', steps: [post(cm, '')] },
  {
    name: 'a body that is not JSON',
    reason: '400',
    steps: [post(cm, '{nope', { pick: ['code', 'reason'] })],
  },
  { name: 'an unsupported media type', reason: '415', steps: [post(cm, 'x', { type: 'text/plain' })] },
  { name: 'an unacceptable answer type', reason: '406', steps: [get(cm, { accept: 'text/html' })] },
  {
    name: 'a YAML body',
    reason: 'application/yaml is accepted',
    steps: [
      post(cm, 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "1"\n', {
        type: 'application/yaml',
      }),
    ],
  },
  {
    name: 'get of nothing',
    reason: 'NotFound with details',
    steps: [get(core('configmaps', 'nope')), get(apps('deployments', 'nope'))],
  },
  { name: 'an unknown resource', reason: '404 page', steps: [get('/api/v1/namespaces/$ns/nothings')] },
  { name: 'an unknown group', reason: '404 page', steps: [get('/apis/no.such/v1/things')] },
  {
    name: 'post to a name',
    reason: 'method not allowed',
    steps: [post(core('configmaps', 'a'), configMap('a'))],
  },
  {
    name: 'metadata alone',
    reason: 'PartialObjectMetadata',
    steps: [
      post(cm, configMap('a')),
      get(core('configmaps', 'a'), {
        accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
      }),
    ],
  },
];
