import type { InventoryEntry } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import type { ChildObservation } from '../children/index.ts';
import { decideItem, type ItemSituation } from './item.ts';

const entry: InventoryEntry = {
  id: 'a',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'a',
  deletionPolicy: 'Delete',
  uid: 'o1',
  renderedDigest: 'r1',
  appliedDigest: 'l1',
};
const announced: InventoryEntry = {
  id: 'a',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'a',
  deletionPolicy: 'Retain',
};
const observation: ChildObservation = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'a',
  uid: 'o1',
  resourceVersion: '1',
  tenantKey: 'ns/t',
  tenantUid: 't1',
  live: 'l1',
  readiness: { state: 'ready', message: '' },
  deleting: false,
  routes: [],
};
const situation: ItemSituation = {
  tenantUid: 't1',
  rendered: 'r1',
  entry,
  observation,
  creationPolicy: 'WhenNeeded',
  driftPolicy: 'Correct',
  patchStrategy: 'apply',
  isTransient: false,
};
const done = { observation: undefined, isTransient: true, entry: { ...entry, ready: true } };
const seen = (change: Partial<ChildObservation>) => ({ observation: { ...observation, ...change } });

describe('decideItem', () => {
  it.each<[string, Partial<ItemSituation>, string]>([
    ['settled', {}, 'as it should be'],
    ['update changed', seen({ isMerged: true }), 'merged before: dropped fields are to go'],
    ['settled', { ...seen({ isMerged: true }), patchStrategy: 'merge' }, 'merged, as it should be'],
    [
      'settled',
      { ...seen({ isMerged: true }), creationPolicy: 'Once' },
      'what is made once keeps its content',
    ],
    ['create', { observation: undefined }, 'recorded and gone'],
    ['create', { observation: undefined, entry: undefined }, 'never made'],
    [
      'foreign',
      { observation: undefined, entry: undefined, isInherited: true },
      "a Go release's object cannot be watched: it is looked at first",
    ],
    ['create', { observation: undefined, isInherited: true }, 'recorded and gone, whoever made it first'],
    ['create', { observation: undefined, entry: announced }, 'announced and not made'],
    ['create', { observation: undefined, creationPolicy: 'Once' }, 'Once and gone'],
    ['going', seen({ deleting: true }), 'being deleted'],
    [
      'going',
      { ...seen({ deleting: true, tenantUid: 'x' }), entry: undefined },
      'of our name and being deleted',
    ],
    ['update changed', { rendered: 'r2' }, 'the template or a value changed'],
    ['update drift', seen({ live: 'l2' }), 'somebody changed a field of ours'],
    ['update drift', seen({ live: '' }), 'somebody took all fields of ours'],
    ['update changed', { ...seen({ live: 'l2' }), rendered: 'r2' }, 'both: the new content corrects it'],
    ['settled drifted', { ...seen({ live: 'l2' }), driftPolicy: 'Warn' }, 'drift that is only reported'],
    ['update changed', { rendered: 'r2', driftPolicy: 'Warn' }, 'Warn is about drift alone'],
    ['update changed', { rendered: 'r2', creationPolicy: 'Once' }, 'Once: our own marks follow'],
    ['settled', { ...seen({ live: 'l2' }), creationPolicy: 'Once' }, 'Once is never corrected'],
    ['finished', { ...done, rendered: 'r1' }, 'a Job that did its work and removed itself'],
    ['create', { ...done, rendered: 'r2' }, 'an edit asks for the work again'],
    ['finished', { ...done, rendered: 'r2', creationPolicy: 'Once' }, 'but not where it is done once'],
    ['create', { ...done, entry, creationPolicy: 'Once' }, 'it was never done'],
    ['update adopted', { entry: undefined }, 'made by us before a crash, and not recorded'],
    ['update adopted', { entry: announced }, 'announced, made, and not recorded'],
    ['update adopted', { entry: { ...entry, uid: 'o0' } }, 'made anew by us, the old one is still recorded'],
    ['foreign', { ...seen({ tenantUid: 't2' }), entry: undefined }, "another Tenant's"],
    ['foreign', { ...seen({ tenantUid: undefined }), entry: undefined }, "nobody's"],
    ['foreign', { ...seen({ uid: 'o2', tenantUid: 't2' }) }, 'replaced by somebody else'],
    ['foreign', seen({ tenantUid: 't2' }), 'recorded, and somebody took it over'],
    ['settled', seen({ tenantUid: undefined }), 'recorded, and its marks were taken away'],
    [
      'foreign',
      seen({ tenantKey: undefined }),
      'ours and marked as left behind: looked at first, to take the marks away',
    ],
  ])('%s: %#', (expected, change, reason) => {
    const action = decideItem({ ...situation, ...change });
    const note =
      action.kind === 'update'
        ? ` ${action.cause}`
        : action.kind === 'settled' && action.drifted
          ? ' drifted'
          : '';
    expect(`${action.kind}${note}`, reason).toBe(expected);
    if (action.kind === 'update') expect(action.uid).toBe('o1');
  });
});
