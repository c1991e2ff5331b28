/** JSON merge patch (RFC 7386). */
import { clone, isObject, type Json, type JsonObject } from '../json.ts';
import { PatchError } from './error.ts';

export function mergePatch(target: JsonObject, patch: Json): Json {
  if (!isObject(patch))
    throw new PatchError(
      400,
      'error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}',
    );
  return merge(target, patch);
}

function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return clone(patch);
  const out: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete out[key];
    else out[key] = merge(out[key], value);
  }
  return out;
}
