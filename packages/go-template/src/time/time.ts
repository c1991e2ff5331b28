/** time.Time with the methods that templates can call. */
import { type FuncSpec, func } from '../funcs/table.ts';
import { quote } from '../strconv/index.ts';
import { GoError } from '../value/goerror.ts';
import { Int, int64 } from '../value/int.ts';
import { Struct } from '../value/struct.ts';
import { BOOL, INT, INT64, namedInt, STRING, structType, type Type } from '../value/type.ts';
import { integerOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';
import { dateOf, daysOf, weekdayOf } from './calendar.ts';
import { DURATION, duration } from './duration.ts';
import { formatTime, type WallClock } from './format.ts';
import { type Location, localLocation, UTC } from './location.ts';
import { MONTHS, WEEKDAYS } from './names.ts';

export const TIME: Type<Time> = structType<Time>('time.Time');

const monthText = (value: bigint) => MONTHS[Number(value) - 1] ?? `%!Month(${value})`;
const weekdayText = (value: bigint) => WEEKDAYS[Number(value)] ?? `%!Weekday(${value})`;
const MONTH = namedInt('time.Month', 'int', monthText, textMethod(monthText));
const WEEKDAY = namedInt('time.Weekday', 'int', weekdayText, textMethod(weekdayText));

/** The String method of a named integer. */
function textMethod(text: (value: bigint) => string) {
  return (name: string, value: bigint): FuncSpec | undefined =>
    name === 'String' ? func([], STRING, () => text(value)) : undefined;
}

const UNEXPORTED = new Set(['wall', 'ext', 'loc']);

const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00';

/** Seconds of 0001-01-01T00:00:00Z, the zero time. */
const ZERO_SECONDS = -62_135_596_800;

export class Time extends Struct {
  override readonly type: Type = TIME;
  /** Since the epoch; with `nanosecond` counting forward from it. */
  readonly seconds: number;
  readonly nanosecond: number;
  readonly location: Location;

  constructor(seconds: number, nanosecond: number, location: Location) {
    super();
    this.seconds = seconds;
    this.nanosecond = nanosecond;
    this.location = location;
  }

  static zero(): Time {
    return new Time(ZERO_SECONDS, 0, UTC);
  }

  static ofMilliseconds(milliseconds: number, location: Location): Time {
    const seconds = Math.floor(milliseconds / 1000);
    return new Time(seconds, Math.round((milliseconds - seconds * 1000) * 1_000_000), location);
  }

  in(location: Location): Time {
    return new Time(this.seconds, this.nanosecond, location);
  }

  add(nanoseconds: bigint): Time {
    const total = BigInt(this.nanosecond) + nanoseconds;
    const nanosecond = ((total % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
    return new Time(
      this.seconds + Number((total - nanosecond) / NANOSECONDS),
      Number(nanosecond),
      this.location,
    );
  }

  /** Nanoseconds from another time to this one, at most what an int64 holds. */
  since(other: Time): bigint {
    const exact =
      BigInt(this.seconds - other.seconds) * NANOSECONDS + BigInt(this.nanosecond - other.nanosecond);
    if (exact >= LIMIT) return LIMIT - 1n;
    return exact < -LIMIT ? -LIMIT : exact;
  }

  clock(): WallClock {
    const zone = this.location.at(this.seconds);
    const local = this.seconds + zone.offset;
    const days = Math.floor(local / 86_400);
    const ofDay = local - days * 86_400;
    const date = dateOf(days);
    return {
      ...date,
      days,
      yearDay: days - daysOf({ year: date.year, month: 1, day: 1 }) + 1,
      hour: Math.floor(ofDay / 3600),
      minute: Math.floor(ofDay / 60) % 60,
      second: ofDay % 60,
      nanosecond: this.nanosecond,
      zoneName: zone.name,
      offset: zone.offset,
    };
  }

  format(layout: string): string {
    return formatTime(this.clock(), layout);
  }

  override toText(): string {
    return this.format('2006-01-02 15:04:05.999999999 -0700 MST');
  }

  override goString(): string {
    const { year, month, day, hour, minute, second } = this.clock();
    const known: Readonly<Record<string, string>> = { UTC: 'time.UTC', Local: 'time.Local' };
    const location = known[this.location.name] ?? `time.Location(${quote(this.location.name)})`;
    const date = `${year}, time.${MONTHS[month - 1]}, ${day}`;
    return `time.Date(${date}, ${hour}, ${minute}, ${second}, ${this.nanosecond}, ${location})`;
  }

  override json(): Value {
    const { year } = this.clock();
    if (year < 0 || year > 9999) {
      throw new GoError(
        'json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: year outside of range [0,9999]',
      );
    }
    return this.format(RFC3339_NANO);
  }

  override equals(other: Struct): boolean {
    return other instanceof Time && compare(this, other) === 0 && this.location === other.location;
  }

  override get unexported(): ReadonlySet<string> {
    return UNEXPORTED;
  }

  override method(name: string): FuncSpec | undefined {
    const results = UNCALLABLE.get(name);
    if (results !== undefined) throw new GoError(results);
    return METHODS.get(name)?.(this);
  }
}

const NANOSECONDS = 1_000_000_000n;
const LIMIT = 1n << 63n;

function compare(a: Time, b: Time): number {
  return Math.sign(a.seconds - b.seconds) || Math.sign(a.nanosecond - b.nanosecond);
}

function nanosecondsOf(value: Value): bigint {
  return integerOf(value) ?? 0n;
}

/** time.Date: the instant of a clock's reading in a location; numbers out of range count on. */
export function timeOf(
  date: { year: number; month: number; day: number },
  clock: { hour: number; minute: number; second: number; nanosecond: number },
  location: Location,
): Time {
  const wall = daysOf(date) * 86_400 + clock.hour * 3600 + clock.minute * 60 + clock.second;
  const { offset } = location.at(wall);
  const seconds = offset === 0 ? wall : wall - location.at(wall - offset).offset;
  return new Time(seconds, clock.nanosecond, location);
}

function addDate(time: Time, years: bigint, months: bigint, days: bigint): Time {
  const clock = time.clock();
  const date = {
    year: clock.year + Number(years),
    month: clock.month + Number(months),
    day: clock.day + Number(days),
  };
  return timeOf(date, clock, time.location);
}

/** The multiple of a duration since the zero time at or below. */
function remainder(time: Time, step: bigint): bigint {
  const sinceZero = BigInt(time.seconds - ZERO_SECONDS) * NANOSECONDS + BigInt(time.nanosecond);
  return ((sinceZero % step) + step) % step;
}

function truncate(time: Time, step: bigint): Time {
  return step <= 0n ? time : time.add(-remainder(time, step));
}

function round(time: Time, step: bigint): Time {
  if (step <= 0n) return time;
  const over = remainder(time, step);
  return time.add(over + over < step ? -over : step - over);
}

/** Methods with more results than a template can take, and Go's words for that. */
const UNCALLABLE: ReadonlyMap<string, string> = new Map([
  ['Zone', 'invalid function signature for Zone: second return value should be error; is int'],
  ['ISOWeek', 'invalid function signature for ISOWeek: second return value should be error; is int'],
  [
    'ZoneBounds',
    'invalid function signature for ZoneBounds: second return value should be error; is time.Time',
  ],
  ['Date', 'function Date has 3 return values; should be 1 or 2'],
  ['Clock', 'function Clock has 3 return values; should be 1 or 2'],
]);

type Bind = (time: Time) => FuncSpec;

function number(read: (clock: WallClock) => number): Bind {
  return (time) => func([], INT, () => BigInt(read(time.clock())));
}

function unix(scale: bigint): Bind {
  return (time) =>
    func([], INT64, () =>
      int64(BigInt(time.seconds) * scale + BigInt(time.nanosecond) / (NANOSECONDS / scale)),
    );
}

function comparing(test: (order: number) => boolean): Bind {
  return (time) => func([TIME], BOOL, (_, other) => test(compare(time, other)));
}

const METHODS = new Map<string, Bind>([
  ['Year', number((clock) => clock.year)],
  ['Month', (time) => func([], MONTH, () => new Int(MONTH, BigInt(time.clock().month)))],
  ['Day', number((clock) => clock.day)],
  ['Weekday', (time) => func([], WEEKDAY, () => new Int(WEEKDAY, BigInt(weekdayOf(time.clock().days))))],
  ['YearDay', number((clock) => clock.yearDay)],
  ['Hour', number((clock) => clock.hour)],
  ['Minute', number((clock) => clock.minute)],
  ['Second', number((clock) => clock.second)],
  ['Nanosecond', number((clock) => clock.nanosecond)],
  ['Unix', unix(1n)],
  ['UnixMilli', unix(1_000n)],
  ['UnixMicro', unix(1_000_000n)],
  ['UnixNano', unix(1_000_000_000n)],
  ['UTC', (time) => func([], TIME, () => time.in(UTC))],
  ['Local', (time) => func([], TIME, (context) => time.in(localLocation(context.timeZone)))],
  ['Format', (time) => func([STRING], STRING, (_, layout) => time.format(layout))],
  ['String', (time) => func([], STRING, () => time.toText())],
  ['Add', (time) => func([DURATION], TIME, (_, value) => time.add(nanosecondsOf(value)))],
  [
    'AddDate',
    (time) => func([INT, INT, INT], TIME, (_, years, months, days) => addDate(time, years, months, days)),
  ],
  ['Sub', (time) => func([TIME], DURATION, (_, other) => duration(time.since(other)))],
  ['Truncate', (time) => func([DURATION], TIME, (_, step) => truncate(time, nanosecondsOf(step)))],
  ['Round', (time) => func([DURATION], TIME, (_, step) => round(time, nanosecondsOf(step)))],
  ['After', comparing((order) => order > 0)],
  ['Before', comparing((order) => order < 0)],
  ['Equal', comparing((order) => order === 0)],
  ['Compare', (time) => func([TIME], INT, (_, other) => BigInt(compare(time, other)))],
  ['IsZero', (time) => func([], BOOL, () => time.seconds === ZERO_SECONDS && time.nanosecond === 0)],
]);
