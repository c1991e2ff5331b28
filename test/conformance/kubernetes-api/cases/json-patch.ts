import type { Case, Json, Step } from '../index.ts';
import { apps, configMap, core, deployment, get, jsonPatch, merge, post } from './helpers.ts';

const cm = core('configmaps');
const a = core('configmaps', 'a');
const d = apps('deployments', 'a');
const shown = {
  pick: [
    'code',
    'reason',
    'message',
    'data',
    'metadata.labels',
    'metadata.annotations',
    'metadata.finalizers',
  ],
};
const object = post(cm, configMap('a', { a: '1', b: '2' }, { labels: { l: 'x' } }), { setup: true });
const workload = post(
  apps('deployments'),
  deployment('a', { replicas: 2 }, { args: ['p', 'q', 'r'], env: [{ name: 'A', value: '1' }] }),
  { setup: true },
);
const containers = '/spec/template/spec/containers';
const on = (name: string, ...operations: Json[]): Case => ({
  name: `json patch: ${name}`,
  reason: name,
  steps: [object, jsonPatch(a, operations, shown)],
});
const onWorkload = (name: string, ...operations: Json[]): Case => ({
  name: `json patch of a workload: ${name}`,
  reason: name,
  steps: [
    workload,
    jsonPatch(d, operations, {
      pick: [
        'code',
        'reason',
        'message',
        'spec.replicas',
        'spec.template.spec.containers.0.args',
        'spec.template.spec.containers.0.env',
      ],
    }),
  ],
});
const op = (name: string, path: string, value?: Json): Json => ({
  op: name,
  path,
  ...(value === undefined ? {} : { value }),
});
const text = (name: string, body: string): Case => ({
  name: `json patch: ${name}`,
  reason: name,
  steps: [object, { method: 'PATCH', path: a, type: 'json', body, ...shown } satisfies Step],
});

export const cases: readonly Case[] = [
  on('nothing to do'),
  on('a test that holds guards a change', op('test', '/data/a', '1'), op('replace', '/data/a', '2')),
  on('a test that fails undoes what went before', op('replace', '/data/b', '9'), op('test', '/data/a', '2')),
  on('a test of an object', op('test', '/data', { b: '2', a: '1' }), op('add', '/data/c', '3')),
  on('a test of an object with one member more', op('test', '/data', { a: '1' })),
  on('a test of what is not there', op('test', '/data/x', '1')),
  on('a test of what is not there against null', op('test', '/data/x', null), op('add', '/data/x', 'y')),
  on('a test of a missing parent', op('test', '/nothing/x', '1')),
  on('a test of the wrong type', op('test', '/data/a', 1)),
  on('a test without a value', op('test', '/data/a')),
  on('add over an existing member', op('add', '/data/a', '9')),
  on('add without a value', op('add', '/data/c')),
  on('add of null', op('add', '/data/c', null)),
  on('add a map', op('add', '/metadata/annotations', { n: 'v' })),
  on('add below a missing map', op('add', '/metadata/annotations/n', 'v')),
  on('add to a missing list', op('add', '/metadata/finalizers/-', 'x.test/a')),
  on(
    'a list, then its end',
    op('add', '/metadata/finalizers', ['x.test/a']),
    op('add', '/metadata/finalizers/-', 'x.test/b'),
  ),
  on('remove twice', op('remove', '/data/a'), op('remove', '/data/a')),
  on('remove a whole map', op('remove', '/metadata/labels')),
  on('remove of data', op('remove', '/data')),
  on('replace a map', op('replace', '/data', { z: '0' })),
  on('replace by the wrong type', op('replace', '/data', 'text')),
  on('replace a scalar by an object', op('replace', '/data/a', { b: 'c' })),
  on('move', { op: 'move', from: '/data/a', path: '/data/c' }),
  on('move onto itself', { op: 'move', from: '/data/a', path: '/data/a' }),
  on('move from nowhere', { op: 'move', from: '/data/x', path: '/data/c' }),
  on('move without from', { op: 'move', path: '/data/c' }),
  on('move into its own child', { op: 'move', from: '/data', path: '/data/a' }),
  on('copy', { op: 'copy', from: '/data/a', path: '/data/c' }),
  on('copy from nowhere', { op: 'copy', from: '/data/x', path: '/data/c' }),
  on('copy a map', { op: 'copy', from: '/metadata/labels', path: '/metadata/annotations' }),
  on('a path without a slash', op('replace', 'data/a', '9')),
  on('an empty path', op('replace', '', configMap('a', { all: 'new' }))),
  on('a path with a slash at its end', op('add', '/data/', 'x')),
  on('an escape that is none', op('add', '/data/a~2b', 'x')),
  on(
    'an escaped slash',
    op('add', '/metadata/annotations', {}),
    op('add', '/metadata/annotations/x.test~1y', 'v'),
  ),
  on('an operation without a name', { path: '/data/a', value: 'x' }),
  on('an operation without a path', { op: 'add', value: 'x' }),
  on('a name with a capital', op('Add', '/data/c', 'x')),
  on('members nobody knows', { op: 'add', path: '/data/c', value: 'x', why: 'so' }),
  ...(['kind', 'apiVersion'] as const).map(
    (member): Case => ({
      name: `json patch: ${member}`,
      reason: 'an object cannot become another',
      steps: [object, jsonPatch(a, [op('replace', `/${member}`, 'v9')], { pick: ['code', 'reason'] })],
    }),
  ),
  on('name', op('replace', '/metadata/name', 'b')),
  on('resourceVersion as a lock', op('test', '/metadata/resourceVersion', 'old')),
  text('an object for a list', '{"op":"add","path":"/data/c","value":"x"}'),
  text('a list of text', '["add"]'),
  text('not JSON', '[{"op":'),
  text('null', 'null'),
  text('an empty body', ''),
  onWorkload('an index', op('replace', `${containers}/0/args/1`, 'z')),
  onWorkload('insertion at an index', op('add', `${containers}/0/args/0`, 'first')),
  onWorkload('insertion right at the end', op('add', `${containers}/0/args/3`, 'last')),
  onWorkload('insertion beyond the end', op('add', `${containers}/0/args/4`, 'x')),
  onWorkload('a negative index', op('add', `${containers}/0/args/-1`, 'x')),
  onWorkload('removal with a negative index', op('remove', `${containers}/0/args/-1`)),
  onWorkload('replacement beyond the end', op('replace', `${containers}/0/args/3`, 'x')),
  onWorkload('removal beyond the end', op('remove', `${containers}/0/args/3`)),
  onWorkload('an index with a leading zero', op('replace', `${containers}/0/args/01`, 'x')),
  onWorkload('an index that is text', op('replace', `${containers}/0/args/one`, 'x')),
  onWorkload('removal of the end', op('remove', `${containers}/0/args/-`)),
  onWorkload('removal from the middle', op('remove', `${containers}/0/args/1`)),
  onWorkload('a test of a number', op('test', '/spec/replicas', 2), op('replace', '/spec/replicas', 3)),
  onWorkload('a test of a number with a fraction', op('test', '/spec/replicas', 2.0)),
  onWorkload('a test of a list', op('test', `${containers}/0/args`, ['p', 'q', 'r'])),
  onWorkload('a test of a list in another order', op('test', `${containers}/0/args`, ['q', 'p', 'r'])),
  onWorkload('a test of an item', op('test', `${containers}/0/env/0`, { name: 'A', value: '1' })),
  onWorkload('move within a list', {
    op: 'move',
    from: `${containers}/0/args/0`,
    path: `${containers}/0/args/2`,
  }),
  onWorkload('copy within a list', {
    op: 'copy',
    from: `${containers}/0/env/0`,
    path: `${containers}/0/env/-`,
  }),
  onWorkload('a wrong type', op('replace', '/spec/replicas', 'three')),
  onWorkload('a fraction', op('replace', '/spec/replicas', 1.5)),
  onWorkload('a list for an object', op('replace', '/spec/template', [])),
  {
    name: 'json patch of status',
    reason: 'status alone, in its own entry',
    steps: [
      workload,
      jsonPatch(
        `${d}/status?fieldManager=st`,
        [op('add', '/status', { replicas: 1 }), op('replace', '/spec/replicas', 9)],
        {
          pick: ['status', 'spec.replicas', 'metadata.managedFields'],
        },
      ),
    ],
  },
  {
    name: 'json patch that changes nothing',
    reason: 'same resourceVersion',
    steps: [
      object,
      get(a, { setup: true }),
      jsonPatch(a, [op('replace', '/data/a', '1')], { pick: ['data'] }),
      merge(
        a,
        { metadata: { resourceVersion: '{{1.body.metadata.resourceVersion}}' }, data: { z: '1' } },
        { pick: ['data', 'code'] },
      ),
    ],
  },
];
