import { describe, expect, it } from 'vitest';
import { canonicalJson, createDigester, isSameJson } from './digest.ts';

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: [2, { d: 3, c: 4 }] }, '{"a":[2,{"c":4,"d":3}],"b":1}', 'keys in order, at every depth'],
    [{ a: undefined, b: null }, '{"b":null}', 'undefined is absent, null is not'],
    [[undefined, null], '[null,null]', 'JSON knows no undefined in a list'],
    [{ 'a"b': '\n' }, '{"a\\"b":"\\n"}', 'escaped'],
    ['a\\b\u2028\ud800', JSON.stringify('a\\b\u2028\ud800'), 'whatever JSON escapes'],
    [undefined, 'null', 'nothing'],
    ['', '""', 'empty text'],
    [1.5, '1.5', 'a number'],
    [{ é: 1, z: 2 }, '{"z":2,"é":1}', 'code-unit order, not that of a language'],
  ])('%j -> %s: %s', (value, expected, _reason) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  it.each([
    [{ a: 1 }, { a: '1' }, 'a number is no text'],
    [{ a: null }, {}, 'null is something'],
    [[1, 2], [2, 1], 'lists have an order'],
    [{ a: {} }, { a: [] }, 'a map is no list'],
  ])('%j is not %j: %s', (a, b, _reason) => {
    expect(canonicalJson(a)).not.toBe(canonicalJson(b));
  });
});

describe('isSameJson', () => {
  const values = [
    undefined,
    null,
    '',
    'a',
    0,
    1,
    '1',
    true,
    {},
    [],
    [1, 2],
    [2, 1],
    [null],
    [undefined],
    { a: 1 },
    { a: undefined },
    { a: null },
    { a: 1, b: [{ c: 2, d: 3 }] },
    { b: [{ d: 3, c: 2 }], a: 1 },
    { a: 1, b: [{ c: 2, d: 4 }] },
    { 0: 1 },
    [1],
  ];
  it.each(values.map((value) => [value]))('of %j with any other is as their canonical JSON says', (value) => {
    const text = canonicalJson(value);
    for (const other of values)
      expect(isSameJson(value, other), canonicalJson(other)).toBe(text === canonicalJson(other));
  });
});

describe('createDigester', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret' };
  const config = { apiVersion: 'v1', kind: 'ConfigMap' };
  const [one, two] = [createDigester('key one'), createDigester('key two')];

  it('is short and the same for equal values', () => {
    expect(one.digest({ a: 1, b: 2 }, config)).toMatch(/^[\w-]{22}$/);
    expect(one.digest({ a: 1, b: 2 }, config)).toBe(one.digest({ b: 2, a: 1 }, config));
    expect(one.digest({ a: 1 }, config)).not.toBe(one.digest({ a: 2 }, config));
  });

  it.each([
    [secret, false, 'those of Secrets depend on the key: without it nobody can try out guesses'],
    [config, true, 'all others do not'],
    [{ apiVersion: 'example.com/v1', kind: 'Secret' }, true, 'a Secret of another group is another kind'],
  ])('%j is the same under another key: %s (%s)', (kind, expected) => {
    expect(one.digest('x', kind) === two.digest('x', kind)).toBe(expected);
  });
});
