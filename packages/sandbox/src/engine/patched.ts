/** JSON, merge and strategic patches: from the present state and a patch to the next state, with what is odd about it. */
import { findDuplicates } from '../decode/index.ts';
import { compareText } from '../fields/element.ts';
import { goMap } from '../gotext.ts';
import { isObject, type Json, type JsonObject, quote, textOf } from '../json.ts';
import { jsonPatch, mergePatch, PatchError, strategicPatch, unknownMembers } from '../patch/index.ts';
import type { Registry, ResourceType } from '../registry/index.ts';
import { badRequest, invalid, invalidValue } from '../status/index.ts';
import { patchFailure, restoreText } from './failures.ts';
import type { RequestContext } from './index.ts';
import { readObject } from './receive.ts';
import type { PatchKind } from './write.ts';

/** The state after a JSON, merge or strategic patch; throws ApiStatusError. */
export function applyPatch(
  registry: Registry,
  context: RequestContext,
  type: ResourceType,
  kind: PatchKind,
  body: Json,
  source: string,
  existing: JsonObject,
): JsonObject {
  let patched: Json;
  try {
    if (kind === 'json') patched = jsonPatch(existing, body);
    else if (kind === 'merge') patched = mergePatch(existing, body);
    else patched = strategicPatch(existing, body, type.schema(), registry);
  } catch (error) {
    if (error instanceof PatchError) throw patchFailure(error);
    throw error;
  }
  if (!isObject(patched)) throw badRequest('the patch does not result in an object');
  const shown = kind === 'strategic' ? goMap(body) : JSON.stringify(patched);
  const refuse = (message: string) =>
    invalid('', '', '', [
      invalidValue('patch', shown, kind === 'strategic' ? restoreText(message) : message),
    ]);
  if (!type.custom && (patched.kind !== type.kind || patched.apiVersion !== type.apiVersion))
    throw refuse(
      `no kind ${quote(textOf(patched.kind))} is registered for version ${quote(textOf(patched.apiVersion))}`,
    );
  const { object, unknown } = readObject(type, patched, refuse);
  if (context.validation !== 'Ignore') {
    const where = kind === 'json' ? 'json patch ' : '';
    const problems = [
      ...findDuplicates(source).map((path) => `${where}duplicate field ${quote(path)}`),
      ...(kind === 'json' ? unknownMembers(body) : []).map((path) => `${where}unknown field ${quote(path)}`),
      // The server meets the members of a merged object in their order by name.
      ...(kind === 'json' ? unknown : unknown.toSorted(compareText)).map(
        (path) => `unknown field ${quote(path)}`,
      ),
    ];
    if (problems.length > 0 && context.validation === 'Strict')
      throw refuse(`strict decoding error: ${problems.join(', ')}`);
    for (const problem of problems) context.warn(problem);
  }
  return object;
}
