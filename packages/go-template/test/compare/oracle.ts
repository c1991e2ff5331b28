/** The Go oracle as a process: builds it, and asks it many cases at once. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Answer, type Case, readAnswer, type WireAnswer } from './case.ts';

const SOURCE = fileURLToPath(new URL('../oracle', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));

const MEMORY_LIMIT_KB = 4 * 1024 * 1024;

/** Why the oracle cannot be built here, or undefined. */
export function missingToolchain(): string | undefined {
  const found = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (found.error !== undefined || found.status !== 0) return 'there is no Go toolchain on PATH';
  return undefined;
}

/** @throws Error with the compiler's output */
export function buildOracle(): string {
  mkdirSync(CACHE, { recursive: true });
  const binary = `${CACHE}/oracle`;
  const built = spawnSync('go', ['build', '-o', binary, '.'], { cwd: SOURCE, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`go build failed in ${SOURCE}:\n${built.stderr}`);
  return binary;
}

export class Oracle {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string) => void)[] = [];
  #asked: readonly Case[] = [];
  readonly #failed: Promise<never>;

  constructor(binary: string) {
    // A template that builds without bound must end the oracle, not the machine.
    const limited = `ulimit -v ${MEMORY_LIMIT_KB} && exec "$0"`;
    this.#process = spawn('/bin/sh', ['-c', limited, binary], { env: { ...process.env, TZ: 'UTC' } });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#waiting.shift()?.(line));
    let stderr = '';
    this.#process.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    this.#failed = new Promise((_, reject) => {
      this.#process.on('exit', (code, signal) => {
        const unanswered = this.#asked[this.#asked.length - this.#waiting.length];
        if (unanswered === undefined) return;
        const end = `the oracle ended with ${signal ?? code} at ${JSON.stringify(unanswered.template)}`;
        reject(new Error(`${end}\n${stderr.slice(0, 4000)}`));
      });
    });
    this.#failed.catch(() => {});
  }

  /** Go's answers, in the order of the cases. */
  async ask(cases: readonly Case[]): Promise<Answer[]> {
    this.#asked = cases;
    const answers = cases.map(
      () =>
        new Promise<string>((resolve) => {
          this.#waiting.push(resolve);
        }),
    );
    this.#process.stdin.write(cases.map((testCase) => `${JSON.stringify(testCase)}\n`).join(''));
    const lines = await Promise.race([Promise.all(answers), this.#failed]);
    return lines.map((line) => readAnswer(JSON.parse(line) as WireAnswer));
  }

  close(): void {
    this.#process.stdin.end();
  }
}
