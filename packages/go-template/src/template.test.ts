import { describe, expect, it } from 'vitest';
import {
  ANY,
  anyMap,
  compile,
  func,
  functionInfo,
  functionNames,
  GoError,
  INT,
  int64,
  type Limits,
  render,
  STRING,
  TemplateError,
  variadic,
} from './index.ts';
import { Lru } from './lru.ts';

function failure(run: () => unknown): TemplateError {
  try {
    run();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('data', () => {
  it.each<{ reason: string; data: unknown; source: string; want: string }>([
    { reason: 'number is float64', data: { a: 1e6 }, source: '{{ .a }}', want: '1e+06' },
    {
      reason: 'bigint is int',
      data: { a: 10n ** 6n },
      source: '{{ .a }}{{ eq .a 1000000 }}',
      want: '1000000true',
    },
    {
      reason: 'typed values pass as they are',
      data: { a: int64(3n) },
      source: '{{ printf "%T" .a }}',
      want: 'int64',
    },
    {
      reason: 'null and undefined are nil',
      data: { a: null, b: undefined },
      source: '{{ .a }}{{ .b }}{{ len . }}',
      want: '<no value><no value>2',
    },
    {
      reason: 'a Map is a map',
      data: new Map([
        ['10', 1],
        ['9', 2],
      ]),
      source: '{{ . }}',
      want: 'map[10:1 9:2]',
    },
    {
      reason: 'keys that JavaScript would reorder',
      data: { b: 1, 10: 2, 9: 3 },
      source: '{{ range $k, $v := . }}{{ $k }} {{ end }}',
      want: '10 9 b ',
    },
    { reason: 'no data at all', data: undefined, source: '{{ . }}{{ .a }}', want: '<no value><no value>' },
    { reason: 'a list as the data', data: [1, 'x'], source: '{{ index . 1 }}', want: 'x' },
    {
      reason: 'an object without prototype',
      data: Object.assign(Object.create(null), { a: 1 }),
      source: '{{ .a }}',
      want: '1',
    },
  ])('$reason', ({ data, source, want }) => {
    expect(render(source, data)).toBe(want);
  });

  it('refuses what no Go value stands for', () => {
    expect(() => render('{{ .a }}', { a: new Date(0) })).toThrow('an instance of Date is no template data');
    expect(() => render('{{ .a }}', { a: () => 1 })).toThrow('a function is no template data');
  });

  it('never writes to the data', () => {
    const data = { m: { a: 1 } };
    expect(render('{{ $_ := set .m "b" 2 }}{{ $_ := set . "c" 3 }}{{ .m }}{{ .c }}', data)).toBe(
      'map[a:1 b:2]3',
    );
    expect(data).toEqual({ m: { a: 1 } });
  });
});

describe('evaluate', () => {
  it.each([
    { source: '{{ 3 }}', want: { text: '3', value: 3n } },
    { source: '{{ .n }}', want: { text: '2.5', value: 2.5 } },
    { source: '{{ eq 1 1 }}', want: { text: 'true', value: true } },
    { source: '{{- /* why */ -}} {{ .n }}', want: { text: '2.5', value: 2.5 } },
    { source: '{{ toInt "7" }}', want: { text: '7', value: 7n } },
    { source: '{{ .n }} ', want: { text: '2.5 ' } },
    { source: '{{ "3" }}', want: { text: '3' } },
    { source: '{{ .missing }}', want: { text: '<no value>' } },
    { source: '{{ $x := 3 }}', want: { text: '' } },
    { source: '{{ if true }}{{ 3 }}{{ end }}', want: { text: '3' } },
    { source: '{{ 1 }}{{ 2 }}', want: { text: '12' } },
    { source: '', want: { text: '' } },
  ])('$source', ({ source, want }) => {
    expect(compile(source).evaluate({ n: 2.5 })).toEqual(want);
  });
});

describe('custom functions', () => {
  const funcs = {
    plain: (...args: unknown[]) => ({ args }),
    upper: () => 'mine',
    boom: () => {
      throw new Error('no luck');
    },
    typed: func([STRING, INT], STRING, (_, text, count) => text.repeat(Number(count))),
    checked: variadic([STRING], ANY, STRING, (_, first, ...others) => {
      if (others.length > 1) throw new GoError('too many');
      return `${first}${others.length}`;
    }),
  };

  it.each([
    {
      reason: 'plain data in and out',
      source: '{{ plain 1 "a" .l nil }}',
      want: 'map[args:[1 a [1] <nil>]]',
    },
    { reason: 'one hides a standard function', source: '{{ upper "x" }}', want: 'mine' },
    { reason: 'signatures are checked', source: '{{ typed "a" 3 }}', want: 'aaa' },
    { reason: 'standard functions stay', source: '{{ lower "A" }}', want: 'a' },
  ])('$reason', ({ source, want }) => {
    expect(render(source, { l: [1] }, { funcs })).toBe(want);
  });

  it.each([
    { source: '{{ boom }}', want: 'error calling boom: no luck' },
    { source: '{{ checked "a" 1 2 }}', want: 'error calling checked: too many' },
    { source: '{{ typed 1 2 }}', want: 'expected string; found 1' },
    { source: '{{ typed "a" .f }}', want: 'wrong type for value; expected int; got float64' },
    { source: '{{ typed "a" }}', want: 'wrong number of args for typed: want 2 got 1' },
  ])('$source', ({ source, want }) => {
    expect(failure(() => render(source, { f: 1 }, { funcs })).detail).toBe(want);
  });

  it('can be data, for call', () => {
    const data = { f: func([STRING], STRING, (_, text) => `<${text}>`) };
    expect(render('{{ call .f "x" }}', data)).toBe('<x>');
    expect(failure(() => render('{{ call .f 1 }}', data)).detail).toBe(
      'error calling call: arg 0: value has type int; should be string',
    );
    expect(failure(() => render('{{ .f }}', data)).detail).toBe(
      "can't print {{.f}} of type func(string) string",
    );
  });

  it('may render with the same template again', () => {
    const again: { funcs: Record<string, (...args: unknown[]) => unknown> } = { funcs: {} };
    again.funcs.inner = (n) =>
      Number(n) > 2
        ? 'end'
        : compile('{{ .n }}{{ inner (add1 .n) }}', again).execute({ n: BigInt(Number(n)) });
    expect(compile('{{ .n }}{{ inner (add1 .n) }}', again).execute({ n: 0n })).toBe('012end');
  });
});

describe('functions of every template', () => {
  it('are listed with why two renders may differ', () => {
    const names = functionNames();
    expect(names).toContain('printf');
    expect(names).toContain('toHost');
    expect(names).not.toContain('env');
    expect(functionInfo('upper')).toEqual({});
    expect(functionInfo('now')).toEqual({ impure: 'clock' });
    expect(functionInfo('uuidv4')).toEqual({ impure: 'random' });
    expect(functionInfo('nosuch')).toBeUndefined();
    expect(functionInfo('constructor')).toBeUndefined();
  });
});

describe('hostile templates', () => {
  it.each([
    {
      source: '{{ .__proto__ }}{{ .constructor }}{{ .toString }}{{ .m.hasOwnProperty }}',
      want: '<no value>'.repeat(4),
    },
    { source: '{{ index . "__proto__" }}{{ get .m "constructor" }}', want: '<no value>' },
    {
      source: '{{ $_ := set .m "__proto__" "x" }}{{ .m }}{{ toJson .m }}',
      want: 'map[__proto__:x a:1]{"__proto__":"x","a":1}',
    },
    { source: '{{ fromJson "{\\"__proto__\\":{\\"a\\":1}}" }}', want: 'map[__proto__:map[a:1]]' },
    {
      source: '{{ (merge (dict) (fromJson "{\\"__proto__\\":{\\"polluted\\":1}}")).polluted }}',
      want: '<no value>',
    },
  ])('$source', ({ source, want }) => {
    expect(render(source, { m: { a: 1 } })).toBe(want);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it.each([
    '{{ .s.length }}',
    '{{ .l.length }}',
    '{{ .l.constructor }}',
    '{{ .n.toFixed }}',
    '{{ .i.value }}',
  ])('%s', (source) => {
    const data = { s: 'x', l: [1], n: 1, i: int64(1n) };
    expect(failure(() => render(source, data)).detail).toMatch(
      /^can't evaluate field \w+ in type interface {}$/,
    );
  });

  it.each(['{{ constructor }}', '{{ __proto__ }}', '{{ hasOwnProperty }}', '{{ eval "1" }}'])(
    '%s',
    (source) => {
      expect(failure(() => render(source, {})).detail).toMatch(/^function "\w+" not defined$/);
    },
  );
});

describe('limits', () => {
  const tight: Partial<Limits> = { outputBytes: 1000, steps: 500, depth: 20, built: 5000 };
  it.each([
    { source: '{{ range 1000000000 }}{{ end }}', want: /more than 500 steps/ },
    { source: '{{ range 100 }}{{ range 100 }}{{ end }}{{ end }}', want: /more than 500 steps/ },
    { source: '{{ range 200 }}aaaaaaaaaa{{ end }}', want: /the output is longer than 1000 bytes/ },
    { source: '{{ range 400 }}日{{ end }}', want: /the output is longer than 1000 bytes/ },
    {
      source: '{{ $x := "aaaaaaaa" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}',
      want: /builds more than 5000 bytes/,
    },
    {
      source: '{{ $x := list 1 }}{{ range 60 }}{{ $x = list $x $x }}{{ end }}{{ $x }}',
      want: /nested too deeply|builds more than/,
    },
    { source: '{{ repeat 1000000000 "x" }}', want: /builds more than 5000 bytes/ },
    { source: '{{ until 1000000000 }}', want: /builds more than 5000 bytes/ },
    {
      source: '{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}',
      want: /exceeded maximum template depth \(20\)/,
    },
    {
      source: '{{ $m := dict }}{{ $_ := set $m "a" $m }}{{ $_ := set $m "b" $m }}{{ $m }}',
      want: /nested too deeply/,
    },
  ])('$source', ({ source, want }) => {
    const error = failure(() => compile(source, { limits: tight }).execute({}));
    expect(error.message).toMatch(want);
  });

  it.each([
    {
      reason: 'reading a long text costs steps',
      source: '{{ $x := repeat 1000000 "a" }}{{ range 10000 }}{{ $_ := regexFind "b" $x }}{{ end }}',
    },
    {
      reason: 'so does reading a long list',
      source: '{{ $x := list }}{{ range 100000 }}{{ $x = append $x . }}{{ end }}',
    },
    {
      reason: 'lists that share their parts as JSON',
      source: '{{ $x := list 1 }}{{ range 60 }}{{ $x = list $x $x }}{{ end }}{{ toJson $x }}',
    },
    {
      reason: 'lists that share their parts, copied',
      source: '{{ $x := list 1 }}{{ range 60 }}{{ $x = list $x $x }}{{ end }}{{ deepCopy $x }}',
    },
  ])('$reason', { timeout: 30_000 }, ({ source }) => {
    expect(failure(() => render(source, {})).kind).toBe('limit');
  });

  it('lets the same template go on with better data', () => {
    const template = compile('{{ range .l }}{{ . }}{{ end }}', { limits: tight });
    expect(failure(() => template.execute({ l: Array.from({ length: 600 }, () => 'x') })).kind).toBe('limit');
    expect(template.execute({ l: ['a', 'b'] })).toBe('ab');
  });
});

describe('the cache', () => {
  it('gives back what it compiled, per set of options', () => {
    expect(compile('{{ .a }}')).toBe(compile('{{ .a }}'));
    expect(compile('{{ .a }}', { missingKey: 'error' })).toBe(compile('{{ .a }}', { missingKey: 'error' }));
    expect(compile('{{ .a }}', { missingKey: 'error' })).not.toBe(compile('{{ .a }}'));
    expect(compile('{{ .a }}', { name: 'x' })).not.toBe(compile('{{ .a }}', { name: 'y' }));
  });

  it('forgets what was used longest ago', () => {
    const lru = new Lru<string, number>(2);
    lru.set('a', 1);
    lru.set('b', 2);
    expect(lru.get('a')).toBe(1);
    lru.set('c', 3);
    expect([lru.get('a'), lru.get('b'), lru.get('c'), lru.size]).toEqual([1, undefined, 3, 2]);
  });
});

describe('where JavaScript cannot be Go', () => {
  it('a number of plain data is always float64; bigint and typed values say otherwise', () => {
    expect(render('{{ printf "%T %T" .a .b }}', { a: 1, b: 1n })).toBe('float64 int');
  });

  it('a byte that is not UTF-8 leaves as U+FFFD, one for each', () => {
    expect(render('{{ trunc 2 "é€" }}|{{ trunc 3 "é€" }}', {})).toBe('é|é\ufffd');
    expect(render('{{ "\\xff\\xfe" }}', {})).toBe('\ufffd\ufffd');
  });

  it('what was cut inside a character and put together again is whole', () => {
    expect(render('{{ substr 0 2 "hé" }}{{ substr 2 3 "hé" }}', {})).toBe('hé');
  });

  it('lone surrogates of the data become U+FFFD', () => {
    expect(render('{{ .a }}{{ len .a }}', { a: 'x\ud800' })).toBe('x\ufffd4');
  });

  it('a part of a list does not share memory with the whole', () => {
    const source = '{{ $a := splitList "," "c,b,a" }}{{ $b := slice $a 1 }}{{ $_ := sortAlpha $b }}{{ $a }}';
    expect(render(source, {})).toBe('[c b a]');
  });

  it('addresses are the same for everything', () => {
    expect(render('{{ printf "%p" .l }}', { l: [1] })).toBe('0xc000000000');
  });

  it('templates nest 500 deep, not 100,000', () => {
    const source =
      '{{ define "x" }}{{ if gt . 0 }}{{ template "x" (sub . 1 | int) }}{{ else }}end{{ end }}{{ end }}{{ template "x" .n }}';
    expect(render(source, { n: 499n })).toBe('end');
    expect(failure(() => render(source, { n: 500n })).detail).toBe('exceeded maximum template depth (500)');
  });

  it('maps have string keys', () => {
    expect(render('{{ . }}', new Map([[1, 'a']]))).toBe('map[1:a]');
    expect(failure(() => render('{{ index . 1 }}', anyMap([['1', 'a']]))).detail).toBe(
      'error calling index: value has type int; should be string',
    );
  });
});
