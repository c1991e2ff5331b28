/**
 * The lexer: template text to tokens, one at a time, with the rules of text/template/parse/lex.go: spaces are
 * tokens inside actions, trim markers and comments never leave the lexer, the first error ends the text.
 */
import { isDigit, isLetter, isPrint, quote } from '../strconv/index.ts';
import { KEYWORDS, type Token, type TokenType } from './token.ts';

export type { Keyword, Token, TokenType } from './token.ts';

export interface LexOptions {
  /** `break` and `continue` are keywords, unless functions have these names. */
  readonly breakOk: boolean;
  readonly continueOk: boolean;
}

const SPACES = ' \t\r\n';

export class Lexer {
  readonly #options: LexOptions;
  #text: string;
  #pos = 0;
  #start = 0;
  #line = 1;
  #startLine = 1;
  #parens = 0;
  #insideAction = false;

  constructor(text: string, options: LexOptions) {
    this.#text = text;
    this.#options = options;
  }

  next(): Token {
    return this.#insideAction ? this.#lexAction() : this.#lexText();
  }

  #emit(type: TokenType): Token {
    const value = this.#text.slice(this.#start, this.#pos);
    const token = { type, pos: this.#start, value, line: this.#startLine };
    this.#advance(value);
    return token;
  }

  /** Moves the start of the next token here, counting the lines passed over. */
  #advance(passed: string): void {
    for (let at = passed.indexOf('\n'); at >= 0; at = passed.indexOf('\n', at + 1)) this.#line++;
    this.#start = this.#pos;
    this.#startLine = this.#line;
  }

  #ignore(): void {
    this.#advance(this.#text.slice(this.#start, this.#pos));
  }

  #error(message: string): Token {
    const token: Token = { type: 'error', pos: this.#start, value: message, line: this.#startLine };
    this.#text = '';
    this.#start = 0;
    this.#pos = 0;
    return token;
  }

  #lexText(): Token {
    for (;;) {
      const text = this.#text;
      const delim = text.indexOf('{{', this.#pos);
      if (delim < 0) {
        this.#pos = text.length;
        return this.#emit(this.#pos > this.#start ? 'text' : 'eof');
      }
      let end = delim;
      if (this.#hasLeftTrim(delim + 2)) {
        while (end > this.#start && SPACES.includes(text[end - 1]!)) end--;
      }
      this.#pos = end;
      const token = end > this.#start ? this.#emit('text') : undefined;
      this.#pos = delim;
      this.#ignore();
      if (token !== undefined) return token;
      const after = this.#lexLeftDelim();
      if (after !== undefined) return after;
    }
  }

  #hasLeftTrim(at: number): boolean {
    const next = this.#text[at + 1];
    return this.#text[at] === '-' && next !== undefined && SPACES.includes(next);
  }

  /** The delimiter is known to be here; undefined after a comment, which is no token. */
  #lexLeftDelim(): Token | undefined {
    const trim = this.#hasLeftTrim(this.#pos + 2) ? 2 : 0;
    this.#pos += 2;
    if (this.#text.startsWith('/*', this.#pos + trim)) {
      this.#pos += trim;
      this.#ignore();
      return this.#lexComment();
    }
    const token = this.#emit('leftDelim');
    this.#insideAction = true;
    this.#pos += trim;
    this.#ignore();
    this.#parens = 0;
    return token;
  }

  #lexComment(): Token | undefined {
    const end = this.#text.indexOf('*/', this.#pos + 2);
    if (end < 0) return this.#error('unclosed comment');
    this.#pos = end + 2;
    const delim = this.#rightDelim();
    if (delim === undefined) return this.#error('comment ends before closing delimiter');
    this.#pos += delim;
    if (delim > 2) this.#skipSpaces();
    this.#ignore();
    return undefined;
  }

  /** Length of the right delimiter here with its trim marker, undefined when there is none. */
  #rightDelim(): 2 | 4 | undefined {
    const text = this.#text;
    const at = this.#pos;
    if (text[at] === '}') return text[at + 1] === '}' ? 2 : undefined;
    const space = text[at];
    if (space === undefined || !SPACES.includes(space)) return undefined;
    return text.startsWith('-}}', at + 1) ? 4 : undefined;
  }

  #skipSpaces(): void {
    while (this.#pos < this.#text.length && SPACES.includes(this.#text[this.#pos]!)) this.#pos++;
  }

  #lexRightDelim(length: 2 | 4): Token {
    if (length > 2) {
      this.#pos += 2;
      this.#ignore();
    }
    this.#pos += 2;
    const token = this.#emit('rightDelim');
    if (length > 2) {
      this.#skipSpaces();
      this.#ignore();
    }
    this.#insideAction = false;
    return token;
  }

  #lexAction(): Token {
    const delim = this.#rightDelim();
    if (delim !== undefined) {
      return this.#parens === 0 ? this.#lexRightDelim(delim) : this.#error('unclosed left paren');
    }
    const character = this.#text[this.#pos];
    if (character === undefined) return this.#error('unclosed action');
    if (SPACES.includes(character)) return this.#lexSpace();
    const rune = this.#text.codePointAt(this.#pos)!;
    if (isAlphaNumeric(rune) && !isDecimal(character)) return this.#lexIdentifier();
    if (isDecimal(character)) return this.#lexNumber();
    this.#pos += rune > 0xffff ? 2 : 1;
    return this.#lexPunctuation(character, rune);
  }

  #lexPunctuation(character: string, rune: number): Token {
    switch (character) {
      case '=':
        return this.#emit('assign');
      case ':':
        if (this.#text[this.#pos] !== '=') return this.#error('expected :=');
        this.#pos++;
        return this.#emit('declare');
      case '|':
        return this.#emit('pipe');
      case '"':
        return this.#lexQuoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.#lexQuoted("'", 'charConstant', 'unterminated character constant');
      case '`':
        return this.#lexRawQuote();
      case '$':
        return this.#lexFieldOrVariable('variable');
      case '.':
        if (!isDecimal(this.#text[this.#pos])) {
          // A dot at the very end of the text goes the way of numbers, as in Go.
          if (this.#pos < this.#text.length) return this.#lexFieldOrVariable('field');
        }
        this.#pos--;
        return this.#lexNumber();
      case '+':
      case '-':
        this.#pos--;
        return this.#lexNumber();
      case '(':
        this.#parens++;
        return this.#emit('leftParen');
      case ')':
        this.#parens--;
        return this.#parens < 0 ? this.#error('unexpected right paren') : this.#emit('rightParen');
      default:
        if (rune < 0x80 && isPrint(rune)) return this.#emit('char');
        return this.#error(`unrecognized character in action: ${runeText(rune)}`);
    }
  }

  #lexSpace(): Token {
    while (this.#pos < this.#text.length && SPACES.includes(this.#text[this.#pos]!)) this.#pos++;
    // The last space may belong to a trim marker before the right delimiter.
    if (this.#text.startsWith('-}}', this.#pos)) {
      this.#pos--;
      if (this.#pos === this.#start) return this.#lexRightDelim(4);
    }
    return this.#emit('space');
  }

  #skipAlphaNumeric(): void {
    for (;;) {
      const rune = this.#text.codePointAt(this.#pos);
      if (rune === undefined || !isAlphaNumeric(rune)) return;
      this.#pos += rune > 0xffff ? 2 : 1;
    }
  }

  #lexIdentifier(): Token {
    this.#skipAlphaNumeric();
    const word = this.#text.slice(this.#start, this.#pos);
    if (!this.#atTerminator()) return this.#badCharacter();
    if (KEYWORDS.has(word)) {
      const isPlain =
        (word === 'break' && !this.#options.breakOk) || (word === 'continue' && !this.#options.continueOk);
      return this.#emit(isPlain ? 'identifier' : (word as TokenType));
    }
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  /** The . or $ has been read. */
  #lexFieldOrVariable(type: 'field' | 'variable'): Token {
    if (this.#atTerminator()) return this.#emit(type === 'variable' ? 'variable' : 'dot');
    this.#skipAlphaNumeric();
    return this.#atTerminator() ? this.#emit(type) : this.#badCharacter();
  }

  #badCharacter(): Token {
    return this.#error(`bad character ${runeText(this.#text.codePointAt(this.#pos)!)}`);
  }

  /** Whether a word may end here. */
  #atTerminator(): boolean {
    const next = this.#text[this.#pos];
    if (next === undefined || ' \t\r\n.,|:()'.includes(next)) return true;
    return next === '}' && this.#text[this.#pos + 1] === '}';
  }

  #lexQuoted(mark: string, type: TokenType, message: string): Token {
    for (;;) {
      let character = this.#text[this.#pos++];
      if (character === '\\') {
        character = this.#text[this.#pos++];
        if (character !== undefined && character !== '\n') continue;
      }
      if (character === undefined || character === '\n') return this.#error(message);
      if (character === mark) return this.#emit(type);
    }
  }

  #lexRawQuote(): Token {
    const end = this.#text.indexOf('`', this.#pos);
    if (end < 0) return this.#error('unterminated raw quoted string');
    this.#pos = end + 1;
    return this.#emit('rawString');
  }

  #lexNumber(): Token {
    if (!this.#scanNumber()) return this.#badNumber();
    const sign = this.#text[this.#pos];
    if (sign !== '+' && sign !== '-') return this.#emit('number');
    if (!this.#scanNumber() || this.#text[this.#pos - 1] !== 'i') return this.#badNumber();
    return this.#emit('complex');
  }

  #badNumber(): Token {
    return this.#error(`bad number syntax: ${quote(this.#text.slice(this.#start, this.#pos))}`);
  }

  #accept(valid: string): boolean {
    const next = this.#text[this.#pos];
    if (next === undefined || !valid.includes(next)) return false;
    this.#pos++;
    return true;
  }

  #acceptRun(valid: string): void {
    while (this.#accept(valid));
  }

  /** Not exact on purpose: what it lets through wrongly, the parser of numbers refuses. */
  #scanNumber(): boolean {
    this.#accept('+-');
    let digits = '0123456789_';
    if (this.#accept('0')) {
      if (this.#accept('xX')) digits = '0123456789abcdefABCDEF_';
      else if (this.#accept('oO')) digits = '01234567_';
      else if (this.#accept('bB')) digits = '01_';
    }
    this.#acceptRun(digits);
    if (this.#accept('.')) this.#acceptRun(digits);
    if (digits.length === 11 && this.#accept('eE')) {
      this.#accept('+-');
      this.#acceptRun('0123456789_');
    }
    if (digits.length === 23 && this.#accept('pP')) {
      this.#accept('+-');
      this.#acceptRun('0123456789_');
    }
    this.#accept('i');
    const rune = this.#text.codePointAt(this.#pos);
    if (rune === undefined || !isAlphaNumeric(rune)) return true;
    this.#pos += rune > 0xffff ? 2 : 1;
    return false;
  }
}

function isDecimal(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function isAlphaNumeric(rune: number): boolean {
  return rune === 0x5f || isLetter(rune) || isDigit(rune);
}

/** %#U. */
function runeText(rune: number): string {
  const code = `U+${rune.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrint(rune) ? `${code} '${String.fromCodePoint(rune)}'` : code;
}
