import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { atomicList, mapList, setList, stringMap, text, time, withRules, word } from '../schema/build.ts';
import { type StructuralSchema, toStructural } from './structural.ts';

const rule = { rule: 'self > 0', message: 'more' };

describe('zod to structural schema', () => {
  test.each<[z.ZodType, StructuralSchema, string]>([
    [z.string(), { type: 'string' }, 'a string'],
    [text(5), { type: 'string', minLength: 1, maxLength: 5 }, 'a limited string'],
    [
      word(/^a\/$/, 9, 'say a/'),
      {
        type: 'string',
        maxLength: 9,
        'x-kubernetes-validations': [{ rule: "self.matches('^a/$')", message: 'say a/' }],
      },
      'a pattern is a rule, so that its message says what to do; CEL knows no escaped slash',
    ],
    [time(), { type: 'string', format: 'date-time' }, 'a time'],
    [z.int(), { type: 'integer', format: 'int64' }, 'an int has no bounds of its own'],
    [z.int32().min(0).max(9), { type: 'integer', format: 'int32', minimum: 0, maximum: 9 }, 'a small int'],
    [z.boolean().default(true), { type: 'boolean', default: true }, 'a default'],
    [z.enum(['A', 'B']), { type: 'string', enum: ['A', 'B'] }, 'an enum'],
    [
      stringMap(z.string(), 3),
      { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 3 },
      'a map',
    ],
    [
      atomicList(z.string()).max(2),
      { type: 'array', items: { type: 'string' }, maxItems: 2, 'x-kubernetes-list-type': 'atomic' },
      'a limit after the kind of list',
    ],
    [
      setList(z.string(), 2),
      { type: 'array', items: { type: 'string' }, maxItems: 2, 'x-kubernetes-list-type': 'set' },
      'a set',
    ],
    [
      mapList(z.object({ id: z.string().describe('Id.') }), 'id', 7),
      {
        type: 'array',
        items: {
          type: 'object',
          properties: { id: { type: 'string', description: 'Id.' } },
          required: ['id'],
        },
        maxItems: 7,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['id'],
      },
      'a list with keys',
    ],
    [
      z.object({
        a: z.string().describe('A.'),
        b: z.string().exactOptional().describe('B.'),
        c: z.boolean().default(false).describe('C.'),
        d: stringMap(z.string()).prefault({}).describe('D.'),
      }),
      {
        type: 'object',
        properties: {
          a: { type: 'string', description: 'A.' },
          b: { type: 'string', description: 'B.' },
          c: { type: 'boolean', description: 'C.', default: false },
          d: { type: 'object', description: 'D.', additionalProperties: { type: 'string' }, default: {} },
        },
        required: ['a'],
      },
      'optional fields and those with a default are not required, and nothing forbids further fields',
    ],
    [
      withRules(withRules(z.int(), rule), { rule: 'self < 9', message: 'less' }).describe('N.'),
      {
        type: 'integer',
        format: 'int64',
        description: 'N.',
        'x-kubernetes-validations': [rule, { rule: 'self < 9', message: 'less' }],
      },
      'rules add up',
    ],
  ])('case %#: $2', (schema, structural) => {
    expect(toStructural(schema, 'x')).toEqual(structural);
  });
});

describe('what has no structural form', () => {
  test.each([
    [z.union([z.string(), z.int()]), 'x: a union has no structural form'],
    [z.object({ a: z.array(z.null()).describe('A.') }), 'x.a[]: a null has no structural form'],
    [z.number(), 'x: a number is z.int32() or z.int()'],
    [z.int().gt(3), 'x: the check greater_than of a number has no structural form'],
    [z.string().regex(/a/), 'x: the check string_format of a string has no structural form'],
    [z.object({ a: z.string() }), 'x.a has no description'],
  ])('case %#: $1', (schema, message) => {
    expect(() => toStructural(schema, 'x')).toThrow(message);
  });
});
