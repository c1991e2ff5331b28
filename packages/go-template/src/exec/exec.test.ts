import { describe, expect, it } from 'vitest';
import { TemplateError } from '../errors/index.ts';
import { compile, render } from '../template.ts';
import { int64, ints, MAP_STRING, mapValue, strings, uint8 } from '../value/index.ts';
import type { MissingKey } from './index.ts';

const DATA = {
  uid: 'acme',
  n: 3,
  mil: 12345678,
  l: [1, 'a', null],
  m: { b: 1, a: 'x', z: null, deep: { q: 'v' } },
  num: '42',
  nul: null,
  s: 'str',
  t: true,
  empty: '',
  el: [],
  em: {},
  i: 5n,
  i64: int64(-9n),
  u8: uint8(200),
  ss: strings(['x', 'y']),
  is: ints([3n, 1n]),
  sm: mapValue(MAP_STRING, [['p', 'q']]),
};

/** The output, or the error's text after the place. */
function outcome(source: string, missingKey: MissingKey = 'default'): string {
  try {
    return render(source, DATA, { missingKey });
  } catch (error) {
    if (error instanceof TemplateError) return `error: ${error.detail}`;
    throw error;
  }
}

describe('nil and missing keys', () => {
  it.each([
    { source: '{{ .missing }}|{{ .nul }}', want: '<no value>|<no value>' },
    { source: '{{ .l }}', want: '[1 a <nil>]' },
    { source: '{{ range .l }}{{ . }},{{ end }}', want: '1,a,<no value>,' },
    { source: '{{ print .nul }}{{ printf "%v" .nul }}', want: '<nil><nil>' },
    { source: '{{ .missing.deep }}', want: '<no value>' },
    { source: '{{ .nul.x }}', want: 'error: nil pointer evaluating interface {}.x' },
    { source: '{{ .s.x }}', want: "error: can't evaluate field x in type interface {}" },
    { source: '{{ with .s }}{{ .x }}{{ end }}', want: "error: can't evaluate field x in type string" },
    { source: '{{ range .ss }}{{ .x }}{{ end }}', want: "error: can't evaluate field x in type string" },
    {
      source: '{{ range $e := .l }}{{ $e.x }}{{ end }}',
      want: "error: can't evaluate field x in type interface {}",
    },
    { source: '{{ (.nul).x }}', want: '<no value>' },
    { source: '{{ template `a"b` }}', want: 'error: template "a\\"b" not defined' },
    { source: '{{ nil }}', want: 'error: nil is not a command' },
    { source: '{{ index .m "nope" }}', want: '<no value>' },
    { source: '{{ index .l 9 }}', want: 'error: error calling index: index out of range: 9' },
    { source: '{{ index .l 3 }}', want: 'error: error calling index: reflect: slice index out of range' },
    { source: '{{ index .m "z" "q" }}', want: 'error: error calling index: index of nil pointer' },
    { source: '{{ index .m 1 }}', want: 'error: error calling index: value has type int; should be string' },
    {
      source: '{{ len .missing }}',
      want: 'error: error calling len: reflect: call of reflect.Value.Type on zero Value',
    },
    { source: '{{ len .nul }}', want: 'error: error calling len: len of nil pointer' },
    { source: '{{ template "x" }}{{ define "x" }}{{ . }}{{ .y }}{{ end }}', want: '<no value><no value>' },
  ])('$source', ({ source, want }) => {
    expect(outcome(source)).toBe(want);
  });

  it.each([
    { source: '{{ .missing }}', missingKey: 'error', want: 'error: map has no entry for key "missing"' },
    { source: '{{ .m.nope }}', missingKey: 'error', want: 'error: map has no entry for key "nope"' },
    {
      source: '{{ (index .m "nope").x }}',
      missingKey: 'error',
      want: 'error: nil data; no entry for key "x"',
    },
    { source: '{{ index . "missing" }}', missingKey: 'error', want: '<no value>' },
    { source: '{{ .nul }}', missingKey: 'error', want: '<no value>' },
    { source: '{{ .sm.nope }}|', missingKey: 'zero', want: '|' },
    { source: '{{ .missing.x }}', missingKey: 'zero', want: 'error: nil pointer evaluating interface {}.x' },
  ] as const)('$source with missingKey $missingKey', ({ source, missingKey, want }) => {
    expect(outcome(source, missingKey)).toBe(want);
  });
});

describe('numbers', () => {
  it.each([
    {
      source: '{{ .mil }}|{{ 999999.0 }}|{{ 1000001.0 }}|{{ 1e20 }}',
      want: '1.2345678e+07|999999|1.000001e+06|1e+20',
    },
    { source: '{{ 0.0000123 }}|{{ 3.0 }}|{{ -0.0 }}|{{ 1000000.0 }}', want: '1.23e-05|3|-0|1e+06' },
    { source: "{{ 'a' }}|{{ 017 }}|{{ 1_000 }}|{{ 0x1F }}|{{ 0b11 }}", want: '97|15|1000|31|3' },
    {
      source: '{{ 0x1p4 }}|{{ 1e3 }}|{{ +5 }}|{{ .5 }}|{{ 5. }}|{{ 1.5i }}',
      want: '16|1000|5|0.5|5|(0+1.5i)',
    },
    { source: '{{ printf "%T %T %T %T" 1 1.0 1e3 .n }}', want: 'int float64 float64 float64' },
    { source: '{{ 9223372036854775808 }}', want: 'error: 9223372036854775808 overflows int' },
    {
      source: '{{ .i }}|{{ .i64 }}|{{ .u8 }}|{{ printf "%T %T %T" .i .i64 .u8 }}',
      want: '5|-9|200|int int64 uint8',
    },
  ])('$source', ({ source, want }) => {
    expect(outcome(source)).toBe(want);
  });
});

describe('comparison', () => {
  it.each([
    {
      source: '{{ eq 3 .n }}',
      want: 'error: error calling eq: incompatible types for comparison: int and float64',
    },
    {
      source: '{{ eq .num 42 }}',
      want: 'error: error calling eq: incompatible types for comparison: string and int',
    },
    {
      source: '{{ eq 3.0 .n }}|{{ eq 1 2 3 1 }}|{{ eq .u8 200 }}|{{ lt .i64 .u8 }}',
      want: 'true|true|true|true',
    },
    { source: '{{ eq .missing "x" }}|{{ eq .nul nil }}|{{ ne .nul 1 }}', want: 'false|true|true' },
    { source: '{{ lt nil 1 }}', want: 'error: error calling lt: invalid type for comparison' },
    { source: '{{ lt true false }}', want: 'error: error calling lt: invalid type for comparison' },
    {
      source: '{{ eq .l .l }}',
      want: 'error: error calling eq: non-comparable type [%!s(float64=1) a <nil>]: []interface {}',
    },
    {
      source: '{{ eq .l .m }}',
      want: 'error: error calling eq: non-comparable types [%!s(float64=1) a <nil>]: []interface {}, map[string]interface {}: map[a:x b:1 deep:map[q:v] z:<nil>]',
    },
    { source: '{{ eq 1 }}', want: 'error: error calling eq: missing argument for comparison' },
    { source: '{{ lt "B" "a" }}|{{ le 1 1 }}|{{ gt 2 1 }}|{{ ge 1.5 1.5 }}', want: 'true|true|true|true' },
    { source: '{{ not 0 }}|{{ not "0" }}|{{ not .nul }}|{{ not .el }}', want: 'true|false|true|true' },
  ])('$source', ({ source, want }) => {
    expect(outcome(source)).toBe(want);
  });
});

describe('pipelines and arguments', () => {
  it.each([
    {
      source: '{{ and 0 (index .l 99) }}|{{ or 1 (index .l 99) }}|{{ and 1 "x" }}|{{ or "" .nul }}',
      want: '0|1|x|<no value>',
    },
    { source: '{{ and }}', want: 'error: wrong number of args for and: want at least 1 got 0' },
    { source: '{{ "x" | or false }}', want: 'x' },
    { source: '{{ .uid | }}', want: 'acme' },
    { source: '{{ 3 | .uid }}', want: 'error: uid is not a method but has arguments' },
    { source: '{{ .uid "arg" }}', want: 'error: uid is not a method but has arguments' },
    { source: '{{ 3 4 }}', want: "error: can't give argument to non-function 3" },
    { source: '{{ $x := 1 }}{{ 2 | $x }}', want: "error: can't give argument to non-function $x" },
    { source: '{{ (1) 2 }}', want: "error: can't give argument to non-function 1" },
    { source: '{{ printf 3 }}', want: 'error: expected string; found 3' },
    { source: '{{ printf .n }}', want: 'error: wrong type for value; expected string; got float64' },
    { source: '{{ .n | printf }}', want: 'error: wrong type for value; expected string; got float64' },
    { source: '{{ printf .missing }}', want: 'error: invalid value; expected string' },
    { source: '{{ printf .nul }}', want: 'error: wrong type for value; expected string; got interface {}' },
    { source: '{{ printf nil }}', want: 'error: cannot assign nil to string' },
    { source: '{{ not }}', want: 'error: wrong number of args for not: want 1 got 0' },
    { source: '{{ 1 | not 2 }}', want: 'error: wrong number of args for not: want 1 got 2' },
    { source: '{{ call .s 1 }}', want: 'error: error calling call: non-function .s of type string' },
    { source: '{{ .s | call }}', want: 'error: error calling call: non-function str of type string' },
    { source: '{{ call nil }}', want: 'error: error calling call: call of nil' },
    { source: '{{ (index .m "deep").q }}|{{ $.m.deep.q }}|{{ (.m).deep.q }}', want: 'v|v|v' },
    {
      source: '{{ index .l 0 }}|{{ index .m "deep" "q" }}|{{ index "abc" 1 }}|{{ index .is 1 }}',
      want: '1|v|98|1',
    },
    { source: '{{ len "héy" }}|{{ len .l }}|{{ len .m }}', want: '4|3|4' },
    { source: '{{ len 3 }}', want: 'error: error calling len: len of type int' },
    { source: '{{ print "a" "b" 1 2 true "c" }}|{{ println "a" 1 }}', want: 'ab1 2 truec|a 1\n' },
    { source: `{{ html "<a href='x'>&\\"" }}`, want: '&lt;a href=&#39;x&#39;&gt;&amp;&#34;' },
    { source: `{{ js "<'\\"\\n=&é\\u200b\\\\" }}`, want: `\\u003C\\'\\"\\u000A\\u003D\\u0026é\\u200B\\\\` },
    {
      source: '{{ urlquery "a b/ü" }}|{{ html .nul }}|{{ urlquery 1 2 }}',
      want: 'a+b%2F%C3%BC|&lt;no value&gt;|1+2',
    },
  ])('$source', ({ source, want }) => {
    expect(outcome(source)).toBe(want);
  });
});

describe('control', () => {
  it.each([
    {
      reason: ':= in a block shadows',
      source: '{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}',
      want: '1',
    },
    {
      reason: '= assigns outward',
      source: '{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}',
      want: '2',
    },
    {
      reason: 'variables of range in else are the whole value',
      source: '{{ range $i, $e := .el }}x{{ else }}{{ $i }}{{ end }}',
      want: '[]',
    },
    {
      reason: 'the variable of with in else',
      source: '{{ with $v := "" }}x{{ else }}[{{ $v }}]{{ end }}',
      want: '[]',
    },
    {
      reason: 'keys in byte order',
      source: '{{ range $k, $v := .m }}{{ $k }};{{ end }}',
      want: 'a;b;deep;z;',
    },
    {
      reason: 'range over an integer',
      source: '{{ range 3 }}{{ . }}{{ end }}{{ range $i := .i64 }}x{{ else }}-{{ end }}',
      want: '012-',
    },
    {
      reason: 'integers give one variable',
      source: '{{ range $i, $e := 3 }}{{ end }}',
      want: "error: can't use 3 to iterate over more than one variable",
    },
    {
      reason: 'no range over float64',
      source: '{{ range .n }}{{ end }}',
      want: "error: range can't iterate over 3",
    },
    {
      reason: 'no range over strings',
      source: '{{ range .s }}{{ end }}',
      want: "error: range can't iterate over str",
    },
    { reason: 'nil is an empty range', source: '{{ range .nul }}x{{ else }}none{{ end }}', want: 'none' },
    {
      reason: 'break and continue',
      source:
        '{{ range $i, $e := .l }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ $i }}{{ if eq $i 2 }}{{ break }}{{ end }},{{ end }}',
      want: '0,2',
    },
    {
      reason: 'break leaves dot as it was',
      source: '{{ range .l }}{{ break }}{{ end }}{{ .uid }}',
      want: 'acme',
    },
    {
      reason: 'range assigns to outer variables',
      source: '{{ $i := 0 }}{{ $e := 0 }}{{ range $i, $e = .ss }}{{ end }}{{ $i }}{{ $e }}',
      want: '1y',
    },
    {
      reason: 'else with',
      source: '{{ with .nul }}a{{ else with .uid }}{{ . }}{{ else }}c{{ end }}',
      want: 'acme',
    },
    { reason: 'else if', source: '{{ if .nul }}a{{ else if .el }}b{{ else }}c{{ end }}', want: 'c' },
    {
      reason: '$ in a define is its argument',
      source: '{{ define "x" }}{{ $ }}{{ end }}{{ template "x" .uid }}',
      want: 'acme',
    },
    { reason: 'block is a template and its call', source: '{{ block "b" .m }}{{ .a }}{{ end }}', want: 'x' },
    {
      reason: 'a later define overrides nothing but an empty one',
      source: '{{ define "x" }}{{ end }}{{ define "x" }}1{{ end }}{{ template "x" }}',
      want: '1',
    },
    {
      reason: 'an unknown template fails when it is called',
      source: '{{ if false }}{{ template "nope" }}{{ end }}ok',
      want: 'ok',
    },
    {
      reason: 'and then in Go’s words',
      source: '{{ template "nope" }}',
      want: 'error: template "nope" not defined',
    },
    {
      reason: 'a variable whose declaration was skipped',
      source: '{{ if and false ($x := 1) }}{{ else }}{{ $x }}{{ end }}',
      want: 'error: undefined variable: $x',
    },
    { reason: 'trimming', source: ' a {{- " b " -}} c {{ "{{" }}', want: ' a b c {{' },
    {
      reason: 'truth of strings, lists and zero',
      source: '{{ if "0" }}1{{ end }}{{ if .el }}2{{ end }}{{ if 0.0 }}3{{ end }}{{ if .l }}4{{ end }}',
      want: '14',
    },
    { reason: 'the data may define $ anew', source: '{{ $ := 5 }}{{ $ }}', want: '5' },
    {
      reason: 'values and entries of the start of a range',
      source:
        '{{ $m := dict "a" 1 }}{{ range $k, $v := $m }}{{ $_ := set $m "b" 2 }}{{ $k }}{{ $v }}{{ end }}',
      want: 'a1',
    },
  ])('$reason', ({ source, want }) => {
    expect(outcome(source)).toBe(want);
  });
});

describe('errors say where', () => {
  it.each([
    {
      source: 'a\n  {{ .l.x.y\n}}',
      want: 'template: template:2:7: executing "template" at <.l.x.y>: can\'t evaluate field x in type interface {}',
    },
    {
      source: '{{ "é" }}{{ .n | printf }}',
      want: 'template: template:1:18: executing "template" at <printf>: wrong type for value; expected string; got float64',
    },
    {
      source: '{{ eq 1 .n }}',
      want: 'template: template:1:3: executing "template" at <eq 1 .n>: error calling eq: incompatible types for comparison: int and float64',
    },
    {
      source: '{{ define "x" }}{{ .l.a }}{{ end }}{{ template "x" . }}',
      want: 'template: template:1:21: executing "x" at <.l.a>: can\'t evaluate field a in type interface {}',
    },
    {
      source: '{{ if (index .l 7) }}{{ end }}',
      want: 'template: template:1:7: executing "template" at <index .l 7>: error calling index: index out of range: 7',
    },
  ])('$source', ({ source, want }) => {
    expect(() => render(source, DATA)).toThrow(
      expect.objectContaining({ name: 'TemplateError', kind: 'exec', message: want }),
    );
  });

  it('uses the name that the template was given', () => {
    expect(() => compile('{{ .a.b }}', { name: 'x.tpl' }).execute({ a: 1 })).toThrow(
      'template: x.tpl:1:5: executing "x.tpl" at <.a.b>: can\'t evaluate field b in type interface {}',
    );
  });
});
