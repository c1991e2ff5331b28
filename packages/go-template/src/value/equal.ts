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

/** reflect.DeepEqual: types count, nil and empty differ, NaN is not itself. */
export function deepEqual(a: Value, b: Value): boolean {
  if (a instanceof Slice) {
    if (!(b instanceof Slice) || a.type !== b.type || a.isNil !== b.isNil) return false;
    return (
      a === b ||
      (a.items.length === b.items.length && a.items.every((item, i) => deepEqual(item, b.items[i])))
    );
  }
  if (a instanceof GoMap) {
    if (!(b instanceof GoMap) || a.type !== b.type || a.isNil !== b.isNil) return false;
    if (a === b) return true;
    if (a.size !== b.size) return false;
    for (const [key, value] of a.entries) {
      if (!b.has(key) || !deepEqual(value, b.get(key))) return false;
    }
    return true;
  }
  if (a instanceof Func || b instanceof Func) return false;
  if (typeof a === 'number') return a === b;
  return typeOf(a) === typeOf(b) && equalValues(a, b);
}
