/** Time zones: offsets from Intl, abbreviations from Go's database (zones.gen.ts). */
import { daysOf } from './calendar.ts';
import { ZONES } from './zones.gen.ts';

export interface Zone {
  /** "CET"; empty in a made-up location without a name. */
  readonly name: string;
  /** Seconds east of UTC. */
  readonly offset: number;
}

export interface Location {
  /** "UTC", "Local", or the name it was loaded or made by. */
  readonly name: string;
  /** The zone in use at seconds since the epoch. */
  at(seconds: number): Zone;
  /** The offset that an abbreviation has there, if any. */
  offsetOf(abbreviation: string, seconds: number): number | undefined;
}

export const UTC: Location = {
  name: 'UTC',
  at: () => ({ name: 'UTC', offset: 0 }),
  offsetOf: () => undefined,
};

/** A location whose clock is always so far from UTC. */
export function fixedZone(name: string, offset: number): Location {
  const zone = { name, offset };
  return { name, at: () => zone, offsetOf: (abbreviation) => (abbreviation === name ? offset : undefined) };
}

let abbreviations: ReadonlyMap<string, string> | undefined;

/** The abbreviations of a zone as zones.gen.ts writes them, `undefined` for a name Go does not know. */
function abbreviationsOf(name: string): string | undefined {
  abbreviations ??= new Map(
    ZONES.flatMap(([list, names]) => names.split(' ').map((zone) => [zone, list] as const)),
  );
  return abbreviations.get(name);
}

const locations = new Map<string, Location>();
const locals = new Map<string, Location>();

/** time.LoadLocation; undefined where Go reports an error. */
export function loadLocation(name: string, local: string | undefined): Location | undefined {
  if (name === '' || name === 'UTC') return UTC;
  if (name === 'Local') return localLocation(local);
  return abbreviationsOf(name) === undefined ? undefined : named(name);
}

/** time.Local: the zone given, or that of the process. */
export function localLocation(zone: string | undefined): Location {
  const name = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  let location = locals.get(name);
  if (location === undefined) {
    location = { ...named(name), name: 'Local' };
    locals.set(name, location);
  }
  return location;
}

function named(name: string): Location {
  let location = locations.get(name);
  if (location === undefined) {
    location = makeLocation(name);
    locations.set(name, location);
  }
  return location;
}

function makeLocation(name: string): Location {
  const names = new Map<number, string>();
  const earlier = new Map<number, { name: string; until: number }>();
  for (const entry of (abbreviationsOf(name) ?? '').split(' ')) {
    const [abbreviation = '', offset, until] = entry.split(/[@<]/);
    if (offset === undefined) continue;
    if (until === undefined) names.set(Number(offset), abbreviation);
    else earlier.set(Number(offset), { name: abbreviation, until: Number(until) });
  }
  const format = formatterOf(name);
  const at = (seconds: number): Zone => {
    const offset = format === undefined ? 0 : offsetAt(format, seconds);
    const first = earlier.get(offset);
    if (first !== undefined && seconds < first.until) return { name: first.name, offset };
    return { name: names.get(offset) ?? numericName(offset), offset };
  };
  const offsetOf = (abbreviation: string, seconds: number): number | undefined => {
    const offsets = [...names].filter(([, known]) => known === abbreviation).map(([offset]) => offset);
    // Rather one that was in use at the time than any of that name.
    return offsets.find((offset) => at(seconds - offset).name === abbreviation) ?? offsets[0];
  };
  return { name, at, offsetOf };
}

function formatterOf(name: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
  } catch {
    return undefined;
  }
}

/** What Date can hold, in seconds. */
const DATE_LIMIT = 8.64e12;

function offsetAt(format: Intl.DateTimeFormat, seconds: number): number {
  if (Math.abs(seconds) >= DATE_LIMIT) return 0;
  const parts = new Map(format.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const isBefore = (parts.get('era') ?? '').startsWith('B');
  const year = isBefore ? 1 - part('year') : part('year');
  const days = daysOf({ year, month: part('month'), day: part('day') });
  return days * 86_400 + part('hour') * 3600 + part('minute') * 60 + part('second') - seconds;
}

/** The abbreviation of a zone that has none: "+03", "-0330". */
function numericName(offset: number): string {
  const size = Math.abs(offset);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(size / 60) % 60;
  const seconds = size % 60;
  const tail = (minutes > 0 || seconds > 0 ? two(minutes) : '') + (seconds > 0 ? two(seconds) : '');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}${tail}`;
}
