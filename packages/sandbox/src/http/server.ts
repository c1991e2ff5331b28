/** The server: one request in, one verb of the engine, one answer out. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Authenticator } from '../auth/index.ts';
import { reviews } from '../auth/reviews.ts';
import {
  createDeleter,
  createWriter,
  type Env,
  type RequestContext,
  readBody,
  readOne,
  timestamp,
  type User,
} from '../engine/index.ts';
import type { PatchKind } from '../engine/write.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import {
  ApiStatusError,
  badRequest,
  forbiddenField,
  internal,
  methodNotAllowed,
  noSuchResource,
  plainFailure,
  required,
} from '../status/index.ts';
import { createTables } from '../table/index.ts';
import { PROTOBUF, parseBody, readText } from './body.ts';
import { createCollections } from './collection.ts';
import type { FaultState } from './faults.ts';
import { negotiate } from './negotiate.ts';
import { type ObservedRequest, observe } from './observe.ts';
import {
  agentName,
  invalidOption,
  readDeleteOptions,
  readDryRun,
  readListOptions,
  readManager,
  readValidation,
} from './options.ts';
import { type Route, routeOf } from './route.ts';
import { send } from './send.ts';
import { createShapes, listObject } from './shape.ts';
import { createSubresources } from './subresources.ts';

export interface HttpOptions {
  env: Env;
  faults: FaultState;
  authenticate: Authenticator;
  /** For token reviews. */
  tokens: Map<string, User>;
  bookmarkMs: number;
  version: JsonObject;
  /** Discovery and OpenAPI documents; undefined when the path has none. */
  document(
    path: string,
    accept: string,
  ): { body: string | Buffer; contentType: string; etag?: string } | undefined;
  log(line: string): void;
  /** Is told of every request for a resource when its answer ends. */
  onRequest?: ((request: ObservedRequest) => void) | undefined;
}

type Resource = Extract<Route, { kind: 'resource' }>;

const PATCHES: Record<string, PatchKind> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

export function createHttpServer(options: HttpOptions): Server {
  const { env, faults } = options;
  const writer = createWriter(env);
  const deleter = createDeleter(env);
  const shapes = createShapes(createTables(env));
  const listOrWatch = createCollections({ env, faults, shapes, bookmarkMs: options.bookmarkMs });
  const subresources = createSubresources(env, writer, options.tokens);

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if ((await faults.intercept(req, res)) === 'handled') return;
    checkOrigin(req);
    const url = new URL(req.url ?? '/', 'http://127.0.0.1');
    const user = options.authenticate(req.headers.authorization);
    const route = routeOf(env.registry, url.pathname);
    switch (route.kind) {
      case 'version':
        return send(res, 200, options.version, false);
      case 'health':
        res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
        res.end('ok');
        return;
      case 'discovery':
      case 'openapi':
        return document(req, res, route.path, url);
      case 'none':
        throw noSuchResource();
      case 'page':
        return pageNotFound(res);
      case 'resource':
        return resource(req, res, url, route, user);
    }
  }

  /** A page in a browser must not reach the API through the loopback address. */
  function checkOrigin(req: IncomingMessage): void {
    const host = (req.headers.host ?? '').replace(/:\d+$/, '');
    if (req.headers.origin !== undefined || !['127.0.0.1', 'localhost', '[::1]', ''].includes(host))
      throw new ApiStatusError(
        403,
        'Forbidden',
        'the sandbox answers only to local clients that are not web pages',
      );
  }

  function document(req: IncomingMessage, res: ServerResponse, path: string, url: URL): void {
    if (req.method !== 'GET') throw methodNotAllowed();
    const found = options.document(
      path + (url.search && path.startsWith('/openapi') ? '' : ''),
      req.headers.accept ?? '',
    );
    if (!found) {
      pageNotFound(res);
      return;
    }
    if (found.etag) {
      res.setHeader('etag', found.etag);
      if (req.headers['if-none-match'] === found.etag) {
        res.writeHead(304);
        res.end();
        return;
      }
    }
    res.writeHead(200, { 'content-type': found.contentType, vary: 'Accept' });
    res.end(found.body);
  }

  function pageNotFound(res: ServerResponse): void {
    res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
    res.end('404 page not found\n');
  }

  async function resource(
    req: IncomingMessage,
    res: ServerResponse,
    url: URL,
    route: Resource,
    user: RequestContext['user'],
  ): Promise<void> {
    observe(req, res, url, route, user, options.onRequest);
    const warnings: string[] = [];
    const warn = () => {
      for (const warning of new Set(warnings))
        res.appendHeader('warning', `299 - ${JSON.stringify(warning)}`);
    };
    try {
      await serve(req, res, url, route, user, warnings, warn);
    } catch (error) {
      if (!res.headersSent) warn();
      throw error;
    }
  }

  async function serve(
    req: IncomingMessage,
    res: ServerResponse,
    url: URL,
    route: Resource,
    user: RequestContext['user'],
    warnings: string[],
    warn: () => void,
  ): Promise<void> {
    const { type, name, namespace } = route;
    const query = url.searchParams;
    const context: RequestContext = {
      user,
      namespace,
      manager: readManager(query, req.method ?? '') ?? agentName(req.headers['user-agent']),
      dryRun: readDryRun(query, req.method ?? ''),
      validation: readValidation(query, req.method ?? ''),
      subresource: route.subresource,
      force: ['true', '1'].includes(query.get('force') ?? ''),
      warn: (text) => warnings.push(text),
    };
    const method = req.method ?? 'GET';
    const answer = (code: number, body: JsonObject, shaped = true) => {
      if (type.custom?.deprecated) warnings.push(type.custom.deprecated);
      if (type.shelf === '/endpoints')
        warnings.push('v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice');
      warn();
      const wanted = negotiate(req.headers.accept);
      send(res, code, shaped ? shapes.one(wanted, type, body, query) : body, wanted.yaml);
    };
    checkRoute(route);
    if (route.subresource && route.subresource !== 'status') {
      const text = await readText(req);
      const done = await subresources.handle(
        context,
        type,
        name,
        method,
        text,
        req.headers['content-type'] ?? '',
        query,
      );
      if (done.object === undefined) {
        res.writeHead(204).end();
        return;
      }
      return answer(done.created ? 201 : 200, done.object, false);
    }
    if (method === 'GET') {
      // With `watch`, too: only the old path of watches and a field selector watch one object.
      if (name && !route.watch) return answer(200, getOne(route, query));
      if (type.custom?.deprecated) warnings.push(type.custom.deprecated);
      warn();
      return listOrWatch(req, res, query, route);
    }
    if (method === 'POST') return answer(201, ...(await create(req, context, route)));
    if (method === 'PUT') {
      if (!name) throw methodNotAllowed();
      const { value, source } = parseRequest(type, await readText(req), req.headers['content-type']);
      const { object, created } = await writer.update(context, type, name, value, source);
      return answer(created ? 201 : 200, object);
    }
    if (method === 'PATCH') {
      if (!name) throw methodNotAllowed();
      const { object, created } = await patch(
        context,
        type,
        name,
        await readText(req),
        req.headers['content-type'],
        query,
      );
      return answer(created ? 201 : 200, object);
    }
    if (method === 'DELETE') {
      const deleteOptions = readDeleteOptions(await readText(req), query, context);
      if (name) return answer(200, (await deleter.remove(context, type, name, deleteOptions)).answer);
      if (!type.verbs.includes('deletecollection')) throw methodNotAllowed();
      const selection = readListOptions(query, namespace, '');
      const gone = await deleter.removeAll(context, type, selection, deleteOptions);
      return answer(200, listObject(type, gone.items, { resourceVersion: gone.resourceVersion }), false);
    }
    throw methodNotAllowed();
  }

  function checkRoute({ type, name, namespace, subresource }: Resource): void {
    if (subresource && !type.subresources.has(subresource)) throw noSuchResource();
    if (type.namespaced && !namespace && name) throw noSuchResource();
  }

  function getOne({ type, namespace, name }: Resource, query: URLSearchParams): JsonObject {
    if (!type.verbs.includes('get')) throw noSuchResource();
    const revision = query.get('resourceVersion') ?? '';
    if (revision && !/^\d+$/.test(revision))
      throw plainFailure(
        500,
        `resourceVersion: Invalid value: ${JSON.stringify(revision)}: strconv.ParseUint: parsing ${JSON.stringify(revision)}: invalid syntax`,
      );
    return readOne(env, type, namespace, name);
  }

  /** A new object, or the answer to a review; the flag says whether the answer is an object of the resource. */
  async function create(
    req: IncomingMessage,
    context: RequestContext,
    route: Resource,
  ): Promise<[JsonObject, boolean]> {
    const { type } = route;
    if (route.name || !type.verbs.includes('create')) throw methodNotAllowed();
    const { value, source } = parseRequest(type, await readText(req), req.headers['content-type']);
    const review = reviews[type.shelf];
    if (review) {
      const read = readBody(context, type, value, source);
      const { user, namespace } = context;
      return [review(read, { user, namespace, tokens: options.tokens, now: timestamp(env.now()) }), false];
    }
    if (type.namespaced && !route.namespace) throw methodNotAllowed();
    return [await writer.create(context, type, value, source), true];
  }

  async function patch(
    context: RequestContext,
    type: ResourceType,
    name: string,
    text: string,
    header: string | undefined,
    query: URLSearchParams,
  ) {
    const media = (header ?? '').split(';')[0]?.trim() ?? '';
    const kind = PATCHES[media];
    if (!kind) throw new ApiStatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
    if (kind === 'strategic' && type.custom) {
      const accepted = Object.keys(PATCHES).filter((m) => !m.startsWith('application/strategic'));
      throw unknownFormat(accepted);
    }
    if (kind === 'apply' && !query.get('fieldManager'))
      throw invalidOption('PATCH', required('fieldManager', 'is required for apply patch'));
    if (kind !== 'apply' && query.has('force'))
      throw invalidOption('PATCH', forbiddenField('force', 'may not be specified for non-apply patch'));
    const { value, source } = parseBody(text, kind === 'apply');
    return writer.patch(context, type, name, kind, value, source);
  }

  function parseRequest(
    type: ResourceType,
    text: string,
    header: string | undefined,
  ): { value: JsonObject; source: string } {
    const media = (header ?? 'application/json').split(';')[0]?.trim() ?? '';
    if (!['application/json', 'application/yaml', PROTOBUF, ''].includes(media))
      throw unknownFormat(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']);
    const unrecognized = (why: string) =>
      badRequest(
        `the object provided is unrecognized (must be of type ${type.kind}): couldn't get version/kind; json parse error: ${why}`,
      );
    if (text.trim() === '') throw unrecognized('unexpected end of JSON input (<empty>)');
    const { value, source } = parseBody(text, media === 'application/yaml', (why) =>
      unrecognized(`${why} (${text.slice(0, 100)})`),
    );
    if (value === null) return { value: {}, source: '{}' };
    if (!isObject(value))
      throw badRequest(
        `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: expected an object`,
      );
    return { value, source };
  }

  return createServer((req, res) => {
    handle(req, res).catch((error: unknown) => {
      if (!(error instanceof ApiStatusError))
        options.log(`${req.method ?? ''} ${req.url ?? ''}: ${(error as Error).stack ?? String(error)}`);
      const failure = error instanceof ApiStatusError ? error : internal((error as Error).message);
      if (res.headersSent) {
        res.destroy();
        return;
      }
      const retry = failure.details?.retryAfterSeconds;
      if (typeof retry === 'number') res.setHeader('retry-after', String(retry));
      send(res, failure.code, failure.toStatus(), false);
    });
  });
}

function unknownFormat(accepted: readonly string[]): ApiStatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiStatusError(415, 'UnsupportedMediaType', message);
}
