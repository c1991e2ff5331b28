/** JSON values as this package handles them, and the few operations on them that everything shares. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deep copy; `undefined` members are dropped. */
export function clone<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => clone(item as unknown)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) out[key] = clone(item as unknown);
  return out as T;
}

/** Deep equality; the order of members does not matter, `undefined` members count as absent. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => equal(item, b[i]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key of Object.keys(left)) if (!equal(left[key], right[key])) return false;
  for (const key of Object.keys(right)) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}

/** The object at `value[key]`, or undefined when there is none. */
export function child(value: JsonObject | undefined, key: string): JsonObject | undefined {
  const found = value?.[key];
  return isObject(found) ? found : undefined;
}

/** The value at a path of member names, or undefined. */
export function at(value: Json | undefined, ...path: string[]): Json | undefined {
  let here: Json | undefined = value;
  for (const key of path) here = isObject(here) ? here[key] : undefined;
  return here;
}

/** Go's `%q` for the strings that appear in messages. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** A scalar as text; the empty string for anything else. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}
