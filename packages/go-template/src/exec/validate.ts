/** Whether a value fits a parameter: text/template's validateType, one check for each type. */
import { ANY, BOOL, canBeNil, FLOAT64, INT, REFLECT, STRING, type Type } from '../value/type.ts';
import { typeOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';
import { zeroOf } from '../value/zero.ts';
import type { State } from './state.ts';

/** Gives the argument as the function takes it, or stops the run. */
export type Validate = (state: State, value: Value) => Value;

const validators = new Map<Type, Validate>();

export function validatorOf(type: Type): Validate {
  let validate = validators.get(type);
  if (validate === undefined) {
    validate = createValidator(type);
    validators.set(type, validate);
  }
  return validate;
}

function createValidator(type: Type): Validate {
  if (type === REFLECT) return (_, value) => value;
  if (type === ANY) return (_, value) => (value === undefined ? null : value);
  const name = primitiveName(type);
  if (name !== undefined) {
    return (state, value) => (typeof value === name ? value : refuse(state, value, type));
  }
  return (state, value) => {
    if (value !== undefined && typeOf(value) === type) return value;
    if (value === undefined && canBeNil(type)) return zeroOf(type);
    return refuse(state, value, type);
  };
}

function primitiveName(type: Type): string | undefined {
  if (type === STRING) return 'string';
  if (type === INT) return 'bigint';
  if (type === FLOAT64) return 'number';
  return type === BOOL ? 'boolean' : undefined;
}

function refuse(state: State, value: Value, type: Type): never {
  if (value === undefined) return state.fail(`invalid value; expected ${type.name}`);
  const got = typeOf(value)?.name ?? ANY.name;
  return state.fail(`wrong type for value; expected ${type.name}; got ${got}`);
}
