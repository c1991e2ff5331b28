import { describe, expect, it } from 'vitest';
import { templateFunctions, templateVariables } from './variables.ts';

/** Names in order, guarded ones with a question mark. */
const names = (source: string) =>
  templateVariables(source).map(({ name, guarded }) => (guarded ? `${name}?` : name));

describe('templateVariables', () => {
  it.each([
    { reason: 'plain reads, with their fields left out', source: '{{ .a }}{{ .b.c }}', want: ['a', 'b'] },
    { reason: 'text alone', source: 'x', want: [] },
    { reason: '$ everywhere', source: '{{ range .l }}{{ $.a }}{{ .x }}{{ end }}', want: ['l', 'a'] },
    {
      reason: 'with changes dot, its else does not',
      source: '{{ with .a }}{{ .x }}{{ else }}{{ .b }}{{ end }}',
      want: ['a', 'b'],
    },
    { reason: 'with of the whole data keeps it', source: '{{ with $ }}{{ .a }}{{ end }}', want: ['a'] },
    {
      reason: 'if keeps dot',
      source: '{{ if .a }}{{ .b }}{{ else if .c }}{{ .d }}{{ end }}',
      want: ['a', 'b', 'c', 'd'],
    },
    {
      reason: 'the input of default, both ways',
      source: '{{ .a | default "x" }}{{ default .b .c }}',
      want: ['a?', 'b', 'c?'],
    },
    {
      reason: 'coalesce and empty guard all they are given',
      source: '{{ coalesce .a .b }}{{ if empty .c }}{{ end }}{{ .d | empty }}',
      want: ['a?', 'b?', 'c?', 'd?'],
    },
    {
      reason: 'parentheses do not hide the input',
      source: '{{ default "x" (.a) }}{{ (.b) | default "x" }}',
      want: ['a?', 'b?'],
    },
    {
      reason: 'a function between takes the guard away',
      source: '{{ .a | upper | default "x" }}{{ default "x" (lower .b) }}',
      want: ['a', 'b'],
    },
    { reason: 'fields of a missing variable are nil too', source: '{{ .a.b | default "x" }}', want: ['a?'] },
    { reason: 'default of a single argument guards nothing', source: '{{ default .a }}', want: ['a'] },
    {
      reason: 'index and get of the whole data',
      source: '{{ index . "a" }}{{ get $ "b" }}{{ index .c "d" }}',
      want: ['a', 'b?', 'c'],
    },
    {
      reason: 'through a variable',
      source: '{{ $x := . }}{{ range .l }}{{ $x.a }}{{ end }}',
      want: ['l', 'a'],
    },
    { reason: 'a variable that holds something else', source: '{{ $x := .a }}{{ $x.b }}', want: ['a'] },
    {
      reason: 'a shadowing variable ends with its block',
      source: '{{ $x := . }}{{ if true }}{{ $x := 1 }}{{ end }}{{ $x.a }}',
      want: ['a'],
    },
    { reason: 'chains of the whole data', source: '{{ (.).a }}{{ ($).b }}', want: ['a', 'b'] },
    {
      reason: 'templates that are given the whole data',
      source: '{{ define "x" }}{{ .a }}{{ end }}{{ template "x" . }}',
      want: ['a'],
    },
    {
      reason: 'templates that are given a part',
      source: '{{ define "x" }}{{ .a }}{{ end }}{{ template "x" .b }}',
      want: ['b'],
    },
    { reason: 'templates that nobody calls', source: '{{ define "x" }}{{ .a }}{{ end }}', want: [] },
    { reason: 'blocks', source: '{{ block "x" $ }}{{ .a }}{{ end }}', want: ['a'] },
    {
      reason: 'templates that call themselves',
      source: '{{ define "x" }}{{ .a }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
      want: ['a'],
    },
    {
      reason: 'arguments of methods and nested calls',
      source: '{{ printf "%s" (print .a (print .b)) }}',
      want: ['a', 'b'],
    },
    {
      reason: 'an else of range sees the whole data',
      source: '{{ range .l }}{{ .x }}{{ else }}{{ .a }}{{ end }}',
      want: ['l', 'a'],
    },
    { reason: 'unknown functions do not matter', source: '{{ nosuch .a }}', want: ['a'] },
  ])('$reason: $source', ({ source, want }) => {
    expect(names(source)).toEqual(want);
  });

  it('gives the place of each use as errors do', () => {
    expect(templateVariables('é{{ .a }}\n  {{ $.b }}{{ .a | default "" }}')).toEqual([
      { name: 'a', line: 1, column: 5, guarded: false },
      { name: 'b', line: 2, column: 6, guarded: false },
      { name: 'a', line: 2, column: 14, guarded: true },
    ]);
  });

  it('fails on what is no template', () => {
    expect(() => templateVariables('{{ .a')).toThrow('template: template:1: unclosed action');
  });
});

describe('templateFunctions', () => {
  it.each([
    { source: '{{ .a | upper | now }}', want: ['upper', 'now'] },
    {
      source: '{{ define "x" }}{{ randAlpha 5 }}{{ end }}{{ if (env "A") }}{{ else }}{{ nosuch }}{{ end }}',
      want: ['randAlpha', 'env', 'nosuch'],
    },
    { source: '{{ (now).Unix }}{{ "env" }}{{ with print }}{{ end }}', want: ['now', 'print'] },
    { source: '{{ range $i, $e := until 3 }}{{ template "x" (list 1) }}{{ end }}', want: ['until', 'list'] },
  ])('$source', ({ source, want }) => {
    expect(templateFunctions(source).map(({ name }) => name)).toEqual(want);
  });

  it('gives the place of each call', () => {
    expect(templateFunctions('x\n{{ .a | upper }}')).toEqual([{ name: 'upper', line: 2, column: 8 }]);
  });
});
