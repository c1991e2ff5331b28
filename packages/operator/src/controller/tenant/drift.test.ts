import { createFakeClock } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { createDriftLimiter } from './drift.ts';

describe('createDriftLimiter', () => {
  it('answers the first corrections at once and the later ones ever more slowly', async () => {
    const clock = createFakeClock();
    const limiter = createDriftLimiter(clock);
    expect([1, 2, 3, 4, 5].map(() => limiter.take('a'))).toEqual([0, 0, 0, 0, 0]);
    expect(limiter.take('a')).toBe(1_000);
    expect(limiter.take('b')).toBe(0);
    await clock.advance(1_000);
    expect(limiter.take('a')).toBe(0);
    expect(limiter.take('a')).toBe(2_000);
  });

  it('forgets after a calm time', async () => {
    const clock = createFakeClock();
    const limiter = createDriftLimiter(clock);
    for (let i = 0; i < 6; i++) limiter.take('a');
    await clock.advance(601_000);
    expect(limiter.take('a')).toBe(0);
    expect(limiter.take('a')).toBe(0);
  });
});
