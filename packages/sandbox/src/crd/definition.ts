/** Checks of a CustomResourceDefinition itself. */
import { at, equal, isObject, type JsonObject, textOf } from '../json.ts';
import { label1035Errors, subdomainErrors } from '../registry/names.ts';
import type { RawSchema } from '../schema/raw.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../status/index.ts';
import { compileErrors } from './cel.ts';

interface Names {
  plural?: string;
  singular?: string;
  kind?: string;
  listKind?: string;
  shortNames?: string[];
}
interface Version {
  name?: string;
  served?: boolean;
  storage?: boolean;
  schema?: { openAPIV3Schema?: RawSchema };
}

export function validateCrd(crd: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const spec = (isObject(crd.spec) ? crd.spec : {}) as {
    group?: string;
    scope?: string;
    names?: Names;
    versions?: Version[];
  };
  const name = textOf(at(crd, 'metadata', 'name'));
  const group = spec.group ?? '';
  const names = spec.names ?? {};
  const expected = `${names.plural ?? ''}.${group}`;
  if (name !== expected)
    errors.push(invalidValue('metadata.name', name, `must be spec.names.plural+"."+spec.group`));
  if (!group) errors.push(required('spec.group'));
  else {
    errors.push(...subdomainErrors(group).map((message) => invalidValue('spec.group', group, message)));
    if (!group.includes('.'))
      errors.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
  }
  if (!spec.scope) errors.push(required('spec.scope'));
  else if (!['Cluster', 'Namespaced'].includes(spec.scope))
    errors.push(notSupported('spec.scope', spec.scope, ['Cluster', 'Namespaced']));
  errors.push(...validateNames(names));
  const versions = spec.versions ?? [];
  const storage = versions.filter((version) => version.storage);
  if (storage.length !== 1)
    errors.push(
      invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version'),
    );
  const shared = versions.every((version) => equal(version.schema, versions[0]?.schema));
  versions.forEach((version, i) => {
    const here = `spec.versions[${i}]`;
    if (!version.name) errors.push(required(`${here}.name`));
    else
      errors.push(
        ...label1035Errors(version.name).map((message) =>
          invalidValue(`${here}.name`, version.name, message),
        ),
      );
    const schema = version.schema?.openAPIV3Schema;
    // A schema that all versions share is kept, and so reported, in one place.
    const where = shared ? 'spec.validation.openAPIV3Schema' : `${here}.schema.openAPIV3Schema`;
    if (!schema) errors.push(required(`${here}.schema.openAPIV3Schema`));
    else errors.push(...validateSchema(schema, where, true), ...compileErrors(schema, where));
  });
  if (old) {
    const before = (isObject(old.spec) ? old.spec : {}) as { group?: string; scope?: string; names?: Names };
    for (const [field, now, was] of [
      ['spec.group', spec.group, before.group],
      ['spec.scope', spec.scope, before.scope],
      ['spec.names.plural', names.plural, before.names?.plural],
      ['spec.names.kind', names.kind, before.names?.kind],
    ] as const)
      if (now !== was) errors.push(invalidValue(field, now, 'field is immutable'));
  }
  return errors;
}

function validateNames(names: Names): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    const value = names[field];
    if (!value) {
      if (field === 'plural' || field === 'kind') errors.push(required(`spec.names.${field}`));
      continue;
    }
    const checked = field === 'kind' || field === 'listKind' ? value.toLowerCase() : value;
    errors.push(
      ...label1035Errors(checked).map((message) =>
        invalidValue(
          `spec.names.${field}`,
          value,
          field === 'kind' || field === 'listKind'
            ? `may have mixed case, but should otherwise match: ${message}`
            : message,
        ),
      ),
    );
  }
  if (names.kind && names.kind === names.listKind)
    errors.push(invalidValue('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'));
  return errors;
}

/** The rules of structural schemas. */
function validateSchema(schema: RawSchema, path: string, root: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const flexible = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  if (root && schema.type !== 'object')
    errors.push(
      schema.type
        ? invalidValue(`${path}.type`, schema.type, 'must be object at the root')
        : required(`${path}.type`, 'must not be empty at the root'),
    );
  else if (!schema.type && !flexible)
    errors.push(required(`${path}.type`, 'must not be empty for specified object fields'));
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
  if (schema['x-kubernetes-list-type'] === 'map') errors.push(...validateMapKeys(schema, path));
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (root && (key === 'metadata' || key === 'apiVersion' || key === 'kind')) continue;
    errors.push(...validateSchema(property, `${path}.properties[${key}]`, false));
  }
  if (schema.items) errors.push(...validateSchema(schema.items, `${path}.items`, false));
  if (typeof schema.additionalProperties === 'object')
    errors.push(...validateSchema(schema.additionalProperties, `${path}.additionalProperties`, false));
  return errors;
}

function validateMapKeys(schema: RawSchema, path: string): FieldError[] {
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
          `${path}.x-kubernetes-list-map-keys[${keys.indexOf(key)}]`,
          key,
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
