/**
 * Go types as interned objects: two types are the same Go type exactly when they are the same object.
 * The phantom parameter is the TypeScript type of a value of that Go type inside the engine.
 */
import type { FuncSpec } from '../funcs/table.ts';
import type { GoMap } from './map.ts';
import type { Slice } from './slice.ts';
import type { Value } from './value.ts';

/** reflect.Kind, spelled as its String method spells it. */
export type Kind =
  | 'invalid'
  | 'bool'
  | 'int'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float64'
  | 'complex128'
  | 'func'
  | 'interface'
  | 'map'
  | 'ptr'
  | 'slice'
  | 'string'
  | 'struct';

export interface Type<out T = unknown> {
  readonly kind: Kind;
  /** As `%T` prints it: `[]interface {}`, `map[string]string`, `time.Duration`. */
  readonly name: string;
  /** Element type of slices and maps, target of pointers. */
  readonly elem?: Type;
  /** Key type of maps (always string here). */
  readonly key?: Type;
  /** The String method of a named integer type such as time.Duration. */
  readonly toText?: (value: bigint) => string;
  /** The methods of a named integer type, bound to a value. */
  readonly method?: (name: string, value: bigint) => FuncSpec | undefined;
  /** Never set; carries the TypeScript type. */
  readonly phantom?: T;
}

const types = new Map<string, Type>();

function intern<T>(type: Type): Type<T> {
  const known = types.get(type.name);
  if (known !== undefined) return known as Type<T>;
  types.set(type.name, type);
  return type as Type<T>;
}

function basic<T>(kind: Kind): Type<T> {
  return intern<T>({ kind, name: kind });
}

export const BOOL = basic<boolean>('bool');
export const STRING = basic<string>('string');
export const INT = basic<bigint>('int');
export const FLOAT64 = basic<number>('float64');
export const INT8 = basic<Value>('int8');
export const INT16 = basic<Value>('int16');
export const INT32 = basic<Value>('int32');
export const INT64 = basic<Value>('int64');
export const UINT = basic<Value>('uint');
export const UINT8 = basic<Value>('uint8');
export const UINT16 = basic<Value>('uint16');
export const UINT32 = basic<Value>('uint32');
export const UINT64 = basic<Value>('uint64');
export const COMPLEX128 = basic<Value>('complex128');
/** interface{}: a parameter of this type sees Go's nil as `null`, never `undefined`. */
export const ANY = intern<Value>({ kind: 'interface', name: 'interface {}' });
/**
 * reflect.Value: as a parameter it takes everything unchecked, with `undefined` for the zero reflect.Value
 * (a missing key, a pipeline that ended in nil) and `null` for an interface that holds nil.
 */
export const REFLECT = intern<Value>({ kind: 'struct', name: 'reflect.Value' });

export function sliceOf(elem: Type): Type<Slice> {
  const name = `[]${elem.name}`;
  return (types.get(name) as Type<Slice> | undefined) ?? intern<Slice>({ kind: 'slice', name, elem });
}

export function mapOf(elem: Type): Type<GoMap> {
  const name = `map[string]${elem.name}`;
  return (
    (types.get(name) as Type<GoMap> | undefined) ?? intern<GoMap>({ kind: 'map', name, elem, key: STRING })
  );
}

/** A named type that is a struct or a pointer to one: `time.Time`, `*semver.Version`. */
export function structType<T>(name: string, kind: 'struct' | 'ptr' = 'struct'): Type<T> {
  return intern<T>({ kind, name });
}

/** A named integer type with a String method: `time.Duration`, `time.Month`. */
export function namedInt(
  name: string,
  kind: Kind,
  toText?: (value: bigint) => string,
  method?: (name: string, value: bigint) => FuncSpec | undefined,
): Type<Value> {
  return intern<Value>({
    kind,
    name,
    ...(toText === undefined ? {} : { toText }),
    ...(method === undefined ? {} : { method }),
  });
}

/** A function type, `func(string, ...interface {}) string`. */
export function funcType(name: string): Type {
  return intern({ kind: 'func', name });
}

export const ANYS = sliceOf(ANY);
export const STRINGS = sliceOf(STRING);
export const INTS = sliceOf(INT);
export const BYTES = sliceOf(UINT8);
export const MAP_ANY = mapOf(ANY);
export const MAP_STRING = mapOf(STRING);

/** Whether an untyped nil can be given where the type is wanted (text/template's canBeNil). */
export function canBeNil(type: Type): boolean {
  switch (type.kind) {
    case 'interface':
    case 'map':
    case 'slice':
    case 'ptr':
    case 'func':
      return true;
    default:
      return type === REFLECT;
  }
}

export function isSignedKind(kind: Kind): boolean {
  return kind === 'int' || kind === 'int64' || kind === 'int32' || kind === 'int16' || kind === 'int8';
}

export function isUnsignedKind(kind: Kind): boolean {
  return kind === 'uint8' || kind === 'uint' || kind === 'uint64' || kind === 'uint32' || kind === 'uint16';
}

/** Bits of an integer kind (int and uint have 64). */
export function bitsOf(kind: Kind): number {
  switch (kind) {
    case 'int8':
    case 'uint8':
      return 8;
    case 'int16':
    case 'uint16':
      return 16;
    case 'int32':
    case 'uint32':
      return 32;
    default:
      return 64;
  }
}
