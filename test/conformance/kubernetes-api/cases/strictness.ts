import type { Case, Json, Step } from '../index.ts';
import {
  apply,
  apps,
  configMap,
  core,
  deployment,
  jsonPatch,
  merge,
  post,
  put,
  strategic,
} from './helpers.ts';

const cm = core('configmaps');
const a = core('configmaps', 'a');
const d = apps('deployments', 'a');
const refusal = { pick: ['code', 'reason', 'message', 'data', 'details.causes'] };
const modes = ['Strict', 'Warn', 'Ignore'] as const;
const first = post(cm, configMap('a'), { setup: true });
const workload = post(apps('deployments'), deployment('a'), { setup: true });
type Obj = { [key: string]: Json };
const unknown: Obj = { ...configMap('a'), bogus: 1, metadata: { name: 'a', wheels: 4, labels: { x: 'y' } } };
const deep = (): Obj => {
  const out = deployment(
    'a',
    { replicaz: 1 },
    { imagee: 'x', env: [{ name: 'A', valuee: '1' }], ports: [{ port: 1, containerPort: 80 }] },
  );
  return out as Obj;
};
const twice = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"x":"1","x":"2"}},"data":{"k":"1","k":"2"},"data":{"k":"3"}}`;
const plainYaml = `apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
  k: "1"
bogus: 1
`;
const yaml = `apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
  k: "1"
  k: "2"
bogus: 1
`;
const each = (name: string, step: (query: string) => Step, ...before: Step[]): Case[] =>
  modes.map((mode) => ({
    name: `${name}, ${mode}`,
    reason: `fieldValidation=${mode}`,
    steps: [...before, { ...refusal, ...step(`fieldValidation=${mode}`) }],
  }));

export const cases: readonly Case[] = [
  ...each('unknown members of a POST', (q) => post(`${cm}?${q}`, unknown)),
  ...each('unknown members of a PUT', (q) => put(`${a}?${q}`, unknown), first),
  ...each(
    'unknown members of a merge patch',
    (q) => merge(`${a}?${q}`, { bogus: 1, metadata: { wheels: 4 } }),
    first,
  ),
  ...each(
    'unknown members of a JSON patch',
    (q) => jsonPatch(`${a}?${q}`, [{ op: 'add', path: '/bogus', value: 1 }]),
    first,
  ),
  ...each(
    'unknown members of a strategic patch',
    (q) => strategic(`${a}?${q}`, { bogus: 1, metadata: { wheels: 4 } }),
    first,
  ),
  ...each('unknown members of an apply', (q) => ({
    method: 'PATCH',
    path: `${a}?fieldManager=one&${q}`,
    type: 'apply',
    body: { ...configMap('a'), bogus: 1 },
  })),
  ...each('unknown members deep down', (q) =>
    post(`${apps('deployments')}?${q}`, deep(), { pick: ['code', 'reason', 'message'] }),
  ),
  ...each(
    'unknown members deep down in a strategic patch',
    (q) =>
      strategic(
        `${d}?${q}`,
        { spec: { template: { spec: { containers: [{ name: 'main', imagee: 'x' }] } } } },
        { pick: ['code', 'reason', 'message', 'details.causes'] },
      ),
    workload,
  ),
  ...each('members twice', (q) => ({ method: 'POST', path: `${cm}?${q}`, body: twice })),
  ...each('members twice in a PUT', (q) => ({ method: 'PUT', path: `${a}?${q}`, body: twice }), first),
  ...each(
    'members twice in a merge patch',
    (q) => ({ method: 'PATCH', path: `${a}?${q}`, type: 'merge', body: '{"data":{"k":"1","k":"2"}}' }),
    first,
  ),
  ...each(
    'members twice in a strategic patch',
    (q) => ({ method: 'PATCH', path: `${a}?${q}`, type: 'strategic', body: '{"data":{"k":"1","k":"2"}}' }),
    first,
  ),
  ...each(
    'members twice in a JSON patch',
    (q) => ({
      method: 'PATCH',
      path: `${a}?${q}`,
      type: 'json',
      body: '[{"op":"add","path":"/data/k","value":"1","value":"2"}]',
    }),
    first,
  ),
  ...each('an unknown member in YAML', (q) => ({
    method: 'POST',
    path: `${cm}?${q}`,
    type: 'application/yaml',
    body: plainYaml,
  })),
  ...each('members twice in an apply', (q) => ({
    method: 'PATCH',
    path: `${a}?fieldManager=one&${q}`,
    type: 'apply',
    body: yaml,
  })),
  {
    name: 'a member in another case',
    reason: 'unknown',
    steps: [post(`${cm}?fieldValidation=Strict`, { ...configMap('a'), Data: { x: 'y' } }, refusal)],
  },
  {
    name: 'unknown kind of validation of an apply',
    reason: '422',
    steps: [apply(a, 'one', configMap('a'), { ...refusal, query: '&fieldValidation=Loose' })],
  },
  {
    name: 'many unknown members',
    reason: 'how many are named',
    steps: [
      post(
        `${cm}?fieldValidation=Strict`,
        {
          ...configMap('a'),
          ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x${String(i).padStart(2, '0')}`, i])),
        },
        { pick: ['code', 'reason', 'message'] },
      ),
    ],
  },
  {
    name: 'values of the wrong type',
    reason: 'what the decoder says',
    steps: [
      post(cm, { ...configMap('a'), data: ['x'] }, refusal),
      post(cm, { ...configMap('a'), data: { x: { y: 'z' } } }, refusal),
      post(cm, { ...configMap('a'), data: { x: true } }, refusal),
      post(cm, { ...configMap('a'), immutable: 'yes' }, refusal),
      post(cm, { ...configMap('a'), metadata: 'a' }, refusal),
      post(cm, { ...configMap('a'), metadata: { name: 'a', labels: { x: 1 } } }, refusal),
      post(cm, { ...configMap('a'), metadata: { name: 'a', creationTimestamp: 'yesterday' } }, refusal),
      post(apps('deployments'), deployment('a', { replicas: '3' }), refusal),
      post(apps('deployments'), deployment('a', { replicas: 2.5 }), refusal),
      post(apps('deployments'), deployment('a', { replicas: 99999999999 }), refusal),
      post(apps('deployments'), deployment('a', { paused: 'no' }), refusal),
      post(apps('deployments'), deployment('a', { selector: [] }), refusal),
      post(apps('deployments'), deployment('a', {}, { env: {} }), refusal),
      post(apps('deployments'), deployment('a', {}, { resources: { limits: { cpu: 'lots' } } }), refusal),
      post(core('services'), { metadata: { name: 'a' }, spec: { ports: [{ port: '80' }] } }, refusal),
      post(
        core('services'),
        { metadata: { name: 'a' }, spec: { ports: [{ port: 80, targetPort: 1.5 }] } },
        refusal,
      ),
    ],
  },
  {
    name: 'bodies that are no objects',
    reason: 'what the decoder says',
    steps: [
      { method: 'POST', path: cm, body: '[]', pick: ['code', 'reason'] },
      { method: 'POST', path: cm, body: '"text"', pick: ['code', 'reason'] },
      { method: 'POST', path: cm, body: 'null', pick: ['code', 'reason'] },
      { method: 'POST', path: cm, body: '', pick: ['code', 'reason'] },
      { method: 'PATCH', path: a, type: 'merge', body: '[]', pick: ['code', 'reason'] },
      { method: 'PATCH', path: a, type: 'strategic', body: '[]', pick: ['code', 'reason'] },
    ],
  },
];
