/** Equality: Go's == on interface values, and reflect.DeepEqual. */
import { Complex } from './complex.ts';
import { Func } from './func.ts';
import { Int } from './int.ts';
import { GoMap } from './map.ts';
import { Slice } from './slice.ts';
import { isStruct, typeOf } from './typeof.ts';
import type { Value } from './value.ts';

/** Whether Go can compare the value with == at all: lists, maps and functions cannot be. */
export function isComparable(value: Value): boolean {
  return !(value instanceof Slice || value instanceof GoMap || value instanceof Func);
}

/** a == b between two interface{} values: same type and same value. Both must be comparable. */
export function equalValues(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === undefined || a === null) return b === undefined || b === null;
  if (a instanceof Int) return b instanceof Int && a.type === b.type && a.value === b.value;
  if (a instanceof Complex) return b instanceof Complex && a.re === b.re && a.im === b.im;
  if (isStruct(a)) return isStruct(b) && a.type === b.type && a.equals(b);
  return false;
}

/** Comparisons after which two values count as too large: lists that share parts can hold more than memory. */
const MAX_COMPARED = 1_000_000;

/**
 * reflect.DeepEqual: types count, nil and empty differ, NaN is not itself.
 *
 * @throws RangeError when the values are too large or hold themselves
 */
export function deepEqual(a: Value, b: Value): boolean {
  let compared = 0;
  const equal = (x: Value, y: Value): boolean => {
    if (++compared > MAX_COMPARED) throw new RangeError('values are too large to compare');
    if (x instanceof Slice) {
      if (!(y instanceof Slice) || x.type !== y.type || x.isNil !== y.isNil) return false;
      return (
        x === y || (x.items.length === y.items.length && x.items.every((item, i) => equal(item, y.items[i])))
      );
    }
    if (x instanceof GoMap) {
      if (!(y instanceof GoMap) || x.type !== y.type || x.isNil !== y.isNil) return false;
      if (x === y) return true;
      if (x.size !== y.size) return false;
      for (const [key, value] of x.entries) {
        if (!y.has(key) || !equal(value, y.get(key))) return false;
      }
      return true;
    }
    if (x instanceof Func || y instanceof Func) return false;
    if (typeof x === 'number') return x === y;
    if (isStruct(x)) return isStruct(y) && x.type === y.type && x.deepEquals(y);
    return typeOf(x) === typeOf(y) && equalValues(x, y);
  };
  return equal(a, b);
}
