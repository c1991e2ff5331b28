/** JSON patch (RFC 6902), with the messages of the library the API server uses. */
import { clone, equal, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { PatchError } from './error.ts';

interface Slot {
  parent: Json[] | JsonObject;
  key: string;
}

export function jsonPatch(target: JsonObject, patch: Json): Json {
  if (patch === null) return clone(target);
  if (!Array.isArray(patch))
    throw new PatchError(
      400,
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  const box: JsonObject = { root: clone(target) };
  for (const operation of patch) {
    if (!isObject(operation))
      throw new PatchError(
        400,
        `error decoding patch: json: cannot unmarshal ${goKind(operation)} into Go value of type handlers.jsonPatchOp`,
      );
    run(box, operation);
  }
  return box.root as Json;
}

/** Members of operations that no operation has, as `[0].why`. */
export function unknownMembers(patch: Json): string[] {
  if (!Array.isArray(patch)) return [];
  return patch.flatMap((operation, i) =>
    isObject(operation)
      ? Object.keys(operation)
          .filter((key) => !['op', 'path', 'from', 'value'].includes(key))
          .map((key) => `[${i}].${key}`)
      : [],
  );
}

const goKind = (value: Json): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;

const pathOf = (operation: JsonObject, field: 'path' | 'from'): string => {
  const path = operation[field];
  if (typeof path !== 'string')
    throw new PatchError(422, `${textOf(operation.op)} operation failed to decode path: missing field`);
  return path;
};

function run(box: JsonObject, operation: JsonObject): void {
  const path = pathOf(operation, 'path');
  switch (operation.op) {
    case 'add':
      add(box, path, clone(operation.value ?? null));
      return;
    case 'remove':
      remove(box, path, 'remove');
      return;
    case 'replace': {
      const { parent, key } = slot(box, path, 'replace');
      // The library that the API server uses takes a replace of a missing member for an add.
      const value = clone(operation.value ?? null);
      if (Array.isArray(parent)) parent[need(parent, key, 'replace')] = value;
      else parent[key] = value;
      return;
    }
    case 'move': {
      const from = pathOf(operation, 'from');
      const { parent, key } = slot(box, from, 'move');
      const value = read(parent, key);
      if (value === undefined) throw new PatchError(422, `error in move for path: '${path}': missing value`);
      remove(box, from, 'move');
      add(box, path, value);
      return;
    }
    case 'copy': {
      const { parent, key } = slot(box, pathOf(operation, 'from'), 'copy');
      // What is missing in an object is copied as null.
      const value = Array.isArray(parent) ? parent[need(parent, key, 'copy')] : (parent[key] ?? null);
      add(box, path, clone(value as Json));
      return;
    }
    case 'test': {
      const { parent, key } = slot(box, path, 'test');
      const value = read(parent, key);
      const wanted = operation.value ?? null;
      if (!equal(value ?? null, wanted))
        throw new PatchError(422, `testing value ${path} failed: test failed`);
      return;
    }
    default:
      throw new PatchError(422, `Unexpected kind: ${textOf(operation.op ?? 'unknown')}`);
  }
}

/** The place of an existing item: a number, or one counted from the end. */
function need(list: Json[], key: string, verb: string): number {
  const index = indexOf(list, key);
  if (index === undefined || index >= list.length || index < 0)
    throw new PatchError(
      422,
      `${verb} operation does not apply: Unable to access invalid index: ${key}: invalid index referenced`,
    );
  return index;
}

function slot(box: JsonObject, path: string, verb: string): Slot {
  if (path === '') return { parent: box, key: 'root' };
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let parent: Json | undefined = box.root;
  for (const key of keys.slice(0, -1))
    parent = isObject(parent) || Array.isArray(parent) ? read(parent, key) : undefined;
  if (!isObject(parent) && !Array.isArray(parent))
    throw new PatchError(
      422,
      `${verb} operation does not apply: doc is missing path: "${path}": missing value`,
    );
  return { parent, key: keys.at(-1) as string };
}

function read(parent: Json[] | JsonObject, key: string): Json | undefined {
  return Array.isArray(parent) ? parent[indexOf(parent, key) ?? -1] : parent[key];
}

function indexOf(list: Json[], key: string): number | undefined {
  if (!/^[+-]?\d+$/.test(key)) return undefined;
  const index = Number(key);
  return index < 0 ? list.length + index : index;
}

function add(box: JsonObject, path: string, value: Json): void {
  const { parent, key } = slot(box, path, 'add');
  if (!Array.isArray(parent)) {
    parent[key] = value;
    return;
  }
  // Counted from behind, the end itself is -1.
  const after = [...parent, null];
  const index = key === '-' ? parent.length : indexOf(after, key);
  if (index === undefined || index > parent.length || index < 0)
    throw new PatchError(
      422,
      `add operation does not apply: doc is missing path: "${path}": Unable to access invalid index: ${key}: invalid index referenced`,
    );
  parent.splice(index, 0, value);
}

function remove(box: JsonObject, path: string, verb: string): void {
  const { parent, key } = slot(box, path, verb);
  if (Array.isArray(parent)) {
    parent.splice(need(parent, key, verb), 1);
  } else {
    if (parent[key] === undefined)
      throw new PatchError(
        422,
        `remove operation does not apply: doc is missing path: "${path}": missing value`,
      );
    delete parent[key];
  }
}
