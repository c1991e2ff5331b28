import { describe, expect, it } from 'vitest';
import { ownerOf } from './index.ts';

const keys = Array.from({ length: 10_000 }, (_, index) => `default/c${String(index).padStart(5, '0')}-web`);
const owners = (shards: readonly number[]) => keys.map((key) => ownerOf(key, shards));

describe('ownerOf', () => {
  it('has no owner among none, and the only one among one', () => {
    expect(ownerOf('default/a', [])).toBeUndefined();
    expect(ownerOf('default/a', [7])).toBe(7);
  });

  it('does not depend on the order of the shards', () => {
    expect(owners([2, 0, 1])).toEqual(owners([0, 1, 2]));
  });

  it.each([2, 3, 5, 8])('gives each of %d shards its part, within a tenth', (count) => {
    const shards = Array.from({ length: count }, (_, shard) => shard);
    const found = owners(shards);
    for (const shard of shards) {
      const part = found.filter((owner) => owner === shard).length;
      expect(Math.abs(part / (keys.length / count) - 1)).toBeLessThan(0.1);
    }
  });

  it.each([
    { from: [0, 1, 2], to: [0, 1], reason: 'the tenants of a shard that goes are all that move' },
    { from: [0, 1], to: [0, 1, 2], reason: 'a shard that comes is all that anything moves to' },
  ])('$reason', ({ from, to }) => {
    const [before, after] = [owners(from), owners(to)];
    const moved = keys.map((_, i) => [before[i], after[i]]).filter(([a, b]) => a !== b);
    expect(moved.length).toBeGreaterThan(keys.length / 4);
    expect(moved.every(([a, b]) => a === 2 || b === 2)).toBe(true);
  });
});
