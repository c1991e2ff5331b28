/** Arguments that get a function further than any value of the right type would. */
import {
  ANY,
  ANYS,
  BOOL,
  FLOAT64,
  INT,
  INT64,
  INTS,
  STRING,
  STRINGS,
  type Type,
} from '../../src/value/type.ts';
import {
  formatLiteral,
  layoutLiteral,
  PATHS,
  regexpLiteral,
  stringLiteral,
  typeNameLiteral,
  zoneLiteral,
} from './literals.ts';
import type { Random } from './random.ts';

/** What expressions are made with; the generator is one. */
export interface Maker {
  readonly random: Random;
  value(type: Type, depth: number): string;
  scalar(): string;
  list(): string;
  freshMap(depth: number): string;
}

export interface Place {
  readonly name: string;
  readonly type: Type;
  readonly index: number;
  /** Arguments of the whole call. */
  readonly count: number;
}

interface Rule {
  readonly names: RegExp;
  /** Which arguments; all when left out. */
  readonly at?: (place: Place) => boolean;
  readonly make: (maker: Maker, place: Place) => string;
}

const first = ({ index }: Place) => index === 0;
const later = ({ index }: Place) => index > 0;
const ofStrings = ({ type }: Place) => type === STRING;

/** Their interface{} parameter must hold a list. */
const TAKES_LIST =
  /^(?:must)?(?:[aA]ppend|[pP]ush|[pP]repend|[fF]irst|[lL]ast|[rR]est|[iI]nitial|[rR]everse|[cC]ompact|[uU]niq|[wW]ithout|[sS]lice|sortAlpha|toStrings)$/;

const URLS = [
  '.url',
  '"https://u:p@ex.com:80/a%20b?x=1#f"',
  '"http://[::1]:80/"',
  '"mailto:a@b"',
  '"//h/p"',
  '"/a b/é"',
  '"http://h:x"',
  '"HTTP://EX.com"',
  '"a:b"',
  '"x/y:z"',
  '"http://%41/"',
  '"http://a@b@c:1:2/"',
  '"ftp://h/%zz"',
  '"http://[::ffff:1.2.3.4%25e]/"',
  '""',
];

const VERSIONS = [
  '"1.2.3"',
  '">=1.2.0"',
  '"^0.2"',
  '"~1.2"',
  '"v2.0.0-rc.1"',
  '"1.x"',
  '"1.0 - 2.0"',
  '">1, <3 || 5"',
  '"bad"',
  '"*"',
  '"!=1.2"',
  '"=1.2.3"',
  '"1.2.3-beta"',
];

/** Both sides of a comparison are of one kind, chosen by the first. */
let compared: Type = STRING;

const RULES: readonly Rule[] = [
  { names: TAKES_LIST, at: first, make: listOfSomeType },
  { names: /^(?:has|mustHas|chunk|mustChunk|join)$/, at: ({ index }) => index === 1, make: listOfSomeType },
  { names: /^concat$/, make: (maker) => maker.list() },
  {
    names: /^(?:eq|ne|lt|le|gt|ge)$/,
    make: (maker, { index }) => {
      if (index === 0) compared = maker.random.pick([STRING, INT, FLOAT64, INT64, BOOL, STRING]);
      return maker.value(compared, 1);
    },
  },
  {
    names: /^dig$/,
    at: ({ count }) => count > 2,
    make: (maker, { index, count }) => {
      if (index === count - 1) return maker.random.pick(['.nested', '.m', '.keys', '.nested.a']);
      return index === count - 2 ? maker.scalar() : maker.random.pick(['"a"', '"b"', '"c"', '"nope"']);
    },
  },
  {
    names: /^(?:index|len)$/,
    at: first,
    make: (maker) =>
      maker.random.chance(0.5) ? maker.list() : maker.random.pick([...PATHS.map, ...PATHS.list, '.sm', '.s']),
  },
  {
    names: /^index$/,
    at: later,
    make: ({ random }) => random.pick(['0', '1', '2', '"a"', '"b"', '-1', '.int', '1.0']),
  },
  { names: /^slice$/, at: later, make: ({ random }) => random.pick(['0', '1', '-1']) },
  {
    names: /^(?:fromJson|mustFromJson)$/,
    make: (maker) =>
      maker.random.pick(['.json', stringLiteral(maker.random), `(toJson ${maker.value(ANY, 1)})`]),
  },
  {
    names: /^b(?:64|32)dec$/,
    make: ({ random }, { name }) => {
      const text = stringLiteral(random);
      return random.chance(0.6) ? `(${name.replace('dec', 'enc')} ${text})` : text;
    },
  },
  {
    names: /^(?:urlParse|toHost)$/,
    make: ({ random }) => random.pick([random.pick(URLS), stringLiteral(random)]),
  },
  {
    names: /^urlJoin$/,
    make: (maker) => maker.random.pick([`(urlParse ${maker.random.pick(URLS)})`, maker.freshMap(1)]),
  },
  { names: /^printf$/, at: first, make: ({ random }, { count }) => formatLiteral(random, count - 1) },
  { names: /^printf$/, make: printed },
  { names: /[rR]egex/, at: first, make: ({ random }) => regexpLiteral(random) },
  {
    names: /^(?:date|dateInZone|date_in_zone|toDate|mustToDate)$/,
    at: first,
    make: ({ random }) => layoutLiteral(random),
  },
  { names: /Zone$|_zone$/, at: ofStrings, make: ({ random }) => zoneLiteral(random) },
  {
    names: /^durationRound$/,
    make: ({ random }) => random.pick(['"36h"', '"90s"', '"-3000h"', '"bad"', '"1h"', '(int64 90000000000)']),
  },
  { names: /^(?:typeIs|typeIsLike|kindIs)$/, at: first, make: ({ random }) => typeNameLiteral(random) },
  {
    names: /^(?:get|hasKey|pluck|pick|omit)$/,
    at: ofStrings,
    make: ({ random }) => random.pick(['"a"', '"b"', '"10"', '"nope"', '.s']),
  },
  { names: /^semver/, make: ({ random }) => random.pick(VERSIONS) },
  { names: /./, at: ({ type }) => type.name === 'time.Time', make: ({ random }) => time(random) },
];

/** An argument made for this very place, if there is a rule for it. */
export function specialArgument(maker: Maker, place: Place): string | undefined {
  return RULES.find(({ names, at }) => names.test(place.name) && (at === undefined || at(place)))?.make(
    maker,
    place,
  );
}

function listOfSomeType(maker: Maker): string {
  return maker.value(maker.random.pick([ANYS, ANYS, STRINGS, INTS]), 1);
}

/** No times: under most verbs Go shows their insides, addresses among them. */
function printed(maker: Maker): string {
  const { random } = maker;
  return random.pick([
    () => maker.scalar(),
    () => maker.list(),
    () => maker.freshMap(1),
    () => random.pick([...PATHS.any, ...PATHS.list, ...PATHS.map, ...PATHS.int64, '.byte', '1i', "'é'"]),
    () => random.pick(['(semver "1.2.3-a+b")', '((semver "1.2.3").IncMajor)', '(until 3)', '.sm', '.strs']),
  ])();
}

/** A time.Time. */
export function time(random: Random): string {
  const read = random.pick([
    '"2006-01-02" "2024-02-29"',
    '"2006-01-02 15:04 MST" "1999-12-31 23:59 PST"',
    '"2006-01-02T15:04:05Z07:00" "2023-07-01T12:34:56.789+09:00"',
    '"2006" "x"',
  ]);
  return `(toDate ${read})`;
}

/** A time, or seconds since the epoch. */
export function instant(random: Random): string {
  return random.chance(0.5) ? time(random) : random.pick(['1700000000', '0', '-1', '(int64 1234567890)']);
}

const VERSION_METHODS = [
  'Major',
  'Minor',
  'Patch',
  'Prerelease',
  'Metadata',
  'Original',
  'String',
  'IncMajor',
  'IncMinor.String',
  'IncPatch.Major',
  'Compare (semver "1.2.4")',
  'LessThan (semver "3")',
  'Equal nil',
  'SetPrerelease "x.1"',
  'SetMetadata "é"',
  'Nope',
  'GreaterThan 1',
  'major',
];

const TIME_METHODS = [
  'Year',
  'Month',
  'Day',
  'Weekday',
  'YearDay',
  'Hour',
  'Unix',
  'UnixMilli',
  'UTC',
  'Format "2006 Jan 2 15:04"',
  'String',
  'AddDate 0 1 30',
  'Add 1000000000',
  'IsZero',
  'Sub TIME',
  'Before TIME',
  'Truncate 3600000000000',
  'Zone',
  'Month.String',
  'Nope',
  'Format 1',
  'wall',
];

/** A method of a value that has some. */
export function methodCall(random: Random): string {
  if (random.chance(0.5)) {
    const version = random.pick(['"1.2.3"', '"v2.0.0-rc.1+b"', '"0.9"']);
    return `((semver ${version}).${random.pick(VERSION_METHODS)})`;
  }
  return `(${time(random)}.${random.pick(TIME_METHODS).replace('TIME', time(random))})`;
}
