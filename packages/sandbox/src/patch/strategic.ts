/**
 * Strategic merge patch: a merge patch that knows from the schema which lists are merged by a key, with the
 * directives `$patch`, `$retainKeys`, `$setElementOrder/x` and `$deleteFromPrimitiveList/x`.
 */
import { goMap } from '../gotext.ts';
import { clone, equal, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import type { Registry } from '../registry/index.ts';
import { loadBuiltins } from '../schema/builtin.ts';
import { type RawSchema, refName } from '../schema/raw.ts';
import { PatchError } from './error.ts';

const DIRECTIVE = '$patch';
const RETAIN = '$retainKeys';
const ORDER = '$setElementOrder/';
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/';

export function strategicPatch(
  target: JsonObject,
  patch: Json,
  schema: RawSchema,
  _registry: Registry,
): Json {
  if (!isObject(patch))
    throw new PatchError(400, 'json: cannot unmarshal array into Go value of type map[string]interface {}');
  return mergeMap(target, patch, schema);
}

function resolve(raw: RawSchema | undefined): RawSchema {
  if (!raw) return {};
  const name = refName(raw);
  return name ? (loadBuiltins().schemas[name] ?? {}) : raw;
}

function memberOf(schema: RawSchema, key: string): RawSchema | undefined {
  const property =
    schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  if (property) return property;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function mergeMap(target: JsonObject, patch: JsonObject, schema: RawSchema): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') {
    const { [DIRECTIVE]: _, ...rest } = patch;
    return strip(rest) as JsonObject;
  }
  if (directive === 'delete') return {};
  if (directive !== undefined)
    throw new PatchError(
      500,
      `unknown patch type: ${typeof directive === 'string' ? directive : `%!s(int64=${textOf(directive)})`} in map: ${goMap(patch)}`,
    );
  let out: JsonObject = { ...target };
  const retain = patch[RETAIN];
  if (Array.isArray(retain)) {
    const names = new Set(retain.map(String));
    for (const key of Object.keys(patch))
      if (!key.startsWith('$') && patch[key] !== null && !names.has(key))
        throw new PatchError(400, 'invalid patch format of retainKeys');
    out = Object.fromEntries(Object.entries(out).filter(([key]) => names.has(key)));
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key === DIRECTIVE || key === RETAIN || key.startsWith(ORDER)) continue;
    if (key.startsWith(DELETE_PRIMITIVES)) {
      const name = key.slice(DELETE_PRIMITIVES.length);
      const gone = Array.isArray(value) ? value : [];
      if (Array.isArray(out[name]))
        out[name] = (out[name] as Json[]).filter((item) => !gone.some((g) => equal(g, item)));
      continue;
    }
    if (value === null || value === undefined) {
      delete out[key];
      continue;
    }
    out[key] = mergeMember(out[key], value, memberOf(schema, key), patch[`${ORDER}${key}`]);
  }
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(ORDER)) continue;
    const name = key.slice(ORDER.length);
    const member = memberOf(schema, name);
    if (Array.isArray(out[name]) && Array.isArray(order)) {
      const original = Array.isArray(target[name]) ? (target[name] as Json[]) : [];
      out[name] = reorder(out[name] as Json[], order, member?.['x-kubernetes-patch-merge-key'], original);
    }
  }
  return out;
}

function mergeMember(
  current: Json | undefined,
  value: Json,
  raw: RawSchema | undefined,
  order: Json | undefined,
): Json {
  const schema = resolve(raw);
  const strategy = raw?.['x-kubernetes-patch-strategy'] ?? '';
  if (isObject(value)) {
    if (value[DIRECTIVE] === 'replace' || strategy === 'replace') {
      const { [DIRECTIVE]: _, ...rest } = value;
      return strip(rest);
    }
    return mergeMap(isObject(current) ? current : {}, value, schema);
  }
  if (!Array.isArray(value)) return value;
  if (!strategy.split(',').includes('merge')) return strip(value);
  const key = raw?.['x-kubernetes-patch-merge-key'];
  const base = Array.isArray(current) ? current : [];
  checkOrder(value, order, key);
  return key ? mergeList(base, value, key, resolve(schema.items)) : mergePrimitives(base, value);
}

/** An order has to name what the patch changes, in the same order. */
function checkOrder(patch: Json[], order: Json | undefined, key: string | undefined): void {
  if (!Array.isArray(order)) return;
  const idOf = (item: Json): string => JSON.stringify(key && isObject(item) ? item[key] : item);
  const wanted = order.map(idOf);
  const changed = patch.filter((item) => !(isObject(item) && item[DIRECTIVE] !== undefined));
  let from = 0;
  for (const item of changed) {
    const at = wanted.indexOf(idOf(item), from);
    if (at < 0)
      throw new PatchError(
        500,
        `The order in patch list:\n[${changed.map(goMap).join(' ')}]\n doesn't match ${ORDER.slice(0, -1)} list:\n[${order.map(goMap).join(' ')}]\n`,
      );
    from = at + 1;
  }
}

function mergePrimitives(base: Json[], patch: Json[]): Json[] {
  const out = [...base];
  for (const item of patch) if (!out.some((have) => equal(have, item))) out.push(item);
  return reorder(out, patch, undefined, base);
}

function mergeList(base: Json[], patch: Json[], key: string, itemSchema: RawSchema): Json[] {
  if (patch.some((item) => isObject(item) && item[DIRECTIVE] === 'replace'))
    return patch.filter((item) => !(isObject(item) && item[DIRECTIVE] === 'replace')).map(strip);
  let out = [...base];
  for (const item of patch) {
    if (!isObject(item))
      throw new PatchError(
        500,
        `list element types are not identical: [[${base.map(goMap).join(' ')}] [${patch.map(goMap).join(' ')}]]`,
      );
    const id = item[key];
    if (id === undefined)
      throw new PatchError(500, `map: ${goMap(item)} does not contain declared merge key: ${key}`);
    const same = (other: Json) => isObject(other) && equal(other[key], id);
    if (item[DIRECTIVE] === 'delete') {
      out = out.filter((other) => !same(other));
      continue;
    }
    const index = out.findIndex(same);
    if (index < 0) out.push(mergeMap({}, item, itemSchema));
    else out[index] = mergeMap(out[index] as JsonObject, item, itemSchema);
  }
  const named = patch.filter((item) => isObject(item) && item[DIRECTIVE] !== 'delete');
  return reorder(out, named, key, base);
}

/**
 * The items that `order` names in its order; the others before them only where the original list had them before
 * the item that comes next.
 */
function reorder(list: Json[], order: Json[], key: string | undefined, original: Json[]): Json[] {
  const idOf = (item: Json): string => JSON.stringify(key && isObject(item) ? item[key] : item);
  const wanted = order.map(idOf);
  const before = original.map(idOf);
  const named = list
    .filter((item) => wanted.includes(idOf(item)))
    .sort((a, b) => wanted.indexOf(idOf(a)) - wanted.indexOf(idOf(b)));
  const others = list.filter((item) => !wanted.includes(idOf(item)));
  const out: Json[] = [];
  while (others.length > 0 && named.length > 0) {
    const left = before.indexOf(idOf(others[0] as Json));
    const right = before.indexOf(idOf(named[0] as Json));
    out.push((left >= 0 && right >= 0 && left < right ? others.shift() : named.shift()) as Json);
  }
  return [...out, ...named, ...others];
}

/** A copy without directives and nulls, for values that are taken over whole. */
function strip(value: Json): Json {
  if (Array.isArray(value)) return value.map(strip);
  if (!isObject(value)) return clone(value);
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value))
    if (item !== undefined && item !== null && !key.startsWith('$')) out[key] = strip(item);
  return out;
}
