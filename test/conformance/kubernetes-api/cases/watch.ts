import type { Case, Step } from '../index.ts';
import { configMap, core, del, get, merge, post } from './helpers.ts';

const cm = core('configmaps');
const a = core('configmaps', 'a');
const start = get(`${cm}?labelSelector=none`, { pick: ['kind'] });
const watch = (from: string, count: number, query = '', more: Partial<Step> = {}): Step =>
  get(`${cm}?watch=true&timeoutSeconds=2${from ? `&resourceVersion=${from}` : ''}${query}`, {
    watch: count,
    ...more,
  });
const rv = '{{0.body.metadata.resourceVersion}}';
const l = (value: string) => ({ labels: { l: value } });
const on = '&labelSelector=l%3D1';

export const cases: readonly Case[] = [
  {
    name: 'watch replays from a revision',
    reason: 'ADDED, MODIFIED, DELETED',
    steps: [start, post(cm, configMap('a')), merge(a, { data: { b: '2' } }), del(a), watch(rv, 3)],
  },
  {
    name: 'watch without a revision',
    reason: 'begins with what exists',
    steps: [post(cm, configMap('a', {}, l('1'))), watch('', 1, on)],
  },
  {
    name: 'watch from 0',
    reason: 'begins with what exists',
    steps: [post(cm, configMap('a', {}, l('1'))), watch('0', 1, on)],
  },
  {
    name: 'an object that begins to match',
    reason: 'ADDED',
    steps: [
      start,
      post(cm, configMap('a')),
      merge(a, { metadata: { labels: { l: '1' } } }),
      watch(rv, 1, on),
    ],
  },
  {
    name: 'an object that stops matching',
    reason: 'DELETED, as it was before',
    steps: [
      start,
      post(cm, configMap('a', {}, l('1'))),
      merge(a, { metadata: { labels: { l: '2' } } }),
      watch(rv, 2, on),
    ],
  },
  {
    name: 'watch by field',
    reason: 'one name',
    steps: [
      start,
      post(cm, configMap('a')),
      post(cm, configMap('b')),
      watch(rv, 1, '&fieldSelector=metadata.name%3Db'),
    ],
  },
  {
    name: 'watch of one object',
    reason: 'the path names it',
    steps: [
      start,
      post(cm, configMap('a')),
      post(cm, configMap('b')),
      get(`/api/v1/watch/namespaces/$ns/configmaps/b?timeoutSeconds=2&resourceVersion=${rv}`, { watch: 1 }),
    ],
  },
  {
    name: 'watch of metadata alone',
    reason: 'PartialObjectMetadata',
    steps: [
      start,
      post(cm, configMap('a')),
      watch(rv, 1, '', { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' }),
    ],
  },
  {
    name: 'watch with a broken revision',
    reason: '400',
    steps: [get(`${cm}?watch=true&resourceVersion=abc`, { pick: ['code', 'reason'] })],
  },
  {
    name: 'a finalized deletion is seen in two steps',
    reason: 'MODIFIED, then DELETED',
    steps: [
      start,
      post(cm, configMap('a', {}, { finalizers: ['x.test/f'] })),
      del(a),
      merge(a, { metadata: { finalizers: null } }),
      watch(rv, 3),
    ],
  },
  {
    name: 'a write without effect is no event',
    reason: 'the next event is the next change',
    steps: [
      start,
      post(cm, configMap('a')),
      merge(a, { data: { a: '1' } }),
      merge(a, { data: { a: '2' } }),
      watch(rv, 2),
    ],
  },
  {
    name: 'a list that streams',
    reason: 'sendInitialEvents ends in a marked bookmark',
    steps: [
      post(cm, configMap('a', {}, l('1'))),
      watch('', 2, `${on}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`),
    ],
  },
  {
    name: 'watch as a table',
    reason: 'columns come once',
    steps: [
      start,
      post(cm, configMap('a')),
      post(cm, configMap('b')),
      watch(rv, 2, '', {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
        pick: [
          '0.object.kind',
          '0.object.columnDefinitions',
          '1.object.columnDefinitions',
          '0.object.rows.0.object.kind',
        ],
      }),
    ],
  },
];
