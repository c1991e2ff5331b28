/** Runes of strings and Go's rune-to-rune case mappings and classes (package unicode and strings.Map). */
import {
  LOWER,
  NUMBER,
  PUNCTUATION,
  TITLE,
  TITLE_NOT_UPPER,
  TO_LOWER,
  TO_UPPER,
  UPPER,
} from './cases.gen.ts';

/** What Go decodes a byte outside valid UTF-8 to. */
export const RUNE_ERROR = 0xfffd;

/** The code point of one character of a string; a stray byte is U+FFFD, as Go decodes it. */
export function runeAt(text: string, at = 0): number {
  const rune = text.codePointAt(at) ?? RUNE_ERROR;
  return rune >= 0xd800 && rune <= 0xdfff ? RUNE_ERROR : rune;
}

/** Whether one character of a string stands for a byte outside valid UTF-8. */
export function isStray(character: string): boolean {
  const unit = character.charCodeAt(0);
  return character.length === 1 && unit >= 0xd800 && unit <= 0xdfff;
}

/** strings.Map: every rune through `to`; stray bytes become whatever U+FFFD becomes. */
export function mapRunes(text: string, to: (rune: number) => number): string {
  let out = '';
  for (const character of text) out += String.fromCodePoint(to(runeAt(character)));
  return out;
}

const ASCII = /^[\x00-\x7f]*$/;

/** strings.ToUpper. */
export function upper(text: string): string {
  return ASCII.test(text) ? text.toUpperCase() : mapRunes(text, toUpper);
}

/** strings.ToLower. */
export function lower(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : mapRunes(text, toLower);
}

export function toUpper(rune: number): number {
  if (rune < 0x80) return rune >= 97 && rune <= 122 ? rune - 32 : rune;
  return rune + delta(upperRuns(), rune);
}

export function toLower(rune: number): number {
  if (rune < 0x80) return rune >= 65 && rune <= 90 ? rune + 32 : rune;
  return rune + delta(lowerRuns(), rune);
}

export function toTitle(rune: number): number {
  if (rune < 0x80) return toUpper(rune);
  const other = delta(titleRuns(), rune);
  if (other === 0) return toUpper(rune);
  return other === ITSELF ? rune : rune + other;
}

/** In the table of title cases: the rune is its own title case though it has an upper case. */
const ITSELF = 0x200000;

/** unicode.IsSpace. */
export function isSpace(rune: number): boolean {
  if (rune < 0x100) return (rune >= 9 && rune <= 13) || rune === 32 || rune === 0x85 || rune === 0xa0;
  return (
    rune === 0x1680 ||
    (rune >= 0x2000 && rune <= 0x200a) ||
    rune === 0x2028 ||
    rune === 0x2029 ||
    rune === 0x202f ||
    rune === 0x205f ||
    rune === 0x3000
  );
}

export const isUpper = runeClass(UPPER);
export const isLower = runeClass(LOWER);
export const isTitle = runeClass(TITLE);
export const isNumber = runeClass(NUMBER);
export const isPunct = runeClass(PUNCTUATION);

/** A test for a generated class: an odd number of run starts at or below a rune means inside. */
function runeClass(runs: string): (rune: number) => boolean {
  const starts = lazily(() => {
    let at = 0;
    return Uint32Array.from(runs.split(' '), (run) => (at += Number.parseInt(run, 36)));
  });
  return (rune) => {
    const bounds = starts();
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bounds[middle]! <= rune) low = middle + 1;
      else high = middle;
    }
    return (low & 1) === 1;
  };
}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly delta: number;
}

const upperRuns = lazily(() => readRuns(TO_UPPER));
const lowerRuns = lazily(() => readRuns(TO_LOWER));
const titleRuns = lazily(() => readRuns(TITLE_NOT_UPPER));

function readRuns(text: string): Run[] {
  const numbers = text.split(' ').map((number) => Number.parseInt(number, 36));
  const runs: Run[] = [];
  let last = 0;
  for (let i = 0; i < numbers.length; i += 4) {
    const step = numbers[i + 2]!;
    const start = last + numbers[i]!;
    const end = start + (numbers[i + 1]! - 1) * step;
    runs.push({ start, end, step, delta: numbers[i + 3]! });
    last = end;
  }
  return runs;
}

function delta(runs: readonly Run[], rune: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (runs[middle]!.end < rune) low = middle + 1;
    else high = middle;
  }
  const run = runs[low];
  if (run === undefined || rune < run.start || (rune - run.start) % run.step !== 0) return 0;
  return run.delta;
}

/** The tables are read when a rune outside ASCII first asks for them. */
function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
