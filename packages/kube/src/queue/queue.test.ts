import { describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../clock/index.ts';
import { ApiError } from '../transport/errors.ts';
import { silentLogger } from '../types.ts';
import type { Outcome, QueueOptions } from './index.ts';
import { createQueue } from './queue.ts';

interface Run {
  key: string;
  at: number;
  finish(outcome: Outcome | Error): void;
}

/** A queue whose works end when the test says so. */
function setup(options: Partial<QueueOptions> = {}) {
  const clock: FakeClock = createFakeClock();
  const runs: Run[] = [];
  let active = new Map<string, number>();
  let overlaps = 0;
  const queue = createQueue({
    name: 'test',
    concurrency: 2,
    clock,
    random: () => 1,
    backoff: { baseMs: 100, maxMs: 1000 },
    work: (key) =>
      new Promise((resolve, reject) => {
        active.set(key, (active.get(key) ?? 0) + 1);
        if ((active.get(key) ?? 0) > 1) overlaps += 1;
        runs.push({
          key,
          at: clock.monotonic(),
          finish(outcome) {
            active = new Map([...active, [key, (active.get(key) ?? 1) - 1]]);
            if (outcome instanceof Error) reject(outcome);
            else resolve(outcome);
          },
        });
      }),
    ...options,
  });
  return { clock, runs, queue, overlaps: () => overlaps };
}

const done: Outcome = { kind: 'done' };

describe('createQueue', () => {
  it('works on a key once however often it is added while it waits', async () => {
    const { queue, runs, clock } = setup();
    for (let i = 0; i < 5; i += 1) queue.add('a');
    expect(queue.depth()).toBe(1);
    queue.start();
    runs[0]?.finish(done);
    await clock.advance(0);
    expect(runs.map((run) => run.key)).toEqual(['a']);
    expect(queue.stats).toMatchObject({ adds: 1, done: 1, queued: 0, active: 0 });
  });

  it('runs a key once more when it was added during its work, never twice at once', async () => {
    const { queue, runs, clock, overlaps } = setup();
    queue.start();
    queue.add('a');
    queue.add('a');
    queue.add('a');
    expect(runs).toHaveLength(1);
    runs[0]?.finish(done);
    await clock.advance(0);
    expect(runs).toHaveLength(2);
    runs[1]?.finish(done);
    await clock.advance(60_000);
    expect(runs).toHaveLength(2);
    expect(overlaps()).toBe(0);
  });

  it('keeps to its concurrency and to the order of adding', async () => {
    const { queue, runs, clock } = setup();
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    queue.start();
    expect(runs.map((run) => run.key)).toEqual(['a', 'b']);
    runs[1]?.finish(done);
    await clock.advance(0);
    expect(runs.map((run) => run.key)).toEqual(['a', 'b', 'c']);
    expect(queue.stats.active).toBe(2);
  });

  const table: { reason: string; outcome: Outcome | Error; next: number | undefined }[] = [
    { reason: 'done waits for the next add', outcome: done, next: undefined },
    { reason: 'after comes back then', outcome: { kind: 'after', ms: 700 }, next: 700 },
    { reason: 'retry waits for the back-off', outcome: { kind: 'retry' }, next: 100 },
    { reason: 'retry holds to its least delay', outcome: { kind: 'retry', minMs: 5000 }, next: 5000 },
    { reason: 'retry holds to its greatest delay', outcome: { kind: 'retry', maxMs: 10 }, next: 10 },
    { reason: 'terminal waits for the next add', outcome: { kind: 'terminal', error: 'x' }, next: undefined },
    { reason: 'an exception is a retry', outcome: new Error('boom'), next: 100 },
    { reason: 'a delay that is no number means now', outcome: { kind: 'after', ms: Number.NaN }, next: 0 },
  ];
  it.each(table)('$reason', async ({ outcome, next }) => {
    const { queue, runs, clock } = setup();
    queue.start();
    queue.add('a');
    runs[0]?.finish(outcome);
    await clock.advance(100_000);
    expect(runs[1]?.at).toBe(next);
  });

  it('takes urgent keys first, and one of bulk in every four', async () => {
    const { queue, runs, clock } = setup({ concurrency: 1 });
    for (const key of ['b1', 'b2', 'b3']) queue.add(key);
    for (const key of ['u1', 'u2', 'u3', 'u4', 'u5']) queue.add(key, 'urgent');
    queue.start();
    for (let index = 0; index < 8; index += 1) {
      runs[index]?.finish(done);
      await clock.advance(0);
    }
    expect(runs.map(({ key }) => key)).toEqual(['u1', 'u2', 'u3', 'b1', 'u4', 'u5', 'b2', 'b3']);
  });

  it('lets a waiting key become urgent, and works on it once', async () => {
    const { queue, runs, clock } = setup({ concurrency: 1 });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    queue.add('c', 'urgent');
    queue.add('c');
    expect(queue.depth()).toBe(3);
    queue.start();
    for (let index = 0; index < 3; index += 1) {
      runs[index]?.finish(done);
      await clock.advance(0);
    }
    expect(runs.map(({ key }) => key)).toEqual(['c', 'a', 'b']);
    expect(queue.stats).toMatchObject({ adds: 3, done: 3, queued: 0 });
  });

  it('runs a key once more in the lane that was asked for during its work', async () => {
    const { queue, runs, clock } = setup({ concurrency: 1 });
    queue.add('a');
    queue.start();
    for (const key of ['b', 'c']) queue.add(key);
    queue.add('a', 'urgent');
    queue.add('a');
    for (let index = 0; index < 4; index += 1) {
      runs[index]?.finish(done);
      await clock.advance(0);
    }
    expect(runs.map(({ key }) => key)).toEqual(['a', 'a', 'b', 'c']);
  });

  it('tells of a lost race only when it is lost again, and of other failures at once', async () => {
    const told: string[] = [];
    const log = {
      ...silentLogger,
      warn: (fields: object) => void told.push((fields as { key: string }).key),
    };
    const { queue, runs, clock } = setup({ log });
    queue.start();
    queue.add('race');
    queue.add('other');
    runs[0]?.finish(new ApiError({ status: 409, message: 'the object has been modified' }));
    runs[1]?.finish(new Error('no'));
    await clock.advance(100);
    expect(told).toEqual(['other']);
    runs[2]?.finish(new ApiError({ status: 409, message: 'the object has been modified' }));
    await clock.advance(0);
    expect(runs.map(({ key }) => key).slice(0, 3)).toEqual(['race', 'other', 'race']);
    expect(told).toEqual(['other', 'race']);
  });

  it('doubles the back-off up to its maximum and forgets it with success', async () => {
    const { queue, runs, clock } = setup();
    queue.start();
    queue.add('a');
    const gaps: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const before = clock.monotonic();
      runs[i]?.finish({ kind: 'retry' });
      while (runs.length < i + 2) await clock.advance(10);
      gaps.push((runs[i + 1]?.at ?? 0) - before);
    }
    expect(gaps).toEqual([100, 200, 400, 800, 1000, 1000]);
    runs[6]?.finish(done);
    await clock.advance(0);
    queue.add('a');
    runs[7]?.finish({ kind: 'retry' });
    const before = clock.monotonic();
    await clock.advance(100);
    expect(runs[8]?.at).toBe(before + 100);
  });

  it('lets a sooner add win over a later timer, and a sooner timer over a later one', async () => {
    const { queue, runs, clock } = setup();
    queue.start();
    queue.addAfter('a', 1000);
    queue.addAfter('a', 500);
    queue.addAfter('a', 2000);
    await clock.advance(400);
    queue.add('a');
    expect(runs.map((run) => run.at)).toEqual([400]);
    runs[0]?.finish(done);
    await clock.advance(10_000);
    expect(runs).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  it('drops the delay that an outcome asks for when the key is wanted at once', async () => {
    const { queue, runs, clock } = setup();
    queue.start();
    queue.add('a');
    queue.add('a');
    runs[0]?.finish({ kind: 'after', ms: 5000 });
    await clock.advance(0);
    expect(runs).toHaveLength(2);
    expect(queue.stats.delayed).toBe(0);
  });

  it('counts a failure with addRateLimited and forgets it with forget', async () => {
    const { queue, runs, clock } = setup();
    queue.start();
    queue.addRateLimited('a');
    await clock.advance(100);
    expect(runs).toHaveLength(1);
    queue.forget('a');
    runs[0]?.finish({ kind: 'retry' });
    await clock.advance(100);
    expect(runs[1]?.at).toBe(200);
  });

  it('stops: aborts the signal, waits for work, takes nothing more, leaves no timer', async () => {
    let seen: AbortSignal | undefined;
    let finish: ((outcome: Outcome) => void) | undefined;
    const { queue, clock } = setup({
      work: (_key, { signal }) => {
        seen = signal;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    queue.start();
    queue.add('a');
    queue.addAfter('b', 1000);
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    await clock.advance(0);
    expect(seen?.aborted).toBe(true);
    expect(stopped).toBe(false);
    finish?.({ kind: 'after', ms: 10 });
    await stopping;
    queue.add('c');
    expect(queue.stats).toMatchObject({ queued: 0, active: 0, delayed: 0 });
    expect(clock.pending()).toBe(0);
    await queue.stop();
  });

  it('tells its observer how long keys waited, and survives an observer that throws', async () => {
    const seen: unknown[] = [];
    const { queue, runs, clock } = setup({
      concurrency: 1,
      onDone(key, outcome, timing) {
        seen.push([key, outcome.kind, timing]);
        throw new Error('observer');
      },
    });
    queue.start();
    queue.add('a');
    queue.add('b');
    await clock.advance(30);
    runs[0]?.finish(done);
    await clock.advance(20);
    runs[1]?.finish(done);
    await clock.advance(0);
    expect(seen).toEqual([
      ['a', 'done', { waitedMs: 0, workedMs: 30 }],
      ['b', 'done', { waitedMs: 30, workedMs: 20 }],
    ]);
  });

  it('works through many keys and lets others run meanwhile', async () => {
    let count = 0;
    let turns = 0;
    const queue = createQueue({
      name: 'many',
      concurrency: 8,
      work: () => {
        count += 1;
        return Promise.resolve(done);
      },
    });
    for (let i = 0; i < 20_000; i += 1) queue.add(`k${i}`);
    queue.start();
    while (count < 20_000) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(turns).toBeGreaterThan(50);
    await queue.stop();
  });
});
