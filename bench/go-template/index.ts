/**
 * Renders a second in this engine and in Go, side by side in one run:
 *
 *     npx tsx --conditions source bench/go-template/index.ts [milliseconds a case and side]
 *
 * Needs a Go toolchain. Prints a line a case, and fails when the two outputs differ.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '@tenant-operator/go-template';
import { CASES, DATA } from './cases.ts';

interface Result {
  readonly name: string;
  readonly rate: number;
  readonly output: string;
}

const ROUNDS = 3;

function measure(render: () => string, milliseconds: number): number {
  const start = performance.now();
  let count = 0;
  let length = 0;
  while (performance.now() - start < milliseconds) {
    for (let i = 0; i < 200; i++) length += render().length;
    count += 200;
  }
  if (length === 0) throw new Error('nothing was rendered');
  return (count * 1000) / (performance.now() - start);
}

function runHere(duration: number): Result[] {
  return CASES.map(({ name, template }) => {
    const compiled = compile(template);
    const render = () => compiled.execute(DATA);
    measure(render, duration / 4);
    return { name, rate: measure(render, duration), output: render() };
  });
}

function runGo(program: string, duration: number): Result[] {
  const input = JSON.stringify({ cases: CASES, data: DATA, duration });
  return JSON.parse(execFileSync(program, { input, encoding: 'utf8' })) as Result[];
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const duration = Number(process.argv[2] ?? 1000);
const folder = mkdtempSync(join(tmpdir(), 'go-template-bench-'));
try {
  const program = join(folder, 'bench');
  execFileSync('go', ['build', '-o', program, '.'], {
    cwd: join(import.meta.dirname, 'go'),
    stdio: 'inherit',
  });
  const rounds = Array.from({ length: ROUNDS }, () => ({
    here: runHere(duration),
    go: runGo(program, duration),
  }));
  for (const [i, { name }] of CASES.entries()) {
    for (const { here, go } of rounds) {
      if (here[i]?.output !== go[i]?.output) throw new Error(`${name}: the outputs differ`);
    }
    const here = median(rounds.map((round) => round.here[i]?.rate ?? 0));
    const go = median(rounds.map((round) => round.go[i]?.rate ?? 0));
    const format = (rate: number) => Math.round(rate).toLocaleString('en').padStart(11);
    console.log(
      `${name.padEnd(9)} here ${format(here)}/s  Go ${format(go)}/s  ratio ${(here / go).toFixed(2)}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
