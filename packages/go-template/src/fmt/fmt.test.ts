import { describe, expect, it } from 'vitest';
import { func } from '../funcs/table.ts';
import {
  anyMap,
  anys,
  Complex,
  Func,
  fromJs,
  GoError,
  Int,
  int64,
  namedInt,
  nilSlice,
  STRING,
  STRINGS,
  Struct,
  strings,
  structType,
  uint8,
  type Value,
} from '../value/index.ts';
import { sprint, sprintAll, sprintf, sprintln } from './index.ts';

const LIST = anys([1, 'a', null]);
const DURATION = namedInt('test.Duration', 'int64', (value) => `${value}ns`);

class Point extends Struct {
  readonly type;
  constructor(kind: 'struct' | 'ptr') {
    super();
    this.type = structType(kind === 'ptr' ? '*test.Point' : 'test.Point', kind);
  }
  override fields(): ReadonlyMap<string, Value> {
    return new Map<string, Value>([
      ['X', 1n],
      ['Name', 'p'],
    ]);
  }
}

describe('printf', () => {
  it.each<{ format: string; args: Value[]; want: string }>([
    { format: '%d', args: [3], want: '%!d(float64=3)' },
    { format: '%s', args: [3n], want: '%!s(int=3)' },
    { format: '%s %s', args: ['a'], want: 'a %!s(MISSING)' },
    { format: '%s', args: ['a', 2n, null], want: 'a%!(EXTRA int=2, <nil>)' },
    { format: '%', args: [], want: '%!(NOVERB)' },
    { format: '%[5]d', args: [1n], want: '%!d(BADINDEX)' },
    { format: '%z', args: [1n], want: '%!z(int=1)' },
    { format: '%[2]s %[1]s', args: ['a', 'b'], want: 'b a' },
    { format: '%*d|%-*d|', args: [5n, 42n, 4n, 7n], want: '   42|7   |' },
    { format: '%*d', args: ['x', 1n], want: '%!(BADWIDTH)1' },
    { format: '%.*f', args: [-1n, 1], want: '%!(BADPREC)1.000000' },
    { format: '%.0f %.0f %.0f', args: [0.5, 1.5, 2.5], want: '0 2 2' },
    {
      format: '%6.2f|%-8.3e|%+g|% g|%08.3f',
      args: [3.1428, 1234.5, 1, 1, -3.25],
      want: '  3.14|1.234e+03|+1| 1|-003.250',
    },
    { format: '%.3g|%.10g|%G|%e', args: [1234.5, 0.1, 1e-10, 0], want: '1.23e+03|0.1|1E-10|0.000000e+00' },
    {
      format: '%#g|%#.3g|%#x|%x|%b',
      args: [1, 1, 1, 0.5, 1],
      want: '1.00000|1.00|0x1.0000p+00|0x1p-01|4503599627370496p-52',
    },
    {
      format: '%v %v %v %+v % v',
      args: [Infinity, -Infinity, Number.NaN, Number.NaN, Infinity],
      want: '+Inf -Inf NaN NaN  Inf',
    },
    { format: '%q', args: ['a\n"\\\u0001\u200b\u00a0é😀'], want: '"a\\n\\"\\\\\\x01\\u200b\\u00a0é😀"' },
    { format: '%+q|%#q|%#q', args: ['é', 'a"b', 'a`b'], want: '"\\u00e9"|`a"b`|"a`b"' },
    {
      format: '%q|%c|%U|%#U|%q',
      args: [97n, 0x1f600n, 0x1f600n, 97n, -1n],
      want: "'a'|😀|U+1F600|U+0061 'a'|'�'",
    },
    {
      format: '%x|%X|% x|%#x|%# X|%.2x',
      args: ['hé', 'hé', 'hé', 'hé', 'hé', 'hé'],
      want: '68c3a9|68C3A9|68 c3 a9|0x68c3a9|0X68 0XC3 0XA9|68c3',
    },
    {
      format: '%x|%X|%#x|%o|%#o|%O|%b|%x',
      args: [255n, 255n, 255n, 8n, 8n, 8n, 5n, -255n],
      want: 'ff|FF|0xff|10|010|0o10|101|-ff',
    },
    {
      format: '%05d|%+d|% d|%-5d|%.3d|%5.3d|%+05d',
      args: [42n, 42n, 42n, 42n, 4n, 4n, 4n],
      want: '00042|+42| 42|42   |004|  004|+0004',
    },
    { format: '%.0d|%3.0d|', args: [0n, 0n], want: '|   |' },
    {
      format: '%10s|%-10s|%.2s|%5.1s|%05s',
      args: ['héllo', 'héllo', 'héllo', 'héllo', 'ab'],
      want: '     héllo|héllo     |hé|    h|000ab',
    },
    { format: '%t|%5t|%s', args: [true, false, true], want: 'true|false|%!s(bool=true)' },
    { format: '%v|%d|%s', args: [null, null, null], want: '<nil>|%!d(<nil>)|%!s(<nil>)' },
    { format: '%s', args: [LIST], want: '[%!s(float64=1) a <nil>]' },
    {
      format: '%v|%d',
      args: [
        anyMap([
          ['b', 1n],
          ['a', 2n],
          ['10', 3n],
          ['9', 4n],
        ]),
        anys([1n, 'x']),
      ],
      want: 'map[10:3 9:4 a:2 b:1]|[1 %!d(string=x)]',
    },
    {
      format: '%q|%5v|%x',
      args: [strings(['a', 'b']), anys([1n, 'x']), strings(['hi'])],
      want: '["a" "b"]|[    1     x]|[6869]',
    },
    {
      format: '%#v',
      args: [fromJs({ a: [1, 'x', null, true], b: {} })],
      want: 'map[string]interface {}{"a":[]interface {}{1, "x", interface {}(nil), true}, "b":map[string]interface {}{}}',
    },
    {
      format: '%#v %#v %#v %#v',
      args: [strings(['a']), nilSlice(STRINGS), uint8(7), 'x'],
      want: '[]string{"a"} []string(nil) 0x7 "x"',
    },
    {
      format: '%T %T %T %T %T',
      args: [1, 1n, LIST, null, int64(1n)],
      want: 'float64 int []interface {} <nil> int64',
    },
    {
      format: '%v|%.1f|%d',
      args: [new Complex(1, -2), new Complex(1.25, 0), new Complex(0, 1)],
      want: '(1-2i)|(1.2+0.0i)|%!d(complex128=(0+1i))',
    },
    {
      format: '%v|%d|%s|%q|%z',
      args: [5n, 5n, 5n, 5n, 5n].map((n) => new Int(DURATION, n)),
      want: '5ns|5|5ns|"5ns"|%!z(test.Duration=5)',
    },
    {
      format: '%v|%+v|%#v|%d',
      args: [new Point('struct'), new Point('struct'), new Point('struct'), new Point('struct')],
      want: '{1 p}|{X:1 Name:p}|test.Point{X:1, Name:"p"}|{1 %!d(string=p)}',
    },
    { format: '%v', args: [new Point('ptr')], want: '&{1 p}' },
    { format: '%w %w', args: ['x', LIST], want: '%!w(string=x) %!w([]interface {}=[1 a <nil>])' },
    { format: '%!|%%|%5%|%[1]', args: [1n], want: '%!!(int=1)|%|%|%!(NOVERB)' },
    { format: '%[x]d|%[1]*d', args: [3n, 4n], want: '%!d(BADINDEX)|  4' },
    { format: '%日', args: [1n], want: '%!日(int=1)' },
  ])('$format', ({ format, args, want }) => {
    expect(sprintf(format, args)).toBe(want);
  });

  it('puts together again what was cut inside a character', () => {
    expect(sprintf('%s%s', ['h\udcc3', '\udca9'])).toBe('hé');
  });

  it('stops at a value that holds itself', () => {
    const map = anyMap();
    map.set('self', map);
    map.set('again', map);
    expect(() => sprint(map)).toThrow(RangeError);
  });
});

describe('print', () => {
  it.each<{ args: Value[]; want: string }>([
    { args: ['a', 'b', 1n, 2n, true, 'c'], want: 'ab1 2 truec' },
    { args: [1, null, LIST], want: '1 <nil> [1 a <nil>]' },
    { args: [], want: '' },
  ])('$want', ({ args, want }) => {
    expect(sprintAll(args)).toBe(want);
  });

  it('println always puts spaces and a newline', () => {
    expect(sprintln(['a', 'b', 1n])).toBe('a b 1\n');
    expect(sprintln([])).toBe('\n');
  });

  it('shows a function as an address that never changes', () => {
    const value = new Func(
      func([STRING], STRING, () => {
        throw new GoError('never called');
      }),
    );
    expect(sprint(value)).toBe('0xc000000000');
    expect(sprintf('%T', [value])).toBe('func(string) string');
  });
});
