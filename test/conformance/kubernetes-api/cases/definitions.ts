import type { Case, Json, Step } from '../index.ts';
import { apply, del, get, jsonPatch, merge, post, put } from './helpers.ts';

type Obj = { [key: string]: Json };
/** A group of the case's own: definitions belong to the whole cluster. */
const G = '$ns.sandbox.test';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const crd = `${CRDS}/gadgets.${G}`;
const list = `/apis/${G}/v1/namespaces/$ns/gadgets`;
const g = `${list}/g`;
const refusal = { pick: ['code', 'reason', 'message', 'details.causes'] };
const shown = { pick: ['code', 'reason', 'message', 'details.causes', 'spec'] };

const version = (spec: Obj, more: Obj = {}): Obj => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', ...spec } } } },
  ...more,
});
const definition = (versions: Obj[], more: Obj = {}): Obj => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gadgets.${G}` },
  spec: {
    group: G,
    scope: 'Namespaced',
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' },
    versions,
    ...more,
  },
});
const gadget = (spec: Json, metadata: Obj = {}, more: Obj = {}): Obj => ({
  apiVersion: `${G}/v1`,
  kind: 'Gadget',
  metadata: { name: 'g', ...metadata },
  spec,
  ...more,
});
const established = (path = list): Step[] => [
  get(crd, { until: { text: '"type":"Established"' }, setup: true }),
  get(path, { until: { status: 200 }, setup: true }),
];
const clean: Step[] = [
  del(crd, undefined, { setup: true }),
  get(crd, { until: { status: 404 }, setup: true }),
];
/** A definition of this schema, and what happens then. */
const on = (name: string, spec: Obj, steps: Step[], more: Obj = {}): Case => ({
  name: `definition: ${name}`,
  reason: name,
  steps: [
    post(CRDS, definition([version(spec, more)]), { setup: true }),
    ...established(),
    ...steps,
    ...clean,
  ],
});
/** A schema whose `spec` has these members; each object is sent in turn. */
const values = (name: string, properties: Obj, ...specs: Json[]): Case =>
  on(
    name,
    { properties },
    specs.map((spec, i) => post(list, gadget(spec, { name: `g${i}` }), shown)),
  );
const rules = (name: string, properties: Obj, validations: Obj[], ...specs: Json[]): Case =>
  on(
    `rule: ${name}`,
    { properties, 'x-kubernetes-validations': validations },
    specs.map((spec, i) => post(list, gadget(spec, { name: `g${i}` }), shown)),
  );
const rule = (text: string, more: Obj = {}): Obj => ({ rule: text, ...more });
const text = { type: 'string' };
const integer = { type: 'integer' };
const shortText = { type: 'string', maxLength: 20 };
const texts = { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 20 } };
const refused = (name: string, spec: Obj, more: Obj = {}): Case => ({
  name: `definition refused: ${name}`,
  reason: name,
  steps: [
    post(`${CRDS}?dryRun=All`, definition([version(spec, more)]), { pick: ['code', 'reason', 'message'] }),
  ],
});
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

export const cases: readonly Case[] = [
  values(
    'numbers',
    { a: { type: 'number', minimum: 1, exclusiveMinimum: true, multipleOf: 2 } },
    { a: 4 },
    { a: 1 },
    { a: 3 },
    { a: 1.5 },
    { a: '4' },
  ),
  values(
    'integers and their formats',
    { a: { type: 'integer', format: 'int32' }, b: { type: 'integer', format: 'int64' } },
    { a: 1, b: 2 },
    { a: 3_000_000_000 },
    { b: 3_000_000_000 },
    { a: 1.0 },
  ),
  values(
    'exclusive maximum',
    { a: { type: 'integer', maximum: 5, exclusiveMaximum: true } },
    { a: 4 },
    { a: 5 },
  ),
  values(
    'texts',
    { a: { type: 'string', minLength: 2, maxLength: 4, pattern: '^[a-z]+$' } },
    { a: 'abc' },
    { a: 'a' },
    { a: 'abcde' },
    { a: 'AB' },
    { a: 'äöüß' },
  ),
  values(
    'formats',
    {
      a: { type: 'string', format: 'date-time' },
      b: { type: 'string', format: 'uuid' },
      c: { type: 'string', format: 'ipv4' },
      d: { type: 'string', format: 'email' },
      e: { type: 'string', format: 'uri' },
      f: { type: 'string', format: 'no-such-format' },
      h: { type: 'string', format: 'date' },
    },
    {
      a: '2024-01-01T00:00:00Z',
      b: '11111111-1111-1111-1111-111111111111',
      c: '10.0.0.1',
      d: 'a@b.test',
      e: 'https://a.test/x',
      f: 'anything',
      h: '2024-01-01',
    },
    { a: 'yesterday' },
    { b: 'x' },
    { c: '10.0.0.256' },
    { d: 'a' },
    { e: 'a b' },
    { h: '2024-13-01' },
  ),
  values(
    'lists',
    { a: { type: 'array', minItems: 1, maxItems: 2, items: integer } },
    { a: [1] },
    { a: [] },
    { a: [1, 2, 3] },
    { a: ['x'] },
    { a: null },
  ),
  values(
    'maps',
    { a: { type: 'object', minProperties: 1, maxProperties: 2, additionalProperties: integer } },
    { a: { x: 1 } },
    { a: {} },
    { a: { x: 1, y: 2, z: 3 } },
    { a: { x: 'y' } },
  ),
  values(
    'a map of anything',
    { a: { type: 'object', additionalProperties: true } },
    { a: { x: { y: [1] } } },
  ),
  values('enum of numbers', { a: { type: 'integer', enum: [1, 2] } }, { a: 1 }, { a: 3 }),
  values(
    'nullable',
    {
      a: { type: 'string', nullable: true },
      b: { type: 'string' },
      c: { type: 'string', nullable: true, default: 'c' },
      d: { type: 'string', default: 'd' },
    },
    { a: null, b: null, c: null, d: null },
    {},
  ),
  values('booleans', { a: { type: 'boolean', default: false } }, {}, { a: true }, { a: 'true' }, { a: 1 }),
  values(
    'defaults at depth',
    {
      a: {
        type: 'object',
        properties: {
          b: {
            type: 'object',
            default: { c: 'x' },
            properties: { c: text, d: { type: 'integer', default: 5 } },
          },
        },
      },
    },
    {},
    { a: {} },
    { a: { b: {} } },
  ),
  values(
    'defaults in lists and maps',
    {
      a: { type: 'array', items: { type: 'object', properties: { x: { type: 'integer', default: 1 } } } },
      m: {
        type: 'object',
        additionalProperties: { type: 'object', properties: { y: { type: 'string', default: 'z' } } },
      },
    },
    { a: [{}, { x: 2 }], m: { k: {} } },
  ),
  values(
    'an embedded object',
    {
      a: {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
      },
    },
    { a: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', bogus: 1 }, spec: { x: 1 } } },
    { a: { kind: 'Pod' } },
    { a: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'Bad Name' } } },
  ),
  values(
    'preserved members beside known ones',
    {
      a: {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { known: { type: 'object', properties: { x: integer } } },
      },
    },
    { a: { known: { x: 1, y: 2 }, other: { z: 1 } } },
    { a: { known: { x: 'y' } } },
  ),
  values(
    'anything at all',
    { a: { 'x-kubernetes-preserve-unknown-fields': true } },
    { a: 1 },
    { a: 'x' },
    { a: [1, { b: 2 }] },
    { a: null },
  ),
  values(
    'one of',
    {
      a: {
        type: 'object',
        properties: { x: text, y: text },
        oneOf: [{ required: ['x'] }, { required: ['y'] }],
      },
    },
    { a: { x: '1' } },
    { a: {} },
    { a: { x: '1', y: '1' } },
  ),
  values(
    'any of',
    {
      a: {
        type: 'object',
        properties: { x: text, y: text },
        anyOf: [{ required: ['x'] }, { required: ['y'] }],
      },
    },
    { a: { x: '1', y: '1' } },
    { a: {} },
  ),
  values(
    'all of and not',
    { a: { type: 'integer', allOf: [{ minimum: 2 }], not: { enum: [5] } } },
    { a: 3 },
    { a: 1 },
    { a: 5 },
  ),
  values(
    'required at depth',
    { a: { type: 'object', required: ['x', 'y'], properties: { x: text, y: text } } },
    { a: { x: '1', y: '1' } },
    { a: {} },
    { a: { x: '1' } },
  ),
  values(
    'keys of two',
    {
      a: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['p', 'q'],
        items: {
          type: 'object',
          required: ['p'],
          properties: { p: integer, q: { type: 'string', default: 'TCP' } },
        },
      },
    },
    { a: [{ p: 1 }, { p: 1, q: 'UDP' }] },
    { a: [{ p: 1 }, { p: 1, q: 'TCP' }] },
  ),
  values(
    'a set of numbers',
    { a: { type: 'array', 'x-kubernetes-list-type': 'set', items: integer } },
    { a: [1, 2] },
    { a: [1, 2, 1] },
  ),
  values(
    'quantities',
    {
      a: {
        anyOf: [{ type: 'integer' }, { type: 'string' }],
        pattern:
          '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
        'x-kubernetes-int-or-string': true,
      },
    },
    { a: 1 },
    { a: '100m' },
    { a: 'lots' },
    { a: 1.5 },
  ),

  rules(
    'members of two fields',
    { min: integer, max: integer },
    [rule('self.min <= self.max')],
    { min: 1, max: 2 },
    { min: 3, max: 2 },
    { min: 1 },
  ),
  rules(
    'has',
    { a: text, b: text },
    [rule('has(self.a) != has(self.b)', { message: 'exactly one of a and b' })],
    { a: 'x' },
    { a: 'x', b: 'y' },
    {},
  ),
  rules(
    'reason and path',
    { a: text, b: text },
    [rule('!has(self.a)', { message: 'a is not welcome', reason: 'FieldValueForbidden', fieldPath: '.a' })],
    { a: 'x' },
  ),
  rules(
    'reason required',
    { a: text },
    [rule('has(self.a)', { message: 'say a', reason: 'FieldValueRequired', fieldPath: '.a' })],
    {},
  ),
  rules('no message', { a: integer }, [rule('self.a > 1')], { a: 1 }),
  rules(
    'two of them',
    { a: integer },
    [rule('self.a > 1', { message: 'one' }), rule('self.a > 2', { message: 'two' })],
    { a: 1 },
    { a: 2 },
  ),
  rules(
    'a message that is made',
    { a: shortText },
    [rule('self.a.size() > 1', { messageExpression: '"a is " + self.a + ", which is too short"' })],
    { a: 'x' },
  ),
  rules(
    'a message that fails',
    { a: integer, l: texts },
    [rule('self.a > 1', { message: 'plain', messageExpression: 'self.l[7]' })],
    { a: 0, l: [] },
  ),
  rules(
    'lists',
    { l: texts },
    [
      rule('self.l.all(x, x.startsWith("a"))', { message: 'all' }),
      rule('self.l.exists_one(x, x == "ab")', { message: 'one' }),
    ],
    { l: ['ab', 'ac'] },
    { l: ['ab', 'b'] },
    { l: ['ac'] },
  ),
  rules(
    'filter, map and size',
    { l: texts },
    [rule('self.l.filter(x, x.size() > 2).size() == 1'), rule('self.l.map(x, x + "!").exists(x, x == "a!")')],
    { l: ['a', 'bcd'] },
    { l: ['b'] },
  ),
  rules(
    'list functions',
    { l: texts },
    [
      rule('self.l.isSorted()', { message: 'sorted' }),
      rule('self.l.indexOf("a") == 0', { message: 'a first' }),
    ],
    { l: ['a', 'b'] },
    { l: ['b', 'a'] },
  ),
  rules(
    'maps',
    { m: { type: 'object', maxProperties: 5, additionalProperties: { type: 'string', maxLength: 9 } } },
    [rule('self.m.all(k, self.m[k] != "")'), rule('"a" in self.m')],
    { m: { a: 'x' } },
    { m: { b: 'x' } },
    { m: { a: '' } },
  ),
  rules(
    'texts',
    { a: text, b: text },
    [rule("self.a.matches('^[a-z]+$') && self.a.contains('b') && !self.a.endsWith('z')")],
    { a: 'abc' },
    { a: 'abz' },
  ),
  rules(
    'text functions',
    { a: text },
    [
      rule('self.a.lowerAscii() == self.a', { message: 'lower' }),
      rule("self.a.split('-').size() == 2", { message: 'split' }),
      rule("self.a.replace('-', '').size() < 6", { message: 'replace' }),
      rule("self.a.substring(0, 1) == 'a'", { message: 'substring' }),
    ],
    { a: 'ab-cd' },
    { a: 'AB' },
    { a: 'bb-cc' },
  ),
  rules('find', { a: text }, [rule("self.a.find('[0-9]+') == '12'")], { a: 'x12y' }, { a: 'x13y' }),
  rules(
    'urls',
    { a: text },
    [rule("isURL(self.a) && url(self.a).getHost() == 'a.test'")],
    { a: 'https://a.test/x' },
    { a: 'https://b.test' },
    { a: 'nonsense' },
  ),
  rules(
    'addresses',
    { a: text, c: text },
    [
      rule('isIP(self.a) && ip(self.a).family() == 4'),
      rule('isCIDR(self.c) && cidr(self.c).containsIP(self.a)'),
    ],
    { a: '10.0.0.1', c: '10.0.0.0/8' },
    { a: '11.0.0.1', c: '10.0.0.0/8' },
    { a: 'x', c: 'y' },
  ),
  rules(
    'quantities',
    { a: text },
    [rule("isQuantity(self.a) && quantity(self.a).isGreaterThan(quantity('100m'))")],
    { a: '1' },
    { a: '50m' },
    { a: 'x' },
  ),
  rules(
    'more of addresses',
    { a: shortText, c: shortText },
    [
      rule("cidr(self.c).containsCIDR('10.1.0.0/16')", { message: 'containsCIDR' }),
      rule('cidr(self.c).masked() == cidr(self.c)', { message: 'masked' }),
      rule('cidr(self.c).prefixLength() <= 16', { message: 'prefixLength' }),
      rule('ip(self.a).isGlobalUnicast() && !ip(self.a).isLoopback()', { message: 'unicast' }),
      rule('string(ip(self.a)) == self.a', { message: 'canonical' }),
    ],
    { a: '10.0.0.1', c: '10.0.0.0/8' },
    { a: '127.0.0.1', c: '10.1.0.1/16' },
    { a: '2001:db8::1', c: '10.1.2.0/24' },
    { a: '2001:db8:0:0::1', c: '10.0.0.0/8' },
    { a: '::ffff:10.0.0.1', c: '10.0.0.0/8' },
  ),
  rules(
    'more of urls',
    { a: { type: 'string', maxLength: 60 } },
    [
      rule("url(self.a).getScheme() == 'https'", { message: 'scheme' }),
      rule("url(self.a).getHostname() == 'a.test' && url(self.a).getPort() == '8443'", { message: 'port' }),
      rule("url(self.a).getEscapedPath() == '/x%20y'", { message: 'path' }),
      rule("url(self.a).getQuery()['k'] == ['1', '2']", { message: 'query' }),
    ],
    { a: 'https://a.test:8443/x%20y?k=1&k=2' },
    { a: 'http://b.test/z?k=1' },
    { a: '/relative?k=1' },
  ),
  rules(
    'sets',
    { l: { ...texts, 'x-kubernetes-list-type': 'set' } },
    [
      rule("sets.contains(self.l, ['a'])", { message: 'contains' }),
      rule("!sets.intersects(self.l, ['z'])", { message: 'intersects' }),
      rule("self.l.size() > 1 || sets.equivalent(self.l, ['a', 'a'])", { message: 'equivalent' }),
    ],
    { l: ['a'] },
    { l: ['b', 'z'] },
    { l: ['b'] },
  ),
  rules(
    'named formats',
    { a: shortText },
    [rule('!format.dns1123Label().validate(self.a).hasValue()')],
    { a: 'abc' },
    { a: 'A_b' },
  ),
  rules(
    'durations and times',
    { a: { type: 'string', format: 'duration' }, t: { type: 'string', format: 'date-time' } },
    [
      rule("!has(self.a) || self.a > duration('1m')"),
      rule("!has(self.t) || self.t > timestamp('2020-01-01T00:00:00Z')"),
    ],
    { a: '2m' },
    { a: '5s' },
    { t: '2024-01-01T00:00:00Z' },
    { t: '2001-01-01T00:00:00Z' },
  ),
  rules(
    'int-or-string',
    { a: { 'x-kubernetes-int-or-string': true } },
    [rule('type(self.a) == int ? self.a > 0 : self.a == "50%"')],
    { a: 1 },
    { a: '50%' },
    { a: 0 },
    { a: '5' },
  ),
  rules(
    'words of the language',
    { namespace: text, in: text, 'a-b': text },
    [rule("self.__namespace__ != self.__in__ && self.a__dash__b == 'x'")],
    { namespace: 'a', in: 'b', 'a-b': 'x' },
    { namespace: 'a', in: 'a', 'a-b': 'x' },
  ),
  rules(
    'ternary and arithmetic',
    { a: integer, b: integer },
    [rule('(self.a > 0 ? self.a * 2 : -self.a) % 3 == self.b')],
    { a: 2, b: 1 },
    { a: -4, b: 1 },
    { a: 2, b: 0 },
  ),
  rules('division by zero', { a: integer }, [rule('10 / self.a > 1')], { a: 0 }),
  on(
    'rule on items',
    {
      properties: {
        l: {
          type: 'array',
          maxItems: 5,
          items: {
            type: 'object',
            properties: { n: integer },
            'x-kubernetes-validations': [rule('self.n > 0', { message: 'n is positive' })],
          },
        },
      },
    },
    [post(list, gadget({ l: [{ n: 1 }, { n: 0 }] }), shown)],
  ),
  on(
    'rule of change',
    {
      properties: { a: text, n: integer },
      'x-kubernetes-validations': [rule('self.n >= oldSelf.n', { message: 'n never falls' })],
    },
    [
      post(list, gadget({ n: 2 }), shown),
      merge(g, { spec: { n: 3 } }, shown),
      merge(g, { spec: { n: 1 } }, shown),
      merge(g, { metadata: { labels: { a: 'b' } } }, { pick: ['code', 'spec'] }),
    ],
  ),
  on(
    'rule of change that may be the first',
    {
      properties: {
        a: {
          type: 'string',
          'x-kubernetes-validations': [
            rule('!oldSelf.hasValue() || oldSelf.value() == self', {
              optionalOldSelf: true,
              message: 'stays',
            }),
          ],
        },
      },
    },
    [post(list, gadget({ a: 'x' }), shown), merge(g, { spec: { a: 'y' } }, shown)],
  ),
  {
    name: 'definition: rule of the whole object',
    reason: 'metadata.name is there',
    steps: [
      post(
        CRDS,
        definition([
          {
            ...version({ properties: { a: text } }),
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { spec: { type: 'object', properties: { a: text } } },
                'x-kubernetes-validations': [
                  rule("self.metadata.name.startsWith('g')", { message: 'names begin with g' }),
                ],
              },
            },
          },
        ]),
        { setup: true },
      ),
      ...established(),
      post(list, gadget({}), { pick: ['code'] }),
      post(list, gadget({}, { name: 'x' }), refusal),
      ...clean,
    ],
  },

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

  refused('a default that does not fit', { properties: { a: { type: 'integer', default: 'x' } } }),
  refused('a default against a rule', {
    properties: { a: { type: 'integer', default: 1, 'x-kubernetes-validations': [rule('self > 1')] } },
  }),
  refused('a rule that does not parse', {
    properties: { a: integer },
    'x-kubernetes-validations': [rule('self.a >')],
  }),
  refused('a rule of an unknown member', {
    properties: { a: integer },
    'x-kubernetes-validations': [rule('self.b > 1')],
  }),
  refused('a rule that is no truth', {
    properties: { a: integer },
    'x-kubernetes-validations': [rule('self.a + 1')],
  }),
  refused('a rule of mixed types', {
    properties: { a: integer, b: text },
    'x-kubernetes-validations': [rule('self.a == self.b')],
  }),
  refused('a rule without text', { properties: { a: integer }, 'x-kubernetes-validations': [rule('')] }),
  refused('a path of a rule that is not there', {
    properties: { a: integer },
    'x-kubernetes-validations': [rule('self.a > 1', { fieldPath: '.b' })],
  }),
  refused('an unknown reason of a rule', {
    properties: { a: integer },
    'x-kubernetes-validations': [rule('self.a > 1', { reason: 'Because' })],
  }),
  refused('a pattern that is none', { properties: { a: { type: 'string', pattern: '(' } } }),
  refused('a set of objects', {
    properties: {
      a: {
        type: 'array',
        'x-kubernetes-list-type': 'set',
        items: { type: 'object', properties: { x: text } },
      },
    },
  }),
  refused('an unknown list type', {
    properties: { a: { type: 'array', 'x-kubernetes-list-type': 'ring', items: text } },
  }),
  refused('a key that is not there', {
    properties: {
      a: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
        items: { type: 'object', properties: { x: text } },
      },
    },
  }),
  refused('properties beside additional ones', {
    properties: { a: { type: 'object', properties: { x: text }, additionalProperties: text } },
  }),
  refused('a reference', { properties: { a: { $ref: '#/x' } } }),
  refused('types in anyOf', { properties: { a: { anyOf: [{ type: 'integer' }, { type: 'string' }] } } }),
  refused('two types of one member', { properties: { a: { type: 'text' } } }),
  refused('an int-or-string with a type', {
    properties: { a: { type: 'integer', 'x-kubernetes-int-or-string': true } },
  }),
  refused(
    'a column without a path',
    { properties: { a: text } },
    { additionalPrinterColumns: [{ name: 'A', type: 'string' }] },
  ),
  refused(
    'a column of an unknown type',
    { properties: { a: text } },
    { additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: '.spec.a' }] },
  ),
  refused('a scale without its paths', { properties: { a: text } }, { subresources: { scale: {} } }),
  refused(
    'a selectable member that is not there',
    { properties: { a: text } },
    { selectableFields: [{ jsonPath: '.spec.b' }] },
  ),
  refused(
    'metadata with rules of its own',
    { properties: {} },
    {
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            metadata: {
              type: 'object',
              properties: { labels: { type: 'object', additionalProperties: text } },
            },
          },
        },
      },
    },
  ),
  refused('a version that is no version', {}, { name: 'V_1' }),
];
