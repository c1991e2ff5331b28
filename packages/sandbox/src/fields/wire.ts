/** Field sets in the form of `metadata.managedFields[].fieldsV1`. */
import type { Json, JsonObject } from '../json.ts';
import { compareElements, parseElement } from './element.ts';
import { FieldSet } from './set.ts';

export function encodeSet(set: FieldSet): JsonObject {
  const out: JsonObject = {};
  const elements = new Map(set.members);
  for (const [id, { element }] of set.children) elements.set(id, element);
  for (const element of [...elements.values()].sort(compareElements)) {
    const below = set.children.get(element.id)?.set;
    const encoded = below ? encodeSet(below) : {};
    out[element.id] = below && set.members.has(element.id) ? { '.': {}, ...encoded } : encoded;
  }
  return out;
}

/** Unknown element forms are ignored, as the API server does. */
export function decodeSet(fields: Json | undefined): FieldSet {
  const set = new FieldSet();
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return set;
  for (const [key, below] of Object.entries(fields)) {
    if (key === '.') continue;
    const element = parseElement(key);
    if (!element) continue;
    const names = Object.keys((below ?? {}) as JsonObject);
    if (names.length === 0 || names.includes('.')) set.members.set(element.id, element);
    const nested = decodeSet(below ?? undefined);
    if (!nested.empty) set.children.set(element.id, { element, set: nested });
  }
  return set;
}
