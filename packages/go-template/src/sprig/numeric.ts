/** sprig's arithmetic: int64 that wraps, decimals for the f functions, sequences. */

import { sprint } from '../fmt/index.ts';
import type { CallContext, FuncSpec } from '../funcs/table.ts';
import { func, variadic } from '../funcs/table.ts';
import { atoi, parseInt64 } from '../strconv/index.ts';
import { GoError } from '../value/goerror.ts';
import { int64 } from '../value/int.ts';
import { ints } from '../value/slice.ts';
import { ANY, FLOAT64, INT, INT64, INTS, STRING } from '../value/type.ts';
import type { Value } from '../value/value.ts';
import { toFloat64, toInt64 } from './cast.ts';
import {
  addDecimals,
  type Decimal,
  decimalOf,
  divideDecimals,
  floatOf,
  multiplyDecimals,
  subtractDecimals,
} from './decimal.ts';

type IntFold = (a: bigint, b: bigint) => bigint;

function foldInts(first: Value, rest: readonly Value[], fold: IntFold): Value {
  let result = toInt64(first);
  for (const value of rest) result = BigInt.asIntN(64, fold(result, toInt64(value)));
  return int64(result);
}

function foldDecimals(
  first: Value,
  rest: readonly Value[],
  fold: (a: Decimal, b: Decimal) => Decimal,
): number {
  let result = decimalOf(toFloat64(first));
  for (const value of rest) result = fold(result, decimalOf(toFloat64(value)));
  return floatOf(result);
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw new GoError('runtime error: integer divide by zero');
  return value;
}

function maxInt(a: bigint, b: bigint): bigint {
  if (b > a) return b;
  return a;
}

function minInt(a: bigint, b: bigint): bigint {
  if (b < a) return b;
  return a;
}

const biggest = variadic([ANY], ANY, INT64, (_, first, ...rest) => foldInts(first, rest, maxInt));

export const numeric: Readonly<Record<string, FuncSpec>> = {
  atoi: func([STRING], INT, (_, text) => atoi(text).value),
  int: func([ANY], INT, (_, value) => toInt64(value)),
  int64: func([ANY], INT64, (_, value) => int64(toInt64(value))),
  float64: func([ANY], FLOAT64, (_, value) => toFloat64(value)),
  toDecimal: func([ANY], INT64, (_, value) => {
    const parsed = parseInt64(sprint(value), 8);
    return int64(parsed.error === undefined ? parsed.value : 0n);
  }),

  add1: func([ANY], INT64, (_, value) => int64(toInt64(value) + 1n)),
  add: variadic([], ANY, INT64, (_, ...values) => foldInts(0n, values, (a, b) => a + b)),
  sub: func([ANY, ANY], INT64, (_, a, b) => foldInts(a, [b], (x, y) => x - y)),
  mul: variadic([ANY], ANY, INT64, (_, first, ...rest) => foldInts(first, rest, (a, b) => a * b)),
  div: func([ANY, ANY], INT64, (_, a, b) => foldInts(a, [b], (x, y) => x / nonZero(y))),
  mod: func([ANY, ANY], INT64, (_, a, b) => foldInts(a, [b], (x, y) => x % nonZero(y))),
  max: biggest,
  biggest,
  min: variadic([ANY], ANY, INT64, (_, first, ...rest) => foldInts(first, rest, minInt)),

  add1f: func([ANY], FLOAT64, (_, value) => foldDecimals(value, [1n], addDecimals)),
  addf: variadic([], ANY, FLOAT64, (_, ...values) => foldDecimals(0, values, addDecimals)),
  subf: variadic([ANY], ANY, FLOAT64, (_, first, ...rest) => foldDecimals(first, rest, subtractDecimals)),
  mulf: variadic([ANY], ANY, FLOAT64, (_, first, ...rest) => foldDecimals(first, rest, multiplyDecimals)),
  divf: variadic([ANY], ANY, FLOAT64, (_, first, ...rest) => foldDecimals(first, rest, divideDecimals)),
  maxf: variadic([ANY], ANY, FLOAT64, (_, first, ...rest) =>
    rest.map(toFloat64).reduce(maxFloat, toFloat64(first)),
  ),
  minf: variadic([ANY], ANY, FLOAT64, (_, first, ...rest) =>
    rest.map(toFloat64).reduce((a, b) => -maxFloat(-a, -b), toFloat64(first)),
  ),
  ceil: func([ANY], FLOAT64, (_, value) => Math.ceil(toFloat64(value))),
  floor: func([ANY], FLOAT64, (_, value) => Math.floor(toFloat64(value))),
  round: variadic([ANY, INT], FLOAT64, FLOAT64, (_, value, places, on) =>
    round(toFloat64(value), places, on ?? 0.5),
  ),

  until: func([INT], INTS, (context, end) => ints(range(context, 0n, end, end < 0n ? -1n : 1n))),
  untilStep: func([INT, INT, INT], INTS, (context, start, end, step) =>
    ints(range(context, start, end, step)),
  ),
  seq: variadic([], INT, STRING, (context, ...bounds) => sequence(context, bounds)),
};

/** math.Max: an infinity wins over NaN. */
function maxFloat(a: number, b: number): number {
  if (a === Infinity || b === Infinity) return Infinity;
  return Math.max(a, b);
}

function round(value: number, places: bigint, on: number): number {
  const power = powerOfTen(Number(places));
  const digit = power * value;
  const fraction = Number.isFinite(digit) ? digit - Math.trunc(digit) : Number.NaN;
  return (fraction >= on ? Math.ceil(digit) : Math.floor(digit)) / power;
}

/** math.Pow(10, n) as Go computes it: by squaring, the reciprocal taken first, so that the last bit agrees. */
function powerOfTen(exponent: number): number {
  if (exponent >= 309) return Infinity;
  if (exponent <= -324) return 0;
  // Mantissa in [1/2, 1) and exponent apart, as math.Frexp gives them.
  let [square, squareExponent] = [0.625, 4];
  let [product, productExponent] = [1, 0];
  for (let rest = Math.abs(exponent); rest !== 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      product *= square;
      productExponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square += square;
      squareExponent--;
    }
  }
  if (exponent < 0) {
    product = 1 / product;
    productExponent = -productExponent;
  }
  // Two steps, so that neither power leaves the range of a float64.
  const half = Math.trunc(productExponent / 2);
  return product * 2 ** half * 2 ** (productExponent - half);
}

/** Most numbers a sequence may have before the render's own budget is even asked. */
function range(context: CallContext, start: bigint, end: bigint, step: bigint): bigint[] {
  if (end < start ? step >= 0n : step <= 0n) return [];
  const distance = end < start ? start - end : end - start;
  const size = step < 0n ? -step : step;
  const length = Number((distance + size - 1n) / size);
  context.reserve(length * 16);
  const values: bigint[] = [];
  for (let i = 0, at = start; i < length; i++, at += step) values.push(at);
  return values;
}

function sequence(context: CallContext, bounds: readonly bigint[]): string {
  const text = (start: bigint, end: bigint, step: bigint) => range(context, start, end, step).join(' ');
  const [a, b, c] = bounds;
  if (a === undefined || bounds.length > 3) return '';
  if (b === undefined) return a < 1n ? text(1n, a - 1n, -1n) : text(1n, a + 1n, 1n);
  if (c === undefined) return b < a ? text(a, b - 1n, -1n) : text(a, b + 1n, 1n);
  if (c < a) return b > 0n ? '' : text(a, c - 1n, b);
  return text(a, c + 1n, b);
}
