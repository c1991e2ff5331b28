/** Literals and data paths of generated templates, by kind of value. */
import type { Random } from './random.ts';

const WORDS = [
  '',
  'a',
  'abc',
  'Hello World',
  'foo_bar-baz',
  'HTTPServer2xx',
  'acme.example.com',
  ' padded ',
  '42',
  '-7',
  '3.14',
  '010',
  '0x1F',
  '1_000',
  '1e3',
  '12.00',
  'true',
  'false',
  'yes',
  'null',
  'NaN',
  'Inf',
  '99999999999999999999',
  'héllo',
  '한국어',
  '日本 語',
  'ǆ straße',
  'naïve café',
  '😀 ok',
  'a,b,,c',
  'k=v&x=y',
  '/a/b/../c/',
  'a//b/.',
  '../x',
  '{"a":[1,2.5e10,"x"],"b":null}',
  '[1,[2],{}]',
  '{"a":',
  '{bad}',
  '[1 2]',
  '"\\\\u00e9\\\\ud83d\\\\ude00\\\\ud800"',
  'https://u:p@ex.com:80/a b?x=1#f',
  'http://[::1]:80/',
  'mailto:a@b',
  '%zz',
  'v1.2.3-beta.1+x',
  '1.2',
  '2.0.0',
  '>=1.2 <2',
  '^0.3',
  '~1.2.x',
  '1.0 - 2.0',
  '1h30m',
  '-1.5h',
  '90s',
  'P1D',
  '2024-02-29',
  '2006-01-02 15:04:05',
  'aGVsbG8=',
  'aGVsbG8',
  'NBSWY3DP',
  '!!',
  '<b>&\\\'"</b>',
  'line1\\nline2',
  'tab\\tx',
  '\\x00\\x7f',
  '\\xff',
  'a\\xc3',
  '\\xa9b',
  '\\u2028',
  '%d %s',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a regexp replacement, meant so
  '$1 ${1}',
  '(a|b)+',
  '[a-z]+',
  'x*',
  '(?i)HELLO',
  '(',
  '\\\\d+',
  '(?P<n>.)',
  '^',
  '$',
  '\\\\bw',
  '.',
  '\\\\.',
  '[^a]',
];

const LAYOUTS = [
  '2006-01-02',
  '2006-01-02T15:04:05Z07:00',
  'Mon Jan _2 15:04:05 2006',
  'Monday, 02-Jan-06 15:04:05 MST',
  '3:04PM',
  '2006-01-02 15:04:05.000 -0700',
  '002 __2',
  'January 2 06 pm 03 4 5',
  'Z0700 -07 -07:00:00',
  '.999 ,000',
  'Janus _2006',
];

const ZONES = ['UTC', 'Local', 'Asia/Tokyo', 'Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'nope', ''];

const TYPE_NAMES = [
  'string',
  'int',
  'float64',
  'bool',
  'map',
  'slice',
  'map[string]interface {}',
  '[]interface {}',
  'invalid',
];

export function stringLiteral(random: Random): string {
  const word = random.chance(0.08)
    ? WORDS.map(() => random.pick(WORDS))
        .slice(0, 3)
        .join('')
    : random.pick(WORDS);
  if (random.chance(0.15) && !word.includes('`') && !word.includes('\\'))
    return `\`${word.replaceAll('\\\\', '\\')}\``;
  return `"${word.replaceAll(/(?<!\\)"/g, '\\"').replaceAll("\\'", "'")}"`;
}

export function layoutLiteral(random: Random): string {
  return JSON.stringify(random.pick(LAYOUTS));
}

export function zoneLiteral(random: Random): string {
  return JSON.stringify(random.pick(ZONES));
}

export function typeNameLiteral(random: Random): string {
  return JSON.stringify(random.pick(TYPE_NAMES));
}

const REGEXPS = [
  'a',
  'a+',
  'x*',
  '[a-z]+',
  '(a)(b)?',
  '(?P<first>[a-z])',
  '^a',
  'c$',
  '\\\\d+',
  '\\\\w',
  '\\\\s',
  '.',
  '',
  'é',
  '\\\\pL+',
  '(?i)hello',
  '[[:alpha:]]',
  'a|b',
  '\\\\b',
  '(?s).',
  'o{1,2}?',
  '[^a-z]',
  '(',
  '[',
  '*',
  '(?=x)',
  '\\\\x{4e00}',
  '(?:ab)*',
  '\\\\Qa.b\\\\E',
  '(?m)^',
];

export function regexpLiteral(random: Random): string {
  return `"${random.pick(REGEXPS)}"`;
}

const INTS = ['0', '1', '2', '3', '5', '10', '-1', '-3', "'a'", '0x10', '0b101', '017', '1_0', '63', '100'];
const WIDE_INTS = [
  '9223372036854775807',
  '-9223372036854775808',
  '1700000000',
  '65536',
  '123456789012',
  '-62135596800',
];
const FLOATS = [
  '0.0',
  '1.5',
  '-2.5',
  '3.0',
  '1e3',
  '1e6',
  '1e20',
  '1e21',
  '1e-7',
  '0.1',
  '2.675',
  '-0.0',
  '123456.789',
  '1e300',
  '.5',
  '0x1p-2',
  '5.',
];

export function smallIntLiteral(random: Random): string {
  return random.pick(INTS);
}

export function intLiteral(random: Random): string {
  return random.chance(0.15) ? random.pick(WIDE_INTS) : random.pick(INTS);
}

export function floatLiteral(random: Random): string {
  return random.pick(FLOATS);
}

const FLAGS = ['', '', '', '', '-', '+', '#', '0', ' ', '+ ', '-0', '#0', '+#'];
const WIDTHS = ['', '', '', '', '1', '5', '12', '*'];
const PRECISIONS = ['', '', '', '.', '.0', '.2', '.5', '.*', '.12'];
const VERBS = Array.from('vvvvdddsssqqxXtTfFeEgGbocUOz%w!é');

/** A printf format with as many directives as there may be arguments, now and then more or fewer. */
export function formatLiteral(random: Random, args: number): string {
  const parts: string[] = [];
  for (let i = 0; i < args + random.below(3) - 1; i++) {
    if (random.chance(0.4)) parts.push(random.pick(['a', ' ', '=', 'é', '%%', '\\n']));
    const index = random.chance(0.08) ? `[${random.pick(['1', '2', '3', '0', 'x', '9', ''])}]` : '';
    parts.push(
      `%${random.pick(FLAGS)}${index}${random.pick(WIDTHS)}${random.pick(PRECISIONS)}${random.pick(VERBS)}`,
    );
  }
  if (random.chance(0.03)) parts.push('%');
  return `"${parts.join('')}"`;
}

/** Paths into the standard data, by kind. */
export const PATHS = {
  string: [
    '.uid',
    '.host',
    '.s',
    '.empty',
    '.num',
    '.dec',
    '.bad',
    '.ko',
    '.url',
    '.json',
    '.html',
    '.lines',
    '.nested.a.b.c',
  ],
  int: ['.int', '.int'],
  int64: ['.int64'],
  float: ['.n', '.mil', '.big', '.small', '.half', '.neg', '.zero'],
  bool: ['.t', '.f'],
  list: ['.l', '.el', '.nums', '.words', '.strs', '.ints', '.nested.list'],
  map: ['.m', '.em', '.keys', '.nested', '.nested.a'],
  any: [
    '.',
    '.nul',
    '.missing',
    '.missing.deep',
    '.nul.x',
    '.s.x',
    '.m.a',
    '.m.nope',
    '.byte',
    '.sm',
    '.sm._0',
    '$',
    '$.uid',
    '.n.x',
    '.l.x',
  ],
} as const;
