/** An object leaves its tenant: deleted, or released and marked where it is to be retained. */
import { ANNOTATIONS, FIELD_MANAGER, type InventoryEntry, LABELS } from '@tenant-operator/api';
import {
  ApiError,
  type KubeClient,
  type KubeObject,
  type ObjectRef,
  type ResourceType,
} from '@tenant-operator/kube';
import { tenantUidOf } from '../children/index.ts';
import { decideOwnership } from '../plan/index.ts';
import { describeFailure, type WriteFailure } from './failure.ts';
import type { ServiceAccountRef } from './impersonate.ts';

export type RemovalResult =
  /** Nothing of ours is there any more; `released` is what was marked as left behind. */
  | { readonly kind: 'gone'; readonly released?: KubeObject }
  /** Deletion was accepted; the watch will tell when it is gone. */
  | { readonly kind: 'going' }
  | { readonly kind: 'failed'; readonly failure: WriteFailure };

export interface RemovalContext {
  readonly client: KubeClient;
  /** Whose rights `client` has, when they are not the operator's. */
  readonly actsAs?: ServiceAccountRef | undefined;
  readonly tenant: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** Written on retained leftovers. */
  readonly reason: string;
  readonly now: () => Date;
}

/**
 * Deletes the recorded object with its UID as the precondition, so that a namesake is never touched. What was not `seen` to be
 * ours is looked at first: an object that somebody took over in the meantime, or took all our marks from, is theirs, and an entry without a UID (its
 * creation was announced and perhaps not finished) is deleted only when the object says that it is ours.
 */
export async function removeObject(
  context: RemovalContext,
  type: ResourceType,
  entry: InventoryEntry,
  deletionPolicy: 'Delete' | 'Retain',
  seen: boolean,
): Promise<RemovalResult> {
  const ref: ObjectRef = entry.namespace
    ? { name: entry.name, namespace: entry.namespace }
    : { name: entry.name };
  try {
    const uid = seen ? entry.uid : await findOwnUid(context, type, ref, entry.uid, deletionPolicy);
    if (uid === undefined) return { kind: 'gone' };
    return deletionPolicy === 'Retain'
      ? await release(context, type, ref, uid)
      : await remove(context, type, ref, uid);
  } catch (error) {
    return {
      kind: 'failed',
      failure: describeFailure(error, `${entry.kind} "${entry.name}"`, context.actsAs),
    };
  }
}

async function findOwnUid(
  context: RemovalContext,
  type: ResourceType,
  ref: ObjectRef,
  recorded: string | undefined,
  deletionPolicy: 'Delete' | 'Retain',
): Promise<string | undefined> {
  const live = await context.client.get(type, ref, { metadataOnly: true });
  if (!live || (recorded !== undefined && live.metadata.uid !== recorded)) return undefined;
  // Released before, by a pass that was interrupted: its marks say when.
  if (deletionPolicy === 'Retain' && live.metadata.labels?.[LABELS.orphaned] === 'true') return undefined;
  const isOurs =
    decideOwnership(live, context.tenant).kind === 'ours' ||
    (recorded !== undefined && tenantUidOf(live) === undefined && hasLabelsOf(context.tenant, live));
  return isOurs ? live.metadata.uid : undefined;
}

/** Somebody took away what says by UID whose it is. Without the labels as well it is nobody's, and the tenant says so (Conflicted). */
function hasLabelsOf({ name, namespace }: RemovalContext['tenant'], { metadata }: KubeObject): boolean {
  const { [LABELS.tenant]: tenant, [LABELS.tenantNamespace]: of } = metadata.labels ?? {};
  return tenant === name && of === namespace;
}

async function remove(
  context: RemovalContext,
  type: ResourceType,
  ref: ObjectRef,
  uid: string,
): Promise<RemovalResult> {
  try {
    const { outcome } = await context.client.delete(type, ref, { uid, propagationPolicy: 'Background' });
    return { kind: outcome === 'accepted' ? 'going' : 'gone' };
  } catch (error) {
    if (!(error instanceof ApiError && error.isConflict)) throw error;
    // Most likely another object has the name by now; a kind may have other reasons to refuse.
    const live = await context.client.get(type, ref, { metadataOnly: true });
    if (live?.metadata.uid !== uid) return { kind: 'gone' };
    if (live.metadata.deletionTimestamp !== undefined) return { kind: 'going' };
    throw error;
  }
}

/** An object that a Go release applied has one although it is to be retained: the garbage collector would take it along. */
function withoutOwner({ metadata }: KubeObject, tenantUid: string): object {
  const { ownerReferences = [], resourceVersion } = metadata;
  const others = ownerReferences.filter(({ uid }) => uid !== tenantUid);
  if (others.length === ownerReferences.length) return {};
  return { resourceVersion, ownerReferences: others.length === 0 ? null : others };
}

/** Marks a retained object as left behind. Its tenant's labels stay, to tell where it came from and to find it again. */
async function release(
  context: RemovalContext,
  type: ResourceType,
  ref: ObjectRef,
  uid: string,
): Promise<RemovalResult> {
  const live = await context.client.get(type, ref, { metadataOnly: true });
  if (live?.metadata.uid !== uid) return { kind: 'gone' };
  const patch = {
    metadata: {
      uid,
      ...withoutOwner(live, context.tenant.uid),
      labels: {
        [LABELS.tenant]: context.tenant.name,
        [LABELS.tenantNamespace]: context.tenant.namespace,
        [LABELS.orphaned]: 'true',
      },
      annotations: {
        [ANNOTATIONS.orphanedAt]: context.now().toISOString(),
        [ANNOTATIONS.orphanedReason]: context.reason,
      },
    },
  };
  try {
    const options = { contentType: 'merge', fieldManager: FIELD_MANAGER } as const;
    return { kind: 'gone', released: await context.client.patch(type, ref, patch, options) };
  } catch (error) {
    if (error instanceof ApiError && (error.isNotFound || error.isUidMismatch)) return { kind: 'gone' };
    throw error;
  }
}
