/** Recursive descent over the tokens of one source: text/template/parse/parse.go. */
import { positionOf, TemplateError } from '../errors/index.ts';
import { Lexer, type Token, type TokenType } from '../lex/index.ts';
import { quote, unquote } from '../strconv/index.ts';
import { isEmpty, tokenText } from './describe.ts';
import type {
  BranchNode,
  ChainNode,
  CommandNode,
  JumpNode,
  ListNode,
  Node,
  Operand,
  PipeNode,
  TemplateNode,
  VariableNode,
} from './node.ts';
import { parseNumber } from './number.ts';
import { nodeText } from './text.ts';
import { Tokens } from './tokens.ts';

/** Nesting of blocks and parentheses; Go allows 10,000 parentheses and any number of blocks. */
const MAX_DEPTH = 500;

/** What ends a list: not part of the tree. */
interface EndMark {
  readonly kind: 'end' | 'else';
  readonly pos: number;
}

/** What belongs to one template of the source: the main one, a define or a block. */
interface Scope {
  readonly name: string;
  vars: string[];
  rangeDepth: number;
}

type Keyword = 'if' | 'range' | 'with';

const OPERANDS: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

export class Parser {
  readonly #source: string;
  readonly #name: string;
  readonly #tokens: Tokens;
  readonly #hasFunction: ((name: string) => boolean) | undefined;
  readonly trees = new Map<string, ListNode>();
  #scope: Scope;
  #actionLine = 0;
  #depth = 0;

  constructor(name: string, source: string, hasFunction: ((name: string) => boolean) | undefined) {
    this.#name = name;
    this.#source = source;
    this.#hasFunction = hasFunction;
    const has = hasFunction ?? (() => false);
    this.#tokens = new Tokens(new Lexer(source, { breakOk: !has('break'), continueOk: !has('continue') }));
    this.#scope = { name, vars: ['$'], rangeDepth: 0 };
  }

  parse(): void {
    const root: ListNode = { kind: 'list', pos: this.#tokens.peek().pos, nodes: [] };
    for (let token = this.#tokens.peek(); token.type !== 'eof'; token = this.#tokens.peek()) {
      if (token.type === 'leftDelim') {
        const delim = this.#tokens.next();
        const word = this.#tokens.nextNonSpace();
        if (word.type === 'define') {
          this.#define();
          continue;
        }
        this.#tokens.backup(delim, word);
      }
      const node = this.#textOrAction();
      if (isMark(node)) this.#fail(`unexpected {{${node.kind}}}`);
      root.nodes.push(node);
    }
    this.#add(root);
  }

  #fail(message: string, at = this.#tokens.last): never {
    const { line, pos } = at;
    const { column } = positionOf(this.#source, pos);
    throw new TemplateError('parse', `template: ${this.#name}:${line}: ${message}`, {
      source: this.#name,
      line,
      column,
      detail: message,
    });
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') this.#fail(`unexpected ${tokenText(token)} in ${context}`);
    let extra = '';
    if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
      extra = ` in action started at ${this.#name}:${this.#actionLine}`;
      if (token.value.endsWith(' action')) extra = extra.slice(' in action'.length);
    }
    this.#fail(token.value + extra);
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== type) this.#unexpected(token, context);
    return token;
  }

  #unquote(token: Token): string {
    return unquote(token.value) ?? this.#fail('invalid syntax');
  }

  /** Installs a template; an empty one never replaces and is always replaced. */
  #add(root: ListNode): void {
    const known = this.trees.get(this.#scope.name);
    if (known === undefined || isEmpty(known)) this.trees.set(this.#scope.name, root);
    else if (!isEmpty(root))
      this.#fail(`template: multiple definition of template ${quote(this.#scope.name)}`);
  }

  #nest(): void {
    if (++this.#depth > MAX_DEPTH) this.#fail('max expression depth exceeded');
  }

  #define(): void {
    const context = 'define clause';
    const token = this.#tokens.nextNonSpace();
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    const name = this.#unquote(token);
    this.#expect('rightDelim', context);
    this.#body(name, context);
  }

  /** The list of a define or a block up to its end, as a template of its own. */
  #body(name: string, context: string): void {
    const outer = this.#scope;
    const { last } = this.#tokens;
    const actionLine = this.#actionLine;
    this.#actionLine = 0;
    this.#scope = { name, vars: ['$'], rangeDepth: 0 };
    const { list, end } = this.#itemList();
    if (end.kind !== 'end') {
      // Go blames a block's clause, and of a define the place where it broke off.
      this.#fail(`unexpected {{${end.kind}}} in ${context}`, context === 'block clause' ? last : undefined);
    }
    this.#add(list);
    this.#scope = outer;
    this.#actionLine = actionLine;
  }

  #itemList(): { list: ListNode; end: EndMark } {
    const list: ListNode = { kind: 'list', pos: this.#tokens.peekNonSpace().pos, nodes: [] };
    this.#nest();
    while (this.#tokens.peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction();
      if (isMark(node)) {
        this.#depth--;
        return { list, end: node };
      }
      list.nodes.push(node);
    }
    return this.#fail('unexpected EOF');
  }

  #textOrAction(): Node | EndMark {
    const token = this.#tokens.nextNonSpace();
    if (token.type === 'text') return { kind: 'text', pos: token.pos, text: token.value };
    if (token.type !== 'leftDelim') this.#unexpected(token, 'input');
    this.#actionLine = token.line;
    const node = this.#action();
    this.#actionLine = 0;
    return node;
  }

  #action(): Node | EndMark {
    const token = this.#tokens.nextNonSpace();
    switch (token.type) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#jump(token, token.type);
      case 'else':
        return this.#else();
      case 'end':
        return { kind: 'end', pos: this.#expect('rightDelim', 'end').pos };
      case 'if':
      case 'range':
      case 'with':
        return this.#control(token.type);
      case 'template':
        return this.#template();
      default:
        this.#tokens.backup(token);
        return { kind: 'action', pos: token.pos, pipe: this.#pipeline('command', 'rightDelim') };
    }
  }

  #jump(word: Token, kind: 'break' | 'continue'): JumpNode {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== 'rightDelim') this.#unexpected(token, `{{${kind}}}`);
    if (this.#scope.rangeDepth === 0) this.#fail(`{{${kind}}} outside {{range}}`);
    return { kind, pos: word.pos };
  }

  #else(): EndMark {
    const peek = this.#tokens.peekNonSpace();
    if (peek.type === 'if' || peek.type === 'with') return { kind: 'else', pos: peek.pos };
    return { kind: 'else', pos: this.#expect('rightDelim', 'else').pos };
  }

  #control(keyword: Keyword): BranchNode {
    const { vars } = this.#scope;
    const outer = vars.length;
    this.#nest();
    const pipe = this.#pipeline(keyword, 'rightDelim');
    if (keyword === 'range') this.#scope.rangeDepth++;
    const { list, end } = this.#itemList();
    if (keyword === 'range') this.#scope.rangeDepth--;
    const elseList = end.kind === 'else' ? this.#elseList(keyword, end) : undefined;
    vars.length = outer;
    this.#depth--;
    return { kind: keyword, pos: pipe.pos, pipe, list, elseList };
  }

  /** After an else: a list up to the end, or the one branch of `else if` and `else with`. */
  #elseList(keyword: Keyword, mark: EndMark): ListNode {
    if (keyword !== 'range' && this.#tokens.peek().type === keyword) {
      this.#tokens.next();
      return { kind: 'list', pos: mark.pos, nodes: [this.#control(keyword)] };
    }
    const { list, end } = this.#itemList();
    if (end.kind !== 'end') this.#fail(`expected end; found {{${end.kind}}}`);
    return list;
  }

  #block(): TemplateNode {
    const context = 'block clause';
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'rightDelim');
    this.#body(name, context);
    return { kind: 'template', pos: token.pos, name, pipe };
  }

  #template(): TemplateNode {
    const context = 'template clause';
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const next = this.#tokens.nextNonSpace();
    if (next.type === 'rightDelim') return { kind: 'template', pos: token.pos, name, pipe: undefined };
    this.#tokens.backup(next);
    return { kind: 'template', pos: token.pos, name, pipe: this.#pipeline(context, 'rightDelim') };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    return this.#unquote(token);
  }

  #pipeline(context: string, end: 'rightDelim' | 'rightParen'): PipeNode {
    const pipe: PipeNode = {
      kind: 'pipe',
      pos: this.#tokens.peekNonSpace().pos,
      isAssign: false,
      decl: [],
      cmds: [],
    };
    this.#declarations(pipe, context);
    for (;;) {
      const token = this.#tokens.nextNonSpace();
      if (token.type === end) break;
      if (!OPERANDS.has(token.type)) this.#unexpected(token, context);
      this.#tokens.backup(token);
      pipe.cmds.push(this.#command());
    }
    this.#checkPipeline(pipe, context);
    return pipe;
  }

  #declarations(pipe: PipeNode, context: string): void {
    for (;;) {
      const variable = this.#tokens.peekNonSpace();
      if (variable.type !== 'variable') return;
      this.#tokens.next();
      // A space after the variable matters when it turns out to be an argument.
      const after = this.#tokens.peek();
      const next = this.#tokens.peekNonSpace();
      if (next.type === 'assign' || next.type === 'declare') {
        pipe.isAssign = next.type === 'assign';
        this.#tokens.nextNonSpace();
        this.#declare(pipe, variable);
        return;
      }
      if (next.type !== 'char' || next.value !== ',') {
        if (after.type === 'space') this.#tokens.backup(variable, after);
        else this.#tokens.backup(variable);
        return;
      }
      this.#tokens.nextNonSpace();
      this.#declare(pipe, variable);
      if (context !== 'range' || pipe.decl.length >= 2) this.#fail(`too many declarations in ${context}`);
      const { type } = this.#tokens.peekNonSpace();
      if (type !== 'variable' && type !== 'rightDelim' && type !== 'rightParen') {
        this.#fail('range can only initialize variables');
      }
    }
  }

  #declare(pipe: PipeNode, token: Token): void {
    pipe.decl.push(variableNode(token.pos, token.value));
    this.#scope.vars.push(token.value);
  }

  #checkPipeline(pipe: PipeNode, context: string): void {
    if (pipe.cmds.length === 0) this.#fail(`missing value for ${context}`);
    pipe.cmds.forEach((command, i) => {
      const kind = command.args[0]!.kind;
      if (i > 0 && ['bool', 'dot', 'nil', 'number', 'string'].includes(kind)) {
        this.#fail(`non executable command in pipeline stage ${i + 1}`);
      }
    });
  }

  #command(): CommandNode {
    const command: CommandNode = { kind: 'command', pos: this.#tokens.peekNonSpace().pos, args: [] };
    for (;;) {
      this.#tokens.peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) command.args.push(operand);
      const token = this.#tokens.next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.#tokens.backup(token);
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (command.args.length === 0) this.#fail('empty command');
    return command;
  }

  /** A term and the fields that follow it without a space. */
  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined || this.#tokens.peek().type !== 'field') return node;
    const pos = this.#tokens.peek().pos;
    const field: string[] = [];
    while (this.#tokens.peek().type === 'field') field.push(this.#tokens.next().value.slice(1));
    switch (node.kind) {
      case 'field':
      case 'variable':
        return { kind: node.kind, pos, ident: [...node.ident, ...field] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${quote(nodeText(node))}`);
      default:
        return { kind: 'chain', pos, node, field } satisfies ChainNode;
    }
  }

  #term(): Operand | undefined {
    const token = this.#tokens.nextNonSpace();
    const { pos } = token;
    switch (token.type) {
      case 'identifier':
        if (this.#hasFunction?.(token.value) === false)
          this.#fail(`function ${quote(token.value)} not defined`);
        return { kind: 'identifier', pos, name: token.value };
      case 'dot':
      case 'nil':
        return { kind: token.type, pos };
      case 'variable':
        return this.#useVariable(token);
      case 'field':
        return { kind: 'field', pos, ident: [token.value.slice(1)] };
      case 'bool':
        return { kind: 'bool', pos, value: token.value === 'true' };
      case 'charConstant':
      case 'complex':
      case 'number': {
        const number = parseNumber(pos, token.value, token.type);
        return typeof number === 'string' ? this.#fail(number) : number;
      }
      case 'leftParen': {
        this.#nest();
        const pipe = this.#pipeline('parenthesized pipeline', 'rightParen');
        this.#depth--;
        return pipe;
      }
      case 'string':
      case 'rawString':
        return { kind: 'string', pos, quoted: token.value, text: this.#unquote(token) };
      default:
        this.#tokens.backup(token);
        return undefined;
    }
  }

  #useVariable(token: Token): VariableNode {
    if (!this.#scope.vars.includes(token.value)) this.#fail(`undefined variable ${quote(token.value)}`);
    return variableNode(token.pos, token.value);
  }
}

function variableNode(pos: number, name: string): VariableNode {
  return { kind: 'variable', pos, ident: [name] };
}

function isMark(node: Node | EndMark): node is EndMark {
  return node.kind === 'end' || node.kind === 'else';
}
