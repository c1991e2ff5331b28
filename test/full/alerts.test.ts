/** The alert rules with the real promtool: their form, and what they say of series that are broken and of series that are well. */
import { join } from 'node:path';
import { createMetrics } from '@tenant-operator/operator';
import { beforeAll, describe, expect, it } from 'vitest';
import { binaryPath } from '../rig/binaries/index.ts';
import { run } from '../rig/support/index.ts';

const root = join(import.meta.dirname, '..', '..');
let promtool: string;

beforeAll(async () => {
  promtool = await binaryPath('promtool');
});

describe('promtool', () => {
  it('accepts the rules', async () => {
    const { stdout } = await run(promtool, [
      'check',
      'rules',
      '--lint-fatal',
      join(root, 'deploy', 'alerts', 'tenant-operator.yaml'),
    ]);
    expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
  });

  it('finds them to say what they should', async () => {
    const file = join(import.meta.dirname, 'alerts', 'alerts.yaml');
    const { stdout, stderr } = await run(promtool, ['test', 'rules', file]);
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
  });

  it('can read the metrics', async () => {
    const stdin = await createMetrics({ version: '1', tenantSeriesLimit: 10 }).text();
    const { stderr } = await run(promtool, ['check', 'metrics'], { stdin, allowFailure: true });
    expect(stderr).not.toMatch(/error while linting|parse/i);
  });
});
