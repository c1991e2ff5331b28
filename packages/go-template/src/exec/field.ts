/** Fields, map keys and methods of a value: `.a`, `$x.a`, `(...).a`. */
import type { FuncSpec } from '../funcs/table.ts';
import { quote } from '../strconv/index.ts';
import { GoError } from '../value/goerror.ts';
import { Int } from '../value/int.ts';
import { GoMap } from '../value/map.ts';
import { Struct } from '../value/struct.ts';
import { ANY } from '../value/type.ts';
import { typeOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';
import { zeroOf } from '../value/zero.ts';
import type { State } from './state.ts';

/** Calls a method with the arguments that its command gives it. */
export type CallMethod = (state: State, method: FuncSpec, name: string) => Value;

/**
 * One step of a chain.
 *
 * @param isInterface whether the receiver's static type is interface{}, for the error text
 * @param hasArgs whether the command gives arguments, which only methods take
 */
export function evalField(
  state: State,
  name: string,
  receiver: Value,
  isInterface: boolean,
  hasArgs: boolean,
  callMethod: CallMethod,
): Value {
  if (receiver instanceof GoMap) {
    if (hasArgs) state.fail(`${name} is not a method but has arguments`);
    const value = receiver.get(name);
    return value === undefined ? missing(state, name, receiver) : value;
  }
  if (receiver === undefined) {
    if (state.missingKey === 'error') state.fail(`nil data; no entry for key ${quote(name)}`);
    return undefined;
  }
  if (receiver === null) return state.fail(`nil pointer evaluating interface {}.${name}`);
  const method = methodOf(state, receiver, name);
  if (method !== undefined) return callMethod(state, method, name);
  if (receiver instanceof Struct) {
    const field = receiver.fields().get(name);
    if (field !== undefined) {
      if (hasArgs) state.fail(`${name} has arguments but cannot be invoked as function`);
      return field;
    }
    if (receiver.unexported.has(name)) {
      state.fail(`${name} is an unexported field of struct type ${receiver.type.name}`);
    }
  }
  const type = isInterface ? ANY.name : (typeOf(receiver)?.name ?? ANY.name);
  return state.fail(`can't evaluate field ${name} in type ${type}`);
}

function methodOf(state: State, receiver: Value, name: string): FuncSpec | undefined {
  try {
    if (receiver instanceof Struct) return receiver.method(name);
    return receiver instanceof Int ? receiver.type.method?.(name, receiver.value) : undefined;
  } catch (error) {
    // A method that Go's templates cannot call.
    if (error instanceof GoError) return state.fail(error.message);
    throw error;
  }
}

function missing(state: State, name: string, map: GoMap): Value {
  switch (state.missingKey) {
    case 'zero':
      return zeroOf(map.type.elem ?? ANY);
    case 'error':
      return state.fail(`map has no entry for key ${quote(name)}`);
    default:
      return undefined;
  }
}

/** Whether what a field of this value gives has the static type interface{}. */
export function givesInterface(receiver: Value): boolean {
  return receiver instanceof GoMap && receiver.type.elem === ANY;
}

/** A chain of fields; only the last may be given arguments. */
export function evalChain(
  state: State,
  names: readonly string[],
  start: Value,
  startIsInterface: boolean,
  hasArgs: boolean,
  callMethod: CallMethod,
  callPlain: CallMethod,
): Value {
  let receiver = start;
  let isInterface = startIsInterface;
  const last = names.length - 1;
  for (let i = 0; i < last; i++) {
    const value = evalField(state, names[i]!, receiver, isInterface, false, callPlain);
    isInterface = givesInterface(receiver);
    receiver = value;
  }
  return evalField(state, names[last]!, receiver, isInterface, hasArgs, callMethod);
}
