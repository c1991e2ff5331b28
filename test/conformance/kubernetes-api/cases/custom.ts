import type { Case, Json, Step } from '../index.ts';
import { apply, del, get, merge, post, put } from './helpers.ts';

const G = 'widgets.sandbox.test';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const list = `/apis/${G}/v1/namespaces/$ns/widgets`;
const w = `${list}/w`;

type Obj = { [key: string]: Json };
const schema: Obj = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      'x-kubernetes-validations': [
        { rule: '!has(self.min) || self.min <= self.size', message: 'min may not exceed size' },
        {
          rule: "self.mode != 'fast' || self.size > 1",
          messageExpression: "self.size == 0 ? 'fast needs something' : 'fast needs more'",
        },
      ],
      properties: {
        size: { type: 'integer', format: 'int32', minimum: 0, maximum: 10 },
        min: { type: 'integer' },
        mode: { type: 'string', enum: ['slow', 'fast'], default: 'slow' },
        interval: { type: 'string', pattern: '^\\d+(s|m|h)$', default: '30s', maxLength: 5 },
        owner: {
          type: 'string',
          'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'owner is immutable' }],
        },
        ratio: { type: 'number' },
        port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        tags: {
          type: 'array',
          items: { type: 'string', minLength: 2 },
          'x-kubernetes-list-type': 'set',
          maxItems: 4,
        },
        items: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['id'],
          items: {
            type: 'object',
            required: ['id'],
            properties: {
              id: { type: 'string' },
              value: { type: 'string' },
              weight: { type: 'integer', default: 1 },
            },
          },
        },
        plain: { type: 'array', items: { type: 'object', properties: { x: { type: 'string' } } } },
        any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        nested: { type: 'object', default: {}, properties: { flag: { type: 'boolean', default: true } } },
        note: { type: 'string', nullable: true },
        selector: {
          type: 'object',
          'x-kubernetes-map-type': 'atomic',
          additionalProperties: { type: 'string' },
        },
      },
    },
    status: {
      type: 'object',
      properties: {
        phase: { type: 'string' },
        conditions: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['type'],
          items: {
            type: 'object',
            required: ['type', 'status'],
            properties: { type: { type: 'string' }, status: { type: 'string' } },
          },
        },
      },
    },
  },
};
/** The definition that the other cases of the file need; creating it again is fine. */
export const definition: Obj = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${G}` },
  spec: {
    group: G,
    scope: 'Namespaced',
    names: {
      plural: 'widgets',
      singular: 'widget',
      kind: 'Widget',
      listKind: 'WidgetList',
      shortNames: ['wd'],
      categories: ['all'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' },
        },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Mode', type: 'string', jsonPath: '.spec.mode', priority: 1 },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
      },
    ],
  },
};
const ready: Step[] = [
  post(CRDS, definition, { pick: [] }),
  get(`${CRDS}/widgets.${G}`, { until: { text: '"type":"Established"' }, pick: [] }),
  get(list, { until: { status: 200 }, pick: ['kind'] }),
];
const widget = (spec: Obj = {}, more: Obj = {}): Obj => ({
  apiVersion: `${G}/v1`,
  kind: 'Widget',
  metadata: { name: 'w' },
  spec: { size: 3, ...spec },
  ...more,
});
const on = (name: string, reason: string, steps: Step[]): Case => ({
  name,
  reason,
  steps: [...ready.map((step) => ({ ...step, setup: true })), ...steps],
});
const crd = (name: string, spec: Obj, version: Obj = {}): Obj => ({
  metadata: { name },
  spec: {
    group: 'x.sandbox.test',
    scope: 'Namespaced',
    names: { plural: 'gadgets', kind: 'Gadget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object' } },
        ...version,
      },
    ],
    ...spec,
  },
});
const bad = (name: string, reason: string, body: Obj): Case => ({
  name,
  reason,
  steps: [post(`${CRDS}?dryRun=All`, body, { pick: ['code', 'reason', 'message'] })],
});
const schemaOf = (s: Obj): Obj => crd('gadgets.x.sandbox.test', {}, { schema: { openAPIV3Schema: s } });

export const cases: readonly Case[] = [
  on('custom create', 'defaults, generation, managedFields', [post(list, widget())]),
  on('custom create with nested defaults', 'items get theirs', [
    post(list, widget({ items: [{ id: 'a' }, { id: 'b', weight: 5 }] })),
  ]),
  on('custom unknown fields are pruned', 'with a warning by default', [
    post(list, widget({ bogus: 1, nested: { other: 2 } })),
  ]),
  on('custom unknown fields, Strict', '400', [
    post(`${list}?fieldValidation=Strict`, widget({ bogus: 1, items: [{ id: 'a', extra: 1 }] })),
  ]),
  on('custom preserved fields are kept', 'x-kubernetes-preserve-unknown-fields', [
    post(list, widget({ any: { deep: { x: [1, null, 'a'] } } }), { pick: ['spec.any'] }),
  ]),
  on('custom missing required field', 'Required value', [
    post(list, { apiVersion: `${G}/v1`, kind: 'Widget', metadata: { name: 'w' }, spec: {} }),
  ]),
  on('custom missing spec', 'Required value at the root', [
    post(list, { apiVersion: `${G}/v1`, kind: 'Widget', metadata: { name: 'w' } }),
  ]),
  on('custom wrong types', 'every one of them', [
    post(list, widget({ size: 'big', mode: 3, tags: 'x', nested: [] })),
  ]),
  on('custom integer that is a fraction', 'type number', [post(list, widget({ size: 1.5 }))]),
  on('custom out of range', 'minimum and maximum', [
    post(list, widget({ size: 11 })),
    post(list, widget({ size: -1 })),
  ]),
  on('custom enum', 'Unsupported value', [post(list, widget({ mode: 'idle' }))]),
  on('custom pattern', 'should match', [post(list, widget({ interval: '5x' }))]),
  on('custom too long', 'Too long', [post(list, widget({ interval: '123456s' }))]),
  on('custom too many items', 'Too many', [post(list, widget({ tags: ['aa', 'bb', 'cc', 'dd', 'ee'] }))]),
  on('custom short items', 'minLength', [post(list, widget({ tags: ['a'] }))]),
  on('custom duplicate in a set', 'Duplicate value', [post(list, widget({ tags: ['aa', 'aa'] }))]),
  on('custom duplicate in a map list', 'Duplicate value of the keys', [
    post(list, widget({ items: [{ id: 'a' }, { id: 'a' }] })),
  ]),
  on('custom int-or-string', 'both', [
    post(list, widget({ port: 'http' }), { pick: ['spec.port'] }),
    put(
      w,
      widget(
        { port: 80 },
        { metadata: { name: 'w', resourceVersion: '{{3.body.metadata.resourceVersion}}' } },
      ),
      { pick: ['spec.port'] },
    ),
  ]),
  on('custom int-or-string refuses others', 'boolean', [post(list, widget({ port: true }))]),
  on('custom null', 'nullable or not', [
    post(list, widget({ note: null, mode: null })),
    post(list, { ...widget({ min: null }), metadata: { name: 'v' } }),
  ]),
  on('custom rule', 'message', [post(list, widget({ min: 4 }))]),
  on('custom rule with a computed message', 'messageExpression', [
    post(list, widget({ mode: 'fast', size: 1 })),
  ]),
  on('custom rules wait for the schema', 'some validation rules were not checked', [
    post(list, widget({ min: 'x' })),
  ]),
  on('custom transition rule', 'oldSelf', [
    post(list, widget({ owner: 'a' })),
    merge(w, { spec: { owner: 'b' } }),
    merge(w, { spec: { owner: null } }),
  ]),
  on('custom update needs a resourceVersion', '422', [post(list, widget()), put(w, widget({ size: 4 }))]),
  on('custom update', 'generation rises with the spec', [
    post(list, widget()),
    put(
      w,
      widget(
        { size: 4 },
        { metadata: { name: 'w', resourceVersion: '{{3.body.metadata.resourceVersion}}' } },
      ),
      { pick: ['metadata.generation', 'spec'] },
    ),
    merge(w, { metadata: { labels: { a: 'b' } } }, { pick: ['metadata.generation', 'metadata.labels'] }),
  ]),
  on('custom status is apart', 'ignored by the main endpoint', [
    post(list, widget({}, { status: { phase: 'x' } }), { pick: ['status', 'metadata.managedFields'] }),
    merge(`${w}/status?fieldManager=st`, { spec: { size: 9 }, status: { phase: 'Ready' } }),
    merge(w, { status: { phase: 'y' } }, { pick: ['status', 'spec.size'] }),
  ]),
  on('custom status validation', 'wrong type in status', [
    post(list, widget()),
    merge(`${w}/status`, { status: { phase: 5 } }),
  ]),
  on('custom strategic patch', '415', [
    post(list, widget()),
    { method: 'PATCH', path: w, type: 'strategic', body: {} },
  ]),
  on('custom apply', 'managedFields by the schema', [
    apply(
      w,
      'one',
      widget({
        items: [{ id: 'a', value: '1' }],
        tags: ['aa'],
        selector: { x: 'y' },
        plain: [{ x: '1' }],
        any: { k: { l: 1 } },
      }),
    ),
  ]),
  on('custom apply by two', 'items by key, tags by value', [
    apply(w, 'one', widget({ items: [{ id: 'a', value: '1' }], tags: ['aa'] })),
    apply(
      w,
      'two',
      {
        apiVersion: `${G}/v1`,
        kind: 'Widget',
        metadata: { name: 'w' },
        spec: { items: [{ id: 'b', value: '2' }], tags: ['bb'] },
      },
      { pick: ['spec', 'metadata.managedFields'] },
    ),
    apply(w, 'one', widget({}), { pick: ['spec', 'metadata.managedFields'] }),
  ]),
  on('custom apply conflict', 'with the key in the path', [
    apply(w, 'one', widget({ items: [{ id: 'a', value: '1' }] })),
    apply(w, 'two', {
      apiVersion: `${G}/v1`,
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { items: [{ id: 'a', value: '2' }] },
    }),
  ]),
  on('custom apply of an unknown field', 'field not declared in schema', [
    apply(w, 'one', widget({ bogus: 1 })),
  ]),
  on('custom apply of an unknown field, validation ignored', 'field not declared in schema', [
    apply(w, 'one', widget({ bogus: 1 }), { query: '&fieldValidation=Ignore' }),
  ]),
  on('custom apply of a wrong type', 'typed patch object', [apply(w, 'one', widget({ tags: 'x' }))]),
  on('custom apply of status', 'subresource entry', [
    apply(w, 'one', widget()),
    apply(`${w}/status`, 'st', {
      apiVersion: `${G}/v1`,
      kind: 'Widget',
      metadata: { name: 'w' },
      status: { phase: 'Ready', conditions: [{ type: 'A', status: 'True' }] },
    }),
  ]),
  on('custom apply of invalid values', 'validation after the merge', [apply(w, 'one', widget({ size: 99 }))]),
  on('custom unchanged invalid values are tolerated', 'ratcheting does not apply to changed ones', [
    post(list, widget()),
    merge(w, { spec: { interval: 'never' } }),
  ]),
  on('custom scale', 'by JSON paths', [
    post(list, widget()),
    get(`${w}/scale`),
    merge(`${w}/scale`, { spec: { replicas: 7 } }),
  ]),
  on('custom table', 'printer columns', [
    post(list, widget()),
    get(w, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
      pick: [
        'kind',
        'columnDefinitions',
        'rows.0.cells.0',
        'rows.0.cells.1',
        'rows.0.cells.2',
        'rows.0.object.kind',
      ],
    }),
  ]),
  on('custom list', 'items keep kind and apiVersion', [post(list, widget(), { pick: ['kind'] }), get(list)]),
  on('custom delete', 'Status with the group', [post(list, widget()), del(w)]),
  on('custom metadata is checked', 'labels and unknown members', [
    post(list, { ...widget(), metadata: { name: 'w', labels: { 'a b': 'c' } } }),
    post(`${list}?fieldValidation=Strict`, { ...widget(), metadata: { name: 'w', bogus: 'c' } }),
  ]),
  on('custom wrong apiVersion', '400', [post(list, { ...widget(), apiVersion: 'other/v1' })]),
  on('custom wrong kind', '400', [post(list, { ...widget(), kind: 'Other' })]),
  on('custom field selector', 'metadata alone', [get(`${list}?fieldSelector=spec.size%3D3`)]),
  on('custom discovery', 'names, verbs, subresources', [get(`/apis/${G}/v1`)]),
  bad('definition with a wrong name', 'plural.group', crd('other.x.sandbox.test', {})),
  bad('definition without a scope', 'Required value', crd('gadgets.x.sandbox.test', { scope: '' })),
  bad(
    'definition with a wrong scope',
    'Unsupported value',
    crd('gadgets.x.sandbox.test', { scope: 'Global' }),
  ),
  {
    name: 'definition without a storage version',
    reason: 'exactly one',
    steps: [
      post(`${CRDS}?dryRun=All`, crd('gadgets.x.sandbox.test', {}, { storage: false }), {
        pick: ['code', 'reason'],
      }),
    ],
  },
  bad(
    'definition without a schema',
    'schemas are required',
    crd('gadgets.x.sandbox.test', {}, { schema: null }),
  ),
  bad(
    'definition without types',
    'structural schemas name every type',
    schemaOf({ type: 'object', properties: { spec: { properties: { a: { type: 'string' } } } } }),
  ),
  bad(
    'definition with a map list without keys',
    'x-kubernetes-list-map-keys',
    schemaOf({
      type: 'object',
      properties: {
        l: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          items: { type: 'object', properties: { id: { type: 'string' } } },
        },
      },
    }),
  ),
  bad(
    'definition with an optional map key',
    'keys are required or have a default',
    schemaOf({
      type: 'object',
      properties: {
        l: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['id'],
          items: { type: 'object', properties: { id: { type: 'string' } } },
        },
      },
    }),
  ),
  bad(
    'definition with uniqueItems',
    'Forbidden',
    schemaOf({
      type: 'object',
      properties: { l: { type: 'array', uniqueItems: true, items: { type: 'string' } } },
    }),
  ),
  bad(
    'definition with an array without items',
    'must be specified',
    schemaOf({ type: 'object', properties: { l: { type: 'array' } } }),
  ),
];
