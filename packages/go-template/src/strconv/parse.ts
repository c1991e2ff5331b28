/** strconv's parsers of numbers. */

/** What Go's parser returns: a value also on error (0, or the nearest value in range). */
export interface Parsed<T> {
  readonly value: T;
  readonly error?: 'syntax' | 'range';
}

const SYNTAX: Parsed<bigint> = { value: 0n, error: 'syntax' };

/** strconv.ParseUint; base 0 reads prefixes and underscores. */
export function parseUint(text: string, base: number, bits = 64): Parsed<bigint> {
  const max = (1n << BigInt(bits)) - 1n;
  let radix = base;
  let digits = text;
  if (base === 0) {
    radix = 10;
    const prefix = /^0([box])?(?=.)/i.exec(text);
    if (prefix?.[1] !== undefined && text.length >= 3) {
      const letter = prefix[1].toLowerCase();
      radix = letter === 'b' ? 2 : letter === 'o' ? 8 : 16;
      digits = text.slice(2);
    } else if (text.startsWith('0')) {
      radix = 8;
      digits = text.slice(1);
    }
    if (digits.includes('_')) {
      if (!underscoresOk(text)) return SYNTAX;
      digits = digits.replaceAll('_', '');
    }
  }
  // "0" alone is the octal prefix with no digits: zero.
  if (text === '') return SYNTAX;
  if (digits === '') return base === 0 && text === '0' ? { value: 0n } : SYNTAX;
  let value = 0n;
  const big = BigInt(radix);
  for (let i = 0; i < digits.length; i++) {
    const digit = digitValue(digits.charCodeAt(i));
    if (digit >= radix) return SYNTAX;
    value = value * big + BigInt(digit);
    // Go stops at the digit that overflows and never sees what follows.
    if (value > max) return { value: max, error: 'range' };
  }
  return { value };
}

function digitValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 0x20;
  return lower >= 97 && lower <= 122 && code < 128 ? lower - 87 : 99;
}

/** strconv.ParseInt; base 0 reads prefixes and underscores. */
export function parseInt64(text: string, base: number, bits = 64): Parsed<bigint> {
  const negative = text.startsWith('-');
  const unsigned = parseUint(negative || text.startsWith('+') ? text.slice(1) : text, base);
  if (unsigned.error === 'syntax') return SYNTAX;
  const cutoff = 1n << BigInt(bits - 1);
  if (!negative && unsigned.value >= cutoff) return { value: cutoff - 1n, error: 'range' };
  if (negative && unsigned.value > cutoff) return { value: -cutoff, error: 'range' };
  return { value: negative ? -unsigned.value : unsigned.value };
}

/** strconv.Atoi: decimal only, no underscores. */
export function atoi(text: string): Parsed<bigint> {
  return parseInt64(text, 10);
}

const DECIMAL = /^[+-]?(?:[0-9_]+\.?[0-9_]*|\.[0-9_]+)(?:[eE][+-]?[0-9][0-9_]*)?$/;
const HEX = /^[+-]?0[xX](?:[0-9a-fA-F_]+\.?[0-9a-fA-F_]*|\.[0-9a-fA-F_]+)[pP][+-]?[0-9][0-9_]*$/;
const INFINITE = /^[+-]?inf(?:inity)?$/i;

/** strconv.ParseFloat for 64 bits: decimal, hexadecimal, inf, infinity and nan; underscores as in Go's literals. */
export function parseFloat64(text: string): Parsed<number> {
  if (INFINITE.test(text)) return { value: text.startsWith('-') ? -Infinity : Infinity };
  if (/^nan$/i.test(text)) return { value: Number.NaN };
  const isHex = HEX.test(text);
  if (!isHex && !(DECIMAL.test(text) && /[0-9]/.test(text.split(/[eE]/)[0]!)))
    return { value: 0, error: 'syntax' };
  if (text.includes('_') && !underscoresOk(text)) return { value: 0, error: 'syntax' };
  const plain = text.replaceAll('_', '');
  if (isHex && !/[0-9a-fA-F]/.test(plain.replace(/^[+-]?0[xX]/, '').split(/[pP]/)[0]!)) {
    return { value: 0, error: 'syntax' };
  }
  const value = isHex ? parseHexFloat(plain) : Number(plain);
  return Number.isFinite(value) ? { value } : { value, error: 'range' };
}

function parseHexFloat(text: string): number {
  const match = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(text);
  if (match === null) return Number.NaN;
  const fraction = match[3]!;
  const mantissa = BigInt(`0x0${match[2]}${fraction}`);
  const exponent = Math.max(-100_000, Math.min(100_000, Number(match[4]))) - 4 * fraction.length;
  const value = scale(mantissa, exponent);
  return match[1] === '-' ? -value : value;
}

/** mantissa * 2^exponent, rounded once, to even. */
function scale(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  if (bits + exponent > 1024) return Infinity;
  // The lowest bit a float64 of this size has: 53 bits below the top, or 2^-1074.
  const drop = Math.max(bits - 53, -1074 - exponent);
  if (drop <= 0) return Number(mantissa) * 2 ** Math.max(exponent, -1074) * 2 ** Math.min(0, exponent + 1074);
  if (drop > bits + 1) return 0;
  const half = 1n << BigInt(drop - 1);
  const low = mantissa & ((1n << BigInt(drop)) - 1n);
  let high = mantissa >> BigInt(drop);
  if (low > half || (low === half && (high & 1n) === 1n)) high += 1n;
  return Number(high) * 2 ** (exponent + drop);
}

/** Underscores only between digits, or between a base prefix and a digit. */
function underscoresOk(text: string): boolean {
  const body = text.replace(/^[+-]/, '');
  const prefix = /^0[box]/i.exec(body)?.[0] ?? '';
  const isHex = /^0x/i.test(prefix);
  const digit = isHex ? /[0-9a-fA-F]/ : /[0-9]/;
  let previous: 'start' | 'digit' | 'underscore' | 'other' = prefix === '' ? 'start' : 'digit';
  for (const character of body.slice(prefix.length)) {
    if (digit.test(character)) previous = 'digit';
    else if (character === '_') {
      if (previous !== 'digit') return false;
      previous = 'underscore';
    } else {
      if (previous === 'underscore') return false;
      previous = 'other';
    }
  }
  return previous !== 'underscore';
}
