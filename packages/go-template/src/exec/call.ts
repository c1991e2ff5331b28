/** Calls: argument counts and types checked against the signature, then the function itself. */
import type { CallContext, FuncSpec } from '../funcs/table.ts';
import type { AnyNode } from '../parse/index.ts';
import { Slice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';
import type { State } from './state.ts';
import { type Validate, validatorOf } from './validate.ts';

/** Evaluates an operand for a parameter; the result has been checked. */
export type Eval = (state: State) => Value;
/** Evaluates a command that gets the value before it in the pipeline as its last argument. */
export type EvalFinal = (state: State, final: Value) => Value;

type Invoke = (context: CallContext, ...args: readonly Value[]) => Value;

/** The check of argument counts: an error text, or undefined. */
export function countError(
  spec: FuncSpec,
  name: string,
  given: number,
  hasFinal: boolean,
): string | undefined {
  const total = given + (hasFinal ? 1 : 0);
  const declared = spec.params.length;
  if (spec.variadic) {
    if (total >= declared - 1) return undefined;
    return `wrong number of args for ${name}: want at least ${declared - 1} got ${given}`;
  }
  return total === declared ? undefined : `wrong number of args for ${name}: want ${declared} got ${total}`;
}

/** The type of the parameter that takes the argument at a position. */
export function paramType(spec: FuncSpec, index: number) {
  const last = spec.params.length - 1;
  return spec.params[spec.variadic && index > last ? last : index]!;
}

/**
 * A call with its arguments in place.
 *
 * @param node the command: what an error of the function itself is blamed on
 */
export function createCall(
  spec: FuncSpec,
  name: string,
  node: AnyNode,
  args: readonly Eval[],
  hasFinal: boolean,
): EvalFinal {
  const invoke = spec.call as unknown as Invoke;
  const run = (state: State, values: readonly Value[]): Value => {
    try {
      return settle(state, invoke(state, ...values));
    } catch (error) {
      throw state.callError(error, node, name);
    }
  };
  const check: Validate | undefined = hasFinal ? validatorOf(paramType(spec, args.length)) : undefined;
  const [first, second] = args;
  if (check === undefined) {
    if (first === undefined) return (state) => run(state, []);
    if (args.length === 1) return callOne(invoke, name, node, first);
    return (state) => run(state, evalAll(state, args));
  }
  if (first === undefined) return callFinal(invoke, name, node, check);
  if (second === undefined) return callOneFinal(invoke, name, node, first, check);
  return (state, final) => {
    const values = evalAll(state, args);
    values.push(charge(state, check(state, final)));
    return run(state, values);
  };
}

function evalAll(state: State, args: readonly Eval[]): Value[] {
  const values: Value[] = [];
  for (const arg of args) values.push(charge(state, arg(state)));
  return values;
}

/** What a function reads costs steps as well, so that a loop over a long text or list ends in time. */
function charge(state: State, value: Value): Value {
  if (typeof value === 'string') {
    if (value.length > 1024) state.step(value.length >> 7);
  } else if (value instanceof Slice && value.items.length > 64) state.step(value.items.length >> 6);
  return value;
}

/** Counts a call and the text it made. */
function settle(state: State, value: Value): Value {
  state.steps++;
  if (typeof value === 'string' && value.length > 256) state.reserve(value.length);
  return value;
}

function callOne(invoke: Invoke, name: string, node: AnyNode, first: Eval): Eval {
  return (state) => {
    const value = charge(state, first(state));
    try {
      return settle(state, invoke(state, value));
    } catch (error) {
      throw state.callError(error, node, name);
    }
  };
}

function callFinal(invoke: Invoke, name: string, node: AnyNode, check: Validate): EvalFinal {
  return (state, final) => {
    const value = charge(state, check(state, final));
    try {
      return settle(state, invoke(state, value));
    } catch (error) {
      throw state.callError(error, node, name);
    }
  };
}

function callOneFinal(invoke: Invoke, name: string, node: AnyNode, first: Eval, check: Validate): EvalFinal {
  return (state, final) => {
    const value = charge(state, first(state));
    const last = charge(state, check(state, final));
    try {
      return settle(state, invoke(state, value, last));
    } catch (error) {
      throw state.callError(error, node, name);
    }
  };
}
