/** shopspring/decimal as sprig's float functions use it: exact decimals in, the nearest float64 out. */
import { shortestFloat } from '../strconv/index.ts';
import { GoError } from '../value/goerror.ts';

/** value * 10^exponent. */
export interface Decimal {
  readonly value: bigint;
  readonly exponent: number;
}

const ZERO: Decimal = { value: 0n, exponent: 0 };

/** Digits after the point that a division keeps. */
const DIVISION_PRECISION = 16;

/** The decimal of a float64's shortest text. */
export function decimalOf(float: number): Decimal {
  if (!Number.isFinite(float)) throw new GoError(`Cannot create a Decimal from ${shortestFloat(float)}`);
  if (float === 0) return ZERO;
  const [mantissa, exponent] = float.toExponential().split('e') as [string, string];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  return { value: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** The nearest float64. */
export function floatOf(decimal: Decimal): number {
  return decimal.value === 0n ? 0 : Number(`${decimal.value}e${decimal.exponent}`);
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { value: scaled(a, exponent) + scaled(b, exponent), exponent };
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { value: -b.value, exponent: b.exponent });
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { value: a.value * b.value, exponent: a.exponent + b.exponent };
}

/** Rounded to DIVISION_PRECISION digits after the point, halves away from zero. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (b.value === 0n) throw new GoError('decimal division by 0');
  const shift = a.exponent - b.exponent + DIVISION_PRECISION;
  const dividend = shift >= 0 ? a.value * 10n ** BigInt(shift) : a.value;
  const divisor = shift >= 0 ? b.value : b.value * 10n ** BigInt(-shift);
  let quotient = dividend / divisor;
  if (2n * abs(dividend % divisor) >= abs(divisor)) quotient += dividend < 0n === divisor < 0n ? 1n : -1n;
  return { value: quotient, exponent: -DIVISION_PRECISION };
}

function scaled(decimal: Decimal, exponent: number): bigint {
  return decimal.value * 10n ** BigInt(decimal.exponent - exponent);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
