/**
 * The long part of the fault campaigns, on the sandbox, and on the real control plane with processes that are killed. Always the
 * same seeds, so that a failure is of the change that was made; `make chaos SEED=n ROUNDS=n` and `CHAOS_SEED` draw others.
 */
import { describe, expect, it } from 'vitest';
import { type Failure, runCampaign } from '../../chaos/campaign.ts';
import { startRealWorld } from '../../chaos/world/real.ts';
import { startSandboxWorld } from '../../chaos/world/sandbox.ts';

const first = Number(process.env.CHAOS_SEED ?? 410);

function tell(failure: Failure | undefined): object {
  const { logs: _, ...told } = failure ?? { logs: '' };
  return told;
}

describe('fault campaigns', () => {
  it('of 6 rounds on the sandbox, of which the suites of every day play the first', {
    timeout: 300_000,
  }, async () => {
    const failure = await runCampaign({ seed: 403, rounds: 6, createWorld: startSandboxWorld });
    expect(tell(failure), 'make chaos SEED=403 ROUNDS=6').toEqual({});
  });

  const seeds = Array.from({ length: 3 }, (_, n) => first + n);
  it.each(seeds)('of 25 rounds on the sandbox, seed %i', { timeout: 900_000 }, async (seed) => {
    const failure = await runCampaign({ seed, rounds: 25, createWorld: startSandboxWorld });
    expect(tell(failure), `make chaos SEED=${seed} ROUNDS=25`).toEqual({});
  });

  it('of 8 rounds on the real control plane', { timeout: 1_800_000 }, async () => {
    const failure = await runCampaign({ seed: 1, rounds: 8, createWorld: startRealWorld });
    expect(tell(failure), `make chaos SEED=1 ROUNDS=8 ARGS=--real`).toEqual({});
  });
});
