/** Classes of runes by Go's own Unicode tables. */
import { DIGITS, LETTERS, PRINTABLE } from './unicode.gen.ts';

/** Starts of alternating runs: a rune is in the set when an odd number of starts are at or below it. */
function boundaries(runs: string): Uint32Array {
  let at = 0;
  return Uint32Array.from(runs.split(' '), (run) => (at += Number.parseInt(run, 36)));
}

function contains(starts: Uint32Array, rune: number): boolean {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! <= rune) low = middle + 1;
    else high = middle;
  }
  return (low & 1) === 1;
}

const printable = boundaries(PRINTABLE);
const letters = boundaries(LETTERS);
const digits = boundaries(DIGITS);

/** strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrint(rune: number): boolean {
  if (rune < 0x7f) return rune >= 0x20;
  return contains(printable, rune);
}

export function isLetter(rune: number): boolean {
  if (rune < 0x80) return (rune >= 97 && rune <= 122) || (rune >= 65 && rune <= 90);
  return contains(letters, rune);
}

/** unicode.IsDigit: decimal digits of any script. */
export function isDigit(rune: number): boolean {
  if (rune < 0x80) return rune >= 48 && rune <= 57;
  return contains(digits, rune);
}
