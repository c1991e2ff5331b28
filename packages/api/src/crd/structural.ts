import * as z from 'zod';
import { type Extras, extras } from '../schema/build.ts';

/** The part of an OpenAPI v3 schema that a CustomResourceDefinition may use and this API needs. */
export interface StructuralSchema {
  description?: string;
  type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  format?: 'int32' | 'int64' | 'date-time';
  enum?: (string | number)[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  items?: StructuralSchema;
  properties?: Record<string, StructuralSchema>;
  additionalProperties?: StructuralSchema;
  required?: string[];
  'x-kubernetes-list-type'?: 'map' | 'set' | 'atomic';
  'x-kubernetes-list-map-keys'?: readonly string[];
  'x-kubernetes-map-type'?: 'atomic';
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
}

/** What is read of a zod definition; each row of the table below knows which of it its type has. */
interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly element?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly valueType?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly defaultValue?: unknown;
}

interface Check {
  readonly check: string;
  readonly value?: unknown;
  readonly inclusive?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

type Convert = (def: Definition, path: string) => StructuralSchema;

/**
 * Turns a zod schema into the structural schema that a CustomResourceDefinition takes, extras included. It throws on
 * what has no structural form (a union, a pattern without a message, an exclusive bound) and on an object field without
 * a description: mistakes of whoever writes the schema, and the error says where.
 */
export function toStructural(schema: z.core.$ZodType, path: string): StructuralSchema {
  const def = schema._zod.def as unknown as Definition;
  const convert = converters[def.type];
  if (convert === undefined) throw new Error(`${path}: a ${def.type} has no structural form`);
  const description = z.globalRegistry.get(schema)?.description;
  return {
    ...(description !== undefined && { description }),
    ...convert(def, path),
    ...(description !== undefined && { description }),
    ...extensions(extras.get(schema as z.ZodType)),
  };
}

/** zod type -> structural schema, the whole table. */
const converters: Readonly<Record<string, Convert>> = {
  string: (def, path) => ({
    type: 'string',
    ...limits(def, path),
    ...(def.format === 'datetime' && { format: 'date-time' }),
  }),
  number: (def, path) => ({ type: 'integer', format: integerFormat(def, path), ...limits(def, path) }),
  boolean: () => ({ type: 'boolean' }),
  enum: (def) => ({ type: 'string', enum: Object.values(def.entries ?? {}) }),
  array: (def, path) => ({
    type: 'array',
    ...limits(def, path),
    items: toStructural(def.element!, `${path}[]`),
  }),
  record: (def, path) => ({
    type: 'object',
    additionalProperties: toStructural(def.valueType!, `${path}{}`),
  }),
  object: (def, path) => objectSchema(def.shape ?? {}, path),
  optional: (def, path) => toStructural(def.innerType!, path),
  default: (def, path) => ({ ...toStructural(def.innerType!, path), default: def.defaultValue }),
  prefault: (def, path) => ({ ...toStructural(def.innerType!, path), default: def.defaultValue }),
};

function objectSchema(shape: Readonly<Record<string, z.core.$ZodType>>, path: string): StructuralSchema {
  const properties: Record<string, StructuralSchema> = {};
  const required: string[] = [];
  for (const [name, field] of Object.entries(shape)) {
    const schema = toStructural(field, `${path}.${name}`);
    if (schema.description === undefined) throw new Error(`${path}.${name} has no description`);
    properties[name] = schema;
    if (field._zod.optin === undefined) required.push(name);
  }
  return {
    type: 'object',
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function integerFormat({ format }: Definition, path: string): 'int32' | 'int64' {
  if (format === 'int32') return 'int32';
  if (format === 'safeint') return 'int64';
  throw new Error(`${path}: a number is z.int32() or z.int()`);
}

function limits({ type, checks = [] }: Definition, path: string): StructuralSchema {
  const result: StructuralSchema = {};
  for (const { _zod } of checks) {
    const { check, value, inclusive, minimum, maximum } = _zod.def;
    if (check === 'custom') continue;
    else if (check === 'greater_than' && inclusive === true) result.minimum = Number(value);
    else if (check === 'less_than' && inclusive === true) result.maximum = Number(value);
    else if (check === 'min_length' && type === 'string') result.minLength = Number(minimum);
    else if (check === 'max_length' && type === 'string') result.maxLength = Number(maximum);
    else if (check === 'max_length' && type === 'array') result.maxItems = Number(maximum);
    else throw new Error(`${path}: the check ${check} of a ${type} has no structural form`);
  }
  return result;
}

function extensions(more: Extras | undefined): StructuralSchema {
  if (more === undefined) return {};
  const { rules, listMapKeys, listType, mapType, maxProperties, preserveUnknownFields } = more;
  return {
    ...(maxProperties !== undefined && { maxProperties }),
    ...(listMapKeys && { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': listMapKeys }),
    ...(listType && { 'x-kubernetes-list-type': listType }),
    ...(mapType && { 'x-kubernetes-map-type': mapType }),
    ...(preserveUnknownFields && { 'x-kubernetes-preserve-unknown-fields': true }),
    ...(rules && { 'x-kubernetes-validations': rules }),
  };
}
