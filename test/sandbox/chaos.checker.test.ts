/** The checker of the fault campaigns finds what is wrong: the operators are away, and a world at rest is damaged in one way after another. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { beginWorld, TABLES } from '../chaos/campaign.ts';
import { compareStates, createTouches, readState, type State, verify } from '../chaos/check/index.ts';
import { createModel, createPerson, type Person } from '../chaos/plan/index.ts';
import { createChance } from '../chaos/random.ts';
import type { World } from '../chaos/world/index.ts';
import { startSandboxWorld } from '../chaos/world/sandbox.ts';

let world: World;
let person: Person;
let rest: State;

const read = () => readState(world.api, world.sql, TABLES);

beforeAll(async () => {
  world = await startSandboxWorld(createChance(1));
  person = createPerson(world);
  const found = await beginWorld(world, createModel(createChance(5)));
  if ('violations' in found) throw new Error(found.violations.join('\n'));
  for (const replica of world.replicas) await replica.stop();
  rest = await read();
}, 120_000);

afterAll(() => world.stop());

const own = '/apis/operator.kubernetes-tenants.org/v1/namespaces/default';
const maps = '/api/v1/namespaces/default/configmaps';
const status = (path: string, body: object) => person.patch(`${path}/status`, { status: body });

/** Each leaves its damage behind; what it is about is named in its own line. */
const damages: readonly (readonly [reason: string, damage: () => Promise<void>, finds: RegExp])[] = [
  [
    'an object is gone',
    () => person.remove(`${maps}/u0-web-base1`),
    /^Tenant u0-web: ConfigMap\/default\/u0-web-base1 is missing$/,
  ],
  [
    'a field has another value',
    () => person.patch(`${maps}/u1-web-base1`, { data: { rev: '2' } }),
    /u1-web-base1 is not as rendered/,
  ],
  [
    'a field is too much',
    () => person.patch(`${maps}/u2-web-base1`, { data: { more: '' } }),
    /u2-web-base1 is not as rendered/,
  ],
  [
    'an object has lost its owner',
    () => person.patch(`${maps}/u3-web-base1`, { metadata: { ownerReferences: null } }),
    /u3-web-base1: owner is undefined/,
  ],
  [
    'a row is switched off and its Tenant stays',
    () => person.sql("UPDATE guarded_rows SET active = '0' WHERE id = 'u4'"),
    /^Tenant u4-web is there although its row is not active$/,
  ],
  [
    'a row has no Tenant',
    () => person.sql("INSERT INTO guarded_rows VALUES ('u99', 'd', '1', 'pro', '')"),
    /^row u99 has no Tenant of template web$/,
  ],
  [
    'a Tenant has other values than its row',
    () => person.sql("UPDATE guarded_rows SET note = 'other' WHERE id = 'u5'"),
    /^Tenant u5-web has note=.*, its row other$/,
  ],
  [
    'an object has no Tenant',
    () =>
      person.create(maps, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'stray', labels: { 'kubernetes-tenants.org/tenant': 'nobody' } },
      }),
    /ConfigMap\/default\/stray is there although its Tenant nobody is not/,
  ],
  [
    'an object is there twice',
    () =>
      person.create(maps, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'u6-web-again',
          labels: { 'kubernetes-tenants.org/tenant': 'u6-web' },
          annotations: { 'kubernetes-tenants.org/item': 'base' },
        },
      }),
    /are both of u6-web\/base/,
  ],
  [
    'a second Tenant has the same row',
    () =>
      person.create(`${own}/tenants`, {
        apiVersion: 'operator.kubernetes-tenants.org/v1',
        kind: 'Tenant',
        metadata: { name: 'second' },
        spec: { uid: 'u7', registryId: 'loose', templateRef: 'app', values: {} },
      }),
    /are both of loose\/u7\/app/,
  ],
  [
    'a finalizer keeps an object',
    async () => {
      await person.patch(`${maps}/u1-web-base1`, { metadata: { finalizers: ['example.com/leak'] } });
      await person.remove(`${maps}/u1-web-base1`);
    },
    /u1-web-base1 is stuck on its way out \(example.com\/leak\)/,
  ],
  [
    'a Tenant is stuck on its way out',
    () => person.remove(`${own}/tenants/u6-web`),
    /^Tenant u6-web is still going$/,
  ],
  [
    'a Tenant says that it is ready and is not',
    () => status(`${own}/tenants/u2-web`, { readyResources: 0 }),
    /^Tenant u2-web: readyResources is 0/,
  ],
  [
    'an inventory has lost an entry',
    () => status(`${own}/tenants/u3-web`, { inventory: [] }),
    /^Tenant u3-web: inventory is \[\]/,
  ],
  [
    'a registry counts wrong',
    () => status(`${own}/tenantregistries/loose`, { ready: 3 }),
    /^registry loose: ready is 3/,
  ],
  [
    'a template counts wrong',
    () => status(`${own}/tenanttemplates/side`, { totalTenants: 1 }),
    /^template side: totalTenants is 1/,
  ],
  [
    'deletions are said to be held that nobody asks for',
    () =>
      status(`${own}/tenantregistries/loose`, {
        heldDeletions: { digest: 'x', count: 1, tenants: ['u8-app'], since: '2026-01-01T00:00:00Z' },
      }),
    /^registry loose holds the deletion of u8-app, which nobody asks for$/,
  ],
];

it('is content with a world at rest', () => {
  expect(verify(rest)).toEqual([]);
  expect(compareStates(rest, rest, createTouches())).toEqual([]);
});

it.each(damages)('finds it when %s', async (_reason, damage, finds) => {
  const before = verify(await read());
  expect(before.filter((line) => finds.test(line))).toEqual([]);
  await damage();
  const found = verify(await read());
  expect(
    found.filter((line) => finds.test(line)),
    found.join('\n'),
  ).not.toEqual([]);
});

it('finds what was deleted, made anew or written though nobody asked for it', async () => {
  const before = await read();
  await person.remove(`${maps}/u4-web-base1`);
  await person.patch(`${maps}/u5-web-base1`, { data: { rev: 'x' } });
  const after = await read();
  const touches = createTouches();
  expect(compareStates(before, after, touches)).toEqual([
    'ConfigMap/default/u4-web-base1 was deleted, which nobody asked for',
    'ConfigMap/default/u5-web-base1 was written although nothing had changed',
  ]);
  // An edit of the template explains both.
  touches.templates.add('web');
  expect(compareStates(before, after, touches)).toEqual([]);
});
