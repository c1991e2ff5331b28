/** Templates: compiled once, kept by their source, run any number of times. */
import { randomBytes } from 'node:crypto';
import { createProgram, type Environment, type MissingKey, type Program } from './exec/index.ts';
import { type CustomFunction, functionTable } from './functions.ts';
import { DEFAULT_LIMITS, type Limits } from './limits/index.ts';
import { Lru } from './lru.ts';
import { parse } from './parse/index.ts';
import { toWellFormed } from './value/bytes.ts';
import { fromJs } from './value/convert.ts';
import { Int } from './value/int.ts';
import { GoMap } from './value/map.ts';
import type { Value } from './value/value.ts';

export interface Options {
  /** Functions besides, or instead of, the standard ones. Keep the object: templates are cached by its identity. */
  readonly funcs?: Readonly<Record<string, CustomFunction>>;
  /** What a missing map key gives; the default `default` prints as `<no value>`. */
  readonly missingKey?: MissingKey;
  /** How errors name the template; default `template`. */
  readonly name?: string;
  readonly limits?: Partial<Limits>;
  /** Milliseconds since the epoch, for `now` and the dates; default the system clock. */
  readonly now?: () => number;
  /** Random bytes; default node:crypto. */
  readonly random?: (size: number) => Uint8Array;
  /** IANA name of the local time zone; default the zone of the process. */
  readonly timeZone?: string;
}

export interface Evaluation {
  readonly text: string;
  /**
   * Set when the template is one action with no text around it and its value is a boolean or a number:
   * number = float64, bigint = any integer type.
   */
  readonly value?: string | number | bigint | boolean;
}

export interface Template {
  readonly source: string;
  /**
   * Renders with data as dot: object and Map = map[string]interface{}, array = []interface{}, number = float64,
   * bigint = int, null and undefined = nil; typed values of the engine pass as they are.
   *
   * @returns the output, with U+FFFD for every byte that is not valid UTF-8
   * @throws TemplateError
   */
  execute(data: unknown): string;
  /** Like execute, and also gives the value of a template that is nothing but one action. */
  evaluate(data: unknown): Evaluation;
}

const CACHED_TEMPLATES = 4096;

/** Compiled templates by source, per set of options. */
const caches = new WeakMap<object, Lru<string, Template>>();
const DEFAULTS: Options = Object.freeze({});

/**
 * Parses and compiles, or finds what was compiled before.
 *
 * @throws TemplateError of kind `parse`
 */
export function compile(source: string, options: Options = DEFAULTS): Template {
  const shared = sharedOptions(options);
  let cache = caches.get(shared);
  if (cache === undefined) {
    cache = new Lru(CACHED_TEMPLATES);
    caches.set(shared, cache);
  }
  const key = shared === options ? source : `${options.missingKey ?? ''}\0${options.name ?? ''}\0${source}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = createTemplate(source, options);
  cache.set(key, made);
  return made;
}

/** Options that hold nothing but a name and a key mode share one cache, whatever object they come in. */
function sharedOptions(options: Options): object {
  const { funcs, limits, now, random, timeZone } = options;
  if (limits !== undefined || now !== undefined || random !== undefined || timeZone !== undefined)
    return options;
  return funcs ?? (options === DEFAULTS ? DEFAULTS : SIMPLE);
}

const SIMPLE = {};

function createTemplate(source: string, options: Options): Template {
  const name = options.name ?? 'template';
  const funcs = functionTable(options.funcs);
  const text = toWellFormed(source);
  const trees = parse(text, { name, hasFunction: (word) => funcs.has(word) });
  const environment: Environment = {
    now: options.now ?? Date.now,
    random: options.random ?? randomBytes,
    timeZone: options.timeZone,
  };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const missingKey = options.missingKey ?? 'default';
  return new CompiledTemplate(
    source,
    createProgram(trees, funcs, { source: text, name, missingKey, limits, environment }),
  );
}

class CompiledTemplate implements Template {
  readonly source: string;
  readonly #program: Program;

  constructor(source: string, program: Program) {
    this.source = source;
    this.#program = program;
  }

  execute(data: unknown): string {
    return toWellFormed(this.#program.run(toDot(data)));
  }

  evaluate(data: unknown): Evaluation {
    const { text, value } = this.#program.evaluate(toDot(data));
    const plain = value instanceof Int ? value.value : value;
    switch (typeof plain) {
      case 'number':
      case 'bigint':
      case 'boolean':
        return { text, value: plain };
      default:
        return { text: toWellFormed(text) };
    }
  }
}

function toDot(data: unknown): Value {
  // The usual root; a function is no root, so nothing has to be asked of a plain object.
  if (typeof data === 'object' && data !== null && Object.getPrototypeOf(data) === Object.prototype) {
    return GoMap.over(data as Readonly<Record<string, unknown>>, fromJs);
  }
  return fromJs(data) ?? undefined;
}

/** compile and execute in one. */
export function render(source: string, data: unknown, options?: Options): string {
  return compile(source, options).execute(data);
}
