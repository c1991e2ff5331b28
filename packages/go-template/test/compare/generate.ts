/** Random templates from a grammar: mostly well-typed, so that they get far, and now and then not. */
import { builtinFunctions } from '../../src/builtins/index.ts';
import type { FuncSpec } from '../../src/funcs/table.ts';
import { sprigFunctions } from '../../src/sprig/index.ts';
import {
  ANY,
  ANYS,
  BOOL,
  FLOAT64,
  INT,
  INT64,
  INTS,
  MAP_ANY,
  MAP_STRING,
  REFLECT,
  STRING,
  STRINGS,
  type Type,
} from '../../src/value/type.ts';
import { instant, type Maker, methodCall, specialArgument } from './arguments.ts';
import type { Case } from './case.ts';
import { floatLiteral, intLiteral, PATHS, smallIntLiteral, stringLiteral } from './literals.ts';
import { Random } from './random.ts';

/** Not comparable: random, clocks, keys and certificates; slow ones; what both sides refuse by design. */
const SKIPPED =
  /^(?:rand|shuffle$|uuidv4$|now$|ago$|gen|buildCustomCert$|bcrypt$|htpasswd$|encryptAES$|derivePassword$|call$)/;

/** Their integer arguments decide how much is built. */
const SIZED = /^(?:repeat|until|untilStep|seq|indent|nindent|chunk|mustChunk|wrap|wrapWith)$/;

/** What is no time is the present for them, and the present is not the same twice. */
const CLOCKED = /^(?:date|dateInZone|date_in_zone|htmlDate|htmlDateInZone)$/;

/** They change a map: what is put into it must not hold the map itself. */
const MUTATING = /^(?:set|unset|merge|mustMerge|mergeOverwrite|mustMergeOverwrite)$/;

/** Whether both engines can be asked for a call of the function and should say the same. */
export function isComparable(name: string): boolean {
  return !SKIPPED.test(name);
}

type Entry = readonly [name: string, spec: FuncSpec];

const FUNCTIONS: readonly Entry[] = [...new Map([...builtinFunctions, ...sprigFunctions])].filter(([name]) =>
  isComparable(name),
);

/** Data that is no map of everything. */
const OTHER_DATA: readonly unknown[] = [
  null,
  'text',
  '',
  3,
  true,
  [1, 'a', null],
  [],
  {},
  { uid: null, s: ['x'], n: 'three', m: { a: { b: 1 } }, l: 'abc', nested: 5 },
  { $int: '7' },
  { $bytes: 'w6nDqQ==' },
  { $stringMap: { s: 'x', uid: 'y' } },
  { $strings: ['a', 'b'] },
];

/** Functions by what they return, so that an argument of a type can be found. */
const RETURNING = new Map<Type, Entry[]>();
for (const entry of FUNCTIONS) {
  const known = RETURNING.get(entry[1].result);
  if (known === undefined) RETURNING.set(entry[1].result, [entry]);
  else known.push(entry);
}

export class Generator implements Maker {
  readonly random: Random;
  #variables: string[] = [];
  #templates: string[] = [];
  #loops = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  case(data: unknown): Case {
    const random = this.random;
    this.#variables = [];
    this.#templates = [];
    this.#loops = 0;
    let template = random.chance(0.6) ? this.#action(4) : this.#body(3);
    if (random.chance(0.15)) template = this.#definitions() + template;
    if (random.chance(0.06)) template = this.#damage(template);
    const missingKey = random.chance(0.7) ? 'default' : random.pick(['error', 'zero'] as const);
    return { template, data: random.chance(0.06) ? random.pick(OTHER_DATA) : data, missingKey };
  }

  /** One call of a function, with nothing around it. */
  callOf(name: string): Case {
    const entry = FUNCTIONS.find(([known]) => known === name);
    if (entry === undefined) throw new Error(`no function ${name}`);
    this.#variables = [];
    this.#templates = [];
    return { template: `{{ ${this.#call(entry, 2, 0)} }}` };
  }

  #definitions(): string {
    const parts: string[] = [];
    for (const name of ['one', 'two', 'three'].slice(0, 1 + this.random.below(3))) {
      const outer = this.#variables;
      this.#variables = [];
      parts.push(`{{define "${name}"}}${this.#body(2)}{{end}}`);
      this.#variables = outer;
      this.#templates.push(name);
    }
    return parts.join(this.random.pick(['', '\n']));
  }

  /** Swaps, drops or adds a character, for the parser's errors. */
  #damage(template: string): string {
    const random = this.random;
    const at = random.below(template.length + 1);
    const extra = random.pick([
      '{{',
      '}}',
      ' ',
      '(',
      ')',
      '|',
      '.',
      '$',
      '"',
      '`',
      "'",
      ',',
      ':=',
      '=',
      '-',
      'end',
      'else',
      '\n',
      '/*',
      '1',
      'é',
      '\\',
    ]);
    switch (random.below(3)) {
      case 0:
        return template.slice(0, at) + template.slice(at + 1 + random.below(3));
      case 1:
        return template.slice(0, at) + extra + template.slice(at);
      default:
        return template.slice(0, at) + extra + template.slice(at + 1);
    }
  }

  #body(depth: number): string {
    return this.random.times(1, 3, () => this.#node(depth)).join('');
  }

  #node(depth: number): string {
    const random = this.random;
    if (depth <= 0 || random.chance(0.35)) return random.chance(0.4) ? this.#text() : this.#action(3);
    switch (random.below(9)) {
      case 0:
      case 1:
        return this.#branch('if', depth);
      case 2:
        return this.#branch('with', depth);
      case 3:
      case 4:
        return this.#range(depth);
      case 5:
        return this.#declare(depth);
      case 6:
        if (this.#templates.length === 0) return this.#text();
        return this.#tag(
          `template "${random.pick(this.#templates)}"${random.chance(0.7) ? ` ${this.#pipeline(2)}` : ''}`,
        );
      case 7:
        if (random.chance(0.3)) {
          const name = `block${this.#templates.length}${random.below(1000)}`;
          return `${this.#tag(`block "${name}" ${this.#pipeline(1)}`)}${this.#scoped(() => this.#body(depth - 1))}${this.#tag('end')}`;
        }
        if (this.#loops > 0)
          return `${this.#tag(`if ${this.#pipeline(1)}`)}${this.#tag(random.pick(['break', 'continue']))}${this.#tag('end')}`;
        return this.#action(3);
      default:
        return random.pick(['{{/* a comment */}}', '{{- /* a comment */ -}}', this.#text()]);
    }
  }

  #text(): string {
    return this.random.pick(['text', ' ', '\n', ' \t\n x ', 'a: b\n', '}} ', '{ {', 'é한😀', '\u00a0', '-']);
  }

  #tag(inner: string): string {
    const random = this.random;
    const open = random.chance(0.1) ? '{{- ' : random.pick(['{{', '{{ ', '{{ ', '{{\n']);
    const close = random.chance(0.1) ? ' -}}' : random.pick(['}}', ' }}', ' }}']);
    return open + inner + close;
  }

  #action(depth: number): string {
    return this.#tag(this.#pipeline(depth));
  }

  #scoped<T>(make: () => T): T {
    const saved = [...this.#variables];
    const made = make();
    this.#variables = saved;
    return made;
  }

  #branch(keyword: 'if' | 'with', depth: number): string {
    return this.#scoped(() => {
      const random = this.random;
      let head = this.#pipeline(2);
      if (random.chance(0.2)) {
        const name = this.#newVariable();
        head = `${name} := ${head}`;
        this.#variables.push(name);
      }
      let out = this.#tag(`${keyword} ${head}`) + this.#body(depth - 1);
      if (random.chance(0.3))
        out += this.#tag(`else ${keyword} ${this.#pipeline(1)}`) + this.#body(depth - 1);
      if (random.chance(0.4)) out += this.#tag('else') + this.#body(depth - 1);
      return out + this.#tag('end');
    });
  }

  #range(depth: number): string {
    return this.#scoped(() => {
      const random = this.random;
      const over = this.#rangeOver();
      let head = over;
      if (random.chance(0.6)) {
        const names = random.times(1, 2, () => this.#newVariable());
        head = `${names.join(random.pick([', ', ',']))} ${random.chance(0.95) ? ':=' : '='} ${over}`;
        this.#variables.push(...names);
      }
      this.#loops++;
      const body = this.#body(depth - 1);
      this.#loops--;
      const otherwise = random.chance(0.3) ? this.#tag('else') + this.#body(depth - 1) : '';
      return this.#tag(`range ${head}`) + body + otherwise + this.#tag('end');
    });
  }

  /** Nothing that may be a large integer: Go would count to it. */
  #rangeOver(): string {
    const random = this.random;
    switch (random.below(6)) {
      case 0:
        return random.pick([...PATHS.list, ...PATHS.map, '.sm']);
      case 1:
        return this.list();
      case 2:
        return this.freshMap(1);
      case 3:
        return random.pick([
          '3',
          '0',
          '5',
          '-1',
          '.int',
          '(len .l)',
          '(until 3)',
          '(seq 3)',
          '.byte',
          '(int64 2)',
        ]);
      case 4:
        return `(${this.#call(random.pick(RETURNING.get(random.pick([ANYS, STRINGS, MAP_ANY, INTS]))!), 2, 0)})`;
      default:
        return random.pick(['.missing', '.nul', '.s', '.n', 'nil', 'true', '.', '1.5']);
    }
  }

  #newVariable(): string {
    return this.random.pick(['$x', '$y', '$value', '$é', '$k1']);
  }

  #declare(depth: number): string {
    const random = this.random;
    if (this.#variables.length > 0 && random.chance(0.4)) {
      return this.#tag(`${random.pick(this.#variables)} = ${this.#pipeline(depth)}`);
    }
    const name = this.#newVariable();
    const declared = this.#tag(`${name} := ${this.#pipeline(depth)}`);
    this.#variables.push(name);
    return declared;
  }

  #pipeline(depth: number): string {
    const random = this.random;
    const first = random.chance(0.75) ? this.#call(random.pick(FUNCTIONS), depth, 0) : this.value(ANY, depth);
    if (random.chance(0.65)) return first;
    const stages = [first, ...random.times(1, 2, () => this.#stage(depth - 1))];
    return stages.join(random.pick([' | ', '|']));
  }

  /** A call that gets its last argument from the pipeline. */
  #stage(depth: number): string {
    const random = this.random;
    for (let tries = 0; tries < 10; tries++) {
      const entry = random.pick(FUNCTIONS);
      const [name, spec] = entry;
      if (spec.params.length === 0 || SIZED.test(name) || MUTATING.test(name)) continue;
      if (CLOCKED.test(name) || name === 'durationRound') continue;
      return this.#call(entry, depth, 1);
    }
    return 'print';
  }

  /** A call; `piped` arguments at the end are left out. */
  #call([name, spec]: Entry, depth: number, piped: number): string {
    const random = this.random;
    let count = spec.params.length;
    if (spec.variadic) count += random.below(3) - 1;
    if (random.chance(0.02)) count += random.chance(0.5) ? 1 : -1;
    const args: string[] = [];
    for (let i = 0; i < count - piped; i++) {
      const type = spec.params[Math.min(i, spec.params.length - 1)] ?? ANY;
      args.push(this.#argument(name, type, i, count, depth - 1));
    }
    return [name, ...args].join(' ');
  }

  #argument(name: string, type: Type, index: number, count: number, depth: number): string {
    const random = this.random;
    if (SIZED.test(name) && type === INT) return smallIntLiteral(random);
    if (SIZED.test(name) && type === STRING)
      return random.chance(0.5) ? stringLiteral(random) : random.pick(PATHS.string);
    if (MUTATING.test(name)) return this.#mutationArgument(type, index);
    if (CLOCKED.test(name) && index === (name.startsWith('htmlDate') ? 0 : 1)) return instant(random);
    if (random.chance(0.04)) return this.value(ANY, depth);
    const special = specialArgument(this, { name, type, index, count });
    return special !== undefined && random.chance(0.85) ? special : this.value(type, depth);
  }

  /** First a map that may be the data's own, then only fresh ones of scalars. */
  #mutationArgument(type: Type, index: number): string {
    const random = this.random;
    if (type === MAP_ANY)
      return index === 0 && random.chance(0.5) ? random.pick(PATHS.map) : this.freshMap(2);
    if (type === STRING)
      return random.chance(0.7) ? random.pick(['"a"', '"b"', '"new"', '""']) : stringLiteral(random);
    return this.scalar();
  }

  freshMap(depth: number): string {
    const pairs = this.random.times(0, 3, () => {
      const nested = depth > 0 && this.random.chance(0.25);
      const value = nested
        ? this.freshMap(depth - 1)
        : this.random.chance(0.15)
          ? `(list ${this.scalar()})`
          : this.scalar();
      return `${this.random.pick(['"a"', '"b"', '"z"', '"10"', '"9"'])} ${value}`;
    });
    return `(dict ${pairs.join(' ')})`.replace(' )', ')');
  }

  scalar(): string {
    const random = this.random;
    return random.pick([
      () => stringLiteral(random),
      () => intLiteral(random),
      () => floatLiteral(random),
      () => random.pick(['true', 'false', 'nil', '.nul', '.uid', '.n']),
      () => '(list)',
    ])();
  }

  /** An expression of a type: a literal, a path, a variable, or a call in parentheses. */
  value(type: Type, depth: number): string {
    const random = this.random;
    if (this.#variables.length > 0 && random.chance(0.08)) return random.pick(this.#variables);
    if (depth > 0 && random.chance(0.4)) {
      const entry = random.pick(RETURNING.get(type) ?? FUNCTIONS);
      return `(${random.chance(0.15) ? this.#pipeline(depth - 1) : this.#call(entry, depth - 1, 0)})`;
    }
    return this.#leaf(type);
  }

  #leaf(type: Type): string {
    const random = this.random;
    switch (type) {
      case STRING:
        return random.chance(0.6) ? stringLiteral(random) : random.pick(PATHS.string);
      case INT:
        return random.chance(0.8) ? intLiteral(random) : random.pick(PATHS.int);
      case INT64:
        return random.chance(0.5) ? `(int64 ${intLiteral(random)})` : random.pick(PATHS.int64);
      case FLOAT64:
        return random.chance(0.6) ? floatLiteral(random) : random.pick(PATHS.float);
      case BOOL:
        return random.chance(0.6) ? random.pick(['true', 'false']) : random.pick(PATHS.bool);
      case MAP_ANY:
        return random.chance(0.5) ? this.freshMap(1) : random.pick(PATHS.map);
      case MAP_STRING:
        return random.pick(['.sm', '(split "," "a,b")']);
      case STRINGS:
        return random.pick(['.strs', '(splitList "," "b,a,,c")']);
      case INTS:
        return random.pick(['.ints', '(until 3)']);
      case ANYS:
        return this.list();
      default:
        return type === ANY || type === REFLECT ? this.#anything() : random.pick(PATHS.any);
    }
  }

  list(): string {
    const random = this.random;
    if (random.chance(0.5)) return random.pick(PATHS.list);
    return `(list ${random.times(0, 4, () => this.scalar()).join(' ')})`.replace(' )', ')');
  }

  #anything(): string {
    const random = this.random;
    switch (random.below(9)) {
      case 0:
      case 1:
        return stringLiteral(random);
      case 2:
        return intLiteral(random);
      case 3:
        return floatLiteral(random);
      case 4:
        return random.pick(PATHS.any);
      case 5:
        return this.list();
      case 6:
        return random.chance(0.5) ? random.pick(PATHS.map) : this.freshMap(1);
      case 7:
        return random.pick([...PATHS.string, ...PATHS.float, ...PATHS.bool, ...PATHS.int, ...PATHS.int64]);
      default:
        return random.chance(0.5)
          ? random.pick(['true', 'false', 'nil', '1i', "'é'", '.byte', '.'])
          : methodCall(random);
    }
  }
}
