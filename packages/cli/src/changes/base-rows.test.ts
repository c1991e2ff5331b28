import type { Tenant, TenantRegistry } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { changeRows, parseRowChange, rowsOfTenants } from './base-rows.ts';

const registry = {
  metadata: { name: 'crm' },
  spec: {
    valueMappings: { uid: 'id', activate: 'on', hostOrUrl: 'url' },
    extraValueMappings: { plan: 'tier' },
    secretValueMappings: { key: 'secret' },
  },
} as unknown as TenantRegistry;
const tenant = (uid: string, values: Record<string, string>, metadata = {}) =>
  ({ metadata: { name: uid, ...metadata }, spec: { uid, values } }) as unknown as Tenant;

describe('rowsOfTenants', () => {
  it('are the columns by name, one row a uid, without those that go', () => {
    const tenants = [
      tenant('a', { activate: '1', hostOrUrl: 'h', plan: 'x' }),
      tenant('a', { activate: '1', hostOrUrl: 'h', plan: 'x' }),
      tenant('b', {}, { deletionTimestamp: 'now' }),
    ];
    expect(rowsOfTenants(tenants, registry)).toEqual([{ id: 'a', on: '1', url: 'h', tier: 'x' }]);
  });
});

describe('parseRowChange', () => {
  it.each<[string, Record<string, string>, string]>([
    ['id=a,on=0', { id: 'a', on: '0' }, 'two columns'],
    ['id=a,note=x\\,y=\\\\', { id: 'a', note: 'x,y=\\' }, 'a comma and a backslash of a value'],
    ['id=a, on=', { id: 'a', on: '' }, 'empty text'],
  ])('%s (%2$s)', (text, row, _reason) => {
    expect(parseRowChange(text)).toEqual(row);
  });

  it('refuses what is no column=value', () => {
    expect(() => parseRowChange('id')).toThrow('--row id: column=value is needed');
  });
});

describe('changeRows', () => {
  const rows = [{ id: 'a', on: '1', url: 'h', tier: 'x' }];
  it.each<[Record<string, string>, Record<string, string | null>[], string]>([
    [{ id: 'a', tier: 'y' }, [{ id: 'a', on: '1', url: 'h', tier: 'y' }], 'other columns stay'],
    [
      { id: 'b', on: '1' },
      [...rows, { id: 'b', on: '1', url: null, tier: null, secret: null }],
      'a new row has NULL elsewhere',
    ],
  ])('%j (%2$s)', (change, expected, _reason) => {
    expect(changeRows(rows, [change], registry)).toEqual(expected);
  });

  it.each<[Record<string, string>, string]>([
    [{ tier: 'x' }, '--row: the uid column is missing: add id=VALUE'],
    [
      { id: 'a', plan: 'x' },
      '--row: TenantRegistry "crm" maps no column "plan"; it maps id, on, url, tier, secret',
    ],
    [{ id: 'z' }, '--row: "z" would be a new row: say on=1 too'],
  ])('refuses %j', (change, message) => {
    expect(() => changeRows(rows, [change], registry)).toThrow(message);
  });
});
