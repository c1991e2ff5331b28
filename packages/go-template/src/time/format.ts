/** Writing times by a layout. */
import { weekdayOf } from './calendar.ts';
import { type Chunk, nextChunk } from './layout.ts';
import { MONTHS, WEEKDAYS } from './names.ts';

/** A time on the clock of its zone. */
export interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Days since the epoch. */
  readonly days: number;
  readonly yearDay: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  readonly zoneName: string;
  readonly offset: number;
}

/** time.Format. */
export function formatTime(time: WallClock, layout: string): string {
  let out = '';
  for (let rest = layout; rest !== ''; ) {
    const chunk = nextChunk(rest);
    out += chunk.prefix;
    if (chunk.element === undefined) break;
    out += formatElement(time, chunk);
    rest = chunk.suffix;
  }
  return out;
}

function pad(value: number, width: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, '0');
}

function formatElement(time: WallClock, { element, text, digits }: Chunk): string {
  const hour12 = time.hour % 12 === 0 ? 12 : time.hour % 12;
  switch (element) {
    case '06':
      return pad(Math.abs(time.year) % 100, 2);
    case '2006':
      return pad(time.year, 4);
    case 'Jan':
      return MONTHS[time.month - 1]!.slice(0, 3);
    case 'January':
      return MONTHS[time.month - 1]!;
    case '1':
      return pad(time.month, 0);
    case '01':
      return pad(time.month, 2);
    case 'Mon':
      return WEEKDAYS[weekdayOf(time.days)]!.slice(0, 3);
    case 'Monday':
      return WEEKDAYS[weekdayOf(time.days)]!;
    case '2':
      return pad(time.day, 0);
    case '_2':
      return String(time.day).padStart(2, ' ');
    case '02':
      return pad(time.day, 2);
    case '__2':
      return String(time.yearDay).padStart(3, ' ');
    case '002':
      return pad(time.yearDay, 3);
    case '15':
      return pad(time.hour, 2);
    case '3':
      return pad(hour12, 0);
    case '03':
      return pad(hour12, 2);
    case '4':
      return pad(time.minute, 0);
    case '04':
      return pad(time.minute, 2);
    case '5':
      return pad(time.second, 0);
    case '05':
      return pad(time.second, 2);
    case 'PM':
      return time.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return time.hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return time.zoneName === '' ? formatOffset('-0700', time.offset) : time.zoneName;
    case 'fraction0':
    case 'fraction9':
      return formatFraction(time.nanosecond, text, digits, element === 'fraction9');
    default:
      return formatOffset(text, time.offset);
  }
}

function formatOffset(element: string, offset: number): string {
  if (element.startsWith('Z') && offset === 0) return 'Z';
  const minutes = Math.trunc(offset / 60);
  const size = Math.abs(minutes);
  const colon = element.includes(':') ? ':' : '';
  let out = (minutes < 0 ? '-' : '+') + pad(Math.floor(size / 60), 2);
  if (element.length > 3) out += colon + pad(size % 60, 2);
  // Go takes the sign from the minutes: an offset of less than one loses it, and its seconds too.
  if (element.replaceAll(':', '').length > 5) out += colon + pad((minutes < 0 ? -offset : offset) % 60, 2);
  return out;
}

function formatFraction(nanosecond: number, text: string, digits: number, trim: boolean): string {
  if (trim && nanosecond === 0) return '';
  const all = text[0]! + String(nanosecond).padStart(9, '0');
  const cut = all.slice(0, Math.min(digits, 9) + 1);
  return trim ? cut.replace(/0+$/, '').replace(/[.,]$/, '') : cut;
}
