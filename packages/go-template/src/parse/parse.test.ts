import { describe, expect, it } from 'vitest';
import { TemplateError } from '../errors/index.ts';
import { nodeText, parse } from './index.ts';

const FUNCTIONS = new Set(['upper', 'eq', 'print', 'default', 'index', 'printf']);
const hasFunction = (name: string) => FUNCTIONS.has(name);

function problem(source: string): string {
  try {
    parse(source, { name: 'template', hasFunction });
  } catch (error) {
    if (error instanceof TemplateError && error.kind === 'parse') return error.message;
    throw error;
  }
  return 'no error';
}

describe('parse errors in Go’s words', () => {
  it.each([
    { source: '{{ foo }}', want: 'function "foo" not defined' },
    { source: '{{ . uid }}', want: 'function "uid" not defined' },
    { source: '{{ }}', want: 'missing value for command' },
    { source: '{{ if }}x{{ end }}', want: 'missing value for if' },
    { source: '{{ | upper }}', want: 'unexpected "|" in command' },
    { source: '{{ 1 | 2 }}', want: 'non executable command in pipeline stage 2' },
    { source: '{{ $x }}', want: 'undefined variable "$x"' },
    { source: '{{ if true }}x', want: 'unexpected EOF' },
    { source: '{{ end }}', want: 'unexpected {{end}}' },
    { source: '{{ else }}', want: 'unexpected {{else}}' },
    { source: '{{ if true }}{{ else }}{{ else }}{{ end }}', want: 'expected end; found {{else}}' },
    { source: '{{ break }}', want: '{{break}} outside {{range}}' },
    { source: '{{ range . }}{{ define "x" }}{{ end }}{{ end }}', want: 'unexpected <define> in command' },
    {
      source: '{{ range . }}{{ block "x" . }}{{ continue }}{{ end }}{{ end }}',
      want: '{{continue}} outside {{range}}',
    },
    { source: '{{ range $a, $b, $c := . }}{{ end }}', want: 'too many declarations in range' },
    { source: '{{ range $a, 3 := . }}{{ end }}', want: 'range can only initialize variables' },
    { source: '{{ $a, $b := . }}', want: 'too many declarations in command' },
    { source: '{{ "a".x }}', want: 'unexpected . after term "\\"a\\""' },
    { source: '{{ nil.x }}', want: 'unexpected . after term "nil"' },
    { source: '{{ 08 }}', want: 'integer overflow: "08"' },
    { source: '{{ 1e1000 }}', want: 'illegal number syntax: "1e1000"' },
    { source: '{{ -+1i }}', want: 'strconv.ParseFloat: parsing "-": invalid syntax' },
    { source: '{{ 1+i }}', want: 'syntax error scanning complex number' },
    { source: '{{ 0x }}', want: 'illegal number syntax: "0x"' },
    { source: '{{ "\\q" }}', want: 'invalid syntax' },
    { source: "{{ 'ab' }}", want: "malformed character constant: 'ab'" },
    { source: '{{ template x }}', want: 'unexpected "x" in template clause' },
    {
      source: '{{ define "x" }}a{{ end }}{{ define "x" }}b{{ end }}',
      want: 'template: multiple definition of template "x"',
    },
    { source: '{{ .a "a long string" | ; }}', want: 'unexpected ";" in command' },
    { source: '{{ print ! }}', want: 'unexpected "!" in operand' },
    { source: '{{ .uid-x }}', want: "bad character U+002D '-'" },
  ])('$source', ({ source, want }) => {
    expect(problem(source)).toBe(`template: template:1: ${want}`);
  });

  it('names the line of the token, and where an unclosed action began', () => {
    expect(problem('a\n{{ foo }}')).toBe('template: template:2: function "foo" not defined');
    expect(problem('a\n{{ .x\n\n')).toBe('template: template:4: unclosed action started at template:2');
    expect(problem('{{ print\n"x }}')).toBe(
      'template: template:2: unterminated quoted string in action started at template:1',
    );
  });

  it('gives line and column apart from the message', () => {
    const error = (() => {
      try {
        return parse('é\nhé{{ foo }}', { name: 'n', hasFunction });
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({ source: 'n', line: 2, column: 6, detail: 'function "foo" not defined' });
  });

  it('refuses nesting that would exhaust the stack', () => {
    for (const source of [
      `{{ ${'('.repeat(100_000)}1${')'.repeat(100_000)} }}`,
      '{{ if true }}'.repeat(100_000),
      `{{ if true }}${'{{ else if true }}'.repeat(100_000)}{{ end }}`,
    ]) {
      expect(problem(source)).toBe('template: template:1: max expression depth exceeded');
    }
  });
});

describe('trees', () => {
  it.each([
    { source: '{{if .a}}x{{else if .b}}y{{end}}', want: '{{if .a}}x{{else}}{{if .b}}y{{end}}{{end}}' },
    {
      source: '{{ with $x := (.a | upper).b.c }}{{ $x.d }}{{ end }}',
      want: '{{with $x := (.a | upper).b.c}}{{$x.d}}{{end}}',
    },
    {
      source: "{{ range $i,$e := index . 'a' 1.50 }}{{break}}{{ end }}",
      want: "{{range $i, $e := index . 'a' 1.50}}{{break}}{{end}}",
    },
    { source: '{{template "x" .a|upper}}', want: '{{template "x" .a | upper}}' },
    { source: '{{ .uid | }}', want: '{{.uid}}' },
  ])('$source', ({ source, want }) => {
    const tree = parse(source, { name: 'template', hasFunction }).get('template');
    expect(tree && nodeText(tree)).toBe(want);
  });

  it('lets an empty definition give way to a full one and never the reverse', () => {
    const trees = parse('{{define "x"}} {{end}}{{define "x"}}full{{end}}{{define "x"}}\n{{end}}', {
      name: 'template',
    });
    expect(nodeText(trees.get('x')!)).toBe('full');
  });

  it('takes unknown functions when nobody says which exist', () => {
    expect(() => parse('{{ whatever 1 }}', { name: 'template' })).not.toThrow();
  });
});
