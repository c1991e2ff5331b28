/** One CustomResourceDefinition into the resource types of its served versions. */
import { createDecoder } from '../decode/index.ts';
import { metaOf } from '../engine/meta.ts';
import { createAtomCompiler } from '../fields/index.ts';
import { goMap } from '../gotext.ts';
import { at, clone, equal, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import type { Behaviour } from '../registry/behaviour.ts';
import type { ResourceType } from '../registry/index.ts';
import { type Builtins, loadBuiltins } from '../schema/builtin.ts';
import type { RawSchema } from '../schema/raw.ts';
import { type FieldError, invalidValue } from '../status/index.ts';
import { readPath } from '../table/jsonpath.ts';
import { ruleErrors } from './cel/index.ts';
import { applyDefaults, prune } from './prune.ts';
import { duplicateErrors, validateValue } from './validate.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const BEHAVIOUR: Behaviour = {
  generation: 'spec',
  createOnUpdate: false,
  unconditionalUpdate: false,
  returnsDeleted: false,
  collected: true,
  names: 'subdomain',
  statusFields: ['status'],
  statusReset: [['spec']],
};

interface Version {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: { openAPIV3Schema?: RawSchema };
  subresources?: {
    status?: JsonObject;
    scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
  };
  additionalPrinterColumns?: {
    name: string;
    type: string;
    format?: string;
    description?: string;
    priority?: number;
    jsonPath: string;
  }[];
  selectableFields?: { jsonPath: string }[];
}

/**
 * The resource types of a definition. Objects whose revision is not above `since` may have been stored under an
 * earlier schema: they are pruned and get their defaults when they are read.
 */
export function compileCrd(crd: JsonObject, since = 0): ResourceType[] {
  const builtins = loadBuiltins();
  const spec = crd.spec as unknown as {
    group: string;
    scope: string;
    names: {
      plural: string;
      singular?: string;
      kind: string;
      listKind?: string;
      shortNames?: string[];
      categories?: string[];
    };
    versions: Version[];
  };
  const storage = spec.versions.find((version) => version.storage) ?? (spec.versions[0] as Version);
  const schemas = new Map(spec.versions.map((version) => [`${spec.group}/${version.name}`, version]));
  return spec.versions
    .filter((version) => version.served)
    .map((version) => compileVersion(crd, spec, version, storage.name, schemas, builtins, since));
}

/** The schema as published: with the fields that every object has. */
function publish(
  raw: RawSchema,
  spec: { group: string; names: { kind: string } },
  version: string,
): RawSchema {
  const properties: Record<string, RawSchema> = {
    ...raw.properties,
    apiVersion: {
      type: 'string',
      description:
        'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources',
    },
    kind: {
      type: 'string',
      description:
        'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds',
    },
    metadata: {
      allOf: [{ $ref: `#/components/schemas/${META}` }],
      description:
        "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
    },
  };
  return {
    ...raw,
    type: 'object',
    properties,
    'x-kubernetes-group-version-kind': [{ group: spec.group, version, kind: spec.names.kind }],
  };
}

function compileVersion(
  crd: JsonObject,
  spec: {
    group: string;
    scope: string;
    names: {
      plural: string;
      singular?: string;
      kind: string;
      listKind?: string;
      shortNames?: string[];
      categories?: string[];
    };
  },
  version: Version,
  storage: string,
  versions: Map<string, Version>,
  builtins: Builtins,
  since: number,
): ResourceType {
  const { group, names } = spec;
  const apiVersion = `${group}/${version.name}`;
  const raw = version.schema?.openAPIV3Schema ?? {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
  };
  const published = publish(raw, spec, version.name);
  const decoder = createDecoder(builtins);
  const compile = createAtomCompiler((name) => builtins.schemas[name]);
  const atoms = new Map(
    [...versions].map(([at_, v]) => [
      at_,
      compile(
        publish(v.schema?.openAPIV3Schema ?? { 'x-kubernetes-preserve-unknown-fields': true }, spec, v.name),
      ),
    ]),
  );
  const subresources = new Set<string>();
  if (version.subresources?.status) subresources.add('status');
  if (version.subresources?.scale) subresources.add('scale');
  const scale = version.subresources?.scale;
  const singular = names.singular ?? names.kind.toLowerCase();

  function readMetadata(value: Json | undefined, unknown: string[]): JsonObject {
    if (!isObject(value)) return {};
    const { managedFields, ...rest } = value;
    const read = decoder.decode(META, '', rest, { defaults: false });
    unknown.push(...read.unknown);
    const { kind: _k, apiVersion: _v, ...metadata } = read.object;
    return { ...metadata, ...(managedFields === undefined ? {} : { managedFields }) };
  }

  return {
    group,
    version: version.name,
    apiVersion,
    resource: names.plural,
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    singular,
    namespaced: spec.scope === 'Namespaced',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    subresources,
    ...(scale
      ? {
          scale: {
            specReplicas: scale.specReplicasPath,
            statusReplicas: scale.statusReplicasPath,
            ...(scale.labelSelectorPath ? { labelSelector: scale.labelSelectorPath } : {}),
          },
        }
      : {}),
    shelf: `${group}/${names.plural}`,
    storedAs: `${group}/${storage}`,
    behaviour: { ...BEHAVIOUR, generation: subresources.has('status') ? 'object' : 'all' },
    definition: `${group.split('.').reverse().join('.')}.${version.name}.${names.kind}`,
    schema: () => published,
    atom: (at_) => atoms.get(at_),
    read(object, source = 'client') {
      const unknown: string[] = [];
      const pruned = prune(raw, object, unknown, readMetadata, '', true) as JsonObject;
      unknown.sort();
      const defaulted = applyDefaults(raw, pruned, source === 'client') as JsonObject;
      const inMetadata: string[] = [];
      const metadata = readMetadata(object.metadata, inMetadata);
      return {
        object: { ...defaulted, apiVersion, kind: names.kind, metadata },
        unknown: [...unknown, ...inMetadata.map((path) => `metadata.${path}`)],
      };
    },
    initialStatus: undefined,
    empty: () => ({ apiVersion, kind: names.kind }),
    convert: createReader(versions, since),
    validate(object, old, subresource) {
      const { metadata: _, ...body } = object;
      const { metadata: _old, ...before } = old ?? {};
      const previous = old ? before : undefined;
      const schema = withoutMeta(raw);
      const errors: FieldError[] = [];
      if (subresource === 'status') {
        const status = schema.properties?.status;
        // The status endpoint validates the status by itself: messages name paths inside it.
        if (status)
          errors.push(
            ...[
              ...validateValue(status, body.status, previous?.status, ''),
              ...duplicateErrors(status, body.status, ''),
            ].map((error) => ({
              ...error,
              field: error.field === '' ? 'status' : `status.${error.field}`,
            })),
          );
      } else
        errors.push(
          ...validateValue(schema, body, previous, ''),
          ...duplicateErrors(schema, body, ''),
          ...(scale ? scaleErrors(scale.specReplicasPath, object) : []),
        );
      const blocking = errors.some(({ type }) => BLOCKING.has(type));
      if (blocking && hasRules(raw))
        errors.push({
          type: 'FieldValueInvalid',
          field: '<nil>',
          message:
            'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
        });
      else if (!blocking) {
        if (subresource === 'status' && schema.properties?.status)
          errors.push(...ruleErrors(schema.properties.status, body.status, previous?.status, 'status'));
        else
          errors.push(
            ...ruleErrors(
              schema,
              { ...body, metadata: { name: at(object, 'metadata', 'name') ?? '' } },
              previous && { ...previous, metadata: { name: at(old, 'metadata', 'name') ?? '' } },
              '',
            ),
          );
      }
      return errors;
    },
    custom: {
      crdName: textOf(at(crd, 'metadata', 'name')),
      columns: version.additionalPrinterColumns ?? [],
      ...(metaOf(crd).deletionTimestamp ? { terminating: true } : {}),
      ...(version.deprecated
        ? { deprecated: version.deprecationWarning ?? `${apiVersion} ${names.kind} is deprecated` }
        : {}),
    },
    selectable: (version.selectableFields ?? []).map((field) => field.jsonPath.replace(/^\./, '')),
  };
}

/** An object as a version shows it: under its apiVersion, as its schema has it now. */
function createReader(
  versions: Map<string, Version>,
  since: number,
): (object: JsonObject, to: string) => JsonObject {
  const known = new WeakMap<JsonObject, Map<string, JsonObject>>();
  const now = (object: JsonObject, to: string): JsonObject => {
    // Both go by the schema of the version an object is stored in; the conversion itself only renames.
    const schema = versions.get(textOf(object.apiVersion))?.schema?.openAPIV3Schema;
    const pruned = schema ? prune(schema, object, [], (metadata) => metadata, '', true) : object;
    const current = schema ? (applyDefaults(schema, pruned, true) as JsonObject) : object;
    const kept = equal(current, object) ? object : current;
    return kept.apiVersion === to ? kept : { ...clone(kept), apiVersion: to };
  };
  return (object, to) => {
    if (object.apiVersion === to && !(Number(metaOf(object).resourceVersion) <= since)) return object;
    const shown = known.get(object) ?? new Map<string, JsonObject>();
    const found = shown.get(to) ?? now(object, to);
    known.set(object, shown.set(to, found));
    return found;
  };
}

/** Failures after which the rules are not run. */
const BLOCKING = new Set([
  'FieldValueRequired',
  'FieldValueTypeInvalid',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueNotSupported',
]);

/** The replicas that the scale subresource reads must be a count. */
function scaleErrors(path: string, object: JsonObject): FieldError[] {
  const [value] = readPath(object, path);
  if (value === undefined || value === null) return [];
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    const type =
      typeof value === 'number'
        ? 'float64'
        : typeof value === 'string'
          ? 'string'
          : typeof value === 'boolean'
            ? 'bool'
            : Array.isArray(value)
              ? '[]interface {}'
              : 'map[string]interface {}';
    return [
      invalidValue(path, 0, `${path} accessor error: ${goMap(value)} is of the type ${type}, expected int64`),
    ];
  }
  if (value < 0) return [invalidValue(path, value, 'should be a non-negative integer')];
  return value > 2147483647 ? [invalidValue(path, value, 'should be less than or equal to 2147483647')] : [];
}

function withoutMeta(raw: RawSchema): RawSchema {
  if (!raw.properties?.metadata) return raw;
  const { metadata: _, ...properties } = raw.properties;
  return { ...raw, properties };
}

function hasRules(raw: RawSchema): boolean {
  if ((raw['x-kubernetes-validations']?.length ?? 0) > 0) return true;
  const below = [
    ...Object.values(raw.properties ?? {}),
    ...(raw.items ? [raw.items] : []),
    ...(typeof raw.additionalProperties === 'object' ? [raw.additionalProperties] : []),
  ];
  return below.some(hasRules);
}
