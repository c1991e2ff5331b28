/** OpenAPI v3 (one document per group version) and v2, made from the recorded schemas and the registry. */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../json.ts';
import type { Registry, ResourceType } from '../registry/index.ts';
import { loadBuiltins } from '../schema/builtin.ts';
import type { RawSchema } from '../schema/raw.ts';
import { encodeOpenApi, type PatchOperation } from './protobuf.ts';

export { PROTO_OPENAPI } from './protobuf.ts';

interface Document {
  body: string;
  etag: string;
}

export interface OpenApi {
  /** The document at `/openapi/...`; undefined when there is none. */
  find(path: string): Document | undefined;
  /** `/openapi/v2` as kubectl asks for it, reduced to what it looks for. */
  protobuf(): Buffer;
  /** Forgets what was made; to be called when custom resources change. */
  reset(): void;
}

const OPERATIONS: Record<string, { method: string; verb: string; name: boolean }> = {
  get: { method: 'get', verb: 'get', name: true },
  list: { method: 'get', verb: 'list', name: false },
  create: { method: 'post', verb: 'post', name: false },
  update: { method: 'put', verb: 'put', name: true },
  patch: { method: 'patch', verb: 'patch', name: true },
  delete: { method: 'delete', verb: 'delete', name: true },
  deletecollection: { method: 'delete', verb: 'deletecollection', name: false },
};

const query = (name: string, type: string): JsonObject => ({
  name,
  in: 'query',
  schema: { type, uniqueItems: true },
});
const WRITE = [
  query('dryRun', 'string'),
  query('fieldManager', 'string'),
  query('fieldValidation', 'string'),
];
const PARAMETERS: Record<string, JsonObject[]> = {
  post: WRITE,
  put: WRITE,
  patch: [...WRITE, query('force', 'boolean')],
  delete: [
    query('dryRun', 'string'),
    query('gracePeriodSeconds', 'integer'),
    query('propagationPolicy', 'string'),
  ],
  list: [
    query('continue', 'string'),
    query('fieldSelector', 'string'),
    query('labelSelector', 'string'),
    query('limit', 'integer'),
    query('resourceVersion', 'string'),
    query('watch', 'boolean'),
  ],
};

function pathsOf(type: ResourceType): Record<string, JsonObject> {
  const base = type.group ? `/apis/${type.apiVersion}` : `/api/${type.version}`;
  const collection = type.namespaced
    ? `${base}/namespaces/{namespace}/${type.resource}`
    : `${base}/${type.resource}`;
  const out: Record<string, JsonObject> = {};
  const add = (path: string, method: string, verb: string) => {
    const ref = { $ref: `#/components/schemas/${type.definition}` };
    const media = { schema: ref };
    const bodyTypes =
      verb === 'patch'
        ? [
            'application/apply-patch+yaml',
            'application/json-patch+json',
            'application/merge-patch+json',
            ...(type.custom ? [] : ['application/strategic-merge-patch+json']),
          ]
        : verb === 'post' || verb === 'put'
          ? ['*/*']
          : [];
    const patchRef = { schema: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Patch' } };
    out[path] = {
      ...out[path],
      [method]: {
        operationId: `${verb}${type.kind}${path.includes('{name}') ? 'Named' : ''}`,
        parameters: PARAMETERS[verb] ?? [],
        ...(bodyTypes.length > 0
          ? {
              requestBody: {
                content: Object.fromEntries(bodyTypes.map((m) => [m, verb === 'patch' ? patchRef : media])),
              },
            }
          : {}),
        responses: { '200': { description: 'OK', content: { 'application/json': media } } },
        'x-kubernetes-action': verb,
        'x-kubernetes-group-version-kind': { group: type.group, version: type.version, kind: type.kind },
      },
    };
  };
  for (const verb of type.verbs) {
    const operation = OPERATIONS[verb];
    if (operation)
      add(operation.name ? `${collection}/{name}` : collection, operation.method, operation.verb);
  }
  if (type.namespaced) add(`${base}/${type.resource}`, 'get', 'list');
  for (const sub of type.subresources)
    for (const verb of ['get', 'put', 'patch']) add(`${collection}/{name}/${sub}`, verb, verb);
  return out;
}

/** Every definition that `names` need, by name. */
function closure(
  names: Iterable<string>,
  lookup: (name: string) => RawSchema | undefined,
): Map<string, RawSchema> {
  const out = new Map<string, RawSchema>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) {
        if (key === '$ref' && typeof item === 'string') take(item.slice(item.lastIndexOf('/') + 1));
        else visit(item);
      }
  };
  const take = (name: string): void => {
    if (out.has(name)) return;
    const raw = lookup(name);
    if (!raw) return;
    out.set(name, raw);
    visit(raw);
  };
  for (const name of names) take(name);
  return out;
}

/** v3 to v2: references stand alone, defaults and null unions go. */
function toV2(value: unknown, property = false): Json {
  if (Array.isArray(value)) return value.map((item) => toV2(item));
  if (typeof value !== 'object' || value === null) return value as Json;
  const raw = value as RawSchema & JsonObject;
  if (typeof raw.$ref === 'string')
    return { $ref: raw.$ref.replace('#/components/schemas/', '#/definitions/') };
  const reference = raw.allOf?.length === 1 ? raw.allOf[0]?.$ref : undefined;
  if (reference) {
    const extensions = Object.fromEntries(
      Object.entries(raw).filter(([key]) => key === 'description' || key.startsWith('x-')),
    );
    return {
      ...(extensions as JsonObject),
      $ref: reference.replace('#/components/schemas/', '#/definitions/'),
    };
  }
  if (raw.oneOf && !raw.type)
    return {
      description: raw.description ?? '',
      type: 'string',
      ...(raw.format ? { format: raw.format } : {}),
    };
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(raw)) {
    if (['default', 'nullable', 'anyOf', 'oneOf', 'allOf', 'not'].includes(key) && !property) continue;
    out[key] =
      key === 'properties'
        ? Object.fromEntries(Object.entries(item as JsonObject).map(([name, below]) => [name, toV2(below)]))
        : toV2(item);
  }
  return out;
}

export function createOpenApi(registry: Registry): OpenApi {
  const builtins = loadBuiltins();
  let made = new Map<string, Document>();

  const lookup = (name: string): RawSchema | undefined => builtins.schemas[name] ?? customSchemas().get(name);
  let custom: Map<string, RawSchema> | undefined;
  const customSchemas = (): Map<string, RawSchema> => {
    if (!custom) {
      custom = new Map();
      for (const type of registry.all()) {
        if (!type.custom) continue;
        custom.set(type.definition, type.schema());
        custom.set(`${type.definition}List`, listSchema(type));
      }
    }
    return custom;
  };

  function document(body: JsonObject): Document {
    const text = JSON.stringify(body);
    return { body: text, etag: `"${createHash('sha256').update(text).digest('hex').toUpperCase()}"` };
  }

  function groupVersions(): Map<string, ResourceType[]> {
    const out = new Map<string, ResourceType[]>();
    for (const type of registry.all()) {
      const id = type.group ? `apis/${type.apiVersion}` : `api/${type.version}`;
      out.set(id, [...(out.get(id) ?? []), type]);
    }
    return out;
  }

  function v3(types: readonly ResourceType[]): JsonObject {
    const names = types.flatMap((type) => [type.definition, `${type.definition}List`]);
    names.push(
      'io.k8s.apimachinery.pkg.apis.meta.v1.Patch',
      'io.k8s.apimachinery.pkg.apis.meta.v1.Status',
      'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
    );
    const schemas = closure(names, lookup);
    return {
      openapi: '3.0.0',
      info: { title: 'Kubernetes', version: builtins.version.gitVersion },
      paths: Object.assign({}, ...types.map(pathsOf)) as JsonObject,
      components: {
        schemas: Object.fromEntries(
          [...schemas].sort(([a], [b]) => (a < b ? -1 : 1)),
        ) as unknown as JsonObject,
      },
    };
  }

  function v2(): JsonObject {
    const definitions: JsonObject = {};
    for (const [name, raw] of [...Object.entries(builtins.schemas), ...customSchemas()])
      definitions[name] = toV2(raw);
    const paths: JsonObject = {};
    for (const type of registry.all())
      for (const [path, operations] of Object.entries(pathsOf(type))) {
        paths[path] = Object.fromEntries(
          Object.entries(operations).map(([method, operation]) => {
            const { operationId, parameters, ...extensions } = operation as JsonObject;
            const flat = (parameters as JsonObject[]).map((p) => ({
              name: p.name,
              in: 'query',
              type: (p.schema as JsonObject).type,
              uniqueItems: true,
            }));
            const kept = Object.fromEntries(
              Object.entries(extensions).filter(([key]) => key.startsWith('x-')),
            );
            return [
              method,
              {
                operationId,
                parameters: flat,
                consumes:
                  method === 'patch'
                    ? [
                        'application/json-patch+json',
                        'application/merge-patch+json',
                        'application/apply-patch+yaml',
                      ]
                    : ['*/*'],
                responses: {
                  '200': { description: 'OK', schema: { $ref: `#/definitions/${type.definition}` } },
                },
                ...kept,
              },
            ];
          }),
        ) as JsonObject;
      }
    return {
      swagger: '2.0',
      info: { title: 'Kubernetes', version: builtins.version.gitVersion },
      paths,
      definitions,
    };
  }

  function patchOperations(): PatchOperation[] {
    return registry
      .all()
      .flatMap((type) =>
        Object.entries(pathsOf(type)).flatMap(([path, operations]) =>
          'patch' in operations ? [{ path, group: type.group, version: type.version, kind: type.kind }] : [],
        ),
      );
  }

  function make(path: string): Document | undefined {
    if (path === '/openapi/v2') return document(v2());
    const groups = groupVersions();
    if (path === '/openapi/v3') {
      const paths: JsonObject = {};
      for (const id of groups.keys()) {
        const found = openapi.find(`/openapi/v3/${id}`);
        paths[id] = { serverRelativeURL: `/openapi/v3/${id}?hash=${found?.etag.replaceAll('"', '') ?? ''}` };
      }
      return document({ paths });
    }
    const types = groups.get(path.slice('/openapi/v3/'.length));
    return types && document(v3(types));
  }

  const openapi: OpenApi = {
    protobuf: () => encodeOpenApi('Kubernetes', builtins.version.gitVersion, patchOperations()),
    find(path) {
      const known = made.get(path);
      if (known) return known;
      const fresh = make(path);
      if (fresh) made.set(path, fresh);
      return fresh;
    },
    reset() {
      const keep = new Map<string, Document>();
      for (const type of builtins.groups)
        for (const { version } of type.versions) {
          const path = type.group
            ? `/openapi/v3/apis/${type.group}/${version}`
            : `/openapi/v3/api/${version}`;
          const known = made.get(path);
          if (known) keep.set(path, known);
        }
      made = keep;
      custom = undefined;
    },
  };
  return openapi;
}

const CONVENTIONS = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';

/** The members by which an object says what it is, as the server documents them. */
export const IDENTITY: Record<'apiVersion' | 'kind', RawSchema> = {
  apiVersion: {
    type: 'string',
    description: `APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: ${CONVENTIONS}#resources`,
  },
  kind: {
    type: 'string',
    description: `Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: ${CONVENTIONS}#types-kinds`,
  },
};

function listSchema(type: ResourceType): RawSchema {
  return {
    description: `${type.listKind} is a list of ${type.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      ...IDENTITY,
      items: {
        description: `List of ${type.resource}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md`,
        type: 'array',
        items: { $ref: `#/components/schemas/${type.definition}` },
      },
      metadata: {
        allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta' }],
        description: `Standard list metadata. More info: ${CONVENTIONS}#types-kinds`,
      },
    },
    'x-kubernetes-group-version-kind': [{ group: type.group, version: type.version, kind: type.listKind }],
  };
}
