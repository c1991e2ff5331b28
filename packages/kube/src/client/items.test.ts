import { describe, expect, it } from 'vitest';
import { readList } from './items.ts';

function read(text: string): unknown {
  const list = readList(Buffer.from(text)) as { items?: unknown };
  const { items } = list;
  const isLazy = typeof items === 'object' && items !== null && Symbol.iterator in items;
  return isLazy ? { ...list, items: [...(items as Iterable<unknown>)] } : list;
}

const strange = {
  text: 'a "quoted" } ] , \\ and \\" a \u2028 line, 日本 and 💥',
  '{"items":[': [[], {}, [[{ items: [1, { a: null }] }]]],
  items: { items: [] },
  number: -1.5e-7,
};

describe('readList', () => {
  it.each([
    [
      'as a typed list comes',
      { kind: 'PodList', metadata: { resourceVersion: '7' }, items: [{ a: 1 }, strange] },
    ],
    [
      'with the items first, as custom resources come',
      { items: [strange, { b: [] }], metadata: { continue: 'x' } },
    ],
    ['with one item', { items: [strange] }],
    ['without items', { metadata: {} }],
    ['with an empty list', { items: [], metadata: {} }],
    ['with null in the place of the list', { items: null, metadata: {} }],
    ['with items that are no list', { items: { a: 1 }, metadata: {} }],
    ['with items that are no objects', { items: [1, 'a', { b: 2 }, [3]], metadata: {} }],
    [
      'with another list of that name deeper down',
      { metadata: { items: [1] }, status: [{ items: [2] }], items: [{}] },
    ],
    ['with a value of that name', { kind: 'items', items: [{ items: 'items' }] }],
  ])('gives what JSON.parse gives, %s', (_what, list) => {
    expect(read(JSON.stringify(list))).toEqual(list);
    expect(read(JSON.stringify(list, undefined, 2))).toEqual(list);
  });

  it('gives the items as often as they are asked for', () => {
    const { items } = readList(Buffer.from('{"items":[{"a":1},{"a":2}]}')) as { items: Iterable<unknown> };
    expect([[...items], [...items]]).toEqual([
      [{ a: 1 }, { a: 2 }],
      [{ a: 1 }, { a: 2 }],
    ]);
  });

  it('keeps the last of two lists, as JSON.parse does, or says what it is', () => {
    expect(read('{"a":{"items":[{}]},"items":[{"a":1}]}')).toEqual({ a: { items: [{}] }, items: [{ a: 1 }] });
    expect(read('[1,2]')).toEqual([1, 2]);
  });

  it.each([
    '',
    '{',
    '{"items":',
    '{"items":[',
    '{"items":[{"a":1}',
    '{"items":[{"a":1}]',
    '{"items":[{"a":"',
    '{"items":[{"a":1}}',
    '{"items":[{"a":1}]}]',
    '{"items":[{]}',
    '{"items":[{"a":1},,{"a":2}]',
  ])('refuses what is no JSON: %s', (text) => {
    expect(() => read(text)).toThrow(SyntaxError);
  });
});
