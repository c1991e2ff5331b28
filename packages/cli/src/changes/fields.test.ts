import type { KubeObject } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { diffObjects, type FieldChange } from './fields.ts';

const object = (rest: Record<string, unknown>, metadata: Record<string, unknown> = {}, kind = 'ConfigMap') =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'x', ...metadata }, ...rest }) as KubeObject;

describe('diffObjects', () => {
  it.each<[KubeObject, KubeObject, FieldChange[], string]>([
    [object({ data: { a: '1' } }), object({ data: { a: '1' } }), [], 'equal'],
    [
      object({ data: { a: '1', b: '2' } }),
      object({ data: { b: '3', c: '4' } }),
      [
        { path: 'data.a', before: '1' },
        { path: 'data.b', before: '2', after: '3' },
        { path: 'data.c', after: '4' },
      ],
      'gone, other and new',
    ],
    [
      object({
        spec: {
          containers: [
            { name: 'web', image: 'a' },
            { name: 'log', image: 'l' },
          ],
        },
      }),
      object({
        spec: {
          containers: [
            { name: 'log', image: 'l' },
            { name: 'web', image: 'b' },
          ],
        },
      }),
      [{ path: 'spec.containers[web].image', before: 'a', after: 'b' }],
      'elements are known by their names, in any order',
    ],
    [
      object({ spec: { args: ['a', 'b'] } }),
      object({ spec: { args: ['a', 'c', 'd'] } }),
      [
        { path: 'spec.args[1]', before: 'b', after: 'c' },
        { path: 'spec.args[2]', after: 'd' },
      ],
      'plain elements by their place',
    ],
    [
      object({ spec: { rules: [{ host: 'a' }, { host: 'a' }] } }),
      object({ spec: { rules: [{ host: 'a' }] } }),
      [{ path: 'spec.rules', before: [{ host: 'a' }, { host: 'a' }], after: [{ host: 'a' }] }],
      'a name twice is no name',
    ],
    [
      object({}, { annotations: { 'a.b/c': '1', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }),
      object({}, { annotations: { 'a.b/c': '2' } }),
      [{ path: 'metadata.annotations["a.b/c"]', before: '1', after: '2' }],
      'what kubectl notes for itself is left out',
    ],
    [
      object({ status: { x: 1 } }, { uid: '1', resourceVersion: '1', generation: 1, managedFields: [] }),
      object({}, { uid: '2', resourceVersion: '2', generation: 2 }),
      [],
      'status and bookkeeping',
    ],
    [
      object({ data: { a: 'c2VjcmV0', b: 'eA==' }, type: 'Opaque' }, {}, 'Secret'),
      object({ data: { a: 'b3RoZXI=' }, type: 'x' }, {}, 'Secret'),
      [
        { path: 'data.a', before: '(secret)', after: '(secret)' },
        { path: 'data.b', before: '(secret)' },
        { path: 'type', before: 'Opaque', after: 'x' },
      ],
      'values of Secrets stay hidden',
    ],
    [
      object({ spec: 'a' }),
      object({ spec: { a: 1 } }),
      [{ path: 'spec', before: 'a', after: { a: 1 } }],
      'another type',
    ],
  ])('%#: %4$s', (before, after, changes) => {
    expect(diffObjects(before, after)).toEqual(changes);
  });
});
