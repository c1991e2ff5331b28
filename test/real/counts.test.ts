/**
 * How many requests the operator sends, on the real control plane: a short run of `make bench` that judges counts alone. Times
 * depend on the machine; counts do not.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meetsGoal } from '../../bench/operator/finding.ts';
import {
  deactivate,
  drift,
  type Finding,
  provision,
  rest,
  start,
  update,
} from '../../bench/operator/phases/index.ts';
import { createWorld, type World } from '../../bench/operator/world.ts';

const TENANTS = 80;
const REST_SECONDS = 12;

let world: World;

beforeAll(async () => {
  world = await createWorld({ tenants: TENANTS, resources: 4, seed: 1 });
});

afterAll(async () => world?.close());

/** In the order of a tenant's life: each begins where the one before it ended. */
const PHASES: readonly [string, () => Promise<readonly Finding[]>][] = [
  ['making tenants costs few requests', async () => (await provision(world)).findings],
  ['at rest nothing is asked and nothing written', () => rest(world, REST_SECONDS)],
  ['a deleted or edited object is put back with few requests', () => drift(world)],
  ['a template edit writes each changed object and its tenant once', () => update(world)],
  ['a start over healthy tenants writes nothing', () => start(world)],
  ['the end of all tenants costs few requests', () => deactivate(world)],
];

describe('requests', () => {
  it.each(PHASES)('%s', async (_, run) => {
    const findings = await run();
    const counts = findings.filter(({ goal }) => goal?.kind === 'count');
    expect(counts).not.toEqual([]);
    expect(counts.filter((finding) => meetsGoal(finding) !== true)).toEqual([]);
  });
});
