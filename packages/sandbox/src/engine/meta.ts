/** Metadata helpers shared by the verbs. */
import { child, isObject, type Json, type JsonObject } from '../json.ts';

export interface Meta {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  generateName: string;
  generation: number | undefined;
  finalizers: string[];
  deletionTimestamp: string | undefined;
  deletionGracePeriodSeconds: number | undefined;
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export function metaOf(object: JsonObject | undefined): Meta {
  const m = child(object, 'metadata') ?? {};
  return {
    name: text(m.name),
    namespace: text(m.namespace),
    uid: text(m.uid),
    resourceVersion: text(m.resourceVersion),
    generateName: text(m.generateName),
    generation: typeof m.generation === 'number' ? m.generation : undefined,
    finalizers: Array.isArray(m.finalizers) ? m.finalizers.map(String) : [],
    deletionTimestamp: typeof m.deletionTimestamp === 'string' ? m.deletionTimestamp : undefined,
    deletionGracePeriodSeconds:
      typeof m.deletionGracePeriodSeconds === 'number' ? m.deletionGracePeriodSeconds : undefined,
  };
}

/** The object with some metadata fields set; `undefined` removes one. */
export function withMeta(object: JsonObject, fields: JsonObject): JsonObject {
  const metadata: JsonObject = { ...child(object, 'metadata') };
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  return { ...object, metadata };
}

export function keyOf(namespace: string, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** RFC 3339, whole seconds. */
export function timestamp(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** The object without fields that only say when or under which revision it was written. */
export function withoutRevision(object: JsonObject): JsonObject {
  const { resourceVersion: _, ...metadata } = child(object, 'metadata') ?? {};
  return { ...object, metadata };
}

/** The object with managedFields timestamps removed, to compare what really changed. */
export function withoutManagedTimes(object: JsonObject): JsonObject {
  const metadata = child(object, 'metadata') ?? {};
  const entries = metadata.managedFields;
  if (!Array.isArray(entries)) return object;
  const managedFields = entries
    .map((entry) => {
      if (!isObject(entry)) return entry;
      const { time: _, ...rest } = entry;
      return rest;
    })
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { ...object, metadata: { ...metadata, managedFields } };
}
