// size: one table of cases, in the order in which they were recorded
import type { Case } from '../index.ts';
import {
  apply,
  apps,
  configMap,
  core,
  del,
  deployment,
  get,
  group,
  merge,
  post,
  put,
  service,
} from './helpers.ts';

const a = core('configmaps', 'a');
const d = apps('deployments', 'a');
const managed = { pick: ['metadata.managedFields'] };
const half = (containers: never[] | object[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a' },
  spec: { template: { spec: { containers: containers as never } } },
});

export const cases: readonly Case[] = [
  { name: 'apply creates', reason: '201, operation Apply', steps: [apply(a, 'one', configMap('a'))] },
  {
    name: 'apply again without change',
    reason: 'nothing is written, 200',
    steps: [apply(a, 'one', configMap('a')), apply(a, 'one', configMap('a')), get(a)],
  },
  {
    name: 'apply changes its own field',
    reason: 'no conflict with itself',
    steps: [apply(a, 'one', configMap('a')), apply(a, 'one', configMap('a', { a: '2' }))],
  },
  {
    name: 'apply removes what it no longer names',
    reason: 'fields it alone owned go',
    steps: [apply(a, 'one', configMap('a', { x: '1', y: '2' })), apply(a, 'one', configMap('a', { x: '1' }))],
  },
  {
    name: 'apply removes a whole map',
    reason: 'the last key takes the map along',
    steps: [
      apply(a, 'one', configMap('a', { x: '1' }, { labels: { l: 'm' } })),
      apply(a, 'one', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }),
    ],
  },
  {
    name: 'two appliers of different fields',
    reason: 'two entries',
    steps: [apply(a, 'one', configMap('a', { x: '1' })), apply(a, 'two', configMap('a', { y: '2' }))],
  },
  {
    name: 'two appliers of the same value',
    reason: 'both own it',
    steps: [apply(a, 'one', configMap('a', { x: '1' })), apply(a, 'two', configMap('a', { x: '1' }))],
  },
  {
    name: 'a shared field stays when one gives it up',
    reason: 'the other still owns it',
    steps: [
      apply(a, 'one', configMap('a', { x: '1', y: '1' })),
      apply(a, 'two', configMap('a', { x: '1' })),
      apply(a, 'one', configMap('a', { y: '1' })),
    ],
  },
  {
    name: 'an updated field is the updater’s',
    reason: 'ownership moves on update',
    steps: [
      apply(a, 'one', configMap('a', { x: '1' })),
      put(`${a}?fieldManager=up`, configMap('a', { x: '2' })),
    ],
  },
  {
    name: 'apply does not remove what an updater took',
    reason: 'only own fields go',
    steps: [
      apply(a, 'one', configMap('a', { x: '1', y: '1' })),
      merge(`${a}?fieldManager=up`, { data: { x: '2' } }),
      apply(a, 'one', configMap('a', { y: '1' })),
    ],
  },
  {
    name: 'apply onto an object without managers',
    reason: 'before-first-apply',
    steps: [
      post(core('configmaps'), configMap('a', { x: '1' })),
      put(a, configMap('a', { x: '1' }, { managedFields: [{}] })),
      get(a),
      apply(a, 'one', configMap('a', { y: '1' })),
    ],
  },
  { name: 'apply with another name than the path', reason: '400', steps: [apply(a, 'one', configMap('b'))] },
  {
    name: 'apply without a name',
    reason: 'the path has it',
    steps: [apply(a, 'one', { apiVersion: 'v1', kind: 'ConfigMap', data: { x: '1' } })],
  },
  {
    name: 'apply with another apiVersion',
    reason: '400',
    steps: [apply(a, 'one', { ...configMap('a'), apiVersion: 'apps/v1' })],
  },
  {
    name: 'apply without apiVersion',
    reason: '400',
    steps: [apply(a, 'one', { metadata: { name: 'a' }, data: {} })],
  },
  {
    name: 'apply without a field manager',
    reason: '422 required',
    steps: [{ method: 'PATCH', path: a, type: 'apply', body: configMap('a') }],
  },
  {
    name: 'apply with managedFields',
    reason: 'they must be nil',
    steps: [apply(a, 'one', configMap('a', {}, { managedFields: [{ manager: 'x' }] }))],
  },
  {
    name: 'apply with an unknown field',
    reason: 'field not declared in schema',
    steps: [apply(a, 'one', { ...configMap('a'), bogus: 1 })],
  },
  {
    name: 'apply with an unknown field, validation ignored',
    reason: 'field not declared in schema: fieldValidation says nothing of it',
    steps: [apply(a, 'one', { ...configMap('a'), bogus: 1 }, { query: '&fieldValidation=Ignore' })],
  },
  {
    name: 'apply with an unknown nested field',
    reason: 'names the path',
    steps: [apply(d, 'one', deployment('a', { strategy: { kind: 'x' } }))],
  },
  {
    name: 'apply with a wrong scalar',
    reason: 'expected string',
    steps: [apply(a, 'one', configMap('a', { x: 1 as never }))],
  },
  {
    name: 'apply with a map for a list',
    reason: 'expected list',
    steps: [apply(d, 'one', deployment('a', { template: { spec: { containers: { name: 'x' } } } }))],
  },
  {
    name: 'apply with a duplicate list key',
    reason: 'duplicate entries for key',
    steps: [
      apply(
        d,
        'one',
        deployment('a', {
          template: {
            metadata: { labels: { app: 'a' } },
            spec: {
              containers: [
                { name: 'x', image: 'a' },
                { name: 'x', image: 'b' },
              ],
            },
          },
        }),
      ),
    ],
  },
  {
    name: 'apply of an item without its key',
    reason: 'omits all key fields',
    steps: [
      apply(
        d,
        'one',
        deployment('a', {
          template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ image: 'a' }] } },
        }),
      ),
    ],
  },
  {
    name: 'apply as a dry run',
    reason: 'nothing stored',
    steps: [apply(a, 'one', configMap('a'), { query: '&dryRun=All' }), get(a)],
  },
  {
    name: 'apply a Deployment',
    reason: 'managedFields of lists with keys, sets and structs',
    steps: [
      apply(
        d,
        'one',
        deployment(
          'a',
          { replicas: 2 },
          { ports: [{ containerPort: 80 }], env: [{ name: 'A', value: 'b' }], args: ['x', 'y'] },
        ),
      ),
    ],
  },
  {
    name: 'apply a Service with two ports',
    reason: 'port and protocol are the key',
    steps: [
      apply(
        core('services', 'a'),
        'one',
        service('a', {
          ports: [
            { name: 'x', port: 80, protocol: 'TCP' },
            { name: 'y', port: 80, protocol: 'UDP' },
          ],
        }),
        managed,
      ),
    ],
  },
  {
    name: 'a list key takes part with its default',
    reason: 'protocol TCP is implied',
    steps: [
      apply(core('services', 'a'), 'one', service('a', { ports: [{ port: 80 }] }), managed),
      apply(core('services', 'a'), 'two', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'a' },
        spec: { ports: [{ port: 80, protocol: 'TCP', name: 'late' }] },
      }),
    ],
  },
  {
    name: 'two appliers of one list',
    reason: 'each owns its item',
    steps: [
      apply(d, 'one', deployment('a')),
      apply(d, 'two', half([{ name: 'side', image: 's:1' }]), {
        pick: ['metadata.managedFields', 'spec.template.spec.containers'],
      }),
    ],
  },
  {
    name: 'an item goes with its applier',
    reason: 'the other item stays',
    steps: [
      apply(d, 'one', deployment('a')),
      apply(d, 'two', half([{ name: 'side', image: 's:1' }])),
      apply(
        d,
        'two',
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } },
        { pick: ['metadata.managedFields', 'spec.template.spec.containers'] },
      ),
    ],
  },
  {
    name: 'the order of merged items',
    reason: 'the applied order, the others in their place',
    steps: [
      apply(
        d,
        'one',
        deployment('a', {
          template: {
            metadata: { labels: { app: 'a' } },
            spec: {
              containers: [
                { name: 'x', image: 'x' },
                { name: 'y', image: 'y' },
                { name: 'z', image: 'z' },
              ],
            },
          },
        }),
      ),
      apply(
        d,
        'two',
        half([
          { name: 'z', image: 'z' },
          { name: 'n', image: 'n' },
          { name: 'x', image: 'x' },
        ]),
        { pick: ['spec.template.spec.containers'] },
      ),
    ],
  },
  {
    name: 'a set of finalizers',
    reason: 'each value has its owner',
    steps: [
      apply(a, 'one', configMap('a', {}, { finalizers: ['x.test/a'] })),
      apply(a, 'two', configMap('a', {}, { finalizers: ['x.test/b'] })),
      apply(a, 'one', configMap('a', {})),
      merge(a, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'an atomic map',
    reason: 'a selector is owned as a whole',
    steps: [apply(d, 'one', deployment('a'), managed)],
  },
  {
    name: 'owner references are a map list by uid',
    reason: 'key uid',
    steps: [
      post(core('configmaps'), configMap('owner')),
      apply(
        a,
        'one',
        configMap(
          'a',
          {},
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '{{0.body.metadata.uid}}' },
            ],
          },
        ),
      ),
    ],
  },
  {
    name: 'apply through the status subresource',
    reason: 'an entry with subresource status',
    steps: [
      apply(d, 'one', deployment('a')),
      apply(`${d}/status`, 'st', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        status: {
          conditions: [
            {
              type: 'Available',
              status: 'True',
              reason: 'R',
              message: 'm',
              lastTransitionTime: '2024-01-01T00:00:00Z',
              lastUpdateTime: '2024-01-01T00:00:00Z',
            },
          ],
        },
      }),
    ],
  },
  {
    name: 'status apply of nothing',
    reason: '404, the subresource creates nothing',
    steps: [
      apply(`${d}/status`, 'st', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        status: { replicas: 1 },
      }),
    ],
  },
  {
    name: 'status in a main apply is not owned',
    reason: 'it is reset',
    steps: [
      apply(
        d,
        'one',
        { ...deployment('a'), status: { replicas: 2 } },
        { pick: ['metadata.managedFields', 'status'] },
      ),
    ],
  },
  {
    name: 'apply with resourceVersion 1 creates',
    reason: 'the way to create only',
    steps: [apply(a, 'one', configMap('a', { x: '1' }, { resourceVersion: '1' }))],
  },
  {
    name: 'apply with resourceVersion 1 on an existing object',
    reason: '409',
    steps: [
      apply(a, 'one', configMap('a')),
      apply(a, 'one', configMap('a', { x: '2' }, { resourceVersion: '1' })),
    ],
  },
  {
    name: 'apply with the right uid',
    reason: 'a guard that holds',
    steps: [
      apply(a, 'one', configMap('a')),
      apply(a, 'one', configMap('a', { x: '2' }, { uid: '{{0.body.metadata.uid}}' })),
    ],
  },
  {
    name: 'apply with the uid of another object',
    reason: 'the object was replaced',
    steps: [
      apply(a, 'one', configMap('a')),
      apply(a, 'one', configMap('a', { x: '2' }, { uid: '11111111-1111-1111-1111-111111111111' })),
    ],
  },
  {
    name: 'apply with a uid onto nothing',
    reason: 'the object is gone',
    steps: [apply(a, 'one', configMap('a', { x: '2' }, { uid: '11111111-1111-1111-1111-111111111111' }))],
  },
  {
    name: 'apply keeps creationTimestamp null',
    reason: 'what kubectl sends',
    steps: [apply(a, 'one', configMap('a', { x: '1' }, { creationTimestamp: null }))],
  },
  {
    name: 'apply of an explicit null',
    reason: 'null is a value to own',
    steps: [apply(d, 'one', deployment('a', { replicas: null })), get(d, managed)],
  },
  {
    name: 'apply of empty maps',
    reason: 'an empty map is a leaf',
    steps: [apply(d, 'one', deployment('a', {}, { resources: {}, securityContext: {} }), managed)],
  },
  {
    name: 'apply of stringData',
    reason: 'owned as written',
    steps: [
      apply(core('secrets', 'a'), 'one', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'a' },
        stringData: { x: 'y' },
      }),
      apply(core('secrets', 'a'), 'one', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'a' },
        stringData: { x: 'z' },
      }),
    ],
  },
  {
    name: 'apply of an Ingress',
    reason: 'rules are atomic',
    steps: [
      apply(group('networking.k8s.io/v1', 'ingresses', 'a'), 'one', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'a', annotations: { 'x/y': 'z' } },
        spec: {
          ingressClassName: 'c',
          rules: [
            {
              host: 'a.test',
              http: {
                paths: [
                  {
                    path: '/',
                    pathType: 'Prefix',
                    backend: { service: { name: 's', port: { number: 80 } } },
                  },
                ],
              },
            },
          ],
        },
      }),
    ],
  },
  {
    name: 'apply of a YAML body',
    reason: 'the media type says YAML',
    steps: [
      apply(a, 'one', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "1"\n' as never),
    ],
  },
  {
    name: 'apply of a YAML body that is broken',
    reason: '400',
    steps: [apply(a, 'one', 'apiVersion: v1\n  kind: [' as never, { pick: ['code', 'reason'] })],
  },
  {
    name: 'apply after delete creates anew',
    reason: '201 again',
    steps: [apply(a, 'one', configMap('a')), del(a), apply(a, 'one', configMap('a'))],
  },
  {
    name: 'apply in a missing namespace',
    reason: '404 of the namespace',
    steps: [apply('/api/v1/namespaces/no-such-namespace/configmaps/a', 'one', configMap('a'))],
  },
  {
    name: 'more than ten updaters',
    reason: 'the oldest become ancient-changes',
    steps: [
      post(`${core('configmaps')}?fieldManager=m00`, configMap('a', { k00: '1' })),
      ...Array.from({ length: 11 }, (_, i) =>
        merge(
          `${a}?fieldManager=m${String(i + 1).padStart(2, '0')}`,
          { data: { [`k${i + 1}`]: '1' } },
          { pick: ['metadata.managedFields'] },
        ),
      ),
    ],
  },
];
