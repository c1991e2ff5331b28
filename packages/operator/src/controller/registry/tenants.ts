import type { Tenant, TenantRegistry } from '@tenant-operator/api';
import type { ControllerContext } from '../context.ts';

/** The Tenants of a registry, those that are being deleted included. */
export function tenantsOf(context: ControllerContext, { metadata }: TenantRegistry): Tenant[] {
  return [...context.tenants.values()].filter(
    (tenant) => tenant.metadata.namespace === metadata.namespace && tenant.spec.registryId === metadata.name,
  );
}

/** The registry of a Tenant, as a queue key. */
export function registryKeyOf(tenant: Tenant): string {
  return `${tenant.metadata.namespace ?? ''}/${tenant.spec.registryId}`;
}
