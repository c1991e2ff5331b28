import type { Case, Step } from '../index.ts';
import { configMap, core, del, get, post } from './helpers.ts';

const cm = core('configmaps');
const three: Step[] = ['a', 'b', 'c'].map((name, i) =>
  post(
    cm,
    configMap(name, {}, { labels: { n: String(i), all: 'yes', ...(name === 'b' ? { only: 'b' } : {}) } }),
    { pick: ['kind'] },
  ),
);
const q = (query: string, more: Partial<Step> = {}): Step => get(`${cm}?${query}`, more);
const names = {
  pick: [
    'kind',
    'items.0.metadata.name',
    'items.1.metadata.name',
    'items.2.metadata.name',
    'items.3.metadata.name',
    'message',
    'reason',
    'code',
  ],
};
const sel = (text: string) => q(`labelSelector=${encodeURIComponent(text)}`, names);
const mine = 'labelSelector=all%3Dyes';

export const cases: readonly Case[] = [
  {
    name: 'list',
    reason: 'kind, metadata, items without kind',
    steps: [post(cm, configMap('a')), q('labelSelector=x')],
  },
  {
    name: 'list of items',
    reason: 'items carry neither kind nor apiVersion',
    steps: [post(cm, configMap('a', {}, { labels: { all: 'yes' } })), q(mine)],
  },
  { name: 'list of an empty kind', reason: 'items is an empty list', steps: [get(core('secrets'))] },
  {
    name: 'list in a missing namespace',
    reason: 'empty, not 404',
    steps: [get('/api/v1/namespaces/no-such-namespace/configmaps')],
  },
  { name: 'label equality', reason: 'a=b', steps: [...three, sel('n=1')] },
  {
    name: 'label inequality',
    reason: 'absent counts as different',
    steps: [...three, sel('all=yes,only!=b')],
  },
  { name: 'label in', reason: 'set', steps: [...three, sel('n in (0,2)')] },
  { name: 'label notin', reason: 'set', steps: [...three, sel('all=yes,n notin (0,2)')] },
  { name: 'label exists and absent', reason: 'key, !key', steps: [...three, sel('only'), sel('all,!only')] },
  { name: 'label compare', reason: 'greater, less', steps: [...three, sel('n>0,n<2')] },
  {
    name: 'a broken label selector',
    reason: '400',
    steps: [q('labelSelector=a%20in%20(', { pick: ['code', 'reason'] })],
  },
  {
    name: 'field selector by name',
    reason: 'metadata.name',
    steps: [...three, q('fieldSelector=metadata.name%3Db', names)],
  },
  {
    name: 'field selector not by name',
    reason: 'metadata.name!=',
    steps: [...three, q(`${mine}&fieldSelector=metadata.name!%3Db`, names)],
  },
  { name: 'an unsupported field selector', reason: '400', steps: [q('fieldSelector=data.x%3Db')] },
  {
    name: 'paging',
    reason: 'limit and continue, one revision',
    steps: [
      ...three,
      q(`${mine}&limit=2`, {
        pick: [
          'kind',
          'items.0.metadata.name',
          'items.1.metadata.name',
          'items.2.metadata.name',
          'metadata.continue',
        ],
      }),
      q(`${mine}&limit=2&continue={{3.body.metadata.continue}}`, {
        pick: ['items.0.metadata.name', 'items.1.metadata.name'],
      }),
    ],
  },
  {
    name: 'paging is consistent',
    reason: 'an object deleted meanwhile is still listed',
    steps: [
      ...three,
      q(`${mine}&limit=1`, { pick: ['items.0.metadata.name', 'metadata.continue'] }),
      del(core('configmaps', 'b'), undefined, { pick: ['status'] }),
      q(`${mine}&limit=5&continue={{3.body.metadata.continue}}`, {
        pick: ['items.0.metadata.name', 'items.1.metadata.name'],
      }),
    ],
  },
  {
    name: 'a broken continue token',
    reason: '400',
    steps: [q('limit=1&continue=nonsense', { pick: ['code', 'reason'] })],
  },
  {
    name: 'list at a revision',
    reason: 'resourceVersionMatch=Exact',
    steps: [
      ...three,
      q(mine, { pick: ['kind'] }),
      del(core('configmaps', 'a'), undefined, { pick: ['status'] }),
      q(`${mine}&resourceVersion={{3.body.metadata.resourceVersion}}&resourceVersionMatch=Exact`, names),
    ],
  },
  {
    name: 'list not older than a revision',
    reason: 'resourceVersionMatch=NotOlderThan',
    steps: [...three, q(`${mine}&resourceVersion=0&resourceVersionMatch=NotOlderThan`, { pick: ['kind'] })],
  },
  {
    name: 'resourceVersionMatch without resourceVersion',
    reason: '422',
    steps: [q('resourceVersionMatch=Exact')],
  },
  {
    name: 'list of metadata alone',
    reason: 'PartialObjectMetadataList',
    steps: [
      post(cm, configMap('a', {}, { labels: { all: 'yes' } })),
      q(mine, { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' }),
    ],
  },
  {
    name: 'delete by selector',
    reason: 'deletecollection answers the list',
    steps: [
      ...three,
      del(`${cm}?labelSelector=n%20in%20(0,1)`, undefined, {
        pick: ['kind', 'items.0.metadata.name', 'items.1.metadata.name', 'items.2.metadata.name'],
      }),
      q(mine, names),
    ],
  },
  {
    name: 'discovery of a group version',
    reason: 'the resources of apps/v1',
    steps: [get('/apis/apps/v1', { pick: ['kind', 'groupVersion', 'resources.0.name'] })],
  },
  {
    name: 'discovery of an unknown group',
    reason: '404',
    steps: [get('/apis/no.such/v1'), get('/apis/no.such')],
  },
  { name: 'the api versions', reason: '/api', steps: [get('/api', { pick: ['kind', 'versions'] })] },
  { name: 'a group', reason: '/apis/apps', steps: [get('/apis/apps')] },
];
