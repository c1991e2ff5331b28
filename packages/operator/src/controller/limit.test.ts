import { describe, expect, it } from 'vitest';
import { forEachLimited } from './limit.ts';

/** Runs with work that ends when the test says so. */
function setUp(limit: number, count: number) {
  const started: number[] = [];
  const ends = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const done = forEachLimited(
    limit,
    Array.from({ length: count }, (_, i) => i),
    (i) =>
      new Promise<void>((resolve, reject) => {
        started.push(i);
        ends.set(i, { resolve, reject });
      }),
  );
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { started, ends, done, settle };
}

describe('forEachLimited', () => {
  it('starts in order and never more than the limit at once', async () => {
    const { started, ends, done, settle } = setUp(2, 4);
    expect(started).toEqual([0, 1]);
    ends.get(1)?.resolve();
    await settle();
    expect(started).toEqual([0, 1, 2]);
    ends.get(0)?.resolve();
    await settle();
    expect(started).toEqual([0, 1, 2, 3]);
    ends.get(2)?.resolve();
    ends.get(3)?.resolve();
    await done;
  });

  it('starts nothing more after an error, and throws it when all that started have ended', async () => {
    const { started, ends, done, settle } = setUp(2, 4);
    let failure: unknown;
    const caught = done.catch((error: unknown) => {
      failure = error;
    });
    ends.get(0)?.reject(new Error('first'));
    await settle();
    expect(failure).toBeUndefined();
    ends.get(1)?.reject(new Error('second'));
    await caught;
    expect(started).toEqual([0, 1]);
    expect(failure).toEqual(new Error('first'));
  });

  it.each([
    [8, 0, 'nothing to do'],
    [8, 3, 'fewer than the limit'],
    [1, 3, 'one after another'],
  ])('limit %d, %d items: %s', async (limit, count) => {
    const seen: number[] = [];
    const items = Array.from({ length: count }, (_, i) => i);
    await forEachLimited(limit, items, (i) => Promise.resolve(void seen.push(i)));
    expect(seen).toEqual(items);
  });
});
