/** time.Duration: nanoseconds as an int64 with a text of its own. */
import { type FuncSpec, func } from '../funcs/table.ts';
import { Int, int64 } from '../value/int.ts';
import { FLOAT64, INT64, namedInt, STRING, type Type } from '../value/type.ts';
import type { Value } from '../value/value.ts';

export const DURATION: Type<Value> = namedInt('time.Duration', 'int64', durationText, durationMethod);

function durationMethod(name: string, value: bigint): FuncSpec | undefined {
  switch (name) {
    case 'String':
      return func([], STRING, () => durationText(value));
    case 'Hours':
      return func([], FLOAT64, () => inUnit(value, 3_600n * SECOND));
    case 'Minutes':
      return func([], FLOAT64, () => inUnit(value, 60n * SECOND));
    case 'Seconds':
      return func([], FLOAT64, () => inUnit(value, SECOND));
    case 'Milliseconds':
      return func([], INT64, () => int64(value / 1_000_000n));
    case 'Microseconds':
      return func([], INT64, () => int64(value / 1_000n));
    case 'Nanoseconds':
      return func([], INT64, () => int64(value));
    case 'Abs':
      return func([], DURATION, () => duration(value < 0n ? maxOf(-value) : value));
    default:
      return undefined;
  }
}

/** The whole units and the rest apart, as Go adds them. */
function inUnit(value: bigint, unit: bigint): number {
  return Number(value / unit) + Number(value % unit) / Number(unit);
}

function maxOf(value: bigint): bigint {
  return value >= LIMIT ? LIMIT - 1n : value;
}

export const SECOND = 1_000_000_000n;

/** A duration of so many nanoseconds, wrapped to 64 bits. */
export function duration(nanoseconds: bigint): Int {
  return new Int(DURATION, BigInt.asIntN(64, nanoseconds));
}

/** "1h15m30.918s"; the largest unit is the hour. */
export function durationText(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size === 0n) return '0s';
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${withFraction(size, 3)}µs`;
  if (size < SECOND) return `${sign}${withFraction(size, 6)}ms`;
  const minutes = size / (60n * SECOND);
  const seconds = `${withFraction(size % (60n * SECOND), 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours === 0n ? '' : `${hours}h`}${minutes % 60n}m${seconds}`;
}

function withFraction(value: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const fraction = (value % unit).toString().padStart(digits, '0').replace(/0+$/, '');
  return `${value / unit}${fraction === '' ? '' : `.${fraction}`}`;
}

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3_600n * SECOND],
]);

const LIMIT = 1n << 63n;

export type ParsedDuration = { readonly value: bigint } | { readonly error: string };

/** time.ParseDuration: "-1.5h", "300ms", "2h45m". The error is Go's text without the quoted duration. */
export function parseDuration(text: string): ParsedDuration {
  const isNegative = text.startsWith('-');
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return { value: 0n };
  if (rest === '') return { error: 'invalid duration' };
  let total = 0n;
  while (rest !== '') {
    const number = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest)!;
    const whole = number[1]!;
    const fraction = number[2] ?? '';
    if (whole === '' && fraction === '') return { error: 'invalid duration' };
    if (whole !== '' && BigInt(whole) > LIMIT) return { error: 'invalid duration' };
    rest = rest.slice(number[0].length);
    const name = /^[^.0-9]*/.exec(rest)![0];
    if (name === '') return { error: 'missing unit in duration' };
    rest = rest.slice(name.length);
    const unit = UNITS.get(name);
    if (unit === undefined) return { error: `unknown unit ${name} in duration` };
    const value = BigInt(whole === '' ? '0' : whole);
    if (value > LIMIT / unit) return { error: 'invalid duration' };
    total += value * unit + fractionOf(fraction, unit);
    if (total > LIMIT) return { error: 'invalid duration' };
  }
  if (!isNegative && total >= LIMIT) return { error: 'invalid duration' };
  return { value: isNegative ? -total : total };
}

/** Go multiplies fractions as float64 and stops reading digits that do not fit into an int64. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > (LIMIT - 1n) / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > LIMIT) break;
    value = next;
    scale *= 10;
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}
