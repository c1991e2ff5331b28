/** A campaign: a world that is broken round after round, and after each round judged. */
import { carryTouches, compareStates, createTouches, readState, type State, verify } from './check/index.ts';
import {
  createModel,
  createPerson,
  type Model,
  type Person,
  planRound,
  type RoundPlan,
  registryManifest,
  templateManifest,
} from './plan/index.ts';
import { createChance, type Random } from './random.ts';
import type { World } from './world/index.ts';

export interface CampaignOptions {
  readonly seed: number;
  readonly rounds: number;
  createWorld(random: Random): Promise<World>;
  /** Is told of each round that went well. */
  onRound?(report: RoundReport): void;
}

export interface RoundReport {
  readonly round: number;
  /** What was done and what broke, in one line each. */
  readonly lines: readonly string[];
  /** Milliseconds until the world was at rest again, after the last fault ended. */
  readonly recoveryMs: number;
}

/** What the checker found, and all that is needed to look into it. */
export interface Failure {
  readonly seed: number;
  readonly round: number;
  readonly violations: readonly string[];
  readonly lines: readonly string[];
  readonly logs: string;
}

/** The tables of a campaign. */
export const TABLES = ['guarded_rows', 'loose_rows'];
/** How long the world may take to come to rest, in milliseconds of the campaign. */
const restMs = 240_000;

/** What was found at rest, or what keeps it from being right. */
export type Rest = State | { readonly violations: readonly string[] };

/** Plays the rounds of a seed; gives the first failure, or nothing. */
export async function runCampaign(options: CampaignOptions): Promise<Failure | undefined> {
  const random = createChance(options.seed);
  const world = await options.createWorld(createChance(options.seed + 1));
  try {
    const failure = await play(options, random, world);
    if (failure) return failure;
  } finally {
    await world.stop();
  }
  return undefined;
}

async function play(options: CampaignOptions, random: Random, world: World): Promise<Failure | undefined> {
  const { seed } = options;
  const person = createPerson(world);
  const model = createModel(random);
  let before = await beginWorld(world, model);
  if ('violations' in before)
    return { seed, round: 0, lines: ['the beginning'], logs: world.logs(), ...before };
  let touches = createTouches();
  for (let round = 1; round <= options.rounds; round++) {
    touches = carryTouches(touches, before);
    const plan = planRound(random, model, touches);
    const lines = describe(plan);
    await perform(plan, world, person);
    const begun = world.timeline.elapsed();
    const last = before;
    const meant = touches;
    before = await untilAtRest(world, (state) => compareStates(last, state, meant));
    if ('violations' in before) return { seed, round, lines, logs: world.logs(), ...before };
    options.onRound?.({ round, lines, recoveryMs: world.timeline.elapsed() - begun });
  }
  return undefined;
}

async function prepare(model: Model, person: Person): Promise<void> {
  for (const table of [...TABLES, 'saved_rows']) {
    const columns = ['id', 'domain', 'active', 'plan', 'note'].map((name) => `${name} VARCHAR(255)`);
    await person.sql(`CREATE TABLE ${table} (${columns.join(', ')})`);
    for (const [uid, row] of model.tables.get(table) ?? []) {
      const values = [uid, row.domain, row.active, row.plan, row.note];
      await person.sql(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`, values);
    }
  }
  for (const registry of model.registries) await person.apply(registryManifest(registry));
  for (const template of model.templates) await person.apply(templateManifest(template));
}

function describe({ actions, faults }: RoundPlan): string[] {
  const entries = [
    ...actions.map(({ at, action }) => ({ at, text: action.text })),
    ...faults.map(({ at, fault }) => ({ at, text: `${fault.text} (for ${Math.round(fault.forMs)} ms)` })),
  ];
  return entries.sort((a, b) => a.at - b.at).map(({ at, text }) => `${at} ms: ${text}`);
}

/** Does it all, and mends what was broken. */
async function perform({ actions, faults }: RoundPlan, world: World, person: Person): Promise<void> {
  const pause = world.timeline.sleep;
  const acted = (async () => {
    let now = 0;
    for (const { at, action } of actions) {
      await pause(at - now);
      now = at;
      await action.run(person);
    }
  })();
  const broken = faults.map(async ({ at, fault }) => {
    await pause(at);
    // Statements of persons and the fault's own must not meet.
    if (fault.isOfTable) await acted;
    await fault.begin(world, person);
    await pause(fault.forMs);
    await fault.end(world, person);
  });
  await Promise.all([acted, ...broken]);
  for (const replica of world.replicas) {
    replica.heal();
    await replica.start();
  }
}

/** A world with its tables and templates, its operators at work and at rest: where campaigns begin. */
export async function beginWorld(world: World, model: Model): Promise<Rest> {
  await prepare(model, createPerson(world));
  for (const replica of world.replicas) await replica.start();
  return untilAtRest(world);
}

/** Waits until the checker finds nothing any more; what it still finds at the end is a violation. */
async function untilAtRest(
  world: World,
  compare: (state: State) => readonly string[] = () => [],
): Promise<Rest> {
  const { timeline } = world;
  const end = timeline.elapsed() + restMs;
  for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 1.4, 4_000)) {
    const state = await readState(world.api, world.sql, TABLES).catch((error: unknown) => error);
    const violations =
      state instanceof Error || state === undefined
        ? [`the state cannot be read: ${String(state)}`]
        : [...verify(state as State), ...compare(state as State)];
    // What was deleted stays so: there is nothing to wait for.
    const isFinal = violations.some((line) => line.includes('nobody asked for'));
    if (violations.length === 0) return state as State;
    if (isFinal || timeline.elapsed() > end) return { violations };
    await timeline.sleep(pauseMs);
  }
}
