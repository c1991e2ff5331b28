/** Paged lists over `limit` and `continue`. */
import { isApiError, TransportError } from '../transport/errors.ts';
import { apiVersionOf, type KubeObject, type ResourceType } from '../types.ts';
import type { KubeClient, ListOptions, ListPage } from './index.ts';
import { collectionPath, queryOf } from './paths.ts';

/** `as=` asks for metadata alone; the second type serves servers that cannot. */
const METADATA_LIST = acceptPartial('PartialObjectMetadataList');
export const METADATA = acceptPartial('PartialObjectMetadata');

function acceptPartial(kind: string): string {
  return `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;
}

const PAGE_SIZE = 500;
// A list that expires twice while it is read is asked for in one piece.
const MAX_RESTARTS = 2;

type Get = (path: string, accept: string | undefined) => Promise<unknown>;

/** The pages of a list. A 410 in the middle starts over with `first` set. */
export async function* listPages(
  get: Get,
  type: ResourceType,
  opts: ListOptions,
): AsyncGenerator<ListPage, void, undefined> {
  const path = collectionPath(type, opts.namespace);
  const accept = opts.metadataOnly ? METADATA_LIST : undefined;
  let limit = opts.limit ?? PAGE_SIZE;
  let token: string | undefined;
  for (let restarts = 0; ; ) {
    let body: unknown;
    try {
      const query = queryOf({
        labelSelector: opts.labelSelector,
        fieldSelector: opts.fieldSelector,
        limit: limit > 0 ? limit : undefined,
        continue: token,
        // A continued list keeps the version of its first page; the server refuses both together.
        resourceVersion: token === undefined ? opts.resourceVersion : undefined,
      });
      body = await get(`${path}${query}`, accept);
    } catch (error) {
      if (token === undefined || !isApiError(error, 410)) throw error;
      token = undefined;
      restarts += 1;
      if (restarts >= MAX_RESTARTS) limit = 0;
      continue;
    }
    const page = readPage(body, type, token === undefined);
    yield page.page;
    if (page.token === undefined) return;
    token = page.token;
  }
}

/** A broken item is found when it is asked for. */
function* typed(items: Iterable<KubeObject>, type: ResourceType): Generator<KubeObject, void, undefined> {
  try {
    for (const item of items) {
      nameType(item, type);
      yield item;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new TransportError('protocol', `the list of ${type.plural} holds what is no JSON`, {
      cause: error,
    });
  }
}

function readPage(
  body: unknown,
  type: ResourceType,
  first: boolean,
): { page: ListPage; token: string | undefined } {
  const list = body as { metadata?: { resourceVersion?: string; continue?: string }; items?: unknown } | null;
  // An empty list of metadata comes as `items: null`.
  const items = (list?.items ?? []) as Iterable<KubeObject>;
  if (!list?.metadata || typeof items !== 'object' || !(Symbol.iterator in items)) {
    throw new TransportError('protocol', `the answer to a list of ${type.plural} is no list`);
  }
  const token = list.metadata?.continue || undefined;
  const each = () => typed(items, type);
  let all: KubeObject[] | undefined;
  const page = {
    get items() {
      all ??= [...each()];
      return all;
    },
    each,
    resourceVersion: list.metadata?.resourceVersion ?? '',
    first,
    last: token === undefined,
  };
  return { page, token };
}

/** Objects in lists carry no apiVersion and kind, and partial ones carry those of the partial form. */
export function nameType(object: KubeObject, type: ResourceType): void {
  if (!object.kind || object.kind === 'PartialObjectMetadata') {
    object.apiVersion = apiVersionOf(type);
    object.kind = type.kind;
  }
}

/** The whole list in memory; for lists that are known to be short. */
export async function collectList(
  client: Pick<KubeClient, 'list'>,
  type: ResourceType,
  opts: ListOptions = {},
): Promise<{ items: KubeObject[]; resourceVersion: string }> {
  let items: KubeObject[] = [];
  let resourceVersion = '';
  for await (const page of client.list(type, opts)) {
    items = page.first ? page.items : items.concat(page.items);
    resourceVersion = page.resourceVersion;
  }
  return { items, resourceVersion };
}
