/** What is measured, a file a phase. Each starts from a settled operator, gives its findings and leaves it settled. */
export type { Finding } from '../finding.ts';
export { churn } from './churn.ts';
export { deactivate } from './deactivate.ts';
export { drift } from './drift.ts';
export { hints } from './hints.ts';
export { provision, provisionBesideRaw, type RawTimes } from './provision.ts';
export { rest } from './rest.ts';
export { rows } from './rows.ts';
export { start } from './start.ts';
export { update } from './update.ts';
