/** Tells of requests as an audit log does, for tests that count them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { User } from '../engine/index.ts';
import type { Route } from './route.ts';

export interface ObservedRequest {
  /** As in RBAC: get, list, watch, create, update, patch, delete or deletecollection. */
  readonly verb: string;
  /** Path and query. */
  readonly uri: string;
  readonly user: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural name. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** The answer's status; 0 when the connection was cut before there was one. */
  readonly code: number;
}

export function observe(
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
  route: Extract<Route, { kind: 'resource' }>,
  user: User,
  onRequest: ((request: ObservedRequest) => void) | undefined,
): void {
  if (!onRequest) return;
  const { type, namespace, name, subresource } = route;
  const isWatch = route.watch || ['true', '1'].includes(url.searchParams.get('watch') ?? '');
  const request = {
    verb: verbOf(req.method ?? 'GET', name, isWatch),
    uri: req.url ?? '',
    user: user.name,
    group: type.group,
    version: type.version,
    resource: type.resource,
    subresource,
    namespace,
    name,
  };
  res.on('close', () => onRequest({ ...request, code: res.headersSent ? res.statusCode : 0 }));
}

function verbOf(method: string, name: string, isWatch: boolean): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    default:
      if (isWatch) return 'watch';
      return name === '' ? 'list' : 'get';
  }
}
