import { describe, expect, it } from 'vitest';
import {
  ANYS,
  anyMap,
  anys,
  byteLength,
  byteSlice,
  compareStrings,
  deepEqual,
  fromBytes,
  fromJs,
  type GoMap,
  hasStrayBytes,
  Int,
  int64,
  isTrue,
  MAP_STRING,
  mapOf,
  mapValue,
  nilMap,
  nilSlice,
  normalize,
  runeCount,
  STRING,
  sliceOf,
  strings,
  toBytes,
  toJs,
  toWellFormed,
  typeOf,
  UINT8,
  uint8,
  type Value,
  wrapInteger,
  zeroOf,
} from './index.ts';

describe('byte strings', () => {
  it.each([
    { bytes: [0x68, 0xc3, 0xa9], text: 'hé' },
    { bytes: [0xc3], text: '\udcc3' },
    { bytes: [0xc3, 0x28], text: '\udcc3(' },
    { bytes: [0xff, 0xfe], text: '\udcff\udcfe' },
    { bytes: [0xe2, 0x82], text: '\udce2\udc82' },
    { bytes: [0xf0, 0x9f, 0x98, 0x80], text: '😀' },
    { bytes: [0xf0, 0x9f, 0x98], text: '\udcf0\udc9f\udc98' },
    { bytes: [0xc0, 0x80], text: '\udcc0\udc80' },
    { bytes: [0xed, 0xa0, 0x80], text: '\udced\udca0\udc80' },
    { bytes: [0xf4, 0x90, 0x80, 0x80], text: '\udcf4\udc90\udc80\udc80' },
    { bytes: [0xef, 0xbf, 0xbd, 0xff], text: '\ufffd\udcff' },
  ])('$bytes', ({ bytes, text }) => {
    expect(fromBytes(Uint8Array.from(bytes))).toBe(text);
    expect([...toBytes(text)]).toEqual(bytes);
    expect(byteLength(text)).toBe(bytes.length);
  });

  it('cut by bytes, join again and end well-formed', () => {
    expect(byteSlice('hé', 0, 2)).toBe('h\udcc3');
    expect(normalize(`${byteSlice('hé', 0, 2)}${byteSlice('hé', 2, 3)}`)).toBe('hé');
    expect(toWellFormed('a\udcc3\udca9\udcff\udcfe😀')).toBe('aé\ufffd\ufffd😀');
    expect(hasStrayBytes('😀')).toBe(false);
    expect(runeCount('😀é\udcff')).toBe(3);
  });

  it('are ordered by bytes, which is not the order of UTF-16', () => {
    const sorted = ['9', '10', 'a', 'B', '', '\uffee', '😀', '\udcff', 'é'].sort(compareStrings);
    expect(sorted).toEqual(['', '10', '9', 'B', 'a', 'é', '\uffee', '😀', '\udcff']);
  });
});

describe('types', () => {
  it('are the same object when they are the same type', () => {
    expect(sliceOf(sliceOf(STRING))).toBe(sliceOf(sliceOf(STRING)));
    expect(mapOf(ANYS).name).toBe('map[string][]interface {}');
  });

  it.each<{ value: Value; name: string | undefined }>([
    { value: 1, name: 'float64' },
    { value: 1n, name: 'int' },
    { value: '', name: 'string' },
    { value: true, name: 'bool' },
    { value: int64(1n), name: 'int64' },
    { value: strings([]), name: '[]string' },
    { value: anyMap(), name: 'map[string]interface {}' },
    { value: null, name: undefined },
    { value: undefined, name: undefined },
  ])('$name', ({ value, name }) => {
    expect(typeOf(value)?.name).toBe(name);
  });

  it('integers wrap around at their width', () => {
    expect(int64(1n << 63n).value).toBe(-(1n << 63n));
    expect(uint8(257).value).toBe(1n);
    expect(wrapInteger('int8', 200n)).toBe(-56n);
    expect(wrapInteger('uint16', -1n)).toBe(65535n);
  });

  it('have zero values', () => {
    expect(zeroOf(STRING)).toBe('');
    expect(zeroOf(UINT8)).toEqual(new Int(UINT8, 0n));
    expect(zeroOf(MAP_STRING)).toMatchObject({ isNil: true });
  });
});

describe('maps', () => {
  it('read through to plain data, convert once, and keep what was set', () => {
    const data = { a: 'x', list: [1] };
    const map = fromJs(data) as GoMap;
    expect(map.get('a')).toBe('x');
    expect(map.get('list')).toBe(map.get('list'));
    map.set('a', 'y');
    map.delete('list');
    expect([map.get('a'), map.has('list'), map.size, data.a]).toEqual(['y', false, 1, 'x']);
  });

  it('do not see what an object inherits', () => {
    const map = fromJs({}) as GoMap;
    expect([map.get('toString'), map.has('constructor'), map.get('__proto__')]).toEqual([
      undefined,
      false,
      undefined,
    ]);
  });

  it('that are nil can be read but not written', () => {
    const map = nilMap(MAP_STRING);
    expect(map.get('a')).toBeUndefined();
    expect(() => map.set('a', '')).toThrow('assignment to entry in nil map');
  });
});

describe('truth and equality', () => {
  it.each<{ value: Value; want: boolean }>([
    { value: 0, want: false },
    { value: -0, want: false },
    { value: Number.NaN, want: true },
    { value: 0n, want: false },
    { value: '0', want: true },
    { value: anys([]), want: false },
    { value: anys([0]), want: true },
    { value: anyMap(), want: false },
    { value: int64(0n), want: false },
    { value: null, want: false },
  ])('$value is $want', ({ value, want }) => {
    expect(isTrue(value)).toBe(want);
  });

  it.each<{ a: Value; b: Value; want: boolean }>([
    { a: 1n, b: 1, want: false },
    { a: anys(['a']), b: strings(['a']), want: false },
    { a: anys([1, anys([null])]), b: anys([1, anys([null])]), want: true },
    { a: nilSlice(ANYS), b: anys([]), want: false },
    { a: Number.NaN, b: Number.NaN, want: false },
    { a: int64(1n), b: int64(1n), want: true },
    { a: int64(1n), b: 1n, want: false },
    { a: fromJs({ a: { b: [1] } }), b: anyMap([['a', anyMap([['b', anys([1])]])]]), want: true },
    { a: anyMap([['a', null]]), b: anyMap([['b', null]]), want: false },
    { a: mapValue(MAP_STRING, [['a', 'b']]), b: anyMap([['a', 'b']]), want: false },
    { a: null, b: null, want: true },
  ])('deepEqual $a $b', ({ a, b, want }) => {
    expect(deepEqual(a, b)).toBe(want);
  });

  it('deepEqual gives up on lists that double', () => {
    const doubled = () => Array.from({ length: 40 }).reduce<Value>((list) => anys([list, list]), 1);
    expect(() => deepEqual(doubled(), doubled())).toThrow(RangeError);
  });
});

describe('toJs', () => {
  it('gives plain data back', () => {
    const data = { a: [1, 'x', null, true], b: { c: 2 } };
    expect(JSON.stringify(toJs(fromJs(data)))).toBe(JSON.stringify(data));
    expect(toJs(int64(5n))).toBe(5n);
    expect(Object.getPrototypeOf(toJs(fromJs({})))).toBeNull();
  });
});
