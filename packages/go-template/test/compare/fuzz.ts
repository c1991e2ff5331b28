/**
 * Renders random templates with Go and with this package and compares what they say, errors included.
 *
 *   npx tsx packages/go-template/test/compare/fuzz.ts [--seed N] [--cases N] [--show N]
 *
 * Prints its seed; the same seed and number of cases give the same templates. Ends with 1 on a difference, and
 * with 0 and a reason where there is no Go toolchain.
 */
import { parseArgs } from 'node:util';
import { STANDARD_DATA } from '../golden/data.ts';
import { type Answer, answerHere, type Case, difference } from './case.ts';
import { Generator } from './generate.ts';
import { buildOracle, missingToolchain, Oracle } from './oracle.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, cases: { type: 'string' }, show: { type: 'string' } },
});
const missing = missingToolchain();
if (missing !== undefined) {
  console.log(`skipped: ${missing}`);
  process.exit(0);
}

const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const total = Number(values.cases ?? 10_000);
const shown = Number(values.show ?? 20);
const BATCH = 1000;

/** Go allows a depth of 100,000 nested templates, which this package does not. */
const DEEP = /exceeded maximum template depth/;

/** Times and pointers under verbs that show their insides: addresses differ from run to run; `%.d` leaves blanks of zeros. */
const INSIDES = /\*time\.Location|\{0x?\d+ -?\d+ \d+\}|\{ +\}/;

/** In Go a slice may reach beyond its list into memory that the list has in reserve; how much there is, is chance. */
const CAPACITY = /slice index out of bounds/;

const generator = new Generator(seed);
const oracle = new Oracle(build());
const started = Date.now();
let compared = 0;
let outputs = 0;
let different = 0;
let unbounded = 0;
let excused = 0;

console.log(`fuzz: seed ${seed}, ${total} cases`);
while (compared < total) {
  const cases = Array.from({ length: Math.min(BATCH, total - compared) }, () =>
    generator.case(STANDARD_DATA),
  );
  const answers = await oracle.ask(cases);
  for (const [i, testCase] of cases.entries()) check(testCase, answers[i]!);
  compared += cases.length;
}
oracle.close();
const seconds = (Date.now() - started) / 1000;
console.log(
  `fuzz: ${compared} cases, ${outputs} rendered and ${compared - outputs} failed alike in Go, ${different} differences, ${unbounded} without an end, ${excused} with addresses, too deep or beyond a list, ${seconds.toFixed(1)} s, seed ${seed}`,
);
process.exitCode = different > 0 ? 1 : 0;

function build(): string {
  try {
    return buildOracle();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!/requires go|invalid go version|toolchain not available/.test(reason)) throw error;
    console.log(`skipped: the Go toolchain is too old for test/oracle/go.mod: ${reason}`);
    process.exit(0);
  }
}

function check(testCase: Case, expected: Answer): void {
  if ('error' in expected && expected.phase === 'limit') {
    unbounded++;
    return;
  }
  if ('output' in expected) outputs++;
  const actual = answerHere(testCase);
  const verdict = difference(expected, actual);
  if (verdict === 'none') return;
  const beyond = 'output' in expected && 'error' in actual && CAPACITY.test(actual.error);
  if (beyond || ('error' in expected ? DEEP.test(expected.error) : INSIDES.test(expected.output))) {
    excused++;
    return;
  }
  different++;
  if (different > shown) return;
  console.log(
    `\nDIFFERENT (${verdict}), missingKey ${testCase.missingKey ?? 'default'}:\n${testCase.template}`,
  );
  console.log(`  Go   ${JSON.stringify(expected)}`);
  console.log(`  here ${JSON.stringify(actual).slice(0, 1500)}`);
}
