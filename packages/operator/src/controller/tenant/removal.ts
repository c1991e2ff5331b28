/** Objects that leave a tenant, the ones applied last first; the next step begins when a step is gone. */
import type { InventoryEntry, Tenant } from '@tenant-operator/api';
import { type KubeClient, parseApiVersion, type ResourceType } from '@tenant-operator/kube';
import { removeObject, type WriteFailure } from '../../apply/index.ts';
import { observeChild } from '../../children/index.ts';
import type { Removal } from '../../plan/index.ts';
import type { ControllerContext } from '../context.ts';
import type { Actor } from './actor.ts';
import type { TenantMemory } from './memory.ts';

export interface RemovalProgress {
  /** Entries that are gone. */
  readonly gone: readonly InventoryEntry[];
  /** Entries that are still there, with what stands in the way where something does. */
  readonly left: readonly { readonly entry: InventoryEntry; readonly failure?: WriteFailure }[];
}

/** What objects leave, and as whom they are deleted. */
export interface Leaving {
  readonly tenant: Tenant;
  readonly memory: TenantMemory;
  readonly actor: Actor;
}

/** Works on the first step that is not gone; an interrupted removal goes on from the same inventory. */
export async function removeInOrder(
  context: ControllerContext,
  { tenant, memory, actor }: Leaving,
  removals: readonly Removal[],
  reason: string,
): Promise<RemovalProgress> {
  const gone: InventoryEntry[] = [];
  const steps = [...new Set(removals.map((removal) => removal.step))];
  for (const step of steps) {
    const now = removals.filter((removal) => removal.step === step);
    const results = await Promise.all(
      now.map(({ entry }) => removeOne(context, { tenant, memory, actor }, entry, reason)),
    );
    const left = now.flatMap(({ entry }, index) => {
      const result = results[index];
      if (!result || result === 'gone') return [];
      return [result === 'going' ? { entry } : { entry, failure: result }];
    });
    gone.push(
      ...now.map(({ entry }) => entry).filter((entry) => !left.some((other) => other.entry === entry)),
    );
    if (left.length > 0) {
      const later = removals.filter((removal) => removal.step > step).map(({ entry }) => ({ entry }));
      return { gone, left: [...left, ...later] };
    }
  }
  return { gone, left: [] };
}

async function removeOne(
  context: ControllerContext,
  { tenant, memory, actor }: Leaving,
  entry: InventoryEntry,
  reason: string,
): Promise<'gone' | 'going' | WriteFailure> {
  const { metadata } = tenant;
  const observation = context.children.store.get(entry);
  const isThere = observation !== undefined && observation.uid === entry.uid;
  if (entry.uid !== undefined && memory.deleting.has(entry.uid)) return isThere ? 'going' : 'gone';
  const type = await servedType(context.client, entry);
  // A kind that is not served any more took its objects along.
  if (!type) return 'gone';
  await context.children.watcher.watch(entry);
  const isTaken = isThere && observation.tenantUid !== undefined && observation.tenantUid !== metadata.uid;
  if (isTaken) return 'gone';
  // Released by an earlier pass, which had to wait for others of its step.
  const isReleased = isThere && observation.tenantKey === undefined && observation.tenantUid !== undefined;
  if (isReleased && entry.deletionPolicy === 'Retain') return 'gone';
  const result = await removeObject(
    {
      client: actor.client,
      actsAs: actor.serviceAccount,
      tenant: { namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid ?? '' },
      reason,
      now: () => new Date(context.clock.now()),
    },
    type,
    entry,
    entry.deletionPolicy,
    isThere,
  );
  if (result.kind === 'failed') return result.failure;
  if (result.kind === 'gone' && result.released) {
    const { apiVersion, kind } = entry;
    context.children.store.putWritten(
      observeChild({ ...result.released, apiVersion, kind }, context.digester),
    );
  }
  if (isThere && entry.deletionPolicy === 'Delete') {
    memory.deleting.add(observation.uid);
    // The answer is ahead of the watch.
    if (result.kind === 'gone') context.children.store.remove(entry, observation.uid);
  }
  return result.kind;
}

/** The kind at the version that it was applied with, or at another one when that one is served no more. */
async function servedType(
  client: KubeClient,
  { apiVersion, kind }: InventoryEntry,
): Promise<ResourceType | undefined> {
  const type = await client.resourceType(apiVersion, kind);
  const { group } = parseApiVersion(apiVersion);
  if (type || group === '') return type;
  const { body } = await client.request({ method: 'GET', path: '/apis' });
  const { groups = [] } = body as { groups?: { name: string; versions: { groupVersion: string }[] }[] };
  for (const { groupVersion } of groups.find(({ name }) => name === group)?.versions ?? []) {
    const other = await client.resourceType(groupVersion, kind);
    if (other) return other;
  }
  return undefined;
}
