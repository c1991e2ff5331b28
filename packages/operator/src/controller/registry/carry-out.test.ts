import type { Tenant, TenantRegistry } from '@tenant-operator/api';
import { ApiError } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import type { GuardDecision, TenantPlan } from '../../plan/index.ts';
import { conflict, typeOf, uidMismatch } from '../../testing/client.ts';
import { createTestContext, type TestContext } from '../../testing/context.ts';
import { carryOut } from './carry-out.ts';
import { createRefusals } from './refusals.ts';

const tenantType = typeOf('operator.kubernetes-tenants.org/v1', 'Tenant');
const nothing: GuardDecision = { kind: 'free', removals: [] };

function registryIn(context: TestContext): TenantRegistry {
  return context.client.seed({
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'TenantRegistry',
    metadata: { name: 'reg', namespace: 'ns', generation: 1 },
    spec: {},
  }) as unknown as TenantRegistry;
}

function planOf(more: Partial<TenantPlan>): TenantPlan {
  return { create: [], update: [], remove: [], pending: [], quarantined: [], desired: 0, ...more };
}

const desired = (uid: string, values = {}) => ({ name: `${uid}-web`, uid, templateRef: 'web', values });
const find = (context: TestContext, name: string) =>
  context.client.find(`${tenantType.group}/v1`, 'Tenant', { name, namespace: 'ns' }) as unknown as
    | Tenant
    | undefined;

const carryOutIn = (
  context: TestContext,
  registry: TenantRegistry,
  plan: TenantPlan,
  guard: GuardDecision,
  refusals = createRefusals(),
) => carryOut(context, registry, plan, guard, refusals);

describe('carryOut', () => {
  it('makes Tenants with one request each, and says so in one event', async () => {
    const context = createTestContext();
    const create = ['a', 'b', 'c', 'd', 'e', 'f'].map((uid) => desired(uid));
    await carryOutIn(context, registryIn(context), planOf({ create }), nothing);
    expect(context.client.log).toHaveLength(6);
    expect(context.tenants.get('ns/f-web')).toMatchObject({
      spec: { uid: 'f', registryId: 'reg', templateRef: 'web' },
    });
    expect(context.recorded).toEqual([
      'Normal TenantCreated: created 6 Tenants: a-web, b-web, c-web, d-web, e-web and 1 more',
    ]);
  });

  it('makes many in portions, so that a row that is switched off meanwhile does not wait for all of them', async () => {
    const context = createTestContext();
    const registry = registryIn(context);
    const uids = Array.from({ length: 1_200 }, (_, index) => `t${index}`);
    const made: number[] = [];
    for (let rest = uids; rest.length > 0; ) {
      await carryOutIn(context, registry, planOf({ create: rest.map((uid) => desired(uid)) }), nothing);
      const left = rest.filter((uid) => !context.tenants.get(`ns/${uid}-web`));
      made.push(rest.length - left.length);
      rest = left;
    }
    expect(made).toEqual([500, 500, 200]);
  });

  it.each([
    [new ApiError({ status: 422, message: 'spec.values: Too long' }), 'a value that does not fit'],
    [new ApiError({ status: 413, message: 'request is too large' }), 'a row that is too large'],
    [new ApiError({ status: 500, message: 'etcdserver: request is too large' }), 'too large for etcd'],
    [
      new ApiError({ status: 500, message: 'rpc error: trying to send message larger than max (3 vs. 2)' }),
      'too large to be sent to etcd',
    ],
    [new ApiError({ status: 403, message: 'exceeded quota: few, used: 5, limited: 5' }), 'a full quota'],
    [new ApiError({ status: 403, message: 'admission webhook "w" denied the request' }), 'a policy'],
  ])('%s: the others go on (%s)', async (error) => {
    const context = createTestContext();
    context.client.fault = ({ name }) => (name === 'a-web' ? error : undefined);
    await carryOutIn(context, registryIn(context), planOf({ create: [desired('a'), desired('b')] }), nothing);
    expect(find(context, 'b-web')).toBeDefined();
    expect(context.recorded).toEqual(['Normal TenantCreated: created 1 Tenant: b-web']);
  });

  it('what cannot be made keeps nothing from being changed and deleted', async () => {
    const context = createTestContext();
    const registry = registryIn(context);
    await carryOutIn(context, registry, planOf({ create: [desired('b'), desired('c')] }), nothing);
    context.client.fault = ({ name }) => (name === 'a-web' ? new ApiError({ status: 503 }) : undefined);
    const plan = planOf({ create: [desired('a')], update: [desired('b', { plan: 'x' })] });
    const removals = [{ name: 'c-web', uid: 'c', cause: 'Deactivated' as const }];
    await expect(carryOutIn(context, registry, plan, { kind: 'free', removals })).rejects.toThrow('503');
    expect(find(context, 'b-web')?.spec.values).toEqual({ plan: 'x' });
    expect(find(context, 'c-web')?.metadata.deletionTimestamp).toBeDefined();
  });

  it.each([
    [422, 'spec.values: Too long', false, 'no one will change what does not fit'],
    [403, 'exceeded quota: few', true, 'a quota that is widened'],
    [
      422,
      "is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: no",
      true,
      'a policy',
    ],
    [400, 'admission webhook "w" denied the request: no', true, 'a webhook'],
  ])('%i %s: sent again after half a minute: %s (%s)', async (status, message, isSentAgain) => {
    const context = createTestContext();
    const refusals = createRefusals();
    context.client.fault = () => new ApiError({ status, message });
    const registry = registryIn(context);
    const pass = () => carryOutIn(context, registry, planOf({ create: [desired('a')] }), nothing, refusals);
    await pass();
    await context.clock.advance(31_000);
    await pass();
    expect(context.client.log).toHaveLength(isSentAgain ? 2 : 1);
  });

  it('a row that was refused is quarantined, and not sent again until it changes or time has passed', async () => {
    const context = createTestContext();
    const refusals = createRefusals();
    const error = new ApiError({ status: 422, message: 'spec.values: Too long' });
    context.client.fault = () => error;
    const registry = registryIn(context);
    const pass = (values = {}) =>
      carryOutIn(context, registry, planOf({ create: [desired('a', values)] }), nothing, refusals);
    await pass();
    await pass();
    expect(context.client.log).toHaveLength(1);
    expect(refusals.problems([desired('a')])).toMatchObject([
      { uid: 'a', template: 'web', reason: 'ValueTooLong' },
    ]);
    await pass({ plan: 'x' });
    expect(context.client.log).toHaveLength(2);
    await context.clock.advance(11 * 60_000);
    context.client.fault = () => undefined;
    await pass({ plan: 'x' });
    expect(find(context, 'a-web')).toBeDefined();
    expect(refusals.problems([desired('a')])).toEqual([]);
  });

  it('a refused row that nobody wants any more is forgotten', async () => {
    const context = createTestContext();
    const refusals = createRefusals();
    context.client.fault = () => new ApiError({ status: 422, message: 'no' });
    await carryOutIn(context, registryIn(context), planOf({ create: [desired('a')] }), nothing, refusals);
    expect(refusals.problems([desired('a')])).toMatchObject([{ reason: 'RowRefused' }]);
    expect(refusals.problems([])).toEqual([]);
    expect(refusals.problems([desired('a')])).toEqual([]);
  });

  it.each([
    [conflict(tenantType, 'a-web'), 'another Tenant has the name'],
    [uidMismatch(tenantType, 'a-web'), 'it was replaced'],
    [new ApiError({ status: 404, message: 'namespaces "ns" not found' }), 'its namespace is gone'],
  ])('%s is no error and no creation: %s', async (error) => {
    const context = createTestContext();
    context.client.fault = () => error;
    await carryOutIn(context, registryIn(context), planOf({ create: [desired('a')] }), nothing);
    expect(context.recorded).toEqual([]);
  });

  it('a server that is away ends the pass', async () => {
    const context = createTestContext();
    const error = new ApiError({ status: 500, message: 'etcd is away' });
    context.client.fault = () => error;
    await expect(
      carryOutIn(context, registryIn(context), planOf({ create: [desired('a')] }), nothing),
    ).rejects.toBe(error);
  });

  it('changes values and leaves overrides to whoever wrote them', async () => {
    const context = createTestContext();
    const tenant = context.addTenant({ name: 'a-web', uid: 'a', overrides: { values: { x: 'mine' } } });
    await carryOutIn(
      context,
      registryIn(context),
      planOf({ update: [desired('a', { plan: 'gold' })] }),
      nothing,
    );
    expect(find(context, 'a-web')).toMatchObject({
      metadata: { uid: tenant.metadata.uid },
      spec: { values: { plan: 'gold' }, overrides: { values: { x: 'mine' } } },
    });
  });

  it('stores deletions before they begin, and knows at once that they did', async () => {
    const context = createTestContext();
    context.addTenant({ name: 'a-web', uid: 'a' });
    const removals = [{ name: 'a-web', uid: 'a', cause: 'Deactivated' as const }];
    await carryOutIn(context, registryIn(context), planOf({ remove: removals }), { kind: 'free', removals });
    expect(context.client.log).toEqual(['patch TenantRegistry/reg/status', 'delete Tenant/a-web']);
    expect(context.tenants.get('ns/a-web')?.metadata.deletionTimestamp).toBeDefined();
  });

  it('deletes what was approved while others are held', async () => {
    const context = createTestContext();
    for (const uid of ['a', 'b']) context.addTenant({ name: `${uid}-web`, uid });
    const removals = [{ name: 'a-web', uid: 'a', cause: 'Deactivated' as const }];
    const held = {
      kind: 'held',
      reason: 'DeletionHeld',
      message: '',
      removals,
      tenants: ['b-web'],
      digest: 'd',
    } as const;
    await carryOutIn(context, registryIn(context), planOf({}), held);
    expect(context.client.log).toEqual(['patch TenantRegistry/reg/status', 'delete Tenant/a-web']);
  });

  it('deletes nothing that is held', async () => {
    const context = createTestContext();
    context.addTenant({ name: 'a-web', uid: 'a' });
    const held = {
      kind: 'held',
      reason: 'EmptyResult',
      message: '',
      removals: [],
      tenants: ['a-web'],
      digest: 'd',
    } as const;
    await carryOutIn(context, registryIn(context), planOf({}), held);
    expect(context.client.log).toEqual([]);
  });
});
