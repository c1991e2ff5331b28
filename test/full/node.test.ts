/** The newest supported Node, beside the oldest that everything else runs on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../rig/support/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'tenant-operator-node-'));
const bin = join(folder, 'node_modules', 'node', 'bin');
const root = join(import.meta.dirname, '..', '..');

beforeAll(async () => {
  // The package puts the program in place when it is installed.
  await run('npm', ['install', '--no-save', '--ignore-scripts=false', '--prefix', folder, 'node@24'], {
    timeoutMs: 300_000,
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('Node 24', () => {
  it('passes the unit suites', { timeout: 1_500_000 }, async () => {
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    expect((await run(join(bin, 'node'), ['--version'])).stdout).toMatch(/^v24\./);
    const vitest = join(root, 'node_modules', '.bin', 'vitest');
    const { code, stdout } = await run(vitest, ['run', '--project', 'unit'], {
      cwd: root,
      env,
      allowFailure: true,
      timeoutMs: 1_400_000,
    });
    expect(code, stdout.slice(-4_000)).toBe(0);
  });

  it('starts the command', async () => {
    const { stdout } = await run(join(bin, 'node'), [
      join(root, 'packages/cli/dist/tenant-operator.js'),
      '--version',
    ]);
    expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
