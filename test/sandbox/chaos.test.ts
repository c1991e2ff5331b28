/**
 * The first rounds of the fault campaigns: always the same seeds, so that a failure is of the change that was made.
 * `make test-full` goes on for longer.
 * `make chaos SEED=n ROUNDS=n` draws others, and `CHAOS_SEED` does here. A failure prints its seed: `make chaos SEED=n ROUNDS=n` plays it again.
 */
import { describe, expect, it } from 'vitest';
import { runCampaign } from '../chaos/campaign.ts';
import { startSandboxWorld } from '../chaos/world/sandbox.ts';

const seeds: readonly (readonly [seed: number, rounds: number, reason: string])[] = [
  [Number(process.env.CHAOS_SEED ?? 403), 3, 'a campaign of all kinds of faults'],
];

describe('a fault campaign on the sandbox', () => {
  it.each(seeds)('seed %i, %i rounds: %s', { timeout: 300_000 }, async (seed, rounds) => {
    const failure = await runCampaign({ seed, rounds, createWorld: startSandboxWorld });
    const { logs: _, ...told } = failure ?? { logs: '' };
    expect(told, `make chaos SEED=${seed} ROUNDS=${rounds}`).toEqual({});
  });
});
