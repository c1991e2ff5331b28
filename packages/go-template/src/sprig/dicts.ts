/** sprig's dictionaries. Maps are shared, as in Go: set, unset and merge change what they are given. */
import type { FuncSpec } from '../funcs/table.ts';
import { func, variadic } from '../funcs/table.ts';
import { GoError } from '../value/goerror.ts';
import { anyMap, GoMap } from '../value/map.ts';
import { anys, strings } from '../value/slice.ts';
import { ANY, ANYS, BOOL, MAP_ANY, STRING, STRINGS } from '../value/type.ts';
import type { Value } from '../value/value.ts';
import { copyDeeply } from './copy.ts';
import { mergeAll } from './merge.ts';
import { typeName } from './reflect.ts';
import { textOf } from './text.ts';

const deepCopy = func([ANY], ANY, (_, value) => copyDeeply(value));

export const dicts: Readonly<Record<string, FuncSpec>> = {
  dict: variadic([], ANY, MAP_ANY, (_, ...pairs) => {
    const map = anyMap();
    for (let i = 0; i < pairs.length; i += 2) {
      map.set(textOf(pairs[i]), i + 1 < pairs.length ? pairs[i + 1] : '');
    }
    return map;
  }),
  get: func([MAP_ANY, STRING], ANY, (_, map, key) => (map.has(key) ? map.get(key) : '')),
  set: func([MAP_ANY, STRING, ANY], MAP_ANY, (_, map, key, value) => {
    map.set(key, value);
    return map;
  }),
  unset: func([MAP_ANY, STRING], MAP_ANY, (_, map, key) => {
    map.delete(key);
    return map;
  }),
  hasKey: func([MAP_ANY, STRING], BOOL, (_, map, key) => map.has(key)),
  pluck: variadic([STRING], MAP_ANY, ANYS, (_, key, ...maps) =>
    anys(maps.filter((map) => map.has(key)).map((map) => map.get(key))),
  ),
  // Go gives keys and values in random order; here they come in the order of the keys.
  keys: variadic([], MAP_ANY, STRINGS, (_, ...maps) => strings(maps.flatMap((map) => map.sortedKeys()))),
  values: func([MAP_ANY], ANYS, (_, map) => anys(map.sortedKeys().map((key) => map.get(key)))),
  pick: variadic([MAP_ANY], STRING, MAP_ANY, (_, map, ...keys) =>
    anyMap(keys.filter((key) => map.has(key)).map((key) => [key, map.get(key)] as const)),
  ),
  omit: variadic([MAP_ANY], STRING, MAP_ANY, (_, map, ...keys) =>
    anyMap([...map.entries].filter(([key]) => !keys.includes(key))),
  ),
  dig: variadic([], ANY, ANY, (_, ...args) => dig(args)),

  merge: variadic([MAP_ANY], MAP_ANY, ANY, (_, target, ...sources) =>
    mergeAll(target, sources, false, () => ''),
  ),
  mustMerge: variadic([MAP_ANY], MAP_ANY, ANY, (_, target, ...sources) =>
    mergeAll(target, sources, false, rethrow),
  ),
  mergeOverwrite: variadic([MAP_ANY], MAP_ANY, ANY, (_, target, ...sources) =>
    mergeAll(target, sources, true, () => ''),
  ),
  mustMergeOverwrite: variadic([MAP_ANY], MAP_ANY, ANY, (_, target, ...sources) =>
    mergeAll(target, sources, true, rethrow),
  ),
  deepCopy,
  mustDeepCopy: deepCopy,
};

function rethrow(error: GoError): never {
  throw error;
}

function dig(args: readonly Value[]): Value {
  if (args.length < 3) throw new GoError('dig needs at least three arguments');
  let map = asMap(args[args.length - 1]);
  const fallback = args[args.length - 2];
  const keys = args.slice(0, -2).map((key) => {
    if (typeof key !== 'string') throw badConversion(key, 'string');
    return key;
  });
  for (const key of keys.slice(0, -1)) {
    if (!map.has(key)) return fallback;
    map = asMap(map.get(key));
  }
  const lastKey = keys[keys.length - 1]!;
  return map.has(lastKey) ? map.get(lastKey) : fallback;
}

function asMap(value: Value): GoMap {
  if (value instanceof GoMap && value.type === MAP_ANY) return value;
  throw badConversion(value, MAP_ANY.name);
}

/** The runtime's text for a failed type assertion. */
function badConversion(value: Value, wanted: string): GoError {
  const actual = value === null || value === undefined ? 'nil' : typeName(value);
  return new GoError(`interface conversion: interface {} is ${actual}, not ${wanted}`);
}
