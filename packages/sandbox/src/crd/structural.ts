/** The rules of structural schemas: what a schema of a CustomResourceDefinition may say, and must. */
import type { RawSchema } from '../schema/raw.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../status/index.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const LIST_TYPES = ['atomic', 'set', 'map'];

/** The failures of a schema at `path`; `root` is the whole object's. */
export function structuralErrors(schema: RawSchema, path: string, root: boolean): FieldError[] {
  if (schema.$ref !== undefined) return [forbiddenField(`${path}.$ref`, '$ref is not supported')];
  const untyped = typeErrors(schema, path, root);
  const errors: FieldError[] = untyped.length > 0 ? untyped : logicErrors(schema, path);
  if (schema.uniqueItems)
    errors.push(
      forbiddenField(
        `${path}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  if (schema.properties && schema.additionalProperties !== undefined)
    errors.push(
      forbiddenField(
        `${path}.additionalProperties`,
        'additionalProperties and properties are mutual exclusive',
      ),
    );
  if (schema.type === 'array' && !schema.items) errors.push(required(`${path}.items`, 'must be specified'));
  if (schema.pattern !== undefined) errors.push(...patternErrors(schema.pattern, path));
  errors.push(...listErrors(schema, path));
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const below = `${path}.properties[${key}]`;
    if (root && key === 'metadata') errors.push(...metadataErrors(property, below));
    else if (!root || (key !== 'apiVersion' && key !== 'kind'))
      errors.push(...structuralErrors(property, below, false));
  }
  if (schema.items) errors.push(...structuralErrors(schema.items, `${path}.items`, false));
  if (typeof schema.additionalProperties === 'object')
    errors.push(...structuralErrors(schema.additionalProperties, `${path}.additionalProperties`, false));
  return errors;
}

function typeErrors(schema: RawSchema, path: string, root: boolean): FieldError[] {
  const free = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  if (schema.type && !TYPES.includes(schema.type)) return [notSupported(`${path}.type`, schema.type, TYPES)];
  if (root && schema.type !== 'object')
    return [
      schema.type
        ? invalidValue(`${path}.type`, schema.type, 'must be object at the root')
        : required(`${path}.type`, 'must not be empty at the root'),
    ];
  if (!schema.type && !free)
    return [required(`${path}.type`, 'must not be empty for specified object fields')];
  return [];
}

/** The two shapes in which `anyOf` may repeat the types of an int-or-string. */
function isIntOrString(options: readonly RawSchema[] | undefined): boolean {
  return options?.length === 2 && options[0]?.type === 'integer' && options[1]?.type === 'string';
}

/** Below `anyOf` and the like only values are checked, types are not declared. */
function logicErrors(schema: RawSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const flexible = schema['x-kubernetes-int-or-string'] === true;
  const visit = (part: RawSchema, at: string) => {
    for (const field of ['type', 'default', 'description', 'nullable'] as const)
      if (part[field] !== undefined && part[field] !== false && part[field] !== '')
        errors.push(forbiddenField(`${at}.${field}`, 'must be empty to be structural'));
  };
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const) {
    const parts = schema[name] ?? [];
    if (flexible && name === 'anyOf' && isIntOrString(parts)) continue;
    if (flexible && name === 'allOf' && parts.some((part) => isIntOrString(part.anyOf))) continue;
    parts.forEach((part, i) => {
      visit(part, `${path}.${name}[${i}]`);
    });
  }
  if (schema.not) visit(schema.not, `${path}.not`);
  return errors;
}

function patternErrors(pattern: string, path: string): FieldError[] {
  try {
    new RegExp(pattern.replaceAll('(?P<', '(?<'), 'u');
    return [];
  } catch (error) {
    const why = /[Uu]nterminated group/.test((error as Error).message)
      ? `missing closing ): \`${pattern}\``
      : (error as Error).message;
    // What JavaScript alone does not know, such as \z, is not for this place to refuse.
    if (/\\[zAQEC]|\(\?[ims-]|\[\[:/.test(pattern)) return [];
    return [
      invalidValue(
        `${path}.pattern`,
        pattern,
        `must be a valid regular expression, but isn't: error parsing regexp: ${why}`,
      ),
    ];
  }
}

function metadataErrors(schema: RawSchema, path: string): FieldError[] {
  const other = Object.keys(schema.properties ?? {}).some((key) => key !== 'name' && key !== 'generateName');
  const message =
    'must not specify anything other than name and generateName, but metadata is implicitly specified';
  return other || schema.required || schema.additionalProperties !== undefined
    ? [forbiddenField(path, message)]
    : [];
}

function listErrors(schema: RawSchema, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type === undefined) return [];
  if (!LIST_TYPES.includes(type)) return [notSupported(`${path}.x-kubernetes-list-type`, type, LIST_TYPES)];
  if (type === 'map') return mapKeyErrors(schema, path);
  const items = schema.items;
  if (type !== 'set' || !items) return [];
  const inner = items['x-kubernetes-map-type'];
  if (items.type === 'object' && inner !== 'atomic')
    return [
      invalidValue(
        `${path}.items.x-kubernetes-map-type`,
        inner ?? null,
        'must be atomic as item of a list with x-kubernetes-list-type=set',
      ),
    ];
  return [];
}

function mapKeyErrors(schema: RawSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (keys.length === 0)
    errors.push(
      required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'),
    );
  for (const key of keys) {
    const property = schema.items?.properties?.[key];
    if (!property)
      errors.push(
        invalidValue(
          `${path}.x-kubernetes-list-map-keys`,
          keys,
          'entries must all be names of item properties',
        ),
      );
    else if (!schema.items?.required?.includes(key) && property.default === undefined)
      errors.push(
        required(
          `${path}.items.properties[${key}].default`,
          'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
        ),
      );
  }
  return errors;
}
