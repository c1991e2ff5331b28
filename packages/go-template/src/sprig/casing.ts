/** xstrings' word cases. A word is a run of runes of one kind; stray bytes join the word they stand in. */
import { isNumber, isPunct, isSpace, isUpper, RUNE_ERROR, runeAt, toLower, toUpper } from '../runes/index.ts';
import { isLetter } from '../strconv/index.ts';
import { normalize } from '../value/bytes.ts';

function isConnector(rune: number): boolean {
  return rune === 0x2d || rune === 0x5f || isSpace(rune);
}

/** Letters, without the Chinese, Japanese and Korean ideographs. */
function isAlphabet(rune: number): boolean {
  if (!isLetter(rune)) return false;
  return !(
    (rune >= 0x4e00 && rune <= 0x9fcc) ||
    (rune >= 0x3400 && rune <= 0x4d85) ||
    (rune >= 0x20000 && rune <= 0x2b81d)
  );
}

/** xstrings.ToPascalCase. */
export function camelcase(text: string): string {
  const runes = Array.from(text, (character) => runeAt(character));
  const first = runes.findIndex((rune) => !isConnector(rune));
  // Connectors alone: xstrings writes the last one twice.
  if (first < 0) return String.fromCodePoint(...runes, ...runes.slice(-1));
  let out = String.fromCodePoint(...runes.slice(0, first));
  let current = toUpper(runes[first]!);
  let lowering = isUpper(runes[first]!);
  for (const next of runes.slice(first + 1)) {
    const previous = current;
    current = next;
    if (isConnector(current) && isConnector(previous)) {
      out += String.fromCodePoint(previous);
      continue;
    }
    if (isConnector(previous)) {
      lowering = isUpper(current);
      current = toUpper(current);
      continue;
    }
    if (lowering && isUpper(current)) current = toLower(current);
    else lowering = false;
    out += String.fromCodePoint(previous);
  }
  return out + String.fromCodePoint(current);
}

export function snakecase(text: string): string {
  return joinWords(text, '_');
}

export function kebabcase(text: string): string {
  return joinWords(text, '-');
}

type Kind = 'none' | 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other';

interface Word {
  readonly kind: Kind;
  readonly characters: readonly string[];
}

/** Cuts characters into words, one at a time. */
class Words {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#characters = Array.from(text);
  }

  get atEnd(): boolean {
    return this.#at >= this.#characters.length;
  }

  next(): Word {
    const start = this.#at;
    const kind = this.#scan();
    return { kind, characters: this.#characters.slice(start, this.#at) };
  }

  /** The next valid rune and how many characters it takes with the stray ones before it. */
  #peek(from: number, otherwise: number): { rune: number; size: number } {
    let at = from;
    while (at < this.#characters.length) {
      const rune = runeAt(this.#characters[at]!);
      at++;
      if (rune !== RUNE_ERROR) return { rune, size: at - from };
    }
    return { rune: otherwise, size: at - from };
  }

  /** Goes on while the runes belong; what is left at the end has size 0 and belongs. */
  #takeWhile(rune: number, belongs: (rune: number) => boolean): number {
    let last = rune;
    while (!this.atEnd) {
      const { rune: next, size } = this.#peek(this.#at, last);
      last = next;
      if (!belongs(next)) return next;
      this.#at += size;
    }
    return last;
  }

  #scan(): Kind {
    if (this.atEnd) return 'none';
    const { rune, size } = this.#peek(this.#at, RUNE_ERROR);
    this.#at += size;
    if (rune === RUNE_ERROR) return 'none';
    if (isConnector(rune)) return this.#run(rune, isConnector, 'connector');
    if (isPunct(rune)) return this.#run(rune, isPunct, 'punctuation');
    if (isUpper(rune)) return this.#scanUpper(rune);
    if (isAlphabet(rune)) return this.#run(rune, isLowerAlphabet, 'letters');
    if (isNumber(rune)) return this.#run(rune, isNumber, 'number');
    return this.#run(rune, isOther, 'other');
  }

  #run(rune: number, belongs: (rune: number) => boolean, kind: Kind): Kind {
    this.#takeWhile(rune, belongs);
    return kind;
  }

  #scanUpper(first: number): Kind {
    if (this.atEnd) return 'upper';
    const second = this.#peek(this.#at, first);
    if (isUpper(second.rune)) {
      let lastSize = second.size;
      this.#at += second.size;
      let rune = second.rune;
      while (!this.atEnd) {
        const next = this.#peek(this.#at, rune);
        rune = next.rune;
        if (!isUpper(rune)) break;
        lastSize = next.size;
        this.#at += next.size;
      }
      // "HTTPStatus" is HTTP and Status.
      if (!this.atEnd && isAlphabet(rune)) this.#at -= lastSize;
    } else if (isAlphabet(second.rune)) {
      this.#at += second.size;
      this.#takeWhile(second.rune, isLowerAlphabet);
    }
    return 'upper';
  }
}

function isLowerAlphabet(rune: number): boolean {
  return isAlphabet(rune) && !isUpper(rune);
}

function isOther(rune: number): boolean {
  return !(isConnector(rune) || isAlphabet(rune) || isNumber(rune) || isPunct(rune));
}

function joinWords(text: string, connector: string): string {
  if (text === '') return '';
  const words = new Words(text);
  let out = '';
  const write = (word: Word) => {
    out += lowered(word, connector);
  };
  /** A number takes the letters and numbers that follow it along. */
  const writeRun = (word: Word): Word => {
    let next = word;
    while (next.kind === 'letters' || next.kind === 'number') {
      write(next);
      next = words.next();
    }
    return next;
  };
  let word = words.next();
  while (!words.atEnd) {
    if (word.kind !== 'connector') write(word);
    const previous = word;
    word = words.next();
    switch (previous.kind) {
      case 'number':
        word = writeRun(word);
        if (startsWord(word) && word.kind !== 'none') out += connector;
        break;
      case 'connector':
        write(previous);
        break;
      case 'punctuation':
        break;
      default: {
        if (word.kind !== 'number') {
          if (startsWord(word)) out += connector;
          break;
        }
        if (words.atEnd) break;
        const number = word;
        word = words.next();
        if (word.kind !== 'letters') {
          // "Bld4Floor": the number belongs to the word before it.
          write(number);
          if (startsWord(word)) out += connector;
          break;
        }
        // "HTTP2xx": the number begins a word.
        out += connector;
        write(number);
        word = writeRun(word);
        if (startsWord(word) && word.kind !== 'none') out += connector;
      }
    }
  }
  write(word);
  return normalize(out);
}

function startsWord(word: Word): boolean {
  return word.kind !== 'connector' && word.kind !== 'punctuation';
}

function lowered(word: Word, connector: string): string {
  if (word.kind !== 'upper' && word.kind !== 'connector') return word.characters.join('');
  let out = '';
  for (const character of word.characters) {
    const rune = runeAt(character);
    if (isConnector(rune)) out += connector;
    else out += String.fromCodePoint(isUpper(rune) ? toLower(rune) : rune);
  }
  return out;
}
