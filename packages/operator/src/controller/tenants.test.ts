import { API_VERSION, KINDS, type Tenant } from '@tenant-operator/api';
import { createFakeClock, type KubeObject, silentLogger } from '@tenant-operator/kube';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeClient } from '../testing/client.ts';
import { createTenantCache, type TenantCache } from './tenants.ts';

let version = 1;
let cache: TenantCache;
let ownStatuses: boolean[];

function tenant(name: string, registryId = 'crm', templateRef = 'web', namespace = 'ns'): KubeObject {
  return {
    apiVersion: API_VERSION,
    kind: 'Tenant',
    metadata: { name, namespace, uid: `${namespace}-${name}`, resourceVersion: String(100 + version++) },
    spec: { uid: name, registryId, templateRef, values: {} },
  };
}

beforeEach(() => {
  ownStatuses = [];
  cache = createTenantCache({
    client: createFakeClient(),
    type: KINDS.Tenant,
    clock: createFakeClock(),
    log: silentLogger,
    onChange: (_key, _current, _previous, isOwnStatus) => void ownStatuses.push(isOwnStatus),
  });
});

const names = (tenants: readonly Tenant[]) => tenants.map(({ metadata }) => metadata.name);
const registries = () => [names(cache.ofRegistry('ns/crm')), names(cache.ofRegistry('ns/erp'))];

describe('createTenantCache', () => {
  it('knows the Tenants of each registry and template of a namespace', () => {
    for (const one of [
      tenant('a'),
      tenant('b', 'erp'),
      tenant('c', 'crm', 'api'),
      tenant('d', 'crm', 'web', 'x'),
    ])
      cache.put(one);
    expect(registries()).toEqual([['a', 'c'], ['b']]);
    expect(names(cache.ofTemplate('ns/web'))).toEqual(['a', 'b']);
    expect(names(cache.ofRegistry('x/crm'))).toEqual(['d']);
    expect(cache.ofRegistry('ns/unknown')).toEqual([]);
  });

  it('counts what changes of a registry, and nothing of the others', () => {
    const versions = () => [cache.versionOf('ns/crm'), cache.versionOf('ns/erp')];
    const steps = [
      () => cache.put(tenant('a')),
      () => cache.put(tenant('a')),
      () => cache.markDeleting('ns/a', 'ns-a', new Date(0)),
      () => cache.put(tenant('b', 'erp')),
      () => cache.put(tenant('b')),
    ];
    const moved = steps.map((step) => {
      const before = versions();
      step();
      return versions().map((version, index) => version !== before[index]);
    });
    expect(moved).toEqual([
      [true, false],
      [true, false],
      [true, false],
      [false, true],
      [true, true],
    ]);
  });

  it('counts apart what changes besides a status', () => {
    const stored = (generation: number, more: object = {}) => {
      const { metadata, ...rest } = tenant('a');
      return { ...rest, metadata: { ...metadata, generation, ...more } };
    };
    const steps: [string, KubeObject][] = [
      ['it appears', stored(1)],
      ['its status', stored(1)],
      ['its spec', stored(2)],
      ['a label', stored(2, { labels: { a: 'b' } })],
      ['a finalizer', stored(2, { labels: { a: 'b' }, finalizers: ['x/y'] })],
      ['its status again', stored(2, { labels: { a: 'b' }, finalizers: ['x/y'] })],
      [
        'its end',
        stored(2, { labels: { a: 'b' }, finalizers: ['x/y'], deletionTimestamp: '1970-01-01T00:00:00Z' }),
      ],
    ];
    const counted = steps.filter(([, next]) => {
      const before = cache.specVersionOf('ns/crm');
      cache.put(next);
      return cache.specVersionOf('ns/crm') !== before;
    });
    expect(counted.map(([what]) => what)).toEqual([
      'it appears',
      'its spec',
      'a label',
      'a finalizer',
      'its end',
    ]);
    expect(cache.versionOf('ns/crm')).toBe(steps.length);
    expect(ownStatuses).toEqual([false, true, false, false, false, true, false]);
  });

  it('gives the newest version, also of one that is being deleted', () => {
    cache.put(tenant('a'));
    const newer = tenant('a');
    cache.put(newer);
    cache.markDeleting('ns/a', 'ns-a', new Date(0));
    const [found] = cache.ofRegistry('ns/crm');
    expect(found?.metadata).toMatchObject({
      resourceVersion: newer.metadata.resourceVersion,
      deletionTimestamp: '1970-01-01T00:00:00.000Z',
    });
  });

  it('follows one that somebody hands to another registry', () => {
    cache.put(tenant('a'));
    cache.put(tenant('a', 'erp'));
    expect(registries()).toEqual([[], ['a']]);
  });
});
