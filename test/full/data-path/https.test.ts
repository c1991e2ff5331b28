/** The last mile: a row becomes an HTTPS answer from the tenant's own pod, and is silent again once it is switched off. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installSaasExample, type Step, storyTable, tellStory } from '../../rig/data-path/story.ts';
import { startWorld, type World } from './world.ts';

/** An order by DNS-01 takes a minute with cert-manager 1.11. */
const patience = 300_000;

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await installSaasExample(world.kubectl, world.sql);
});

afterAll(async () => world?.stop());

describe('saas-platform.yaml, unchanged', () => {
  // What each step must find is checked where it is told: the tenant's own pod, the redirect, nobody but Pebble trusted.
  it(
    'goes from a row to HTTPS 200 and back',
    async () => {
      const steps = await tellStory(world, world.sql, () => {});
      console.log(storyTable(steps));
      expect(names(steps)).toEqual([
        'HTTPS answers 200',
        'HTTPS answers no more',
        'plain HTTP is redirected',
        'the Secret',
        'the Tenant is gone',
        'the Tenant is ready',
        'the Tenant says so',
        'the certificate is issued',
        'the name resolves',
        'the record is gone',
        'the row is switched off',
        'the row is switched on',
      ]);
      expect(steps.at(-1)?.seen).toContain('kept');
    },
    patience,
  );
});

function names(steps: readonly Step[]): string[] {
  return steps.map(({ name }) => name).sort();
}
