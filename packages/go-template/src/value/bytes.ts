/**
 * Go strings are bytes. Here they are JavaScript strings in which a byte that is not part of valid UTF-8
 * stands as the lone surrogate U+DC00+byte (U+DC80..U+DCFF); everything else is well-formed UTF-16.
 */

const SURROGATE = /[\ud800-\udfff]/;
const NON_ASCII = /[^\x00-\x7f]/;

/** Whether every character is one byte, so that byte and character positions agree. */
export function isAscii(text: string): boolean {
  return !NON_ASCII.test(text);
}

/** The bytes of a string, stray ones included. */
export function toBytes(text: string): Uint8Array {
  if (!SURROGATE.test(text)) return Buffer.from(text, 'utf8');
  const parts: Uint8Array[] = [];
  let clean = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    if (isPairAt(text, i)) {
      i++;
      continue;
    }
    if (i > clean) parts.push(Buffer.from(text.slice(clean, i), 'utf8'));
    parts.push(unit >= 0xdc80 && unit <= 0xdcff ? Uint8Array.of(unit - 0xdc00) : REPLACEMENT);
    clean = i + 1;
  }
  if (parts.length === 0) return Buffer.from(text, 'utf8');
  parts.push(Buffer.from(text.slice(clean), 'utf8'));
  return Buffer.concat(parts);
}

const REPLACEMENT = Uint8Array.of(0xef, 0xbf, 0xbd);

function isPairAt(text: string, i: number): boolean {
  const high = text.charCodeAt(i);
  const low = text.charCodeAt(i + 1);
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low <= 0xdfff;
}

/** The string of some bytes; each byte outside valid UTF-8 becomes its stand-in. */
export function fromBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.includes('\ufffd') ? decodeSlowly(bytes) : text;
}

function decodeSlowly(bytes: Uint8Array): string {
  const parts: string[] = [];
  let clean = 0;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < bytes.length; ) {
    const width = sequenceLength(bytes, i);
    if (width > 0) {
      i += width;
      continue;
    }
    if (i > clean) parts.push(buffer.toString('utf8', clean, i));
    parts.push(String.fromCharCode(0xdc00 + bytes[i]!));
    i++;
    clean = i;
  }
  parts.push(buffer.toString('utf8', clean));
  return parts.join('');
}

/** Length of the valid UTF-8 sequence at a position, 0 where there is none (unicode/utf8's rules). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const width = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + width > bytes.length) return 0;
  const second = bytes[at + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = at + 2; i < at + width; i++) {
    if ((bytes[i]! & 0xc0) !== 0x80) return 0;
  }
  return width;
}

/** len of a string: its bytes. */
export function byteLength(text: string): number {
  if (!SURROGATE.test(text)) return Buffer.byteLength(text, 'utf8');
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit < 0xd800 || unit > 0xdfff) length += 3;
    else if (isPairAt(text, i)) {
      length += 4;
      i++;
    } else length += unit >= 0xdc80 && unit <= 0xdcff ? 1 : 3;
  }
  return length;
}

/** s[start:end] in bytes; the caller has checked the bounds. */
export function byteSlice(text: string, start: number, end: number): string {
  if (isAscii(text)) return text.slice(start, end);
  return fromBytes(toBytes(text).subarray(start, end));
}

/** Joins again what was cut inside a character: call it on text that was put together from pieces. */
export function normalize(text: string): string {
  return hasStrayBytes(text) ? fromBytes(toBytes(text)) : text;
}

/** Whether any byte is outside valid UTF-8. */
export function hasStrayBytes(text: string): boolean {
  if (!SURROGATE.test(text)) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    if (!isPairAt(text, i)) return true;
    i++;
  }
  return false;
}

/** Text for the world outside: one U+FFFD for each stray byte, as encoding/json does. */
export function toWellFormed(text: string): string {
  if (!SURROGATE.test(text)) return text;
  return normalize(text).replace(LONE, '\ufffd');
}

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Data from outside: lone surrogates that are no stand-ins become U+FFFD. */
export function fromOutside(text: string): string {
  if (!SURROGATE.test(text)) return text;
  return text.replace(LONE, (unit) => (unit >= '\udc80' && unit <= '\udcff' ? unit : '\ufffd'));
}

/** Go's order of strings: by bytes. Negative, zero or positive. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // UTF-16 and UTF-8 order differ only where surrogates take part.
    if (x < 0xd800 && y < 0xd800) return x - y;
    return Buffer.compare(toBytes(a), toBytes(b));
  }
  return a.length - b.length;
}

/** Runes of a string as code points; a stray byte counts as one (U+FFFD in Go) and keeps its stand-in here. */
export function runeCount(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    if (isPairAt(text, i)) i++;
    count++;
  }
  return count;
}

/** A string of one character per byte, U+0000..U+00FF: for searches and cuts that count bytes. */
export function toLatin1(text: string): string {
  const bytes = toBytes(text);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The way back from `toLatin1`. */
export function fromLatin1(text: string): string {
  return fromBytes(Buffer.from(text, 'latin1'));
}
