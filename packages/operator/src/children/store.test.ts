import { describe, expect, it } from 'vitest';
import { isNewer } from './gone.ts';
import type { ChildObservation } from './observe.ts';
import { type ChildChange, createChildStore } from './store.ts';

function child(version: string, change: Partial<ChildObservation> = {}): ChildObservation {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'ns',
    name: 'a',
    uid: 'u1',
    resourceVersion: version,
    tenantKey: 'ns/t',
    tenantUid: 't1',
    live: 'l1',
    readiness: { state: 'ready', message: '' },
    deleting: false,
    routes: [],
    ...change,
  };
}

function setUp() {
  const told: string[] = [];
  const changes: ChildChange[] = [];
  const store = createChildStore((key, change) => {
    told.push(key);
    changes.push(change);
  });
  return { told, changes, store };
}

describe('isNewer', () => {
  it.each([
    ['2', '1', true, 'larger'],
    ['1', '1', false, 'the same'],
    ['9', '10', false, 'more digits are larger'],
    ['18446744073709551615', '9007199254740993', true, 'beyond what a number holds'],
    ['1', '', true, 'anything is newer than nothing'],
  ])('%s is newer than %s: %s (%s)', (version, than, expected) => {
    expect(isNewer(version, than)).toBe(expected);
  });
});

const dns = { hasIssuer: false, object: { kind: 'Ingress' as const, metadata: { name: 'a' } } };

describe('createChildStore', () => {
  it.each<[Partial<ChildObservation>, string[], string]>([
    [{}, [], 'a new version without news'],
    [{ live: 'l2' }, ['ns/t'], 'our fields changed'],
    [{ deleting: true }, ['ns/t'], 'it is being deleted'],
    [{ tenantUid: 't2' }, ['ns/t'], 'its owner changed'],
    [{ readiness: { state: 'waiting', message: 'x' } }, ['ns/t'], 'it is no longer ready'],
    [{ tenantKey: 'ns/other' }, ['ns/t', 'ns/other'], 'both tenants when its label changed'],
    [{ tenantKey: undefined }, ['ns/t'], 'it was marked as left behind'],
    [{ routes: ['a/'] }, [], 'routes come from fields of ours'],
    [{ dns }, ['ns/t'], 'it asks for other DNS records, or got its address'],
  ])('%j tells %j: %s', (change, expected) => {
    const { store, told } = setUp();
    store.put(child('1'));
    told.length = 0;
    store.put(child('2', change));
    expect(told).toEqual(expected);
  });

  it('takes no version twice and none that is older', () => {
    const { store, told } = setUp();
    expect(store.put(child('5'))).toBe(true);
    expect(store.put(child('5', { live: 'l2' }))).toBe(false);
    expect(store.put(child('4', { live: 'l2' }))).toBe(false);
    expect(store.get(child(''))?.live).toBe('l1');
    expect(told).toEqual(['ns/t']);
  });

  it("does not go back to an object's predecessor when the watch lags behind our own write", () => {
    const { store } = setUp();
    store.put(child('20', { uid: 'u2' }));
    expect(store.put(child('15', { uid: 'u1', deleting: true }))).toBe(false);
    expect(store.remove(child(''), 'u1')).toBe(false);
    expect(store.get(child(''))?.uid).toBe('u2');
  });

  it('is not filled again by the late answer to a write of an object that is gone', () => {
    const { store } = setUp();
    store.put(child('10'));
    store.remove(child(''), 'u1');
    expect(store.put(child('10'))).toBe(false);
    expect(store.get(child(''))).toBeUndefined();
  });

  it('takes an object again that only left the watch for a while', () => {
    const { store } = setUp();
    store.put(child('10'));
    store.remove(child(''), 'u1');
    expect(store.put(child('12'))).toBe(true);
    expect(store.size()).toBe(1);
  });

  it('tells a tenant what somebody else did, and not what it wrote itself', () => {
    const { store, changes } = setUp();
    expect(store.putWritten(child('1'))).toBe(true);
    store.put(child('2', { live: 'l2' }));
    expect(store.putWritten(child('3', { live: 'l3' }))).toBe(true);
    store.put(child('3', { live: 'l3' }));
    store.put(child('4', { name: 'b', uid: 'u2' }));
    store.remove(child(''), 'u1');
    expect(changes).toEqual(['changed', 'appeared', 'gone']);
  });

  it('tells a tenant that another one took its object', () => {
    const { store, told } = setUp();
    store.putWritten(child('1'));
    store.putWritten(child('2', { tenantKey: 'ns/u' }));
    expect(told).toEqual(['ns/t']);
  });

  it('removes only the very object', () => {
    const { store, told } = setUp();
    store.put(child('1'));
    told.length = 0;
    expect(store.remove(child(''), 'other')).toBe(false);
    expect(store.remove(child(''), 'u1')).toBe(true);
    expect(store.remove(child(''), 'u1')).toBe(false);
    expect(told).toEqual(['ns/t']);
  });

  it('finds by tenant and by route, and forgets both', () => {
    const { store } = setUp();
    store.put(child('1', { routes: ['a.example.com/'] }));
    store.put(child('2', { name: 'b' }));
    expect(store.ofTenant('ns/t').map((o) => o.name)).toEqual(['a', 'b']);
    expect(store.tenantsOfRoute('a.example.com/')).toEqual(['ns/t']);
    store.put(child('3', { routes: ['b.example.com/'], tenantKey: 'ns/u' }));
    expect(store.ofTenant('ns/t').map((o) => o.name)).toEqual(['b']);
    expect(store.tenantsOfRoute('a.example.com/')).toEqual([]);
    expect(store.tenantsOfRoute('b.example.com/')).toEqual(['ns/u']);
    store.remove(child(''), 'u1');
    expect(store.tenantsOfRoute('b.example.com/')).toEqual([]);
  });

  it('remembers a limited number of what is gone', () => {
    const { store } = setUp();
    for (let i = 0; i < 5_000; i++) {
      store.put(child('1', { name: `n${i}`, uid: `u${i}` }));
      store.remove(child('', { name: `n${i}` }), `u${i}`);
    }
    expect(store.size()).toBe(0);
    expect(store.put(child('1', { name: 'n4999', uid: 'u4999' }))).toBe(false);
    expect(store.put(child('1', { name: 'n0', uid: 'u0' }))).toBe(true);
  });
});
