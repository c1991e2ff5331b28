import { describe, expect, it } from 'vitest';
import { decideRollout, type RolloutInput, type RolloutTenant } from './rollout.ts';

function tenant(name: string, overrides: Partial<RolloutTenant> = {}): RolloutTenant {
  const defaults = {
    isUpdated: false,
    isReady: true,
    isBroken: false,
    wasBrokenBefore: false,
    isCanary: false,
  };
  return { key: `ns/${name}`, ...defaults, ...overrides };
}

const moved = { isUpdated: true };
const waiting = { isUpdated: true, isReady: false };
const broken = { isUpdated: true, isReady: false, isBroken: true };

function decide(
  tenants: RolloutTenant[],
  limits: Partial<RolloutInput['limits']> = {},
  input: Partial<RolloutInput> = {},
) {
  const all = { maxSkew: 2, maxFailures: 1, hasCanary: false, progressDeadlineMs: 600_000, ...limits };
  const decision = decideRollout({ tenants, limits: all, allowed: new Set(), sinceProgressMs: 0, ...input });
  return { phase: decision.phase, allowed: [...decision.allowed].map((key) => key.slice(3)).join('') };
}

describe('decideRollout', () => {
  it.each([
    [
      'as many as may be between revisions',
      [tenant('a'), tenant('b'), tenant('c')],
      {},
      {},
      'InProgress',
      'ab',
    ],
    [
      'all at once without a limit',
      [tenant('a'), tenant('b'), tenant('c')],
      { maxSkew: 0 },
      {},
      'InProgress',
      'abc',
    ],
    [
      'one that is not ready takes a place',
      [tenant('a', waiting), tenant('b'), tenant('c')],
      {},
      {},
      'InProgress',
      'b',
    ],
    [
      'a ready one frees its place',
      [tenant('a', moved), tenant('b'), tenant('c')],
      {},
      {},
      'InProgress',
      'bc',
    ],
    [
      'who was let go stays so',
      [tenant('a'), tenant('b'), tenant('c')],
      {},
      { allowed: new Set(['ns/b']) },
      'InProgress',
      'ba',
    ],
    ['a failure halts', [tenant('a', broken), tenant('b')], {}, {}, 'Failed', ''],
    [
      'fewer failures than allowed do not',
      [tenant('a', broken), tenant('b')],
      { maxFailures: 2 },
      {},
      'InProgress',
      'b',
    ],
    [
      'a failure that is allowed keeps no place',
      [tenant('a', broken), tenant('b'), tenant('c')],
      { maxFailures: 2, maxSkew: 1 },
      {},
      'InProgress',
      'b',
    ],
    [
      'broken before is no failure',
      [tenant('a', { ...broken, wasBrokenBefore: true }), tenant('b')],
      {},
      {},
      'InProgress',
      'b',
    ],
    ['all moved and ready', [tenant('a', moved), tenant('b', moved)], {}, {}, 'Complete', ''],
    ['all moved, one not ready', [tenant('a', moved), tenant('b', waiting)], {}, {}, 'InProgress', ''],
    ['all moved, one failed', [tenant('a', moved), tenant('b', broken)], {}, {}, 'Failed', ''],
    ['a failure without limits', [tenant('a', broken), tenant('b')], { maxSkew: 0 }, {}, 'Failed', ''],
    ['no tenants', [], {}, {}, 'Complete', ''],
    [
      'no progress in time',
      [tenant('a', waiting), tenant('b')],
      {},
      { sinceProgressMs: 600_001 },
      'Failed',
      '',
    ],
    [
      'canaries first',
      [tenant('a'), tenant('b', { isCanary: true })],
      { hasCanary: true },
      {},
      'InProgress',
      'b',
    ],
    [
      'the rest waits for canaries',
      [tenant('a'), tenant('b', { ...waiting, isCanary: true })],
      { hasCanary: true },
      {},
      'InProgress',
      '',
    ],
    [
      'the rest follows ready canaries',
      [tenant('a'), tenant('b', { ...moved, isCanary: true })],
      { hasCanary: true },
      {},
      'InProgress',
      'a',
    ],
    ['a canary without tenants is no canary', [tenant('a')], { hasCanary: true }, {}, 'InProgress', 'a'],
  ] as const)('%s', (_reason, tenants, limits, input, phase, allowed) => {
    expect(decide([...tenants], limits, input)).toEqual({ phase, allowed });
  });

  const halt = ': no further tenants are moved until they are ready or the template is changed';
  it.each([
    [2, [tenant('a', broken), tenant('b')], halt, 'some are held back'],
    [2, [tenant('a', broken), tenant('b', moved)], '', 'nobody is left'],
    [0, [tenant('a', broken), tenant('b')], '', 'nobody is ever held back'],
  ])('a failure with maxSkew %d says whether it holds anybody back: %#', (maxSkew, tenants, tail) => {
    const limits = { maxSkew, maxFailures: 1, hasCanary: false, progressDeadlineMs: 1 };
    const { message } = decideRollout({ tenants, limits, allowed: new Set(), sinceProgressMs: 0 });
    expect(message).toBe(`1 failed on the new revision ("a")${tail}`);
  });
});
