import { describe, expect, it } from 'vitest';
import { ownerOf } from './owner.ts';
import {
  formatView,
  freeShards,
  isClaimed,
  isExpired,
  liveShards,
  parseView,
  type SeenShard,
  undivided,
} from './view.ts';

const seen = (shard: number, more: Partial<SeenShard> = {}): SeenShard => ({
  shard,
  holder: `process-${shard}`,
  view: [0, 1, 2],
  unchangedMs: 0,
  durationMs: 15_000,
  ...more,
});

describe('parseView', () => {
  it.each([
    { text: undefined, view: [], reason: 'a Lease without it' },
    { text: '', view: [], reason: 'nobody claims anything' },
    { text: '2,0,1', view: [0, 1, 2], reason: 'in order' },
    { text: '1,1,x,-3, 2,99999', view: [1], reason: 'what is no number of a shard is left out' },
    { text: 'all', view: 'all', reason: 'shared with nobody' },
  ])('$text: $reason', ({ text, view }) => {
    expect(parseView(text)).toEqual(view);
    expect(parseView(formatView(parseView(text)))).toEqual(view);
  });
});

describe('isExpired', () => {
  it.each([
    { shard: seen(1, { unchangedMs: 14_999 }), is: false, reason: 'it may still be renewed' },
    { shard: seen(1, { unchangedMs: 15_000 }), is: true, reason: 'silent for its whole duration' },
    { shard: seen(1, { unchangedMs: 900, durationMs: 0 }), is: false, reason: 'a duration that is none' },
    { shard: seen(1, { holder: '', unchangedMs: 99_999 }), is: false, reason: 'nobody to take it from' },
  ])('$is: $reason', ({ shard, is }) => expect(isExpired(shard)).toBe(is));
});

describe('liveShards', () => {
  const table: { others: SeenShard[]; live: number[]; reason: string }[] = [
    { others: [], live: [1], reason: 'this process alone' },
    { others: [seen(2), seen(0)], live: [0, 1, 2], reason: 'those that are held, in order' },
    { others: [seen(1, { holder: 'me' })], live: [1], reason: 'its own counts once' },
    {
      others: [seen(2, { holder: '', unchangedMs: 5_000 })],
      live: [1, 2],
      reason: 'handed back a moment ago: somebody is about to take it',
    },
    {
      others: [seen(2, { holder: '', unchangedMs: 6_000 })],
      live: [1],
      reason: 'handed back, and nobody came',
    },
    { others: [seen(2, { holder: '', view: [] })], live: [1], reason: 'taken from a dead holder' },
    {
      others: [seen(undivided, { view: 'all' })],
      live: [1],
      reason: 'who works on all tenants holds no shard',
    },
    {
      others: [seen(2, { unchangedMs: 60_000 })],
      live: [1, 2],
      reason: 'silent, but not taken from its holder: it may still write',
    },
  ];
  it.each(table)('$live: $reason', ({ others, live }) => {
    expect(liveShards(others, 1, 6_000)).toEqual(live);
  });
});

describe('freeShards', () => {
  it('are those of the count that nobody holds', () => {
    expect(freeShards([seen(0), seen(2, { holder: '' }), seen(7)], 4)).toEqual([1, 2, 3]);
  });
});

describe('isClaimed', () => {
  const key = 'default/a';
  const owner = ownerOf(key, [0, 1, 2]) ?? 0;
  const other = (owner + 1) % 3;
  it.each([
    { others: [], is: false, reason: 'nobody else is there' },
    { others: [seen(owner)], is: true, reason: 'its owner by its own view' },
    { others: [seen(other)], is: false, reason: 'another one that leaves it to its owner' },
    { others: [seen(other, { view: [other] })], is: true, reason: 'another one that knows of nobody else' },
    { others: [seen(owner, { view: [] })], is: false, reason: 'an owner that has not begun' },
    { others: [seen(undivided, { view: 'all' as const })], is: true, reason: 'who works on all' },
  ])('$is: $reason', ({ others, is }) => expect(isClaimed(key, others)).toBe(is));
});
