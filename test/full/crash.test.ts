/** The operator is killed after every single write of every step of a tenant's life (`test/real/crash.test.ts` draws some). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashRig, type StoryName, startCrashRig, storyNames } from '../real/crash.stories.ts';

let rig: CrashRig;

beforeAll(async () => {
  rig = await startCrashRig();
});

afterAll(async () => rig?.stop());

/** More than any step takes. */
const maxWrites = 40;

describe('an operator that is killed after a write', () => {
  it('loses nothing, leaves nothing and makes nothing twice, after every write of every step', async () => {
    /** Steps that ended before they could be cut, with how many writes they were cut after. */
    const finished = new Map<StoryName, number>();
    for (let count = 1; count <= maxWrites && finished.size < storyNames.length; count += 1) {
      for (const name of storyNames) {
        if (finished.has(name)) await rig.record(name);
        else if (!(await cut(name, count))) finished.set(name, count - 1);
      }
    }
    expect([...finished.keys()].sort()).toEqual([...storyNames].sort());
    expect(Math.min(...finished.values())).toBeGreaterThan(5);
  }, 1_800_000);
});

async function cut(name: StoryName, count: number): Promise<boolean> {
  return rig.crash(name, count).catch((error: unknown) => {
    throw new Error(`${name}, killed after write ${count}`, { cause: error });
  });
}
