/** index, slice, len, call. */
import { type CallContext, type FuncSpec, func, variadic } from '../funcs/table.ts';
import { byteLength, byteSlice, isAscii, toBytes } from '../value/bytes.ts';
import { Func } from '../value/func.ts';
import { GoError } from '../value/goerror.ts';
import { uint8 } from '../value/int.ts';
import { GoMap } from '../value/map.ts';
import { Slice } from '../value/slice.ts';
import { ANY, canBeNil, INT, REFLECT, type Type } from '../value/type.ts';
import { integerOf, typeOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';
import { zeroOf } from '../value/zero.ts';

const isNothing = (value: Value): value is undefined | null => value === undefined || value === null;

/** An index as a number up to the capacity, or Go's complaint. */
function indexArg(index: Value, capacity: number): number {
  if (isNothing(index)) throw new GoError('cannot index slice/array with nil');
  const at = integerOf(index);
  if (at === undefined) throw new GoError(`cannot index slice/array with type ${typeOf(index)?.name}`);
  if (at < 0n || at > BigInt(capacity)) throw new GoError(`index out of range: ${at}`);
  return Number(at);
}

function indexOnce(item: Value, index: Value): Value {
  if (item === null) throw new GoError('index of nil pointer');
  if (typeof item === 'string') {
    const length = byteLength(item);
    const at = indexArg(index, length);
    if (at === length) throw new GoError('reflect: string index out of range');
    return uint8(isAscii(item) ? item.charCodeAt(at) : toBytes(item)[at]!);
  }
  if (item instanceof Slice) {
    const at = indexArg(index, item.items.length);
    if (at === item.items.length) throw new GoError('reflect: slice index out of range');
    return item.items[at];
  }
  if (item instanceof GoMap) {
    if (isNothing(index)) throw new GoError('value is nil; should be of type string');
    if (typeof index !== 'string')
      throw new GoError(`value has type ${typeOf(index)?.name}; should be string`);
    const value = item.get(index);
    return value === undefined ? zeroOf(item.type.elem ?? ANY) : value;
  }
  throw new GoError(`can't index item of type ${targetName(item)}`);
}

const index = variadic([REFLECT], REFLECT, REFLECT as Type<Value>, (_, item, ...indexes) => {
  if (isNothing(item)) throw new GoError('index of untyped nil');
  return indexes.reduce<Value>(indexOnce, item);
});

const slice = variadic([REFLECT], REFLECT, REFLECT as Type<Value>, (_, item, ...indexes) => {
  if (isNothing(item)) throw new GoError('slice of untyped nil');
  if (indexes.length > 3) throw new GoError(`too many slice indexes: ${indexes.length}`);
  if (typeof item === 'string' && indexes.length === 3) throw new GoError('cannot 3-index slice a string');
  if (typeof item !== 'string' && !(item instanceof Slice)) {
    throw new GoError(`can't slice item of type ${typeOf(item)?.name}`);
  }
  const length = typeof item === 'string' ? byteLength(item) : item.items.length;
  const at = [0, length, length];
  indexes.forEach((value, i) => {
    at[i] = indexArg(value, length);
  });
  const [start, end, capacity] = at as [number, number, number];
  if (start > end) throw new GoError(`invalid slice index: ${start} > ${end}`);
  if (indexes.length === 3 && end > capacity) throw new GoError(`invalid slice index: ${end} > ${capacity}`);
  if (typeof item === 'string') return byteSlice(item, start, end);
  return new Slice(item.type, item.items.slice(start, end), item.isNil);
});

const len = func([REFLECT], INT, (_, item) => {
  if (item === null) throw new GoError('len of nil pointer');
  if (item === undefined) throw new GoError('reflect: call of reflect.Value.Type on zero Value');
  if (typeof item === 'string') return BigInt(byteLength(item));
  if (item instanceof Slice) return BigInt(item.items.length);
  if (item instanceof GoMap) return BigInt(item.size);
  throw new GoError(`len of type ${targetName(item)}`);
});

/** An argument of `call`; nil becomes the zero value where the type has a nil. */
function prepareArg(value: Value, type: Type): Value {
  if (isNothing(value)) {
    if (!canBeNil(type)) throw new GoError(`value is nil; should be of type ${type.name}`);
    return zeroOf(type);
  }
  const given = typeOf(value)!;
  if (given === type || type === ANY || type === REFLECT) return value;
  throw new GoError(`value has type ${given.name}; should be ${type.name}`);
}

function callValue(context: CallContext, name: string, callee: Value, args: readonly Value[]): Value {
  if (isNothing(callee)) throw new GoError('call of nil');
  if (!(callee instanceof Func)) throw new GoError(`non-function ${name} of type ${typeOf(callee)?.name}`);
  const { spec } = callee;
  const declared = spec.params.length;
  if (spec.variadic ? args.length < declared - 1 : args.length !== declared) {
    const want = spec.variadic ? `at least ${declared - 1}` : String(declared);
    throw new GoError(`wrong number of args for ${name}: got ${args.length} want ${want}`);
  }
  const values = args.map((arg, i) => {
    try {
      return prepareArg(arg, spec.params[Math.min(i, declared - 1)]!);
    } catch (error) {
      throw error instanceof GoError ? new GoError(`arg ${i}: ${error.message}`) : error;
    }
  });
  return (spec.call as unknown as (context: CallContext, ...values: readonly Value[]) => Value)(
    context,
    ...values,
  );
}

/** The executor puts the callee's text before the arguments that the signature shows. */
const call: FuncSpec = {
  ...variadic([REFLECT], REFLECT, REFLECT as Type<Value>, () => undefined),
  call: (context: CallContext, name: string, callee: Value, ...args: Value[]) =>
    callValue(context, name, callee, args),
};

export const itemFunctions = { index, slice, len, call };

/** The type's name, for a pointer that of what it points to. */
function targetName(item: Value): string {
  const type = typeOf(item);
  return type?.kind === 'ptr' ? type.name.slice(1) : String(type?.name);
}
