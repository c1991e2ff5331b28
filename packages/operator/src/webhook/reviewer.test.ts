import type { Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { createFakeClock, type KubeObject, type ObjectRef, silentLogger } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { createScope } from '../scope/index.ts';
import { registryOf } from '../testing/registry.ts';
import { templateOf } from '../testing/template.ts';
import type { AdmissionRequest, Operation } from './review.ts';
import { createReviewer } from './reviewer.ts';

interface World {
  /** What the API server has, by `Kind/name`; an Error is thrown. */
  readonly stored?: Record<string, object | Error>;
  readonly templates?: readonly TenantTemplate[];
  readonly registries?: readonly TenantRegistry[];
  readonly tenants?: readonly Tenant[];
  readonly namespace?: string;
}

function reviewerIn({ stored = {}, templates = [], registries = [], tenants = [], namespace }: World) {
  const asked: string[] = [];
  const view = <T extends KubeObject>(objects: readonly T[]) => {
    const map = new Map(
      objects.map((object) => [`${object.metadata.namespace}/${object.metadata.name}`, object]),
    );
    return { get: (key: string) => map.get(key), values: () => map.values() };
  };
  const reviewer = createReviewer({
    client: {
      async get(type, { name }: ObjectRef) {
        asked.push(`${type.kind}/${name}`);
        const found = stored[`${type.kind}/${name}`];
        if (found instanceof Error) throw found;
        return found as KubeObject | undefined;
      },
    },
    objects: { registries: view(registries), templates: view(templates), tenants: view(tenants) },
    clock: createFakeClock(),
    log: silentLogger,
    namespace,
    scope: createScope(),
  });
  return { asked, review: reviewer.review };
}

const request = (operation: Operation, kind: string, object?: object, oldObject?: object) =>
  ({ uid: 'u', kind, operation, namespace: 'ns', object, oldObject }) as unknown as AdmissionRequest;

const tenantsOf = (count: number, templateRef = 'web', more: object = {}) =>
  Array.from(
    { length: count },
    (_, index) =>
      ({
        apiVersion: 'operator.kubernetes-tenants.org/v1',
        kind: 'Tenant',
        metadata: { name: `${templateRef}-${index}`, namespace: 'ns', ...more },
        spec: { uid: `u${index}`, registryId: 'reg', templateRef, values: {} },
      }) as unknown as Tenant,
  );

const template = (value: string, more: object = {}) => {
  const made = templateOf({
    configMaps: [{ id: 'a', spec: { apiVersion: 'v1', kind: 'ConfigMap', data: { value } } }],
  });
  return { ...made, metadata: { ...made.metadata, ...more } };
};
const allowed = { kind: 'allowed', warnings: [] };
const broken = template('{{ .nope }}');
const registry = registryOf();
const going = { deletionTimestamp: '2026-01-01T00:00:00Z' };

describe('a template', () => {
  it('is judged by the registry that the server has, not by the cache', async () => {
    const { review } = reviewerIn({
      stored: { 'TenantRegistry/reg': registryOf({ extraValueMappings: { nope: 'x' } }) },
      registries: [registry],
    });
    expect(await review(request('CREATE', 'TenantTemplate', broken))).toEqual(allowed);
  });

  it.each([
    ['UPDATE', { ...broken, metadata: { ...broken.metadata, finalizers: [] } }, broken, 'its spec stays'],
    ['UPDATE', template('{{'), template('x', going), 'it is being deleted'],
    ['DELETE', undefined, template('x', going), 'it is being deleted already'],
  ] as const)(
    'is let through without a question at %s when %s',
    async (operation, object, oldObject, _reason) => {
      const { review, asked } = reviewerIn({
        stored: { 'TenantRegistry/reg': registry },
        tenants: tenantsOf(20),
      });
      expect(await review(request(operation, 'TenantTemplate', object, oldObject))).toEqual(allowed);
      expect(asked).toEqual([]);
    },
  );

  it('is let through when the registry cannot be read, save for what is wrong without one', async () => {
    const { review } = reviewerIn({ stored: { 'TenantRegistry/reg': new Error('the server is away') } });
    expect(await review(request('CREATE', 'TenantTemplate', broken))).toEqual(allowed);
    expect(await review(request('CREATE', 'TenantTemplate', template('{{')))).toMatchObject({
      kind: 'refused',
    });
  });

  it("of a namespace that the operator does not look at is nobody's business", async () => {
    const { review } = reviewerIn({ namespace: 'other' });
    expect(await review(request('CREATE', 'TenantTemplate', template('{{')))).toEqual(allowed);
  });
});

describe('other kinds', () => {
  it('are let through', async () => {
    const { review } = reviewerIn({});
    expect(await review(request('DELETE', 'Tenant', undefined, { metadata: {} }))).toEqual(allowed);
  });
});

describe('a registry', () => {
  it('that takes a variable away warns of the templates of its namespace that use it', async () => {
    const elsewhere = template('{{ .plan }}', { namespace: 'elsewhere', name: 'far' });
    const { review } = reviewerIn({ templates: [template('{{ .plan }}'), elsewhere] });
    const before = registryOf({ extraValueMappings: { plan: 'plan' } });
    const verdict = await review(request('UPDATE', 'TenantRegistry', registry, before));
    expect(verdict).toEqual({ kind: 'allowed', warnings: [expect.stringContaining('TenantTemplate "web"')] });
  });
});

describe('a deletion', () => {
  const live = { 'Namespace/ns': { metadata: {} }, 'TenantRegistry/reg': registry };

  it.each([
    ['TenantRegistry', registry, tenantsOf(12), live, 'refused', 'all tenants would go'],
    ['TenantRegistry', registry, tenantsOf(12, 'web', going), live, 'allowed', 'they are going already'],
    [
      'TenantRegistry',
      registry,
      tenantsOf(12, 'web', { namespace: 'x' }),
      live,
      'allowed',
      'they are elsewhere',
    ],
    ['TenantTemplate', template('x'), tenantsOf(12), live, 'refused', 'its tenants would go'],
    [
      'TenantTemplate',
      template('x'),
      tenantsOf(12, 'other'),
      live,
      'allowed',
      'they are of another template',
    ],
    [
      'TenantTemplate',
      template('x'),
      [...tenantsOf(12), ...tenantsOf(60, 'other')],
      live,
      'allowed',
      'few of many',
    ],
    [
      'TenantRegistry',
      registry,
      tenantsOf(12),
      { ...live, 'Namespace/ns': { metadata: going } },
      'allowed',
      'the namespace is going',
    ],
  ])('of a %s (%#)', async (kind, oldObject, tenants, stored, expected, _reason) => {
    const { review } = reviewerIn({ stored, tenants });
    expect((await review(request('DELETE', kind, undefined, oldObject))).kind).toBe(expected);
  });

  it('of a template knows an approval that was given a moment ago', async () => {
    const world = { stored: live, registries: [registry], tenants: tenantsOf(12) };
    const refused = await reviewerIn(world).review(
      request('DELETE', 'TenantTemplate', undefined, template('x')),
    );
    const digest =
      refused.kind === 'refused' ? /approve-deletions=(\w+)$/.exec(refused.message)?.[1] : undefined;
    const annotations = { 'kubernetes-tenants.org/approve-deletions': digest };
    const stored = { ...live, 'TenantRegistry/reg': registryOf({}, { annotations }) };
    const { review } = reviewerIn({ ...world, stored });
    expect(await review(request('DELETE', 'TenantTemplate', undefined, template('x')))).toEqual(allowed);
  });

  it('that cannot be judged is an error, for the rule of deletions to fail on', async () => {
    const { review } = reviewerIn({
      stored: { ...live, 'Namespace/ns': new Error('the server is away') },
      tenants: tenantsOf(12),
    });
    await expect(review(request('DELETE', 'TenantRegistry', undefined, registry))).rejects.toThrow('away');
  });
});
