/** JSON patch (RFC 6902), with the messages of the library the API server uses. */
import { clone, equal, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { PatchError } from './error.ts';

interface Slot {
  parent: Json[] | JsonObject;
  key: string;
}

export function jsonPatch(target: JsonObject, patch: Json): Json {
  if (!Array.isArray(patch))
    throw new PatchError(
      400,
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  const box: JsonObject = { root: clone(target) };
  for (const operation of patch) {
    if (!isObject(operation))
      throw new PatchError(400, 'json: cannot unmarshal into Go value of type jsonpatch.Operation');
    run(box, operation);
  }
  return box.root as Json;
}

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
      add(box, path, need(operation));
      return;
    case 'remove':
      remove(box, path, 'remove');
      return;
    case 'replace': {
      const { parent, key } = slot(box, path, 'replace');
      // The library that the API server uses takes a replace of a missing member for an add.
      write(parent, key, need(operation));
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
      const value = read(parent, key);
      if (value === undefined)
        throw new PatchError(422, `error in copy for from: '${textOf(operation.from)}': missing value`);
      add(box, path, clone(value));
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

function need(operation: JsonObject): Json {
  if (operation.value === undefined)
    throw new PatchError(422, `${textOf(operation.op)} operation value: missing field: missing value`);
  return clone(operation.value);
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
  return Array.isArray(parent) ? parent[indexOf(parent, key)] : parent[key];
}

function write(parent: Json[] | JsonObject, key: string, value: Json): void {
  if (Array.isArray(parent)) parent[indexOf(parent, key)] = value;
  else parent[key] = value;
}

function indexOf(list: Json[], key: string): number {
  const index = Number(key);
  return index < 0 ? list.length + index : index;
}

function add(box: JsonObject, path: string, value: Json): void {
  const { parent, key } = slot(box, path, 'add');
  if (!Array.isArray(parent)) {
    parent[key] = value;
    return;
  }
  const index = key === '-' ? parent.length : Number(key);
  if (!Number.isInteger(index) || index > parent.length || index < -parent.length)
    throw new PatchError(
      422,
      `add operation does not apply: doc is missing path: "${path}": Unable to access invalid index: ${key}: invalid index referenced`,
    );
  parent.splice(index, 0, value);
}

function remove(box: JsonObject, path: string, verb: string): void {
  const { parent, key } = slot(box, path, verb);
  if (Array.isArray(parent)) {
    const index = indexOf(parent, key);
    if (!Number.isInteger(index) || index >= parent.length || index < 0)
      throw new PatchError(
        422,
        `remove operation does not apply: doc is missing path: "${path}": Unable to access invalid index: ${key}: invalid index referenced`,
      );
    parent.splice(index, 1);
  } else {
    if (parent[key] === undefined)
      throw new PatchError(
        422,
        `remove operation does not apply: doc is missing path: "${path}": missing value`,
      );
    delete parent[key];
  }
}
