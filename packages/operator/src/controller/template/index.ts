/**
 * The template controller: says on each TenantTemplate whether it can be rendered and how far its tenants are, keeps its
 * history, and decides which tenants may move to its newest revision.
 *
 * The tenants themselves are the registry's and the tenant controller's work.
 */
import type { Tenant, TenantTemplate } from '@tenant-operator/api';
import type { Outcome } from '@tenant-operator/kube';
import type { ControllerContext } from '../context.ts';
import { pruneRevisions, recordRevision, revisionName } from './revisions.ts';
import { saveTemplateStatus } from './status.ts';

export interface TemplateController {
  reconcile(key: string): Promise<Outcome>;
}

export function createTemplateController(context: ControllerContext): TemplateController {
  const written = new Map<string, number>();
  return {
    async reconcile(key) {
      const entry = context.catalog.get(key);
      if (!entry) {
        context.rollouts.forget(key);
        written.delete(key);
      }
      if (!entry || entry.template.metadata.deletionTimestamp !== undefined) return { kind: 'done' };
      const { template } = entry;
      const tenants = context.tenants.ofTemplate(key);
      const isValid = entry.compiled.problems.length === 0;
      if (isValid && entry.registry) await keepHistory(context, template, tenants);
      const now = context.clock.monotonic();
      const { decision, freed } = context.rollouts.decide(template, entry.registry, tenants, now);
      for (const tenant of freed) context.lookAtTenant(tenant);
      const heldMs = await saveTemplateStatus(
        context,
        entry,
        tenants,
        isValid ? decision : undefined,
        written,
      );
      if (heldMs > 0) return { kind: 'after', ms: heldMs };
      if (decision.phase !== 'InProgress') return { kind: 'done' };
      return { kind: 'after', ms: template.spec.rollout.progressDeadlineSeconds * 1_000 };
    },
  };
}

/** Revisions that tenants are on are kept, whatever the limit. */
async function keepHistory(
  context: ControllerContext,
  template: TenantTemplate,
  tenants: readonly Tenant[],
): Promise<void> {
  await recordRevision(context.client, context.revisions, template);
  const used = tenants.flatMap((tenant) => tenant.status?.templateRevision ?? []);
  await pruneRevisions(
    context.client,
    context.revisions,
    template,
    new Set([...used, revisionName(template)]),
  );
}
