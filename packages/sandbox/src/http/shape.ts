/** The shapes of an answer: the objects themselves, tables, or metadata alone. */
import { at, type JsonObject } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import { badRequest } from '../status/index.ts';
import type { createTables } from '../table/index.ts';
import type { Wanted } from './negotiate.ts';

export interface Shapes {
  /** One object; a Status stays what it is. */
  one(wanted: Wanted, type: ResourceType, object: JsonObject, query: URLSearchParams): JsonObject;
  /** The object of a watch event; only the first table of a watch tells its columns. */
  event(
    wanted: Wanted,
    type: ResourceType,
    object: JsonObject,
    first: boolean,
    query: URLSearchParams,
  ): JsonObject;
  list(
    wanted: Wanted,
    type: ResourceType,
    items: JsonObject[],
    metadata: JsonObject,
    query: URLSearchParams,
  ): JsonObject;
}

export function createShapes(tables: ReturnType<typeof createTables>): Shapes {
  function table(
    wanted: Wanted,
    type: ResourceType,
    items: JsonObject[],
    metadata: JsonObject,
    query: URLSearchParams,
  ): JsonObject {
    return tables.list(type, items, metadata, includeObject(query), wanted.version);
  }
  const revisionOf = (object: JsonObject): JsonObject => ({
    resourceVersion: at(object, 'metadata', 'resourceVersion') ?? '',
  });

  return {
    one(wanted, type, object, query) {
      if (object.kind === 'Status' || wanted.shape === 'object') return object;
      if (wanted.shape === 'metadata') return metadataOnly(object, wanted);
      return table(wanted, type, [object], revisionOf(object), query);
    },
    event(wanted, type, object, first, query) {
      if (wanted.shape === 'object') return object;
      if (wanted.shape === 'metadata') return metadataOnly(object, wanted);
      const shaped = table(wanted, type, [object], revisionOf(object), query);
      return first ? shaped : { ...shaped, columnDefinitions: null };
    },
    list(wanted, type, items, metadata, query) {
      if (wanted.shape === 'table') return table(wanted, type, items, metadata, query);
      if (wanted.shape === 'object') return listObject(type, items, metadata);
      return {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${wanted.version}`,
        metadata,
        items: items.map((item) => metadataOnly(item, wanted)),
      };
    },
  };
}

/** How much of its object each row of a table carries. */
function includeObject(query: URLSearchParams): string {
  const include = query.get('includeObject') || 'Metadata';
  if (!['Metadata', 'Object', 'None'].includes(include))
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`,
    );
  return include;
}

/** A list; items of built-in kinds do not repeat what they are. */
export function listObject(type: ResourceType, items: JsonObject[], metadata: JsonObject): JsonObject {
  const plain = type.custom ? items : items.map(({ kind: _k, apiVersion: _v, ...rest }) => rest);
  return { kind: type.listKind, apiVersion: type.apiVersion, metadata, items: plain };
}

function metadataOnly(object: JsonObject, wanted: Wanted): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${wanted.version}`,
    metadata: object.metadata,
  };
}
