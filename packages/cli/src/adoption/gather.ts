/** The objects that a tenant's template names, as they are and as they would be. */
import { KINDS, type Tenant, type TenantRegistry, type TenantTemplate } from '@tenant-operator/api';
import type { KubeClient } from '@tenant-operator/kube';
import { compileFor, renderItem, tenantData } from '@tenant-operator/operator/render';
import { compareItem, hiddenValue } from '../changes/index.ts';
import { CommandFailure } from '../failure.ts';
import type { Candidate } from './index.ts';
import { judgeCandidate } from './judge.ts';

/** In apply order. Throws CommandFailure where the template is missing, invalid or fails on the tenant's values. */
export async function gatherCandidates(client: KubeClient, tenant: Tenant): Promise<Candidate[]> {
  const { namespace = '', name, uid = '' } = tenant.metadata;
  const { registryId, templateRef, values, overrides } = tenant.spec;
  const template = (await client.get(KINDS.TenantTemplate, { namespace, name: templateRef })) as
    | TenantTemplate
    | undefined;
  if (!template)
    throw new CommandFailure(`TenantTemplate "${templateRef}" of Tenant "${name}" does not exist`);
  const registry = (await client.get(KINDS.TenantRegistry, { namespace, name: registryId })) as
    | TenantRegistry
    | undefined;
  const compiled = compileFor(template, registry);
  const [problem] = compiled.problems;
  if (problem) throw new CommandFailure(`TenantTemplate "${templateRef}" is invalid: ${problem.message}`);
  const secrets = Object.keys(registry?.spec.secretValueMappings ?? {});
  const data = {
    ...tenantData(
      compiled,
      { uid: tenant.spec.uid, namespace, registryId, templateRef },
      { ...values, ...overrides?.values },
    ),
    // Names cannot depend on them, and their values are not shown.
    ...Object.fromEntries(secrets.map((variable) => [variable, hiddenValue])),
  };
  const context = { client, template, registry, compiled, force: true };
  const candidates: Candidate[] = [];
  for (const item of compiled.items) {
    const outcome = renderItem(item, data);
    if (outcome.kind === 'absent') continue;
    if (outcome.kind === 'problem')
      throw new CommandFailure(
        item.usesSecrets
          ? `item "${item.id}" cannot be rendered from its secret values`
          : outcome.problem.message,
      );
    const { change, live } = await compareItem(context, tenant, item, outcome.item);
    candidates.push(judgeCandidate(outcome.item, live, change, { namespace, name, uid }));
  }
  return candidates;
}
