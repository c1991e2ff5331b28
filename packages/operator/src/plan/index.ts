/**
 * The decisions: from what was gathered to what shall be done. Pure; every outcome is a value.
 *
 * `planTenants` compares rows and templates with the Tenants that exist; `decideItem` says what one object of a tenant needs;
 * `planRemovals` says which objects are no longer wanted, last applied first.
 */
export {
  digestNames,
  type GuardDecision,
  type GuardInput,
  guardDeletions,
  guardWindowMs,
  type RecentDeletions,
} from './guard.ts';
export { inheritedMarks, isInherited, readInherited } from './inherited.ts';
export { decideItem, type ItemAction, type ItemSituation } from './item.ts';
export { labelValue } from './names.ts';
export { decideOwnership, type Ownership } from './ownership.ts';
export { planRemovals, type Removal } from './removals.ts';
export { decideRollout, type RolloutDecision, type RolloutTenant } from './rollout.ts';
export { mappedColumns, type ReadRows, type RowProblem, readRows, type TenantRow } from './rows.ts';
export { type DesiredTenant, planTenants, type TenantDeletion, type TenantPlan } from './tenants.ts';
