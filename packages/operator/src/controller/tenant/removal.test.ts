import { ANNOTATIONS, type InventoryEntry, LABELS, type Tenant } from '@tenant-operator/api';
import { ApiError } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { planRemovals } from '../../plan/index.ts';
import { createTestContext } from '../../testing/context.ts';
import type { TenantMemory } from './memory.ts';
import { removeInOrder } from './removal.ts';

const waves = { a: 0, b: 1, c: 1, d: 2 } as const;
type Name = keyof typeof waves;

function entry(name: Name): InventoryEntry {
  const wave = waves[name];
  return {
    id: name,
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'ns',
    name,
    uid: name,
    wave,
    deletionPolicy: 'Delete',
  };
}

function setUp(finalizers: Partial<Record<Name, string[]>> = {}, retained: readonly Name[] = []) {
  const context = createTestContext();
  const tenant = context.addTenant({}) as Tenant;
  const names = Object.keys(waves) as Name[];
  for (const name of names) {
    context.client.seed({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace: 'ns',
        uid: name,
        ...(retained.includes(name)
          ? {
              labels: { [LABELS.tenant]: tenant.metadata.name, [LABELS.tenantNamespace]: 'ns' },
              annotations: { [ANNOTATIONS.tenantUid]: tenant.metadata.uid ?? '' },
            }
          : {}),
        ...(finalizers[name] ? { finalizers: finalizers[name] } : {}),
      },
    });
    context.watchTells(entry(name));
  }
  const memory: TenantMemory = {
    entries: new Map(),
    deleting: new Set(),
    spared: new Set(),
    heldSince: undefined,
    goingSince: undefined,
    isEmptied: false,
    isReleased: false,
  };
  const entries = names.map((name) => {
    const deletionPolicy = retained.includes(name) ? ('Retain' as const) : ('Delete' as const);
    return { ...entry(name), deletionPolicy };
  });
  const removals = planRemovals(entries, new Set());
  const deletes = () =>
    context.client.log.filter((line) => line.startsWith('delete')).map((line) => line.slice(-1));
  /** One pass; what is gone, and what is left. */
  const pass = async () => {
    const { gone, left } = await removeInOrder(
      context,
      { tenant, memory, actor: { client: context.client, serviceAccount: undefined } },
      removals,
      'TenantDeleted',
    );
    const short = (entries: readonly InventoryEntry[]) => entries.map(({ name }) => name).join('');
    return `${short(gone)}|${short(left.map((one) => one.entry))}`;
  };
  /** What held it let go, and the watch tells its end. */
  const ends = (name: Name) => {
    const live = context.client.find('v1', 'ConfigMap', { name, namespace: 'ns' });
    if (live) context.client.remove(live);
    context.watchTells(entry(name));
  };
  return { context, memory, pass, deletes, ends };
}

const held = {
  a: ['example.com/slow'],
  b: ['example.com/slow'],
  c: ['example.com/slow'],
  d: ['example.com/slow'],
};

describe('removeInOrder', () => {
  it('takes one pass for what is gone with the answer, and asks for nothing again', async () => {
    const { pass, deletes } = setUp();
    expect(await pass()).toBe('dbca|');
    expect(await pass()).toBe('dbca|');
    expect(deletes()).toEqual(['d', 'b', 'c', 'a']);
  });

  it('goes backwards, one step after the other, each step together', async () => {
    const { pass, deletes, ends } = setUp(held);
    expect(await pass()).toBe('|dbca');
    expect(deletes()).toEqual(['d']);
    ends('d');
    expect(await pass()).toBe('d|bca');
    expect(deletes()).toEqual(['d', 'b', 'c']);
    ends('b');
    expect(await pass()).toBe('db|ca');
    ends('c');
    expect(await pass()).toBe('dbc|a');
    ends('a');
    expect(await pass()).toBe('dbca|');
  });

  it('marks what is to be retained once, while others of its step take their time', async () => {
    const { pass, context } = setUp({ b: ['example.com/slow'] }, ['c', 'd']);
    expect(await pass()).toBe('dc|ba');
    for (let i = 0; i < 3; i++) expect(await pass()).toBe('dc|ba');
    const patches = context.client.log.filter((line) => line.startsWith('patch'));
    expect(patches.map((line) => line.slice(-1))).toEqual(['d', 'c']);
  });

  it('asks once for what takes its time', async () => {
    const { pass, deletes, context } = setUp({ d: ['example.com/slow'] });
    for (let i = 0; i < 3; i++) expect(await pass()).toBe('|dbca');
    expect(deletes()).toEqual(['d']);
    context.watchTells(entry('d'));
    expect(await pass()).toBe('|dbca');
    expect(deletes()).toEqual(['d']);
  });

  it('goes on where another process stopped', async () => {
    const { context, pass, memory, deletes, ends } = setUp(held);
    await pass();
    ends('d');
    memory.deleting.clear();
    expect(await pass()).toBe('d|bca');
    const b = context.client.find('v1', 'ConfigMap', { name: 'b', namespace: 'ns' });
    expect(b?.metadata.deletionTimestamp).toBeDefined();
    expect(deletes().slice(-2)).toEqual(['b', 'c']);
  });

  it('a refusal stops its step and those before it, and says why', async () => {
    const { context, pass, deletes, ends } = setUp(held);
    context.client.fault = ({ verb, name }) =>
      verb === 'delete' && name === 'b'
        ? new ApiError({ status: 403, message: 'User "x" cannot delete' })
        : undefined;
    await pass();
    ends('d');
    expect(await pass()).toBe('d|bca');
    ends('c');
    expect(await pass()).toBe('dc|ba');
    expect(deletes()).not.toContain('a');
    context.client.fault = undefined;
    await pass();
    ends('b');
    expect(await pass()).toBe('dbc|a');
  });

  it('leaves alone what somebody else has taken over', async () => {
    const { context, pass, deletes } = setUp(held);
    const live = context.client.find('v1', 'ConfigMap', { name: 'd', namespace: 'ns' })!;
    const owner = { apiVersion: 'x/v1', kind: 'Tenant', name: 'other', uid: 'other', controller: true };
    context.client.seed({ ...live, metadata: { ...live.metadata, ownerReferences: [owner] } });
    context.watchTells(entry('d'));
    expect(await pass()).toBe('d|bca');
    expect(deletes()).toEqual(['b', 'c']);
  });
});
