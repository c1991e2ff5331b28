/**
 * Asks both engines for templates given as arguments (or one a line on standard input) and prints both answers.
 *
 *   npx tsx packages/go-template/test/compare/try.ts '{{ add 1 2 }}'
 */
import { readFileSync } from 'node:fs';
import { STANDARD_DATA } from '../golden/data.ts';
import { answerHere, difference } from './case.ts';
import { buildOracle, Oracle } from './oracle.ts';

const given = process.argv.slice(2);
const templates =
  given.length > 0
    ? given
    : readFileSync(0, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
const oracle = new Oracle(buildOracle());
const cases = templates.map((template) => ({ template, data: STANDARD_DATA }));
const answers = await oracle.ask(cases);
for (const [i, testCase] of cases.entries()) {
  const expected = answers[i]!;
  const actual = answerHere(testCase);
  const verdict = difference(expected, actual);
  console.log(verdict === 'none' ? '=' : `DIFFERENT (${verdict})`, testCase.template);
  console.log('  Go  ', JSON.stringify(expected));
  if (verdict !== 'none') console.log('  here', JSON.stringify(actual));
}
oracle.close();
