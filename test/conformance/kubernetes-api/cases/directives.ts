import type { Case, Json } from '../index.ts';
import { apps, core, deployment, get, group, post, strategic } from './helpers.ts';

type Obj = { [key: string]: Json };
const d = apps('deployments', 'a');
const main: Obj = {
  args: ['p', 'q'],
  env: [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ],
  ports: [
    { containerPort: 80, name: 'w' },
    { containerPort: 81, name: 'x' },
  ],
  volumeMounts: [{ name: 'v', mountPath: '/v' }],
};
const withAll = (): Obj => {
  const out = deployment('a', {}, main) as Obj & { spec: { template: { spec: Obj } } };
  out.metadata = { name: 'a', labels: { k: 'v', l: 'w' }, finalizers: ['x.test/a', 'x.test/b'] };
  const pod = out.spec.template.spec;
  pod.containers = [...(pod.containers as Json[]), { name: 'side', image: 'i:1' }];
  pod.volumes = [
    { name: 'v', emptyDir: {} },
    { name: 'c', configMap: { name: 'c' } },
  ];
  pod.tolerations = [{ key: 'a', operator: 'Exists' }];
  pod.nodeSelector = { disk: 'ssd', zone: 'a' };
  pod.hostAliases = [{ ip: '10.0.0.1', hostnames: ['a'] }];
  pod.imagePullSecrets = [{ name: 's' }];
  return out;
};
const object = post(apps('deployments'), withAll(), { setup: true });
const shown = [
  'code',
  'reason',
  'message',
  'spec.template.spec',
  'spec.strategy',
  'metadata.labels',
  'metadata.finalizers',
];
const clean = strategic(d, { metadata: { finalizers: null } }, { setup: true });
const on = (name: string, patch: Json, pick = shown): Case => ({
  name: `strategic: ${name}`,
  reason: name,
  steps: [object, strategic(d, patch, { pick }), clean],
});
const pod = (spec: Json): Json => ({ spec: { template: { spec } } });
const container = (fields: Obj): Json => pod({ containers: [{ name: 'main', ...fields }] });

export const cases: readonly Case[] = [
  on('an item that is new', pod({ containers: [{ name: 'new', image: 'i:2' }] })),
  on(
    'an item that is replaced whole',
    pod({ containers: [{ name: 'main', image: 'only', $patch: 'replace' }] }),
  ),
  on(
    'a list that is replaced whole',
    pod({ containers: [{ name: 'only', image: 'i' }, { $patch: 'replace' }] }),
  ),
  on('an item that is deleted', pod({ containers: [{ name: 'side', $patch: 'delete' }] })),
  on('an item that is deleted and is not there', pod({ containers: [{ name: 'ghost', $patch: 'delete' }] })),
  on(
    'the last item is deleted',
    pod({
      containers: [
        { name: 'side', $patch: 'delete' },
        { name: 'main', $patch: 'delete' },
      ],
    }),
  ),
  on('a map that is replaced', pod({ nodeSelector: { $patch: 'replace', only: 'b' } })),
  on('a map that is deleted', pod({ nodeSelector: { $patch: 'delete' } })),
  on('a map that is merged on purpose', pod({ nodeSelector: { $patch: 'merge', more: 'c' } })),
  on('an unknown directive', pod({ nodeSelector: { $patch: 'shake', more: 'c' } })),
  on('a directive that is no text', pod({ nodeSelector: { $patch: 5 } })),
  on('a member of a map is taken out', pod({ nodeSelector: { disk: null } })),
  on('a whole list is taken out', pod({ tolerations: null })),
  on('an atomic list', pod({ tolerations: [{ key: 'b', operator: 'Exists' }] })),
  on('a list of text is atomic', container({ args: ['z'] })),
  on(
    'variables by name',
    container({
      env: [
        { name: 'B', value: '3' },
        { name: 'C', value: '4' },
      ],
    }),
  ),
  on('a variable that is deleted', container({ env: [{ name: 'A', $patch: 'delete' }] })),
  on(
    'a variable that becomes a reference',
    container({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
  ),
  on(
    'a variable that becomes a reference, with null',
    container({ env: [{ name: 'A', value: null, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
  ),
  on('ports by number', container({ ports: [{ containerPort: 80, name: 'renamed' }] })),
  on('mounts by path', container({ volumeMounts: [{ mountPath: '/v', name: 'c' }] })),
  on('volumes keep what is not named', pod({ volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] })),
  on(
    'volumes with retained keys',
    pod({ volumes: [{ name: 'v', $retainKeys: ['name', 'secret'], secret: { secretName: 's' } }] }),
  ),
  on('volumes of two sources', pod({ volumes: [{ name: 'v', secret: { secretName: 's' } }] })),
  on(
    'retained keys that miss one',
    pod({ volumes: [{ name: 'v', $retainKeys: ['name'], secret: { secretName: 's' } }] }),
  ),
  on('the strategy with retained keys', { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }),
  on('the strategy without', { spec: { strategy: { type: 'Recreate' } } }),
  on(
    'an order',
    pod({
      '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }],
      containers: [{ name: 'side', image: 'i:9' }],
    }),
  ),
  on('an order alone', pod({ '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }] })),
  on(
    'an order with a newcomer',
    pod({
      '$setElementOrder/containers': [{ name: 'new' }, { name: 'main' }, { name: 'side' }],
      containers: [{ name: 'new', image: 'i' }],
    }),
  ),
  on(
    'an order that forgets one',
    pod({ '$setElementOrder/containers': [{ name: 'side' }], containers: [{ name: 'side', image: 'i:9' }] }),
  ),
  on(
    'an order that misses a patched one',
    pod({ '$setElementOrder/containers': [{ name: 'main' }], containers: [{ name: 'side', image: 'i:9' }] }),
  ),
  on('finalizers are added', { metadata: { finalizers: ['x.test/c'] } }),
  on('finalizers are taken out by name', {
    metadata: { '$deleteFromPrimitiveList/finalizers': ['x.test/a'] },
  }),
  on('finalizers in an order', {
    metadata: {
      '$setElementOrder/finalizers': ['x.test/b', 'x.test/c', 'x.test/a'],
      finalizers: ['x.test/c'],
    },
  }),
  on('a deletion of what is no list', { metadata: { '$deleteFromPrimitiveList/labels': ['k'] } }),
  on('host aliases by address', pod({ hostAliases: [{ ip: '10.0.0.2', hostnames: ['b'] }] })),
  on('pull secrets by name', pod({ imagePullSecrets: [{ name: 't' }] })),
  on('an item without its key', pod({ containers: [{ image: 'x' }] })),
  on('an item that is no object', pod({ containers: ['x'] })),
  on('a map for a list', pod({ containers: { name: 'x' } })),
  on('a text for a map', pod({ nodeSelector: 'x' })),
  on('a list for a map', { metadata: { labels: ['x'] } }),
  on('an unknown field', pod({ wheels: 4 })),
  on('an unknown field in an item', container({ wheels: 4 })),
  on(
    'two items of one name',
    pod({
      containers: [
        { name: 'main', image: 'x:1' },
        { name: 'main', image: 'x:2' },
      ],
    }),
  ),
  on('a null item', pod({ containers: [null] })),
  on('an empty list', pod({ containers: [] })),
  on('an empty patch', {}),
  {
    name: 'strategic: conditions by type',
    reason: 'status of a Deployment',
    steps: [
      object,
      strategic(`${d}/status`, { status: { conditions: [{ type: 'A', status: 'True' }] } }, { setup: true }),
      strategic(
        `${d}/status`,
        {
          status: {
            conditions: [
              { type: 'B', status: 'False' },
              { type: 'A', status: 'Unknown' },
            ],
          },
        },
        { pick: ['status'] },
      ),
      strategic(
        `${d}/status`,
        { status: { conditions: [{ type: 'A', $patch: 'delete' }] } },
        { pick: ['status'] },
      ),
      clean,
    ],
  },
  {
    name: 'strategic: service ports',
    reason: 'by port, whatever the protocol',
    steps: [
      post(
        core('services'),
        {
          metadata: { name: 's' },
          spec: {
            ports: [
              { name: 'a', port: 53, protocol: 'UDP' },
              { name: 'b', port: 54, protocol: 'TCP' },
            ],
          },
        },
        { setup: true },
      ),
      strategic(
        core('services', 's'),
        { spec: { ports: [{ port: 53, targetPort: 5353 }] } },
        { pick: ['spec.ports', 'code', 'message'] },
      ),
      strategic(
        core('services', 's'),
        { spec: { ports: [{ port: 53, $patch: 'delete' }] } },
        { pick: ['spec.ports', 'code', 'message'] },
      ),
    ],
  },
  {
    name: 'strategic: rules of an Ingress',
    reason: 'atomic',
    steps: [
      post(
        group('networking.k8s.io/v1', 'ingresses'),
        {
          metadata: { name: 'i' },
          spec: {
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
        },
        { setup: true },
      ),
      strategic(
        group('networking.k8s.io/v1', 'ingresses', 'i'),
        { spec: { rules: [{ host: 'b.test' }] } },
        { pick: ['spec.rules', 'code', 'message'] },
      ),
    ],
  },
  {
    name: 'strategic: owner references by uid',
    reason: 'merged',
    steps: [
      post(core('configmaps'), { metadata: { name: 'o' } }),
      post(core('configmaps'), { metadata: { name: 'c' } }, { setup: true }),
      strategic(
        core('configmaps', 'c'),
        {
          metadata: {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '{{0.body.metadata.uid}}' },
            ],
          },
        },
        { pick: ['metadata.ownerReferences'] },
      ),
      strategic(
        core('configmaps', 'c'),
        { metadata: { ownerReferences: [{ uid: '{{0.body.metadata.uid}}', controller: true }] } },
        { pick: ['metadata.ownerReferences'] },
      ),
      strategic(
        core('configmaps', 'c'),
        { metadata: { ownerReferences: [{ uid: '{{0.body.metadata.uid}}', $patch: 'delete' }] } },
        { pick: ['metadata.ownerReferences'] },
      ),
    ],
  },
  {
    name: 'strategic: secrets of a service account',
    reason: 'by name',
    steps: [
      post(
        core('serviceaccounts'),
        { metadata: { name: 'a' }, secrets: [{ name: 'x' }], imagePullSecrets: [{ name: 'p' }] },
        { setup: true },
      ),
      strategic(
        core('serviceaccounts', 'a'),
        { secrets: [{ name: 'y' }], imagePullSecrets: [{ name: 'q' }] },
        { pick: ['secrets', 'imagePullSecrets'] },
      ),
      get(core('serviceaccounts', 'a'), { pick: ['secrets'] }),
    ],
  },
];
