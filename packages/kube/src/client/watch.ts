/** Watches: one JSON object per line until the server ends the answer. */
import { apiErrorOf, TransportError } from '../transport/errors.ts';
import type { Transport } from '../transport/index.ts';
import type { KubeObject, ResourceType } from '../types.ts';
import type { WatchEvent, WatchOptions } from './index.ts';
import { METADATA, nameType } from './list.ts';
import { collectionPath, queryOf } from './paths.ts';

// Bookmarks come about once a minute; one and a half of them missed means that nobody is there.
const IDLE_MS = 90_000;

/** Opens a watch and yields its events; see KubeClient.watch. */
export async function* watchEvents(
  transport: Transport,
  type: ResourceType,
  opts: WatchOptions,
): AsyncGenerator<WatchEvent, void, undefined> {
  const query = queryOf({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: opts.resourceVersion,
    labelSelector: opts.labelSelector,
    fieldSelector: opts.fieldSelector,
    // Random, so that the watches of a process that started at once do not all end at once.
    timeoutSeconds: opts.timeoutSeconds ?? 300 + Math.floor(Math.random() * 301),
  });
  try {
    const { lines } = await transport.stream({
      method: 'GET',
      path: `${collectionPath(type, opts.namespace)}${query}`,
      headers: { ...opts.headers, ...(opts.metadataOnly ? { accept: METADATA } : {}) },
      signal: opts.signal,
      idleTimeoutMs: opts.idleTimeoutMs ?? IDLE_MS,
      ...(opts.timeoutMs === undefined ? {} : { timeoutMs: opts.timeoutMs }),
    });
    opts.onOpen?.();
    for await (const line of lines) {
      if (opts.signal.aborted) return;
      yield readEvent(line, type);
    }
  } catch (error) {
    if (opts.signal.aborted) return;
    throw error;
  }
}

/** Parses one line. Throws ApiError for an ERROR event and TransportError for what is no event. */
function readEvent(line: string, type: ResourceType): WatchEvent {
  let event: { type?: unknown; object?: unknown };
  try {
    event = JSON.parse(line) as typeof event;
  } catch (error) {
    throw new TransportError('protocol', `the watch of ${type.plural} sent a line that is no JSON`, {
      cause: error,
    });
  }
  const object = event?.object as KubeObject | null | undefined;
  const kind = event?.type;
  if (kind === 'ERROR') {
    const code = (object as { code?: unknown } | null | undefined)?.code;
    throw apiErrorOf(typeof code === 'number' ? code : 500, object);
  }
  const version = object?.metadata?.resourceVersion;
  if (kind === 'BOOKMARK' && typeof version === 'string')
    return { type: 'BOOKMARK', resourceVersion: version };
  if ((kind === 'ADDED' || kind === 'MODIFIED' || kind === 'DELETED') && object?.metadata?.name) {
    nameType(object, type);
    return { type: kind, object };
  }
  throw new TransportError('protocol', `the watch of ${type.plural} sent an event of unknown shape`);
}
