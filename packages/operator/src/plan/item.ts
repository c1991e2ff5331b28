/** What one object of a tenant needs. */
import type { InventoryEntry } from '@tenant-operator/api';
import type { ChildObservation } from '../children/index.ts';

export interface ItemSituation {
  readonly tenantUid: string;
  /** Digest of the manifest as it would be sent now. */
  readonly rendered: string;
  readonly entry: InventoryEntry | undefined;
  readonly observation: ChildObservation | undefined;
  readonly creationPolicy: 'WhenNeeded' | 'Once';
  readonly driftPolicy: 'Correct' | 'Warn';
  readonly patchStrategy: 'apply' | 'merge' | 'replace';
  /** The object removes itself when its work is done (a Job with `ttlSecondsAfterFinished`). */
  readonly isTransient: boolean;
  /** Its tenant was a Go release's, whose objects carry no label that they could be watched by. */
  readonly isInherited?: boolean;
}

export type ItemAction =
  /** Nothing is known to be there: an apply that fails when something is. */
  | { readonly kind: 'create' }
  /** Ours, and other than it should be: a write that fails when it was replaced. Of `Once`, only our own marks are written. */
  | { readonly kind: 'update'; readonly uid: string; readonly cause: 'changed' | 'drift' | 'adopted' }
  | { readonly kind: 'settled'; readonly drifted: boolean }
  /** It did its work and removed itself: making it anew would do the work again. */
  | { readonly kind: 'finished' }
  /** Ours or of our name, and being deleted: wait for the end. */
  | { readonly kind: 'going' }
  /** Not known to be ours: it is looked at first, and created when there is none. */
  | { readonly kind: 'foreign' };

export function decideItem(situation: ItemSituation): ItemAction {
  const { observation, entry } = situation;
  if (!observation) {
    if (isFinished(situation)) return { kind: 'finished' };
    return { kind: situation.isInherited && entry?.uid === undefined ? 'foreign' : 'create' };
  }
  if (observation.deleting) return { kind: 'going' };
  // It is marked as left behind: the marks have to go with the look at the object itself.
  if (observation.tenantKey === undefined) return { kind: 'foreign' };
  const isRecorded = entry?.uid !== undefined && entry.uid === observation.uid;
  const isOurs = observation.tenantUid === situation.tenantUid;
  // Recorded, and it names nobody: somebody stripped its marks. It names another: somebody took it over.
  if (!isOurs && (!isRecorded || observation.tenantUid !== undefined)) return { kind: 'foreign' };
  if (!isRecorded) return { kind: 'update', uid: observation.uid, cause: 'adopted' };
  if (entry.renderedDigest !== situation.rendered)
    return { kind: 'update', uid: observation.uid, cause: 'changed' };
  if (situation.creationPolicy === 'Once') return { kind: 'settled', drifted: false };
  // The item was merged or replaced before: what the template no longer has is to go.
  if (situation.patchStrategy === 'apply' && observation.isMerged === true)
    return { kind: 'update', uid: observation.uid, cause: 'changed' };
  const drifted = entry.appliedDigest !== observation.live;
  if (drifted && situation.driftPolicy === 'Correct')
    return { kind: 'update', uid: observation.uid, cause: 'drift' };
  return { kind: 'settled', drifted };
}

/** A template's edit asks for the work again, save where it is to be done once. */
function isFinished({ isTransient, entry, rendered, creationPolicy }: ItemSituation): boolean {
  if (!isTransient || entry?.ready !== true) return false;
  return creationPolicy === 'Once' || entry.renderedDigest === rendered;
}
