import type { JsonValue } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { compileNode, formatPath, type NodeProblem, RenderError, renderNode, templateTexts } from './tree.ts';

const data = {
  uid: 'alpha',
  replicas: '3',
  ratio: '0.5',
  yes: 'true',
  empty: '',
  template: '{{ .uid }}',
  yaml: 'x: 1\ny: [2]',
  huge: '12345678901234567890',
};
const untyped = { isText: () => false };
const allText = { isText: () => true };

function render(value: JsonValue, typing = untyped): JsonValue {
  const problems: NodeProblem[] = [];
  const node = compileNode(value, typing, problems);
  expect(problems).toEqual([]);
  return renderNode(node, data);
}

describe('renderNode: scalars', () => {
  it.each<[string, JsonValue, string]>([
    ['{{ .replicas | int }}', 3, 'one whole expression that ends in an integer'],
    ['{{ int .replicas }}', 3, 'the same as a call'],
    ['{{ int "010" }}', 10, 'decimal, as a database writes it; sprig would read octal'],
    ['{{ toInt .replicas }}', 3, 'by its long name'],
    ['{{ .ratio | float }}', 0.5, 'a float'],
    ['{{ .yes | bool }}', true, 'a boolean'],
    ['{{ eq .replicas "3" }}', true, 'a comparison'],
    ['{{ add 1 2 }}', 3, 'a sum'],
    ['{{- .replicas | int -}}', 3, 'trim marks add no text'],
    ['{{ if true }}{{ int .replicas }}{{ end }}', '3', 'more than one action is text'],
    [' {{ .replicas | int }}', ' 3', 'white space around it is text'],
    ['{{ .replicas | int }}Mi', '3Mi', 'with text behind it is text'],
    ['{{ .replicas }}', '3', 'a column is text, also when it looks like a number'],
    ['{{ .yes }}', 'true', 'or like a boolean'],
    ['{{ .empty }}', '', 'or is empty'],
    ['{{ .template }}', '{{ .uid }}', 'a value is never a template again'],
    ['{{ .yaml }}', 'x: 1\ny: [2]', 'nor is it YAML'],
    ['{{ printf "%s" .template }}', '{{ .uid }}', 'whatever it goes through'],
    ['plain', 'plain', 'no template'],
  ])('%s -> %j: %s', (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it.each(['{{ .replicas | int }}', '{{ int .replicas }}'])(
    '%s stays text where the schema says text',
    (source) => {
      expect(render(source, allText)).toBe('3');
    },
  );

  it('keeps everything else as it is', () => {
    const value = { a: 1, b: true, c: null, d: [1.5, 'x'], e: {} };
    expect(render(value)).toEqual(value);
  });

  it('names the field of a number that JSON cannot hold', () => {
    const node = compileNode({ a: ['{{ int64 .huge }}'] }, untyped, []);
    const max = renderNode(compileNode('{{ int64 "9007199254740991" }}', untyped, []), data);
    expect(max).toBe(9_007_199_254_740_991);
    expect(() => renderNode(compileNode('{{ int64 "9007199254740993" }}', untyped, []), data)).toThrow(
      'too large',
    );
    expect(() => renderNode(node, { huge: '9007199254740993' })).toThrow(
      expect.objectContaining({ path: 'a[0]' }) as RenderError,
    );
  });
});

describe('renderNode: maps', () => {
  it.each<[JsonValue, JsonValue, string]>([
    [{ data: { '{{ .uid }}': 'x' } }, { data: { alpha: 'x' } }, 'data'],
    [
      { metadata: { labels: { '{{ .uid }}-x': '1' } } },
      { metadata: { labels: { 'alpha-x': '1' } } },
      'labels',
    ],
    [{ annotations: { 'a/{{ .uid }}': '1' } }, { annotations: { 'a/alpha': '1' } }, 'annotations'],
    [{ stringData: { '{{ .uid }}': '{{ .uid }}' } }, { stringData: { alpha: 'alpha' } }, 'stringData'],
  ])('%j -> %j: keys of %s may be templates', (value, expected) => {
    expect(render(value)).toEqual(expected);
  });

  it.each<[JsonValue, string]>([
    [{ '{{ .uid }}': 1 }, 'at the top'],
    [{ spec: { '{{ .uid }}': 1 } }, 'among fields'],
    [{ data: { a: { '{{ .uid }}': 1 } } }, 'deeper than the free map itself'],
    [{ data: [{ '{{ .uid }}': 1 }] }, 'in a list'],
  ])('%j is refused: a key %s could name a field', (value) => {
    const problems: NodeProblem[] = [];
    compileNode(value, untyped, problems);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(
      'is a template, which is allowed in labels, annotations and data only',
    );
  });

  it.each<[JsonValue, string, string]>([
    [{ data: { '{{ .uid }}': 1, alpha: 2 } }, 'two keys render to "alpha"', 'no value is lost silently'],
    [{ data: { '{{ .proto }}': { x: 1 } } }, '"__proto__" is not allowed', 'no way to the prototype'],
    [{ a: [{ b: '{{ .nosuch.deep }}' }] }, 'nosuch', 'a variable that is not there'],
    [{ a: '{{ fail "stop" }}' }, 'stop', "the author's own refusal"],
  ])('%j fails with "%s": %s', (value, message) => {
    const node = compileNode(value, untyped, []);
    expect(() => renderNode(node, { ...data, proto: '__proto__' })).toThrow(message);
  });

  it('a failing field is named', () => {
    const node = compileNode({ spec: { rules: [{ host: '{{ fail "x" }}' }] } }, untyped, []);
    try {
      renderNode(node, data);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RenderError);
      expect((error as RenderError).path).toBe('spec.rules[0].host');
    }
  });
});

describe('compileNode', () => {
  it('refuses what is nested beyond reason, however deep', () => {
    const problems: NodeProblem[] = [];
    const depth = 50_000;
    const value = JSON.parse(`{"data":${'['.repeat(depth)}${']'.repeat(depth)}}`) as JsonValue;
    compileNode(value, untyped, problems);
    expect(problems.map(({ path }) => path)).toEqual(['data[0][0][0]...']);
    expect(problems[0]?.message).toContain('nested too deeply');
  });

  it('reports every syntax error with its path and goes on', () => {
    const problems: NodeProblem[] = [];
    compileNode({ a: '{{ ', data: { '{{ .x': 1 }, b: ['ok', '{{ nosuch }}'] }, untyped, problems);
    expect(problems.map(({ path }) => path)).toEqual(['a', 'data key', 'b[1]']);
  });

  it('finds every template text with its path', () => {
    const node = compileNode({ a: '{{ .x }}', data: { '{{ .k }}': ['{{ .y }}'] }, c: 'plain' }, untyped, []);
    expect([...templateTexts(node)]).toEqual([
      { source: '{{ .x }}', path: 'a' },
      { source: '{{ .k }}', path: 'data key' },
      { source: '{{ .y }}', path: 'data["{{ .k }}"][0]' },
    ]);
  });
});

describe('formatPath', () => {
  it.each([
    [[], '', 'the whole'],
    [['spec', 'rules', 0, 'host'], 'spec.rules[0].host', 'fields and places'],
    [['metadata', 'annotations', 'a.b/c'], 'metadata.annotations["a.b/c"]', 'a key with dots'],
    [['data', 'app.yaml'], 'data["app.yaml"]', 'a file name'],
    [['data', 'LOG_LEVEL-x'], 'data.LOG_LEVEL-x', 'a plain key'],
    [[0], '[0]', 'a list at the top'],
  ])('%j -> %s: %s', (path, expected) => {
    expect(formatPath(path)).toBe(expected);
  });
});
