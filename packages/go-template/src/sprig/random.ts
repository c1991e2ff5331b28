/** sprig's random functions, on the randomness of the context. */
import type { CallContext, FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { runeAt } from '../runes/index.ts';
import { GoError } from '../value/goerror.ts';
import { INT, STRING } from '../value/type.ts';
import { encodeBase64 } from './encoding.ts';
import { count } from './text.ts';

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');

export const random: Readonly<Record<string, FuncSpec>> = {
  randAlphaNum: textOf(LETTERS + DIGITS),
  randAlpha: textOf(LETTERS),
  randNumeric: textOf(DIGITS),
  randAscii: textOf(ASCII),
  randBytes: func(
    [INT],
    STRING,
    (context, size) => {
      if (size < 0n) throw new GoError('runtime error: makeslice: len out of range');
      context.reserve(count(size));
      return encodeBase64(context.random(count(size)));
    },
    'random',
  ),
  randInt: func(
    [INT, INT],
    INT,
    (context, low, high) => {
      if (high <= low) throw new GoError('invalid argument to Intn');
      return low + below(context, high - low);
    },
    'random',
  ),
  shuffle: func([STRING], STRING, (context, text) => shuffle(context, text), 'random'),
  uuidv4: func([], STRING, (context) => uuid(context.random(16)), 'random'),
};

function textOf(characters: string): FuncSpec {
  return func(
    [INT],
    STRING,
    (context, length) => {
      if (length <= 0n) return '';
      context.reserve(count(length));
      const size = BigInt(characters.length);
      return Array.from({ length: count(length) }, () => characters[Number(below(context, size))]).join('');
    },
    'random',
  );
}

/** A number below a limit, all equally likely: what falls beyond the last whole multiple is drawn again. */
export function below(context: CallContext, limit: bigint): bigint {
  const bytes = limit <= 256n ? 1 : 8;
  const span = 1n << BigInt(8 * bytes);
  const usable = span - (span % limit);
  for (;;) {
    const drawn = context.random(bytes).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
    if (drawn < usable) return drawn % limit;
  }
}

function shuffle(context: CallContext, text: string): string {
  const runes = Array.from(text, (character) => String.fromCodePoint(runeAt(character)));
  for (let i = runes.length - 1; i > 0; i--) {
    const other = Number(below(context, BigInt(i + 1)));
    [runes[i], runes[other]] = [runes[other]!, runes[i]!];
  }
  return runes.join('');
}

/** RFC 9562, version 4. */
function uuid(bytes: Uint8Array): string {
  const marked = Buffer.from(bytes);
  marked[6] = (marked[6]! & 0x0f) | 0x40;
  marked[8] = (marked[8]! & 0x3f) | 0x80;
  const hex = marked.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
