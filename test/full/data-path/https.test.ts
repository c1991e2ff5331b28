/** The last mile: a row becomes an HTTPS answer from the tenant's own pod, and is silent again once it is switched off. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installSaasExample, type Step, storyTable, tellStory } from '../../rig/data-path/story.ts';
import { installTidyExample, TIDY } from './tidy.ts';
import { startWorld, type World } from './world.ts';

/** An order by DNS-01 takes a minute with cert-manager 1.11. */
const patience = 300_000;

let world: World;

beforeAll(async () => {
  // The addresses of this world are those of documentation, which no probe would ask by itself.
  world = await startWorld({ operatorArgs: ['--dns-probe', '--dns-probe-private-addresses'] });
  await installSaasExample(world.kubectl, world.sql);
  await installTidyExample(world.kubectl, world.sql);
});

afterAll(async () => world?.stop());

// What each step must find is checked where it is told: the tenant's own pod, the redirect, nobody but Pebble trusted, 404 from
// the ingress controller afterwards, and a name that the zone denies. The stories share the minute of their orders.
describe.concurrent('from a row to HTTPS 200 and back', () => {
  it.each([
    ['saas-platform.yaml, unchanged', {}, 'kept, without an owner'],
    ['the same with the Secret of the certificate as an item', TIDY, 'gone'],
  ] as const)(
    '%s',
    async (title, hero, secret) => {
      const steps = await tellStory(world, world.sql, () => {}, { ...hero, isProbed: true });
      console.log(`${title}\n${storyTable(steps)}`);
      expect(names(steps)).toEqual([
        'HTTP answers no more',
        'HTTPS answers 200',
        'HTTPS answers no more',
        'plain HTTP is redirected',
        'the Certificate is gone',
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
      const seen = new Map(steps.map((step) => [step.name, step.seen]));
      expect(seen.get('HTTPS answers no more')).toBe('404');
      expect(seen.get('HTTP answers no more')).toBe('404');
      expect(seen.get('the Secret')).toBe(secret);
      expect(seen.get('the Tenant says so')).toContain('HTTPSReady Answering');
    },
    patience,
  );
});

function names(steps: readonly Step[]): string[] {
  return steps.map(({ name }) => name).sort();
}
