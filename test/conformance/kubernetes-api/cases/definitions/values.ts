/** What a schema says of values. */
import type { Case } from '../../index.ts';
import { integer, text, values } from './helpers.ts';

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
];
