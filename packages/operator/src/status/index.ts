/** What the objects say of themselves: conditions that do not flap, and writes only when something changed. */
export { type ConditionInput, findCondition, setConditions, toTime } from './conditions.ts';
export { countsWait, isCountsOnly } from './counts.ts';
export { haltedStatus, tenantStatus } from './tenant.ts';
export { changedFields } from './write.ts';
