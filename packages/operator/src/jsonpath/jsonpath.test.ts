import { describe, expect, it } from 'vitest';
import { type FieldPath, parseFieldPath, withLiveFields, withoutFields } from './index.ts';

function path(text: string): FieldPath {
  const parsed = parseFieldPath(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.path;
}

describe('parseFieldPath', () => {
  it.each([
    ['$.spec.replicas', ['spec', 'replicas'], 'with a root'],
    ['.spec.replicas', ['spec', 'replicas'], 'without a root'],
    ['spec.replicas', ['spec', 'replicas'], 'without a dot'],
    ['{.spec.replicas}', ['spec', 'replicas'], 'in braces, as kubectl prints them'],
    ['$.metadata.annotations["a.b/c"]', ['metadata', 'annotations', 'a.b/c'], 'a quoted key'],
    ["$['spec']['x']", ['spec', 'x'], 'single quotes'],
    ['.data.a\\.b', ['data', 'a.b'], 'an escaped dot'],
    ['.spec.containers[*].image', ['spec', 'containers', '*', 'image'], 'all elements'],
    ['.spec.ports[0].port', ['spec', 'ports', 0, 'port'], 'one element'],
  ])('%s: %j', (text, expected) => {
    const simple = path(text).map((s) => (s.kind === 'field' ? s.name : s.kind === 'index' ? s.index : '*'));
    expect(simple).toEqual(expected);
  });

  it.each([
    ['', 'names no field'],
    ['$', 'names no field'],
    ['$..replicas', 'recursive descent'],
    ['.spec[?(@.a==1)]', 'filters'],
    ['.spec[', 'expected at character 6'],
    ['.spec[-1]', 'expected at character 6'],
    ['.a b', 'expected at character 3'],
  ])('refuses %j: %s', (text, message) => {
    expect(parseFieldPath(text)).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });
});

const pods = (...images: [string, string][]) => ({
  containers: images.map(([name, image]) => ({ name, image })),
});

describe('withoutFields', () => {
  it.each([
    [{ a: 1, b: 2 }, ['.a'], { b: 2 }, 'a field'],
    [{ a: { b: 1, c: 2 } }, ['.a.b', '.a.x'], { a: { c: 2 } }, 'nested, and one that is not there'],
    [
      pods(['x', '1'], ['y', '2']),
      ['.containers[*].image'],
      { containers: [{ name: 'x' }, { name: 'y' }] },
      'all',
    ],
    [
      pods(['x', '1'], ['y', '2']),
      ['.containers[1].image'],
      { containers: [{ name: 'x', image: '1' }, { name: 'y' }] },
      'one',
    ],
    ['text', ['.a'], 'text', 'no object'],
  ])('%j without %j', (value, paths, expected, _reason) => {
    expect(withoutFields(value, paths.map(path))).toEqual(expected);
  });
});

describe('withLiveFields', () => {
  it.each([
    [{ replicas: 2 }, { replicas: 7 }, ['.replicas'], { replicas: 7 }, 'what the autoscaler says stays'],
    [{ replicas: 2 }, {}, ['.replicas'], {}, 'what somebody took away stays away'],
    [
      pods(['x', '1'], ['y', '2']),
      pods(['y', '9'], ['z', '8'], ['x', '7']),
      ['.containers[*].image'],
      pods(['x', '7'], ['y', '9']),
      'each container keeps its own, by name',
    ],
    [
      pods(['new', '1']),
      pods(['old', '9']),
      ['.containers[*].image'],
      pods(['new', '1']),
      'a new container starts as written',
    ],
  ])('%j with %j', (value, live, paths, expected, _reason) => {
    expect(withLiveFields(value, live, paths.map(path))).toEqual(expected);
  });
});
