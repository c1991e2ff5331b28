import { describe, expect, it } from 'vitest';
import { Lexer, type Token } from './index.ts';

function tokens(text: string): Token[] {
  const lexer = new Lexer(text, { breakOk: true, continueOk: true });
  const all: Token[] = [];
  for (let token = lexer.next(); token.type !== 'eof'; token = lexer.next()) {
    all.push(token);
    if (token.type === 'error') break;
  }
  return all;
}

const shown = (text: string) => tokens(text).map(({ type, value }) => `${type}:${value}`);

describe('tokens', () => {
  it.each([
    { reason: 'text only', text: 'a }} b', want: ['text:a }} b'] },
    { reason: 'nothing', text: '', want: [] },
    {
      reason: 'a field between text',
      text: 'a{{.x}}b',
      want: ['text:a', 'leftDelim:{{', 'field:.x', 'rightDelim:}}', 'text:b'],
    },
    {
      reason: 'minus three is no trim marker',
      text: 'a {{-3}}',
      want: ['text:a ', 'leftDelim:{{', 'number:-3', 'rightDelim:}}'],
    },
    {
      reason: 'trim markers eat space, tab and newlines on both sides',
      text: 'a \t\r\n{{- 3 -}} \n b',
      want: ['text:a', 'leftDelim:{{', 'number:3', 'rightDelim:}}', 'text:b'],
    },
    {
      reason: 'a no-break space and a vertical tab are not trimmed',
      text: 'a\u00a0\v{{- 3 -}}\u00a0b',
      want: ['text:a\u00a0\v', 'leftDelim:{{', 'number:3', 'rightDelim:}}', 'text:\u00a0b'],
    },
    { reason: 'comments vanish', text: 'a {{- /* c */ -}} b', want: ['text:a', 'text:b'] },
    { reason: 'a comment may span lines', text: '{{/* a\nb */}}x', want: ['text:x'] },
    {
      reason: 'newlines may stand inside actions',
      text: '{{ .a\n| b }}',
      want: [
        'leftDelim:{{',
        'space: ',
        'field:.a',
        'space:\n',
        'pipe:|',
        'space: ',
        'identifier:b',
        'space: ',
        'rightDelim:}}',
      ],
    },
    {
      reason: 'delimiters inside strings are text',
      text: '{{"{{"}}',
      want: ['leftDelim:{{', 'string:"{{"', 'rightDelim:}}'],
    },
    {
      reason: 'raw strings keep newlines',
      text: '{{`a\n}}`}}',
      want: ['leftDelim:{{', 'rawString:`a\n}}`', 'rightDelim:}}'],
    },
    {
      reason: 'letters of any script make identifiers',
      text: '{{é日٣ $ü}}',
      want: ['leftDelim:{{', 'identifier:é日٣', 'space: ', 'variable:$ü', 'rightDelim:}}'],
    },
    {
      reason: 'declarations, characters, complex numbers and parentheses',
      text: "{{$x:=('a' 1+2i)}}",
      want: [
        'leftDelim:{{',
        'variable:$x',
        'declare::=',
        'leftParen:(',
        "charConstant:'a'",
        'space: ',
        'complex:1+2i',
        'rightParen:)',
        'rightDelim:}}',
      ],
    },
    {
      reason: 'keywords, the dot and booleans',
      text: '{{if . true nil}}',
      want: [
        'leftDelim:{{',
        'if:if',
        'space: ',
        'dot:.',
        'space: ',
        'bool:true',
        'space: ',
        'nil:nil',
        'rightDelim:}}',
      ],
    },
  ])('$reason', ({ text, want }) => {
    expect(shown(text)).toEqual(want);
  });

  it('counts lines, also those that trimming and comments swallow', () => {
    const found = tokens('a\n\n{{- /* x\n*/ -}}\n{{ .b\n}}c');
    expect(found.map(({ type, line }) => `${type}@${line}`)).toEqual([
      'text@1',
      'leftDelim@5',
      'space@5',
      'field@5',
      'space@5',
      'rightDelim@6',
      'text@6',
    ]);
  });
});

describe('errors end the text', () => {
  it.each([
    { text: '{{ .uid-x }}', want: "bad character U+002D '-'" },
    { text: '{{ "a\nb" }}', want: 'unterminated quoted string' },
    { text: '{{ `a', want: 'unterminated raw quoted string' },
    { text: "{{ 'a }}", want: 'unterminated character constant' },
    { text: '{{ .x', want: 'unclosed action' },
    { text: '{{ (1 }}', want: 'unclosed left paren' },
    { text: '{{ 1) }}', want: 'unexpected right paren' },
    { text: '{{ $x : 1 }}', want: 'expected :=' },
    { text: '{{ 3k }}', want: 'bad number syntax: "3k"' },
    { text: '{{ 1+2 }}', want: 'bad number syntax: "1+2"' },
    { text: '{{/* a', want: 'unclosed comment' },
    { text: '{{/* a */ x}}', want: 'comment ends before closing delimiter' },
    { text: '{{ \u0007 }}', want: 'unrecognized character in action: U+0007' },
    { text: '{{ € }}', want: "unrecognized character in action: U+20AC '€'" },
  ])('$text', ({ text, want }) => {
    expect(tokens(text).at(-1)).toMatchObject({ type: 'error', value: want });
  });
});
