/** A reproducible random walk over a handful of objects: creates, applies by two managers, patches, deletes. */
import { definition } from './cases/custom.ts';
import { apply, apps, core, del, get, jsonPatch, merge, post, strategic } from './cases/helpers.ts';
import type { Case, Json, Step } from './index.ts';

type Obj = { [key: string]: Json };
interface Random {
  int(below: number): number;
  pick<T>(items: readonly T[]): T;
  some<T>(items: readonly T[]): T[];
  chance(percent: number): boolean;
}

/** A small seeded generator (mulberry32). */
function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const random: Random = {
    int: (below) => Math.floor(next() * below),
    pick: (items) => items[Math.floor(next() * items.length)] as never,
    some: (items) => items.filter(() => next() < 0.5),
    chance: (percent) => next() * 100 < percent,
  };
  return random;
}

const GROUP = 'widgets.sandbox.test';
const values = (r: Random, prefix: string): Obj =>
  Object.fromEntries(r.some(['a', 'b', 'c', 'd']).map((key) => [`${prefix}${key}`, String(r.int(3))]));

function metadata(r: Random, name: string): Obj {
  return {
    name,
    ...(r.chance(40) ? { labels: values(r, 'l') } : {}),
    ...(r.chance(30) ? { annotations: values(r, 'n') } : {}),
    ...(r.chance(15) ? { finalizers: r.some(['x.test/a', 'x.test/b']) } : {}),
  };
}

interface Kind {
  path: string;
  names: string[];
  make(r: Random, name: string): Obj;
  patch(r: Random): Obj;
  strategic: boolean;
}

const containers = (r: Random): Obj[] =>
  r.some(['x', 'y', 'z']).map((name) => ({
    name,
    image: `i:${r.int(3)}`,
    ...(r.chance(50)
      ? { env: r.some(['A', 'B', 'C']).map((n) => ({ name: n, value: String(r.int(3)) })) }
      : {}),
    ...(r.chance(30)
      ? {
          ports: r.some([80, 81]).map((p) => ({
            containerPort: p,
            ...(r.chance(50) ? { protocol: r.pick(['TCP', 'UDP']) } : {}),
          })),
        }
      : {}),
    ...(r.chance(30) ? { args: r.some(['p', 'q']) } : {}),
    ...(r.chance(20) ? { resources: { limits: { cpu: r.pick(['0.5', '1', '1500m']) } } } : {}),
  }));

const KINDS: Kind[] = [
  {
    path: core('configmaps'),
    names: ['one', 'two'],
    make: (r, name) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata(r, name),
      ...(r.chance(80) ? { data: values(r, 'k') } : {}),
    }),
    patch: (r) => ({
      data: { ...values(r, 'k'), ...(r.chance(30) ? { ka: null } : {}) },
      ...(r.chance(30) ? { metadata: { labels: { ...values(r, 'l'), lb: null } } } : {}),
      ...(r.chance(15) ? { metadata: { finalizers: null } } : {}),
    }),
    strategic: true,
  },
  {
    path: apps('deployments'),
    names: ['dep'],
    make: (r, name) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(r, name),
      spec: {
        ...(r.chance(40) ? { replicas: r.int(3) } : {}),
        ...(r.chance(15) ? { paused: r.chance(50) } : {}),
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { containers: [{ name: 'main', image: `m:${r.int(2)}` }, ...containers(r)] },
        },
      },
    }),
    patch: (r) => ({
      spec: {
        ...(r.chance(50) ? { replicas: r.int(4) } : {}),
        template: { spec: { containers: [{ name: 'main', image: `m:${r.int(3)}` }, ...containers(r)] } },
      },
    }),
    strategic: true,
  },
  {
    path: core('services'),
    names: ['svc'],
    make: (r, name) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(r, name),
      spec: {
        selector: values(r, 's'),
        ports: [
          { name: 'main', port: 80 },
          ...r.some([81, 82, 83]).map((port) => ({
            name: `p${port}`,
            port,
            ...(r.chance(30) ? { protocol: 'UDP' } : {}),
            ...(r.chance(30) ? { targetPort: r.pick([8080, 'http']) } : {}),
          })),
        ],
      },
    }),
    patch: (r) => ({
      spec: { sessionAffinity: r.pick(['None', 'ClientIP']) },
      ...(r.chance(30) ? { metadata: { annotations: values(r, 'n') } } : {}),
    }),
    strategic: true,
  },
  {
    path: `/apis/${GROUP}/v1/namespaces/$ns/widgets`,
    names: ['wid'],
    make: (r, name) => ({
      apiVersion: `${GROUP}/v1`,
      kind: 'Widget',
      metadata: metadata(r, name),
      spec: {
        size: r.int(9),
        ...(r.chance(40) ? { mode: r.pick(['slow', 'fast', 'idle']) } : {}),
        ...(r.chance(50)
          ? {
              items: r.some(['a', 'b', 'c']).map((id) => ({
                id,
                value: String(r.int(3)),
                ...(r.chance(30) ? { weight: r.int(3) } : {}),
              })),
            }
          : {}),
        ...(r.chance(50) ? { tags: r.some(['aa', 'bb', 'cc']) } : {}),
        ...(r.chance(30) ? { any: { deep: values(r, 'd') } } : {}),
        ...(r.chance(30) ? { labels: values(r, 'l') } : {}),
        ...(r.chance(30) ? { selector: values(r, 's') } : {}),
        ...(r.chance(20) ? { nested: { flag: r.chance(50) } } : {}),
      },
    }),
    patch: (r) => ({
      spec: {
        size: r.int(12),
        ...(r.chance(30) ? { items: [{ id: 'a', value: String(r.int(3)) }] } : {}),
        ...(r.chance(20) ? { tags: null } : {}),
      },
    }),
    strategic: false,
  },
];

function step(r: Random): Step {
  const kind = r.pick(KINDS);
  const name = r.pick(kind.names);
  const path = `${kind.path}/${name}`;
  const roll = r.int(100);
  const manager = r.pick(['one', 'two']);
  if (roll < 12) return post(`${kind.path}?fieldManager=creator`, kind.make(r, name));
  if (roll < 60) return apply(path, manager, kind.make(r, name), { force: r.chance(60) });
  if (roll < 74) return merge(`${path}?fieldManager=patcher`, kind.patch(r));
  if (roll < 80) return kind.strategic ? strategic(`${path}?fieldManager=patcher`, kind.patch(r)) : get(path);
  if (roll < 85)
    return jsonPatch(`${path}?fieldManager=patcher`, [
      { op: 'add', path: '/metadata/labels', value: values(r, 'l') },
    ]);
  if (roll < 90 && kind.names[0] !== 'svc' && kind.names[0] !== 'one')
    return merge(`${path}/status?fieldManager=st`, {
      status:
        kind.names[0] === 'dep'
          ? { replicas: r.int(3), observedGeneration: r.int(5) }
          : { phase: r.pick(['A', 'B']) },
    });
  if (roll < 95) return del(path);
  return merge(`${path}?fieldManager=patcher`, { metadata: { finalizers: null } });
}

const PREPARE: Step[] = [
  { ...post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition), setup: true },
  { ...get(`/apis/${GROUP}/v1/namespaces/$ns/widgets`, { until: { status: 200 } }), setup: true },
];

/** The walk of a seed: `length` operations, then everything that is left and every event there was. */
export function createWalk(seed: number, length: number): Case {
  const r = createRandom(seed);
  const start = get(core('configmaps'), { setup: true });
  const steps = [...PREPARE, start, ...Array.from({ length }, () => step(r))];
  const since = `{{${PREPARE.length}.body.metadata.resourceVersion}}`;
  for (const kind of KINDS)
    for (const name of kind.names) {
      steps.push(get(`${kind.path}/${name}`));
      steps.push(
        get(
          `${kind.path}?watch=true&timeoutSeconds=1&resourceVersion=${since}&fieldSelector=metadata.name%3D${name}`,
          { watch: 10_000 },
        ),
      );
      steps.push({ ...merge(`${kind.path}/${name}`, { metadata: { finalizers: null } }), setup: true });
    }
  return {
    name: `walk ${seed}`,
    reason: 'the same operations give the same objects, owners, failures and events',
    steps,
  };
}
