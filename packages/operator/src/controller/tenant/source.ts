/** What a tenant is rendered from now: the newest revision of its template, the one it is on, or nothing for a reason. */
import type { Tenant } from '@tenant-operator/api';
import { keyOf } from '@tenant-operator/kube';
import type { ConditionInput } from '../../status/index.ts';
import type { ControllerContext } from '../context.ts';
import type { CatalogEntry } from '../template/catalog.ts';
import { revisionName } from '../template/revisions.ts';

export type TenantSource =
  | (CatalogEntry & { readonly revision: string })
  /** Nothing may be done, and the tenant says why. */
  | { readonly halt: ConditionInput }
  /** Its turn in a rollout has not come, and what it is on is not kept any more: it stays as it is. */
  | { readonly held: true };

/**
 * A tenant whose turn has not come stays on its revision and is looked after there; so does one whose template was edited into
 * something invalid.
 */
export function sourceOf(context: ControllerContext, tenant: Tenant): TenantSource {
  const { namespace = '' } = tenant.metadata;
  const templateKey = keyOf({ namespace, name: tenant.spec.templateRef });
  const newest = context.catalog.get(templateKey);
  if (!newest) return halt('TemplateNotFound', `TenantTemplate "${tenant.spec.templateRef}" does not exist`);
  const suspended = suspender(newest, tenant);
  if (suspended)
    return halt('Suspended', `${suspended} is suspended: nothing is changed until it is resumed`);
  const revision = revisionName(newest.template);
  const [problem] = newest.compiled.problems;
  if (!problem && context.rollouts.mayMove(newest.template, tenant)) return { ...newest, revision };
  const current = tenant.status?.templateRevision;
  const kept = current === undefined ? undefined : context.catalog.ofRevision(templateKey, current);
  if (current !== undefined && kept && kept.compiled.problems.length === 0)
    return { ...kept, revision: current };
  if (!problem) return { held: true };
  return halt(
    'TemplateInvalid',
    `TenantTemplate "${newest.template.metadata.name}" is invalid: ${problem.message}`,
  );
}

function suspender({ registry, template }: CatalogEntry, tenant: Tenant): string | undefined {
  if (registry?.spec.suspend) return `TenantRegistry "${registry.metadata.name}"`;
  if (template.spec.suspend) return `TenantTemplate "${template.metadata.name}"`;
  return tenant.spec.suspend ? 'this Tenant' : undefined;
}

function halt(reason: string, message: string): TenantSource {
  return { halt: { type: 'Ready', status: 'False', reason, message } };
}
