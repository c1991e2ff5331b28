/** encoding/json's Marshal. */
import { formatFloat } from '../strconv/index.ts';
import { compareStrings } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';
import { Int } from '../value/int.ts';
import { GoMap } from '../value/map.ts';
import { Slice } from '../value/slice.ts';
import { Struct } from '../value/struct.ts';
import { typeOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';

export interface EncodeOptions {
  /** Write < > & as \u escapes, as Marshal does and an Encoder can be told not to. */
  readonly escapeHtml: boolean;
  /** Indentation of one level; without it everything is on one line. */
  readonly indent?: string;
}

/**
 * JSON text of a value: keys sorted by bytes, stray bytes as \ufffd, floats in Go's form.
 *
 * @throws GoError for NaN, infinities, complex numbers, functions and maps that hold themselves; RangeError for
 *   values without end
 */
export function encodeJson(value: Value, options: EncodeOptions): string {
  return new Encoder(options).encode(value, '\n');
}

/** Most lists and maps of one text: lists that share their parts can hold more than memory. */
const MAX_VALUES = 100_000;

class Encoder {
  readonly #options: EncodeOptions;
  readonly #parents = new Set<GoMap | Slice>();
  #values = 0;

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  /** `lead` is the line break and indentation of the value's own line. */
  encode(value: Value, lead: string): string {
    switch (typeof value) {
      case 'string':
        return quoteJson(value, this.#options.escapeHtml);
      case 'boolean':
      case 'bigint':
        return String(value);
      case 'number':
        return encodeFloat(value);
      case 'undefined':
        return 'null';
      default:
        return value === null ? 'null' : this.#encodeObject(value, lead);
    }
  }

  #encodeObject(value: Value & object, lead: string): string {
    if (++this.#values > MAX_VALUES) throw new RangeError('value is too large for JSON');
    if (value instanceof Int) return String(value.value);
    if (value instanceof Slice) return this.#encodeSlice(value, lead);
    if (value instanceof GoMap) return value.isNil ? 'null' : this.#encodeMap(value, lead);
    if (value instanceof Struct) {
      const replaced = value.json();
      if (replaced !== undefined) return this.encode(replaced, lead);
      const fields = [...value.fields()];
      return this.#group('{', '}', fields, lead, ([name, field], inner) => this.#member(name, field, inner));
    }
    throw new GoError(`json: unsupported type: ${typeOf(value)?.name}`);
  }

  #encodeSlice(slice: Slice, lead: string): string {
    if (slice.isNil) return 'null';
    if (slice.type.name === '[]uint8') {
      const bytes = slice.items.map((item) => (item instanceof Int ? Number(item.value) : 0));
      return `"${Buffer.from(bytes).toString('base64')}"`;
    }
    return this.#nested(slice, () =>
      this.#group('[', ']', slice.items, lead, (item, inner) => this.encode(item, inner)),
    );
  }

  #encodeMap(map: GoMap, lead: string): string {
    const keys = [...map.entries.keys()].sort(compareStrings);
    return this.#nested(map, () =>
      this.#group('{', '}', keys, lead, (key, inner) => this.#member(key, map.get(key), inner)),
    );
  }

  #member(key: string, value: Value, lead: string): string {
    const colon = this.#options.indent === undefined ? ':' : ': ';
    return quoteJson(key, this.#options.escapeHtml) + colon + this.encode(value, lead);
  }

  #group<T>(
    open: string,
    close: string,
    items: readonly T[],
    lead: string,
    text: (item: T, lead: string) => string,
  ): string {
    if (items.length === 0) return open + close;
    const { indent } = this.#options;
    if (indent === undefined) return open + items.map((item) => text(item, lead)).join(',') + close;
    const inner = lead + indent;
    return open + items.map((item) => inner + text(item, inner)).join(',') + lead + close;
  }

  #nested(value: GoMap | Slice, encode: () => string): string {
    if (this.#parents.has(value)) {
      throw new GoError(`json: unsupported value: encountered a cycle via ${value.type.name}`);
    }
    this.#parents.add(value);
    const text = encode();
    this.#parents.delete(value);
    return text;
  }
}

function encodeFloat(value: number): string {
  if (!Number.isFinite(value)) throw new GoError(`json: unsupported value: ${formatFloat(value, 'g', -1)}`);
  const size = Math.abs(value);
  const exponent = size !== 0 && (size < 1e-6 || size >= 1e21);
  const text = formatFloat(value, exponent ? 'e' : 'f', -1);
  return text.replace(/e-0(\d)$/, 'e-$1');
}

const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;

/** A JSON string as encoding/json writes it. */
export function quoteJson(text: string, escapeHtml: boolean): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let out = '"';
  for (const character of text) out += escapeCharacter(character, escapeHtml);
  return `${out}"`;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escapeCharacter(character: string, escapeHtml: boolean): string {
  const short = SHORT.get(character);
  if (short !== undefined) return short;
  const unit = character.charCodeAt(0);
  if (unit < 0x20 || unit === 0x2028 || unit === 0x2029 || (escapeHtml && /[<>&]/.test(character))) {
    return `\\u${unit.toString(16).padStart(4, '0')}`;
  }
  return character.length === 1 && unit >= 0xd800 && unit <= 0xdfff ? '\\ufffd' : character;
}
