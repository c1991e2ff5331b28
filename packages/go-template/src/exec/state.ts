/** One run of a template: output, dot, variables, the node that an error would name, and what is left to spend. */
import { positionOf, TemplateError } from '../errors/index.ts';
import type { CallContext } from '../funcs/table.ts';
import { LimitError, type Limits } from '../limits/index.ts';
import { type AnyNode, nodeText } from '../parse/index.ts';
import { quote } from '../strconv/index.ts';
import { byteLength, toWellFormed } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';
import type { Value } from '../value/value.ts';

export interface Environment {
  readonly now: () => number;
  readonly random: (size: number) => Uint8Array;
  readonly timeZone: string | undefined;
}

/** What a missing map key gives: nothing, the zero value, or an error. */
export type MissingKey = 'default' | 'zero' | 'error';

/** What the run needs to know of its program. */
export interface Setting {
  readonly source: string;
  readonly name: string;
  readonly missingKey: MissingKey;
  readonly limits: Limits;
  readonly environment: Environment;
}

export class State implements CallContext {
  readonly setting: Setting;
  readonly missingKey: MissingKey;
  out = '';
  dot: Value = undefined;
  /** Whether Go's static type of dot is interface{}: error texts say so. */
  dotIsInterface = false;
  node: AnyNode | undefined;
  /** The template being executed: the main one, a define or a block. */
  template: string;
  depth = 0;
  steps = 0;
  built = 0;
  /** The stack of variables: names as numbers, values, and whether their static type is interface{}. */
  readonly names: number[] = [0];
  readonly values: Value[] = [undefined];
  readonly interfaces: boolean[] = [false];
  /** Where the variables of this template begin; the first is `$`. */
  base = 0;

  constructor(setting: Setting) {
    this.setting = setting;
    this.missingKey = setting.missingKey;
    this.template = setting.name;
  }

  /** Forgets the last run and takes the data of the next as dot and `$`. */
  start(dot: Value): void {
    this.out = '';
    this.dot = dot;
    this.dotIsInterface = false;
    this.node = undefined;
    this.depth = 0;
    this.steps = 0;
    this.built = 0;
    this.base = 0;
    if (this.names.length > 1) this.pop(1);
    this.values[0] = dot;
  }

  get timeZone(): string | undefined {
    return this.setting.environment.timeZone;
  }

  now(): number {
    return this.setting.environment.now();
  }

  random(size: number): Uint8Array {
    return this.setting.environment.random(size);
  }

  reserve(size: number): void {
    this.built += size;
    if (!(this.built <= this.setting.limits.built)) {
      throw new LimitError(`the template builds more than ${this.setting.limits.built} bytes and list items`);
    }
  }

  step(count = 1): void {
    this.steps += count;
    const { limits } = this.setting;
    if (this.steps > limits.steps) throw new LimitError(`the template takes more than ${limits.steps} steps`);
    if (this.out.length > limits.outputBytes) this.#tooLong();
  }

  /** The output at the end of the run, its bytes counted: on the way only its characters are. */
  finish(): string {
    this.step();
    const { outputBytes } = this.setting.limits;
    // A UTF-16 unit is at most three bytes, so most outputs need no count.
    if (this.out.length * 3 > outputBytes && byteLength(this.out) > outputBytes) this.#tooLong();
    return this.out;
  }

  #tooLong(): never {
    throw new LimitError(`the output is longer than ${this.setting.limits.outputBytes} bytes`);
  }

  push(name: number, value: Value): void {
    this.names.push(name);
    this.values.push(value);
    this.interfaces.push(false);
  }

  pop(mark: number): void {
    this.names.length = mark;
    this.values.length = mark;
    this.interfaces.length = mark;
  }

  /** Index of the innermost variable of that name, -1 when it was never declared on this path. */
  find(name: number): number {
    const { names, base } = this;
    for (let i = names.length - 1; i >= base; i--) if (names[i] === name) return i;
    return -1;
  }

  setAt(index: number, value: Value, isInterface: boolean): void {
    this.values[index] = value;
    this.interfaces[index] = isInterface;
  }

  /** Stops the run with Go's text at the current node. */
  fail(detail: string): never {
    throw this.error('exec', detail);
  }

  error(kind: 'exec' | 'limit', text: string, cause?: unknown): TemplateError {
    const detail = toWellFormed(text);
    const { source, name } = this.setting;
    const { line, column } = positionOf(source, this.node?.pos ?? 0);
    const at = { source: name, line, column, detail };
    const where = this.node === undefined ? '' : ` at <${nodeText(this.node)}>`;
    const message = `template: ${name}:${line}:${column}: executing ${quote(this.template)}${where}: ${detail}`;
    return new TemplateError(kind, message, at, cause);
  }

  /** What a function threw, as the error of its call. */
  callError(thrown: unknown, node: AnyNode, name: string): unknown {
    if (thrown instanceof TemplateError) return thrown;
    this.node = node;
    if (thrown instanceof LimitError || thrown instanceof RangeError) return thrown;
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return this.error(
      'exec',
      `error calling ${name}: ${text}`,
      thrown instanceof GoError ? undefined : thrown,
    );
  }

  /** The error that leaves the run: limits and an exhausted stack get a place and a clear text. */
  finalError(thrown: unknown): unknown {
    if (thrown instanceof LimitError) return this.error('limit', thrown.message);
    if (thrown instanceof RangeError)
      return this.error('limit', `out of stack or memory: ${thrown.message}`, thrown);
    return thrown;
  }
}
