import type { Condition } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { countsWait, isCountsOnly } from './counts.ts';

const condition = (more: Partial<Condition> = {}): Condition => ({
  type: 'Applied',
  status: 'False',
  reason: 'TenantsNotReady',
  message: '1 of 9',
  lastTransitionTime: '2024-02-02T02:02:02Z',
  observedGeneration: 1,
  ...more,
});

describe('isCountsOnly', () => {
  it.each<[Record<string, unknown>, boolean, string]>([
    [{ readyTenants: 2, conditions: [condition({ message: '2 of 9' })] }, true, 'one more is ready'],
    [{ rollout: { updatedTenants: 3, message: '3 of 9' } }, true, 'a rollout goes on'],
    [{ rollout: { phase: 'Complete', updatedTenants: 9 } }, false, 'a rollout ends'],
    [{ rollout: { completionTime: null } }, false, 'a field goes'],
    [{ conditions: [condition({ status: 'True', reason: 'UpToDate' })] }, false, 'another verdict'],
    [{ conditions: [condition({ reason: 'Suspended' })] }, false, 'another reason'],
    [{ conditions: [condition({ observedGeneration: 2 })] }, false, 'the same verdict of a newer spec'],
    [{ conditions: [condition(), condition({ type: 'Valid' })] }, false, 'one condition more'],
    [{ observedGeneration: 2 }, false, 'a newer spec was seen'],
    [{ heldDeletions: { count: 3, digest: 'x' } }, false, 'deletions are held'],
    [{ quarantinedRows: [{ uid: 'a' }] }, false, 'a row went bad'],
    [{ heldDeletions: null }, false, 'nothing is held any more'],
  ])('%j: %s (%s)', (patch, expected) => {
    expect(isCountsOnly({ conditions: [condition()] }, patch)).toBe(expected);
  });

  it('is not so of a first status', () => {
    expect(isCountsOnly(undefined, { readyTenants: 0, conditions: [condition()] })).toBe(false);
  });
});

describe('countsWait', () => {
  it.each([
    [undefined, 0, 'the first of this process'],
    [10_000, 3_000, 'written just now'],
    [8_000, 1_000, 'written a while ago'],
    [7_000, 0, 'written three seconds ago'],
    [0, 0, 'written long ago'],
  ])('last written at %j: %i ms (%s)', (last, expected, _reason) => {
    expect(countsWait(last, 10_000)).toBe(expected);
  });
});
