/** fmt.Sprintf. */
import { integerOf, typeOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';
import { Printer } from './printer.ts';

/** Widths and precisions beyond this are refused, as in Go. */
const TOO_LARGE = 1_000_000;

/** One run over a format: the position in it and among the arguments. */
class Run {
  readonly #printer = new Printer();
  readonly #format: string;
  readonly #args: readonly Value[];
  #at = 0;
  #arg = 0;
  #reordered = false;
  #goodIndex = true;
  #afterIndex = false;

  constructor(format: string, args: readonly Value[]) {
    this.#format = format;
    this.#args = args;
  }

  text(): string {
    const format = this.#format;
    const end = format.length;
    while (this.#at < end) {
      const percent = format.indexOf('%', this.#at);
      this.#printer.text += format.slice(this.#at, percent < 0 ? end : percent);
      if (percent < 0) break;
      this.#at = percent + 1;
      if (!this.#directive()) break;
    }
    if (!this.#reordered && this.#arg < this.#args.length) this.#extra();
    return this.#printer.text;
  }

  /** One directive after its %; false at the end of the format. */
  #directive(): boolean {
    const printer = this.#printer;
    this.#goodIndex = true;
    this.#afterIndex = false;
    printer.flags.clear();
    this.#readFlags();
    this.#readIndex();
    this.#readWidth();
    this.#readPrecision();
    if (!this.#afterIndex) this.#readIndex();
    const rune = this.#format.codePointAt(this.#at);
    if (rune === undefined) {
      printer.text += '%!(NOVERB)';
      return false;
    }
    this.#at += rune > 0xffff ? 2 : 1;
    const verb = rune >= 0xd800 && rune <= 0xdfff ? '\ufffd' : String.fromCodePoint(rune);
    if (verb === '%') printer.text += '%';
    else if (!this.#goodIndex) printer.text += `%!${verb}(BADINDEX)`;
    else if (this.#arg >= this.#args.length) printer.text += `%!${verb}(MISSING)`;
    else {
      const { flags } = printer;
      if (verb === 'v' || verb === 'w') {
        flags.sharpV = flags.sharp;
        flags.sharp = false;
        flags.plusV = flags.plus;
        flags.plus = false;
      }
      printer.printArg(this.#args[this.#arg], verb);
      this.#arg++;
    }
    return true;
  }

  #readFlags(): void {
    const { flags } = this.#printer;
    for (; ; this.#at++) {
      switch (this.#format[this.#at]) {
        case '#':
          flags.sharp = true;
          break;
        case '0':
          flags.zero = true;
          break;
        case '+':
          flags.plus = true;
          break;
        case '-':
          flags.minus = true;
          break;
        case ' ':
          flags.space = true;
          break;
        default:
          return;
      }
    }
  }

  /** An explicit argument index, `[2]`. */
  #readIndex(): void {
    if (this.#format[this.#at] !== '[') {
      this.#afterIndex = false;
      return;
    }
    this.#reordered = true;
    const close = this.#format.indexOf(']', this.#at);
    if (close < 0 || this.#format.length - this.#at < 3) {
      this.#at += 1;
      this.#goodIndex = false;
      this.#afterIndex = false;
      return;
    }
    const digits = this.#format.slice(this.#at + 1, close);
    this.#at = close + 1;
    const number = /^[0-9]+$/.test(digits) ? readNumber(digits) : undefined;
    this.#afterIndex = number !== undefined;
    if (number !== undefined && number >= 1 && number <= this.#args.length) this.#arg = number - 1;
    else this.#goodIndex = false;
  }

  #readWidth(): void {
    const { flags } = this.#printer;
    if (this.#format[this.#at] === '*') {
      this.#at++;
      const width = this.#intArg();
      if (width === undefined) this.#printer.text += '%!(BADWIDTH)';
      else {
        flags.width = Math.abs(width);
        if (width < 0) {
          flags.minus = true;
          flags.zero = false;
        }
      }
      this.#afterIndex = false;
      return;
    }
    const width = this.#number();
    if (width === undefined) return;
    flags.width = width;
    if (this.#afterIndex) this.#goodIndex = false;
  }

  #readPrecision(): void {
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) return;
    const { flags } = this.#printer;
    this.#at++;
    if (this.#afterIndex) this.#goodIndex = false;
    this.#readIndex();
    if (this.#format[this.#at] === '*') {
      this.#at++;
      const precision = this.#intArg();
      if (precision === undefined || precision < 0) this.#printer.text += '%!(BADPREC)';
      else flags.precision = precision;
      this.#afterIndex = false;
      return;
    }
    flags.precision = this.#number() ?? 0;
  }

  /** Digits at the position; nothing, and the rest of the format gone, when they are far too many. */
  #number(): number | undefined {
    const digits = /^[0-9]+/.exec(this.#format.slice(this.#at, this.#at + 16))?.[0];
    if (digits === undefined) return undefined;
    const value = readNumber(digits);
    this.#at = value === undefined ? this.#format.length : this.#at + digits.length;
    return value;
  }

  #intArg(): number | undefined {
    if (this.#arg >= this.#args.length) return undefined;
    const value = integerOf(this.#args[this.#arg]);
    this.#arg++;
    if (value === undefined || value > BigInt(TOO_LARGE) || value < -BigInt(TOO_LARGE)) return undefined;
    return Number(value);
  }

  #extra(): void {
    const printer = this.#printer;
    printer.flags.clear();
    printer.text += '%!(EXTRA ';
    this.#args.slice(this.#arg).forEach((arg, i) => {
      if (i > 0) printer.text += ', ';
      const type = typeOf(arg);
      if (type === undefined) printer.text += '<nil>';
      else {
        printer.text += `${type.name}=`;
        printer.printArg(arg, 'v');
      }
    });
    printer.text += ')';
  }
}

/** fmt's parsenum: gives up once the number read so far is too large and another digit follows. */
function readNumber(digits: string): number | undefined {
  let value = 0;
  for (const digit of digits) {
    if (value > TOO_LARGE) return undefined;
    value = value * 10 + Number(digit);
  }
  return value;
}

export function formatAll(format: string, args: readonly Value[]): string {
  return new Run(format, args).text();
}
