import { describe, expect, it } from 'vitest';
import { digestNames, type GuardInput, guardDeletions } from './guard.ts';

const minute = 60_000;
const now = 100 * minute;

const names = (count: number) => new Set(Array.from({ length: count }, (_, i) => `t${i}`));
const gone = (count: number) => Array.from({ length: count }, (_, i) => `gone${i}`);

function input(count: number, overrides: Partial<GuardInput> = {}): GuardInput {
  const removals = Array.from({ length: count }, (_, i) => ({
    name: `t${i}`,
    uid: `${i}`,
    cause: 'RowMissing' as const,
  }));
  const limits = { maxDeletions: 10, maxDeletionPercent: 25 };
  return {
    removals,
    existing: names(100),
    isEmptyResult: false,
    limits,
    recent: [],
    now,
    approved: new Set(),
    ...overrides,
  };
}

describe('guardDeletions', () => {
  it.each([
    ['free', 'nothing to delete', input(0)],
    ['free', 'not more than ten', input(10, { existing: names(10) })],
    ['free', 'not more than a quarter', input(25)],
    ['held', 'more than ten and more than a quarter', input(26)],
    ['held', 'nearly all of a few', input(11, { existing: names(12) })],
    [
      'held',
      'batches within ten minutes are added up',
      input(7, { recent: [{ time: now - minute, tenants: gone(25) }] }),
    ],
    [
      'free',
      'a tenant that is back counts no more',
      input(7, { recent: [{ time: now - minute, tenants: [...names(25)] }] }),
    ],
    [
      'free',
      'one tenant again and again is one',
      input(1, {
        existing: names(1),
        recent: Array.from({ length: 20 }, () => ({ time: now - minute, tenants: ['t0'] })),
      }),
    ],
    [
      'free',
      'older batches do not count',
      input(6, { recent: [{ time: now - 11 * minute, tenants: gone(25) }] }),
    ],
    ['held', 'an empty table, whatever the limits', input(2, { existing: names(2), isEmptyResult: true })],
    ['free', 'an empty table with one tenant', input(1, { existing: names(1), isEmptyResult: true })],
    ['free', 'approved', input(26, { approved: names(26) })],
    ['free', 'a subset of what was approved', input(20, { approved: names(26), isEmptyResult: true })],
    [
      'free',
      'the share is switched off',
      input(50, { limits: { maxDeletions: 10, maxDeletionPercent: 100 } }),
    ],
  ] as const)('%s: %s', (kind, _reason, given) => {
    expect(guardDeletions(given).kind).toBe(kind);
  });

  it('frees only the approved names when others came on top', () => {
    const decision = guardDeletions(input(60, { approved: names(26) }));
    expect(decision).toMatchObject({ kind: 'held' });
    expect(decision.removals).toHaveLength(26);
    expect(decision.kind === 'held' && decision.tenants).toHaveLength(34);
  });

  it('names what it holds, with a digest of exactly these names', () => {
    const decision = guardDeletions(input(3, { isEmptyResult: true }));
    expect(decision).toMatchObject({
      kind: 'held',
      tenants: ['t0', 't1', 't2'],
      digest: digestNames(['t2', 't1', 't0']),
    });
    expect(digestNames(['t0', 't1'])).not.toBe(digestNames(['t0', 't1', 't2']));
  });
});
