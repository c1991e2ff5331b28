/** Writes a Tenant's status, once, only what changed, and never over a version that was not seen. */
import { FIELD_MANAGER, type Tenant, type TenantStatus } from '@tenant-operator/api';
import { refOf } from '../../apply/index.ts';
import { recordKey } from '../../dns/index.ts';
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
    fieldManager: FIELD_MANAGER,
    fieldValidation: 'Ignore',
  });
  context.tenants.put(saved);
  context.observer.saved(tenant, status);
  announceTransition(context, tenant, status);
  announceDns(context, tenant, status);
  announceCertificates(context, tenant, status);
  announceProbe(context, tenant, status);
  return saved as unknown as Tenant;
}

/** Reasons that wait for a person. Servers and zones that cannot be found are told by the condition alone: they concern all tenants. */
const dnsTroubles: readonly string[] = [
  'OwnerMismatch',
  'OwnerMissing',
  'OutsideDomainFilter',
  'UnknownAnnotationPrefix',
  'InvalidHostname',
  'NotPublished',
];

/** Says when the records are published, when somebody has to act for it, and when they vanished. */
function announceDns(context: ControllerContext, tenant: Tenant, status: TenantStatus): void {
  if (tenant.metadata.deletionTimestamp !== undefined) return;
  const before = findCondition(tenant.status?.conditions, 'DNSReady');
  const after = findCondition(status.conditions, 'DNSReady');
  if (!after || before?.reason === after.reason) return;
  const { reason, message } = after;
  const isNews = reason === 'Published' && before?.status !== 'Unknown';
  if (isNews) context.events.record(tenant, { type: 'Normal', reason, message });
  const isVanished =
    reason === 'RecordMissing' && before?.status === 'True' && isSameExpectation(tenant, status);
  if (isVanished || dnsTroubles.includes(reason))
    context.events.record(tenant, { type: 'Warning', reason, message });
}

/** Says when the certificates are issued, and when one cannot be had. */
function announceCertificates(context: ControllerContext, tenant: Tenant, status: TenantStatus): void {
  const before = findCondition(tenant.status?.conditions, 'CertificateReady');
  const after = findCondition(status.conditions, 'CertificateReady');
  if (!after || before?.reason === after.reason) return;
  const { reason, message } = after;
  if (reason === 'CertificatesIssued') context.events.record(tenant, { type: 'Normal', reason, message });
  if (reason === 'CertificatesFailed') context.events.record(tenant, { type: 'Warning', reason, message });
}

/** Says that the hosts answer, and that one stopped to; what was never well is on its way, and told by the condition alone. */
function announceProbe(context: ControllerContext, tenant: Tenant, status: TenantStatus): void {
  if (tenant.metadata.deletionTimestamp !== undefined) return;
  const before = findCondition(tenant.status?.conditions, 'HTTPSReady');
  const after = findCondition(status.conditions, 'HTTPSReady');
  if (!after || before?.status === after.status) return;
  const { reason, message } = after;
  if (after.status === 'True') context.events.record(tenant, { type: 'Normal', reason, message });
  else if (before?.status === 'True' && after.status === 'False')
    context.events.record(tenant, { type: 'Warning', reason, message });
}

function isSameExpectation(tenant: Tenant, status: TenantStatus): boolean {
  const keys = (records: TenantStatus['dns']) => (records ?? []).map(recordKey).sort().join('|');
  return keys(tenant.status?.dns) === keys(status.dns);
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
