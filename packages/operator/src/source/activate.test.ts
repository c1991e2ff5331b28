import { describe, expect, it } from 'vitest';
import { parseActivate } from './activate.ts';

describe('parseActivate', () => {
  it.each([
    ...['1', 'true', 'yes', 'y', 'on', 't', 'TRUE', 'Yes', 'oN', ' 1 ', 'true\n'].map(
      (word) => [word, 'active', 'a word for yes, in any case'] as const,
    ),
    ...['0', 'false', 'no', 'n', 'off', 'f', '', '  ', 'FALSE', 'Off'].map(
      (word) => [word, 'inactive', 'a word for no, in any case'] as const,
    ),
    [null, 'inactive', 'SQL NULL'],
    ['2', 'unknown', 'a number that is neither'],
    ['active', 'unknown', 'a word that only looks right'],
    ['-1', 'unknown', 'the way some databases write true'],
    ['\u0001', 'unknown', 'a BIT(1) that was read as bytes'],
    ['01', 'unknown', 'more digits than one'],
    ['constructor', 'unknown', 'a name that objects know by themselves'],
  ] as const)('%j -> %s: %s', (value, expected) => {
    expect(parseActivate(value)).toBe(expected);
  });
});
