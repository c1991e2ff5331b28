/** What Go's answers cannot show: random and clock functions, refusals, and limits. The rest is in golden.test.ts. */
import { describe, expect, test } from 'vitest';
import { compile, functionInfo, functionNames, TemplateError } from '../index.ts';
import { bcrypt } from './bcrypt.ts';

/** 2024-02-29T12:34:56.789Z. */
const NOW = Date.UTC(2024, 1, 29, 12, 34, 56, 789);

const options = {
  now: () => NOW,
  random: (size: number) => Uint8Array.from({ length: size }, (_, i) => i),
  timeZone: 'America/New_York',
} as const;

function render(template: string, data: unknown = {}): string {
  return compile(template, options).execute(data);
}

describe('clocks and randomness are the caller’s', () => {
  const cases = [
    { template: '{{ now }}', want: '2024-02-29 07:34:56.789 -0500 EST', reason: 'the zone is the one given' },
    {
      template: '{{ date "2006-01-02 15:04" "x" }}',
      want: '2024-02-29 07:34',
      reason: 'text is no time: now',
    },
    { template: '{{ date "2006-01-02 15:04" 0.0 }}', want: '2024-02-29 07:34', reason: 'nor is a float64' },
    { template: '{{ htmlDate now }}', want: '2024-02-29', reason: 'a time as it is' },
    { template: '{{ dateInZone "15:04 MST" now "UTC" }}', want: '12:34 UTC', reason: 'another zone' },
    { template: '{{ ago 1709210000 }}', want: '1m37s', reason: 'seconds, rounded' },
    { template: '{{ ago "x" }}', want: '0s', reason: 'no time at all' },
    { template: '{{ durationRound (toDate "2006" "2020") }}', want: '4y', reason: 'since a time' },
    {
      template: '{{ uuidv4 }}',
      want: '00010203-0405-4607-8809-0a0b0c0d0e0f',
      reason: 'version and variant bits',
    },
    { template: '{{ randBytes 3 }}', want: 'AAEC', reason: 'base64' },
    { template: '{{ randAlpha 3 }}', want: 'AAA', reason: 'one byte a letter' },
    { template: '{{ randInt 5 9 }}', want: '5', reason: 'from the lower bound' },
    { template: '{{ shuffle "ab" }}', want: 'ba', reason: 'Fisher-Yates' },
    {
      template: '{{ toDate "2006-01-02 15:04" "2024-07-01 10:00" }}',
      want: '2024-07-01 10:00:00 -0400 EDT',
      reason: 'text without a zone is local',
    },
    {
      template: '{{ toDate "2006-01-02 15:04 MST" "2024-07-01 10:00 EST" }}',
      want: '2024-07-01 11:00:00 -0400 EDT',
      reason: 'an abbreviation of the local zone counts with its own offset',
    },
    {
      template: '{{ toDate "2006-01-02 15:04" "2024-03-10 02:30" }}',
      want: '2024-03-10 01:30:00 -0500 EST',
      reason: 'a time that the clock jumped over, as Go answers',
    },
  ];
  test.each(cases)('$template: $reason', ({ template, want }) => {
    expect(render(template)).toBe(want);
  });
});

test('bcrypt agrees with the vectors of crypt_blowfish', () => {
  // The salt that bcrypt writes as CCCCCCCCCCCCCCCCCCCCC.
  const salt = Buffer.from('104104104104104104104104104104100'.slice(0, 32), 'hex');
  expect(bcrypt(Buffer.from('U*U'), salt, 5)).toBe(
    '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
  );
  expect(bcrypt(Buffer.from(''), salt, 5)).toBe(
    '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy',
  );
});

describe('impure functions are marked', () => {
  const marked = functionNames().filter((name) => functionInfo(name)?.impure !== undefined);
  test('and no others are', () => {
    expect(marked).toEqual(
      [
        ...[
          'ago',
          'date',
          'dateInZone',
          'date_in_zone',
          'durationRound',
          'htmlDate',
          'htmlDateInZone',
          'now',
        ],
        ...['bcrypt', 'encryptAES', 'genPrivateKey', 'htpasswd', 'shuffle', 'uuidv4'],
        ...['genCA', 'genCAWithKey', 'genSelfSignedCert', 'genSelfSignedCertWithKey', 'genSignedCert'],
        ...[
          'genSignedCertWithKey',
          'randAlpha',
          'randAlphaNum',
          'randAscii',
          'randBytes',
          'randInt',
          'randNumeric',
        ],
      ].sort(),
    );
  });
});

describe('refusals', () => {
  const cases = [
    { template: '{{ env "HOME" }}', kind: 'parse', want: 'function "env" not defined' },
    { template: '{{ expandenv "$HOME" }}', kind: 'parse', want: 'function "expandenv" not defined' },
    { template: '{{ getHostByName "x" }}', kind: 'parse', want: 'function "getHostByName" not defined' },
    { template: '{{ genCA "x" 1 }}', kind: 'exec', want: 'genCA is not available' },
    { template: '{{ genPrivateKey "dsa" }}', kind: 'exec', want: 'genPrivateKey "dsa" is not available' },
    { template: '{{ repeat 9000000000 "x" }}', kind: 'limit', want: '' },
    { template: '{{ until 9000000000 }}', kind: 'limit', want: '' },
    { template: '{{ seq 1 9000000000 }}', kind: 'limit', want: '' },
    { template: '{{ indent 9000000000 "x" }}', kind: 'limit', want: '' },
    { template: '{{ randAlpha 9000000000 }}', kind: 'limit', want: '' },
    { template: '{{ randBytes 9000000000 }}', kind: 'limit', want: '' },
    { template: '{{ wrapWith 1 (repeat 10000 "x") (repeat 10000 "y") }}', kind: 'limit', want: '' },
    { template: '{{ replace "" (repeat 10000 "x") (repeat 10000 "y") }}', kind: 'limit', want: '' },
    { template: '{{ regexReplaceAll "" (repeat 10000 "x") (repeat 10000 "y") }}', kind: 'limit', want: '' },
  ];
  test.each(cases)('$template', ({ template, kind, want }) => {
    let caught: unknown;
    try {
      render(template);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(TemplateError);
    expect((caught as TemplateError).kind).toBe(kind);
    expect((caught as TemplateError).message).toContain(want);
  });
});

test('a map that was made to hold itself ends in an error', () => {
  const self = '{{ $d := dict }}{{ $_ := set $d "self" $d }}';
  expect(render(`${self}{{ toJson $d }}`)).toBe('');
  for (const use of ['mustToJson $d', 'deepCopy $d', 'merge $d $d', 'deepEqual $d (deepCopy $d)']) {
    expect(() => render(`${self}{{ ${use} }}`), use).toThrow(TemplateError);
  }
});

describe('where JavaScript cannot be Go', () => {
  const cases = [
    {
      template: '{{ keys (dict "b" 1 "a" 2) }}{{ values (dict "b" 1 "a" 2) }}',
      want: '[a b][2 1]',
      reason: 'key order',
    },
    { template: '{{ contains "m=" (now | toString) }}', want: 'false', reason: 'no monotonic reading' },
    {
      template: '{{ dateInZone "-0700 MST" -1850000000 "Europe/Amsterdam" }}',
      want: /^\+0000 \+00$|^\+0019 AMT$/,
      reason: 'merged with Brussels in the data of most builds of Node',
    },
    { template: '{{ int64 1e300 }}', want: '-9223372036854775808', reason: 'amd64' },
    {
      template: '{{ int 1e300 }} {{ toInt 1e300 }} {{ toInt -1e300 }}',
      want: '-9223372036854775808 9223372036854775807 -9223372036854775808',
      reason: 'ours',
    },
  ];
  test.each(cases)('$template: $reason', ({ template, want }) => {
    if (typeof want === 'string') expect(render(template)).toBe(want);
    else expect(render(template)).toMatch(want);
  });

  test('a slice beyond the list fails', () => {
    expect(() => render('{{ slice (append (list 1 2) 3) 0 4 }}')).toThrow('slice index out of bounds');
  });
});
