/** Integers of any Go type but int itself (that one is a plain bigint). */
import { bitsOf, INT64, isSignedKind, type Kind, type Type, UINT8 } from './type.ts';

export class Int {
  readonly type: Type;
  readonly value: bigint;

  constructor(type: Type, value: bigint) {
    this.type = type;
    this.value = value;
  }
}

/** Cuts a number to the width of an integer kind, wrapping around as Go's conversions do. */
export function wrapInteger(kind: Kind, value: bigint): bigint {
  return isSignedKind(kind) ? BigInt.asIntN(bitsOf(kind), value) : BigInt.asUintN(bitsOf(kind), value);
}

/** An int64, wrapped around to 64 bits. */
export function int64(value: bigint): Int {
  return new Int(INT64, BigInt.asIntN(64, value));
}

/** A byte: what `index` gives for a string. */
export function uint8(value: number): Int {
  return new Int(UINT8, BigInt(value & 0xff));
}

/** An int (the plain bigint), wrapped around to 64 bits. */
export function int(value: bigint | number): bigint {
  return BigInt.asIntN(64, BigInt(value));
}
