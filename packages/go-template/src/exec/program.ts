/** Syntax trees compiled to closures, once; a program runs any number of times. */
import type { FuncTable } from '../funcs/table.ts';
import type { ActionNode, BranchNode, ListNode, Node, TemplateNode } from '../parse/index.ts';
import { quote } from '../strconv/index.ts';
import { GoMap } from '../value/map.ts';
import { isTrue } from '../value/truth.ts';
import type { Value } from '../value/value.ts';
import type { Eval } from './call.ts';
import { PipelineCompiler } from './pipeline.ts';
import { printed } from './print.ts';
import { compileRange } from './range.ts';
import { type Setting, State } from './state.ts';
import { BREAK, CONTINUE, NEXT, type Walk } from './walk.ts';

export interface Program {
  /** The whole output. @throws TemplateError */
  run(dot: Value): string;
  /** The output, and the value it is the text of when the template is one action and nothing else. */
  evaluate(dot: Value): { readonly text: string; readonly value: Value };
}

export function createProgram(
  trees: ReadonlyMap<string, ListNode>,
  funcs: FuncTable,
  setting: Setting,
): Program {
  const root = trees.get(setting.name)!;
  const compiler = new Compiler(trees, funcs);
  const walk = compiler.list(root);
  const only = root.nodes.length === 1 && root.nodes[0]!.kind === 'action' ? root.nodes[0] : undefined;
  const single = only !== undefined && only.pipe.decl.length === 0 ? compiler.single(only) : undefined;
  // One state is kept for the next run; a run inside a run (a function that renders) makes its own.
  let spare: State | undefined;
  const start = (dot: Value): State => {
    const state = spare ?? new State(setting);
    spare = undefined;
    state.start(dot);
    return state;
  };
  const finish = (state: State): string => {
    const text = state.finish();
    state.start(undefined);
    spare = state;
    return text;
  };
  return {
    run(dot) {
      const state = start(dot);
      try {
        walk(state);
        return finish(state);
      } catch (error) {
        throw state.finalError(error);
      }
    },
    evaluate(dot) {
      const state = start(dot);
      try {
        const value = single?.(state);
        if (single === undefined) walk(state);
        return { text: finish(state), value };
      } catch (error) {
        throw state.finalError(error);
      }
    },
  };
}

class Compiler {
  readonly #trees: ReadonlyMap<string, ListNode>;
  readonly #pipelines: PipelineCompiler;
  /** Bodies of other templates, compiled at their first use: they may call themselves. */
  readonly #bodies = new Map<string, Walk>();

  constructor(trees: ReadonlyMap<string, ListNode>, funcs: FuncTable) {
    this.#trees = trees;
    this.#pipelines = new PipelineCompiler(funcs);
  }

  list(list: ListNode): Walk {
    const walks = list.nodes.map((node) => this.#node(node));
    const [first, second] = walks;
    if (first === undefined) return () => NEXT;
    if (second === undefined) return first;
    const count = walks.length;
    return (state) => {
      for (const walk of walks) {
        const signal = walk(state);
        if (signal !== NEXT) return signal;
      }
      state.step(count);
      return NEXT;
    };
  }

  #node(node: Node): Walk {
    switch (node.kind) {
      case 'text': {
        const { text } = node;
        return (state) => {
          state.out += text;
          return NEXT;
        };
      }
      case 'action':
        return this.#action(node);
      case 'if':
      case 'with':
        return this.#branch(node);
      case 'range': {
        const otherwise = node.elseList === undefined ? undefined : this.list(node.elseList);
        return compileRange(node, this.#pipelines, this.list(node.list), otherwise);
      }
      case 'break':
        return () => BREAK;
      case 'continue':
        return () => CONTINUE;
      case 'template':
        return this.#template(node);
    }
  }

  /** An action that gives its value back besides printing it. */
  single(node: ActionNode): Eval {
    const pipe = this.#pipelines.pipeline(node.pipe);
    return (state) => {
      const value = pipe(state);
      state.out += printed(state, node, value);
      return value;
    };
  }

  #action(node: ActionNode): Walk {
    const pipe = this.#pipelines.pipeline(node.pipe);
    if (node.pipe.decl.length > 0) {
      return (state) => {
        pipe(state);
        return NEXT;
      };
    }
    const slow: Walk = (state) => {
      const value = pipe(state);
      state.out += typeof value === 'string' ? value : printed(state, node, value);
      return NEXT;
    };
    const name = fieldName(node);
    if (name === undefined) return slow;
    // By far the commonest action: a string of the data.
    return (state) => {
      const { dot } = state;
      const value = dot instanceof GoMap ? dot.get(name) : undefined;
      if (typeof value !== 'string') return slow(state);
      state.out += value;
      return NEXT;
    };
  }

  #branch(node: BranchNode): Walk {
    const pipe = this.#pipelines.pipeline(node.pipe);
    const list = this.list(node.list);
    const otherwise = node.elseList === undefined ? undefined : this.list(node.elseList);
    const setsDot = node.kind === 'with';
    return (state) => {
      state.node = node;
      const mark = state.names.length;
      const value = pipe(state);
      let walk = otherwise;
      if (isTrue(value)) walk = list;
      if (walk === undefined) {
        state.pop(mark);
        return NEXT;
      }
      const { dot, dotIsInterface } = state;
      if (setsDot && walk === list) {
        state.dot = value;
        state.dotIsInterface = false;
      }
      const signal = walk(state);
      state.dot = dot;
      state.dotIsInterface = dotIsInterface;
      state.pop(mark);
      return signal;
    };
  }

  #template(node: TemplateNode): Walk {
    const pipe = node.pipe === undefined ? undefined : this.#pipelines.pipeline(node.pipe);
    return (state) => {
      state.node = node;
      const body = this.#body(node.name);
      if (body === undefined) return state.fail(`template ${quote(node.name)} not defined`);
      if (state.depth >= state.setting.limits.depth) {
        state.fail(`exceeded maximum template depth (${state.setting.limits.depth})`);
      }
      // Variables of the pipeline stay with the caller.
      const value = pipe?.(state);
      const { dot, dotIsInterface, template, base } = state;
      const mark = state.names.length;
      state.push(0, value);
      state.base = mark;
      state.depth++;
      state.template = node.name;
      state.dot = value;
      state.dotIsInterface = false;
      body(state);
      state.step();
      state.pop(mark);
      state.base = base;
      state.depth--;
      state.template = template;
      state.dot = dot;
      state.dotIsInterface = dotIsInterface;
      return NEXT;
    };
  }

  #body(name: string): Walk | undefined {
    const known = this.#bodies.get(name);
    if (known !== undefined) return known;
    const tree = this.#trees.get(name);
    if (tree === undefined) return undefined;
    const walk = this.list(tree);
    this.#bodies.set(name, walk);
    return walk;
  }
}

function fieldName(node: ActionNode): string | undefined {
  const { cmds } = node.pipe;
  const operand = cmds.length === 1 && cmds[0]!.args.length === 1 ? cmds[0]!.args[0]! : undefined;
  return operand?.kind === 'field' && operand.ident.length === 1 ? operand.ident[0] : undefined;
}
