/** How an action is chosen: by chance, from what the model has. */
import type { Touches } from '../check/index.ts';
import type { Random } from '../random.ts';
import type { Model, TemplateModel } from './model.ts';
import type { Person } from './person.ts';

export interface Action {
  readonly text: string;
  run(person: Person): Promise<void>;
}

export interface Choosing {
  readonly random: Random;
  readonly model: Model;
  readonly touches: Touches;
}

/** Undefined when there is nothing to do it to. */
export type Choose = (choosing: Choosing) => Action | undefined;

/** The table that a registry reads. */
export const tableOf = (model: Model, registry: string) =>
  model.registries.find(({ name }) => name === registry)?.table;

export function pickTemplate({ random, model }: Choosing): TemplateModel | undefined {
  const there = model.templates.filter(({ isThere }) => isThere);
  return there.length === 0 ? undefined : random.pick(there);
}
