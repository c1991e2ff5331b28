/**
 * What would change: from registries, templates and rows as they would be to Tenants and the fields of their objects.
 *
 * The decisions are the controllers' own (`planTenants`, `decideItem`, `applyItem`), carried out with a client whose writes are
 * server-side dry runs: the server admits and defaults them, and its answer is compared with the object as it is.
 */
import type { FieldChange } from './fields.ts';

export { type DraftRequest, draftChanges } from './draft.ts';
export { diffObjects, type FieldChange, hiddenValue } from './fields.ts';
export { type CompareContext, type Compared, compareItem, compareObjects } from './objects.ts';
export { describeChanges, describeObject } from './print.ts';
export { DEFAULT_RULES, type OperatorRules } from './rules.ts';

export interface ObjectChange {
  /** Of the item. */
  readonly id: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /**
   * `release`: it leaves its tenant and stays. `conflict`: somebody else's stands in the way. `refused`: the server would not
   * take it. `unknown`: it cannot be told from here.
   */
  readonly action: 'add' | 'change' | 'remove' | 'release' | 'conflict' | 'refused' | 'unknown';
  /** Of a `change`. */
  readonly fields?: readonly FieldChange[];
  /** Why, where the action does not say it. */
  readonly message?: string;
}

export interface TenantChange {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly template: string;
  readonly action: 'add' | 'change' | 'remove';
  /** In a few words; empty where the objects say it. */
  readonly cause: string;
  readonly values?: readonly FieldChange[];
  readonly objects: readonly ObjectChange[];
}

/** A registry or template of the given files against the cluster. */
export interface InputChange {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly action: 'add' | 'change';
  readonly fields: readonly FieldChange[];
}

export interface Changes {
  readonly inputs: readonly InputChange[];
  readonly tenants: readonly TenantChange[];
  /** What a person should know: rows that cannot be used, deletions that the guard would hold, suspensions. */
  readonly notes: readonly string[];
  /** How many Tenants were looked at, changed or not. */
  readonly looked: number;
}

/** True when carrying it out would change anything. */
export function hasChanges({ inputs, tenants }: Changes): boolean {
  return inputs.length > 0 || tenants.length > 0;
}
