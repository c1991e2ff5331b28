/** Reading times by a layout: time.ParseInLocation. */
import { toLatin1 } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';
import { daysInMonth, isLeap } from './calendar.ts';
import { type Chunk, nextChunk } from './layout.ts';
import { fixedZone, type Location, UTC } from './location.ts';
import { MONTHS, WEEKDAYS } from './names.ts';
import { Time, timeOf } from './time.ts';

/** @throws GoError with Go's text where the value does not follow the layout */
export function parseTime(layout: string, value: string, location: Location): Time {
  return new Parser(toLatin1(layout), toLatin1(value)).parse(location);
}

/** What cannot be read where an element should be. */
class BadElement extends Error {}

class OutOfRange extends Error {}

class Parser {
  readonly #layout: string;
  readonly #text: string;
  /** What is left of the text. */
  #rest: string;
  #year = 0;
  #month = -1;
  #day = -1;
  #yearDay = -1;
  #hour = 0;
  #minute = 0;
  #second = 0;
  #nanosecond = 0;
  #half: 'AM' | 'PM' | undefined;
  #isUtc = false;
  #offset: number | undefined;
  #zoneName = '';

  constructor(layout: string, text: string) {
    this.#layout = layout;
    this.#text = text;
    this.#rest = text;
  }

  parse(location: Location): Time {
    for (let layout = this.#layout; ; ) {
      const chunk = nextChunk(layout);
      this.#skip(chunk.prefix);
      if (chunk.element === undefined) break;
      layout = chunk.suffix;
      this.#readElement(chunk, layout);
    }
    if (this.#rest !== '') throw this.#failure(`: extra text: ${quoteTime(this.#rest)}`);
    if (this.#half === 'PM' && this.#hour < 12) this.#hour += 12;
    if (this.#half === 'AM' && this.#hour === 12) this.#hour = 0;
    this.#settleDate();
    return this.#settleZone(location);
  }

  #failure(message: string): GoError {
    return new GoError(`parsing time ${quoteTime(this.#text)}${message}`);
  }

  #mismatch(layoutPart: string, textPart: string): GoError {
    return this.#failure(
      ` as ${quoteTime(this.#layout)}: cannot parse ${quoteTime(textPart)} as ${quoteTime(layoutPart)}`,
    );
  }

  /** Literal text; spaces stand for any number of spaces. */
  #skip(prefix: string): void {
    let wanted = prefix;
    while (wanted !== '') {
      if (wanted.startsWith(' ')) {
        if (this.#rest !== '' && !this.#rest.startsWith(' ')) throw this.#mismatch(prefix, this.#rest);
        wanted = wanted.replace(/^ +/, '');
        this.#rest = this.#rest.replace(/^ +/, '');
        continue;
      }
      if (this.#rest === '' || this.#rest[0] !== wanted[0]) throw this.#mismatch(prefix, this.#rest);
      wanted = wanted.slice(1);
      this.#rest = this.#rest.slice(1);
    }
  }

  #readElement(chunk: Chunk, layout: string): void {
    const before = this.#rest;
    try {
      this.#read(chunk, layout);
    } catch (error) {
      if (error instanceof OutOfRange) throw this.#failure(`: ${error.message} out of range`);
      if (error instanceof BadElement) throw this.#mismatch(chunk.text, before);
      throw error;
    }
  }

  #read(chunk: Chunk, layout: string): void {
    if (!this.#readDate(chunk) && !this.#readClock(chunk, layout)) this.#readOffset(chunk.text);
  }

  /** Whether the element was one of a date. */
  #readDate({ element }: Chunk): boolean {
    switch (element) {
      case '06': {
        const year = signedNumber(this.#take(2));
        this.#year = year >= 69 ? year + 1900 : year + 2000;
        break;
      }
      case '2006':
        if (!/^[0-9]/.test(this.#rest)) throw new BadElement();
        this.#year = signedNumber(this.#take(4));
        break;
      case 'Jan':
        this.#month = this.#name(MONTHS.map((name) => name.slice(0, 3))) + 1;
        break;
      case 'January':
        this.#month = this.#name(MONTHS) + 1;
        break;
      case '1':
      case '01':
        this.#month = this.#number(element === '01');
        if (this.#month <= 0 || this.#month > 12) throw new OutOfRange('month');
        break;
      case 'Mon':
        this.#name(WEEKDAYS.map((name) => name.slice(0, 3)));
        break;
      case 'Monday':
        this.#name(WEEKDAYS);
        break;
      case '2':
      case '_2':
      case '02':
        if (element === '_2') this.#rest = this.#rest.replace(/^ /, '');
        this.#day = this.#number(element === '02');
        break;
      case '__2':
      case '002':
        this.#readYearDay(element === '002');
        break;
      default:
        return false;
    }
    return true;
  }

  /** Whether the element was one of a time of day, or the name of a zone. */
  #readClock({ element, digits }: Chunk, layout: string): boolean {
    switch (element) {
      case '15':
        this.#hour = this.#inRange(this.#number(false), 23, 'hour');
        break;
      case '3':
      case '03':
        this.#hour = this.#inRange(this.#number(element === '03'), 12, 'hour');
        break;
      case '4':
      case '04':
        this.#minute = this.#inRange(this.#number(element === '04'), 59, 'minute');
        break;
      case '5':
      case '05':
        this.#readSecond(element === '05', layout);
        break;
      case 'PM':
      case 'pm': {
        const half = this.#take(2);
        const isUpper = element === 'PM';
        if (half !== (isUpper ? 'PM' : 'pm') && half !== (isUpper ? 'AM' : 'am')) throw new BadElement();
        this.#half = half.toUpperCase() === 'PM' ? 'PM' : 'AM';
        break;
      }
      case 'MST':
        this.#readZoneName();
        break;
      case 'fraction0':
        this.#readFraction(digits + 1);
        break;
      case 'fraction9': {
        const fraction = /^[.,][0-9]+/.exec(this.#rest)?.[0];
        if (fraction !== undefined) this.#readFraction(fraction.length);
        break;
      }
      default:
        return false;
    }
    return true;
  }

  #take(length: number): string {
    if (this.#rest.length < length) throw new BadElement();
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }

  /** One or two digits, two when fixed. */
  #number(fixed: boolean): number {
    const digits = (fixed ? /^[0-9]{2}/ : /^[0-9]{1,2}/).exec(this.#rest)?.[0];
    if (digits === undefined) throw new BadElement();
    this.#rest = this.#rest.slice(digits.length);
    return Number(digits);
  }

  #inRange(value: number, max: number, what: string): number {
    if (value > max) throw new OutOfRange(what);
    return value;
  }

  #name(names: readonly string[]): number {
    const lower = this.#rest.toLowerCase();
    const index = names.findIndex((name) => lower.startsWith(name.toLowerCase()));
    if (index < 0) throw new BadElement();
    this.#rest = this.#rest.slice(names[index]!.length);
    return index;
  }

  #readYearDay(fixed: boolean): void {
    if (!fixed) this.#rest = this.#rest.replace(/^ {1,2}/, '');
    const digits = (fixed ? /^[0-9]{3}/ : /^[0-9]{1,3}/).exec(this.#rest)?.[0];
    if (digits === undefined) throw new BadElement();
    this.#rest = this.#rest.slice(digits.length);
    this.#yearDay = Number(digits);
  }

  /** A fraction may follow though the layout has none. */
  #readSecond(fixed: boolean, layout: string): void {
    this.#second = this.#inRange(this.#number(fixed), 59, 'second');
    const fraction = /^[.,][0-9]+/.exec(this.#rest)?.[0];
    if (fraction === undefined) return;
    const { element } = nextChunk(layout);
    if (element !== 'fraction0' && element !== 'fraction9') this.#readFraction(fraction.length);
  }

  #readFraction(length: number): void {
    const text = this.#take(length);
    if (!/^[.,]/.test(text)) throw new BadElement();
    const digits = text.slice(1, 10);
    const value = signedNumber(digits);
    if (value < 0) throw new OutOfRange('fractional second');
    this.#nanosecond = value * 10 ** (9 - digits.length);
  }

  #readOffset(element: string): void {
    if (element.startsWith('Z') && this.#rest.startsWith('Z')) {
      this.#rest = this.#rest.slice(1);
      this.#isUtc = true;
      return;
    }
    const shape = element.replace('Z', '-');
    const text = this.#take(shape.length);
    const colons = Array.from(shape, (character, at) => (character === ':' ? at : -1)).filter(
      (at) => at >= 0,
    );
    if (colons.some((at) => text[at] !== ':')) throw new BadElement();
    const digits = Array.from(text)
      .filter((_, at) => at > 0 && !colons.includes(at))
      .join('');
    const [hours, minutes, seconds] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)];
    const numbers: number[] = [];
    let bad = false;
    for (const part of [hours, minutes, seconds]) {
      if (part !== '' && !/^[0-9]{2}$/.test(part)) bad = true;
      numbers.push(bad || part === '' ? 0 : Number(part));
    }
    const [hour, minute, second] = numbers as [number, number, number];
    // Go reports the last of them.
    if (second > 60) throw new OutOfRange('time zone offset second');
    if (minute > 60) throw new OutOfRange('time zone offset minute');
    if (hour > 24) throw new OutOfRange('time zone offset hour');
    if (bad || !/^[+-]/.test(text)) throw new BadElement();
    const size = (hour * 60 + minute) * 60 + second;
    this.#offset = text.startsWith('-') ? -size : size;
  }

  #readZoneName(): void {
    if (this.#rest.startsWith('UTC')) {
      this.#rest = this.#rest.slice(3);
      this.#isUtc = true;
      return;
    }
    const length = zoneNameLength(this.#rest);
    if (length === 0) throw new BadElement();
    this.#zoneName = this.#take(length);
  }

  #settleDate(): void {
    if (this.#yearDay >= 0) this.#settleYearDay();
    if (this.#month < 0) this.#month = 1;
    if (this.#day < 0) this.#day = 1;
    if (this.#day < 1 || this.#day > daysInMonth(this.#month, this.#year)) {
      throw this.#failure(': day out of range');
    }
  }

  #settleYearDay(): void {
    const last = isLeap(this.#year) ? 366 : 365;
    if (this.#yearDay < 1 || this.#yearDay > last) throw this.#failure(': day-of-year out of range');
    let month = 1;
    let day = this.#yearDay;
    while (day > daysInMonth(month, this.#year)) day -= daysInMonth(month++, this.#year);
    if (this.#month >= 0 && this.#month !== month) throw this.#failure(': day-of-year does not match month');
    if (this.#day >= 0 && this.#day !== day) throw this.#failure(': day-of-year does not match day');
    this.#month = month;
    this.#day = day;
  }

  #settleZone(location: Location): Time {
    const date = { year: this.#year, month: this.#month, day: this.#day };
    const clock = {
      hour: this.#hour,
      minute: this.#minute,
      second: this.#second,
      nanosecond: this.#nanosecond,
    };
    if (this.#isUtc) return timeOf(date, clock, UTC);
    const name = this.#zoneName;
    const utc = timeOf(date, clock, UTC);
    if (this.#offset !== undefined && this.#offset !== -1) {
      const seconds = utc.seconds - this.#offset;
      const zone = location.at(seconds);
      const isLocal = zone.offset === this.#offset && (name === '' || zone.name === name);
      return new Time(seconds, utc.nanosecond, isLocal ? location : fixedZone(name, this.#offset));
    }
    if (name === '') return timeOf(date, clock, location);
    const offset = location.offsetOf(name, utc.seconds);
    if (offset !== undefined) return new Time(utc.seconds - offset, utc.nanosecond, location);
    // An unknown abbreviation counts as UTC, save GMT+n.
    const made = /^GMT[+-]/.test(name) ? Number(name.slice(3)) * 3600 : 0;
    return new Time(utc.seconds, utc.nanosecond, fixedZone(name, made));
  }
}

/** Digits with an optional sign. */
function signedNumber(text: string): number {
  if (!/^[+-]?[0-9]*$/.test(text)) throw new BadElement();
  return Number(text.replace('+', '')) || 0;
}

/** How much of a text looks like the abbreviation of a zone. */
function zoneNameLength(text: string): number {
  if (text.length < 3) return 0;
  if (/^(?:ChST|MeST)/.test(text)) return 4;
  if (text.startsWith('GMT')) return 3 + signedOffsetLength(text.slice(3));
  if (/^[+-]/.test(text)) return signedOffsetLength(text);
  const upper = /^[A-Z]{0,6}/.exec(text)![0];
  switch (upper.length) {
    case 5:
      return upper.endsWith('T') ? 5 : 0;
    case 4:
      return upper.endsWith('T') || upper === 'WITA' ? 4 : 0;
    case 3:
      return 3;
    default:
      return 0;
  }
}

function signedOffsetLength(text: string): number {
  const match = /^[+-]([0-9]+)/.exec(text);
  return match === null || Number(match[1]) > 23 ? 0 : match[0].length;
}

/** The quotes of package time: every byte beyond ASCII as \x. The text is one character per byte. */
export function quoteTime(text: string): string {
  const escaped = text.replace(/["\\\x00-\x1f\x80-\xff]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}
