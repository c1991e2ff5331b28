/** Definitions and their objects over time: changes of the schema, versions, names, deletion. */
import type { Case } from '../../index.ts';
import { apply, del, get, jsonPatch, merge, post, put } from '../helpers.ts';
import {
  CRDS,
  clean,
  crd,
  definition,
  established,
  G,
  g,
  gadget,
  integer,
  list,
  on,
  refusal,
  shown,
  TABLE,
  text,
  texts,
  version,
} from './helpers.ts';

export const cases: readonly Case[] = [
  on('invalid values that were there before', { properties: { a: text, b: text } }, [
    post(list, gadget({ a: 'long-long-long', b: 'x' }), { pick: ['code'] }),
    jsonPatch(
      crd,
      [
        {
          op: 'add',
          path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/a/maxLength',
          value: 3,
        },
      ],
      { setup: true },
    ),
    post(list, gadget({ a: 'long-long-long' }, { name: 'probe' }), {
      until: { status: 422 },
      pick: ['code'],
    }),
    merge(g, { spec: { b: 'y' } }, shown),
    merge(g, { spec: { a: 'other-long' } }, shown),
  ]),
  on('a member that is taken out of the schema', { properties: { a: text, b: text } }, [
    post(list, gadget({ a: 'x', b: 'y' }), { pick: ['spec'] }),
    jsonPatch(
      crd,
      [{ op: 'remove', path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/b' }],
      { setup: true },
    ),
    get(g, { until: { text: '"spec":{"a":"x"}' }, pick: ['spec'] }),
  ]),
  on('a default that is new', { properties: { a: text } }, [
    post(list, gadget({}), { pick: ['spec'] }),
    jsonPatch(
      crd,
      [
        {
          op: 'add',
          path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/a/default',
          value: 'x',
        },
      ],
      { setup: true },
    ),
    get(g, { until: { text: '"a":"x"' }, pick: ['spec', 'metadata.generation'] }),
  ]),
  {
    name: 'definition: two versions',
    reason: 'conversion None changes the apiVersion alone',
    steps: [
      post(
        CRDS,
        definition([
          version({ properties: { a: text } }),
          version(
            { properties: { a: text, b: { type: 'string', default: 'n' } } },
            { name: 'v2', storage: false },
          ),
          version({}, { name: 'v1beta1', storage: false, served: false }),
        ]),
        { setup: true },
      ),
      ...established(),
      ...established(list.replace('/v1/', '/v2/')),
      post(list, gadget({ a: 'x' }), { pick: ['apiVersion', 'spec', 'metadata.managedFields'] }),
      get(g.replace('/v1/', '/v2/'), { pick: ['apiVersion', 'spec', 'metadata.managedFields'] }),
      merge(g.replace('/v1/', '/v2/'), { spec: { a: 'y' } }, { setup: true }),
      get(g, { pick: ['apiVersion', 'spec.a'] }),
      get(g.replace('/v1/', '/v1beta1/'), { pick: [] }),
      get(`/apis/${G}`),
      get(crd, {
        pick: [
          'status.storedVersions',
          'status.acceptedNames',
          'spec.conversion',
          'spec.preserveUnknownFields',
        ],
      }),
      ...clean,
    ],
  },
  on(
    'deprecated',
    { properties: { a: text } },
    [post(list, gadget({ a: 'x' }), { pick: ['spec'] }), get(g, { pick: ['spec'] })],
    { deprecated: true },
  ),
  on('deprecated in words', { properties: { a: text } }, [get(`${list}?limit=1`, { pick: ['kind'] })], {
    deprecated: true,
    deprecationWarning: 'use something else',
  }),
  on(
    'selectable fields',
    { properties: { a: text, n: integer, f: { type: 'boolean' } } },
    [
      post(list, gadget({ a: 'x', n: 1, f: true }), { setup: true }),
      post(list, gadget({ a: 'y', n: 2 }, { name: 'h' }), { setup: true }),
      ...['spec.a=x', 'spec.n=2', 'spec.f=true', 'spec.a!=x', 'spec.a=', 'spec.b=x'].map((selector) =>
        get(`${list}?fieldSelector=${encodeURIComponent(selector)}`, {
          pick: ['code', 'message', 'items.0.metadata.name', 'items.1.metadata.name'],
        }),
      ),
    ],
    { selectableFields: [{ jsonPath: '.spec.a' }, { jsonPath: '.spec.n' }, { jsonPath: '.spec.f' }] },
  ),
  on(
    'columns',
    {
      properties: {
        a: text,
        n: integer,
        l: texts,
        m: { type: 'object', additionalProperties: text },
        t: { type: 'string', format: 'date-time' },
        x: { type: 'array', items: { type: 'object', properties: { k: text, v: text } } },
        f: { type: 'boolean' },
        d: { type: 'number' },
      },
    },
    [
      post(
        list,
        gadget({
          a: 'x',
          n: 1,
          l: ['p', 'q'],
          m: { k: 'v' },
          t: '2001-01-01T00:00:00Z',
          x: [
            { k: 'a', v: '1' },
            { k: 'b', v: '2' },
          ],
          f: true,
          d: 1.5,
        }),
        { setup: true },
      ),
      post(list, gadget({}, { name: 'h' }), { setup: true }),
      get(list, { ...TABLE, pick: ['columnDefinitions', 'rows.0.cells', 'rows.1.cells'] }),
    ],
    {
      additionalPrinterColumns: [
        { name: 'A', type: 'string', jsonPath: '.spec.a', description: 'text' },
        { name: 'N', type: 'integer', format: 'int32', jsonPath: '.spec.n' },
        { name: 'L', type: 'string', jsonPath: '.spec.l' },
        { name: 'First', type: 'string', jsonPath: '.spec.l[0]' },
        { name: 'Last', type: 'string', jsonPath: '.spec.l[-1:]' },
        { name: 'M', type: 'string', jsonPath: '.spec.m' },
        { name: 'T', type: 'date', jsonPath: '.spec.t' },
        { name: 'B', type: 'string', jsonPath: '.spec.x[?(@.k=="b")].v' },
        { name: 'All', type: 'string', jsonPath: '.spec.x[*].k' },
        { name: 'F', type: 'boolean', jsonPath: '.spec.f', priority: 1 },
        { name: 'D', type: 'number', jsonPath: '.spec.d' },
        { name: 'Wrong', type: 'integer', jsonPath: '.spec.a' },
      ],
    },
  ),
  on('no columns', { properties: { a: text } }, [
    post(list, gadget({ a: 'x' }), { setup: true }),
    get(list, { ...TABLE, pick: ['columnDefinitions', 'rows.0.cells.0'] }),
  ]),
  {
    name: 'definition: status without a subresource',
    reason: 'an ordinary member',
    steps: [
      post(
        CRDS,
        definition([
          {
            ...version({}),
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: { type: 'object', properties: { a: text } },
                  status: { type: 'object', properties: { p: text } },
                },
              },
            },
          },
        ]),
        { setup: true },
      ),
      ...established(),
      post(list, gadget({}, {}, { status: { p: 'x' } }), {
        pick: ['status', 'metadata.generation', 'metadata.managedFields'],
      }),
      merge(g, { status: { p: 'y' } }, { pick: ['status', 'metadata.generation'] }),
      merge(g, { metadata: { labels: { a: 'b' } } }, { pick: ['metadata.generation'] }),
      merge(`${g}/status`, { status: { p: 'z' } }, { pick: ['code'] }),
      ...clean,
    ],
  },
  {
    name: 'definition: cluster scope',
    reason: 'no namespace in the path',
    steps: [
      post(CRDS, definition([version({ properties: { a: text } })], { scope: 'Cluster' }), { setup: true }),
      ...established(`/apis/${G}/v1/gadgets`),
      post(`/apis/${G}/v1/gadgets`, gadget({ a: 'x' }), {
        pick: ['metadata.namespace', 'metadata.name', 'spec'],
      }),
      post(`/apis/${G}/v1/gadgets`, gadget({ a: 'x' }, { name: 'h', namespace: '$ns' }), {
        pick: ['code', 'reason', 'message'],
      }),
      get(list, { pick: ['code'] }),
      apply(`/apis/${G}/v1/gadgets/g`, 'one', gadget({ a: 'y' }), { pick: ['code', 'message'] }),
      del(`/apis/${G}/v1/gadgets/g`, undefined, { pick: ['status', 'details.kind', 'details.group'] }),
      ...clean,
    ],
  },
  {
    name: 'definition: scale with a selector',
    reason: 'by paths',
    steps: [
      post(
        CRDS,
        definition([
          {
            ...version({}),
            subresources: {
              status: {},
              scale: {
                specReplicasPath: '.spec.n',
                statusReplicasPath: '.status.n',
                labelSelectorPath: '.status.sel',
              },
            },
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: { type: 'object', properties: { n: integer } },
                  status: { type: 'object', properties: { n: integer, sel: text } },
                },
              },
            },
          },
        ]),
        { setup: true },
      ),
      ...established(),
      post(list, gadget({}), { setup: true }),
      get(`${g}/scale`),
      put(`${g}/scale?fieldManager=sc`, {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'g', namespace: '$ns' },
        spec: { replicas: 3 },
      }),
      merge(`${g}/status`, { status: { n: 2, sel: 'a=b' } }, { setup: true }),
      get(`${g}/scale`),
      get(g, { pick: ['spec', 'metadata.generation'] }),
      put(
        `${g}/scale`,
        {
          apiVersion: 'autoscaling/v1',
          kind: 'Scale',
          metadata: { name: 'g', namespace: '$ns' },
          spec: { replicas: -1 },
        },
        refusal,
      ),
      ...clean,
    ],
  },
  {
    name: 'definition: deletion takes its objects',
    reason: 'and the group goes',
    steps: [
      post(CRDS, definition([version({ properties: { a: text } })]), { setup: true }),
      ...established(),
      post(list, gadget({ a: 'x' }), { setup: true }),
      del(crd, undefined, { pick: ['kind', 'metadata.finalizers', 'status', 'code'] }),
      get(crd, { until: { status: 404 }, pick: ['code'] }),
      get(g, { until: { status: 404 }, pick: ['code'] }),
      post(CRDS, definition([version({ properties: { a: text } })]), { setup: true }),
      ...established(),
      get(list, { pick: ['items'] }),
      ...clean,
    ],
  },
  {
    name: 'definition: objects with finalizers hold it',
    reason: 'Terminating, and nothing new',
    steps: [
      post(CRDS, definition([version({ properties: { a: text } })]), { setup: true }),
      ...established(),
      post(list, gadget({ a: 'x' }, { finalizers: ['x.test/f'] }), { setup: true }),
      del(crd, undefined, { setup: true }),
      get(crd, { until: { text: '"type":"Terminating"' }, pick: ['metadata.finalizers'] }),
      get(g, { until: { text: 'deletionTimestamp' }, pick: ['metadata.finalizers'] }),
      post(list, gadget({ a: 'x' }, { name: 'h' }), { until: { status: 403 }, pick: ['code', 'reason'] }),
      merge(g, { metadata: { finalizers: null } }, { setup: true }),
      get(crd, { until: { status: 404 }, pick: ['code'] }),
    ],
  },
  {
    name: 'definition: conditions',
    reason: 'names accepted, established',
    steps: [
      post(CRDS, definition([version({ properties: { a: text } })]), {
        pick: ['status', 'metadata.generation', 'spec.names', 'spec.conversion'],
      }),
      ...established(),
      get(crd, { pick: ['status', 'metadata.finalizers'] }),
      ...clean,
    ],
  },
  {
    name: 'definition: names that are taken',
    reason: 'not accepted, not established',
    steps: [
      post(CRDS, definition([version({})]), { setup: true }),
      ...established(),
      post(
        CRDS,
        {
          ...definition([version({})], {
            names: { plural: 'gizmos', kind: 'Gadget', singular: 'gizmo', listKind: 'GizmoList' },
          }),
          metadata: { name: `gizmos.${G}` },
        },
        { setup: true },
      ),
      get(`${CRDS}/gizmos.${G}`, {
        until: { text: 'KindConflict' },
        pick: ['status.conditions', 'status.acceptedNames'],
      }),
      del(`${CRDS}/gizmos.${G}`, undefined, { setup: true }),
      ...clean,
    ],
  },
  {
    name: 'definition: what cannot change',
    reason: 'scope, group; stored versions stay',
    steps: [
      post(CRDS, definition([version({})]), { setup: true }),
      ...established(),
      merge(crd, { spec: { scope: 'Cluster' } }, refusal),
      merge(crd, { spec: { group: 'other.test' } }, refusal),
      merge(crd, { spec: { versions: [version({}, { name: 'v2' })] } }, refusal),
      merge(crd, { spec: { names: { kind: 'Other', plural: 'gadgets' } } }, { pick: ['code', 'message'] }),
      ...clean,
    ],
  },
  {
    name: 'definition: apply and metadata',
    reason: 'generation and status',
    steps: [
      apply(crd, 'one', definition([version({ properties: { a: text } })]), {
        pick: ['code', 'metadata.generation', 'spec.names'],
      }),
      ...established(),
      apply(crd, 'one', definition([version({ properties: { a: text } })]), {
        pick: ['metadata.generation'],
      }),
      apply(crd, 'one', definition([version({ properties: { a: text, b: text } })]), {
        pick: ['metadata.generation'],
      }),
      merge(crd, { metadata: { labels: { x: 'y' } } }, { pick: ['metadata.generation'] }),
      ...clean,
    ],
  },
  on(
    'columns, schema and shape in OpenAPI',
    {
      description: 'What is wanted.',
      required: ['a'],
      properties: { a: { ...text, description: 'The a.', enum: ['x', 'y'] } },
    },
    [
      get(`/openapi/v3/apis/${G}/v1`, {
        until: { status: 200 },
        pick: [
          'openapi',
          '/components/schemas/test.sandbox.$ns.v1.Gadget',
          '/components/schemas/test.sandbox.$ns.v1.GadgetList',
        ],
      }),
    ],
  ),
  on(
    'unknown members at every depth',
    {
      properties: {
        a: {
          type: 'object',
          properties: { b: { type: 'array', items: { type: 'object', properties: { c: text } } } },
        },
      },
    },
    [
      post(
        `${list}?fieldValidation=Strict`,
        gadget({ x: 1, a: { y: 2, b: [{ z: 3 }, { c: 'ok', w: 4 }] } }, {}, { top: 1 }),
        refusal,
      ),
      post(list, gadget({ x: 1, a: { y: 2, b: [{ z: 3 }] } }, {}, { top: 1 }), {
        pick: ['spec', 'top', 'code'],
      }),
      merge(`${g}?fieldValidation=Strict`, { spec: { x: 1 } }, refusal),
      apply(g, 'one', gadget({ x: 1 }), { ...refusal, query: '&fieldValidation=Strict' }),
    ],
  ),
];
