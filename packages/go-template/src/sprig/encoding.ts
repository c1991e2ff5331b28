/** sprig's base64 and base32. What cannot be decoded gives the text of the error, as sprig does. */
import type { FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { fromBytes, toBytes, toLatin1 } from '../value/bytes.ts';
import { STRING } from '../value/type.ts';

export const encoding: Readonly<Record<string, FuncSpec>> = {
  b64enc: func([STRING], STRING, (_, text) => encodeBase64(toBytes(text))),
  b64dec: func([STRING], STRING, (_, text) => decode(text, BASE64)),
  b32enc: func([STRING], STRING, (_, text) => encodeBase32(toBytes(text))),
  b32dec: func([STRING], STRING, (_, text) => decode(text, BASE32)),
};

/** Standard base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The bytes of standard base64, or where Go says that the data is illegal. */
export function decodeBase64(text: string): Uint8Array | number {
  return decodeBytes(toLatin1(text), BASE64);
}

interface Alphabet {
  readonly name: string;
  readonly digits: string;
  /** Characters of a group and bits of a character. */
  readonly group: number;
  readonly bits: number;
  /** Where the padding is wrong, given the place after its first character and the characters before it. */
  readonly checkPadding: (text: string, after: number, used: number) => number | undefined;
}

const BASE64: Alphabet = {
  name: 'base64',
  digits: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  group: 4,
  bits: 6,
  checkPadding: checkPadding64,
};

const BASE32: Alphabet = {
  name: 'base32',
  digits: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  group: 8,
  bits: 5,
  checkPadding: checkPadding32,
};

function encodeBase32(bytes: Uint8Array): string {
  let out = '';
  let buffer = 0;
  let held = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    for (held += 8; held >= 5; held -= 5) out += BASE32.digits[(buffer >> (held - 5)) & 31];
  }
  if (held > 0) out += BASE32.digits[(buffer << (5 - held)) & 31];
  return out.padEnd(Math.ceil(out.length / 8) * 8, '=');
}

function decode(text: string, alphabet: Alphabet): string {
  const result = decodeBytes(toLatin1(text), alphabet);
  return typeof result === 'number'
    ? `illegal ${alphabet.name} data at input byte ${result}`
    : fromBytes(result);
}

/** The bytes, or where Go says that the data is illegal. Line breaks are skipped. */
function decodeBytes(text: string, alphabet: Alphabet): Uint8Array | number {
  const { digits, bits, group } = alphabet;
  // base32 takes the line breaks out first and counts without them, base64 counts them.
  const source = group === 8 ? text.replace(/[\r\n]/g, '') : text;
  const out: number[] = [];
  let values: number[] = [];
  const flush = () => {
    let buffer = 0n;
    for (const value of values) buffer = (buffer << BigInt(bits)) | BigInt(value);
    const whole = Math.floor((values.length * bits) / 8);
    buffer >>= BigInt(values.length * bits - whole * 8);
    for (let i = whole - 1; i >= 0; i--) out.push(Number((buffer >> BigInt(8 * i)) & 0xffn));
    values = [];
  };
  let at = 0;
  while (at < source.length) {
    const character = source[at]!;
    at++;
    if (character === '\n' || character === '\r') continue;
    const value = digits.indexOf(character);
    if (value >= 0) {
      values.push(value);
      if (values.length === group) flush();
      continue;
    }
    if (character !== '=') return at - 1;
    const bad = alphabet.checkPadding(source, at, values.length);
    if (bad !== undefined) return bad;
    flush();
    return Uint8Array.from(out);
  }
  // A group that ends with the text lacks its padding.
  return values.length === 0 ? Uint8Array.from(out) : at - values.length;
}

function checkPadding64(text: string, after: number, used: number): number | undefined {
  if (used < 2) return after - 1;
  let next = after;
  const skipBreaks = () => {
    while (text[next] === '\n' || text[next] === '\r') next++;
  };
  if (used === 2) {
    skipBreaks();
    if (next === text.length) return next;
    if (text[next] !== '=') return next - 1;
    next++;
  }
  skipBreaks();
  return next < text.length ? next : undefined;
}

/** What follows complete padding within the group is not looked at. */
function checkPadding32(text: string, after: number, used: number): number | undefined {
  const left = text.length - after;
  if (used < 2 || left >= 8) return after - 1;
  const wanted = 7 - used;
  if (left < wanted) return text.length;
  for (let i = 0; i < wanted; i++) {
    if (text[after + i] !== '=') return after + i - 1;
  }
  return used === 3 || used === 6 ? after - 1 : undefined;
}
