/** Plain JavaScript data to values and back. */
import { isFuncSpec } from '../funcs/table.ts';
import { fromOutside, toWellFormed } from './bytes.ts';
import { Complex } from './complex.ts';
import { Func } from './func.ts';
import { GoError } from './goerror.ts';
import { Int } from './int.ts';
import { anyMap, GoMap } from './map.ts';
import { anys, Slice } from './slice.ts';
import { Struct } from './struct.ts';
import type { Value } from './value.ts';

/**
 * number = float64, bigint = int, null and undefined = nil, array = []interface{}, Map and plain object =
 * map[string]interface{}, Uint8Array is refused (say what it is: a string or a list). Values of the engine
 * (`strings([...])`, `int64(1n)`, ...) go through as they are, which is how typed data is given.
 *
 * @throws GoError for what no Go value stands for: symbols, functions, class instances
 */
export function fromJs(data: unknown): Value {
  switch (typeof data) {
    case 'string':
      return fromOutside(data);
    case 'number':
    case 'boolean':
      return data;
    case 'bigint':
      return BigInt.asIntN(64, data);
    case 'undefined':
      return null;
    case 'object':
      return data === null ? null : fromObject(data);
    default:
      throw new GoError(`a ${typeof data} is no template data`);
  }
}

function fromObject(data: object): Value {
  if (data instanceof Slice || data instanceof GoMap || data instanceof Int) return data;
  if (data instanceof Struct || data instanceof Func || data instanceof Complex) return data;
  if (Array.isArray(data)) return anys(data.map((item: unknown) => fromJs(item) ?? null));
  if (data instanceof Map) {
    const map = anyMap();
    for (const [key, value] of data) map.set(fromOutside(String(key)), fromJs(value) ?? null);
    return map;
  }
  const prototype: unknown = Object.getPrototypeOf(data);
  if (prototype === Object.prototype || prototype === null) {
    if (isFuncSpec(data)) return new Func(data);
    return GoMap.over(data as Readonly<Record<string, unknown>>, fromJs);
  }
  throw new GoError(`an instance of ${String(data.constructor?.name)} is no template data`);
}

/** Values to plain data: maps become objects without a prototype, integers bigints, structs their text. */
export function toJs(value: Value): unknown {
  if (typeof value === 'string') return toWellFormed(value);
  if (value instanceof Slice) return value.items.map(toJs);
  if (value instanceof Int) return value.value;
  if (value instanceof GoMap) {
    const object = Object.create(null) as Record<string, unknown>;
    for (const [key, entry] of value.entries) object[toWellFormed(key)] = toJs(entry);
    return object;
  }
  if (value instanceof Struct) return value.toText() ?? null;
  return value ?? null;
}
