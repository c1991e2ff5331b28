import { createFakeClock } from '@tenant-operator/kube';
import { expect, it } from 'vitest';
import { createLimiter } from './limit.ts';

it('starts as many as a second allows, then one after the other', async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ perSecond: 5, concurrency: 100, clock });
  let started = 0;
  const start = async () => {
    started += 1;
  };
  for (let count = 0; count < 12; count++) void limiter.run(start);
  await clock.advance(0);
  expect(started).toBe(5);
  await clock.advance(410);
  expect(started).toBe(7);
  await clock.advance(1000);
  expect(started).toBe(12);
  expect(clock.pending()).toBe(0);
});

it('runs no more at once than it may', async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ perSecond: 100, concurrency: 2, clock });
  const finish: (() => void)[] = [];
  for (let count = 0; count < 3; count++)
    void limiter.run(() => new Promise<void>((resolve) => finish.push(resolve)));
  await clock.advance(0);
  expect(finish.length).toBe(2);
  finish[0]!();
  await clock.advance(0);
  expect(finish.length).toBe(3);
});

it('lets go of what is aborted while it waits', async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ perSecond: 1, concurrency: 1, clock });
  await limiter.run(async () => {});
  const controller = new AbortController();
  const waiting = limiter.run(async () => 'never', controller.signal);
  controller.abort(new Error('stopping'));
  await expect(waiting).rejects.toThrow('stopping');
  const next = limiter.run(async () => 'next');
  await clock.advance(1000);
  expect(await next).toBe('next');
});
