import type { Case } from '../index.ts';
import { apps, configMap, core, deployment, jsonPatch, merge, post, service, strategic } from './helpers.ts';

const cm = core('configmaps');
const a = core('configmaps', 'a');
const d = apps('deployments', 'a');
const containers = { pick: ['spec.template.spec.containers', 'metadata.generation'] };

export const cases: readonly Case[] = [
  {
    name: 'merge patch sets and deletes',
    reason: 'null deletes',
    steps: [post(cm, configMap('a', { x: '1', y: '2' })), merge(a, { data: { x: null, z: '3' } })],
  },
  { name: 'merge patch of nothing', reason: '404', steps: [merge(a, { data: {} })] },
  {
    name: 'merge patch without effect',
    reason: 'same object',
    steps: [post(cm, configMap('a')), merge(a, { data: { a: '1' } })],
  },
  {
    name: 'merge patch with a wrong type',
    reason: '422 on field patch',
    steps: [
      post(cm, configMap('a')),
      merge(a, { data: 5 }, { pick: ['code', 'reason', 'details.causes.0.field'] }),
    ],
  },
  {
    name: 'merge patch with an unknown field, Strict',
    reason: '422 strict decoding error',
    steps: [
      post(cm, configMap('a')),
      merge(
        `${a}?fieldValidation=Strict`,
        { bogus: 1 },
        { pick: ['code', 'reason', 'details.causes.0.field'] },
      ),
    ],
  },
  {
    name: 'merge patch with an unknown field, default',
    reason: 'a warning',
    steps: [post(cm, configMap('a')), merge(a, { bogus: 1 })],
  },
  {
    name: 'merge patch that is not JSON',
    reason: '400',
    steps: [post(cm, configMap('a')), merge(a, '{', { pick: ['code', 'reason'] })],
  },
  {
    name: 'merge patch with an old resourceVersion',
    reason: 'Conflict',
    steps: [
      post(cm, configMap('a')),
      merge(a, { data: { b: '1' } }),
      merge(a, { metadata: { resourceVersion: '{{0.body.metadata.resourceVersion}}' }, data: { c: '1' } }),
    ],
  },
  {
    name: 'merge patch of the name',
    reason: 'the name on the URL wins',
    steps: [post(cm, configMap('a')), merge(a, { metadata: { name: 'b' } })],
  },
  {
    name: 'merge patch of the uid',
    reason: 'uid is immutable',
    steps: [
      post(cm, configMap('a')),
      merge(a, { metadata: { uid: '11111111-1111-1111-1111-111111111111' } }),
    ],
  },
  {
    name: 'merge patch replaces a list',
    reason: 'lists are not merged',
    steps: [
      post(apps('deployments'), deployment('a')),
      merge(
        d,
        { spec: { template: { spec: { containers: [{ name: 'other', image: 'busybox' }] } } } },
        containers,
      ),
    ],
  },
  {
    name: 'merge patch of status',
    reason: 'through the subresource',
    steps: [
      post(apps('deployments'), deployment('a')),
      merge(`${d}/status?fieldManager=st`, {
        status: {
          observedGeneration: 1,
          conditions: [
            {
              type: 'Available',
              status: 'True',
              reason: 'X',
              message: 'm',
              lastUpdateTime: '2024-01-01T00:00:00Z',
              lastTransitionTime: '2024-01-01T00:00:00Z',
            },
          ],
        },
      }),
    ],
  },
  {
    name: 'merge patch as a dry run',
    reason: 'nothing stored',
    steps: [post(cm, configMap('a')), merge(`${a}?dryRun=All`, { data: { b: '2' } }), { path: a }],
  },
  {
    name: 'force is for apply alone',
    reason: '422',
    steps: [post(cm, configMap('a')), merge(`${a}?force=true`, { data: { b: '2' } })],
  },
  {
    name: 'json patch add, replace, remove',
    reason: 'RFC 6902',
    steps: [
      post(cm, configMap('a', { x: '1', y: '2' })),
      jsonPatch(a, [
        { op: 'add', path: '/data/z', value: '3' },
        { op: 'replace', path: '/data/x', value: '9' },
        { op: 'remove', path: '/data/y' },
      ]),
    ],
  },
  {
    name: 'json patch move, copy, test',
    reason: 'RFC 6902',
    steps: [
      post(cm, configMap('a', { x: '1', y: '2' })),
      jsonPatch(a, [
        { op: 'test', path: '/data/x', value: '1' },
        { op: 'move', from: '/data/x', path: '/data/w' },
        { op: 'copy', from: '/data/y', path: '/data/v' },
      ]),
    ],
  },
  {
    name: 'json patch with a failing test',
    reason: '422',
    steps: [post(cm, configMap('a')), jsonPatch(a, [{ op: 'test', path: '/data/a', value: '2' }])],
  },
  {
    name: 'json patch on a missing path',
    reason: '422',
    steps: [post(cm, configMap('a')), jsonPatch(a, [{ op: 'remove', path: '/data/nope' }])],
  },
  {
    name: 'json patch replaces a missing member',
    reason: '422',
    steps: [post(cm, configMap('a')), jsonPatch(a, [{ op: 'replace', path: '/data/nope', value: '1' }])],
  },
  {
    name: 'json patch below a missing parent',
    reason: '422',
    steps: [post(cm, configMap('a')), jsonPatch(a, [{ op: 'add', path: '/metadata/labels/x', value: '1' }])],
  },
  {
    name: 'json patch with escapes',
    reason: '~1 is a slash',
    steps: [
      post(cm, configMap('a', { a: '1' }, { annotations: { 'x/y': '1' } })),
      jsonPatch(a, [{ op: 'replace', path: '/metadata/annotations/x~1y', value: '2' }]),
    ],
  },
  {
    name: 'json patch that is no list',
    reason: '400',
    steps: [post(cm, configMap('a')), jsonPatch(a, { op: 'add' })],
  },
  {
    name: 'json patch with an unknown operation',
    reason: '422',
    steps: [post(cm, configMap('a')), jsonPatch(a, [{ op: 'frobnicate', path: '/data/a', value: '1' }])],
  },
  {
    name: 'json patch inserts into a list',
    reason: 'index and dash',
    steps: [
      post(apps('deployments'), deployment('a')),
      jsonPatch(
        d,
        [
          { op: 'add', path: '/spec/template/spec/containers/0', value: { name: 'first', image: 'a:1' } },
          { op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'last', image: 'b:1' } },
        ],
        containers,
      ),
    ],
  },
  {
    name: 'strategic patch merges containers by name',
    reason: 'patchMergeKey',
    steps: [
      post(apps('deployments'), deployment('a')),
      strategic(
        d,
        {
          spec: {
            template: {
              spec: {
                containers: [
                  { name: 'main', image: 'nginx:2' },
                  { name: 'side', image: 'busybox:1' },
                ],
              },
            },
          },
        },
        containers,
      ),
    ],
  },
  {
    name: 'strategic patch deletes by key',
    reason: '$patch: delete',
    steps: [
      post(
        apps('deployments'),
        deployment('a', {
          template: {
            metadata: { labels: { app: 'a' } },
            spec: {
              containers: [
                { name: 'x', image: 'x:1' },
                { name: 'y', image: 'y:1' },
              ],
            },
          },
        }),
      ),
      strategic(
        d,
        { spec: { template: { spec: { containers: [{ name: 'x', $patch: 'delete' }] } } } },
        containers,
      ),
    ],
  },
  {
    name: 'strategic patch replaces a list',
    reason: '$patch: replace',
    steps: [
      post(apps('deployments'), deployment('a')),
      strategic(
        d,
        {
          spec: {
            template: { spec: { containers: [{ $patch: 'replace' }, { name: 'only', image: 'o:1' }] } },
          },
        },
        containers,
      ),
    ],
  },
  {
    name: 'strategic patch replaces a map',
    reason: '$patch: replace in a map',
    steps: [
      post(cm, configMap('a', { x: '1', y: '2' })),
      strategic(a, { data: { $patch: 'replace', z: '3' } }),
    ],
  },
  {
    name: 'strategic patch with retainKeys',
    reason: 'a union changes as a whole',
    steps: [
      post(apps('deployments'), deployment('a')),
      strategic(
        d,
        { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
        { pick: ['spec.strategy'] },
      ),
    ],
  },
  {
    name: 'strategic patch orders elements',
    reason: '$setElementOrder',
    steps: [
      post(apps('deployments'), deployment('a')),
      strategic(
        d,
        {
          spec: {
            template: {
              spec: {
                '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }],
                containers: [{ name: 'side', image: 's:1' }],
              },
            },
          },
        },
        containers,
      ),
    ],
  },
  {
    name: 'strategic patch merges env by name',
    reason: 'nested lists',
    steps: [
      post(
        apps('deployments'),
        deployment(
          'a',
          {},
          {
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '2' },
            ],
          },
        ),
      ),
      strategic(
        d,
        {
          spec: {
            template: {
              spec: {
                containers: [
                  {
                    name: 'main',
                    env: [
                      { name: 'B', value: '3' },
                      { name: 'C', value: '4' },
                    ],
                  },
                ],
              },
            },
          },
        },
        containers,
      ),
    ],
  },
  {
    name: 'strategic patch merges finalizers',
    reason: 'a primitive merge list',
    steps: [
      post(cm, configMap('a', {}, { finalizers: ['x.test/a'] })),
      strategic(a, { metadata: { finalizers: ['x.test/b'] } }),
      strategic(a, { metadata: { '$deleteFromPrimitiveList/finalizers': ['x.test/a'] } }),
      merge(a, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'strategic patch merges service ports by port',
    reason: 'patchMergeKey port',
    steps: [
      post(core('services'), service('a', { ports: [{ name: 'x', port: 80 }] })),
      strategic(
        core('services', 'a'),
        {
          spec: {
            ports: [
              { port: 80, targetPort: 8080 },
              { name: 'y', port: 81 },
            ],
          },
        },
        { pick: ['spec.ports'] },
      ),
    ],
  },
  {
    name: 'strategic patch without the merge key',
    reason: '500 or 400 as the library says',
    steps: [
      post(apps('deployments'), deployment('a')),
      strategic(d, { spec: { template: { spec: { containers: [{ image: 'nginx:2' }] } } } }),
    ],
  },
  {
    name: 'an unknown patch type',
    reason: '415',
    steps: [post(cm, configMap('a')), { method: 'PATCH', path: a, body: {}, type: 'application/json' }],
  },
];
