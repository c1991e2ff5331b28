/** `make lint`: runs every check, also after one that failed, and says at the end which ones did. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const CHECKS: Record<string, readonly string[]> = {
  format: ['biome', 'check', '--error-on-warnings', '.'],
  rules: ['oxlint', '--type-aware', '--deny-warnings', '.'],
  types: ['tsc', '-p', 'test/tsconfig.json'],
  unused: ['knip'],
  sizes: ['tsx', 'scripts/check-sizes.ts'],
  generated: ['tsx', 'scripts/generate.ts', '--check'],
};

const failed: string[] = [];
for (const [name, [command = '', ...args]] of Object.entries(CHECKS)) {
  console.log(`== ${name}: ${command} ${args.join(' ')}`);
  const program = join(ROOT, 'node_modules', '.bin', command);
  const { status, error } = spawnSync(program, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(error.message);
  if (status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? 'lint: clean' : `lint: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
