/**
 * A Go struct, or a pointer to one, with the fields and methods that templates can reach: time.Time,
 * *semver.Version. Subclasses are the only way to have methods; JavaScript's own are out of reach.
 */
import type { FuncSpec } from '../funcs/table.ts';
import type { Type } from './type.ts';
import type { Value } from './value.ts';

export abstract class Struct {
  abstract readonly type: Type;

  /** The method of that name, bound to this value. */
  method(_name: string): FuncSpec | undefined {
    return undefined;
  }

  /** Exported fields in Go's order: what %v prints when there is no String method. */
  fields(): ReadonlyMap<string, Value> {
    return NONE;
  }

  /** All fields, which fmt shows under the verbs that String methods do not serve. */
  allFields(): ReadonlyMap<string, Value> {
    return this.fields();
  }

  /** The GoString method that %#v uses, where Go's type has one. */
  goString(): string | undefined {
    return undefined;
  }

  /** The String or Error method that fmt uses, where Go's type has one. */
  toText(): string | undefined {
    return undefined;
  }

  /** reflect.DeepEqual, which looks through pointers. */
  deepEquals(other: Struct): boolean {
    return this.equals(other);
  }

  /** Names of fields that templates may not read, and are told so. */
  get unexported(): ReadonlySet<string> {
    return NO_NAMES;
  }

  /** What encoding/json writes in its place, where Go's type has a MarshalJSON method. */
  json(): Value {
    return undefined;
  }

  /** Go's == between two structs of the same type (pointers: the same object). */
  equals(other: Struct): boolean {
    return this === other;
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();
const NONE: ReadonlyMap<string, Value> = new Map();
