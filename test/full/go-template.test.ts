/** go-template against real Go on random templates: long, so only here. */
import { describe, expect, it } from 'vitest';
import { run } from '../rig/support/index.ts';

describe('go-template', () => {
  it('renders 50,000 random templates as Go does', async () => {
    // Always the same templates, so that a failure is of the change that was made; FUZZ_SEED draws others.
    const seed = process.env.FUZZ_SEED ?? '91919';
    const args = [
      'run',
      '-s',
      'fuzz',
      '-w',
      'packages/go-template',
      '--',
      '--seed',
      seed,
      '--cases',
      '50000',
    ];
    const { code, stdout } = await run('npm', args, { allowFailure: true, timeoutMs: 600_000 });
    console.log(stdout.trimEnd());
    expect(code, `seed ${seed}`).toBe(0);
    expect(stdout).toContain('0 differences');
  });
});
