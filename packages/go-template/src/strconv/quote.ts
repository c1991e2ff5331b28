/** Go's quoted strings: strconv.Quote, Unquote and their relatives. */
import { fromBytes, toBytes } from '../value/bytes.ts';
import { isPrint } from './unicode.ts';

const PLAIN = /^[ !#-[\]-~]*$/;

/** strconv.Quote. */
export function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : quoteWith(text, '"', false);
}

/** strconv.QuoteToASCII. */
export function quoteToAscii(text: string): string {
  return quoteWith(text, '"', true);
}

/** strconv.QuoteRune and QuoteRuneToASCII; what is no code point becomes U+FFFD. */
export function quoteRune(rune: number, ascii: boolean): string {
  const valid = rune >= 0 && rune <= 0x10ffff && !(rune >= 0xd800 && rune <= 0xdfff);
  return `'${escapeRune(valid ? rune : 0xfffd, "'", ascii)}'`;
}

function quoteWith(text: string, mark: string, ascii: boolean): string {
  let out = mark;
  for (const character of text) {
    const rune = character.codePointAt(0)!;
    if (rune >= 0xdc80 && rune <= 0xdcff) out += `\\x${(rune - 0xdc00).toString(16)}`;
    else out += escapeRune(rune, mark, ascii);
  }
  return out + mark;
}

const SHORT: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [12, '\\f'],
  [10, '\\n'],
  [13, '\\r'],
  [9, '\\t'],
  [11, '\\v'],
]);

function escapeRune(rune: number, mark: string, ascii: boolean): string {
  if (rune === mark.charCodeAt(0) || rune === 0x5c) return `\\${String.fromCharCode(rune)}`;
  if ((!ascii || rune < 0x80) && isPrint(rune)) return String.fromCodePoint(rune);
  const short = SHORT.get(rune);
  if (short !== undefined) return short;
  if (rune < 0x20 || rune === 0x7f) return `\\x${rune.toString(16).padStart(2, '0')}`;
  if (rune < 0x10000) return `\\u${rune.toString(16).padStart(4, '0')}`;
  return `\\U${rune.toString(16).padStart(8, '0')}`;
}

/** strconv.CanBackquote: one line, no control characters but tab, no backquote, no byte order mark. */
export function canBackquote(text: string): boolean {
  return !/[\x00-\x08\x0a-\x1f`\x7f\ufeff]|[\udc80-\udcff]/u.test(text);
}

/**
 * strconv.Unquote of a token in double or back quotes.
 *
 * @returns the text, or undefined where Go says "invalid syntax"
 */
export function unquote(token: string): string | undefined {
  const mark = token[0];
  if (token.length < 2 || token[token.length - 1] !== mark) return undefined;
  const inner = token.slice(1, -1);
  if (mark === '`') return inner.includes('`') ? undefined : inner.replaceAll('\r', '');
  if (mark !== '"' || inner.includes('\n')) return undefined;
  if (!inner.includes('\\')) return inner.includes('"') ? undefined : inner;
  let bytes = false;
  let out = '';
  for (let at = 0; at < inner.length; ) {
    const step = unquoteChar(inner, at, '"');
    if (step === undefined) return undefined;
    // A byte escape may be half of a character whose other half follows.
    bytes ||= step.isByte && step.rune >= 0x80;
    out +=
      step.isByte && step.rune >= 0x80
        ? String.fromCharCode(0xdc00 + step.rune)
        : String.fromCodePoint(step.rune);
    at = step.next;
  }
  return bytes ? fromBytes(toBytes(out)) : out;
}

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** strconv.UnquoteChar at a position; `isByte` where the escape stands for one byte (\x, octal). */
export function unquoteChar(
  text: string,
  at: number,
  mark: string,
): { rune: number; next: number; isByte: boolean } | undefined {
  const rune = text.codePointAt(at);
  if (rune === undefined || text[at] === mark) return undefined;
  if (rune !== 0x5c) return { rune, next: at + (rune > 0xffff ? 2 : 1), isByte: false };
  const letter = text[at + 1];
  if (letter === undefined) return undefined;
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  if (simple !== undefined) return { rune: simple, next: at + 2, isByte: false };
  if (letter === '"' || letter === "'") {
    return letter === mark ? { rune: letter.charCodeAt(0), next: at + 2, isByte: false } : undefined;
  }
  if (letter === 'x' || letter === 'u' || letter === 'U') {
    const digits = text.slice(at + 2, at + 2 + HEX_LENGTH[letter]!);
    if (digits.length !== HEX_LENGTH[letter] || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
    const value = Number.parseInt(digits, 16);
    if (letter !== 'x' && (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))) return undefined;
    return { rune: value, next: at + 2 + digits.length, isByte: letter === 'x' };
  }
  const octal = /^[0-7]{3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (octal === undefined || Number.parseInt(octal, 8) > 255) return undefined;
  return { rune: Number.parseInt(octal, 8), next: at + 4, isByte: true };
}
