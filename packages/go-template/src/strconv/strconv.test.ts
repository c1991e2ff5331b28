import { describe, expect, it } from 'vitest';
import {
  atoi,
  formatFloat,
  isPrint,
  parseFloat64,
  parseInt64,
  parseUint,
  quote,
  shortestFloat,
  unquote,
} from './index.ts';

describe('formatFloat', () => {
  it.each([
    { value: 1e6, format: 'g', precision: -1, want: '1e+06' },
    { value: 123456, format: 'g', precision: -1, want: '123456' },
    { value: 0.0001, format: 'g', precision: -1, want: '0.0001' },
    { value: 0.00001, format: 'g', precision: -1, want: '1e-05' },
    { value: 5e-324, format: 'g', precision: -1, want: '5e-324' },
    { value: 1.7976931348623157e308, format: 'g', precision: -1, want: '1.7976931348623157e+308' },
    { value: 1e21, format: 'f', precision: -1, want: '1000000000000000000000' },
    { value: 1.005, format: 'f', precision: 2, want: '1.00' },
    { value: 2.5, format: 'f', precision: 0, want: '2' },
    { value: 0.05, format: 'f', precision: 1, want: '0.1' },
    { value: 9.995, format: 'f', precision: 2, want: '9.99' },
    { value: 999.5, format: 'f', precision: 0, want: '1000' },
    { value: 0.5, format: 'f', precision: 0, want: '0' },
    { value: 0.1, format: 'f', precision: 30, want: '0.100000000000000005551115123126' },
    { value: 100, format: 'g', precision: 2, want: '1e+02' },
    { value: 123456789, format: 'e', precision: 3, want: '1.235e+08' },
    { value: -0, format: 'g', precision: -1, want: '-0' },
    { value: 1.0, format: 'x', precision: 3, want: '0x1.000p+00' },
    { value: 1.9999, format: 'x', precision: 0, want: '0x1p+01' },
  ])('$value %$format .$precision', ({ value, format, precision, want }) => {
    expect(formatFloat(value, format, precision)).toBe(want);
  });

  it('has a short way for small integers that agrees with the long one', () => {
    for (const value of [0, -0, 1, -1, 999_999, -999_999, 1e6, 0.5]) {
      expect(shortestFloat(value)).toBe(formatFloat(value, 'g', -1));
    }
  });
});

describe('integers', () => {
  it.each([
    { text: '010', base: 0, want: { value: 8n } },
    { text: '08', base: 0, want: { value: 0n, error: 'syntax' } },
    { text: '0x10', base: 0, want: { value: 16n } },
    { text: '-0b11', base: 0, want: { value: -3n } },
    { text: '0o17', base: 0, want: { value: 15n } },
    { text: '1_0', base: 0, want: { value: 10n } },
    { text: '1__0', base: 0, want: { value: 0n, error: 'syntax' } },
    { text: '_1', base: 0, want: { value: 0n, error: 'syntax' } },
    { text: '0_7', base: 0, want: { value: 7n } },
    { text: '0x_1', base: 0, want: { value: 1n } },
    { text: '0x', base: 0, want: { value: 0n, error: 'syntax' } },
    { text: '1_0', base: 10, want: { value: 0n, error: 'syntax' } },
    { text: '', base: 10, want: { value: 0n, error: 'syntax' } },
    { text: '+', base: 10, want: { value: 0n, error: 'syntax' } },
    { text: '--1', base: 10, want: { value: 0n, error: 'syntax' } },
    { text: ' 1', base: 10, want: { value: 0n, error: 'syntax' } },
    { text: '9223372036854775808', base: 10, want: { value: 9223372036854775807n, error: 'range' } },
    { text: '-9223372036854775809', base: 10, want: { value: -9223372036854775808n, error: 'range' } },
    { text: '-9223372036854775808', base: 10, want: { value: -9223372036854775808n } },
    // Go stops at the digit that overflows and never sees what follows.
    { text: '99999999999999999999x', base: 10, want: { value: 9223372036854775807n, error: 'range' } },
  ])('ParseInt $text base $base', ({ text, base, want }) => {
    expect(parseInt64(text, base)).toEqual(want);
  });

  it('ParseUint takes no sign, Atoi only decimals', () => {
    expect(parseUint('-1', 0)).toEqual({ value: 0n, error: 'syntax' });
    expect(parseUint('18446744073709551616', 10)).toEqual({ value: 18446744073709551615n, error: 'range' });
    expect(atoi('0x1')).toEqual({ value: 0n, error: 'syntax' });
  });
});

describe('parseFloat64', () => {
  it.each([
    { text: '1e3', want: { value: 1000 } },
    { text: '.5', want: { value: 0.5 } },
    { text: '5.', want: { value: 5 } },
    { text: '.', want: { value: 0, error: 'syntax' } },
    { text: '', want: { value: 0, error: 'syntax' } },
    { text: '1e', want: { value: 0, error: 'syntax' } },
    { text: '0x1p4', want: { value: 16 } },
    { text: '0x1.8p-1', want: { value: 0.75 } },
    { text: '0x1', want: { value: 0, error: 'syntax' } },
    { text: '0x.p1', want: { value: 0, error: 'syntax' } },
    { text: '0x1p-1074', want: { value: 5e-324 } },
    { text: '0x1p-1075', want: { value: 0 } },
    { text: '0x3p-1075', want: { value: 1e-323 } },
    { text: '0x1.fffffffffffff8p1023', want: { value: Infinity, error: 'range' } },
    { text: '1_0.5', want: { value: 10.5 } },
    { text: '1_.5', want: { value: 0, error: 'syntax' } },
    { text: '-Inf', want: { value: -Infinity } },
    { text: 'infinity', want: { value: Infinity } },
    { text: 'nan', want: { value: Number.NaN } },
    { text: '+nan', want: { value: 0, error: 'syntax' } },
    { text: '1e400', want: { value: Infinity, error: 'range' } },
    { text: ' 1', want: { value: 0, error: 'syntax' } },
    { text: '1,5', want: { value: 0, error: 'syntax' } },
  ])('$text', ({ text, want }) => {
    expect(parseFloat64(text)).toEqual(want);
  });
});

describe('quoting', () => {
  it('escapes what Go does not call printable, whatever Node’s Unicode version', () => {
    expect(quote('\u00ad\u2028\u{e0001}\u{10ffff}\udcff')).toBe(
      '"\\u00ad\\u2028\\U000e0001\\U0010ffff\\xff"',
    );
    // Assigned after Unicode 15.
    expect(isPrint(0x088f)).toBe(false);
    expect(isPrint(0x1f600)).toBe(true);
  });

  it.each([
    { token: '"a\\tb\\u00e9\\x41\\101\\U0001F600"', want: 'a\tbéAA😀' },
    { token: '"\\xc3\\xa9\\xff"', want: 'é\udcff' },
    { token: '`a\\n\r`', want: 'a\\n' },
    { token: '"\\\'"', want: undefined },
    { token: '"\\400"', want: undefined },
    { token: '"\\ud800"', want: undefined },
    { token: '"\\x4"', want: undefined },
    { token: '"', want: undefined },
  ])('unquotes $token', ({ token, want }) => {
    expect(unquote(token)).toBe(want);
  });
});
