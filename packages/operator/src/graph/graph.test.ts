import { describe, expect, it } from 'vitest';
import { describeGraphProblem, type GraphNode, orderGraph } from './index.ts';

/** `a>b,c` is item a, which depends on b and c. */
function nodes(text: string): GraphNode[] {
  return text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => {
      const [id = '', on = ''] = part.split('>');
      return { id, dependIds: on === '' ? [] : on.split(',') };
    });
}

describe('orderGraph: waves', () => {
  it.each([
    ['', [], 'a template without items'],
    ['a', [['a']], 'one item'],
    ['b a c', [['b', 'a', 'c']], "independent items keep the author's order"],
    ['a>b b', [['b'], ['a']], 'a dependency comes first, wherever it stands'],
    ['d>b,c b>a c>a a', [['a'], ['b', 'c'], ['d']], 'a diamond'],
    ['c>a,b b>a a', [['a'], ['b'], ['c']], 'an item waits for the deepest of its dependencies'],
    ['a>b,b b', [['b'], ['a']], 'a dependency that is named twice counts once'],
    [
      'z>y y x w>x',
      [
        ['y', 'x'],
        ['z', 'w'],
      ],
      'two chains, each wave in the given order',
    ],
    ['toString constructor>toString', [['toString'], ['constructor']], 'ids that objects know by themselves'],
  ])('%s -> %j: %s', (text, waves) => {
    expect(orderGraph(nodes(text))).toEqual({ ok: true, waves });
  });

  it('gives the same order each time, and puts nobody before a dependency', () => {
    const graph = nodes('e>d d>b,c c>a b>a a f g>f h>g,e');
    const first = orderGraph(graph);
    expect(orderGraph(graph)).toEqual(first);
    const place = new Map(first.ok ? first.waves.flatMap((ids, wave) => ids.map((id) => [id, wave])) : []);
    for (const { id, dependIds } of graph) {
      for (const dependId of dependIds) expect(place.get(dependId)).toBeLessThan(place.get(id) ?? 0);
    }
  });

  it('orders a long chain', () => {
    const chain = Array.from({ length: 300 }, (_, i) => ({
      id: `i${i}`,
      dependIds: i === 0 ? [] : [`i${i - 1}`],
    }));
    expect(orderGraph(chain.reverse())).toMatchObject({ ok: true, waves: { length: 300 } });
  });
});

describe('orderGraph: problems', () => {
  it.each([
    ['a b a', 'id "a" is used by two items: every id must be unique in the whole template', 'a duplicate'],
    ['a b>x', 'item "b" depends on "x", which no item has as its id', 'an unknown dependency'],
    ['a>a', 'items depend on each other in a circle: a -> a', 'an item that waits for itself'],
    ['a>b b>a', 'items depend on each other in a circle: a -> b -> a', 'two that wait for each other'],
    [
      'x>b a b>c c>d d>b',
      'items depend on each other in a circle: b -> c -> d -> b',
      'only the circle is named, not the items that wait for it',
    ],
    [
      'a>b b>a,x',
      'item "b" depends on "x", which no item has as its id',
      'an unknown id is told before a circle',
    ],
  ])('%s -> %s: %s', (text, sentence) => {
    const graph = orderGraph(nodes(text));
    expect(graph.ok ? 'in order' : describeGraphProblem(graph.problem)).toBe(sentence);
  });
});
