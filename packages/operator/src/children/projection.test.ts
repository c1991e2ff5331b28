import type { KubeObject, ManagedFieldsEntry } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './digest.ts';
import { ownedJson } from './projection.ts';

const manager = 'tenant-operator';

function object(fieldsV1: object, content: object, more: Partial<ManagedFieldsEntry> = {}): KubeObject {
  const entry = { manager, operation: 'Apply', fieldsV1: fieldsV1 as Record<string, unknown>, ...more };
  return { apiVersion: 'v1', kind: 'X', metadata: { name: 'x', managedFields: [entry] }, ...content };
}

const one = (fields: object, content: object) => {
  const [part] = JSON.parse(ownedJson(object(fields, content), manager) ?? '[]') as unknown[];
  return part;
};

const port = 'k:{"port":80,"protocol":"TCP"}';

describe('ownedJson', () => {
  it.each<[object, object, unknown, string]>([
    [{ 'f:data': { 'f:a': {} } }, { data: { a: '1', b: '2' } }, { data: { a: '1' } }, 'only what is owned'],
    [{ 'f:data': { 'f:a': {} } }, { data: {} }, { data: { a: null } }, 'an owned field that is gone'],
    [{ 'f:data': { 'f:a': {} } }, {}, { data: null }, 'and its parent too'],
    [
      { 'f:spec': { 'f:replicas': {} } },
      { spec: { replicas: 0 } },
      { spec: { replicas: 0 } },
      'zero is a value',
    ],
    [
      { 'f:spec': {} },
      { spec: { a: { b: 1 } } },
      { spec: { a: { b: 1 } } },
      'an atomic field is owned as a whole',
    ],
    [
      { 'f:ports': { [port]: { '.': {}, 'f:port': {}, 'f:name': {} } } },
      {
        ports: [
          { port: 81, protocol: 'TCP' },
          { port: 80, protocol: 'TCP', name: 'web', nodePort: 30_000 },
        ],
      },
      { ports: { [port]: { port: 80, name: 'web' } } },
      'the element of a list is found by its keys, wherever it stands; what others added is not ours',
    ],
    [
      { 'f:ports': { [port]: { '.': {}, 'f:port': {} } } },
      { ports: [{ port: 80, protocol: 'UDP' }] },
      { ports: { [port]: null } },
      'all keys count',
    ],
    [
      { 'f:finalizers': { 'v:"a"': {}, 'v:"b"': {} } },
      { finalizers: ['x', 'b'] },
      { finalizers: { 'v:"a"': null, 'v:"b"': 'b' } },
      'the members of a set',
    ],
    [{ 'f:a': { '.': {} } }, { a: { b: 1 } }, { a: {} }, 'only that it is there'],
    [{ 'f:a': { '.': {} } }, { a: null }, { a: null }, 'or that it is not'],
    [
      { 'f:a': { '.': {}, 'f:b': {} } },
      { a: { b: 1, c: 2 } },
      { a: { b: 1 } },
      'a parent that is owned as well',
    ],
    [{ 'f:a': { 'f:b': {} } }, { a: 'text' }, { a: { b: null } }, 'a field of another shape than before'],
    [
      { 'f:a': { 'f:toString': {} } },
      { a: {} },
      { a: { toString: null } },
      'a name that objects know by themselves',
    ],
  ])('%j of %j -> %j: %s', (fields, content, expected) => {
    expect(one(fields, content)).toEqual(expected);
    // Digests of it are stored: any other order or spelling would have every object applied anew.
    expect(ownedJson(object(fields, content), manager)).toBe(canonicalJson([expected]));
  });

  it('sees a change of a key that is named __proto__', () => {
    const project = (text: string) =>
      JSON.stringify(
        one({ 'f:data': { 'f:__proto__': {} } }, { data: JSON.parse(`{"__proto__":"${text}"}`) as object }),
      );
    expect(project('a')).not.toBe(project('b'));
  });

  it.each<[Partial<ManagedFieldsEntry>, string]>([
    [{ manager: 'kubectl' }, 'the fields of somebody else'],
    [{ subresource: 'status' }, 'what was written to a subresource'],
  ])('%j is not ours: %s', (more) => {
    expect(ownedJson(object({ 'f:a': {} }, { a: 1 }, more), manager)).toBeUndefined();
  });

  it('is undefined for an object without a record of managers', () => {
    expect(ownedJson({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } }, manager)).toBeUndefined();
  });

  it('does not depend on the order of the entries', () => {
    const apply = { manager, operation: 'Apply', fieldsV1: { 'f:a': {} } };
    const update = { manager, operation: 'Update', fieldsV1: { 'f:b': {} } };
    const project = (managedFields: ManagedFieldsEntry[]) =>
      ownedJson({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x', managedFields }, a: 1, b: 2 }, manager);
    expect(project([apply, update])).toBe('[{"a":1},{"b":2}]');
    expect(project([update, apply])).toBe('[{"a":1},{"b":2}]');
  });
});
