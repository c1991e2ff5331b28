/** mitchellh/copystructure: copies of lists and maps all the way down. */

import { Version } from '../semver/version.ts';
import { GoError } from '../value/goerror.ts';
import { GoMap } from '../value/map.ts';
import { Slice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';

const MAX_DEPTH = 1000;
/** Most values of one copy: lists that share their parts can hold more than memory. */
const MAX_VALUES = 1_000_000;

/** A value that shares no list or map with the original. Go cannot copy nil itself, only nil in something. */
export function copyDeeply(value: Value): Value {
  if (value === null || value === undefined) {
    throw new GoError('reflect: call of reflect.Value.Type on zero Value');
  }
  return copy(value, 0, { values: 0 });
}

function copy(value: Value, depth: number, spent: { values: number }): Value {
  if (++spent.values > MAX_VALUES) throw new RangeError('value is too large to copy');
  if (depth > MAX_DEPTH) throw new GoError('deepCopy: the value is nested too deeply');
  if (value instanceof Slice) {
    return new Slice(
      value.type,
      value.items.map((item) => copy(item, depth + 1, spent)),
      value.isNil,
    );
  }
  if (value instanceof GoMap) {
    const entries = new Map<string, Value>();
    for (const [key, entry] of value.entries) entries.set(key, copy(entry, depth + 1, spent));
    return new GoMap(value.type, entries, value.isNil);
  }
  // Copying a version loses what its unexported fields hold: all of it.
  return value instanceof Version ? value.cleared() : value;
}
