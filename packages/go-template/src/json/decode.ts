/** encoding/json's Unmarshal into interface{}. */

import { isStray } from '../runes/index.ts';
import { parseFloat64, quote } from '../strconv/index.ts';
import { toLatin1 } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';
import { anyMap } from '../value/map.ts';
import { anys } from '../value/slice.ts';
import type { Value } from '../value/value.ts';

export interface Decoded {
  /** nil where the text is no JSON at all. */
  readonly value: Value;
  /** Go's error; a number that does not fit leaves nil in its place and an error here. */
  readonly error?: GoError;
}

/** Lists and maps of interface{}, numbers as float64. */
export function decodeJson(text: string): Decoded {
  const reader = new Reader(text);
  try {
    const value = reader.document();
    return reader.rangeError === undefined ? { value } : { value, error: reader.rangeError };
  } catch (error) {
    if (error instanceof GoError) return { value: null, error };
    throw error;
  }
}

const MAX_DEPTH = 10_000;

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  rangeError: GoError | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Value {
    const value = this.#value('looking for beginning of value');
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected('after top-level value');
    return value;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #peek(): string {
    this.#space();
    return this.#text[this.#at] ?? '';
  }

  #unexpected(where: string): GoError {
    const character = this.#text.slice(this.#at, this.#at + 2);
    // Go ends the text with a space, which literals, numbers and escapes cannot hold.
    if (character === '' && /literal|escape/.test(where))
      return new GoError(`invalid character ' ' ${where}`);
    if (character === '') return new GoError('unexpected end of JSON input');
    return new GoError(`invalid character ${quoteByte(character)} ${where}`);
  }

  #value(where: string): Value {
    const first = this.#peek();
    switch (first) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#literal('true', true);
      case 'f':
        return this.#literal('false', false);
      case 'n':
        return this.#literal('null', null);
      default:
        if (first === '-' || (first >= '0' && first <= '9')) return this.#number();
        throw this.#unexpected(where);
    }
  }

  #nested(read: () => Value): Value {
    if (++this.#depth > MAX_DEPTH) throw new GoError('exceeded max depth');
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): Value {
    const map = anyMap();
    if (this.#peek() === '}') {
      this.#at++;
      return map;
    }
    for (;;) {
      if (this.#peek() !== '"') throw this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      if (this.#peek() !== ':') throw this.#unexpected('after object key');
      this.#at++;
      map.set(key, this.#value('looking for beginning of value'));
      const next = this.#peek();
      if (next !== ',' && next !== '}') throw this.#unexpected('after object key:value pair');
      this.#at++;
      if (next === '}') return map;
    }
  }

  #array(): Value {
    const items: Value[] = [];
    if (this.#peek() === ']') {
      this.#at++;
      return anys(items);
    }
    for (;;) {
      items.push(this.#value('looking for beginning of value'));
      const next = this.#peek();
      if (next !== ',' && next !== ']') throw this.#unexpected('after array element');
      this.#at++;
      if (next === ']') return anys(items);
    }
  }

  #literal<T extends Value>(word: string, value: T): T {
    for (const letter of word) {
      if (this.#text[this.#at] !== letter)
        throw this.#unexpected(`in literal ${word} (expecting ${quoteByte(letter)})`);
      this.#at++;
    }
    return value;
  }

  #number(): Value {
    const start = this.#at;
    if (this.#text[this.#at] === '-') this.#at++;
    if (this.#text[this.#at] === '0') this.#at++;
    else this.#digits('in numeric literal');
    if (this.#text[this.#at] === '.') {
      this.#at++;
      this.#digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#text[this.#at] ?? '')) {
      this.#at++;
      if (/[+-]/.test(this.#text[this.#at] ?? '')) this.#at++;
      this.#digits('in exponent of numeric literal');
    }
    const text = this.#text.slice(start, this.#at);
    const parsed = parseFloat64(text);
    if (parsed.error === undefined) return parsed.value;
    this.rangeError ??= new GoError(`json: cannot unmarshal number ${text} into Go value of type float64`);
    return null;
  }

  #digits(where: string): void {
    if (!/[0-9]/.test(this.#text[this.#at] ?? '')) throw this.#unexpected(where);
    while (/[0-9]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #string(): string {
    this.#at++;
    let out = '';
    for (;;) {
      const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
      if (this.#at >= this.#text.length) throw this.#unexpected('');
      if (character < ' ') throw this.#unexpected('in string literal');
      if (character === '\\') {
        this.#at++;
        out += this.#escape();
        continue;
      }
      this.#at += character.length;
      if (character === '"') return out;
      out += isStray(character) ? '\ufffd' : character;
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at] ?? '';
    const simple = ESCAPES.get(letter);
    if (simple !== undefined) {
      this.#at++;
      return simple;
    }
    if (letter !== 'u') throw this.#unexpected('in string escape code');
    this.#at++;
    const unit = this.#hex();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    // A surrogate pair, or what is no character.
    const low = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(this.#text.slice(this.#at, this.#at + 6));
    if (unit >= 0xdc00 || low === null) return '\ufffd';
    this.#at += 6;
    return String.fromCharCode(unit, Number.parseInt(low[1]!, 16));
  }

  #hex(): number {
    for (let i = 0; i < 4; i++, this.#at++) {
      if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) {
        throw this.#unexpected('in \\u hexadecimal character escape');
      }
    }
    return Number.parseInt(this.#text.slice(this.#at - 4, this.#at), 16);
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** The first byte of a text between quotes, as encoding/json names it: a byte beyond ASCII as Latin-1. */
function quoteByte(text: string): string {
  const byte = toLatin1(text)[0]!;
  if (byte === "'") return `'\\''`;
  if (byte === '"') return `'"'`;
  return `'${quote(byte).slice(1, -1)}'`;
}
