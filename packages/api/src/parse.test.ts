import { describe, expect, test } from 'vitest';
import { registry, template, tenant, withField } from '../test/objects.ts';
import { refused } from '../test/refused.ts';
import { parseInterval } from './interval.ts';
import { LISTS, templateItems } from './items.ts';
import { parseTenant, parseTenantRegistry, parseTenantTemplate } from './parse.ts';

const parsers = {
  TenantRegistry: parseTenantRegistry,
  TenantTemplate: parseTenantTemplate,
  Tenant: parseTenant,
};

describe('what the API server refuses', () => {
  test.each(refused)('$reason', ({ object, path, says }) => {
    const parsed = parsers[object.kind as keyof typeof parsers](object);
    expect(parsed).toEqual({ ok: false, errors: [{ path, message: says }] });
  });
});

describe('defaults of an object that was stored without them', () => {
  test('a registry', () => {
    const parsed = parseTenantRegistry(registry());
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        spec: {
          source: { syncInterval: '30s', mysql: { port: 3306 } },
          suspend: false,
          deletionGuard: { maxDeletions: 10, maxDeletionPercent: 25 },
        },
      },
    });
  });

  test('a registry on PostgreSQL, with TLS', () => {
    const source = {
      type: 'postgresql',
      postgresql: { host: 'db', database: 'd', table: 't', usernameRef: { name: 's', key: 'k' }, tls: {} },
    };
    expect(parseTenantRegistry(withField(registry(), 'spec.source', source))).toMatchObject({
      ok: true,
      value: { spec: { source: { postgresql: { port: 5432, tls: { mode: 'VerifyIdentity' } } } } },
    });
  });

  test('a template and its items', () => {
    const parsed = parseTenantTemplate(template());
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    expect(parsed.value.spec).toMatchObject({
      suspend: false,
      rollout: { progressDeadlineSeconds: 600, maxFailures: 1 },
    });
    expect(parsed.value.spec).not.toHaveProperty('dns');
    expect(parsed.value.spec.deployments).toEqual([
      {
        id: 'app',
        spec: {},
        skipOnDependencyFailure: true,
        waitForReady: true,
        timeoutSeconds: 300,
        creationPolicy: 'WhenNeeded',
        deletionPolicy: 'Delete',
        conflictPolicy: 'Stuck',
        driftPolicy: 'Correct',
        patchStrategy: 'apply',
        recreateOnImmutable: false,
      },
    ]);
  });

  test('a tenant', () => {
    expect(parseTenant(tenant())).toMatchObject({
      ok: true,
      value: { spec: { values: {}, suspend: false } },
    });
  });

  test('the parsed object shares nothing with the one before it', () => {
    const first = parseTenantRegistry(registry());
    const second = parseTenantRegistry(registry());
    if (!first.ok || !second.ok) throw new Error('a valid registry was refused');
    first.value.spec.deletionGuard.maxDeletions = 99;
    expect(second.value.spec.deletionGuard.maxDeletions).toBe(10);
  });
});

describe('tolerance', () => {
  test('unknown fields are left out, save in metadata and in manifests', () => {
    const manifest = {
      metadata: { labels: { a: 'b' }, finalizers: [] },
      data: { deep: [{ x: null }] },
      extra: 1,
    };
    let object = withField(template(), 'spec.fromTheFuture', true);
    object = withField(object, 'spec.deployments.0.spec', manifest);
    object = withField(object, 'metadata.managedFields', [{ manager: 'kubectl' }]);
    const parsed = parseTenantTemplate(object);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    expect(parsed.value.spec).not.toHaveProperty('fromTheFuture');
    expect(parsed.value.spec.deployments?.[0]?.spec).toEqual(manifest);
    expect(parsed.value.metadata).toHaveProperty('managedFields', [{ manager: 'kubectl' }]);
  });

  test.each([
    ['30s', 'the default'],
    ['1m', "the guide's"],
    ['007s', 'leading zeros are digits'],
  ])('the interval %s: %s', (interval) => {
    expect(parseTenantRegistry(withField(registry(), 'spec.source.syncInterval', interval)).ok).toBe(true);
  });

  test('host may be mapped where hostOrUrl is not', () => {
    expect(parseTenantRegistry(withField(registry(), 'spec.extraValueMappings', { host: 'domain' })).ok).toBe(
      true,
    );
  });

  test('an older version of the same API group may stand in a list', () => {
    const object = withField(template(), 'spec.horizontalPodAutoscalers', [
      { id: 'hpa', spec: { apiVersion: 'autoscaling/v1' } },
    ]);
    expect(parseTenantTemplate(object).ok).toBe(true);
  });

  test('apiVersion and kind may be absent, as in the items of a list', () => {
    const object = withField(withField(tenant(), 'kind', undefined), 'apiVersion', undefined);
    expect(parseTenant(object)).toMatchObject({ ok: true, value: { kind: 'Tenant' } });
  });
});

describe('values that are no objects of this API', () => {
  test.each([
    [null, '', 'must be an object, not null'],
    ['text', '', 'must be an object, not "text"'],
    [[], '', 'must be an object, not a list'],
    [withField(tenant(), 'kind', 'Pod'), 'kind', 'must be "Tenant", not "Pod"'],
    [withField(tenant(), 'spec', undefined), 'spec', 'is required'],
    [
      withField(tenant(), 'spec.suspend', 'x'.repeat(200)),
      'spec.suspend',
      /^must be a boolean, not "x{76}\.\.\.$/,
    ],
    [
      withField(tenant(), 'status', { conditions: [{ type: 'Ready' }] }),
      'status.conditions[0].status',
      'is required',
    ],
  ])('%j', (object, path, message) => {
    const parsed = parseTenant(object);
    if (parsed.ok) throw new Error('it was not refused');
    expect(parsed.errors[0]?.path).toBe(path);
    expect(parsed.errors[0]?.message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });
});

test('templateItems follows the order of the lists', () => {
  const lists = Object.fromEntries(
    LISTS.toReversed().map(({ name }) => [
      name,
      [{ id: name.toLowerCase(), spec: { apiVersion: 'v1', kind: 'X' } }],
    ]),
  );
  for (const { name, type } of LISTS) {
    if (type) lists[name] = [{ id: name.toLowerCase(), spec: {} as never }];
  }
  const parsed = parseTenantTemplate({ metadata: { name: 't' }, spec: { registryId: 'r', ...lists } });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  expect(templateItems(parsed.value).map(({ list }) => list)).toEqual(LISTS.map(({ name }) => name));
  expect(templateItems(parsed.value)[0]?.item.id).toBe('serviceaccounts');
});

test.each<[string, number | undefined, string]>([
  ['30s', 30_000, 'seconds'],
  ['2m', 120_000, 'minutes'],
  ['1h', 3_600_000, 'hours'],
  ['99999999h', 2 ** 31 - 1, 'a timer would overflow and fire at once'],
  ['0s', undefined, 'not at all'],
  ['1d', undefined, 'no such unit'],
  ['', undefined, 'nothing'],
])('parseInterval(%j) is %j: %s', (interval, milliseconds) => {
  expect(parseInterval(interval)).toBe(milliseconds);
});
