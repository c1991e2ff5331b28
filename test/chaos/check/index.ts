/**
 * The independent checker: whether a cluster at rest is what its tables and templates say. It reads the database and the API
 * server itself and shares no code with the product.
 *
 *   const state = await readState(api, sql, tables);
 *   const violations = [...verifyRegistries(state), ...verifyTenants(state), ...verifyObjects(state)];
 */
export { carryTouches, compareStates, createTouches, type Touches } from './ledger.ts';
export { readState, type State } from './state.ts';

import { verifyObjects } from './objects.ts';
import { verifyRegistries } from './registries.ts';
import type { State } from './state.ts';
import { verifyTenants } from './tenants.ts';

/** Everything that is other than it should be, in one line each; empty when all is well. */
export function verify(state: State): string[] {
  return [...verifyRegistries(state), ...verifyTenants(state), ...verifyObjects(state)];
}
