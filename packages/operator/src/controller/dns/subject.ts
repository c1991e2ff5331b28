import type { Tenant } from '@tenant-operator/api';
import type { ControllerContext } from '../context.ts';
import { templateKeyOf } from '../tenants.ts';
import type { DnsSubject } from './tenants.ts';

/** A Tenant with the `spec.dns` of its template as it is now: not part of its revisions. */
export function dnsSubject(
  { templates }: Pick<ControllerContext, 'templates'>,
  tenant: Tenant,
  key: string,
): DnsSubject {
  const template = templates.get(templateKeyOf(tenant));
  return { tenant, key, spec: template && (template.spec.dns ?? {}) };
}
