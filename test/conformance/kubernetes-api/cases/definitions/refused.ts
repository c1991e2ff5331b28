/** Definitions that are refused. */
import type { Case } from '../../index.ts';
import { integer, refused, rule, text } from './helpers.ts';

export const cases: readonly Case[] = [
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
