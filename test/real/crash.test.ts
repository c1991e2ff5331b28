/** The operator is killed in the middle of its work, at points that a seed draws; `make test-full` takes every point. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashRig, startCrashRig, storyNames } from './crash.stories.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const rounds = 2;

let rig: CrashRig;

beforeAll(async () => {
  rig = await startCrashRig();
});

afterAll(async () => rig?.stop());

describe(`an operator that is killed after a write (SEED=${seed})`, () => {
  /** How many writes each step takes. */
  const writes = new Map<string, number>();
  let state = seed;
  const draw = (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return 1 + (Math.floor(state / 2 ** 12) % limit);
  };

  it.each(storyNames)('%s: takes some writes when it is left alone', async (name) => {
    const recorded = await rig.record(name);
    expect(recorded.length).toBeGreaterThan(2);
    writes.set(name, recorded.length);
  });

  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'loses nothing, leaves nothing and makes nothing twice: round %d',
    async () => {
      const killed: string[] = [];
      for (const name of storyNames) {
        const count = draw((writes.get(name) ?? 1) - 1);
        const isCut = await rig.crash(name, count).catch((error: unknown) => {
          throw new Error(`${name}, killed after write ${count}`, { cause: error });
        });
        if (isCut) killed.push(name);
      }
      // Statuses may be written together now and then, and a step be shorter by one.
      expect(killed.length).toBeGreaterThanOrEqual(3);
    },
  );
});
