/**
 * Go maps with string keys. Entries live in a Map, so no key can reach a prototype, and their order does not
 * matter: Go shows maps by sorted keys. A map over plain data reads through to the object it was made of until
 * something needs an entry of its own: a render that reads five strings converts five strings.
 */
import { compareStrings } from './bytes.ts';
import { GoError } from './goerror.ts';
import { MAP_ANY, type Type } from './type.ts';
import type { Value } from './value.ts';

/** Converts a plain JavaScript value; given by convert.ts, which imports this file. */
export type Convert = (data: unknown) => Value;

export class GoMap {
  readonly type: Type<GoMap>;
  readonly isNil: boolean;
  #source: Readonly<Record<string, unknown>> | undefined;
  #convert: Convert | undefined;
  #entries: Map<string, Value> | undefined;

  constructor(type: Type<GoMap>, entries: Map<string, Value> | undefined, isNil = false) {
    this.type = type;
    this.#entries = entries;
    this.isNil = isNil;
  }

  /** A map[string]interface{} over a plain object; the object is never written to. */
  static over(source: Readonly<Record<string, unknown>>, convert: Convert): GoMap {
    const map = new GoMap(MAP_ANY, undefined);
    map.#source = source;
    map.#convert = convert;
    return map;
  }

  /** All entries; what a caller must not change except through set and delete. */
  get entries(): ReadonlyMap<string, Value> {
    return this.#own();
  }

  get size(): number {
    return this.#own().size;
  }

  /** The entry, `null` where it holds nil and `undefined` where there is none. */
  get(key: string): Value {
    const source = this.#source;
    if (source === undefined) return this.#own().get(key);
    if (!Object.hasOwn(source, key)) return undefined;
    const data = source[key];
    if (typeof data === 'string' && isPlain(data)) return data;
    return this.#own().get(key);
  }

  has(key: string): boolean {
    return this.#source === undefined ? this.#own().has(key) : Object.hasOwn(this.#source, key);
  }

  /** @throws GoError on a nil map, as Go does. */
  set(key: string, value: Value): void {
    if (this.isNil) throw new GoError('assignment to entry in nil map');
    this.#own().set(key, value);
  }

  delete(key: string): void {
    if (!this.isNil) this.#own().delete(key);
  }

  /** Keys in byte order: the order of range, of %v and of JSON. */
  sortedKeys(): string[] {
    return [...this.#own().keys()].sort(compareStrings);
  }

  #own(): Map<string, Value> {
    if (this.#entries !== undefined) return this.#entries;
    const entries = new Map<string, Value>();
    const source = this.#source;
    const convert = this.#convert;
    if (source !== undefined && convert !== undefined) {
      for (const key of Object.keys(source)) entries.set(key, convert(source[key]) ?? null);
    }
    this.#entries = entries;
    this.#source = undefined;
    return entries;
  }
}

const SURROGATE = /[\ud800-\udfff]/;

function isPlain(text: string): boolean {
  return !SURROGATE.test(text);
}

export function anyMap(entries: Iterable<readonly [string, Value]> = []): GoMap {
  return new GoMap(MAP_ANY, new Map(entries));
}

export function mapValue(type: Type<GoMap>, entries: Iterable<readonly [string, Value]> = []): GoMap {
  return new GoMap(type, new Map(entries));
}

export function nilMap(type: Type<GoMap>): GoMap {
  return new GoMap(type, new Map(), true);
}
