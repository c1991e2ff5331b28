import type { Case, Json, Step } from '../index.ts';
import { apps, configMap, core, del, deployment, get, merge, post } from './helpers.ts';

const cm = core('configmaps');
const a = core('configmaps', 'a');
const mine = 'labelSelector=all%3Dyes';
const all = { labels: { all: 'yes' } };
const make = (name: string, more: Partial<Step> = {}): Step => post(cm, configMap(name, {}, all), more);
const three: Step[] = ['a', 'b', 'c'].map((name) => make(name));
const names = {
  pick: [
    'kind',
    ...[0, 1, 2, 3].map((i) => `items.${i}.metadata.name`),
    'metadata.continue',
    'message',
    'reason',
    'code',
    'details',
  ],
};
const q = (query: string, more: Partial<Step> = names): Step => get(`${cm}?${query}`, more);
const mineFrom = (step: number) => `{{${step}.body.metadata.resourceVersion}}`;
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const table = (query: string, more: Partial<Step> = {}): Step =>
  get(`${cm}?${query}`, { accept: TABLE, ...more });
const watch = (query: string, count: number, more: Partial<Step> = {}): Step =>
  get(`${cm}?watch=true&timeoutSeconds=2&${query}`, { watch: count, ...more });
const refusal: Partial<Step> = { pick: ['kind', 'code', 'reason', 'message', 'details'] };
const FAR = '999999999999';

export const cases: readonly Case[] = [
  {
    name: 'get at revision 0',
    reason: 'anything will do',
    steps: [make('a'), get(`${a}?resourceVersion=0`, { until: { status: 200 }, pick: ['metadata.name'] })],
  },
  {
    name: 'get not older than a revision',
    reason: 'the object as it is',
    steps: [make('a'), get(`${a}?resourceVersion=${mineFrom(0)}`, { pick: ['metadata.name'] })],
  },
  {
    name: 'get at a broken revision',
    reason: 'refused',
    steps: [make('a'), get(`${a}?resourceVersion=abc`, refusal)],
  },
  {
    name: 'list not older than a known revision',
    reason: 'the present state',
    steps: [...three, q(`${mine}&resourceVersion=${mineFrom(0)}`)],
  },
  {
    name: 'list exactly at the first of three',
    reason: 'the state of then',
    steps: [...three, q(`${mine}&resourceVersion=${mineFrom(0)}&resourceVersionMatch=Exact`)],
  },
  {
    name: 'list exactly before a change',
    reason: 'values of then',
    steps: [
      make('a'),
      merge(a, { data: { a: 'new' } }),
      q(`${mine}&resourceVersion=${mineFrom(0)}&resourceVersionMatch=Exact`, { pick: ['items.0.data'] }),
    ],
  },
  {
    name: 'list exactly at 0',
    reason: 'forbidden',
    steps: [q('resourceVersion=0&resourceVersionMatch=Exact', refusal)],
  },
  {
    name: 'list with an unknown match',
    reason: 'not supported',
    steps: [q('resourceVersion=1&resourceVersionMatch=Almost', refusal)],
  },
  { name: 'list at a broken revision', reason: 'refused', steps: [q('resourceVersion=abc', refusal)] },
  {
    name: 'list of the future',
    reason: 'too large',
    steps: [
      q(`resourceVersion=${FAR}&resourceVersionMatch=NotOlderThan&timeoutSeconds=1`, {
        pick: ['code', 'reason', 'details.causes', 'details.retryAfterSeconds'],
      }),
    ],
  },
  { name: 'a limit that is no number', reason: '400', steps: [q('limit=many', refusal)] },
  { name: 'a negative limit', reason: 'what it does', steps: [...three, q(`${mine}&limit=-1`)] },
  { name: 'a limit of 0', reason: 'no limit', steps: [...three, q(`${mine}&limit=0`)] },
  { name: 'a limit that just fits', reason: 'no token', steps: [...three, q(`${mine}&limit=3`)] },
  {
    name: 'paging by one',
    reason: 'to the end',
    steps: [
      ...three,
      q(`${mine}&limit=1`),
      q(`${mine}&limit=1&continue={{3.body.metadata.continue}}`),
      q(`${mine}&limit=1&continue={{4.body.metadata.continue}}`),
    ],
  },
  {
    name: 'paging with a selector that skips',
    reason: 'pages are full',
    steps: [
      ...three,
      post(cm, configMap('aa')),
      q(`${mine}&limit=2`),
      q(`${mine}&limit=2&continue={{4.body.metadata.continue}}`),
    ],
  },
  {
    name: 'paging goes on with another limit',
    reason: 'the token does not hold it',
    steps: [...three, q(`${mine}&limit=1`), q(`${mine}&limit=9&continue={{3.body.metadata.continue}}`)],
  },
  {
    name: 'paging sees no newcomers',
    reason: 'one revision',
    steps: [...three, q(`${mine}&limit=1`), make('bb'), q(`${mine}&continue={{3.body.metadata.continue}}`)],
  },
  {
    name: 'a token and a revision',
    reason: 'refused',
    steps: [
      ...three,
      q(`${mine}&limit=1`),
      q(`${mine}&limit=1&resourceVersion=${mineFrom(0)}&continue={{3.body.metadata.continue}}`, refusal),
    ],
  },
  {
    name: 'a token and a match',
    reason: 'refused',
    steps: [
      ...three,
      q(`${mine}&limit=1`),
      q(`${mine}&limit=1&resourceVersionMatch=NotOlderThan&continue={{3.body.metadata.continue}}`, refusal),
    ],
  },
  {
    name: 'remaining items',
    reason: 'counted where nothing is selected',
    steps: [
      post(core('secrets'), { metadata: { name: 'a' } }),
      post(core('secrets'), { metadata: { name: 'b' } }),
      post(core('secrets'), { metadata: { name: 'c' } }),
      get(`${core('secrets')}?limit=1`, { pick: ['metadata.remainingItemCount', 'items.0.metadata.name'] }),
      get(`${core('secrets')}?limit=1&labelSelector=!x`, {
        pick: ['metadata.remainingItemCount', 'items.0.metadata.name'],
      }),
    ],
  },
  {
    name: 'sendInitialEvents without a match',
    reason: 'refused',
    steps: [watch('sendInitialEvents=true', 1, refusal)],
  },
  {
    name: 'sendInitialEvents with another match',
    reason: 'refused',
    steps: [watch('sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=1', 1, refusal)],
  },
  {
    name: 'sendInitialEvents of a list',
    reason: 'refused',
    steps: [get(`${cm}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan`, refusal)],
  },
  {
    name: 'resourceVersionMatch of a watch',
    reason: 'refused without sendInitialEvents',
    steps: [watch('resourceVersionMatch=NotOlderThan&resourceVersion=0', 1, refusal)],
  },
  {
    name: 'a list that streams from a revision',
    reason: 'objects, the mark, then changes',
    steps: [
      make('a'),
      make('b'),
      watch(
        `${mine}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=${mineFrom(1)}`,
        3,
      ),
    ],
  },
  {
    name: 'no initial events',
    reason: 'sendInitialEvents=false begins with the next change',
    steps: [
      make('a'),
      watch(
        `${mine}&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=${mineFrom(0)}&timeoutSeconds=1`,
        2,
      ),
    ],
  },
  {
    name: 'a watch with a broken selector',
    reason: '400',
    steps: [watch('labelSelector=a%20in%20(', 1, { pick: ['code', 'reason'] })],
  },
  {
    name: 'a watch by a path that names one object',
    reason: 'events of that one',
    steps: [
      make('a'),
      make('b'),
      get(`${a}?watch=true&timeoutSeconds=1`, {
        watch: 2,
        pick: ['0.type', '0.object.metadata.name', '1.type'],
      }),
    ],
  },
  {
    name: 'a watch of a whole cluster',
    reason: 'by label, over namespaces',
    steps: [
      post(cm, configMap('a', {}, { labels: { only: '$ns' } })),
      get('/api/v1/configmaps?watch=true&timeoutSeconds=1&labelSelector=only%3D$ns', {
        watch: 1,
        pick: ['0.type', '0.object.metadata.name'],
      }),
    ],
  },
  {
    name: 'deletion in a watch',
    reason: 'the last state under a new revision',
    steps: [make('a'), del(a, undefined, { pick: ['kind'] }), watch(`resourceVersion=${mineFrom(0)}`, 1)],
  },
  {
    name: 'a table of many',
    reason: 'rows and metadata of the list',
    steps: [
      ...three,
      table(`${mine}&limit=2`, {
        pick: [
          'kind',
          'metadata.continue',
          'rows.0.cells',
          'rows.1.cells',
          'rows.2.cells',
          'columnDefinitions',
        ],
      }),
    ],
  },
  {
    name: 'a table goes on',
    reason: 'continue',
    steps: [
      ...three,
      table(`${mine}&limit=2`, { pick: ['metadata.continue'] }),
      table(`${mine}&limit=2&continue={{3.body.metadata.continue}}`, {
        pick: ['rows.0.cells', 'rows.1.cells', 'metadata.continue'],
      }),
    ],
  },
  {
    name: 'a table with whole objects',
    reason: 'includeObject=Object',
    steps: [
      make('a'),
      table(`${mine}&includeObject=Object`, { pick: ['rows.0.object.kind', 'rows.0.object.data'] }),
    ],
  },
  {
    name: 'a table without objects',
    reason: 'includeObject=None',
    steps: [make('a'), table(`${mine}&includeObject=None`, { pick: ['rows.0.object', 'rows.0.cells'] })],
  },
  {
    name: 'a table with something else',
    reason: 'refused',
    steps: [make('a'), table(`${mine}&includeObject=Some`, refusal)],
  },
  {
    name: 'an empty table',
    reason: 'no rows, but columns',
    steps: [table('labelSelector=none', { pick: ['kind', 'rows', 'columnDefinitions.0.name'] })],
  },
  {
    name: 'a table of the old version',
    reason: 'v1beta1',
    steps: [
      make('a'),
      get(a, {
        accept: 'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
        pick: ['kind', 'apiVersion', 'rows.0.object.apiVersion', 'code'],
      }),
    ],
  },
  {
    name: 'a table of a failure',
    reason: 'a Status all the same',
    steps: [get(a, { accept: TABLE })],
  },
  {
    name: 'what kubectl accepts',
    reason: 'a table first, then plain',
    steps: [
      make('a'),
      get(a, {
        accept: `${TABLE},application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json`,
        pick: ['kind', 'apiVersion'],
      }),
    ],
  },
  {
    name: 'an unknown shape',
    reason: 'refused, or the next one',
    steps: [
      make('a'),
      get(a, { accept: 'application/json;as=Chair;v=v1;g=meta.k8s.io', pick: ['code', 'reason'] }),
      get(a, { accept: 'application/json;as=Chair;v=v1;g=meta.k8s.io,application/json', pick: ['kind'] }),
    ],
  },
  {
    name: 'an unknown media type',
    reason: '406',
    steps: [make('a'), get(a, { accept: 'text/html', pick: ['code', 'reason'] })],
  },
  { name: 'anything goes', reason: '*/*', steps: [make('a'), get(a, { accept: '*/*', pick: ['kind'] })] },
  {
    name: 'metadata of a written object',
    reason: 'an answer in the shape asked for',
    steps: [
      post(cm, configMap('a'), { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' }),
    ],
  },
  {
    name: 'a table of a written object',
    reason: 'columns and a row',
    steps: [post(cm, configMap('a'), { accept: TABLE, pick: ['kind', 'rows.0.cells'] })],
  },
  {
    name: 'an unknown resource',
    reason: '404',
    steps: [get('/api/v1/namespaces/$ns/gizmos'), get('/apis/apps/v1/namespaces/$ns/gizmos')],
  },
  {
    name: 'an unknown version',
    reason: '404',
    steps: [get('/apis/apps/v9/namespaces/$ns/deployments', { pick: [] })],
  },
  { name: 'an unknown subresource', reason: '404', steps: [make('a'), get(`${a}/nothing`)] },
  {
    name: 'methods of a collection',
    reason: '405',
    steps: [
      { method: 'PUT', path: cm, body: configMap('a') },
      { method: 'PATCH', path: cm, body: {}, type: 'merge' },
    ],
  },
  { name: 'a post to one object', reason: '405', steps: [make('a'), post(a, configMap('a'))] },
  {
    name: 'a cluster resource under a namespace',
    reason: '404',
    steps: [get('/api/v1/namespaces/$ns/nodes')],
  },
  {
    name: 'a namespaced resource without a namespace',
    reason: 'a list goes, one object does not',
    steps: [
      get('/api/v1/configmaps?labelSelector=none', { pick: ['kind'] }),
      get('/api/v1/configmaps/a', { pick: ['code', 'reason'] }),
      post('/api/v1/configmaps', configMap('a')),
    ],
  },
  {
    name: 'two lists of one kind',
    reason: 'HPA in two versions',
    steps: [
      post(
        '/apis/autoscaling/v2/namespaces/$ns/horizontalpodautoscalers',
        {
          metadata: { name: 'a' },
          spec: { scaleTargetRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' }, maxReplicas: 2 },
        } as Json,
        { pick: ['apiVersion'] },
      ),
      get('/apis/autoscaling/v1/namespaces/$ns/horizontalpodautoscalers/a'),
      get('/apis/autoscaling/v1/namespaces/$ns/horizontalpodautoscalers', {
        pick: ['apiVersion', 'kind', 'items.0.spec'],
      }),
    ],
  },
  {
    name: 'the wide table of a Deployment',
    reason: 'priorities and cells',
    steps: [
      post(apps('deployments'), deployment('a', { replicas: 2 }), { setup: true }),
      get(apps('deployments'), { accept: TABLE, pick: ['columnDefinitions', 'rows.0.cells'] }),
    ],
  },
];
