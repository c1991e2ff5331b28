/** get and list: selectors, paging, consistent continuation. */
import { child, type JsonObject } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import { matchFields, matchLabels, parseFieldSelector, parseLabelSelector } from '../selector/index.ts';
import { badRequest, gone, notFound } from '../status/index.ts';
import type { Env } from './index.ts';
import { keyOf, metaOf } from './meta.ts';

export interface ListOptions {
  namespace: string;
  labelSelector: string;
  fieldSelector: string;
  limit: number;
  continue: string;
  resourceVersion: string;
  resourceVersionMatch: string;
}

export interface ListResult {
  items: JsonObject[];
  resourceVersion: string;
  continue?: string;
  remaining?: number;
}

export function readOne(env: Env, type: ResourceType, namespace: string, name: string): JsonObject {
  const found = env.store.get(type.shelf, keyOf(type.namespaced ? namespace : '', name));
  if (!found) throw notFound(type, name);
  return type.convert(found, type.apiVersion);
}

interface Token {
  v: 'sandbox/v1';
  rv: number;
  start: string;
}

const encodeToken = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');

function decodeToken(text: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token;
    if (token.v !== 'sandbox/v1' || typeof token.rv !== 'number' || typeof token.start !== 'string')
      throw new Error('shape');
    return token;
  } catch {
    throw badRequest('continue key is not valid: invalid character in continue token');
  }
}

const EXPIRED_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** Whether an object passes the selectors of a request; throws ApiStatusError for a bad selector. */
export function createFilter(
  type: ResourceType,
  labelSelector: string,
  fieldSelector: string,
): (object: JsonObject) => boolean {
  const labels = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(type, fieldSelector);
  if (labels.length === 0 && fields.length === 0) return () => true;
  return (object) =>
    matchLabels(labels, child(child(object, 'metadata'), 'labels') ?? {}) && matchFields(fields, object);
}

export function list(env: Env, type: ResourceType, options: ListOptions): ListResult {
  const { store } = env;
  const prefix = type.namespaced && options.namespace ? `${options.namespace}/` : '';
  const matches = createFilter(type, options.labelSelector, options.fieldSelector);
  if (options.resourceVersion && !/^\d+$/.test(options.resourceVersion))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(options.resourceVersion)}: strconv.ParseUint: parsing ${JSON.stringify(options.resourceVersion)}: invalid syntax`,
    );
  const now = store.revision();
  let at = now;
  let start = '';
  if (options.continue) {
    const token = decodeToken(options.continue);
    start = token.start;
    at = token.rv === -1 ? now : token.rv;
  } else if (options.resourceVersionMatch === 'Exact') at = Number(options.resourceVersion);
  const all = candidates(env, type, options, prefix, start, at === now ? undefined : at);
  if (!all)
    throw gone(options.continue ? EXPIRED_CONTINUE : `The resourceVersion for the provided list is too old.`);
  const items: JsonObject[] = [];
  let more: string | undefined;
  let seen = 0;
  const filtered = options.labelSelector !== '' || options.fieldSelector !== '';
  for (const object of all) {
    const converted = type.convert(object, type.apiVersion);
    if (matches(converted)) {
      if (options.limit > 0 && items.length >= options.limit) {
        const { namespace, name } = metaOf(object);
        more = keyOf(type.namespaced ? namespace : '', name);
        break;
      }
      items.push(converted);
    }
    seen++;
  }
  return {
    items,
    resourceVersion: String(at),
    ...(more === undefined ? {} : { continue: encodeToken({ v: 'sandbox/v1', rv: at, start: more }) }),
    ...(more === undefined || filtered ? {} : { remaining: all.length - seen }),
  };
}

/** The objects to look through, in order; undefined when that revision is no longer known. */
function candidates(
  { store }: Env,
  type: ResourceType,
  options: ListOptions,
  prefix: string,
  start: string,
  at: number | undefined,
): JsonObject[] | undefined {
  if (at !== undefined) return store.listAt(type.shelf, prefix, at, start || prefix);
  const [named] = parseFieldSelector(type, options.fieldSelector).filter(
    ({ path, equal }) => equal && path.join('.') === 'metadata.name',
  );
  if (!named || (type.namespaced && !options.namespace))
    return store.list(type.shelf, prefix, start || prefix);
  const key = `${prefix}${named.value}`;
  const found = key < start ? undefined : store.get(type.shelf, key);
  return found ? [found] : [];
}
