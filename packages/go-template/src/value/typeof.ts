/** Types and kinds of values. */
import { Complex } from './complex.ts';
import { Func } from './func.ts';
import { Int } from './int.ts';
import { GoMap } from './map.ts';
import { Slice } from './slice.ts';
import type { Struct } from './struct.ts';
import { BOOL, COMPLEX128, FLOAT64, INT, type Kind, STRING, type Type } from './type.ts';
import type { Value } from './value.ts';

/** The dynamic type, `undefined` for both nils. */
export function typeOf(value: Value): Type | undefined {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'number':
      return FLOAT64;
    case 'bigint':
      return INT;
    case 'boolean':
      return BOOL;
    case 'undefined':
      return undefined;
    default:
      if (value === null) return undefined;
      return value instanceof Complex ? COMPLEX128 : value.type;
  }
}

/** reflect.ValueOf(value).Kind(): 'invalid' for nil. */
export function kindOf(value: Value): Kind {
  return typeOf(value)?.kind ?? 'invalid';
}

/** The number behind any integer type, `undefined` for everything else. */
export function integerOf(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof Int ? value.value : undefined;
}

export function isStruct(value: Value): value is Struct {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Slice) &&
    !(value instanceof GoMap) &&
    !(value instanceof Int) &&
    !(value instanceof Complex) &&
    !(value instanceof Func)
  );
}
