import type { TenantRegistry } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { judgeRows, parseRows } from './index.ts';

describe('parseRows', () => {
  it.each<[string, Record<string, string | null>[], string]>([
    ['id,domain\nacme,a.example\n', [{ id: 'acme', domain: 'a.example' }], 'CSV'],
    [
      'id\tdomain\r\nacme\ta,b\r\n',
      [{ id: 'acme', domain: 'a,b' }],
      'TSV with CRLF, as mysql --batch has it',
    ],
    ['\ufeffid\nacme', [{ id: 'acme' }], 'a byte order mark, and no line end'],
    ['id,note\nacme,"say ""hi"",\nplease"\n', [{ id: 'acme', note: 'say "hi",\nplease' }], 'quotes'],
    [
      'id,x\nacme,\\N\nb,"\\N"\nc,\n',
      [
        { id: 'acme', x: null },
        { id: 'b', x: '\\N' },
        { id: 'c', x: '' },
      ],
      'NULL, its text, and empty text',
    ],
    ['id\nacme\n\n\nb\n', [{ id: 'acme' }, { id: 'b' }], 'empty lines'],
    ['id,x\n', [], 'no row'],
    [
      '{"id":"acme","on":true,"n":1.5,"x":null,"j":{"a":1}}',
      [{ id: 'acme', on: '1', n: '1.5', x: null, j: '{"a":1}' }],
      'one row as JSON',
    ],
    ['[{"id":"a"},{"id":"b"}]', [{ id: 'a' }, { id: 'b' }], 'several as JSON'],
  ])('%j (%s)', (text, rows) => {
    expect(parseRows(text, 'rows')).toEqual(rows);
  });

  it.each<[string, string | RegExp, string]>([
    ['id,x\nacme\n', 'rows:2: 1 values for 2 columns', 'a short row'],
    ['id,x\n"a\nb",1\nc\n', 'rows:4: 1 values for 2 columns', 'lines inside of quotes count'],
    ['id,id\n', 'rows:1: the column "id" stands there twice', 'a column twice'],
    ['id,x\na,"b\n', 'rows:2: a quote is opened and never closed', 'an open quote'],
    ['id,x\na,"b"c\n', 'rows:2: after a closing quote comes "c"', 'text after a quote'],
    ['', 'rows:1: there is no line with the names of the columns', 'nothing'],
    ['[1]', 'rows: row 1 is no object with columns', 'no rows'],
    ['{"id"', /^rows: /, 'broken JSON'],
  ])('refuses %j: %s (%s)', (text, message, _reason) => {
    expect(() => parseRows(text, 'rows')).toThrow(message);
  });
});

describe('judgeRows', () => {
  const registry = {
    metadata: { name: 'crm' },
    spec: { valueMappings: { uid: 'id', activate: 'on' }, extraValueMappings: { plan: 'plan' } },
  } as unknown as TenantRegistry;

  it('sorts rows as a sync does', () => {
    const rows = parseRows('id,on,plan\na,1,x\nb,0,x\nc,perhaps,x\n', 'rows');
    const { active, inactive, problems } = judgeRows(rows, registry, 'rows');
    expect(active).toEqual([{ uid: 'a', values: { activate: '1', plan: 'x' }, secrets: {} }]);
    expect([...inactive]).toEqual(['b']);
    expect(problems.map(({ uid, reason }) => [uid, reason])).toEqual([['c', 'UnknownActivate']]);
  });

  it('names a mapped column that is missing', () => {
    expect(() => judgeRows([{ id: 'a', on: '1' }], registry, 'rows.csv')).toThrow(
      'rows.csv has no column "plan", which TenantRegistry "crm" maps',
    );
  });
});
