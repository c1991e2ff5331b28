/** dario.cat/mergo on maps, as sprig's merge functions call it. */
import { Complex } from '../value/complex.ts';
import { GoError } from '../value/goerror.ts';
import { GoMap, nilMap } from '../value/map.ts';
import { Slice } from '../value/slice.ts';
import { isTrue } from '../value/truth.ts';
import { MAP_ANY } from '../value/type.ts';
import { isStruct, kindOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';

/** Deepest nesting; a map that holds itself would be merged for ever. */
const MAX_DEPTH = 1000;

/** What mergo reports as an error, which merge and mergeOverwrite swallow. Panics are plain GoErrors. */
class MergeError extends GoError {}

/**
 * Merges the sources into the target, one after the other. Without `overwrite` the target's own entries win
 * unless they are empty.
 */
export function mergeAll(
  target: GoMap,
  sources: readonly GoMap[],
  overwrite: boolean,
  onError: (error: GoError) => Value,
): Value {
  let map = target;
  try {
    for (const source of sources) {
      if (map.isNil && !source.isNil) map = new GoMap(MAP_ANY, new Map());
      mergeMaps(map, source, overwrite, 0);
    }
  } catch (error) {
    if (error instanceof MergeError) return onError(error);
    throw error;
  }
  return map.isNil ? nilMap(MAP_ANY) : map;
}

function mergeMaps(target: GoMap, source: GoMap, overwrite: boolean, depth: number): void {
  if (depth > MAX_DEPTH) throw new GoError('merge: the maps are nested too deeply');
  for (const key of source.sortedKeys()) {
    const from = source.get(key);
    const to = target.get(key);
    if (from === null || from === undefined) {
      if (overwrite) assign(target, key, null);
      continue;
    }
    if (from instanceof GoMap || isStruct(from)) mergeValues(to, from, overwrite, depth);
    const isEmptyTarget = isEmpty(to);
    if (!isEmptyTarget && (from instanceof Slice || (from instanceof GoMap && to instanceof GoMap))) {
      // A list replaces a list, or anything else, only when overwriting.
      if (from instanceof Slice && overwrite) assign(target, key, from);
      continue;
    }
    if (overwrite || isEmptyTarget) assign(target, key, from);
  }
}

function mergeValues(to: Value, from: Value, overwrite: boolean, depth: number): void {
  if (to instanceof GoMap) {
    if (from instanceof GoMap && !to.isNil) mergeMaps(to, from, overwrite, depth + 1);
  } else if (kindOf(to) === 'ptr' && kindOf(from) !== 'ptr' && !overwrite) {
    throw new MergeError('src and dst must be of same type');
  }
}

function assign(target: GoMap, key: string, value: Value): void {
  if (target.type.elem?.kind === 'string' && typeof value !== 'string') {
    throw new GoError(
      'reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string',
    );
  }
  target.set(key, value);
}

/** mergo's idea of empty: complex numbers and structs never are. */
function isEmpty(value: Value): boolean {
  return !(value instanceof Complex) && !isTrue(value);
}
