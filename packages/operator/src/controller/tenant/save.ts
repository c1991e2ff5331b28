/** Writes a Tenant's status, once, only what changed, and never over a version that was not seen. */
import type { Tenant, TenantStatus } from '@tenant-operator/api';
import { refOf } from '../../apply/index.ts';
import { changedFields, findCondition } from '../../status/index.ts';
import type { ControllerContext } from '../context.ts';

/**
 * Throws ApiError 409 when the Tenant has changed meanwhile; the next pass then decides on the newer one. Says in an event when
 * the tenant became ready, or became broken with another cause than before.
 */
export async function saveStatus(
  context: ControllerContext,
  tenant: Tenant,
  status: TenantStatus,
): Promise<Tenant> {
  const newest = context.tenants.get(`${tenant.metadata.namespace}/${tenant.metadata.name}`) ?? tenant;
  const patch = changedFields(tenant.status, status);
  if (!patch) return tenant;
  const body = { metadata: { resourceVersion: tenant.metadata.resourceVersion }, status: patch };
  const saved = await context.client.patch(context.types.tenant, refOf(newest), body, {
    contentType: 'merge',
    subresource: 'status',
    fieldManager: 'tenant-operator',
  });
  context.tenants.put(saved);
  announceTransition(context, tenant, status);
  return saved as unknown as Tenant;
}

function announceTransition(context: ControllerContext, tenant: Tenant, status: TenantStatus): void {
  const before = findCondition(tenant.status?.conditions, 'Ready');
  const after = findCondition(status.conditions, 'Ready');
  if (!after || (before?.status === after.status && before.reason === after.reason)) return;
  if (after.status === 'True') {
    context.events.record(tenant, { type: 'Normal', reason: 'TenantReady', message: after.message });
    return;
  }
  const isTrouble = findCondition(status.conditions, 'Degraded')?.status === 'True';
  if (isTrouble)
    context.events.record(tenant, { type: 'Warning', reason: after.reason, message: after.message });
}
