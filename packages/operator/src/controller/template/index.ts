/**
 * The template controller: says on each TenantTemplate whether it can be rendered, and how far its tenants are.
 *
 * It writes statuses only; the tenants themselves are the registry's and the tenant controller's work.
 */
import type { TemplateStatus, Tenant, TenantTemplate } from '@tenant-operator/api';
import { keyOf, type Outcome } from '@tenant-operator/kube';
import { refOf } from '../../apply/index.ts';
import { type ConditionInput, changedFields, findCondition, setConditions } from '../../status/index.ts';
import type { ControllerContext } from '../context.ts';
import type { CatalogEntry } from './catalog.ts';

export interface TemplateController {
  reconcile(key: string): Promise<Outcome>;
}

export function createTemplateController(context: ControllerContext): TemplateController {
  return {
    async reconcile(key) {
      const entry = context.catalog.get(key);
      if (!entry || entry.template.metadata.deletionTimestamp !== undefined) return { kind: 'done' };
      const { template } = entry;
      const status = templateStatus(context, entry);
      const patch = changedFields(template.status, status);
      if (!patch) return { kind: 'done' };
      const body = { metadata: { resourceVersion: template.metadata.resourceVersion }, status: patch };
      const saved = await context.client.patch(context.types.template, refOf(template), body, {
        contentType: 'merge',
        subresource: 'status',
        fieldManager: 'tenant-operator',
      });
      context.templates.put(saved);
      announce(context, template, status);
      return { kind: 'done' };
    },
  };
}

function templateStatus(
  context: ControllerContext,
  { template, registry, compiled }: CatalogEntry,
): TemplateStatus {
  const tenants = tenantsOf(context, template);
  const isReady = (tenant: Tenant) => findCondition(tenant.status?.conditions, 'Ready')?.status === 'True';
  const ready = tenants.filter(isReady).length;
  const valid = validity(template, registry !== undefined, compiled.problems);
  return {
    ...template.status,
    observedGeneration: template.metadata.generation ?? 0,
    totalTenants: tenants.length,
    readyTenants: ready,
    conditions: setConditions(
      template.status?.conditions ?? [],
      [valid, applied(template, tenants.length, ready)],
      {
        now: new Date(context.clock.now()),
        generation: template.metadata.generation,
        keep: ['DeletionHeld'],
      },
    ),
  };
}

function tenantsOf(context: ControllerContext, { metadata }: TenantTemplate): Tenant[] {
  return [...context.tenants.values()].filter(
    (tenant) => tenant.metadata.namespace === metadata.namespace && tenant.spec.templateRef === metadata.name,
  );
}

function validity(
  template: TenantTemplate,
  hasRegistry: boolean,
  problems: CatalogEntry['compiled']['problems'],
): ConditionInput {
  const [first] = problems;
  if (first) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more problems)` : '';
    return { type: 'Valid', status: 'False', reason: first.reason, message: `${first.message}${more}` };
  }
  if (hasRegistry) return { type: 'Valid', status: 'True', reason: 'Valid', message: '' };
  const message = `TenantRegistry "${template.spec.registryId}" does not exist in namespace "${template.metadata.namespace}" yet: the template takes effect when it does`;
  return { type: 'Valid', status: 'Unknown', reason: 'RegistryNotFound', message };
}

function applied(template: TenantTemplate, total: number, ready: number): ConditionInput {
  if (template.spec.suspend) {
    return { type: 'Applied', status: 'False', reason: 'Suspended', message: 'spec.suspend is true' };
  }
  if (total === 0)
    return { type: 'Applied', status: 'True', reason: 'NoTenants', message: 'there are no tenants' };
  const message = `${ready} of ${total} tenants ready`;
  return ready === total
    ? { type: 'Applied', status: 'True', reason: 'UpToDate', message }
    : { type: 'Applied', status: 'False', reason: 'TenantsNotReady', message };
}

function announce(context: ControllerContext, template: TenantTemplate, status: TemplateStatus): void {
  const before = findCondition(template.status?.conditions, 'Valid');
  const after = findCondition(status.conditions, 'Valid');
  if (after?.status !== 'False' || before?.message === after.message) return;
  context.events.record(template, { type: 'Warning', reason: after.reason, message: after.message });
}

/** The template of a Tenant, as a queue key. */
export function templateKeyOf(tenant: Tenant): string {
  return keyOf({ namespace: tenant.metadata.namespace ?? '', name: tenant.spec.templateRef });
}
