import {
  API_VERSION,
  KINDS,
  type LeftoverRecord,
  type Tenant,
  type TenantRegistry,
} from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { conflict } from '../../testing/client.ts';
import { createTestContext } from '../../testing/context.ts';
import { stillLeft } from './leftovers.ts';

function setUp(listed: LeftoverRecord[] = []) {
  const context = createTestContext();
  const registry = context.client.seed({
    apiVersion: API_VERSION,
    kind: 'TenantRegistry',
    metadata: { name: 'reg', namespace: 'ns' },
    spec: {},
    ...(listed.length > 0 ? { status: { leftoverRecords: listed } } : {}),
  });
  context.registries.put(registry);
  const list = () =>
    (
      context.client.find(API_VERSION, 'TenantRegistry', { name: 'reg', namespace: 'ns' }) as unknown as
        | TenantRegistry
        | undefined
    )?.status?.leftoverRecords ?? [];
  const names = () => list().map((record) => `${record.name} ${record.tenant}`);
  const leave = (name: string, ...records: string[]) =>
    context.leftovers.record(
      context.addTenant({ name }),
      records.map((record) => ({ name: record, type: 'A', reason: 'UpsertOnlyPolicy' })),
    );
  return { context, list, names, leave };
}

describe('what tenants leave behind', () => {
  it('is listed at the registry and told in an event', async () => {
    const { context, list, leave } = setUp();
    await leave('a-web', 'a.example.com', 'b.example.com');
    expect(list()).toMatchObject([
      { name: 'a.example.com', type: 'A', tenant: 'a-web', reason: 'UpsertOnlyPolicy' },
      { name: 'b.example.com' },
    ]);
    expect(context.recorded).toEqual([
      'Warning DNSRecordLeft: Tenant "a-web" is gone, but its DNS record a.example.com (A) and 1 more is not: UpsertOnlyPolicy',
    ]);
  });

  it('of many tenants at once takes few writes', async () => {
    const { context, names, leave } = setUp();
    await Promise.all(Array.from({ length: 50 }, (_, at) => leave(`t${at}-web`, `t${at}.example.com`)));
    expect(names()).toHaveLength(50);
    expect(context.client.log.filter((line) => line.startsWith('patch')).length).toBeLessThanOrEqual(2);
  });

  it('is listed once, also when the release is tried again', async () => {
    const { context, names, leave } = setUp();
    await leave('a-web', 'a.example.com');
    await leave('a-web', 'a.example.com');
    expect(names()).toEqual(['a.example.com a-web']);
    expect(context.client.log).toHaveLength(1);
  });

  it('is a list of a hundred: the oldest fall out', async () => {
    const old = Array.from({ length: 100 }, (_, at) => ({
      name: `o${at}.example.com`,
      type: 'A',
      tenant: 'old',
      reason: 'UpsertOnlyPolicy',
      since: '2024-01-01T00:00:00Z',
    }));
    const { names, leave } = setUp(old);
    await leave('a-web', 'a.example.com');
    expect(names()).toHaveLength(100);
    expect(names().at(-1)).toBe('a.example.com a-web');
    expect(names()[0]).toBe('o1.example.com old');
  });

  it('is written over whatever version the registry has by now', async () => {
    const { context, names, leave } = setUp();
    let faults = 2;
    context.client.fault = ({ verb }) =>
      verb === 'patch' && faults-- > 0 ? conflict(KINDS.TenantRegistry, 'reg') : undefined;
    await leave('a-web', 'a.example.com');
    expect(names()).toEqual(['a.example.com a-web']);
  });

  it('fails the release when the server fails, and the next one is written', async () => {
    const { context, names, leave } = setUp();
    context.client.fault = () => new Error('the server is away');
    await expect(leave('a-web', 'a.example.com')).rejects.toThrow('away');
    context.client.fault = undefined;
    await leave('b-web', 'b.example.com');
    expect(names()).toEqual(['b.example.com b-web']);
  });

  it('of a registry that is gone is only told', async () => {
    const { context, leave } = setUp();
    context.client.remove(context.registries.get('ns/reg') as never);
    await leave('a-web', 'a.example.com');
    expect(context.recorded).toHaveLength(1);
  });
});

describe('stillLeft', () => {
  const left: LeftoverRecord = {
    name: 'a.example.com',
    type: 'A',
    tenant: 'a-web',
    reason: 'UpsertOnlyPolicy',
    since: '2024-01-01T00:00:00Z',
  };
  const tenant = (name: string, type: string, deletionTimestamp?: string) =>
    ({
      metadata: { name: 't', ...(deletionTimestamp ? { deletionTimestamp } : {}) },
      status: { dns: [{ name, type }] },
    }) as unknown as Tenant;
  it.each<[reason: string, tenants: Tenant[], count: number]>([
    ['nobody asks for it', [], 1],
    ['a living tenant has it again', [tenant('a.example.com', 'A')], 0],
    ['one that goes is the one that leaves it', [tenant('a.example.com', 'A', '2024-01-01T00:00:00Z')], 1],
    ['another type is another record', [tenant('a.example.com', 'AAAA')], 1],
  ])('%s', (_, tenants, count) => expect(stillLeft([left], tenants)).toHaveLength(count));
});
