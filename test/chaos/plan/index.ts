/** A round of a campaign: what persons do and what breaks meanwhile, chosen by chance alone, so that a seed gives it again. */
import type { Touches } from '../check/index.ts';
import type { Random } from '../random.ts';
import { type Action, chooseAction } from './actions.ts';
import { chooseFault, type Fault } from './faults.ts';
import type { Model } from './model.ts';

export { createModel, type Model, registryManifest, templateManifest } from './model.ts';
export { createPerson, type Person } from './person.ts';

export interface RoundPlan {
  /** With the time at which each begins, in milliseconds of the campaign. */
  readonly actions: readonly { readonly at: number; readonly action: Action }[];
  readonly faults: readonly { readonly at: number; readonly fault: Fault }[];
}

/** In this time everything begins, in milliseconds of the campaign. */
const spanMs = 3_000;

export function planRound(random: Random, model: Model, touches: Touches): RoundPlan {
  // One round in eight has faults and nothing else: then not a write may happen.
  const count = random.chance(12) ? 0 : 1 + random.int(4);
  const actions = Array.from({ length: count }, () => ({
    at: random.int(spanMs),
    action: chooseAction({ random, model, touches }),
  })).sort((a, b) => a.at - b.at);
  const faults: { at: number; fault: Fault }[] = [];
  for (let n = random.int(4); n > 0; n--) {
    const fault = chooseFault({ random, model, touches });
    const isSecond = fault.isOfTable && faults.some((other) => other.fault.isOfTable);
    if (!isSecond) faults.push({ at: random.int(spanMs), fault });
  }
  return { actions, faults };
}
