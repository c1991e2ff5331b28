/**
 * Go slices. A function that appends makes a new Slice; sub-slices are copies, because nothing in sprig can
 * show that Go's share their array except sorting a part of a list in place.
 */
import { ANYS, INTS, STRINGS, type Type } from './type.ts';
import type { Value } from './value.ts';

export class Slice {
  readonly type: Type<Slice>;
  readonly items: Value[];
  /** A nil slice prints and counts as an empty one, but is `null` in JSON and equal to nil. */
  readonly isNil: boolean;

  constructor(type: Type<Slice>, items: Value[], isNil = false) {
    this.type = type;
    this.items = items;
    this.isNil = isNil;
  }
}

/** []interface{}: elements are values with `null` for nil. */
export function anys(items: Value[]): Slice {
  return new Slice(ANYS, items);
}

export function strings(items: string[]): Slice {
  return new Slice(STRINGS, items);
}

export function ints(items: bigint[]): Slice {
  return new Slice(INTS, items);
}

export function nilSlice(type: Type<Slice>): Slice {
  return new Slice(type, [], true);
}
