/** What a template reads and calls, without running it: for validation and for explaining. */
import { createPositions } from './errors/index.ts';
import {
  type CommandNode,
  type ListNode,
  type Node,
  type Operand,
  type PipeNode,
  parse,
} from './parse/index.ts';

export interface VariableUse {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** Bytes before it on its line, as in errors. */
  readonly column: number;
  /**
   * The direct input of `default`, `coalesce` or `empty`, or read with `get`: the template copes with its absence.
   */
  readonly guarded: boolean;
}

export interface FunctionUse {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The top-level variables of the data that a template reads, in order of appearance: `.uid`, `$.uid`, also through
 * variables and templates that are given the whole data, `index . "uid"` and `get . "uid"`. Fields of other
 * values (inside range and with) are not among them.
 *
 * @throws TemplateError of kind `parse`; functions need not exist
 */
export function templateVariables(source: string): VariableUse[] {
  const reader = new Reader(source);
  reader.template('template', true);
  const positionAt = createPositions(source);
  return reader.uses
    .sort((a, b) => a.pos - b.pos)
    .map(({ name, pos, guarded }) => ({ name, ...positionAt(pos), guarded }));
}

/** The functions that a template calls, in order of appearance. @throws TemplateError of kind `parse` */
export function templateFunctions(source: string): FunctionUse[] {
  const found: { name: string; pos: number }[] = [];
  for (const tree of parse(source, { name: 'template' }).values()) {
    visitOperands(tree, (operand) => {
      if (operand.kind === 'identifier') found.push({ name: operand.name, pos: operand.pos });
    });
  }
  const positionAt = createPositions(source);
  return found.sort((a, b) => a.pos - b.pos).map(({ name, pos }) => ({ name, ...positionAt(pos) }));
}

function visitOperands(list: ListNode, visit: (operand: Operand) => void): void {
  const operand = (node: Operand): void => {
    visit(node);
    if (node.kind === 'chain') operand(node.node);
    if (node.kind === 'pipe') for (const command of node.cmds) command.args.forEach(operand);
  };
  for (const node of list.nodes) {
    if ('pipe' in node && node.pipe !== undefined) operand(node.pipe);
    if ('list' in node) visitOperands(node.list, visit);
    if ('elseList' in node && node.elseList !== undefined) visitOperands(node.elseList, visit);
  }
}

/** Functions whose arguments may be missing: the positions that they test. */
function isGuarded(name: string, index: number, count: number): boolean {
  if (name === 'coalesce' || name === 'empty') return true;
  return name === 'default' && index === count - 1 && index > 0;
}

/** Variables that hold the whole data, by name, in the scope of one template. */
type Scope = Map<string, boolean>;

class Reader {
  readonly uses: { name: string; pos: number; guarded: boolean }[] = [];
  readonly #trees: ReadonlyMap<string, ListNode>;
  readonly #seen = new Set<string>();
  readonly #reported = new Set<string>();

  constructor(source: string) {
    this.#trees = parse(source, { name: 'template' });
  }

  /** @param whole whether the template is given the whole data as its dot */
  template(name: string, whole: boolean): void {
    const tree = this.#trees.get(name);
    const key = `${whole}:${name}`;
    if (tree === undefined || this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#list(tree, whole, new Map([['$', whole]]));
  }

  #list(list: ListNode, whole: boolean, scope: Scope): void {
    for (const node of list.nodes) this.#node(node, whole, scope);
  }

  #node(node: Node, whole: boolean, scope: Scope): void {
    switch (node.kind) {
      case 'action':
        this.#pipe(node.pipe, whole, scope);
        return;
      case 'if':
      case 'with':
      case 'range': {
        const inner = new Map(scope);
        const value = this.#pipe(node.pipe, whole, inner);
        let bodyIsWhole = whole;
        if (node.kind === 'with') bodyIsWhole = value;
        if (node.kind === 'range') {
          bodyIsWhole = false;
          for (const variable of node.pipe.decl) inner.set(variable.ident[0]!, false);
        }
        this.#list(node.list, bodyIsWhole, new Map(inner));
        if (node.elseList !== undefined) this.#list(node.elseList, whole, new Map(inner));
        return;
      }
      case 'template': {
        const value = node.pipe !== undefined && this.#pipe(node.pipe, whole, scope);
        this.template(node.name, value);
        return;
      }
      default:
    }
  }

  /** Reads a pipeline; whether its value is the whole data. */
  #pipe(pipe: PipeNode, whole: boolean, scope: Scope): boolean {
    let value = false;
    pipe.cmds.forEach((command, i) => {
      const guards = pipe.cmds[i + 1]?.args[0];
      const count = (pipe.cmds[i + 1]?.args.length ?? 0) - 1;
      const guarded = guards?.kind === 'identifier' && isGuarded(guards.name, count, count + 1);
      value = this.#command(command, whole, scope, guarded);
    });
    for (const variable of pipe.decl) scope.set(variable.ident[0]!, value);
    return value;
  }

  #command(command: CommandNode, whole: boolean, scope: Scope, guarded: boolean): boolean {
    const [first, ...args] = command.args;
    if (first?.kind !== 'identifier') {
      for (const arg of args) this.#operand(arg, whole, scope, false);
      return first !== undefined && this.#operand(first, whole, scope, guarded);
    }
    args.forEach((arg, i) => {
      this.#operand(arg, whole, scope, isGuarded(first.name, i, args.length));
    });
    const [map, key] = args;
    if ((first.name === 'index' || first.name === 'get') && map !== undefined && key?.kind === 'string') {
      if (this.#isWhole(map, whole, scope)) this.#report(key.text, key.pos, guarded || first.name === 'get');
    }
    return false;
  }

  /** Reads an operand; whether it is the whole data. */
  #operand(operand: Operand, whole: boolean, scope: Scope, guarded: boolean): boolean {
    switch (operand.kind) {
      case 'pipe': {
        const [only, second] = operand.cmds;
        if (only !== undefined && second === undefined && operand.decl.length === 0) {
          return this.#command(only, whole, scope, guarded);
        }
        return this.#pipe(operand, whole, scope);
      }
      case 'chain': {
        const inner = this.#operand(operand.node, whole, scope, guarded);
        if (inner) this.#report(operand.field[0]!, operand.pos, guarded);
        return false;
      }
      case 'field':
        if (whole) this.#report(operand.ident[0]!, operand.pos, guarded);
        return false;
      case 'variable':
        if (operand.ident.length > 1 && scope.get(operand.ident[0]!) === true) {
          this.#report(operand.ident[1]!, operand.pos, guarded);
        }
        break;
      default:
    }
    return this.#isWhole(operand, whole, scope);
  }

  #isWhole(operand: Operand, whole: boolean, scope: Scope): boolean {
    if (operand.kind === 'dot') return whole;
    if (operand.kind === 'variable')
      return operand.ident.length === 1 && scope.get(operand.ident[0]!) === true;
    if (operand.kind !== 'pipe' || operand.cmds.length !== 1) return false;
    const [only] = operand.cmds[0]!.args;
    return only !== undefined && operand.cmds[0]!.args.length === 1 && this.#isWhole(only, whole, scope);
  }

  #report(name: string, pos: number, guarded: boolean): void {
    const key = `${pos}:${guarded}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.uses.push({ name, pos, guarded });
  }
}
