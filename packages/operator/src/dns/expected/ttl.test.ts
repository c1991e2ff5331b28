import { describe, expect, it } from 'vitest';
import { parseDuration, ttlSeconds } from './ttl.ts';

describe('ttlSeconds', () => {
  const cases: [annotation: string | undefined, seconds: number, reason: string][] = [
    [undefined, 0, 'no annotation leaves the choice to the provider'],
    ['300', 300, 'a whole number counts seconds'],
    ['+300', 300, 'with a sign'],
    ['0300', 300, 'leading zeros are fine'],
    ['10m', 600, 'a Go duration'],
    ['1h30m', 5400, 'of several parts'],
    ['1.5s', 1, 'parts of a second are cut off'],
    ['1500ms', 1, 'in any unit'],
    ['0.5s', 0, 'less than a second is out of range'],
    ['.5h', 1800, 'a fraction needs no digit before the point'],
    ['1.m', 60, 'nor after it'],
    ['0', 0, 'zero is out of range'],
    ['-300', 0, 'so are negative numbers'],
    ['-5m', 0, 'and durations'],
    ['2147483647', 2147483647, 'the greatest TTL of DNS'],
    ['2147483648', 0, 'one more is out of range'],
    ['99999999999999999999', 0, 'far out of range'],
    ['', 0, 'empty'],
    [' 300', 0, 'blanks are not trimmed'],
    ['1_000', 0, 'no underscores'],
    ['5 minutes', 0, 'words'],
    ['1d', 0, 'Go knows no days'],
    ['1e3', 0, 'no exponents'],
  ];
  it.each(cases)('%j is %i: %s', (annotation, seconds) => {
    expect(ttlSeconds(annotation)).toBe(seconds);
  });
});

describe('parseDuration', () => {
  const cases: [text: string, nanoseconds: bigint | undefined][] = [
    ['0', 0n],
    ['-0', 0n],
    ['1ns', 1n],
    ['1us', 1_000n],
    ['1µs', 1_000n],
    ['-1.5h', -5_400_000_000_000n],
    ['0.3333333333333333333h', 1_200_000_000_000n],
    ['9223372036854775807ns', 9_223_372_036_854_775_807n],
    ['-9223372036854775808ns', -9_223_372_036_854_775_808n],
    ['9223372036854775808ns', undefined],
    ['3000000h', undefined],
    ['s', undefined],
    ['.s', undefined],
    ['1', undefined],
    ['1s2', undefined],
    ['1.2.3s', undefined],
  ];
  it.each(cases)('%j', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });
});
