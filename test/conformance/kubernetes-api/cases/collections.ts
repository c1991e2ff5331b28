// size: a table of behaviours.

import type { Case, Json, Step } from '../index.ts';
import { configMap, core, del, get, group, merge, post, put } from './helpers.ts';

const cm = core('configmaps');
type Obj = { [key: string]: Json };
const all = (more: Obj = {}) => ({ labels: { all: 'yes' }, ...more });
const make = (name: string, metadata: Obj = {}): Step =>
  post(cm, configMap(name, {}, all(metadata)), { setup: true });
const left = get(`${cm}?labelSelector=all`, {
  pick: [
    'items.0.metadata.name',
    'items.1.metadata.name',
    'items.2.metadata.name',
    'items.0.metadata.deletionTimestamp',
  ],
});
const names = {
  pick: [
    'kind',
    'apiVersion',
    'items.0.metadata.name',
    'items.1.metadata.name',
    'items.2.metadata.name',
    'code',
    'reason',
    'message',
  ],
};
const three = ['a', 'b', 'c'].map((name) => make(name));
const clean = (name: string): Step =>
  merge(core('configmaps', name), { metadata: { finalizers: null } }, { setup: true });
const events = core('events');
const event = (name: string, more: Obj = {}): Obj => ({
  metadata: { name },
  involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: '$ns', uid: 'u-1' },
  reason: 'Seen',
  message: 'it was seen',
  type: 'Normal',
  source: { component: 'test' },
  firstTimestamp: '2024-01-01T00:00:00Z',
  lastTimestamp: '2024-01-01T00:00:00Z',
  count: 1,
  ...more,
});
const refusal = { pick: ['code', 'reason', 'message', 'details.causes'] };
const ns = '/api/v1/namespaces';

export const cases: readonly Case[] = [
  {
    name: 'delete all',
    reason: 'of one namespace',
    steps: [...three, del(`${cm}?labelSelector=all`, undefined, names), left],
  },
  {
    name: 'delete all as a dry run',
    reason: 'nothing goes',
    steps: [...three, del(`${cm}?labelSelector=all&dryRun=All`, undefined, names), left],
  },
  {
    name: 'delete all by name',
    reason: 'a field selector',
    steps: [...three, del(`${cm}?labelSelector=all&fieldSelector=metadata.name%3Db`, undefined, names), left],
  },
  {
    name: 'delete all with finalizers',
    reason: 'marked',
    steps: [
      make('a', { finalizers: ['x.test/f'] }),
      make('b'),
      del(`${cm}?labelSelector=all`, undefined, names),
      left,
      clean('a'),
    ],
  },
  {
    name: 'delete all with a policy',
    reason: 'of the body',
    steps: [
      ...three,
      del(
        `${cm}?labelSelector=all`,
        { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Orphan' },
        names,
      ),
    ],
  },
  {
    name: 'delete all with a bad policy',
    reason: '422',
    steps: [...three, del(`${cm}?labelSelector=all`, { propagationPolicy: 'Sideways' }, refusal), left],
  },
  {
    name: 'delete all with a bad selector',
    reason: '400',
    steps: [del(`${cm}?labelSelector=a%20in%20(`, undefined, { pick: ['code'] })],
  },
  {
    name: 'delete none',
    reason: 'an empty list',
    steps: [del(`${cm}?labelSelector=none`, undefined, names)],
  },
  {
    name: 'delete all events',
    reason: 'a kind the collector leaves',
    steps: [
      post(events, event('e'), { setup: true }),
      del(`${events}?fieldSelector=involvedObject.name%3Da`, undefined, names),
      get(`${core('events', 'e')}`, { pick: ['code'] }),
    ],
  },
  {
    name: 'delete with a body of another kind',
    reason: 'what is said',
    steps: [
      make('a'),
      del(core('configmaps', 'a'), { kind: 'ConfigMap', apiVersion: 'v1' }, { pick: ['code', 'reason'] }),
    ],
  },
  {
    name: 'delete with a broken body',
    reason: '400',
    steps: [
      make('a'),
      { method: 'DELETE', path: core('configmaps', 'a'), body: '{', pick: ['code', 'reason'] },
    ],
  },
  {
    name: 'delete with orphans in the old way',
    reason: 'orphanDependents',
    steps: [
      make('a'),
      del(
        core('configmaps', 'a'),
        { orphanDependents: true },
        { pick: ['kind', 'status', 'metadata.finalizers'] },
      ),
      get(core('configmaps', 'a'), { until: { status: 404 }, pick: ['code'] }),
    ],
  },
  {
    name: 'delete with both ways',
    reason: 'refused',
    steps: [
      make('a'),
      del(core('configmaps', 'a'), { orphanDependents: true, propagationPolicy: 'Orphan' }, refusal),
    ],
  },
  {
    name: 'delete with a negative grace period',
    reason: 'what it does',
    steps: [
      make('a'),
      del(
        core('configmaps', 'a'),
        { gracePeriodSeconds: -5 },
        { pick: ['code', 'kind', 'status', 'message'] },
      ),
    ],
  },
  {
    name: 'delete with options in the query',
    reason: 'the same',
    steps: [
      make('a'),
      del(`${core('configmaps', 'a')}?propagationPolicy=Background&gracePeriodSeconds=0`, undefined, {
        pick: ['kind', 'status'],
      }),
    ],
  },
  {
    name: 'delete with the right revision',
    reason: 'a precondition that holds',
    steps: [
      post(cm, configMap('a')),
      del(
        core('configmaps', 'a'),
        { preconditions: { resourceVersion: '{{0.body.metadata.resourceVersion}}' } },
        { pick: ['status'] },
      ),
    ],
  },
  {
    name: 'delete with finalizers and a wrong uid',
    reason: 'not even marked',
    steps: [
      make('a', { finalizers: ['x.test/f'] }),
      del(core('configmaps', 'a'), { preconditions: { uid: 'x' } }, { pick: ['code'] }),
      left,
      clean('a'),
    ],
  },
  {
    name: 'events of both groups',
    reason: 'one and the same',
    steps: [
      post(events, event('e'), { setup: true }),
      get(group('events.k8s.io/v1', 'events', 'e'), {
        pick: [
          'regarding',
          'note',
          'reason',
          'deprecatedCount',
          'deprecatedSource',
          'reportingController',
          'apiVersion',
        ],
      }),
      post(
        group('events.k8s.io/v1', 'events'),
        {
          metadata: { name: 'f' },
          eventTime: '2024-01-01T00:00:00.000000Z',
          reportingController: 'x.test/c',
          reportingInstance: 'i',
          action: 'Look',
          reason: 'Seen',
          type: 'Warning',
          regarding: { kind: 'ConfigMap', name: 'a', namespace: '$ns' },
          note: 'noted',
          series: { count: 2, lastObservedTime: '2024-01-01T00:00:01.000000Z' },
        },
        { setup: true },
      ),
      get(core('events', 'f')),
    ],
  },
  {
    name: 'events by what they are about',
    reason: 'field selectors',
    steps: [
      post(events, event('e'), { setup: true }),
      post(
        events,
        event('f', {
          involvedObject: { kind: 'Secret', name: 'b', namespace: '$ns' },
          type: 'Warning',
          reason: 'Lost',
        }),
        { setup: true },
      ),
      ...[
        'involvedObject.kind=ConfigMap',
        'involvedObject.name=b',
        'involvedObject.uid=u-1',
        'reason=Lost',
        'type!=Normal',
        'source=test',
        'involvedObject.kind=Secret,type=Warning',
        'message=x',
      ].map((text) => get(`${events}?fieldSelector=${encodeURIComponent(text)}`, names)),
      get(`${group('events.k8s.io/v1', 'events')}?fieldSelector=regarding.name%3Db`, names),
    ],
  },
  {
    name: 'an event is counted up',
    reason: 'as recorders do',
    steps: [
      post(events, event('e'), { setup: true }),
      {
        method: 'PATCH',
        path: core('events', 'e'),
        type: 'strategic',
        body: { count: 2, lastTimestamp: '2024-01-01T00:01:00Z' },
        pick: ['count', 'lastTimestamp', 'code'],
      },
    ],
  },
  {
    name: 'events of another namespace',
    reason: 'refused',
    steps: [
      post(
        events,
        event('e', { involvedObject: { kind: 'ConfigMap', name: 'a', namespace: 'other' } }),
        refusal,
      ),
      post(events, event('e', { involvedObject: { kind: 'Node', name: 'a' } }), refusal),
      post(events, event('e', { type: 'Odd' }), { pick: ['code', 'type'] }),
    ],
  },
  {
    name: 'events of the new kind are strict',
    reason: 'what has to be there',
    steps: [
      post(
        group('events.k8s.io/v1', 'events'),
        { metadata: { name: 'f' }, regarding: { kind: 'ConfigMap', name: 'a', namespace: '$ns' } },
        { pick: ['code', 'reason', 'details.causes'] },
      ),
    ],
  },
  {
    name: 'the table of events',
    reason: 'last seen, type, reason, object, message',
    steps: [
      post(events, event('e'), { setup: true }),
      get(events, {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
        pick: [
          'columnDefinitions',
          'rows.0.cells.1',
          'rows.0.cells.2',
          'rows.0.cells.3',
          'rows.0.cells.4',
          'rows.0.cells.5',
        ],
      }),
    ],
  },
  {
    name: 'revisions',
    reason: 'data cannot change, the number can',
    steps: [
      post(
        group('apps/v1', 'controllerrevisions'),
        { metadata: { name: 'r' }, revision: 1, data: { spec: { a: [1, { b: null }], c: '' } } },
        { pick: ['data', 'revision', 'metadata.managedFields'] },
      ),
      merge(group('apps/v1', 'controllerrevisions', 'r'), { revision: 2 }, { pick: ['revision', 'code'] }),
      merge(
        group('apps/v1', 'controllerrevisions', 'r'),
        { data: { spec: { a: [2] } } },
        { pick: ['code', 'reason', 'details.causes.0.field'] },
      ),
      post(
        group('apps/v1', 'controllerrevisions'),
        { metadata: { name: 's' }, revision: -1, data: {} },
        { pick: ['code', 'reason', 'details.causes.0.field'] },
      ),
      post(
        group('apps/v1', 'controllerrevisions'),
        { metadata: { name: 't' }, revision: 1 },
        { pick: ['code', 'reason', 'data', 'details.causes.0.field'] },
      ),
      get(group('apps/v1', 'controllerrevisions'), {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
        pick: ['columnDefinitions', 'rows.0.cells'],
      }),
    ],
  },
  {
    name: 'leases',
    reason: 'as elections use them',
    steps: [
      post(
        group('coordination.k8s.io/v1', 'leases'),
        {
          metadata: { name: 'l' },
          spec: {
            holderIdentity: 'a',
            leaseDurationSeconds: 15,
            renewTime: '2024-01-01T00:00:00.000001Z',
            leaseTransitions: 0,
          },
        },
        { pick: ['spec', 'metadata.generation', 'metadata.resourceVersion'] },
      ),
      get(group('coordination.k8s.io/v1', 'leases', 'l'), { pick: ['metadata.resourceVersion', 'spec'] }),
      put(
        group('coordination.k8s.io/v1', 'leases', 'l'),
        {
          metadata: { name: 'l', resourceVersion: '{{1.body.metadata.resourceVersion}}' },
          spec: { holderIdentity: 'b', leaseTransitions: 1 },
        },
        { pick: ['spec', 'code'] },
      ),
      put(
        group('coordination.k8s.io/v1', 'leases', 'l'),
        {
          metadata: { name: 'l', resourceVersion: '{{1.body.metadata.resourceVersion}}' },
          spec: { holderIdentity: 'c' },
        },
        { pick: ['code', 'reason', 'message'] },
      ),
      merge(
        group('coordination.k8s.io/v1', 'leases', 'l'),
        { spec: { renewTime: 'soon' } },
        { pick: ['code', 'reason'] },
      ),
      merge(
        group('coordination.k8s.io/v1', 'leases', 'l'),
        { spec: { renewTime: '2024-01-01T00:00:00+02:00' } },
        { pick: ['spec.renewTime', 'code'] },
      ),
      merge(
        group('coordination.k8s.io/v1', 'leases', 'l'),
        { spec: { leaseTransitions: -1 } },
        { pick: ['code', 'details.causes'] },
      ),
    ],
  },
  {
    name: 'a namespace is its own label',
    reason: 'it comes back',
    steps: [
      merge(
        `${ns}/$ns`,
        { metadata: { labels: { 'kubernetes.io/metadata.name': 'other', x: 'y' } } },
        { pick: ['metadata.labels', 'code'] },
      ),
      merge(`${ns}/$ns`, { metadata: { labels: null } }, { pick: ['metadata.labels', 'code'] }),
    ],
  },
  {
    name: 'finalizers of a namespace',
    reason: 'only by its own endpoint',
    steps: [
      merge(`${ns}/$ns`, { spec: { finalizers: ['x.test/f'] } }, { pick: ['spec.finalizers', 'code'] }),
      put(
        `${ns}/$ns/finalize`,
        { metadata: { name: '$ns' }, spec: { finalizers: ['kubernetes', 'x.test/f'] } },
        { pick: ['spec.finalizers', 'code'] },
      ),
      put(
        `${ns}/$ns/finalize`,
        { metadata: { name: '$ns' }, spec: { finalizers: ['kubernetes', 'not qualified'] } },
        { pick: ['code', 'reason'] },
      ),
      put(
        `${ns}/$ns/finalize`,
        { metadata: { name: '$ns' }, spec: { finalizers: ['kubernetes'] } },
        { pick: ['spec.finalizers', 'code'] },
      ),
    ],
  },
  {
    name: 'a namespace that is deleted with preconditions',
    reason: 'the uid counts',
    steps: [
      del(
        `${ns}/$ns`,
        { preconditions: { uid: '11111111-1111-1111-1111-111111111111' } },
        { pick: ['code', 'reason'] },
      ),
      get(`${ns}/$ns`, { pick: ['status.phase'] }),
    ],
  },
  {
    name: 'a namespace in a dry run of deletion',
    reason: 'it stays',
    steps: [
      del(`${ns}/$ns?dryRun=All`, undefined, { pick: ['code', 'status.phase'] }),
      get(`${ns}/$ns`, { pick: ['status.phase'] }),
    ],
  },
  {
    name: 'the first namespaces',
    reason: 'they cannot go',
    steps: [
      del(`${ns}/default?dryRun=All`, undefined, refusal),
      del(`${ns}/kube-system?dryRun=All`, undefined, refusal),
    ],
  },
  {
    name: 'namespaces have no collection to delete',
    reason: '405',
    steps: [del(`${ns}?labelSelector=none`, undefined, { pick: ['code', 'reason'] })],
  },
  {
    name: 'generated names',
    reason: 'five letters, cut to fit',
    steps: [
      post(cm, { metadata: { generateName: 'x'.repeat(300) } }, { pick: ['code', 'reason'] }),
      post(cm, { metadata: { generateName: 'Upper-' } }, { pick: ['code', 'reason'] }),
      post(
        cm,
        { metadata: { name: 'n', generateName: 'g-' } },
        { pick: ['metadata.name', 'metadata.generateName'] },
      ),
      post(
        `${cm}?dryRun=All`,
        { metadata: { generateName: 'g-' } },
        { pick: ['metadata.generateName', 'code'] },
      ),
    ],
  },
  {
    name: 'large objects',
    reason: 'a limit of annotations, of ConfigMaps and Secrets',
    steps: [
      post(cm, configMap('a', {}, { annotations: { x: 'y'.repeat(263_000) } }), {
        pick: ['code', 'reason', 'details.causes.0.field', 'details.causes.0.reason'],
      }),
      post(cm, configMap('a', { x: 'y'.repeat(1_050_000) }), {
        pick: ['code', 'reason', 'details.causes.0.field', 'details.causes.0.reason'],
      }),
      post(
        core('secrets'),
        { metadata: { name: 'a' }, stringData: { x: 'y'.repeat(1_050_000) } },
        { pick: ['code', 'reason', 'details.causes.0.field', 'details.causes.0.reason'] },
      ),
    ],
  },
];
