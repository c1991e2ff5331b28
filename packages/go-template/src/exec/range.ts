/** range: over integers, lists and maps, with break and continue. */
import { sprint } from '../fmt/index.ts';
import type { BranchNode } from '../parse/index.ts';
import { Int } from '../value/int.ts';
import { GoMap } from '../value/map.ts';
import { Slice } from '../value/slice.ts';
import { ANY } from '../value/type.ts';
import { integerOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';
import { assign, type PipelineCompiler } from './pipeline.ts';
import type { State } from './state.ts';
import { BREAK, NEXT, type Walk } from './walk.ts';

/** One loop: what its turns share. */
interface Loop {
  readonly body: Walk;
  readonly bind: (state: State, index: Value, element: Value, isInterface: boolean) => void;
}

export function compileRange(
  node: BranchNode,
  pipelines: PipelineCompiler,
  body: Walk,
  otherwise: Walk | undefined,
): Walk {
  const pipe = pipelines.pipeline(node.pipe);
  const loop = { body, bind: createBind(node, pipelines) };
  const twoVariables = node.pipe.decl.length > 1;
  return (state) => {
    state.node = node;
    const { dot, dotIsInterface } = state;
    const mark = state.names.length;
    const value = pipe(state);
    const turns = iterate(state, loop, value, twoVariables);
    state.dot = dot;
    state.dotIsInterface = dotIsInterface;
    if (turns === 0 && otherwise !== undefined) {
      // The else branch still sees the variables of the range, set to the whole value.
      const signal = otherwise(state);
      state.pop(mark);
      // A break there ends this range and not the one around it; a continue goes on with that one.
      return signal === BREAK ? NEXT : signal;
    }
    state.pop(mark);
    return NEXT;
  };
}

/** Runs the turns; how many there were. */
function iterate(state: State, loop: Loop, value: Value, twoVariables: boolean): number {
  const integer = integerOf(value);
  if (integer !== undefined) {
    if (twoVariables) state.fail(`can't use ${sprint(value)} to iterate over more than one variable`);
    return overInteger(state, loop, value, integer);
  }
  if (value instanceof Slice) return overSlice(state, loop, value);
  if (value instanceof GoMap) return overMap(state, loop, value);
  if (value === undefined || value === null) return 0;
  return state.fail(`range can't iterate over ${sprint(value)}`);
}

function turn(
  state: State,
  loop: Loop,
  mark: number,
  index: Value,
  element: Value,
  isInterface: boolean,
): boolean {
  state.step();
  loop.bind(state, index, element, isInterface);
  state.dot = element;
  state.dotIsInterface = isInterface;
  const signal = loop.body(state);
  state.pop(mark);
  return signal !== BREAK;
}

function overInteger(state: State, loop: Loop, value: Value, end: bigint): number {
  const mark = state.names.length;
  for (let i = 0n; i < end; i++) {
    const element = value instanceof Int ? new Int(value.type, i) : i;
    if (!turn(state, loop, mark, undefined, element, false)) break;
  }
  return end > 0n ? 1 : 0;
}

function overSlice(state: State, loop: Loop, slice: Slice): number {
  const mark = state.names.length;
  const isInterface = slice.type.elem === ANY;
  const { items } = slice;
  for (let i = 0; i < items.length; i++) {
    if (!turn(state, loop, mark, BigInt(i), items[i], isInterface)) break;
  }
  return items.length;
}

function overMap(state: State, loop: Loop, map: GoMap): number {
  const mark = state.names.length;
  const isInterface = map.type.elem === ANY;
  // Keys and values are those of the start, whatever the body does to the map.
  const entries = map.sortedKeys().map((key) => [key, map.get(key)] as const);
  for (const [key, value] of entries) {
    if (!turn(state, loop, mark, key, value, isInterface)) break;
  }
  return entries.length;
}

/** Sets the variables of one turn: they lie on top of the stack, or are assigned wherever they are. */
function createBind(node: BranchNode, pipelines: PipelineCompiler): Loop['bind'] {
  const { decl, isAssign } = node.pipe;
  const [first, second] = decl;
  if (first === undefined) return () => {};
  if (!isAssign) {
    return (state, index, element, isInterface) => {
      const top = state.names.length - 1;
      state.setAt(top, element, isInterface);
      if (second !== undefined) state.setAt(top - 1, index, false);
    };
  }
  const firstName = pipelines.nameOf(first.ident[0]!);
  if (second === undefined) {
    return (state, _, element, isInterface) => assign(state, first, firstName, element, isInterface);
  }
  const secondName = pipelines.nameOf(second.ident[0]!);
  return (state, index, element, isInterface) => {
    assign(state, first, firstName, index, false);
    assign(state, second, secondName, element, isInterface);
  };
}
