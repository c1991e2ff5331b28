import type { InventoryEntry } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { objectKey } from '../children/index.ts';
import { planRemovals } from './removals.ts';

function entry(name: string, wave: number | undefined, more: Partial<InventoryEntry> = {}): InventoryEntry {
  return {
    id: name,
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'ns',
    name,
    deletionPolicy: 'Delete',
    ...(wave === undefined ? {} : { wave }),
    ...more,
  };
}

const show = (inventory: InventoryEntry[], wanted: InventoryEntry[] = []) =>
  planRemovals(inventory, new Set(wanted.map(objectKey))).map((r) => `${r.step}:${r.entry.name}`);

describe('planRemovals', () => {
  const [a, b, c] = [entry('a', 0), entry('b', 1), entry('c', 2)];
  it.each([
    [[], [], [], 'nothing recorded'],
    [[a, b, c], [a, b, c], [], 'everything is wanted'],
    [[a, b, c], [], ['0:c', '1:b', '2:a'], 'the last applied goes first'],
    [[a, b, c], [b], ['0:c', '1:a'], 'steps have no gaps'],
    [[a, entry('d', 0), b], [], ['0:b', '1:a', '1:d'], 'a wave goes together, in its order'],
    [[entry('x', undefined), b], [], ['0:b', '1:x'], 'without a wave it was applied first'],
  ])('%# -> %j', (inventory, wanted, expected, reason) => {
    expect(show(inventory, wanted), reason).toEqual(expected);
  });

  it('never removes an object that an item now writes with another version of its group', () => {
    const before = entry('hpa', 0, { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler' });
    expect(show([before], [{ ...before, apiVersion: 'autoscaling/v2' }])).toEqual([]);
  });

  it.each([
    [{ namespace: 'other' }, 'another namespace'],
    [{ apiVersion: 'example.com/v1' }, 'another group'],
    [{ kind: 'Secret' }, 'another kind'],
    [{ name: 'z' }, 'another name'],
  ])('%j is another object: %s', (change, _reason) => {
    expect(show([a], [{ ...a, ...change }])).toEqual(['0:a']);
  });
});
