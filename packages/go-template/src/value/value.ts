/**
 * What a Go value is inside the engine. The two nils are kept apart as Go keeps them apart:
 *
 * - `undefined`: the zero reflect.Value: a missing key, or a pipeline whose value is nil;
 * - `null`: an interface{} that holds nil: an element of a list or a map, an interface{} argument or result.
 *
 * number = float64, bigint = int, string = string (stray bytes as U+DC80..U+DCFF, see bytes.ts),
 * Int = every other integer type, Slice and GoMap carry their type.
 */
import type { Complex } from './complex.ts';
import type { Func } from './func.ts';
import type { Int } from './int.ts';
import type { GoMap } from './map.ts';
import type { Slice } from './slice.ts';
import type { Struct } from './struct.ts';

export type Value =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Int
  | Complex
  | Slice
  | GoMap
  | Struct
  | Func;
