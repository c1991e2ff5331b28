/** What sprig's functions share about strings: their text of any value, bytes, and Go's bounds errors. */
import { sprint } from '../fmt/index.ts';
import { byteLength, byteSlice, fromBytes, fromLatin1, hasStrayBytes, toLatin1 } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';
import { Slice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';

/** The text sprig makes of any value: strings as they are, []byte as a string, everything else as %v. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Slice && value.type.name === '[]uint8') {
    return fromBytes(Uint8Array.from(value.items, (item) => Number(sprint(item))));
  }
  return sprint(value);
}

/** A list as texts, without its nils; nil is no text, any other value is one. */
export function textsOf(value: Value): string[] {
  if (value instanceof Slice) {
    const texts: string[] = [];
    for (const item of value.items) {
      if (item !== null && item !== undefined) texts.push(textOf(item));
    }
    return texts;
  }
  return value === null || value === undefined ? [] : [textOf(value)];
}

/** s[start:end] in bytes with the panics of Go's runtime; leave a bound out as in Go. */
export function sliceText(
  text: string,
  start: bigint | number | undefined,
  end: bigint | number | undefined,
): string {
  const length = byteLength(text);
  const from = start ?? 0;
  const to = end ?? length;
  if (to < 0) throw outOfBounds(`[:${to}]`);
  if (to > length) throw outOfBounds(`[:${to}] with length ${length}`);
  if (from < 0) throw outOfBounds(`[${from}:]`);
  if (from > to) throw outOfBounds(`[${from}:${to}]`);
  return byteSlice(text, Number(from), Number(to));
}

function outOfBounds(what: string): GoError {
  return new GoError(`runtime error: slice bounds out of range ${what}`);
}

/**
 * Runs a search or cut on strings whose characters are single bytes when a pattern holds stray bytes (which may
 * match inside a character), and on the strings themselves otherwise.
 */
export function withBytes<R>(
  patterns: readonly string[],
  run: (encode: (text: string) => string, decode: (text: string) => string) => R,
): R {
  return patterns.some(hasStrayBytes) ? run(toLatin1, fromLatin1) : run(same, same);
}

function same(text: string): string {
  return text;
}

/** A count from a template as a JavaScript number; what is beyond 2^53 is far beyond every limit anyway. */
export function count(value: bigint): number {
  return Number(value);
}
