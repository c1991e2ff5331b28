import { describe, expect, it } from 'vitest';
import { judgeSize } from '../../../scripts/check-sizes.ts';
import {
  addCounts,
  filesToTryAgain,
  noCounts,
  summaryLines,
  totalOf,
  withSecondTry,
} from '../../../scripts/counts.ts';

describe('the end of a run', () => {
  it('is the sum of all suites, with the reason of every skip and the counts last', () => {
    const total = addCounts([
      { passed: 2, failed: 0, skipped: [{ test: 'a', reason: 'needs root' }], broken: [], again: [] },
      {
        passed: 1,
        failed: 2,
        skipped: [
          { test: 'b', reason: 'needs root' },
          { test: 'c', reason: 'needs a network' },
        ],
        broken: ['real.test.ts: etcd did not start'],
        again: ['b.test.ts failed beside others and passed alone'],
      },
    ]);
    expect(summaryLines(total)).toEqual([
      'broken: real.test.ts: etcd did not start',
      'again: b.test.ts failed beside others and passed alone',
      '3 skipped',
      '  1: needs a network',
      '  2: needs root',
      '3 passed, 2 failed',
    ]);
  });

  it('is there without any test', () => {
    expect(summaryLines(addCounts([]))).toEqual(['0 skipped', '0 passed, 0 failed']);
  });
});

describe('a second try', () => {
  const ok = { ...noCounts(), passed: 3 };
  const bad = { ...noCounts(), passed: 1, failed: 2 };
  const report = (files: Record<string, typeof ok>, outside = noCounts()) => ({ files, outside });

  it.each([
    { reason: 'nothing failed', first: report({ a: ok }), files: [] },
    { reason: 'one failed', first: report({ a: ok, b: bad }), files: ['b'] },
    { reason: 'an error that belongs to no file', first: report({ b: bad }, bad), files: [] },
    { reason: 'many failed', first: report({ a: bad, b: bad, c: bad, d: bad, e: bad }), files: [] },
  ])('is for the files that failed, if these are few: $reason', ({ first, files }) => {
    expect(filesToTryAgain(first)).toEqual(files);
  });

  it.each([
    {
      reason: 'it passes',
      second: ok,
      passed: 6,
      failed: 0,
      line: 'b failed beside others and passed alone',
    },
    {
      reason: 'it fails',
      second: bad,
      passed: 4,
      failed: 2,
      line: 'b failed beside others and failed alone',
    },
  ])('counts in the place of the first and is told: $reason', ({ second, passed, failed, line }) => {
    const total = totalOf(withSecondTry(report({ a: ok, b: bad }), report({ b: second })));
    expect(total).toMatchObject({ passed, failed, again: [line] });
  });

  it('that did not happen leaves the first', () => {
    expect(totalOf(withSecondTry(report({ b: bad }), report({})))).toMatchObject({ failed: 2, again: [] });
  });
});

describe('the size of a file', () => {
  const lines = (count: number, first = '//'): string => `${first}\n${'x\n'.repeat(count - 1)}`;
  it.each([
    { reason: 'at the limit', path: 'a.ts', text: lines(450), fine: true },
    { reason: 'above it', path: 'a.ts', text: lines(451), fine: false },
    { reason: 'above it with a reason', path: 'a.ts', text: lines(900, '// size: one table'), fine: true },
    { reason: 'above it with an empty reason', path: 'a.ts', text: lines(900, '// size:'), fine: false },
    { reason: 'a test at its limit', path: 'a.test.ts', text: lines(600), fine: true },
    { reason: 'a test above its limit', path: 'a.test.ts', text: lines(601), fine: false },
    { reason: 'generated', path: 'packages/api/src/fields/fields.gen.ts', text: lines(900), fine: true },
    { reason: 'in a folder of generated files', path: 'x/generated/a.ts', text: lines(900), fine: true },
  ])('is judged: $reason', ({ path, text, fine }) => {
    expect(judgeSize(path, text) === undefined).toBe(fine);
  });
});
