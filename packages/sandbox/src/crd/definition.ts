/** Checks of a CustomResourceDefinition itself. */
import { at, equal, isObject, type JsonObject, textOf } from '../json.ts';
import { label1035Errors, subdomainErrors } from '../registry/names.ts';
import type { RawSchema } from '../schema/raw.ts';
import { type FieldError, invalidValue, notSupported, required } from '../status/index.ts';
import { defaultErrors, ruleDefinitionErrors } from './cel/index.ts';
import { extrasErrors, type VersionExtras } from './extras.ts';
import { structuralErrors } from './structural.ts';

interface Names {
  plural?: string;
  singular?: string;
  kind?: string;
  listKind?: string;
  shortNames?: string[];
}
interface Version extends VersionExtras {
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
  if (old) {
    const fixed = unchangeable(crd, old);
    if (fixed.length > 0) return fixed;
  }
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
  const shared = (field: keyof Version): boolean =>
    versions.every((version) => equal(version[field], versions[0]?.[field]));
  versions.forEach((version, i) => {
    const here = `spec.versions[${i}]`;
    if (!version.name) errors.push(required(`${here}.name`));
    else {
      const wrong = label1035Errors(version.name);
      // The first version also stands in a field of its own, which the server checks, too.
      const places = i === 0 ? [`${here}.name`, 'spec.version'] : [`${here}.name`];
      errors.push(
        ...wrong.flatMap((message) => places.map((place) => invalidValue(place, version.name, message))),
      );
    }
    const schema = version.schema?.openAPIV3Schema;
    // A schema that all versions share is kept, and so reported, in one place.
    const where = shared('schema') ? 'spec.validation.openAPIV3Schema' : `${here}.schema.openAPIV3Schema`;
    if (!schema) errors.push(required(`${here}.schema.openAPIV3Schema`));
    else {
      const structural = structuralErrors(schema, where, true);
      errors.push(...structural);
      // Rules and defaults are looked at when the schema itself stands.
      if (structural.length === 0)
        errors.push(...ruleDefinitionErrors(schema, where, true), ...defaultErrors(schema, where));
      errors.push(...extrasErrors(version, schema, (field) => (shared(field) ? 'spec' : here)));
    }
  });
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

interface Fixed {
  spec?: { group?: string; scope?: string; names?: Names; versions?: Version[] };
  status?: { storedVersions?: string[] };
}

/** What an update may not touch: reported by itself, before anything else is looked at. */
function unchangeable(crd: JsonObject, old: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const { spec: now = {}, status } = crd as Fixed;
  const { spec: was = {} } = old as Fixed;
  for (const [field, value, before] of [
    ['spec.group', now.group, was.group],
    ['spec.scope', now.scope, was.scope],
    ['spec.names.plural', now.names?.plural, was.names?.plural],
    ['spec.names.kind', now.names?.kind, was.names?.kind],
  ] as const)
    if (value !== before) errors.push(invalidValue(field, value, 'field is immutable'));
  const names = new Set((now.versions ?? []).map((version) => version.name));
  (status?.storedVersions ?? []).forEach((version, i) => {
    if (!names.has(version))
      errors.push(
        invalidValue(
          `status.storedVersions[${i}]`,
          version,
          `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
        ),
      );
  });
  return errors;
}
