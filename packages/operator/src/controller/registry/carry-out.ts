/** Makes, changes and removes Tenants as planned. */
import { API_VERSION, FIELD_MANAGER, FINALIZERS, LABELS, type TenantRegistry } from '@tenant-operator/api';
import { ApiError, type KubeObject } from '@tenant-operator/kube';
import { type GuardDecision, inheritedMarks, type TenantPlan } from '../../plan/index.ts';
import { labelValue } from '../../plan/names.ts';
import type { DesiredTenant, TenantDeletion } from '../../plan/tenants.ts';
import type { ControllerContext } from '../context.ts';
import { forEachLimited } from '../limit.ts';
import { announceDeletions, approvedNames, useUpApproval } from './guard.ts';
import type { Refusals } from './refusals.ts';

/** What a read of the table asks for, and what the guard says of its deletions. */
export interface SyncWork {
  readonly plan: TenantPlan;
  readonly guard: GuardDecision;
}

/** Requests in flight at once for one registry. */
const concurrency = 8;

/**
 * Tenants made in one pass; their appearance brings the next one. Ten thousand new rows take minutes, in which others may be
 * switched off, and the registry's status is to say how far it has come.
 */
const maxCreations = 500;

/** What fails in one part keeps no other one from being tried: a quota that is full is emptied by the deletions. The first error is thrown. */
export async function carryOut(
  context: ControllerContext,
  registry: TenantRegistry,
  plan: TenantPlan,
  guard: GuardDecision,
  refusals: Refusals,
): Promise<TenantRegistry> {
  const { namespace = '' } = registry.metadata;
  const now = context.clock.monotonic();
  const isOpen = (tenant: DesiredTenant) => !refusals.has(tenant, now);
  const created: DesiredTenant[] = [];
  const errors: unknown[] = [];
  const note = (error: unknown) => void errors.push(error);
  const creations = plan.create.filter(isOpen).slice(0, maxCreations);
  await forEachLimited(concurrency, creations, async (tenant) => {
    if (await applyTenant(context, registry, tenant, undefined, refusals)) created.push(tenant);
  }).catch(note);
  await forEachLimited(concurrency, plan.update.filter(isOpen), async (tenant) => {
    const uid = context.tenants.get(`${namespace}/${tenant.name}`)?.metadata.uid;
    if (uid !== undefined) await applyTenant(context, registry, tenant, uid, refusals);
  }).catch(note);
  announce(context, registry, 'TenantCreated', 'created', created);
  const stored = await deleteTenants(context, registry, guard);
  if (errors.length > 0) throw errors[0];
  return stored;
}

/** Deletes what the guard lets go. The registry as stored afterwards is returned. */
export async function deleteTenants(
  context: ControllerContext,
  registry: TenantRegistry,
  guard: GuardDecision,
): Promise<TenantRegistry> {
  if (guard.removals.length === 0) return registry;
  const { namespace = '' } = registry.metadata;
  const announced = await announceDeletions(context, registry, guard.removals);
  await forEachLimited(concurrency, guard.removals, (tenant) => deleteTenant(context, namespace, tenant));
  announce(context, registry, 'TenantDeleted', 'deleting', guard.removals);
  return approvedNames(announced, guard.removals).size > 0 ? useUpApproval(context, announced) : announced;
}

/**
 * Without `uid` a first creation, which leaves a Tenant of that name alone. `overrides` is not ours and stays. True when it was
 * written; a row that the server refuses is remembered, and the others go on.
 */
async function applyTenant(
  context: ControllerContext,
  registry: TenantRegistry,
  desired: DesiredTenant,
  uid: string | undefined,
  refusals: Refusals,
): Promise<boolean> {
  const { name, uid: rowUid, templateRef, values } = desired;
  const { namespace = '' } = registry.metadata;
  const registryId = registry.metadata.name;
  const tenant: KubeObject = {
    apiVersion: API_VERSION,
    kind: 'Tenant',
    metadata: {
      name,
      namespace,
      labels: tenantLabels(registryId, desired),
      finalizers: [FINALIZERS.tenant],
      ...(uid === undefined ? { resourceVersion: '1' } : { uid }),
    },
    spec: { uid: rowUid, registryId, templateRef, values },
  };
  try {
    const { object } = await context.client.apply(context.types.tenant, tenant, {
      fieldManager: FIELD_MANAGER,
      force: true,
      fieldValidation: 'Ignore',
    });
    context.tenants.put(await withoutInherited(context, object));
    refusals.forget(name);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Somebody was quicker: what the watch brings next decides.
    if (error.isConflict || error.isNotFound || error.isUidMismatch) return false;
    if (!error.isInvalid && !error.isTooLarge && !isOfThisTenant(error)) throw error;
    refusals.add(desired, error, context.clock.monotonic());
    return false;
  }
}

/** Takes off what a Go release wrote beside it, once the Tenant says the same in its spec. */
async function withoutInherited(context: ControllerContext, tenant: KubeObject): Promise<KubeObject> {
  const marks = inheritedMarks(tenant);
  if (!marks) return tenant;
  const { name, namespace = '', uid, resourceVersion } = tenant.metadata;
  const body = { metadata: { uid, resourceVersion, ...marks } };
  return context.client.patch(context.types.tenant, { name, namespace }, body, {
    contentType: 'merge',
    fieldManager: FIELD_MANAGER,
  });
}

/** A quota or a policy said no, which may say yes to another one; a right that is missing is missing for all. */
function isOfThisTenant(error: ApiError): boolean {
  return error.isForbidden && !/User ".*" cannot /.test(error.message);
}

/** Labels are short: a name that is longer stands in them as a digest. */
export function tenantLabels(
  registryId: string,
  { uid, templateRef }: Pick<DesiredTenant, 'uid' | 'templateRef'>,
): Record<string, string> {
  return {
    [LABELS.registry]: labelValue(registryId),
    [LABELS.uid]: labelValue(uid),
    [LABELS.template]: labelValue(templateRef),
  };
}

async function deleteTenant(
  context: ControllerContext,
  namespace: string,
  { name }: TenantDeletion,
): Promise<void> {
  const uid = context.tenants.get(`${namespace}/${name}`)?.metadata.uid;
  if (uid === undefined) return;
  try {
    await context.client.delete(context.types.tenant, { namespace, name }, { uid });
    // Or the next pass, which can be quicker than the watch, would plan and count the same deletion again.
    context.tenants.markDeleting(`${namespace}/${name}`, uid, new Date(context.clock.now()));
  } catch (error) {
    if (!(error instanceof ApiError && error.isConflict)) throw error;
  }
}

const maxNamed = 5;

/** One event a sync, however many tenants it touched. */
function announce(
  context: ControllerContext,
  registry: TenantRegistry,
  reason: string,
  verb: string,
  tenants: readonly { readonly name: string }[],
): void {
  if (tenants.length === 0) return;
  const named = tenants.slice(0, maxNamed).map((tenant) => tenant.name);
  const more = tenants.length > maxNamed ? ` and ${tenants.length - maxNamed} more` : '';
  const noun = tenants.length === 1 ? 'Tenant' : 'Tenants';
  const message = `${verb} ${tenants.length} ${noun}: ${named.join(', ')}${more}`;
  context.events.record(registry, { type: 'Normal', reason, message });
}
