/** Zero values of types. */
import { Complex } from './complex.ts';
import { Int } from './int.ts';
import type { GoMap } from './map.ts';
import { nilMap } from './map.ts';
import type { Slice } from './slice.ts';
import { nilSlice } from './slice.ts';
import { COMPLEX128, FLOAT64, INT, type Type } from './type.ts';
import type { Value } from './value.ts';

/** reflect.Zero; `null` for interfaces, pointers and functions, `undefined` for the zero reflect.Value. */
export function zeroOf(type: Type): Value {
  switch (type.kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'map':
      return nilMap(type as Type<GoMap>);
    case 'slice':
      return nilSlice(type as Type<Slice>);
    case 'interface':
    case 'ptr':
    case 'func':
      return null;
    case 'struct':
    case 'invalid':
      return undefined;
    default:
      if (type === INT) return 0n;
      if (type === FLOAT64) return 0;
      return type === COMPLEX128 ? new Complex(0, 0) : new Int(type, 0n);
  }
}
