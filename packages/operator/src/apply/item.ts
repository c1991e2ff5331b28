/** One item's write. */
import { ANNOTATIONS, FIELD_MANAGER, LABELS } from '@tenant-operator/api';
import {
  ApiError,
  type KubeClient,
  type KubeObject,
  type ObjectRef,
  type ResourceType,
} from '@tenant-operator/kube';
import { type FieldPath, withLiveFields } from '../jsonpath/index.ts';
import { decideOwnership, type ItemAction, type Ownership } from '../plan/index.ts';
import { describeFailure, type WriteFailure } from './failure.ts';
import type { ServiceAccountRef } from './impersonate.ts';
import { changedMarks, withOwners } from './marks.ts';
import { takeOver } from './takeover.ts';

export interface ApplyContext {
  readonly client: KubeClient;
  /** Whose rights `client` has, when they are not the operator's. */
  readonly actsAs?: ServiceAccountRef | undefined;
  readonly tenant: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly conflictPolicy: 'Stuck' | 'Force';
  readonly patchStrategy: 'apply' | 'merge' | 'replace';
  readonly creationPolicy: 'WhenNeeded' | 'Once';
  /** Fields that are set at creation and left alone afterwards. */
  readonly ignored: readonly FieldPath[];
}

export type ItemResult =
  | { readonly kind: 'applied'; readonly object: KubeObject; readonly created: boolean }
  | { readonly kind: 'going' }
  | { readonly kind: 'conflict'; readonly owner: string }
  | { readonly kind: 'failed'; readonly failure: WriteFailure };

/** Creates or updates the object; what stands in the way is looked at once, and taken over only where the policy says so. */
export async function applyItem(
  context: ApplyContext,
  type: ResourceType,
  manifest: KubeObject,
  action: Extract<ItemAction, { kind: 'create' | 'update' | 'foreign' }>,
): Promise<ItemResult> {
  try {
    if (action.kind === 'foreign') return await resolveConflict(context, type, manifest);
    if (action.kind === 'update') return await update(context, type, manifest, action.uid);
    return await apply(context, type, withMetadata(manifest, { resourceVersion: '1' }));
  } catch (error) {
    if (isReplaced(error)) return await settleConflict(context, type, manifest);
    return { kind: 'failed', failure: describeFailure(error, describe(manifest), context.actsAs) };
  }
}

async function settleConflict(
  context: ApplyContext,
  type: ResourceType,
  manifest: KubeObject,
): Promise<ItemResult> {
  try {
    return await resolveConflict(context, type, manifest);
  } catch (error) {
    // Someone was quicker again: the next look decides anew.
    if (isReplaced(error)) return { kind: 'going' };
    return { kind: 'failed', failure: describeFailure(error, describe(manifest), context.actsAs) };
  }
}

/** Another object, another version of it, or none at all has the name by now. */
function isReplaced(error: unknown): boolean {
  return error instanceof ApiError && (error.isConflict || error.isUidMismatch);
}

/** Reads what is there and decides by its own marks. */
async function resolveConflict(
  context: ApplyContext,
  type: ResourceType,
  manifest: KubeObject,
): Promise<ItemResult> {
  const live = await context.client.get(type, refOf(manifest));
  if (!live) return apply(context, type, withMetadata(manifest, { resourceVersion: '1' }));
  if (live.metadata.deletionTimestamp !== undefined) return { kind: 'going' };
  const ownership = decideOwnership(live, context.tenant);
  if (!mayTake(ownership, context.conflictPolicy)) {
    return { kind: 'conflict', owner: ownership.kind === 'foreign' ? ownership.owner : '' };
  }
  const { uid = '' } = live.metadata;
  const isWhole = context.patchStrategy === 'apply' && context.creationPolicy !== 'Once';
  const result = isWhole
    ? await apply(context, type, withMetadata(keepIgnored(context, manifest, live), { uid }))
    : await update(context, type, manifest, uid);
  const isMarked = live.metadata.labels?.[LABELS.orphaned] !== undefined;
  if (!isMarked || result.kind !== 'applied') return result;
  return { ...result, object: await takeBack(context, type, live) };
}

/**
 * Writes over an object that is ours, as its item's strategy says. `apply` alone needs no look at the object first; the others
 * carry the version that they saw.
 */
async function update(
  context: ApplyContext,
  type: ResourceType,
  manifest: KubeObject,
  uid: string,
): Promise<ItemResult> {
  const isOnce = context.creationPolicy === 'Once';
  if (context.patchStrategy === 'apply' && context.ignored.length === 0 && !isOnce) {
    return apply(context, type, withMetadata(manifest, { uid }));
  }
  const live = await context.client.get(type, refOf(manifest));
  if (!live || live.metadata.uid !== uid) return { kind: 'going' };
  if (isOnce) return mark(context, type, manifest, live);
  const wanted = keepIgnored(context, manifest, live);
  if (context.patchStrategy === 'apply') return apply(context, type, withMetadata(wanted, { uid }));
  const { resourceVersion = '' } = live.metadata;
  const versioned = withMetadata(wanted, { uid, resourceVersion });
  const object =
    context.patchStrategy === 'merge'
      ? await context.client.patch(type, refOf(manifest), withOwners(versioned, live), {
          contentType: 'merge',
          fieldManager: FIELD_MANAGER,
        })
      : await context.client.replace(type, withFinalizers(versioned, live), { fieldManager: FIELD_MANAGER });
  return { kind: 'applied', object, created: false };
}

/**
 * What is made once keeps its content whatever happens to it: a password that was drawn at random outlives a crash before it was
 * recorded, a tenant that comes back for what it left behind, and an edit of the template. Only our own marks follow.
 */
async function mark(
  context: ApplyContext,
  type: ResourceType,
  manifest: KubeObject,
  live: KubeObject,
): Promise<ItemResult> {
  const metadata = changedMarks(manifest, live);
  if (!metadata) return { kind: 'applied', object: live, created: false };
  const { uid, resourceVersion } = live.metadata;
  const patch = { metadata: { uid, resourceVersion, ...metadata } };
  const options = { contentType: 'merge', fieldManager: FIELD_MANAGER } as const;
  const object = await context.client.patch(type, refOf(manifest), patch, options);
  return { kind: 'applied', object, created: false };
}

/** Fields that the item leaves to others keep what they hold now. */
function keepIgnored(context: ApplyContext, manifest: KubeObject, live: KubeObject): KubeObject {
  return context.ignored.length === 0
    ? manifest
    : (withLiveFields(manifest, live, context.ignored) as KubeObject);
}

/** A replace takes everything away that it does not name, but another's finalizer is that one's to remove. */
function withFinalizers(manifest: KubeObject, { metadata }: KubeObject): KubeObject {
  const finalizers = [...new Set([...(manifest.metadata.finalizers ?? []), ...(metadata.finalizers ?? [])])];
  return finalizers.length === 0 ? manifest : { ...manifest, metadata: { ...manifest.metadata, finalizers } };
}

/**
 * Takes the marks of a leftover away; they are no part of the manifest, so an apply leaves them. They go last: who is
 * interrupted before finds a leftover again, and not an object that names a Tenant which is gone.
 */
async function takeBack(
  context: ApplyContext,
  type: ResourceType,
  { metadata }: KubeObject,
): Promise<KubeObject> {
  const marks = {
    labels: { [LABELS.orphaned]: null },
    annotations: { [ANNOTATIONS.orphanedAt]: null, [ANNOTATIONS.orphanedReason]: null },
  };
  const patch = { metadata: { uid: metadata.uid, ...marks } };
  return context.client.patch(type, refOf({ metadata }), patch, {
    contentType: 'merge',
    fieldManager: FIELD_MANAGER,
  });
}

function mayTake(ownership: Ownership, policy: ApplyContext['conflictPolicy']): boolean {
  return ownership.kind !== 'foreign' || policy === 'Force';
}

async function apply(context: ApplyContext, type: ResourceType, manifest: KubeObject): Promise<ItemResult> {
  const { object, created } = await context.client.apply(type, manifest, {
    fieldManager: FIELD_MANAGER,
    force: true,
    // A field that the kind does not have is refused all the same; this leaves out a second reading in search of keys that stand twice.
    fieldValidation: 'Ignore',
  });
  const isLeft = context.patchStrategy === 'apply' && (await takeOver(context.client, type, object));
  return isLeft ? apply(context, type, manifest) : { kind: 'applied', object, created };
}

function withMetadata(
  manifest: KubeObject,
  metadata: { resourceVersion?: string; uid?: string },
): KubeObject {
  return { ...manifest, metadata: { ...manifest.metadata, ...metadata } };
}

export function refOf({ metadata }: Pick<KubeObject, 'metadata'>): ObjectRef {
  const { name, namespace } = metadata;
  return namespace === undefined ? { name } : { name, namespace };
}

function describe({ kind, metadata }: KubeObject): string {
  return `${kind} "${metadata.name}"`;
}
