/** sprig's functions on one text: case, trimming, cutting, padding, quoting. */

import { sprint } from '../fmt/index.ts';
import type { CallContext, FuncSpec } from '../funcs/table.ts';
import { func, variadic } from '../funcs/table.ts';
import {
  isLower,
  isSpace,
  isStray,
  isTitle,
  isUpper,
  lower,
  RUNE_ERROR,
  runeAt,
  toLower,
  toTitle,
  toUpper,
  upper,
} from '../runes/index.ts';
import { isDigit, isLetter, quote } from '../strconv/index.ts';
import { byteLength, normalize, toBytes } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';
import { ANY, BOOL, INT, STRING } from '../value/type.ts';
import type { Value } from '../value/value.ts';
import { camelcase, kebabcase, snakecase } from './casing.ts';
import { count, sliceText, textOf, withBytes } from './text.ts';
import { wrap } from './wrap.ts';

const trimAll = func([STRING, STRING], STRING, (_, cutset, text) => trimSet(text, cutset));

export const strings: Readonly<Record<string, FuncSpec>> = {
  upper: func([STRING], STRING, (_, text) => upper(text)),
  lower: func([STRING], STRING, (_, text) => lower(text)),
  title: func([STRING], STRING, (_, text) => title(text)),
  untitle: func([STRING], STRING, (_, text) => untitle(text)),
  swapcase: func([STRING], STRING, (_, text) => swapcase(text)),
  camelcase: func([STRING], STRING, (_, text) => camelcase(text)),
  snakecase: func([STRING], STRING, (_, text) => snakecase(text)),
  kebabcase: func([STRING], STRING, (_, text) => kebabcase(text)),

  trim: func([STRING], STRING, (_, text) => trimRunes(text, isSpace)),
  trimAll,
  trimall: trimAll,
  trimPrefix: func([STRING, STRING], STRING, (_, prefix, text) =>
    withBytes([prefix], (encode, decode) => {
      const bytes = encode(text);
      const start = encode(prefix);
      return bytes.startsWith(start) ? decode(bytes.slice(start.length)) : text;
    }),
  ),
  trimSuffix: func([STRING, STRING], STRING, (_, suffix, text) =>
    withBytes([suffix], (encode, decode) => {
      const bytes = encode(text);
      const end = encode(suffix);
      return bytes.endsWith(end) ? decode(bytes.slice(0, bytes.length - end.length)) : text;
    }),
  ),
  nospace: func([STRING], STRING, (_, text) => nospace(text)),
  initials: func([STRING], STRING, (_, text) => initials(text)),

  trunc: func([INT, STRING], STRING, (_, length, text) => trunc(count(length), text)),
  substr: func([INT, INT, STRING], STRING, (_, start, end, text) => substr(start, end, text)),
  abbrev: func([INT, STRING], STRING, (_, width, text) => abbrev(0n, count(width), text)),
  abbrevboth: func([INT, INT, STRING], STRING, (_, left, width, text) => abbrev(left, count(width), text)),
  wrap: func([INT, STRING], STRING, (_, width, text) => wrap(text, count(width), '', false)),
  wrapWith: func([INT, STRING, STRING], STRING, (context, width, separator, text) => {
    context.reserve(byteLength(text) * (byteLength(separator) + 1));
    return wrap(text, count(width), separator, true);
  }),

  repeat: func([INT, STRING], STRING, (context, times, text) => {
    if (times < 0n) throw negativeRepeat();
    context.reserve(count(times) * byteLength(text));
    return normalize(text.repeat(text === '' ? 0 : count(times)));
  }),
  indent: func([INT, STRING], STRING, (context, spaces, text) => indent(context, spaces, text)),
  nindent: func([INT, STRING], STRING, (context, spaces, text) => `\n${indent(context, spaces, text)}`),
  plural: func([STRING, STRING, INT], STRING, (_, one, many, number) => (number === 1n ? one : many)),

  contains: func([STRING, STRING], BOOL, (_, part, text) =>
    withBytes([part], (encode) => encode(text).includes(encode(part))),
  ),
  hasPrefix: func([STRING, STRING], BOOL, (_, prefix, text) =>
    withBytes([prefix], (encode) => encode(text).startsWith(encode(prefix))),
  ),
  hasSuffix: func([STRING, STRING], BOOL, (_, suffix, text) =>
    withBytes([suffix], (encode) => encode(text).endsWith(encode(suffix))),
  ),
  replace: func([STRING, STRING, STRING], STRING, (context, old, replacement, text) => {
    context.reserve(byteLength(text) + (text.length + 1) * byteLength(replacement));
    return replace(text, old, replacement);
  }),

  quote: variadic([], ANY, STRING, (_, ...values) =>
    textsBetweenSpaces(values, (value) => quote(textOf(value))),
  ),
  squote: variadic([], ANY, STRING, (_, ...values) =>
    textsBetweenSpaces(values, (value) => `'${sprint(value)}'`),
  ),
  cat: variadic([], ANY, STRING, (_, ...values) => textsBetweenSpaces(values, sprint)),
  toString: func([ANY], STRING, (_, value) => textOf(value)),
  hello: func([], STRING, () => 'Hello!'),
};

function textsBetweenSpaces(values: readonly Value[], text: (value: Value) => string): string {
  const present = values.filter((value) => value !== null && value !== undefined);
  return normalize(present.map(text).join(' '));
}

/** strings.Title: a title-case letter wherever no letter, digit or underscore stands before. */
function title(text: string): string {
  let previous = 32;
  let out = '';
  for (const character of text) {
    const rune = runeAt(character);
    out += String.fromCodePoint(isSeparator(previous) ? toTitle(rune) : rune);
    previous = rune;
  }
  return out;
}

function isSeparator(rune: number): boolean {
  if (rune < 0x80) return !/[0-9A-Za-z_]/.test(String.fromCharCode(rune));
  return !isLetter(rune) && !isDigit(rune) && isSpace(rune);
}

function untitle(text: string): string {
  let first = true;
  let out = '';
  for (const character of text) {
    const rune = runeAt(character);
    const space = isSpace(rune);
    out += String.fromCodePoint(first && !space ? toLower(rune) : rune);
    first = space;
  }
  return out;
}

function swapcase(text: string): string {
  let space = true;
  let out = '';
  for (const character of text) {
    let rune = runeAt(character);
    if (isUpper(rune) || isTitle(rune)) {
      rune = toLower(rune);
      space = false;
    } else if (isLower(rune)) {
      rune = space ? toTitle(rune) : toUpper(rune);
      space = false;
    } else space = isSpace(rune);
    out += String.fromCodePoint(rune);
  }
  return out;
}

/** strings.TrimFunc. */
function trimRunes(text: string, cut: (rune: number) => boolean): string {
  const characters = Array.from(text);
  let start = 0;
  let end = characters.length;
  while (start < end && cut(runeAt(characters[start]!))) start++;
  while (end > start && cut(runeAt(characters[end - 1]!))) end--;
  return characters.slice(start, end).join('');
}

/** strings.Trim: a stray byte in the set stands for U+FFFD, and U+FFFD for every stray byte. */
function trimSet(text: string, cutset: string): string {
  const set = new Set<number>();
  for (const character of cutset) set.add(isStray(character) ? RUNE_ERROR : runeAt(character));
  return trimRunes(text, (rune) => set.has(rune));
}

/** goutils reads bytes as Latin-1 characters here; text without white space stays as it is. */
function nospace(text: string): string {
  const bytes = toBytes(text);
  const kept = bytes.filter((byte) => !isSpace(byte));
  return kept.length === bytes.length ? text : Buffer.from(kept).toString('latin1');
}

function initials(text: string): string {
  let gap = true;
  let out = '';
  for (const byte of toBytes(text)) {
    if (isSpace(byte)) gap = true;
    else if (gap) {
      out += String.fromCharCode(byte);
      gap = false;
    }
  }
  return out;
}

function trunc(length: number, text: string): string {
  const bytes = byteLength(text);
  if (length < 0 && bytes + length > 0) return sliceText(text, bytes + length, undefined);
  if (length >= 0 && bytes > length) return sliceText(text, undefined, length);
  return text;
}

function substr(start: bigint, end: bigint, text: string): string {
  if (start < 0) return sliceText(text, undefined, end);
  if (end < 0 || end > byteLength(text)) return sliceText(text, start, undefined);
  return sliceText(text, start, end);
}

/** goutils' Abbreviate: at most `width` bytes around `left`, with dots where something was cut. */
function abbrev(left: bigint, width: number, text: string): string {
  if (width < 4 || (left > 0n && width < 7)) return text;
  const length = byteLength(text);
  if (length <= width) return text;
  // The subtraction wraps around as Go's does.
  const room = BigInt.asIntN(64, BigInt(length) - left);
  const offset = room < width - 3 ? length - (width - 3) : Number(left);
  if (offset <= 4) return `${sliceText(text, undefined, width - 3)}...`;
  // An error that sprig swallows.
  if (width < 7) return '';
  if (offset + width - 3 < length) {
    return `...${abbrev(0n, width - 3, sliceText(text, offset, undefined))}`;
  }
  return `...${sliceText(text, length - (width - 3), undefined)}`;
}

function indent(context: CallContext, spaces: bigint, text: string): string {
  if (spaces < 0n) throw negativeRepeat();
  const lines = text.split('\n');
  context.reserve(byteLength(text) + count(spaces) * lines.length);
  const pad = ' '.repeat(count(spaces));
  return pad + lines.join(`\n${pad}`);
}

function negativeRepeat(): GoError {
  return new GoError('strings: negative Repeat count');
}

/** strings.ReplaceAll: an empty `old` stands before every rune and at the end. */
function replace(text: string, old: string, replacement: string): string {
  if (old === replacement) return text;
  if (old === '') {
    return normalize(
      replacement +
        Array.from(text)
          .map((character) => character + replacement)
          .join(''),
    );
  }
  return withBytes([old], (encode, decode) => {
    const parts = encode(text).split(encode(old));
    return parts.length === 1 ? text : normalize(decode(parts.join(encode(replacement))));
  });
}
