/**
 * `make generate`: runs every generator. With `--check` it says which generated files were out of date, and fails
 * when there are any; they are up to date afterwards.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = join(import.meta.dirname, '..');
const GENERATORS = [
  'packages/api/scripts/generate-fields.ts',
  'packages/api/scripts/generate.ts',
  'packages/go-template/scripts/generate.ts',
  'packages/cli/scripts/generate.ts',
  'packages/operator/scripts/generate-rbac.ts',
  'packages/operator/scripts/generate-webhook.ts',
  'packages/cli/scripts/generate-grafana.ts',
  // Puts together what the others made.
  'packages/cli/scripts/generate-chart.ts',
];
/** Files and folders that the generators write. */
const WRITTEN = ['deploy', 'docs/reasons.md', 'docs/reference', 'packages/api/src/fields'];

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

function digests(): Map<string, string> {
  const files = WRITTEN.flatMap((path) => filesBelow(join(ROOT, path)));
  return new Map(
    files.map((file) => [
      relative(ROOT, file),
      createHash('sha256').update(readFileSync(file)).digest('hex'),
    ]),
  );
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

const before = digests();
for (const generator of GENERATORS) {
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', '--conditions=source', generator], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error(`${generator} failed`);
    process.exit(1);
  }
}
const after = digests();
const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
  (file) => before.get(file) !== after.get(file),
);
for (const file of changed)
  console.log(values.check ? `${file} was out of date: commit it as it is now` : `${file} changed`);
if (values.check && changed.length > 0) process.exitCode = 1;
