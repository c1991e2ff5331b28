/**
 * What differs most between Go templates and what one would guess, by hand: outputs noted while Go 1.26 and sprig 3.3.0 were tried,
 * before there was an engine to compare. The golden files come from the oracle of test/oracle; these do not.
 */
import { describe, expect, test } from 'vitest';
import { answerHere } from '../test/compare/case.ts';

const data = {
  uid: 'acme-01',
  n: 3,
  mil: 12345678,
  num: '42',
  s: 'text',
  empty: '',
  t: true,
  nul: null,
  l: [1, 'a', null],
  el: [],
  m: { b: 1, a: 'x', z: null },
  keys: { '10': 1, '9': 2, B: 3, a: 4 },
};

const nbsp = String.fromCodePoint(0xa0);

/** Template, output, and what it shows. */
const OUTPUTS: readonly (readonly [string, string, string])[] = [
  ['{{ .missing }}|{{ .nul }}', '<no value>|<no value>', 'nothing and null print alike at the top'],
  ['{{ .l }}', '[1 a <nil>]', 'null inside a list'],
  ['{{ range .l }}{{ . }}{{ end }}', '1a<no value>', 'the same null by itself'],
  ['{{ print .nul }} {{ toString .nul }} {{ printf "%v" .nul }}', '<nil> <nil> <nil>', 'through functions'],
  ['{{ quote .nul }}|{{ cat .nul "b" }}|{{ join "," .l }}', '|b|1,a', 'some functions skip null'],
  ['{{ .missing.deep }}', '<no value>', 'below what is missing'],
  ['{{ .missing | default "x" }} {{ .nul | default "x" }}', 'x x', 'default takes both'],
  ['{{ index .m "nope" }}', '<no value>', 'index of a key that is missing'],
  ['{{ 999999.0 }} {{ 1000001.0 }}', '999999 1.000001e+06', 'the exponent begins at a million'],
  [
    '{{ .mil }} {{ print .mil }} {{ quote .mil }}',
    '1.2345678e+07 1.2345678e+07 "1.2345678e+07"',
    'JSON numbers',
  ],
  ['{{ 1e20 }} {{ 0.0000123 }} {{ 3.0 }}', '1e+20 1.23e-05 3', 'shortest, two digits of exponent'],
  ['{{ toJson .mil }} {{ toJson 1e21 }} {{ toJson 1e-7 }}', '12345678 1e+21 1e-7', 'JSON has other rules'],
  ['{{ print 1e-7 }}', '1e-07', 'than print'],
  ['{{ 1000000.0 }} {{ mulf 1000 1000 }}', '1e+06 1e+06', 'a million of any origin'],
  ['{{ -0.0 }} {{ ceil -0.5 }}', '-0 -0', 'minus zero'],
  ["{{ 'a' }} {{ 017 }} {{ 1_000 }} {{ 0x1F }} {{ 0b11 }}", '97 15 1000 31 3', 'literals of integers'],
  ['{{ 0x1p4 }} {{ 1e3 }} {{ +5 }} {{ .5 }} {{ 5. }}', '16 1000 5 0.5 5', 'literals of floats'],
  ['{{ trunc 3.0 .uid }}', 'acm', 'a literal takes the type that is asked for'],
  ['{{ add "010" 1 }} {{ add "08" 0 }} {{ add "0x10" 1 }}', '9 0 17', 'strings are read with their base'],
  ['{{ add "1_0" 0 }} {{ add "1.9" 1 }} {{ add 1.9 1 }}', '10 1 2', 'and are whole or nothing'],
  ['{{ add true 1 }} {{ add " 1" 1 }} {{ add "x" 1 }} {{ mul "500m" 2 }}', '2 1 1 0', 'or nothing at all'],
  ['{{ atoi "99999999999999999999" }}', '9223372036854775807', 'atoi stops at the end'],
  ['{{ add "9223372036854775807" 1 }}', '-9223372036854775808', 'int64 wraps'],
  ['{{ div -7 2 }} {{ mod -7 3 }}', '-3 -1', 'division towards zero'],
  ['{{ addf 0.1 0.2 }} {{ divf 10 3 }}', '0.3 3.3333333333333335', 'decimal arithmetic'],
  ['{{ round -2.5 0 }} {{ round 2.675 2 }} {{ round 1.005 2 }}', '-3 2.68 1', 'rounding of floats'],
  ['{{ until -2 }} {{ untilStep 10 0 -3 }}', '[0 -1] [10 7 4 1]', 'counting down'],
  ['{{ seq 3 | kindOf }}', 'string', 'seq gives text'],
  ['{{ eq 3.0 .n }}', 'true', 'floats with floats'],
  ['{{ range $i, $e := fromJson "[1,2]" }}{{ eq $i 0 }} {{ end }}', 'true false ', 'an index is an int'],
  ['{{ eq .missing "x" }} {{ eq .nul nil }}', 'false true', 'nothing equals nothing'],
  ['{{ eq 1 2 3 1 }} {{ lt "B" "a" }}', 'true true', 'any of; by bytes'],
  [
    '{{ if 0.0 }}1{{ end }}{{ if "0" }}2{{ end }}{{ if list 0 }}3{{ end }}{{ if .el }}4{{ end }}',
    '23',
    'truth',
  ],
  ['{{ default "d" 0 }} {{ default "d" false }} {{ coalesce 0 "" .nul "c" }}', 'd d c', 'emptiness'],
  ['{{ and 0 (fail "x") }} {{ or 1 (fail "x") }}', '0 1', 'short circuit, and the operand itself'],
  ['{{ .uid | }}', 'acme-01', 'a pipe to nowhere'],
  ['{{ printf "%d" .n }} {{ printf "%s" 3 }}', '%!d(float64=3) %!s(int=3)', 'verbs that do not fit'],
  ['{{ printf "%s" }} {{ printf "%d" 1 2 }}', '%!s(MISSING) 1%!(EXTRA int=2)', 'too few and too many'],
  [
    '{{ printf "%" }} {{ printf "%[3]d" 1 }} {{ printf "%z" 1 }}',
    '%!(NOVERB) %!d(BADINDEX) %!z(int=1)',
    'mistakes',
  ],
  ['{{ printf "%[2]s %[1]s" "a" "b" }}|{{ printf "%*d" 5 3 }}', 'b a|    3', 'indexes and stars'],
  ['{{ printf "%.0f %.0f %.0f" 0.5 1.5 2.5 }}', '0 2 2', 'half to even'],
  ['{{ printf "%s" .l }}', '[%!s(float64=1) a <nil>]', 'verbs go into lists'],
  ['{{ printf "%x|%-4s|%.2s" "hi" "é" "héllo" }}', '6869|é   |hé', 'bytes and runes'],
  ['{{ print "a" "b" 1 2 true "c" }}', 'ab1 2 truec', 'a space between two that are no strings'],
  ['{{ len "héy" }} {{ trunc 3 "héllo" }} {{ index "abc" 1 }}', '4 hé 98', 'strings are bytes'],
  ['{{ quote "\\x01\\u200b\\u00a0é😀" }}', '"\\x01\\u200b\\u00a0é😀"', 'quote is %q'],
  [`{{ squote "a'b" }} {{ title "hELLO wORLD" }}`, "'a'b' HELLO WORLD", 'squote escapes nothing'],
  [
    '{{ camelcase "http_serverXY" }} {{ snakecase "HTTPServerID99x" }}',
    'HttpServerXY http_server_id_99x',
    'cases',
  ],
  [
    `{{ html "<'\\"&" }} {{ js "'<\\n" }} {{ urlquery "a b" }}`,
    `&lt;&#39;&#34;&amp; \\'\\u003C\\u000A a+b`,
    'escapes',
  ],
  ['{{ toJson "<>&" }} {{ toRawJson "<>&" }}', '"\\u003c\\u003e\\u0026" "<>&"', 'JSON for HTML and as it is'],
  ['{{ range $k, $v := .keys }}{{ $k }} {{ end }}', '10 9 B a ', 'maps go in the order of bytes'],
  ['{{ .keys }} {{ toJson (dict "a") }}', 'map[10:1 9:2 B:3 a:4] {"a":""}', 'an odd dict'],
  ['{{ merge (dict "a" false) (dict "a" true) }}', 'map[a:true]', 'the left wins unless it is zero'],
  ['{{ has 1.0 (list 1) }} {{ deepEqual 1 1.0 }}', 'false false', 'types count'],
  ['{{ deepEqual (list "a") (splitList "," "a") }} {{ join "," "abc" }}', 'false abc', 'those of lists too'],
  [
    '{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}{{ if true }}{{ $x = 3 }}{{ end }}{{ $x }}',
    '13',
    'scope',
  ],
  ['{{ range $i, $e := .el }}x{{ else }}{{ $i }}{{ end }}', '[]', 'else sees the variables'],
  ['{{ range 3 }}{{ . }}{{ end }}', '012', 'range over an int'],
  ['{{ with .empty }}a{{ else with .s }}{{ . }}{{ end }}', 'text', 'else with'],
  [
    '{{ define "a" }}[{{ . }}{{ $ }}]{{ end }}{{ template "a" }}{{ template "a" 1 }}',
    '[<no value><no value>][11]',
    '$',
  ],
  [
    '{{ define "a" }}1{{ end }}{{ define "a" }} {{ end }}{{ template "a" }}',
    '1',
    'an empty second definition',
  ],
  ['{{-3}} x {{- 3}}', '-3 x3', 'minus and trim'],
  [`a${nbsp} {{- 1 }}`, `a${nbsp}1`, 'trim takes no NBSP'],
  ['{{/* c */}}a{{- /* c */ -}} b', 'ab', 'comments'],
  ['{{ "{{" }} }}', '{{ }}', 'braces in text'],
  ['{{ regexReplaceAll "(a)" "abc" "$1-" }} {{ regexReplaceAll "x*" "abc" "-" }}', 'a-bc -a-b-c-', 'regexps'],
  ['{{ regexReplaceAll "(?P<x>a)" "abc" "$1W" }}', 'bc', 'a group of the name 1W'],
  ['{{ regexMatch "[" "a" }} {{ regexMatch "(?i)A" "a" }}', 'false true', 'a bad pattern matches nothing'],
  ['{{ duration 95 }} {{ duration "95" }}', '0s 1m35s', 'durations'],
  [
    '{{ semverCompare ">=1.2" "1.3.0-beta" }} {{ semverCompare "^0.2.1" "0.3.0" }}',
    'false false',
    'versions',
  ],
  [
    '{{ toHost "ex.com/p" }} {{ toHost "ex.com:80" }} {{ toHost "mailto:a@b" }}',
    'ex.com/p ex.com mailto',
    'hosts',
  ],
  [
    '{{ toHost "HTTP://EX.com" }} {{ toHost "http://[::1]:80/" }} {{ toHost "http://a b/" }}',
    'EX.com ::1 http',
    'more',
  ],
];

/** Template and a part of the error. */
const FAILURES: readonly (readonly [string, RegExp])[] = [
  ['{{ .nul.x }}', /nil pointer evaluating interface \{\}\.x/],
  ['{{ .s.x }}', /can't evaluate field x in type interface \{\}/],
  ['{{ nil }}', /nil is not a command/],
  ['{{ index .l 9 }}', /index out of range: 9/],
  ['{{ index .m "z" "q" }}', /index of nil pointer/],
  ['{{ 08 }}', /integer overflow|bad number syntax/],
  ['{{ 9223372036854775808 }}', /overflows int/],
  ['{{ repeat .n "x" }}', /expected int; got float64/],
  ['{{ div 1 0 }}', /divide by zero|division by zero/],
  ['{{ eq 3 .n }}', /incompatible types/],
  ['{{ eq .num 42 }}', /incompatible types/],
  ['{{ eq 1 1.0 }}', /incompatible types/],
  ['{{ eq .t "true" }}', /incompatible types/],
  ['{{ lt true false }}', /invalid type for comparison/],
  ['{{ eq .l .l }}', /non-comparable type/],
  ['{{ ternary "a" "b" .empty }}', /expected bool/],
  ['{{ and }}', /wrong number of args for and/],
  ['{{ .uid "arg" }}', /is not a method but has arguments/],
  ['{{ . uid }}', /function "uid" not defined/],
  ['{{ upper 3 }}', /expected string/],
  ['{{ slice "abc" 0 1 }}', /list should be type of slice or array/],
  ['{{ last "abc" }}', /Cannot find last on type string/],
  ['{{ range .n }}{{ end }}', /range can't iterate over 3/],
  ['{{ range "abc" }}{{ end }}', /range can't iterate over abc/],
  ['{{ break }}', /break.* outside/],
  ['{{ template "none" }}', /template "none" not defined/],
  ['{{ define "a" }}1{{ end }}{{ define "a" }}2{{ end }}', /multiple definition of template/],
  ['{{ /* c */ }}', /unexpected "\/"/],
  ['{{ .uid-x }}', /bad character U\+002D '-'/],
  ['{{ regexFind "(?=a)" "a" }}', /invalid or unsupported Perl syntax/],
  ['{{ semver "bad" }}', /[Ii]nvalid [Ss]emantic [Vv]ersion/],
];

/** The same with `missingkey=error`, as the operator renders. */
const STRICT: readonly (readonly [string, string | RegExp])[] = [
  ['{{ .missing | default "x" }}', /map has no entry for key "missing"/],
  ['{{ if .missing }}{{ end }}', /map has no entry for key "missing"/],
  ['{{ .m.nope }}', /map has no entry for key "nope"/],
  ['{{ (fromJson "bad").x }}', /./],
  ['{{ index . "missing" }}|{{ hasKey . "missing" }}', '<no value>|false'],
  ['{{ .nul | default "x" }}', 'x'],
];

describe('what Go does and one would not guess', () => {
  test.each(OUTPUTS)('%s -> %s: %s', (template, output) => {
    expect(answerHere({ template, data })).toEqual({ output });
  });

  test.each(FAILURES)('%s fails with %s', (template, message) => {
    expect(answerHere({ template, data })).toMatchObject({ error: expect.stringMatching(message) as string });
  });

  test.each(STRICT)('with missingkey=error, %s is %s', (template, expected) => {
    const answer = answerHere({ template, data, missingKey: 'error' });
    if (typeof expected === 'string') expect(answer).toEqual({ output: expected });
    else expect(answer).toMatchObject({ error: expect.stringMatching(expected) as string });
  });
});
