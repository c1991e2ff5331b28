/** Pipelines, commands and operands, compiled to closures. */
import { CALL, isShortCircuit, OR } from '../builtins/index.ts';
import type { FuncSpec, FuncTable } from '../funcs/table.ts';
import {
  type AnyNode,
  type CommandNode,
  nodeText,
  type Operand,
  type PipeNode,
  type VariableNode,
} from '../parse/index.ts';
import { GoMap } from '../value/map.ts';
import { isTrue } from '../value/truth.ts';
import { ANY, canBeNil, STRING, type Type } from '../value/type.ts';
import { typeOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';
import { zeroOf } from '../value/zero.ts';
import { countError, createCall, type Eval, type EvalFinal, paramType } from './call.ts';
import { type Constant, constantAs, idealConstant } from './constant.ts';
import { type CallMethod, evalChain, evalField } from './field.ts';
import type { State } from './state.ts';
import { validatorOf } from './validate.ts';

export class PipelineCompiler {
  readonly #funcs: FuncTable;
  /** Variable names as numbers; `$` is 0. */
  readonly #names = new Map<string, number>([['$', 0]]);

  constructor(funcs: FuncTable) {
    this.#funcs = funcs;
  }

  nameOf(variable: string): number {
    const known = this.#names.get(variable);
    if (known !== undefined) return known;
    this.#names.set(variable, this.#names.size);
    return this.#names.size - 1;
  }

  /** The value of a pipeline; nil comes out as `undefined`. Declares or assigns its variables. */
  pipeline(pipe: PipeNode): Eval {
    const [first, ...rest] = pipe.cmds.map((command, i) => this.#command(command, i > 0));
    const run = chainCommands(pipe, first!, rest);
    if (pipe.decl.length === 0) return run;
    const names = pipe.decl.map((variable) => this.nameOf(variable.ident[0]!));
    if (pipe.isAssign) {
      return (state) => {
        const value = run(state);
        for (const [i, variable] of pipe.decl.entries()) assign(state, variable, names[i]!, value, false);
        return value;
      };
    }
    return (state) => {
      const value = run(state);
      for (const name of names) state.push(name, value);
      return value;
    };
  }

  #command(command: CommandNode, hasFinal: boolean): EvalFinal {
    const first = command.args[0]!;
    const hasArgs = command.args.length > 1 || hasFinal;
    switch (first.kind) {
      case 'field':
      case 'chain':
        return this.#fields(first, command, hasFinal);
      case 'identifier':
        return this.#function(first.name, first, command, command.args.slice(1), hasFinal);
      case 'variable':
        if (first.ident.length > 1) return this.#fields(first, command, hasFinal);
        if (!hasArgs) return this.#variable(first);
        return inOrder(this.#variable(first), this.#notAFunction(first, first));
      case 'pipe':
        return hasArgs ? this.#notAFunction(first, undefined) : this.pipeline(first);
      default:
        break;
    }
    if (hasArgs) return this.#notAFunction(first, first);
    switch (first.kind) {
      case 'dot':
        return (state) => {
          state.node = first;
          return state.dot;
        };
      case 'nil':
        return failing(first, 'nil is not a command');
      case 'number':
        return constant(first, idealConstant(first));
      case 'bool':
        return constant(first, { value: first.value });
      default:
        return constant(first, { value: first.text });
    }
  }

  /** @param at where the error is; undefined leaves the place as it is */
  #notAFunction(operand: Operand, at: Operand | undefined): Eval {
    const message = `can't give argument to non-function ${nodeText(operand)}`;
    return (state) => {
      if (at !== undefined) state.node = at;
      return state.fail(message);
    };
  }

  #variable(node: VariableNode): Eval {
    const name = this.nameOf(node.ident[0]!);
    return (state) => {
      state.node = node;
      return state.values[findVariable(state, node, name)];
    };
  }

  /** `.a.b`, `$x.a.b` and `(...).a.b`, with the arguments of the command for a method at the end. */
  #fields(
    node: Extract<Operand, { kind: 'field' | 'variable' | 'chain' }>,
    owner: CommandNode,
    hasFinal: boolean,
  ): EvalFinal {
    const args = owner.args.slice(1);
    const hasArgs = args.length > 0 || hasFinal;
    if (node.kind === 'field' && node.ident.length === 1 && !hasArgs)
      return simpleField(node, node.ident[0]!);
    const plain = this.#method(node, [], false);
    const call = hasArgs ? this.#method(node, args, hasFinal) : plain;
    const walk = (
      state: State,
      start: Value,
      isInterface: boolean,
      names: readonly string[],
      final: Value,
    ): Value =>
      evalChain(
        state,
        names,
        start,
        isInterface,
        hasArgs,
        (s, method, name) => call(s, method, name, final),
        (s, method, name) => plain(s, method, name, undefined),
      );
    if (node.kind === 'field') {
      return (state, final) => {
        state.node = node;
        return walk(state, state.dot, state.dotIsInterface, node.ident, final);
      };
    }
    if (node.kind === 'variable') {
      const name = this.nameOf(node.ident[0]!);
      const names = node.ident.slice(1);
      return (state, final) => {
        state.node = node;
        const at = findVariable(state, node, name);
        return walk(state, state.values[at], state.interfaces[at]!, names, final);
      };
    }
    if (node.node.kind === 'nil')
      return failing(node, `indirection through explicit nil in ${nodeText(node)}`);
    const start = this.#chainStart(node.node);
    // A parenthesised pipeline is looked into; what a bare function gives keeps its declared type.
    const isInterface = node.node.kind === 'identifier' && this.#funcs.get(node.node.name)?.result === ANY;
    return (state, final) => {
      state.node = node;
      return walk(state, start(state), isInterface, node.field, final);
    };
  }

  #chainStart(node: Operand): Eval {
    if (node.kind === 'pipe') return this.pipeline(node);
    if (node.kind === 'identifier') return this.#bare(node);
    return failing(node, `can't handle ${nodeText(node)} for arg of type nil`);
  }

  /** A function named as an operand: a call without arguments. */
  #bare(node: Extract<Operand, { kind: 'identifier' }>): Eval {
    return this.#function(node.name, node, node, [], false) as Eval;
  }

  /** Methods are known only when their receiver is, so their calls are put together at the call. */
  #method(node: Operand, args: readonly Operand[], hasFinal: boolean) {
    return (state: State, method: FuncSpec, name: string, final: Value): Value =>
      this.#call(method, name, node, args, hasFinal)(state, final);
  }

  #function(
    name: string,
    ident: AnyNode,
    owner: AnyNode,
    args: readonly Operand[],
    hasFinal: boolean,
  ): EvalFinal {
    const spec = this.#funcs.get(name);
    if (spec === undefined) return failing(ident, `"${name}" is not a defined function`);
    const call = this.#call(spec, name, owner, args, hasFinal);
    return (state, final) => {
      state.node = ident;
      return call(state, final);
    };
  }

  #call(
    spec: FuncSpec,
    name: string,
    owner: AnyNode,
    args: readonly Operand[],
    hasFinal: boolean,
  ): EvalFinal {
    const error = countError(spec, name, args.length, hasFinal);
    if (error !== undefined) return (state) => state.fail(error);
    const operands = args.map((arg, i) => this.#argument(arg, paramType(spec, i)));
    if (isShortCircuit(spec)) return shortCircuit(operands, spec === OR, hasFinal);
    if (spec !== CALL) return createCall(spec, name, owner, operands, hasFinal);
    // call says what it calls in its errors: the text of the operand, or what came down the pipeline.
    const withName: FuncSpec = { ...spec, params: [STRING, ...spec.params] };
    const named = (callee: string) =>
      createCall(withName, name, owner, [constantly(callee), ...operands], hasFinal);
    if (args[0] !== undefined) return named(nodeText(args[0]));
    return (state, final) => named(reflectText(final))(state, final);
  }

  /** An operand as an argument of a type (evalArg). */
  #argument(node: Operand, type: Type): Eval {
    const validate = validatorOf(type);
    switch (node.kind) {
      case 'dot':
        return (state) => {
          state.node = node;
          return validate(state, state.dot);
        };
      case 'nil':
        if (!canBeNil(type)) return failing(node, `cannot assign nil to ${type.name}`);
        return constant(node, { value: zeroOf(type) });
      case 'bool':
      case 'string':
      case 'number':
        return constant(node, constantAs(node, type));
      default: {
        const run = this.#operand(node);
        return (state) => {
          state.node = node;
          return validate(state, run(state));
        };
      }
    }
  }

  #operand(node: Extract<Operand, { kind: 'field' | 'variable' | 'chain' | 'pipe' | 'identifier' }>): Eval {
    switch (node.kind) {
      case 'pipe':
        return this.pipeline(node);
      case 'identifier':
        return this.#bare(node);
      case 'variable':
        if (node.ident.length === 1) return this.#variable(node);
        break;
      default:
        break;
    }
    return this.#fields(node, { kind: 'command', pos: node.pos, args: [node] }, false) as Eval;
  }
}

function simpleField(node: Operand, name: string): Eval {
  return (state) => {
    const { dot } = state;
    state.node = node;
    if (dot instanceof GoMap) {
      const value = dot.get(name);
      if (value !== undefined) return value;
    }
    return evalField(state, name, dot, state.dotIsInterface, false, callNoArgs);
  };
}

const callNoArgs: CallMethod = (state, spec, name) => {
  const error = countError(spec, name, 0, false);
  if (error !== undefined) state.fail(error);
  return createCall(spec, name, state.node!, [], false)(state, undefined);
};

function chainCommands(pipe: PipeNode, first: EvalFinal, rest: readonly EvalFinal[]): Eval {
  const [second] = rest;
  if (second === undefined) {
    return (state) => {
      state.node = pipe;
      const value = first(state, undefined);
      return value === null ? undefined : value;
    };
  }
  if (rest.length === 1) {
    return (state) => {
      state.node = pipe;
      const value = first(state, undefined);
      const result = second(state, value === null ? undefined : value);
      return result === null ? undefined : result;
    };
  }
  return (state) => {
    state.node = pipe;
    let value = first(state, undefined);
    for (const command of rest) value = command(state, value === null ? undefined : value);
    return value === null ? undefined : value;
  };
}

function findVariable(state: State, node: VariableNode, name: number): number {
  const at = state.find(name);
  return at >= 0 ? at : state.fail(`undefined variable: ${node.ident[0]}`);
}

/** Assigns to the innermost variable of that name. */
export function assign(
  state: State,
  node: VariableNode,
  name: number,
  value: Value,
  isInterface: boolean,
): void {
  state.setAt(findVariable(state, node, name), value, isInterface);
}

/** Evaluates one for its errors, then the other. */
function inOrder(first: Eval, second: Eval): Eval {
  return (state) => {
    first(state);
    return second(state);
  };
}

function failing(node: AnyNode, message: string): Eval {
  return (state) => {
    state.node = node;
    return state.fail(message);
  };
}

/** reflect.Value's String method. */
function reflectText(value: Value): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '<invalid Value>' : `<${typeOf(value)?.name ?? ANY.name} Value>`;
}

function constantly(value: Value): Eval {
  return () => value;
}

function constant(node: AnyNode, made: Constant): Eval {
  if ('error' in made) return failing(node, made.error);
  const { value } = made;
  return (state) => {
    state.node = node;
    return value;
  };
}

/** and, or: the first operand that decides, else the last. */
function shortCircuit(operands: readonly Eval[], isOr: boolean, hasFinal: boolean): EvalFinal {
  return (state, final) => {
    let value: Value;
    for (const operand of operands) {
      value = operand(state);
      if (isTrue(value) === isOr) return value;
    }
    return hasFinal ? final : value;
  };
}
