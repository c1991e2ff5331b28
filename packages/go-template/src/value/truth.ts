/** What if, with, and, or, not and sprig's empty call true. */
import { Complex } from './complex.ts';
import { Func } from './func.ts';
import { Int } from './int.ts';
import { GoMap } from './map.ts';
import { Slice } from './slice.ts';
import type { Value } from './value.ts';

/** text/template's IsTrue: not the zero value; empty strings, lists and maps are false, structs are true. */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'string':
      return value.length > 0;
    case 'boolean':
      return value;
    case 'number':
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    default:
      if (value === undefined || value === null) return false;
      if (value instanceof Slice) return value.items.length > 0;
      if (value instanceof GoMap) return value.size > 0;
      if (value instanceof Int) return value.value !== 0n;
      if (value instanceof Complex) return value.re !== 0 || value.im !== 0;
      return value instanceof Func || true;
  }
}

/** The zero value of the same kind (reflect's IsZero, for the values that templates can hold). */
export function isZero(value: Value): boolean {
  if (value instanceof Slice || value instanceof GoMap) return value.isNil;
  return !isTrue(value);
}
