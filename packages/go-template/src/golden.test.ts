/** Go's own answers, kept in test/golden (made by test/golden/make.ts), against this package's. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Answer, answerHere, type Case, difference } from '../test/compare/case.ts';
import { STANDARD_DATA } from '../test/golden/data.ts';
import { functionNames } from './index.ts';

const FOLDER = new URL('../test/golden/', import.meta.url);

type Golden = Case & { readonly output?: string; readonly error?: string; readonly phase?: string };

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl'));
const all = new Map<string, readonly Golden[]>(
  files.map((name): [string, readonly Golden[]] => [
    name,
    readFileSync(new URL(name, FOLDER), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Golden),
  ]),
);

function expected(golden: Golden): Answer {
  if (golden.output !== undefined) return { output: golden.output };
  return { error: golden.error ?? '', phase: golden.phase ?? '' };
}

describe('what Go renders', () => {
  for (const [file, cases] of all) {
    test(`${file}: ${cases.length} cases`, () => {
      const different = cases.flatMap((golden) => {
        const actual = answerHere({ ...golden, data: 'data' in golden ? golden.data : STANDARD_DATA });
        return difference(expected(golden), actual) === 'none'
          ? []
          : [{ template: golden.template, go: expected(golden), here: actual }];
      });
      expect(different).toEqual([]);
    });
  }

  test('are at least 1,000 cases', () => {
    expect([...all.values()].flat().length).toBeGreaterThanOrEqual(1000);
  });

  test('reach every function', () => {
    const text = [...all.values()]
      .flat()
      .map((golden) => golden.template)
      .join('\n');
    // The functions that issue certificates fail here and not in Go: see the README.
    const unasked = functionNames().filter(
      (name) => !/^gen(?:CA|Self|Signed)/.test(name) && !new RegExp(`\\b${name}\\b`).test(text),
    );
    expect(unasked).toEqual([]);
  });
});
