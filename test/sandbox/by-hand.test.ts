/**
 * Registries, templates and Tenants whose status and spec somebody wrote by hand: the operator puts its own words back, deletes
 * nothing that is somebody else's, and the checker of the fault campaigns is content again.
 */
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

const own = '/apis/operator.kubernetes-tenants.org/v1/namespaces/default';
const maps = '/api/v1/namespaces/default/configmaps';
const read = () => readState(world.api, world.sql, TABLES);
const status = (path: string, body: object | null) => person.patch(`${path}/status`, { status: body });

beforeAll(async () => {
  world = await startSandboxWorld(createChance(1));
  person = createPerson(world);
  const found = await beginWorld(world, createModel(createChance(5)));
  if ('violations' in found) throw new Error(found.violations.join('\n'));
  await person.create(maps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'precious', labels: { 'chaos.example.com/foreign': 'true' } },
    data: { owner: 'a person' },
  });
  rest = await read();
}, 120_000);

afterAll(() => world.stop());

async function uidOf(path: string): Promise<string> {
  const found = (await person.read(path)) as { metadata: { uid: string } } | undefined;
  if (!found) throw new Error(`${path} is not there`);
  return found.metadata.uid;
}

const edits: readonly (readonly [what: string, edit: () => Promise<void>])[] = [
  [
    "a Tenant's inventory that names somebody else's object",
    async () => {
      const entry = {
        id: 'base',
        apiVersion: 'v1',
        kind: 'ConfigMap',
        namespace: 'default',
        name: 'precious',
      };
      const inventory = [
        { ...entry, uid: await uidOf(`${maps}/precious`), wave: 0, deletionPolicy: 'Delete' },
      ];
      await status(`${own}/tenants/u0-web`, { inventory });
    },
  ],
  ["a Tenant's whole status", () => status(`${own}/tenants/u1-web`, null)],
  [
    "a Tenant's revision and counts",
    () =>
      status(`${own}/tenants/u2-web`, {
        templateRevision: 'no-such',
        observedGeneration: 9_999,
        readyResources: 77,
      }),
  ],
  ["a Tenant's conditions", () => status(`${own}/tenants/u3-web`, { conditions: [] })],
  [
    "a Tenant's values",
    () => person.patch(`${own}/tenants/u4-web`, { spec: { values: { plan: 'stolen' } } }),
  ],
  ["a Tenant's labels", () => person.patch(`${own}/tenants/u5-web`, { metadata: { labels: null } })],
  ["a Tenant's finalizers", () => person.patch(`${own}/tenants/u6-web`, { metadata: { finalizers: null } })],
  [
    "a registry's held and recent deletions",
    () =>
      status(`${own}/tenantregistries/guarded`, {
        heldDeletions: {
          digest: 'x',
          count: 7,
          tenants: ['u0-web', 'u1-web'],
          since: '2026-01-01T00:00:00Z',
        },
      }),
  ],
  [
    'an approval of nothing',
    () =>
      person.patch(`${own}/tenantregistries/guarded`, {
        metadata: { annotations: { 'kubernetes-tenants.org/approve-deletions': 'x' } },
      }),
  ],
  ["a registry's whole status", () => status(`${own}/tenantregistries/loose`, null)],
  [
    "a template's rollout",
    () =>
      status(`${own}/tenanttemplates/web`, {
        rollout: { phase: 'Failed' },
        totalTenants: 0,
        currentRevision: 'x',
      }),
  ],
  ["a template's whole status", () => status(`${own}/tenanttemplates/side`, null)],
  [
    "an object's owner and marks",
    () =>
      person.patch(`${maps}/u0-web-base1`, {
        metadata: { ownerReferences: null, labels: { 'kubernetes-tenants.org/tenant': null } },
      }),
  ],
  [
    'a Tenant of a registry without its row',
    () =>
      person.create(`${own}/tenants`, {
        apiVersion: 'operator.kubernetes-tenants.org/v1',
        kind: 'Tenant',
        metadata: { name: 'invented', labels: { 'kubernetes-tenants.org/registry': 'loose' } },
        spec: { uid: 'invented', registryId: 'loose', templateRef: 'app', values: { plan: 'pro', note: '' } },
      }),
  ],
];

it.each(edits)('%s, written by hand, does no harm', { timeout: 120_000 }, async (_what, edit) => {
  await edit();
  // Time for the operator to see it, and then until all is as it should be.
  await world.timeline.sleep(3_000);
  const end = world.timeline.elapsed() + 240_000;
  const touches = createTouches();
  touches.isIdle = false;
  for (;;) {
    const state = await read();
    const found = [...verify(state), ...compareStates(rest, state, touches)];
    if (found.length === 0) return;
    if (world.timeline.elapsed() > end) expect(found).toEqual([]);
    await world.timeline.sleep(2_000);
  }
});
