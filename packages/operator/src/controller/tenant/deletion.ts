/** The end of a tenant: everything in its inventory goes, last applied first, then its DNS records (`Gate`), then the finalizer. */
import type { Tenant, TenantStatus } from '@tenant-operator/api';
import { FIELD_MANAGER, FINALIZERS } from '@tenant-operator/api';
import { ApiError, type Outcome } from '@tenant-operator/kube';
import { refOf } from '../../apply/index.ts';
import { childKey } from '../../children/index.ts';
import { planRemovals } from '../../plan/index.ts';
import { haltedStatus, toTime } from '../../status/index.ts';
import { cutText } from '../../text.ts';
import type { ControllerContext } from '../context.ts';
import { dnsSubject, type RemovalView } from '../dns/index.ts';
import { templateKeyOf } from '../tenants.ts';
import { inheritedEntries } from './inherited.ts';
import type { TenantFacts } from './items.ts';
import { knownInventory, type TenantMemory } from './memory.ts';
import { type RemovalProgress, removeInOrder } from './removal.ts';
import { saveStatus } from './save.ts';
import { unrecorded } from './unrecorded.ts';

interface Work extends TenantFacts {
  readonly context: ControllerContext;
  readonly memory: TenantMemory;
}

/** A deletion that is quicker than this leaves no trace in the status, in milliseconds. */
const quietMs = 2_000;
const lookAgainMs = 5_000;
/** Kinds that cannot be listed by then, for want of rights perhaps, hold no deletion up, in milliseconds. */
const sightMs = 30_000;

/**
 * `done` when the finalizer is off. Works from what was stored and what the watches show, never by rendering again, so that a
 * template that is gone or broken changes nothing.
 */
export async function deleteTenant(announced: Work): Promise<Outcome> {
  const work = await storeRecords(await withInherited(announced));
  const { context, tenant, memory } = work;
  if (memory.isEmptied) return release(work);
  memory.goingSince ??= context.clock.monotonic();
  const age = context.clock.monotonic() - memory.goingSince;
  if (age < sightMs && !(await isInSight(work))) return { kind: 'after', ms: 250 };
  const entries = [...work.inventory.values(), ...unrecorded(context, work)];
  const progress = await removeInOrder(context, work, planRemovals(entries, new Set()), 'TenantDeleted');
  if (progress.left.length === 0) {
    memory.isEmptied = true;
    return release(work);
  }
  const quiet = memory.goingSince + quietMs - context.clock.monotonic();
  const failure = progress.left.find((left) => left.failure)?.failure;
  if (quiet > 0 && !failure) return { kind: 'after', ms: Math.min(500, quiet) };
  await saveStatus(context, tenant, deletingStatus(work, progress));
  return failure ? { kind: 'retry', maxMs: 30_000 } : { kind: 'after', ms: lookAgainMs };
}

/** Kept in memory alone: as long as the template is there, the next process finds the same. */
async function withInherited(work: Work): Promise<Work> {
  const entries = await inheritedEntries(work.context, work);
  if (entries.length === 0) return work;
  for (const entry of entries) work.memory.entries.set(childKey(entry), entry);
  return { ...work, inventory: knownInventory(work.tenant, work.memory) };
}

/** Which records have to go is known while the objects are there; it must outlive them and this process. */
async function storeRecords(work: Work): Promise<Work> {
  const { context, tenant, key, inventory } = work;
  const dns = context.dns.beforeRemoval(dnsSubject(context, tenant, key), inventory);
  if (!dns) return work;
  return { ...work, tenant: await saveStatus(context, tenant, { ...tenant.status, dns }) };
}

/** The objects are gone. The finalizer follows them when their DNS records have, or when nobody should wait for that any more. */
async function release({ context, tenant, key, inventory }: Work): Promise<Outcome> {
  const removal = context.dns.remove(dnsSubject(context, tenant, key), inventory);
  if (removal.kind === 'asking') return { kind: 'after', ms: removal.ms };
  if (removal.kind === 'waiting') {
    await saveStatus(context, tenant, waitingStatus(context, tenant, removal));
    return { kind: 'after', ms: removal.ms };
  }
  await context.leftovers.record(tenant, removal.leftovers);
  await removeFinalizer(context, tenant);
  return { kind: 'done' };
}

function waitingStatus(
  { clock }: ControllerContext,
  tenant: Tenant,
  { ready, condition, since, records }: Extract<RemovalView, { kind: 'waiting' }>,
): TenantStatus {
  const status = haltedStatus(tenant, ready, new Date(clock.now()), []);
  // Says also after a restart how long the removal has lasted.
  const dnsReady = {
    ...condition,
    message: cutText(condition.message, 1_024),
    lastTransitionTime: toTime(new Date(since)),
    observedGeneration: tenant.metadata.generation ?? 0,
  };
  return { ...status, conditions: [...(status.conditions ?? []), dnsReady], dns: [...records] };
}

/**
 * Whether the kinds of the template were listed, which a crash may have made objects of that the inventory lacks. A template that
 * is gone is no owner any more: then the garbage collector takes them.
 */
async function isInSight({ context, tenant }: Work): Promise<boolean> {
  const { watcher } = context.children;
  const items = context.catalog.get(templateKeyOf(tenant))?.compiled.items ?? [];
  const kinds = new Map(items.map(({ apiVersion, kind }) => [`${apiVersion}/${kind}`, { apiVersion, kind }]));
  const seen = await Promise.all(
    [...kinds.values()].map(async (kind) => !(await watcher.watch(kind)) || watcher.hasSynced(kind)),
  );
  return seen.every(Boolean);
}

function deletingStatus({ context, tenant }: Work, progress: RemovalProgress) {
  const named = progress.left.slice(0, 3).map(({ entry, failure }) => {
    const what = `${entry.kind} "${entry.name}"`;
    return failure ? failure.message : what;
  });
  const more = progress.left.length - named.length;
  const message = `waiting until these are gone: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const failed = progress.left.some((left) => left.failure);
  const ready = {
    type: 'Ready',
    status: 'False' as const,
    reason: failed ? 'DeletionBlocked' : 'Deleting',
    message,
  };
  return haltedStatus(tenant, ready, new Date(context.clock.now()), ['DNSReady']);
}

async function removeFinalizer(context: ControllerContext, tenant: Tenant): Promise<void> {
  const finalizers = (tenant.metadata.finalizers ?? []).filter((name) => name !== FINALIZERS.tenant);
  const body = { metadata: { resourceVersion: tenant.metadata.resourceVersion, finalizers } };
  try {
    await context.client.patch(context.types.tenant, refOf(tenant), body, {
      contentType: 'merge',
      fieldManager: FIELD_MANAGER,
    });
  } catch (error) {
    // Off already: this pass was quicker than the watch.
    if (!(error instanceof ApiError && error.isNotFound)) throw error;
  }
}
