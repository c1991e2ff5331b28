/** Go's regexp on re2js: the same syntax, linear time, and Go's own rules for iterating over matches. */
import { RE2JS, RE2JSException } from 're2js';
import { canBackquote, quote } from '../strconv/index.ts';
import { normalize } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';

/** Start and end of the match and of each group, -1 for a group that took no part. */
type Match = readonly number[];

export class Regexp {
  readonly #program: RE2JS;
  /** Several groups may have one name. */
  readonly #names: ReadonlyMap<string, readonly number[]>;

  private constructor(pattern: string) {
    const { bare, names } = takeNames(pattern);
    this.#names = names;
    try {
      this.#program = parse(pattern);
    } catch (error) {
      if (!(error instanceof GoError) || !error.message.includes('duplicate capture group name')) throw error;
      this.#program = parse(bare);
    }
  }

  /** regexp.Compile. @throws GoError with Go's text */
  static compile(pattern: string): Regexp {
    const known = cache.get(pattern);
    if (known !== undefined) {
      cache.delete(pattern);
      cache.set(pattern, known);
      return known;
    }
    const made = new Regexp(pattern);
    cache.set(pattern, made);
    if (cache.size > CACHE_SIZE) cache.delete(cache.keys().next().value!);
    return made;
  }

  /** regexp.MustCompile: the same, with the panic's text. */
  static mustCompile(pattern: string): Regexp {
    try {
      return Regexp.compile(pattern);
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
      const shown = canBackquote(pattern) ? `\`${pattern}\`` : quote(pattern);
      throw new GoError(`regexp: Compile(${shown}): ${error.message}`);
    }
  }

  test(text: string): boolean {
    return this.#program.test(text);
  }

  find(text: string): string {
    const match = this.#matchAt(text, 0);
    return match === undefined ? '' : text.slice(match[0], match[1]);
  }

  /** FindAllString; undefined where Go gives nil. A negative limit is none. */
  findAll(text: string, limit: number): string[] | undefined {
    const found = this.#matches(text, limit).map((match) => text.slice(match[0], match[1]));
    return found.length === 0 ? undefined : found;
  }

  /** Split; undefined where Go gives nil. */
  split(text: string, limit: number): string[] | undefined {
    if (limit === 0) return undefined;
    if (this.#program.pattern() !== '' && text === '') return [''];
    const parts: string[] = [];
    let start = 0;
    let end = 0;
    for (const match of this.#matches(text, limit)) {
      if (limit > 0 && parts.length === limit - 1) break;
      end = match[0]!;
      if (match[1] !== 0) parts.push(text.slice(start, end));
      start = match[1]!;
    }
    if (end !== text.length) parts.push(text.slice(start));
    return parts;
  }

  /** ReplaceAllString, with $name and ${name} for groups. */
  replaceAll(text: string, template: string): string {
    return this.#replace(text, (match) => this.#expand(template, text, match));
  }

  replaceAllLiteral(text: string, replacement: string): string {
    return this.#replace(text, () => replacement);
  }

  #replace(text: string, replacement: (match: Match) => string): string {
    let out = '';
    let lastEnd = 0;
    let at = 0;
    let any = false;
    while (at <= text.length) {
      const match = this.#matchAt(text, at);
      if (match === undefined) break;
      any = true;
      const [start, end] = match as readonly [number, number];
      out += text.slice(lastEnd, start);
      // An empty match right behind another is none.
      if (end > lastEnd || start === 0) out += replacement(match);
      lastEnd = end;
      at = Math.max(at + Math.max(widthAt(text, at), 1), end);
    }
    return any ? normalize(out + text.slice(lastEnd)) : text;
  }

  #matches(text: string, limit: number): Match[] {
    const found: Match[] = [];
    let previousEnd = -1;
    let at = 0;
    while ((limit < 0 || found.length < limit) && at <= text.length) {
      const match = this.#matchAt(text, at);
      if (match === undefined) break;
      const [start, end] = match as readonly [number, number];
      let accept = true;
      if (end === at) {
        // An empty match where the last one ended is none.
        if (start === previousEnd) accept = false;
        at += Math.max(widthAt(text, at), 1);
      } else at = end;
      previousEnd = end;
      if (accept) found.push(match);
    }
    return found;
  }

  #matchAt(text: string, at: number): Match | undefined {
    const matcher = this.#program.matcher(text);
    if (!matcher.find(at)) return undefined;
    const match: number[] = [];
    for (let group = 0; group <= matcher.groupCount(); group++)
      match.push(matcher.start(group), matcher.end(group));
    return match;
  }

  #expand(template: string, text: string, match: Match): string {
    return template.replace(REFERENCE, (whole, braced: string | undefined, bare: string | undefined) => {
      if (whole === '$$') return '$';
      const name = braced ?? bare!;
      const groups = /^(?:0|[1-9][0-9]*)$/.test(name) ? [Number(name)] : this.#names.get(name);
      const group = groups?.find((index) => 2 * index < match.length && match[2 * index]! >= 0);
      return group === undefined ? '' : text.slice(match[2 * group], match[2 * group + 1]);
    });
  }
}

/** $$, ${name} and the longest $name; a dollar that begins none of them stays. */
const REFERENCE = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

const CACHE_SIZE = 500;
const cache = new Map<string, Regexp>();

function parse(pattern: string): RE2JS {
  const stray = pattern.search(STRAY);
  try {
    const program = RE2JS.compile(stray < 0 ? pattern : pattern.slice(0, stray));
    if (stray < 0) return program;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    // What is only unfinished before a stray byte fails at the byte.
    const isOpen = /missing closing|trailing backslash/.test(error.message);
    if (stray < 0 || !isOpen) {
      throw new GoError(error.message.replace(/trailing backslash at end of expression$/, '$&: ``'));
    }
  }
  throw new GoError(`error parsing regexp: invalid UTF-8: \`${pattern.slice(stray)}\``);
}

/** An escape, a quoted run, a character class, or the beginning of a group with its name if it has one. */
const TOKEN =
  /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?[a-z]*:\]|[^\]\\])*\]|\(\?P?<([A-Za-z0-9_]+)>|\((?!\?)/g;

/** The groups that have a name, and the pattern without the names: Go lets two groups share one, re2js does not. */
function takeNames(pattern: string): { bare: string; names: ReadonlyMap<string, readonly number[]> } {
  const names = new Map<string, number[]>();
  let groups = 0;
  const bare = pattern.replace(TOKEN, (token, name: string | undefined) => {
    if (!token.startsWith('(')) return token;
    groups++;
    if (name === undefined) return token;
    names.set(name, [...(names.get(name) ?? []), groups]);
    return '(';
  });
  return { bare, names };
}

/** A byte outside valid UTF-8, as the value model writes it. */
const STRAY = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

function widthAt(text: string, at: number): number {
  if (at >= text.length) return 0;
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}

/** regexp.QuoteMeta. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
