/** What a request brings, read and checked against its path. */
import { DecodeError, findDuplicates } from '../decode/index.ts';
import { type JsonObject, quote } from '../json.ts';
import type { Registry, ResourceType } from '../registry/index.ts';
import { type ApiStatusError, badRequest, invalid, invalidValue } from '../status/index.ts';
import type { RequestContext } from './index.ts';
import { metaOf, withMeta } from './meta.ts';
import { normalize } from './prepare.ts';

/** Reads a body: type errors are 400, unknown and duplicate fields go by the validation mode. */
export function readBody(
  context: RequestContext,
  type: ResourceType,
  body: JsonObject,
  source: string,
): JsonObject {
  const { object, unknown } = readObject(type, body, (message) =>
    badRequest(
      `${type.kind} in version ${quote(type.version)} cannot be handled as a ${type.kind}: ${message}`,
    ),
  );
  if (context.validation !== 'Ignore') {
    const problems = [
      ...findDuplicates(source).map((path) => `duplicate field ${quote(path)}`),
      ...unknown.map((path) => `unknown field ${quote(path)}`),
    ];
    if (problems.length > 0 && context.validation === 'Strict')
      throw badRequest(
        `${type.kind} in version ${quote(type.version)} cannot be handled as a ${type.kind}: strict decoding error: ${problems.join(', ')}`,
      );
    for (const problem of problems) context.warn(problem);
  }
  return object;
}

export function readObject(
  type: ResourceType,
  body: JsonObject,
  refuse: (message: string) => ApiStatusError,
  source: 'client' | 'apply' = 'client',
) {
  try {
    const { object, unknown } = type.read(body, source);
    return { object: normalize(type, object), unknown };
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}

export function checkKind(registry: Registry, type: ResourceType, body: JsonObject): void {
  const apiVersion = typeof body.apiVersion === 'string' ? body.apiVersion : type.apiVersion;
  const kind = typeof body.kind === 'string' ? body.kind : type.kind;
  if (apiVersion === type.apiVersion && kind === type.kind) return;
  if (type.custom) {
    if (apiVersion !== type.apiVersion)
      throw badRequest(
        `the API version in the data (${apiVersion}) does not match the expected API version (${type.apiVersion})`,
      );
    throw invalid(type.group, kind, metaOf(body).name, [invalidValue('kind', kind, `must be ${type.kind}`)]);
  }
  const other = registry.byKind(apiVersion, kind);
  const prefix = `${kind} in version ${quote(apiVersion.split('/').pop() ?? '')} cannot be handled as a ${type.kind}`;
  const hub = type.group === '' ? 'core' : (type.group.split('.')[0] as string);
  if (other)
    throw badRequest(
      `${prefix}: converting (${other.version}.${kind}) to (${hub}.${type.kind}): unknown conversion`,
    );
  throw badRequest(
    `${kind} in version ${quote(type.version)} cannot be handled as a ${type.kind}: no kind ${quote(kind)} is registered for version ${quote(apiVersion)} in scheme "pkg/runtime/scheme.go:110"`,
  );
}

export function checkNamespace(context: RequestContext, type: ResourceType, object: JsonObject): JsonObject {
  const { namespace } = metaOf(object);
  if (!type.namespaced) return namespace ? withMeta(object, { namespace: undefined }) : object;
  if (!namespace) return withMeta(object, { namespace: context.namespace });
  if (namespace !== context.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return object;
}

export function checkName(_type: ResourceType, object: JsonObject, name: string): JsonObject {
  const sent = metaOf(object).name;
  if (sent && sent !== name)
    throw badRequest(`the name of the object (${sent}) does not match the name on the URL (${name})`);
  return object;
}
