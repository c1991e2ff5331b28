import { systemClock } from '../clock/index.ts';
import type { ClientConfig } from '../config/index.ts';
import { createDiscovery } from '../discovery/index.ts';
import { apiErrorOf, TransportError } from '../transport/errors.ts';
import { createTransport, type HttpRequest, type HttpResponse } from '../transport/index.ts';
import { apiVersionOf, type KubeObject, type ObjectRef, type ResourceType, silentLogger } from '../types.ts';
import type { CallOptions, ClientOptions, KubeClient, WriteOptions } from './index.ts';
import { readList } from './items.ts';
import { listPages, METADATA, nameType } from './list.ts';
import { collectionPath, objectPath, queryOf } from './paths.ts';
import { parseWarnings } from './warnings.ts';
import { watchEvents } from './watch.ts';

const CONTENT_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** Creates a client. Nothing is sent before the first call; call `close` when done with it. */
export function createClient(config: ClientConfig, options: ClientOptions = {}): KubeClient {
  const clock = options.clock ?? systemClock;
  const transport = createTransport({
    config,
    clock,
    userAgent: options.userAgent ?? 'tenant-operator',
    log: options.log ?? silentLogger,
    maxConnections: options.maxConnections ?? 16,
    requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
    ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
    ...(options.onAnswer === undefined ? {} : { onAnswer: options.onAnswer }),
  });
  const discovery = createDiscovery((path) => transport.send({ method: 'GET', path }), clock);

  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    const response = await transport.send(request);
    if (response.status >= 400) {
      throw apiErrorOf(response.status, response.body, response.headers['retry-after']);
    }
    return response;
  };

  /** A call on the path of a type: the server not knowing the path at all means that discovery is stale. */
  const call = async (type: ResourceType, request: HttpRequest): Promise<HttpResponse> => {
    const response = await transport.send(request);
    if (response.status < 400) return response;
    if (response.status === 404 && typeof response.body === 'string') discovery.forget(apiVersionOf(type));
    throw apiErrorOf(response.status, response.body, response.headers['retry-after']);
  };

  const write = async (
    method: string,
    type: ResourceType,
    path: string,
    body: unknown,
    contentType: string,
    opts: WriteOptions & { force?: boolean },
  ): Promise<{ object: KubeObject; status: number; warnings: string[] }> => {
    const query = queryOf({
      fieldManager: opts.fieldManager,
      force: opts.force ? 'true' : undefined,
      dryRun: opts.dryRun ? 'All' : undefined,
      fieldValidation: opts.fieldValidation,
    });
    const response = await call(type, {
      method,
      path: `${path}${query}`,
      body: JSON.stringify(body),
      ...callOf(opts, { 'content-type': contentType }),
    });
    const warnings = parseWarnings(response.headers.warning);
    return { object: objectOf(response, transport.server), status: response.status, warnings };
  };

  return {
    resourceType: (apiVersion, kind) => discovery.resourceType(apiVersion, kind),

    async serverVersion() {
      const { body } = await send({ method: 'GET', path: '/version' });
      const version = (body ?? {}) as Record<string, unknown>;
      // Some vendors write "34+".
      const number = (text: unknown) => Number.parseInt(String(text), 10) || 0;
      const gitVersion = typeof version.gitVersion === 'string' ? version.gitVersion : '';
      return { major: number(version.major), minor: number(version.minor), gitVersion };
    },

    async get(type, ref, opts = {}) {
      const path = objectPath(type, ref);
      try {
        const headers = opts.metadataOnly ? { accept: METADATA } : {};
        const object = objectOf(
          await call(type, { method: 'GET', path, ...callOf(opts, headers) }),
          transport.server,
        );
        nameType(object, type);
        return object;
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },

    list(type, opts = {}) {
      const get = async (path: string, accept: string | undefined) => {
        const headers = accept === undefined ? {} : { accept };
        return (await call(type, { method: 'GET', path, ...callOf(opts, headers), read: readList })).body;
      };
      return listPages(get, type, opts);
    },

    async create(type, object, opts = {}) {
      const path =
        opts.subresource === undefined
          ? namespacedCollection(type, object)
          : objectPath(type, object.metadata, opts.subresource);
      return (await write('POST', type, path, object, 'application/json', opts)).object;
    },

    async apply(type, object, opts) {
      const path = objectPath(type, object.metadata, opts.subresource);
      // JSON is YAML, and the server reads this content type as YAML.
      const result = await write('PATCH', type, path, object, 'application/apply-patch+yaml', opts);
      return { object: result.object, created: result.status === 201, warnings: result.warnings };
    },

    async patch(type, ref, body, opts) {
      const path = objectPath(type, ref, opts.subresource);
      return (await write('PATCH', type, path, body, CONTENT_TYPES[opts.contentType], opts)).object;
    },

    async replace(type, object, opts = {}) {
      const path = objectPath(type, object.metadata, opts.subresource);
      return (await write('PUT', type, path, object, 'application/json', opts)).object;
    },

    async delete(type, ref: ObjectRef, opts = {}) {
      const preconditions = {
        ...(opts.uid === undefined ? {} : { uid: opts.uid }),
        ...(opts.resourceVersion === undefined ? {} : { resourceVersion: opts.resourceVersion }),
      };
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
        ...(opts.propagationPolicy === undefined ? {} : { propagationPolicy: opts.propagationPolicy }),
        ...(opts.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: opts.gracePeriodSeconds }),
        ...(opts.dryRun ? { dryRun: ['All'] } : {}),
      };
      try {
        const answer = await call(type, {
          method: 'DELETE',
          path: objectPath(type, ref),
          body: JSON.stringify(body),
          ...callOf(opts, { 'content-type': 'application/json' }),
        });
        return { outcome: isDeleted(answer.body) ? 'deleted' : 'accepted' };
      } catch (error) {
        if (isNotFound(error)) return { outcome: 'absent' };
        throw error;
      }
    },

    watch: (type, opts) => watchEvents(transport, type, opts),

    async request(request) {
      const raw = typeof request.body === 'string' || request.body instanceof Uint8Array;
      const body = raw ? (request.body as string | Uint8Array) : JSON.stringify(request.body);
      const type = request.contentType ?? 'application/json';
      return await send({
        method: request.method,
        path: `${request.path}${queryOf(request.query ?? {})}`,
        ...callOf(request, request.body === undefined ? {} : { 'content-type': type }),
        ...(request.body === undefined ? {} : { body }),
      });
    },

    close: () => transport.close(),
  };
}

function callOf(
  opts: CallOptions,
  headers: Record<string, string>,
): Pick<HttpRequest, 'headers' | 'signal' | 'timeoutMs'> {
  return {
    headers: { ...opts.headers, ...headers },
    ...(opts.signal === undefined ? {} : { signal: opts.signal }),
    ...(opts.timeoutMs === undefined ? {} : { timeoutMs: opts.timeoutMs }),
  };
}

/** POST goes to one namespace's collection; without one it would hit the collection of all namespaces. */
function namespacedCollection(type: ResourceType, object: KubeObject): string {
  const { namespace } = object.metadata;
  if (type.namespaced && !namespace) {
    throw new TypeError(`${type.kind} ${JSON.stringify(object.metadata.name)}: a namespace is needed`);
  }
  return collectionPath(type, namespace);
}

function objectOf(response: HttpResponse, server: string): KubeObject {
  const { body } = response;
  if (typeof body === 'object' && body !== null && 'metadata' in body) return body as KubeObject;
  throw new TransportError('protocol', `cannot reach ${server}: the answer is no Kubernetes object`, {
    sent: true,
  });
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && (error as { status?: unknown }).status === 404;
}

/** By the answer to a DELETE; what cannot be read says nothing of an end. */
function isDeleted(body: unknown): boolean {
  const { kind, status, metadata } = (body ?? {}) as Partial<KubeObject> & { status?: unknown };
  if (kind === 'Status') return status === 'Success';
  return metadata?.uid !== undefined && metadata.deletionTimestamp === undefined;
}
