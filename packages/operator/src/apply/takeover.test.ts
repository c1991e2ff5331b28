import type { ManagedFieldsEntry } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { moved } from './takeover.ts';

const entry = (
  manager: string,
  operation: string,
  fieldsV1: Record<string, unknown>,
  more: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry => ({ manager, operation, apiVersion: 'v1', fieldsV1, ...more });
const us = 'tenant-operator';
const applied = entry(us, 'Apply', { 'f:data': { 'f:a': {} } });
const theirs = entry('person', 'Update', { 'f:data': { 'f:c': {} } });

describe('moved', () => {
  it.each<[ManagedFieldsEntry[], ManagedFieldsEntry[] | undefined, string]>([
    [[applied, theirs], undefined, 'nothing of ours but what was applied'],
    [[entry(us, 'Update', { 'f:data': {} })], undefined, 'never applied: there is no entry to move to'],
    [
      [applied, entry(us, 'Update', { 'f:data': { '.': {}, 'f:b': {} } }), theirs],
      [entry(us, 'Apply', { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } }), theirs],
      'the fields of both, and those of others as they are',
    ],
    [
      [applied, entry(us, 'Update', { 'f:status': {} }, { subresource: 'status' })],
      undefined,
      'a subresource is no part of the item',
    ],
    [
      [applied, entry(us, 'Update', { 'f:other': {} }, { apiVersion: 'v2' })],
      [applied],
      'fields of another version are let go, so that nobody asks again',
    ],
  ])('%#: %3$s', (entries, expected) => {
    expect(moved(entries)).toEqual(expected);
  });
});
