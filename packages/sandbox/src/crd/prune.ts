/** Structural schemas: dropping unknown fields and filling in defaults. */
import { clone, equal, isObject, type Json, type JsonObject } from '../json.ts';
import type { RawSchema } from '../schema/raw.ts';

/**
 * Removes what the schema does not declare; the paths of what went are added to `unknown`. `readMeta` reads the
 * metadata of an object that is embedded in another.
 */
export function prune(
  schema: RawSchema,
  value: Json,
  unknown: string[],
  readMeta: (value: Json, unknown: string[]) => Json,
  path = '',
  root = false,
): Json {
  if (Array.isArray(value))
    return value.map((item, i) =>
      schema.items ? prune(schema.items, item, unknown, readMeta, `${path}[${i}]`) : clone(item),
    );
  if (!isObject(value)) return value;
  const preserve = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const extra = schema.additionalProperties;
  const embedded = root || schema['x-kubernetes-embedded-resource'] === true;
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const below = path ? `${path}.${key}` : key;
    const property =
      schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (embedded && (key === 'apiVersion' || key === 'kind')) out[key] = item;
    else if (embedded && key === 'metadata') {
      const inside: string[] = [];
      out[key] = root ? item : readMeta(item, inside);
      unknown.push(...inside.map((name) => `${below}.${name}`));
    } else if (property) out[key] = prune(property, item, unknown, readMeta, below);
    else if (typeof extra === 'object') out[key] = prune(extra, item, unknown, readMeta, below);
    // A map of anything says nothing about what is inside its values, so that stays out.
    else if (extra === true) out[key] = prune({}, item, unknown, readMeta, below);
    else if (preserve) out[key] = clone(item);
    else unknown.push(below);
  }
  return out;
}

/**
 * Fills in defaults; an explicit null where the schema allows none takes the default too. Other such nulls go when
 * a client's object is read (`dropNulls`), and stay, to be refused, when they come out of an apply.
 */
export function applyDefaults(schema: RawSchema, value: Json, dropNulls: boolean): Json {
  if (Array.isArray(value))
    return schema.items
      ? value.map((item) => applyDefaults(schema.items as RawSchema, item, dropNulls))
      : value;
  if (!isObject(value)) return value;
  const out: JsonObject = { ...value };
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const present = out[key];
    const empty = present === null && property.nullable !== true;
    const dropped = empty && (dropNulls || property.default !== undefined);
    if (dropped) delete out[key];
    if (property.default !== undefined && (present === undefined || dropped))
      out[key] = clone(property.default);
    const now = out[key];
    if (now !== undefined) out[key] = applyDefaults(property, now, dropNulls);
  }
  if (typeof schema.additionalProperties === 'object')
    for (const [key, item] of Object.entries(out))
      if (item !== undefined && !schema.properties?.[key])
        out[key] = applyDefaults(schema.additionalProperties, item, dropNulls);
  return equal(out, value) ? value : out;
}
