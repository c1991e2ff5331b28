/**
 * The guide's own way to a certificate, HTTP-01: the challenge is answered by the solver's pod, through the ingress controller.
 * And cert-manager told to give Secrets to their Certificates, so that they go along.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installSaasExample, storyTable, tellStory } from '../../rig/data-path/story.ts';
import { startWorld, type World } from './world.ts';

const patience = 300_000;

let world: World;

beforeAll(async () => {
  world = await startWorld({ certManager: { challenge: 'http01', secretsGo: true } });
  await installSaasExample(world.kubectl, world.sql);
}, patience);

afterAll(async () => world?.stop());

describe('HTTP-01', () => {
  it(
    'brings the SaaS example from a row to HTTPS 200 and back',
    async () => {
      const steps = await tellStory(world, world.sql, () => {}, { secret: 'gone' });
      console.log(storyTable(steps));
      expect(steps.map(({ name }) => name)).toContain('HTTPS answers 200');
      expect(steps.at(-1)?.seen).toBe('gone');
      // It was a solver that answered, and it ended with its challenge.
      const solvers = [...world.rig.workspace.parts.values()].filter(({ name }) =>
        name.includes('cm-acme-http-solver'),
      );
      expect(solvers).not.toEqual([]);
      expect(solvers.filter(({ state }) => state !== 'stopped')).toEqual([]);
    },
    patience,
  );
});
