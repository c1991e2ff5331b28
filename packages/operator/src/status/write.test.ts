import { describe, expect, it } from 'vitest';
import { changedFields } from './write.ts';

/** JSON merge patch as the server does it (RFC 7396). */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merge(result[name], value);
  }
  return result;
}

describe('changedFields', () => {
  it.each<[object | undefined, object, object | undefined, string]>([
    [undefined, {}, undefined, 'nothing at all'],
    [undefined, { a: 1 }, { a: 1 }, 'the first status'],
    [{ a: 1 }, { a: 1 }, undefined, 'the same'],
    [
      { a: { b: 1, c: [{ d: 1, e: 2 }] } },
      { a: { c: [{ e: 2, d: 1 }], b: 1 } },
      undefined,
      'the order of keys is no news',
    ],
    [{ a: 1 }, { a: 1, b: undefined }, undefined, 'undefined is absent'],
    [{ a: 1, b: 2 }, { a: 1, b: 3 }, { b: 3 }, 'only what changed'],
    [{ a: 1, b: 2 }, { a: 1 }, { b: null }, 'what is gone'],
    [{ a: 1, b: 2 }, { a: 1, b: undefined }, { b: null }, 'also when it is undefined'],
    [{ a: [1, 2] }, { a: [2] }, { a: [2] }, 'lists are replaced'],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }, { a: { c: null } }, 'what is gone inside an object'],
    [{ a: { b: { c: 1, d: 2 } } }, { a: { b: { d: 3 } } }, { a: { b: { c: null, d: 3 } } }, 'at every depth'],
    [{ a: {} }, { a: [] }, { a: [] }, 'another shape'],
    [{ a: null }, { a: {} }, { a: {} }, 'an object where nothing was'],
  ])('%j -> %j is %j: %s', (previous, next, expected) => {
    expect(changedFields(previous as Record<string, unknown>, next as Record<string, unknown>)).toEqual(
      expected,
    );
  });

  it.each([
    [{ phase: 'Failed', message: 'm', startTime: 't' }, { phase: 'Idle' }],
    [{ x: { y: { z: 1 } } }, { x: { y: {} } }],
    [{ x: { y: 1 } }, { x: {} }],
  ])('applied to %j it gives %j, and then there is nothing left to write', (before, after) => {
    const [previous, next] = [{ rollout: before }, { rollout: after }];
    const stored = merge(previous, changedFields(previous, next)) as Record<string, unknown>;
    expect(stored).toEqual(next);
    expect(changedFields(stored, next)).toBeUndefined();
  });
});
