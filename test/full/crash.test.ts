/** The operator is killed after every single write of every step of a tenant's life (`test/real/crash.test.ts` draws some). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashRig, type StoryName, startCrashRig, storyNames } from '../real/crash.stories.ts';

let rig: CrashRig;

beforeAll(async () => {
  rig = await startCrashRig();
});

afterAll(async () => rig?.stop());

/** More than any step takes; a step that ends before leaves the rest of its points out. */
const maxWrites = 40;

describe('an operator that is killed after a write', () => {
  /** Steps that were cut at each of their writes. */
  const finished = new Map<StoryName, number>();

  it.each(Array.from({ length: maxWrites }, (_, index) => index + 1))(
    'loses nothing, leaves nothing and makes nothing twice: write %d of each step',
    async (count) => {
      if (finished.size === storyNames.length) return;
      for (const name of storyNames) {
        const cut = await run(name, count);
        if (!cut && !finished.has(name)) finished.set(name, count - 1);
      }
    },
    180_000,
  );

  it('was killed after every write of every step', () => {
    expect([...finished.keys()].sort()).toEqual([...storyNames].sort());
    expect(Math.min(...finished.values())).toBeGreaterThan(2);
  });

  async function run(name: StoryName, count: number): Promise<boolean> {
    if (finished.has(name)) return rig.record(name).then(() => false);
    return rig.crash(name, count).catch((error: unknown) => {
      throw new Error(`${name}, killed after write ${count}`, { cause: error });
    });
  }
});
