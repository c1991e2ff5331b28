/** sprig's dates. The local zone is the context's; what is no time is the present, as in sprig. */
import type { CallContext, FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { parseInt64 } from '../strconv/index.ts';
import {
  durationText,
  loadLocation,
  localLocation,
  parseDuration,
  parseTime,
  quoteTime,
  TIME,
  Time,
  UTC,
} from '../time/index.ts';
import { toLatin1 } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';
import { Int } from '../value/int.ts';
import { ANY, INT32, INT64, STRING } from '../value/type.ts';
import type { Value } from '../value/value.ts';

const SECOND = 1_000_000_000n;

const dateInZone = func(
  [STRING, ANY, STRING],
  STRING,
  (context, layout, value, zone) => formatIn(context, layout, value, zone),
  'clock',
);
const dateModify = func([STRING, TIME], TIME, (_, change, time) => {
  const parsed = parseDuration(change);
  return 'value' in parsed ? time.add(parsed.value) : time;
});
const mustDateModify = func([STRING, TIME], TIME, (_, change, time) => {
  const parsed = parseDuration(change);
  if ('value' in parsed) return time.add(parsed.value);
  throw new GoError(durationError(parsed.error, change));
});

export const date: Readonly<Record<string, FuncSpec>> = {
  now: func([], TIME, (context) => present(context), 'clock'),
  ago: func([ANY], STRING, (context, value) => durationText(age(context, value)), 'clock'),
  date: func(
    [STRING, ANY],
    STRING,
    (context, layout, value) => formatIn(context, layout, value, 'Local'),
    'clock',
  ),
  dateInZone,
  date_in_zone: dateInZone,
  htmlDate: func([ANY], STRING, (context, value) => formatIn(context, HTML, value, 'Local'), 'clock'),
  htmlDateInZone: func(
    [ANY, STRING],
    STRING,
    (context, value, zone) => formatIn(context, HTML, value, zone),
    'clock',
  ),
  dateModify,
  date_modify: dateModify,
  mustDateModify,
  must_date_modify: mustDateModify,
  toDate: func([STRING, STRING], TIME, (context, layout, text) => {
    try {
      return parseTime(layout, text, localLocation(context.timeZone));
    } catch (error) {
      if (error instanceof GoError) return Time.zero();
      throw error;
    }
  }),
  mustToDate: func([STRING, STRING], TIME, (context, layout, text) =>
    parseTime(layout, text, localLocation(context.timeZone)),
  ),
  unixEpoch: func([TIME], STRING, (_, time) => String(time.seconds)),
  duration: func([ANY], STRING, (_, value) => {
    const seconds = typeof value === 'string' ? parseInt64(value, 10).value : (int64Of(value) ?? 0n);
    return durationText(BigInt.asIntN(64, seconds * SECOND));
  }),
  durationRound: func([ANY], STRING, (context, value) => roundDuration(context, value), 'clock'),
};

const HTML = '2006-01-02';

function present(context: CallContext): Time {
  return Time.ofMilliseconds(context.now(), localLocation(context.timeZone));
}

function int64Of(value: Value): bigint | undefined {
  return value instanceof Int && value.type === INT64 ? value.value : undefined;
}

function formatIn(context: CallContext, layout: string, value: Value, zone: string): string {
  const location = loadLocation(zone, context.timeZone) ?? UTC;
  return timeOf(context, value).in(location).format(layout);
}

/** A time, or seconds since the epoch as an integer; a float64, and every other value, is the present. */
function timeOf(context: CallContext, value: Value): Time {
  if (value instanceof Time) return value;
  const isSeconds =
    typeof value === 'bigint' || (value instanceof Int && (value.type === INT64 || value.type === INT32));
  if (!isSeconds) return present(context);
  return new Time(Number(typeof value === 'bigint' ? value : value.value), 0, UTC);
}

/** Since a time until now, in whole seconds. */
function age(context: CallContext, value: Value): bigint {
  const known = typeof value === 'bigint' || value instanceof Time || int64Of(value) !== undefined;
  const since = present(context).since(known ? timeOf(context, value) : present(context));
  const rest = ((since % SECOND) + SECOND) % SECOND;
  if (rest === 0n) return since;
  // Halves away from zero.
  const down = since - rest;
  return rest * 2n > SECOND || (rest * 2n === SECOND && since > 0n) ? down + SECOND : down;
}

const UNITS: readonly (readonly [string, bigint])[] = [
  ['y', 365n * 86_400n * SECOND],
  ['mo', 30n * 86_400n * SECOND],
  ['d', 86_400n * SECOND],
  ['h', 3_600n * SECOND],
  ['m', 60n * SECOND],
  ['s', SECOND],
];

/** The largest unit that fits more than once, as kubectl shows an age. */
function roundDuration(context: CallContext, value: Value): string {
  let nanoseconds = int64Of(value) ?? 0n;
  if (typeof value === 'string') {
    const parsed = parseDuration(value);
    nanoseconds = 'value' in parsed ? parsed.value : 0n;
  } else if (value instanceof Time) nanoseconds = present(context).since(value);
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const unit = UNITS.find(([, length]) => size > length);
  return unit === undefined ? '0s' : `${size / unit[1]}${unit[0]}`;
}

/** Go names an unknown unit and then the whole text. */
function durationError(problem: string, text: string): string {
  const quoted = (part: string) => quoteTime(toLatin1(part));
  const unit = /^unknown unit (.*) in duration$/s.exec(problem)?.[1];
  const shown = unit === undefined ? problem : `unknown unit ${quoted(unit)} in duration`;
  return `time: ${shown} ${quoted(text)}`;
}
