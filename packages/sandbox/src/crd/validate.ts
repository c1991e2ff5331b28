/** Validation of custom objects against their schema, with the messages of the real server. */
import { equal, isObject, type Json, type JsonObject } from '../json.ts';
import type { RawSchema } from '../schema/raw.ts';
import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../status/index.ts';
import { formats } from './formats.ts';

const patterns = new Map<string, RegExp>();

/** Go's RE2 syntax is close enough to JavaScript's for what schemas hold. */
function patternOf(source: string): RegExp {
  let found = patterns.get(source);
  if (!found) {
    found = new RegExp(source.replaceAll('(?P<', '(?<'), 'u');
    patterns.set(source, found);
  }
  return found;
}

/** `old` is the value of the same place before an update: what did not change is not checked again. */
export function validateValue(
  schema: RawSchema,
  value: Json | undefined,
  old: Json | undefined,
  path: string,
): FieldError[] {
  if (value === undefined) return [];
  if (old !== undefined && equal(value, old)) return [];
  if (value === null)
    return schema.nullable || schema['x-kubernetes-preserve-unknown-fields']
      ? []
      : typeError(schema, value, path);
  const wrong = checkType(schema, value);
  if (wrong)
    return [
      ...typeError(schema, value, path),
      ...enumErrors(schema, value, path),
      ...logicErrors(schema, value, path),
    ];
  const errors: FieldError[] = [...scalarErrors(schema, value, path)];
  if (Array.isArray(value))
    errors.push(...listErrors(schema, value, Array.isArray(old) ? old : undefined, path));
  else if (isObject(value))
    errors.push(...objectErrors(schema, value, isObject(old) ? old : undefined, path));
  errors.push(...logicErrors(schema, value, path));
  return errors;
}

function checkType(schema: RawSchema, value: Json): boolean {
  if (schema['x-kubernetes-int-or-string']) return typeof value !== 'string' && !Number.isInteger(value);
  switch (schema.type) {
    case 'string':
      return typeof value !== 'string';
    case 'integer':
      return !Number.isInteger(value);
    case 'number':
      return typeof value !== 'number';
    case 'boolean':
      return typeof value !== 'boolean';
    case 'array':
      return !Array.isArray(value);
    case 'object':
      return !isObject(value);
    default:
      return false;
  }
}

export function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function typeError(schema: RawSchema, value: Json, path: string): FieldError[] {
  const name = typeName(value);
  const wanted = schema['x-kubernetes-int-or-string'] ? 'integer,string' : (schema.type ?? '');
  const error = invalidValue(
    path,
    name,
    `${path} in body must be of type ${wanted}: ${JSON.stringify(name)}`,
  );
  return [{ ...error, type: 'FieldValueTypeInvalid' }];
}

function scalarErrors(schema: RawSchema, value: Json, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const body = `${path} in body`;
  if (typeof value === 'string') {
    const length = Array.from(value).length;
    if (schema.maxLength !== undefined && length > schema.maxLength)
      errors.push(tooLong(path, schema.maxLength));
    if (schema.minLength !== undefined && length < schema.minLength)
      errors.push(invalidValue(path, value, `${body} should be at least ${schema.minLength} chars long`));
    if (schema.pattern !== undefined && !patternOf(schema.pattern).test(value))
      errors.push(invalidValue(path, value, `${body} should match '${schema.pattern}'`));
    const format = schema.format ? formats[schema.format] : undefined;
    if (format && !format(value))
      errors.push({
        ...invalidValue(path, value, `${body} must be of type ${schema.format}: ${JSON.stringify(value)}`),
        type: 'FieldValueTypeInvalid',
      });
  }
  if (typeof value === 'number') {
    const { minimum, maximum } = schema;
    if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum))
      errors.push(
        invalidValue(
          path,
          value,
          `${body} should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`,
        ),
      );
    if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum))
      errors.push(
        invalidValue(
          path,
          value,
          `${body} should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`,
        ),
      );
    if (schema.multipleOf !== undefined && !Number.isInteger(value / schema.multipleOf))
      errors.push(invalidValue(path, value, `${body} should be a multiple of ${schema.multipleOf}`));
  }
  return [...errors, ...enumErrors(schema, value, path)];
}

function enumErrors(schema: RawSchema, value: Json, path: string): FieldError[] {
  if (!schema.enum || schema.enum.some((allowed) => equal(allowed, value))) return [];
  const names = schema.enum.map((allowed) =>
    typeof allowed === 'string' ? allowed : JSON.stringify(allowed),
  );
  return [notSupported(path, value, names)];
}

function listErrors(schema: RawSchema, value: Json[], old: Json[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { minItems, maxItems, items } = schema;
  if (maxItems !== undefined && value.length > maxItems)
    errors.push({
      type: 'FieldValueTooMany',
      field: path,
      message: `Too many: ${value.length}: must have at most ${maxItems} item${maxItems === 1 ? '' : 's'}`,
    });
  if (minItems !== undefined && value.length < minItems)
    errors.push(invalidValue(path, value.length, `${path} in body should have at least ${minItems} items`));
  if (schema.uniqueItems && value.some((item, i) => value.findIndex((other) => equal(item, other)) < i))
    errors.push(invalidValue(path, value, `${path} in body shouldn't contain duplicates`));
  const keys =
    schema['x-kubernetes-list-type'] === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : undefined;
  const before = keys && old ? new Map(old.map((item) => [keyOf(item, keys, items), item])) : undefined;
  if (items)
    for (const [i, item] of value.entries())
      errors.push(
        ...validateValue(items, item, before?.get(keyOf(item, keys ?? [], items)), `${path}[${i}]`),
      );
  return errors;
}

function keyOf(item: Json, keys: readonly string[], schema: RawSchema | undefined): string {
  return JSON.stringify(
    keys.map((key) => (isObject(item) ? (item[key] ?? schema?.properties?.[key]?.default ?? null) : null)),
  );
}

/** Items that occur twice in a set or in a map list; checked apart from the schema proper. */
export function duplicateErrors(schema: RawSchema, value: Json | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (Array.isArray(value)) {
    const type = schema['x-kubernetes-list-type'];
    const keys = type === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : undefined;
    const seen = new Set<string>();
    if (keys || type === 'set') {
      value.forEach((item, i) => {
        const id = keys ? keyOf(item, keys, schema.items) : JSON.stringify(item);
        if (seen.has(id)) {
          const shown =
            keys && isObject(item) ? Object.fromEntries(keys.map((key) => [key, item[key]])) : item;
          errors.push(duplicate(`${path}[${i}]`, shown));
        }
        seen.add(id);
      });
    }
    if (schema.items)
      for (const [i, item] of value.entries())
        errors.push(...duplicateErrors(schema.items as RawSchema, item, `${path}[${i}]`));
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const below =
        schema.properties?.[key] ??
        (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
      if (below) errors.push(...duplicateErrors(below, item, path ? `${path}.${key}` : key));
    }
  }
  return errors;
}

function objectErrors(
  schema: RawSchema,
  value: JsonObject,
  old: JsonObject | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const join = (key: string) => (path ? `${path}.${key}` : key);
  const size = Object.keys(value).length;
  if (schema.maxProperties !== undefined && size > schema.maxProperties)
    errors.push({
      type: 'FieldValueTooMany',
      field: path,
      message: `Too many: ${size}: must have at most ${schema.maxProperties} items`,
    });
  if (schema.minProperties !== undefined && size < schema.minProperties)
    errors.push(
      invalidValue(path, size, `${path} in body should have at least ${schema.minProperties} properties`),
    );
  for (const key of Object.keys(value).sort()) {
    const property =
      schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    const extra = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    const below = property ?? extra;
    if (below) errors.push(...validateValue(below, value[key], old?.[key], join(key)));
  }
  for (const key of schema.required ?? []) if (value[key] === undefined) errors.push(required(join(key)));
  if (schema['x-kubernetes-embedded-resource']) {
    for (const key of ['apiVersion', 'kind']) if (!value[key]) errors.push(required(join(key)));
  }
  return errors;
}

function logicErrors(schema: RawSchema, value: Json, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const fits = (s: RawSchema) => validateValue(s, value, undefined, path).length === 0;
  // The library reports these without a field, and quotes the path instead.
  const fail = (text: string) => errors.push(invalidValue('<nil>', '', `${JSON.stringify(path)} ${text}`));
  const all = (schema.allOf ?? []).map((s) => validateValue(s, value, undefined, path));
  if (all.some((found) => found.length > 0)) {
    const none = all.every((found) => found.length > 0);
    fail(`must validate all the schemas (allOf)${none ? '. None validated' : ''}`);
    errors.push(...all.flat());
  }
  if (schema.anyOf && !schema.anyOf.some(fits)) {
    fail('must validate at least one schema (anyOf)');
    errors.push(...validateValue(schema.anyOf[0] as RawSchema, value, undefined, path));
  }
  if (schema.oneOf) {
    const found = schema.oneOf.filter(fits).length;
    if (found !== 1)
      fail(
        `must validate one and only one schema (oneOf). ${found === 0 ? 'Found none valid' : `Found ${found} valid alternatives`}`,
      );
    if (found === 0) errors.push(...validateValue(schema.oneOf[0] as RawSchema, value, undefined, path));
  }
  if (schema.not && fits(schema.not)) fail('must not validate the schema (not)');
  return errors;
}
