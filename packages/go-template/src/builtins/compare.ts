/** eq, ne, lt, le, gt, ge: kinds must agree, integers of any kind agree with each other. */

import { sprintf } from '../fmt/index.ts';
import { func, variadic } from '../funcs/table.ts';
import { compareStrings, normalize } from '../value/bytes.ts';
import { equalValues, isComparable } from '../value/equal.ts';
import { GoError } from '../value/goerror.ts';
import { GoMap } from '../value/map.ts';
import { Slice } from '../value/slice.ts';
import { BOOL, REFLECT } from '../value/type.ts';
import { integerOf, kindOf, typeOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';

type BasicKind = 'bool' | 'int' | 'float' | 'complex' | 'string' | 'other';

/** Signed and unsigned integers count as one kind here: Go compares them by value. */
function basicKind(value: Value): BasicKind {
  if (integerOf(value) !== undefined) return 'int';
  switch (kindOf(value)) {
    case 'bool':
      return 'bool';
    case 'float64':
      return 'float';
    case 'complex128':
      return 'complex';
    case 'string':
      return 'string';
    default:
      return 'other';
  }
}

const typeName = (value: Value) => typeOf(value)?.name ?? 'invalid';

function isNil(value: Value): boolean {
  if (value === undefined || value === null) return true;
  return (value instanceof Slice || value instanceof GoMap) && value.isNil;
}

function equal(a: Value, b: Value): boolean {
  const kind = basicKind(a);
  const other = basicKind(b);
  const oneIsNil = a === undefined || a === null || b === undefined || b === null;
  if (kind !== other) {
    if (oneIsNil) return false;
    throw new GoError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  switch (kind) {
    case 'int':
      return integerOf(a) === integerOf(b);
    case 'string':
      return a === b || normalize(a as string) === normalize(b as string);
    case 'other':
      break;
    default:
      return equalValues(a, b);
  }
  if (!oneIsNil && kindOf(a) !== kindOf(b)) {
    throw new GoError(sprintf(`non-comparable types %s: ${typeName(a)}, ${typeName(b)}: %v`, [a, b]));
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (!isComparable(b)) throw new GoError(sprintf(`non-comparable type %s: ${typeName(b)}`, [b]));
  return equalValues(a, b);
}

function less(a: Value, b: Value): boolean {
  const kind = basicKind(a);
  const other = basicKind(b);
  if (kind === 'other' || other === 'other') throw new GoError('invalid type for comparison');
  if (kind !== other) {
    throw new GoError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  switch (kind) {
    case 'int':
      return integerOf(a)! < integerOf(b)!;
    case 'float':
      return (a as number) < (b as number);
    case 'string':
      return compareStrings(normalize(a as string), normalize(b as string)) < 0;
    default:
      throw new GoError('invalid type for comparison');
  }
}

const lessOrEqual = (a: Value, b: Value) => less(a, b) || equal(a, b);

export const compareFunctions = {
  eq: variadic([REFLECT], REFLECT, BOOL, (_, first, ...others) => {
    if (others.length === 0) throw new GoError('missing argument for comparison');
    return others.some((other) => equal(first, other));
  }),
  ne: func([REFLECT, REFLECT], BOOL, (_, a, b) => !equal(a, b)),
  lt: func([REFLECT, REFLECT], BOOL, (_, a, b) => less(a, b)),
  le: func([REFLECT, REFLECT], BOOL, (_, a, b) => lessOrEqual(a, b)),
  gt: func([REFLECT, REFLECT], BOOL, (_, a, b) => !lessOrEqual(a, b)),
  ge: func([REFLECT, REFLECT], BOOL, (_, a, b) => !less(a, b)),
};
