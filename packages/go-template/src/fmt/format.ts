/** How fmt writes booleans, strings and numbers under flags: each function returns the padded text. */
import { canBackquote, formatFloat, isPrint, quote, quoteRune, quoteToAscii } from '../strconv/index.ts';
import { runeCount, toBytes } from '../value/bytes.ts';
import type { Flags } from './flags.ts';

/** Pads to the width in runes; zeros only on the left. */
export function pad(flags: Flags, text: string, zero = flags.zero): string {
  if (flags.width <= 0) return text;
  const missing = flags.width - runeCount(text);
  if (missing <= 0) return text;
  return flags.minus ? text + ' '.repeat(missing) : padding(missing, zero) + text;
}

function padding(count: number, zero: boolean): string {
  return (zero ? '0' : ' ').repeat(Math.max(count, 0));
}

/** %s: the precision cuts runes. */
export function formatString(flags: Flags, text: string): string {
  return pad(flags, truncate(flags, text));
}

function truncate(flags: Flags, text: string): string {
  if (flags.precision < 0 || text.length <= flags.precision) return text;
  let runes = 0;
  let at = 0;
  for (const character of text) {
    if (++runes > flags.precision) return text.slice(0, at);
    at += character.length;
  }
  return text;
}

/** %q of a string. */
export function formatQuoted(flags: Flags, text: string): string {
  const cut = truncate(flags, text);
  if (flags.sharp && canBackquote(cut)) return pad(flags, `\`${cut}\``);
  return pad(flags, flags.plus ? quoteToAscii(cut) : quote(cut));
}

/** %x and %X of bytes. */
export function formatHexBytes(flags: Flags, data: string | Uint8Array, upper: boolean): string {
  let bytes = typeof data === 'string' ? toBytes(data) : data;
  if (flags.precision >= 0 && flags.precision < bytes.length) bytes = bytes.subarray(0, flags.precision);
  if (bytes.length === 0) return flags.width > 0 ? padding(flags.width, flags.zero && !flags.minus) : '';
  const prefix = flags.sharp ? (upper ? '0X' : '0x') : '';
  const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const text = flags.space ? pairs.join(` ${prefix.toLowerCase()}`) : pairs.join('');
  return pad(flags, prefix + (upper ? text.toUpperCase() : text));
}

/** %c. */
export function formatRune(flags: Flags, value: bigint): string {
  return pad(flags, String.fromCodePoint(validRune(value)));
}

/** %q of an integer. */
export function formatQuotedRune(flags: Flags, value: bigint): string {
  return pad(flags, quoteRune(validRune(value), flags.plus));
}

function validRune(value: bigint): number {
  if (value < 0n || value > 0x10ffffn || (value >= 0xd800n && value <= 0xdfffn)) return 0xfffd;
  return Number(value);
}

/** %U. */
export function formatUnicode(flags: Flags, value: bigint): string {
  const unsigned = BigInt.asUintN(64, value);
  let text = `U+${unsigned.toString(16).toUpperCase().padStart(Math.max(4, flags.precision), '0')}`;
  if (flags.sharp && unsigned <= 0x10ffffn && isPrint(Number(unsigned))) {
    text += ` '${String.fromCodePoint(Number(unsigned))}'`;
  }
  return pad(flags, text, false);
}

/** %d, %b, %o, %O, %x, %X. */
export function formatInteger(flags: Flags, value: bigint, base: number, verb: string): string {
  const negative = value < 0n;
  const size = negative ? -value : value;
  let wanted = 0;
  if (flags.precision >= 0) {
    wanted = flags.precision;
    if (wanted === 0 && size === 0n) return padding(flags.width, false);
  } else if (flags.zero && !flags.minus && flags.width >= 0) {
    wanted = flags.width - (negative || flags.plus || flags.space ? 1 : 0);
  }
  const upper = verb === 'X';
  let digits = (upper ? size.toString(base).toUpperCase() : size.toString(base)).padStart(wanted, '0');
  if (flags.sharp) {
    if (base === 2) digits = `0b${digits}`;
    else if (base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
    else if (base === 16) digits = (upper ? '0X' : '0x') + digits;
  }
  if (verb === 'O') digits = `0o${digits}`;
  if (negative) digits = `-${digits}`;
  else if (flags.plus) digits = `+${digits}`;
  else if (flags.space) digits = ` ${digits}`;
  return pad(flags, digits, false);
}

/** %e, %f, %g and the others of a float64; the precision of the flags overrules the given one. */
export function formatFloat64(flags: Flags, value: number, verb: string, defaultPrecision: number): string {
  const precision = flags.precision >= 0 ? flags.precision : defaultPrecision;
  let text = formatFloat(value, verb, precision);
  let sign = '+';
  if (text.startsWith('-') || text.startsWith('+')) {
    sign = text[0]!;
    text = text.slice(1);
  }
  if (flags.space && sign === '+' && !flags.plus) sign = ' ';
  if (text === 'Inf' || text === 'NaN') {
    // An infinity always shows its sign, NaN only when a flag asks for one.
    const signed = text === 'Inf' || flags.space || flags.plus;
    return pad(flags, signed ? sign + text : text, false);
  }
  if (flags.sharp && verb !== 'b') text = keepPoint(text, verb, precision);
  if (flags.plus || sign !== '+') {
    if (flags.zero && !flags.minus && flags.width > text.length + 1) {
      return sign + padding(flags.width - text.length - 1, true) + text;
    }
    return pad(flags, sign + text);
  }
  return pad(flags, text);
}

/** The sharp flag: always a decimal point, and the zeros that %g would drop. */
function keepPoint(text: string, verb: string, precision: number): string {
  let missing = 0;
  if (verb === 'g' || verb === 'G' || verb === 'x') missing = precision === -1 ? 6 : precision;
  const isHex = verb === 'x' || verb === 'X';
  const tailAt = text.search(isHex ? /[pP]/ : /[eE]/);
  let head = tailAt < 0 ? text : text.slice(0, tailAt);
  const tail = tailAt < 0 ? '' : text.slice(tailAt);
  let seen = false;
  for (const character of head) {
    if (character === '.') continue;
    if (character !== '0') seen = true;
    if (seen) missing--;
  }
  if (!head.includes('.')) {
    if (head === '0') missing--;
    head += '.';
  }
  return head + '0'.repeat(Math.max(missing, 0)) + tail;
}
