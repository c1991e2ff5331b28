import { describe, expect, it } from 'vitest';
import {
  type Column,
  countOf,
  createProgress,
  formatOutput,
  formatTable,
  type OutputFormat,
} from './index.ts';

interface Row {
  readonly name: string;
  readonly count?: number;
}

const columns: Column<Row>[] = [
  { title: 'NAME', cell: (row) => row.name },
  { title: 'COUNT', cell: (row) => row.count, align: 'right' },
  { title: 'LAST', cell: () => 'x' },
];

describe('formatTable', () => {
  it.each<{ rows: Row[]; lines: string[]; reason: string }>([
    { rows: [], lines: [], reason: 'nothing to show' },
    {
      rows: [
        { name: 'acme', count: 3 },
        { name: 'a-long-name', count: 12_000 },
      ],
      lines: ['NAME         COUNT  LAST', 'acme             3  x', 'a-long-name  12000  x'],
      reason: 'aligned, numbers at the right',
    },
    { rows: [{ name: '' }], lines: ['NAME  COUNT  LAST', '-         -  x'], reason: 'missing cells' },
    {
      rows: [{ name: 'one\n  two', count: 0 }],
      lines: ['NAME     COUNT  LAST', 'one two      0  x'],
      reason: 'a row stays on its line, and zero is a number',
    },
    {
      rows: [{ name: '東京', count: 1 }, { name: 'abcd' }],
      lines: ['NAME  COUNT  LAST', '東京      1  x', 'abcd      -  x'],
      reason: 'wide characters take two columns',
    },
    {
      rows: [{ name: 'e\u0301a', count: 1 }, { name: 'abcd' }],
      lines: ['NAME  COUNT  LAST', 'e\u0301a        1  x', 'abcd      -  x'],
      reason: 'combining marks take none',
    },
  ])('$reason', ({ rows, lines }) => {
    expect(formatTable(columns, rows)).toBe(lines.map((line) => `${line}\n`).join(''));
  });
});

describe('formatOutput', () => {
  const shared = { a: 1 };
  it.each<[OutputFormat, string, string]>([
    ['json', '{\n  "x": {\n    "a": 1\n  },\n  "y": {\n    "a": 1\n  }\n}\n', 'two spaces, one line end'],
    ['yaml', 'x:\n  a: 1\ny:\n  a: 1\n', 'no anchors'],
    ['table', 'for people\n', 'one line end'],
  ])('%s: %s (%s)', (format, text) => {
    expect(formatOutput(format, { x: shared, y: shared }, () => 'for people')).toBe(text);
  });
});

describe('countOf', () => {
  it.each([
    [0, 'tenant', undefined, '0 tenants'],
    [1, 'tenant', undefined, '1 tenant'],
    [2, 'entry', 'entries', '2 entries'],
  ])('%s %s', (count, singular, plural, text) => {
    expect(countOf(count, singular, plural)).toBe(text);
  });
});

describe('progress', () => {
  function setUp(isTTY: boolean) {
    const written: string[] = [];
    let time = 0;
    const progress = createProgress({
      stream: { isTTY, write: (text) => written.push(text) },
      now: () => time,
    });
    return { progress, written, pass: (ms: number) => (time += ms) };
  }

  it('is one line that changes on a terminal, and goes in the end', () => {
    const { progress, written, pass } = setUp(true);
    progress.update('reading');
    progress.update('comparing', 1, 3);
    progress.update('comparing', 2, 3);
    pass(150);
    progress.update('comparing', 2, 3);
    progress.update('comparing', 3, 3);
    progress.end();
    expect(written).toEqual([
      '\r\u001b[Kreading ...',
      '\r\u001b[Kcomparing: 1 of 3',
      '\r\u001b[Kcomparing: 2 of 3',
      '\r\u001b[Kcomparing: 3 of 3',
      '\r\u001b[K',
    ]);
  });

  it('is a plain line every five seconds in a pipe, and none of what is quick', () => {
    const { progress, written, pass } = setUp(false);
    progress.update('reading');
    pass(4_000);
    progress.update('comparing', 1, 9);
    pass(1_001);
    progress.update('comparing', 2, 9);
    progress.update('comparing', 9, 9);
    progress.end();
    expect(written).toEqual(['comparing: 2 of 9\n']);
  });
});
