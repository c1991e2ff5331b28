/**
 * `make test`, `make test-fast` (without the real stack) and `make test-full` (what `make test` leaves out).
 * Runs the suites one after the other, sums what they say, and prints `N passed, N failed` last.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inNamespace, namespaceProblem } from '../test/rig/namespace/index.ts';
import { guardGroup, releaseGroup } from '../test/rig/process/watchdog.ts';
import {
  addCounts,
  type Counts,
  filesToTryAgain,
  noCounts,
  type Report,
  summaryLines,
  totalOf,
  withSecondTry,
} from './counts.ts';

const ROOT = join(import.meta.dirname, '..');
/**
 * vitest projects, in the order in which they run. `real` ones need the rig's programs, `sandbox` needs kubectl alone;
 * `real-later` has what the sandbox has carried before;
 * `neighbours` need cert-manager, Pebble and Traefik beside them, `inside` ones a network namespace as well.
 */
const SUITES: readonly Suite[] = [
  { project: 'unit' },
  { project: 'sandbox', busy: true },
  { project: 'real', busy: true, real: true },
  { project: 'real-later', busy: true, real: true, full: true },
  { project: 'full', busy: true, real: true, full: true },
  { project: 'campaigns', busy: true, real: true, full: true },
  { project: 'neighbours', busy: true, real: true, full: true, neighbours: true },
  { project: 'data-path', busy: true, real: true, full: true, neighbours: true, inside: true },
];

interface Suite {
  readonly project: string;
  /** Several control planes at once on few cores: a file that fails there is tried once more alone, and that is told. */
  readonly busy?: true;
  readonly real?: true;
  readonly full?: true;
  readonly neighbours?: true;
  readonly inside?: true;
}

const { values } = parseArgs({
  options: { fast: { type: 'boolean', default: false }, full: { type: 'boolean', default: false } },
});
const suites = SUITES.filter(({ full = false, real }) => full === values.full && !(values.fast && real));

/** Runs a command in the foreground's output; gives its exit code. It does not outlive us. */
function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      env: { ...process.env, ...env },
    });
    const pid = child.pid;
    if (pid !== undefined) guardGroup(pid);
    child.once('error', (error) => {
      console.error(`cannot run ${command}: ${error.message}`);
      resolve(127);
    });
    child.once('exit', (code) => {
      if (pid !== undefined) releaseGroup(pid);
      resolve(code ?? 1);
    });
  });
}

async function runSuite(suite: Suite, folder: string): Promise<Counts> {
  console.log(`\n== ${suite.project}`);
  const first = await runTests(suite, folder);
  const again = typeof first === 'string' || !suite.busy ? [] : filesToTryAgain(first);
  if (typeof first === 'string') return broken(first);
  if (again.length === 0) return totalOf(first);
  console.log(`\n== ${suite.project} again, alone: ${again.join(' ')}`);
  const second = await runTests(suite, folder, ['--maxWorkers=1', ...again]);
  return totalOf(typeof second === 'string' ? first : withSecondTry(first, second));
}

/** One run of vitest; a line when it ended without a result, or without saying why it failed. */
async function runTests(
  { project, real, inside }: Suite,
  folder: string,
  more: readonly string[] = [],
): Promise<Report | string> {
  const file = join(folder, `${project}.json`);
  rmSync(file, { force: true });
  // Real suites are slow: each test is told as it ends, not each file.
  const style = real ? 'verbose' : 'default';
  const reporter = join(ROOT, 'scripts', 'count-reporter.ts');
  const args = [
    'run',
    '--project',
    project,
    '--passWithNoTests',
    `--reporter=${style}`,
    `--reporter=${reporter}`,
    ...more,
  ];
  const env = { TENANT_OPERATOR_COUNTS: file, TENANT_OPERATOR_BUILT: '1' };
  const vitest = [join(ROOT, 'node_modules', '.bin', 'vitest'), ...args];
  const namespace = inside ? inNamespace(vitest) : undefined;
  const [program = '', ...rest] = namespace?.command ?? vitest;
  const code = await start(program, rest, env);
  namespace?.discard();
  const report = readReport(file);
  if (report === undefined) return `the suite ${project} ended without a result (exit code ${code})`;
  if (code === 0 || totalOf(report).failed > 0) return report;
  return `the suite ${project} ended with exit code ${code} though no test failed`;
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

function prepare(...programs: string[]): string[] {
  return [process.execPath, '--import', 'tsx', join(ROOT, 'test', 'rig', 'prepare.ts'), ...programs];
}

function skippedSuite(test: string, reason: string): Counts {
  return { ...noCounts(), skipped: [{ test, reason }] };
}

function broken(line: string): Counts {
  return { ...noCounts(), failed: 1, broken: [line] };
}

const folder = mkdtempSync(join(tmpdir(), 'tenant-operator-test-'));
const results: Counts[] = [];
try {
  const needsRig = suites.some(({ real }) => real);
  // The programs of the real stack may have to be built: that goes on beside the suites that need none.
  const programs = needsRig ? start('nice', prepare(...(values.full ? ['--full'] : []))) : Promise.resolve(0);
  // Those of the last suites take longest, and the suites before them wait a lot.
  const neighbours = suites.some((suite) => suite.neighbours)
    ? programs.then(() => start('nice', prepare('--neighbours')))
    : Promise.resolve(0);
  for (const suite of suites) {
    const problem = suite.inside ? namespaceProblem() : undefined;
    if (problem !== undefined) {
      results.push(skippedSuite(suite.project, problem));
      continue;
    }
    if (suite.real && (await (suite.neighbours ? neighbours : programs)) !== 0) {
      results.push(
        broken(
          `the suite ${suite.project} could not start: the rig lacks programs (said above, after "rig:")`,
        ),
      );
      continue;
    }
    if (suite.project === 'sandbox' && (await start('nice', prepare('kubectl'))) !== 0) {
      results.push(skippedSuite(suite.project, 'kubectl is missing: install it, or Go to have it built'));
      continue;
    }
    results.push(await runSuite(suite, folder));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const total = addCounts(results);
console.log(`\n${summaryLines(total).join('\n')}`);
process.exitCode = total.failed === 0 ? 0 : 1;
