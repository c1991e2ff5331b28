/**
 * Why a tenant is as it is: from its row to its answer over HTTPS, with the cause of every wait.
 *
 * `gatherExplanation` reads everything (and no more than a person may see), `findCauses` decides what is to blame, and
 * `describeExplanation` tells it.
 */
import type { Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import type { TenantView } from '@tenant-operator/dashboard';

export { findCauses } from './causes.ts';
export { gatherExplanation, gatherRow } from './gather.ts';
export { describeExplanation, describeRow } from './print.ts';
export { findRowCauses } from './row.ts';

/** What is known of one object of the tenant beyond its own readiness. */
export interface ObjectClue {
  /** Of the item. */
  readonly id: string;
  /** `pod acme-web-x: container app: ImagePullBackOff: ...`, the most telling first. */
  readonly lines: readonly string[];
}

/** An object that is still there although its Tenant is going. */
export interface Leftover {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly finalizers: readonly string[];
}

export interface Facts {
  readonly tenant: Tenant;
  readonly registry: TenantRegistry | undefined;
  readonly template: TenantTemplate | undefined;
  readonly view: TenantView;
  readonly clues: readonly ObjectClue[];
  readonly leftovers: readonly Leftover[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One thing that keeps the tenant from what it should be. */
export interface Cause {
  /** `Deployment default/acme-web (item web)`, `TenantRegistry crm` ... */
  readonly subject: string;
  /** CamelCase, as in conditions. */
  readonly reason: string;
  readonly message: string;
  /** Further lines: what pods and events say, limits of time. */
  readonly details: readonly string[];
  /** What to do, where that can be said. */
  readonly hint?: string;
  /** Items that wait for this one. */
  readonly holdsUp: readonly string[];
  /** It keeps nothing from working: the tenant is ready all the same. */
  readonly isMinor?: boolean;
}

/** For a uid without a Tenant. */
export interface RowFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly registries: readonly TenantRegistry[];
  readonly templates: readonly TenantTemplate[];
}
