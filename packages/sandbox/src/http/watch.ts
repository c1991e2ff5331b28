/** One watch: events of a resource as JSON lines, filtered, with bookmarks, until the client or the timeout ends it. */
import type { ServerResponse } from 'node:http';
import type { Env } from '../engine/index.ts';
import type { JsonObject } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import { ApiStatusError, plainFailure } from '../status/index.ts';
import type { Change } from '../storage/index.ts';
import type { FaultState } from './faults.ts';

export interface WatchRequest {
  type: ResourceType;
  namespace: string;
  resourceVersion: string;
  bookmarks: boolean;
  /** Begin with the present objects, then a marked bookmark (a streaming list). */
  initialEvents: boolean;
  timeoutMs: number;
  filter(object: JsonObject): boolean;
  /** The shape the client asked for; undefined for plain objects. */
  shape(object: JsonObject, first: boolean): JsonObject;
}

/** Writes events to `res` until it closes. */
export function serveWatch(
  env: Env,
  faults: FaultState,
  request: WatchRequest,
  res: ServerResponse,
  bookmarkMs: number,
): void {
  const { type } = request;
  const { store } = env;
  const prefix = type.namespaced && request.namespace ? `${request.namespace}/` : '';
  if (request.resourceVersion && !/^\d+$/.test(request.resourceVersion))
    throw plainFailure(
      500,
      `strconv.ParseUint: parsing ${JSON.stringify(request.resourceVersion)}: invalid syntax`,
    );
  res.writeHead(200, { 'content-type': 'application/json' });
  res.flushHeaders();
  let first = true;
  let sent = 0;
  const send = (kind: string, object: JsonObject) => {
    if (faults.muted()) return;
    const line = `${JSON.stringify({ type: kind, object })}\n`;
    faults.late(() => {
      if (!res.writableEnded && !res.destroyed) res.write(line);
    });
  };
  const shape = (object: JsonObject): JsonObject => {
    const shaped = request.shape(object, first);
    first = false;
    return shaped;
  };
  const bookmark = (annotations?: JsonObject) => {
    const object = {
      kind: type.kind,
      apiVersion: type.apiVersion,
      metadata: {
        resourceVersion: String(store.revision()),
        ...(annotations ? { annotations } : {}),
      },
    };
    send('BOOKMARK', object);
  };
  const deliver = (change: Change): void => {
    if (prefix && !change.key.startsWith(prefix)) return;
    const object = type.convert(change.object, type.apiVersion);
    const previous = change.previous && type.convert(change.previous, type.apiVersion);
    const is = change.type !== 'DELETED' && request.filter(object);
    const was = previous !== undefined && request.filter(previous);
    if (is) send(was ? 'MODIFIED' : 'ADDED', shape(object));
    else if (was)
      send(
        'DELETED',
        shape(
          change.type === 'DELETED'
            ? object
            : {
                ...previous,
                metadata: { ...(previous.metadata as JsonObject), resourceVersion: String(change.revision) },
              },
        ),
      );
  };

  const from = Number(request.resourceVersion || '0');
  const fresh = request.initialEvents || from === 0;
  if (fresh)
    for (const object of store.list(type.shelf, prefix)) {
      const converted = type.convert(object, type.apiVersion);
      if (request.filter(converted)) send('ADDED', shape(converted));
    }
  else {
    const missed = store.since(type.shelf, from);
    if (!missed) {
      const error = new ApiStatusError(
        410,
        'Expired',
        `too old resource version: ${from} (${store.revision()})`,
      );
      send('ERROR', error.toStatus());
      faults.late(() => res.end());
      return;
    }
    for (const change of missed) deliver(change);
  }
  if (request.initialEvents) bookmark({ 'k8s.io/initial-events-end': 'true' });
  sent = store.revision();

  faults.watches.add(res);
  const unsubscribe = store.subscribe((resource, change) => {
    if (resource !== type.shelf || change.revision <= sent) return;
    sent = change.revision;
    deliver(change);
  });
  const ticker = request.bookmarks ? setInterval(() => bookmark(), bookmarkMs) : undefined;
  const end = setTimeout(() => {
    if (request.bookmarks) bookmark();
    faults.late(() => res.end());
  }, request.timeoutMs);
  const close = () => {
    unsubscribe();
    clearInterval(ticker);
    clearTimeout(end);
    faults.watches.delete(res);
  };
  res.on('close', close);
  res.on('error', close);
}
