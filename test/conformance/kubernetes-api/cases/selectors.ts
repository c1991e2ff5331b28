import type { Case, Step } from '../index.ts';
import { configMap, core, get, post } from './helpers.ts';

const cm = core('configmaps');
const labelled: Step[] = (
  [
    ['a', { app: 'x', tier: 'front', n: '1' }],
    ['b', { app: 'y', tier: 'back', n: '10' }],
    ['c', { app: 'x', 'example.com/role': 'r', n: 'text' }],
    ['d', { app: '', in: 'yes' }],
  ] as const
).map(([name, labels]) =>
  post(cm, configMap(name, {}, { labels: { ...labels, all: 'yes' } }), { setup: true }),
);
const names = {
  pick: ['kind', ...[0, 1, 2, 3, 4].map((i) => `items.${i}.metadata.name`), 'message', 'reason', 'code'],
};
const select = (text: string, more: Partial<Step> = names): Step =>
  get(`${cm}?labelSelector=${encodeURIComponent(text)}`, more);
const field = (text: string, more: Partial<Step> = names, at = cm): Step =>
  get(`${at}?fieldSelector=${encodeURIComponent(text)}`, more);

/** Selector, and what it is about. */
const grammar: [string, string][] = [
  ['app=x', 'one sign'],
  ['app==x', 'two signs'],
  ['app = x', 'spaces'],
  [' app = x , tier = front ', 'spaces around requirements'],
  ['all,app=', 'an empty value'],
  ['all,app!=', 'anything but an empty value'],
  ['all,app in ()', 'a set of the empty value'],
  ['all,app in (x,)', 'a set with an empty value at its end'],
  ['app in (x)', 'a set of one'],
  ['app in (x, y )', 'a set with spaces'],
  ['app in(x)', 'no space before the set'],
  ['all,app notin (x,y)', 'none of a set'],
  ['app notin (x),tier', 'notin and exists'],
  ['all,!tier', 'absent'],
  ['all,! tier', 'absent, with a space'],
  ['example.com/role', 'a prefix'],
  ['example.com/role=r', 'a prefix and a value'],
  ['n>5', 'greater'],
  ['n<5', 'less'],
  ['n>1,n<20', 'between'],
  ['n>text', 'greater than no number'],
  ['in', 'a key that is a word of the grammar'],
  ['in in (yes)', 'the word as key and as operator'],
  ['app=x,app=y', 'a contradiction'],
  ['app=x,,tier', 'two commas'],
  [',', 'a comma alone'],
  ['app=x,', 'a comma at the end'],
  ['=x', 'no key'],
  ['app=x y', 'two values'],
  ['app in x', 'no parentheses'],
  ['app in (x', 'no end of the set'],
  ['app x', 'no operator'],
  ['!', 'absent without a key'],
  ['!app=x', 'absent with a value'],
  ['a b in (x)', 'two keys'],
  ['-app=x', 'a key that begins with a dash'],
  ['app=-x', 'a value that begins with a dash'],
  [`app=${'x'.repeat(64)}`, 'a value that is too long'],
  [`${'x'.repeat(64)}=a`, 'a key that is too long'],
  ['a/b/c=d', 'two slashes'],
  ['Example.com/x=d', 'a prefix with a capital'],
  ['app=x|y', 'a sign that no value has'],
  ['app in (x;y)', 'a sign that no value of a set has'],
];

export const cases: readonly Case[] = [
  ...grammar.map(
    ([text, reason], i): Case => ({
      name: `label selector ${i}: ${reason}`,
      reason: `${reason}: ${text}`,
      steps: [...labelled, select(text)],
    }),
  ),
  {
    name: 'field selector with two signs',
    reason: '== is =',
    steps: [...labelled, field('metadata.name==b')],
  },
  {
    name: 'field selectors are joined',
    reason: 'all of them',
    steps: [
      ...labelled,
      field(
        'metadata.name!=a,metadata.name!=b,metadata.namespace=$ns,metadata.name!=c,metadata.name!=kube-root-ca.crt',
      ),
    ],
  },
  {
    name: 'field selector of another namespace',
    reason: 'nothing',
    steps: [...labelled, field('metadata.namespace=other')],
  },
  {
    name: 'field selector without an operator',
    reason: '400',
    steps: [field('metadata.name')],
  },
  {
    name: 'field selector with an escaped comma',
    reason: 'a backslash takes its meaning',
    steps: [...labelled, field('metadata.name=a\\,b')],
  },
  {
    name: 'label and field selectors together',
    reason: 'both hold',
    steps: [...labelled, get(`${cm}?labelSelector=app%3Dx&fieldSelector=metadata.name%3Dc`, names)],
  },
  {
    name: 'field selector of a Secret',
    reason: 'type',
    steps: [
      post(core('secrets'), { metadata: { name: 'o' } }, { setup: true }),
      post(core('secrets'), { metadata: { name: 't' }, type: 'x.test/y' }, { setup: true }),
      field('type=x.test/y', names, core('secrets')),
      field('type!=x.test/y', names, core('secrets')),
      field('data.a=b', names, core('secrets')),
    ],
  },
  {
    name: 'field selector of a Pod',
    reason: 'node, phase, restart policy',
    steps: [
      post(
        core('pods'),
        { metadata: { name: 'p' }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] } },
        { setup: true },
      ),
      post(
        core('pods'),
        {
          metadata: { name: 'q' },
          spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] },
        },
        { setup: true },
      ),
      field('spec.nodeName=n', names, core('pods')),
      field('spec.nodeName=', names, core('pods')),
      field('status.phase!=Running,spec.restartPolicy=Never', names, core('pods')),
      field('spec.containers=x', names, core('pods')),
    ],
  },
  {
    name: 'field selector of a Service',
    reason: 'type and address',
    steps: [
      post(
        core('services'),
        { metadata: { name: 'h' }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
        { setup: true },
      ),
      post(
        core('services'),
        { metadata: { name: 'e' }, spec: { type: 'ExternalName', externalName: 'x.test' } },
        { setup: true },
      ),
      field('spec.clusterIP=None', names, core('services')),
      field('spec.type=ExternalName', names, core('services')),
    ],
  },
  {
    name: 'field selector of a Namespace',
    reason: 'phase',
    steps: [get('/api/v1/namespaces?fieldSelector=metadata.name%3D$ns,status.phase%3DActive', names)],
  },
];
