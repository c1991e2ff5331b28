/**
 * The short part of the fault campaigns (`make chaos` has the long one): some rounds by chance, and the seeds that once failed.
 * A failure prints its seed: `make chaos SEED=n ROUNDS=n` plays it again.
 */
import { describe, expect, it } from 'vitest';
import { runCampaign } from '../chaos/campaign.ts';
import { startSandboxWorld } from '../chaos/world/sandbox.ts';

/** The first one is new each day, so that many people's runs try many campaigns. */
const seeds: readonly (readonly [seed: number, rounds: number, reason: string])[] = [
  [20_000 + Math.floor(Date.now() / 86_400_000), 8, 'a campaign of the day'],
];

describe('a fault campaign on the sandbox', () => {
  it.each(seeds)('seed %i, %i rounds: %s', { timeout: 300_000 }, async (seed, rounds) => {
    const failure = await runCampaign({ seed, rounds, createWorld: startSandboxWorld });
    const { logs: _, ...told } = failure ?? { logs: '' };
    expect(told, `make chaos SEED=${seed} ROUNDS=${rounds}`).toEqual({});
  });
});
