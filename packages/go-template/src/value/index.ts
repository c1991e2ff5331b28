/** The value model: Go's types and values in JavaScript. Everything else is built on it. */
export * from './bytes.ts';
export { Complex } from './complex.ts';
export { fromJs, toJs } from './convert.ts';
export { deepEqual, equalValues, isComparable } from './equal.ts';
export { Func } from './func.ts';
export { GoError } from './goerror.ts';
export { Int, int, int64, uint8, wrapInteger } from './int.ts';
export { anyMap, GoMap, mapValue, nilMap } from './map.ts';
export { anys, ints, nilSlice, Slice, strings } from './slice.ts';
export { Struct } from './struct.ts';
export { isTrue, isZero } from './truth.ts';
export * from './type.ts';
export { integerOf, isStruct, kindOf, typeOf } from './typeof.ts';
export type { Value } from './value.ts';
export { zeroOf } from './zero.ts';
