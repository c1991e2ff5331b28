/**
 * Objects that somebody else made become a tenant's: found by the names that its template gives, compared by a dry run,
 * marked, and taken by the operator with its next look.
 */
import type { ObjectChange } from '../changes/index.ts';

export { gatherCandidates } from './gather.ts';
export { judgeCandidate, releasesOf } from './judge.ts';
export { isAdopted, markCandidate } from './mark.ts';
export { describeAdoption } from './print.ts';

export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
}

export interface Candidate {
  /** Of the item. */
  readonly id: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /**
   * `adopt`: it can be taken. `own`: the tenant has it already, or takes it by itself. `absent`: the operator makes it.
   * `blocked`: it cannot be taken, and `message` says why.
   */
  readonly state: 'adopt' | 'own' | 'absent' | 'blocked';
  readonly message: string;
  /** What taking it over would change; undefined where nothing does. */
  readonly change?: ObjectChange;
  readonly release?: HelmRelease;
  readonly uid: string;
  readonly resourceVersion: string;
}
