/** Prints values under a verb: fmt's pp, over the value model. */
import { Complex } from '../value/complex.ts';
import { Func } from '../value/func.ts';
import { Int } from '../value/int.ts';
import { GoMap } from '../value/map.ts';
import { Slice } from '../value/slice.ts';
import { Struct } from '../value/struct.ts';
import { ANY, BYTES, isUnsignedKind, type Type } from '../value/type.ts';
import { typeOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';
import { Flags } from './flags.ts';
import {
  formatFloat64,
  formatHexBytes,
  formatInteger,
  formatQuoted,
  formatQuotedRune,
  formatRune,
  formatString,
  formatUnicode,
  pad,
} from './format.ts';

/** Where Go prints an address, which no two processes share. */
const ADDRESS = 0xc000000000n;

/** Deepest nesting that is printed; Go would end its process on a map that holds itself. */
const MAX_DEPTH = 1000;
/** Most lists, maps and nested values of one argument: lists that share their parts can hold more than memory. */
const MAX_VALUES = 100_000;

export class Printer {
  readonly flags = new Flags();
  text = '';
  /** Inside a bad-verb report: String methods are not used there. */
  #erroring = false;
  #values = 0;

  printArg(value: Value, verb: string): void {
    if (value === null || value === undefined) {
      if (verb === 'v' || verb === 'T') this.text += pad(this.flags, '<nil>');
      else this.#badVerb(value, verb);
      return;
    }
    if (verb === 'T') this.text += formatString(this.flags, typeOf(value)!.name);
    else if (verb === 'p') this.#printPointer(value, verb);
    else this.#print(value, verb, 0);
  }

  #print(value: Value, verb: string, depth: number): void {
    switch (typeof value) {
      case 'string':
        this.#printString(value, verb, value);
        return;
      case 'bigint':
        this.#printInteger(value, verb, value, false);
        return;
      case 'number':
        this.#printFloat(value, verb, value);
        return;
      case 'boolean':
        if (verb === 'v' || verb === 't') this.text += pad(this.flags, String(value));
        else this.#badVerb(value, verb);
        return;
      case 'undefined':
        this.#printNil(ANY);
        return;
      default:
        if (value === null) this.#printNil(ANY);
        else this.#printObject(value, verb, depth);
    }
  }

  /** A nil inside a list or a map. */
  #printNil(type: Type): void {
    this.text += this.flags.sharpV ? `${type.name}(nil)` : '<nil>';
  }

  #printObject(value: Exclude<Value, undefined | null>, verb: string, depth: number): void {
    if (depth > MAX_DEPTH || ++this.#values > MAX_VALUES) throw new RangeError('value is nested too deeply');
    if (verb === 'w' && !this.#erroring && !(value instanceof Complex)) {
      this.#badVerb(value, verb);
      return;
    }
    const text = this.#methodText(value, verb);
    const source = this.#sourceText(value);
    if (source !== undefined) this.text += source;
    else if (text !== undefined) this.#printString(text, verb, value);
    else if (value instanceof Int) {
      this.#printInteger(value.value, verb, value, isUnsignedKind(value.type.kind));
    } else if (value instanceof Slice) this.#printSlice(value, verb, depth);
    else if (value instanceof GoMap) this.#printMap(value, verb, depth);
    else if (value instanceof Complex) this.#printComplex(value, verb);
    else if (value instanceof Func) this.#printPointer(value, verb);
    else if (value instanceof Struct) this.#printStruct(value, verb, depth);
  }

  /** What a GoString method says, for %#v. */
  #sourceText(value: Value): string | undefined {
    if (this.#erroring || !this.flags.sharpV || !(value instanceof Struct)) return undefined;
    return value.goString();
  }

  /** What a String method says, for the verbs that take a string. */
  #methodText(value: Value, verb: string): string | undefined {
    if (this.#erroring || this.flags.sharpV || !'vsxXq'.includes(verb)) return undefined;
    if (value instanceof Int) return value.type.toText?.(value.value);
    return value instanceof Struct ? value.toText() : undefined;
  }

  #printString(text: string, verb: string, value: Value): void {
    switch (verb) {
      case 'v':
        this.text += this.flags.sharpV ? formatQuoted(this.flags, text) : formatString(this.flags, text);
        break;
      case 's':
        this.text += formatString(this.flags, text);
        break;
      case 'x':
      case 'X':
        this.text += formatHexBytes(this.flags, text, verb === 'X');
        break;
      case 'q':
        this.text += formatQuoted(this.flags, text);
        break;
      default:
        this.#badVerb(value, verb);
    }
  }

  #printInteger(number: bigint, verb: string, value: Value, unsigned: boolean): void {
    const { flags } = this;
    switch (verb) {
      case 'v':
        this.text +=
          flags.sharpV && unsigned ? this.#hex(number, true) : formatInteger(flags, number, 10, verb);
        break;
      case 'd':
        this.text += formatInteger(flags, number, 10, verb);
        break;
      case 'b':
        this.text += formatInteger(flags, number, 2, verb);
        break;
      case 'o':
      case 'O':
        this.text += formatInteger(flags, number, 8, verb);
        break;
      case 'x':
      case 'X':
        this.text += formatInteger(flags, number, 16, verb);
        break;
      case 'c':
        this.text += formatRune(flags, number);
        break;
      case 'q':
        this.text += formatQuotedRune(flags, number);
        break;
      case 'U':
        this.text += formatUnicode(flags, number);
        break;
      default:
        this.#badVerb(value, verb);
    }
  }

  #hex(number: bigint, prefix: boolean): string {
    const { sharp } = this.flags;
    this.flags.sharp = prefix;
    const text = formatInteger(this.flags, number, 16, 'v');
    this.flags.sharp = sharp;
    return text;
  }

  #printFloat(number: number, verb: string, value: Value): void {
    switch (verb) {
      case 'v':
        this.text += formatFloat64(this.flags, number, 'g', -1);
        break;
      case 'b':
      case 'g':
      case 'G':
      case 'x':
      case 'X':
        this.text += formatFloat64(this.flags, number, verb, -1);
        break;
      case 'f':
      case 'e':
      case 'E':
        this.text += formatFloat64(this.flags, number, verb, 6);
        break;
      case 'F':
        this.text += formatFloat64(this.flags, number, 'f', 6);
        break;
      default:
        this.#badVerb(value, verb);
    }
  }

  #printComplex(value: Complex, verb: string): void {
    if (!'vbgGxXfFeE'.includes(verb)) {
      this.#badVerb(value, verb);
      return;
    }
    const { plus } = this.flags;
    this.text += '(';
    this.#printFloat(value.re, verb, value.re);
    this.flags.plus = true;
    this.#printFloat(value.im, verb, value.im);
    this.flags.plus = plus;
    this.text += 'i)';
  }

  #printSlice(value: Slice, verb: string, depth: number): void {
    const { sharpV } = this.flags;
    if (value.type === BYTES && 'sqxX'.includes(verb)) {
      const bytes = Uint8Array.from(value.items, (item) => (item instanceof Int ? Number(item.value) : 0));
      this.#printBytes(bytes, verb);
      return;
    }
    if (sharpV) {
      this.text += value.type === BYTES && depth === 0 ? '[]byte' : value.type.name;
      if (value.isNil) {
        this.text += '(nil)';
        return;
      }
    }
    this.text += sharpV ? '{' : '[';
    value.items.forEach((item, i) => {
      if (i > 0) this.text += sharpV ? ', ' : ' ';
      this.#print(item, verb, depth + 1);
    });
    this.text += sharpV ? '}' : ']';
  }

  #printBytes(bytes: Uint8Array, verb: string): void {
    if (verb === 'x' || verb === 'X') {
      this.text += formatHexBytes(this.flags, bytes, verb === 'X');
      return;
    }
    const text = Buffer.from(bytes).toString('utf8');
    this.text += verb === 'q' ? formatQuoted(this.flags, text) : formatString(this.flags, text);
  }

  #printMap(value: GoMap, verb: string, depth: number): void {
    const { sharpV } = this.flags;
    if (sharpV && value.isNil) {
      this.text += `${value.type.name}(nil)`;
      return;
    }
    this.text += sharpV ? `${value.type.name}{` : 'map[';
    const keys = value.sortedKeys();
    keys.forEach((key, i) => {
      if (i > 0) this.text += sharpV ? ', ' : ' ';
      this.#printString(key, verb, key);
      this.text += ':';
      this.#print(value.get(key), verb, depth + 1);
    });
    this.text += sharpV ? '}' : ']';
  }

  #printStruct(value: Struct, verb: string, depth: number): void {
    const isPointer = value.type.kind === 'ptr';
    if (isPointer && depth > 0) {
      this.#printPointer(value, verb);
      return;
    }
    const { sharpV, plusV } = this.flags;
    this.text += isPointer ? '&' : '';
    if (sharpV) this.text += isPointer ? value.type.name.slice(1) : value.type.name;
    this.text += '{';
    let first = true;
    for (const [name, field] of value.allFields()) {
      if (!first) this.text += sharpV ? ', ' : ' ';
      first = false;
      if (sharpV || plusV) this.text += `${name}:`;
      this.#print(field, verb, depth + 1);
    }
    this.text += '}';
  }

  #printPointer(value: Exclude<Value, undefined | null>, verb: string): void {
    const type = typeOf(value)!;
    if (!['func', 'map', 'ptr', 'slice'].includes(type.kind)) {
      this.#badVerb(value, verb);
      return;
    }
    const isNil = (value instanceof Slice || value instanceof GoMap) && value.isNil;
    const address = isNil ? 0n : ADDRESS;
    if (verb === 'v' && this.flags.sharpV) {
      this.text += `(${type.name})(${isNil ? 'nil' : this.#hex(address, true)})`;
    } else if (verb === 'v' || verb === 'p') {
      this.text += isNil && verb === 'v' ? pad(this.flags, '<nil>') : this.#hex(address, !this.flags.sharp);
    } else if ('bodxX'.includes(verb)) this.#printInteger(address, verb, value, true);
    else this.#badVerb(value, verb);
  }

  #badVerb(value: Value, verb: string): void {
    const { text } = this;
    const erroring = this.#erroring;
    this.#erroring = true;
    this.text = '';
    const type = typeOf(value);
    if (type === undefined) this.text = '<nil>';
    else {
      this.text = `${type.name}=`;
      this.#print(value, 'v', 0);
    }
    this.text = `${text}%!${verb}(${this.text})`;
    this.#erroring = erroring;
  }
}
