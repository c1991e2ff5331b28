import type { Condition } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { type ConditionInput, findCondition, setConditions, toTime } from './conditions.ts';

const before = '2024-01-01T00:00:00Z';
const now = new Date('2024-02-02T02:02:02.987Z');
const options = { now, generation: 3 };

function stored(type: string, status: Condition['status'], more: Partial<Condition> = {}): Condition {
  return {
    type,
    status,
    reason: 'R',
    message: 'm',
    lastTransitionTime: before,
    observedGeneration: 2,
    ...more,
  };
}

function input(
  type: string,
  status: Condition['status'],
  more: Partial<ConditionInput> = {},
): ConditionInput {
  return { type, status, reason: 'R', message: 'm', ...more };
}

describe('setConditions', () => {
  it.each([
    [[], input('Ready', 'True'), toTime(now), 'the first time'],
    [[stored('Ready', 'True')], input('Ready', 'True'), before, 'the same'],
    [
      [stored('Ready', 'True')],
      input('Ready', 'True', { reason: 'X', message: 'x' }),
      before,
      'other words are no transition',
    ],
    [[stored('Ready', 'False')], input('Ready', 'True'), toTime(now), 'another status'],
    [[stored('Ready', 'True')], input('Ready', 'Unknown'), toTime(now), 'Unknown is a status'],
    [
      [stored('Other', 'True')],
      input('Ready', 'True'),
      toTime(now),
      'another condition’s time does not count',
    ],
  ])('%#: the transition time of %j is %s (%s)', (previous, given, expected) => {
    const [condition] = setConditions(previous, [given], options);
    expect(condition).toEqual({ ...given, lastTransitionTime: expected, observedGeneration: 3 });
  });

  it.each([
    [undefined, ['Ready'], 'what nobody speaks of goes'],
    [['DNSReady'], ['Ready', 'DNSReady'], 'unless it is kept for somebody else'],
    [['Ready'], ['Ready'], 'a new word wins over a kept one'],
  ])('keep %j -> %j: %s', (keep, expected, _reason) => {
    const previous = [stored('DNSReady', 'True'), stored('Ready', 'False'), stored('Old', 'True')];
    const result = setConditions(previous, [input('Ready', 'True')], keep ? { ...options, keep } : options);
    expect(result.map(({ type }) => type)).toEqual(expected);
    expect(findCondition(result, 'Ready')?.status).toBe('True');
  });

  it('leaves the generation out where there is none', () => {
    expect(setConditions([], [input('Ready', 'True')], { now, generation: undefined })[0]).not.toHaveProperty(
      'observedGeneration',
    );
  });

  it('cuts a long message the same way each time', () => {
    const given = input('Ready', 'False', { message: '😀'.repeat(2_000) });
    const [first] = setConditions([], [given], options);
    expect(first?.message.length).toBeLessThanOrEqual(1_024);
    expect(Buffer.from(first?.message ?? '').toString()).toBe(first?.message);
  });
});

describe('toTime', () => {
  it.each([
    ['2024-02-02T02:02:02.987Z', '2024-02-02T02:02:02Z', 'whole seconds'],
    ['2024-02-02T02:02:02Z', '2024-02-02T02:02:02Z', 'no fraction'],
  ])('%s -> %s: %s', (text, expected) => {
    expect(toTime(new Date(text))).toBe(expected);
  });
});
