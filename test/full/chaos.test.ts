/** The long part of the fault campaigns: other seeds each day on the sandbox, and the real control plane with processes that are killed. */
import { describe, expect, it } from 'vitest';
import { type Failure, runCampaign } from '../chaos/campaign.ts';
import { startRealWorld } from '../chaos/world/real.ts';
import { startSandboxWorld } from '../chaos/world/sandbox.ts';

const day = Math.floor(Date.now() / 86_400_000);

function tell(failure: Failure | undefined): object {
  const { logs: _, ...told } = failure ?? { logs: '' };
  return told;
}

describe('fault campaigns', () => {
  const seeds = Array.from({ length: 8 }, (_, n) => day * 100 + n);
  it.each(seeds)('of 25 rounds on the sandbox, seed %i', { timeout: 900_000 }, async (seed) => {
    const failure = await runCampaign({ seed, rounds: 25, createWorld: startSandboxWorld });
    expect(tell(failure), `make chaos SEED=${seed} ROUNDS=25`).toEqual({});
  });

  it('of 15 rounds on the real control plane', { timeout: 1_800_000 }, async () => {
    const failure = await runCampaign({ seed: day, rounds: 15, createWorld: startRealWorld });
    expect(tell(failure), `make chaos SEED=${day} ROUNDS=15 ARGS=--real`).toEqual({});
  });
});
