import { describe, expect, it } from 'vitest';
import type { SourceRow } from '../source/index.ts';
import { mappedColumns, type RowMappings, readRows } from './rows.ts';

const mappings: RowMappings = {
  values: { uid: 'id', activate: 'active', hostOrUrl: 'url' },
  extra: { plan: 'plan_name', port: 'port' },
};

function row(id: string | null, overrides: SourceRow = {}): SourceRow {
  return { id, active: '1', url: 'https://a.example.com', plan_name: 'gold', port: '80', ...overrides };
}

const read = (...rows: SourceRow[]) => readRows(rows, mappings);

describe('mappedColumns', () => {
  it.each([
    [mappings, ['id', 'active', 'url', 'plan_name', 'port'], 'all mapped columns'],
    [{ values: { uid: 'id', activate: 'on' }, extra: {} }, ['id', 'on'], 'the host is optional'],
    [
      { values: { uid: 'id', activate: 'id' }, extra: { a: 'x', b: 'x' } },
      ['id', 'x'],
      'a column that is mapped twice is read once',
    ],
  ])('%# -> %j: %s', (given, expected) => {
    expect(mappedColumns(given)).toEqual(expected);
  });
});

describe('readRows', () => {
  it('puts aside a row whose values no Tenant can hold, and tells which one is to blame', () => {
    const { active, problems } = read(
      row('alpha'),
      row('beta', { plan_name: 'x'.repeat(1_300_000) }),
      row('gamma', { plan_name: '\u{1f600}'.repeat(330_000) }),
      row('delta', { plan_name: 'x'.repeat(2_000_000), active: '0' }),
    );
    expect(active.map(({ uid }) => uid)).toEqual(['alpha', 'beta']);
    expect(problems).toMatchObject([{ uid: 'gamma', reason: 'ValueTooLong' }]);
    expect(problems[0]?.message).toContain('have 1320024 bytes, "plan" most of them');
  });

  it('maps columns to variables; NULL is empty text', () => {
    expect(read(row('alpha', { plan_name: null }))).toEqual({
      total: 1,
      active: [
        {
          uid: 'alpha',
          values: { activate: '1', hostOrUrl: 'https://a.example.com', plan: '', port: '80' },
          secrets: {},
        },
      ],
      inactive: new Set(),
      problems: [],
    });
  });

  it.each([
    ['0', 'switched off'],
    [null, 'NULL'],
    ['', 'empty'],
  ])('activate %j is inactive: %s', (active, _reason) => {
    expect(read(row('alpha', { active }))).toEqual({
      total: 1,
      active: [],
      inactive: new Set(['alpha']),
      problems: [],
    });
  });

  it.each([
    [[row(null)], 'NullUid', '', 'a row has no uid (NULL)', 'NULL'],
    [[row('')], 'InvalidUid', '', 'uid "" cannot be part of a Kubernetes name', 'empty'],
    [
      [row('Acme')],
      'InvalidUid',
      'Acme',
      'lower-case',
      'upper case is never lowered: Acme and acme are two customers',
    ],
    [[row('a_b')], 'InvalidUid', 'a_b', 'lower-case', 'a character that no name may have'],
    [[row('-a')], 'InvalidUid', '-a', 'starting', 'a hyphen first'],
    [[row('a.')], 'InvalidUid', 'a.', 'ending', 'a dot last'],
    [[row('a..b')], 'InvalidUid', 'a..b', 'letter', 'two dots'],
    [[row(' a')], 'InvalidUid', ' a', '" a"', 'white space'],
    [[row('a\nb')], 'InvalidUid', 'a\nb', '"a\\nb"', 'a line break is shown as such'],
    [[row('a'.repeat(201))], 'InvalidUid', 'a'.repeat(201), '...', 'too long, and cut in the message'],
    [[row('é')], 'InvalidUid', 'é', 'lower-case', 'not ASCII'],
    [
      [row('a', { active: 'maybe' })],
      'UnknownActivate',
      'a',
      'column "active" says "maybe"',
      'neither yes nor no',
    ],
    [[row('a'), row('a')], 'DuplicateUid', 'a', '2 rows have the uid "a"', 'twice'],
    [
      [row('a'), row('a', { active: '0' }), row('a')],
      'DuplicateUid',
      'a',
      '3 rows',
      'once inactive, yet ambiguous',
    ],
  ])('%# -> %s %j "%s": %s', (rows, reason, uid, part) => {
    const result = readRows(rows, mappings);
    expect(result.active).toEqual([]);
    expect(result.inactive).toEqual(new Set());
    expect(result.problems).toHaveLength(1);
    expect(result.problems[0]).toMatchObject({ reason, uid });
    expect(result.problems[0]?.message).toContain(part);
  });

  it.each(['a', '0', 'a-b', 'a.b-c.d', '1234', 'a'.repeat(200)])('%s is a uid', (uid) => {
    expect(read(row(uid)).active.map((r) => r.uid)).toEqual([uid]);
  });

  it('goes on with all other rows, in their order', () => {
    const result = read(
      row('b'),
      row(null),
      row('B'),
      row('a'),
      row('c', { active: '?' }),
      row('d', { active: '0' }),
    );
    expect(result.active.map((r) => r.uid)).toEqual(['b', 'a']);
    expect([...result.inactive]).toEqual(['d']);
    expect(result.problems.map((p) => p.reason)).toEqual(['NullUid', 'InvalidUid', 'UnknownActivate']);
  });

  it('judges a uid of a hundred thousand characters without backtracking', () => {
    const started = performance.now();
    read(row(`${'a-'.repeat(50_000)}_`), row(`${'a.'.repeat(50_000)}_`));
    // A pattern that backtracks takes minutes over these.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
