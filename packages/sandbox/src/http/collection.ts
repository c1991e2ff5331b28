/** GET of a collection: a list, or a watch. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Env, list } from '../engine/index.ts';
import { createFilter } from '../engine/read.ts';
import type { JsonObject } from '../json.ts';
import { ApiStatusError, methodNotAllowed } from '../status/index.ts';
import type { FaultState } from './faults.ts';
import { negotiate } from './negotiate.ts';
import { checkListOptions, readListOptions } from './options.ts';
import type { Route } from './route.ts';
import { send } from './send.ts';
import type { Shapes } from './shape.ts';
import { serveWatch } from './watch.ts';

export interface CollectionOptions {
  env: Env;
  faults: FaultState;
  shapes: Shapes;
  bookmarkMs: number;
}

export function createCollections({ env, faults, shapes, bookmarkMs }: CollectionOptions) {
  /** A revision the server has not reached: the client is told to come back. */
  function checkFuture(revision: string): void {
    const now = env.store.revision();
    if (!/^\d+$/.test(revision) || Number(revision) <= now) return;
    throw new ApiStatusError(
      504,
      'Timeout',
      `Timeout: Too large resource version: ${revision}, current: ${now}`,
      {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
    );
  }

  /** Answers the request; throws ApiStatusError before anything is sent. */
  return function listOrWatch(
    req: IncomingMessage,
    res: ServerResponse,
    query: URLSearchParams,
    route: Extract<Route, { kind: 'resource' }>,
  ): void {
    const { type } = route;
    const wanted = negotiate(req.headers.accept);
    const watching = route.watch || ['true', '1'].includes(query.get('watch') ?? '');
    if (!type.verbs.includes(watching ? 'watch' : 'list')) throw methodNotAllowed();
    checkListOptions(query, watching);
    const selection = readListOptions(query, route.namespace, route.name);
    if (watching) {
      const seconds = Number(query.get('timeoutSeconds') ?? 0);
      serveWatch(
        env,
        faults,
        {
          type,
          namespace: route.namespace,
          resourceVersion: selection.resourceVersion,
          bookmarks: query.get('allowWatchBookmarks') === 'true',
          initialEvents: query.get('sendInitialEvents') === 'true',
          timeoutMs: (seconds > 0 ? seconds : 1800 + Math.floor(env.random() * 1800)) * 1000,
          filter: createFilter(type, selection.labelSelector, selection.fieldSelector),
          shape: (object, first) => shapes.event(wanted, type, object, first, query),
        },
        res,
        bookmarkMs,
      );
      return;
    }
    checkFuture(selection.resourceVersion);
    const found = list(env, type, selection);
    const metadata: JsonObject = {
      resourceVersion: found.resourceVersion,
      ...(found.continue || type.custom ? { continue: found.continue ?? '' } : {}),
      ...(found.remaining === undefined ? {} : { remainingItemCount: found.remaining }),
    };
    send(res, 200, shapes.list(wanted, type, found.items, metadata, query), wanted.yaml);
  };
}
