/**
 * Writes the golden files: Go's answers to the cases in cases/*.txt, and to cases that the grammar of the fuzz run
 * makes for every function and for control structures from a fixed seed.
 *
 *   npx tsx packages/go-template/test/golden/make.ts
 *
 * A case is a line with a template, or `json ` and an object {template, data?, missingKey?}; without data of its own
 * it renders with STANDARD_DATA. Needs the Go toolchain; the tests read the files without it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinFunctions } from '../../src/builtins/index.ts';
import { sprigFunctions } from '../../src/sprig/index.ts';
import type { Answer, Case } from '../compare/case.ts';
import { Generator, isComparable } from '../compare/generate.ts';
import { buildOracle, Oracle } from '../compare/oracle.ts';
import { STANDARD_DATA } from './data.ts';

const HERE = new URL('.', import.meta.url);
const oracle = new Oracle(buildOracle());

for (const file of readdirSync(new URL('cases/', HERE)).sort()) {
  const lines = readFileSync(new URL(`cases/${file}`, HERE), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  await write(file.replace(/\.txt$/, '.jsonl'), lines.map(readCase));
}

/** For every function, this many calls. */
const CALLS = 6;
/** Bodies of text, branches, loops and definitions. */
const BODIES = 400;

const calls = new Generator(1);
const names = [...new Set([...builtinFunctions.keys(), ...sprigFunctions.keys()])].sort();
await write(
  'calls.jsonl',
  names.filter(isComparable).flatMap((name) => Array.from({ length: CALLS }, () => calls.callOf(name))),
);
const bodies = new Generator(2);
await write(
  'bodies.jsonl',
  Array.from({ length: BODIES }, () => bodies.case(STANDARD_DATA)),
);
oracle.close();

function readCase(line: string): Case {
  return line.startsWith('json ') ? (JSON.parse(line.slice(5)) as Case) : { template: line };
}

async function write(name: string, cases: readonly Case[]): Promise<void> {
  const asked = cases.map((testCase) =>
    'data' in testCase ? testCase : { ...testCase, data: STANDARD_DATA },
  );
  const answers = await oracle.ask(asked);
  const lines = cases.map((testCase, i) => JSON.stringify(golden(testCase, answers[i]!)));
  writeFileSync(new URL(name, HERE), `${lines.join('\n')}\n`);
  console.log(`${name}: ${lines.length} cases`);
}

/** The standard data is not repeated in every line. */
function golden(testCase: Case, answer: Answer): unknown {
  const { data, ...rest } = testCase;
  return { ...rest, ...(data === STANDARD_DATA || !('data' in testCase) ? {} : { data }), ...answer };
}
