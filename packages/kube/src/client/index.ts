/** The client's contract: typed verbs over raw JSON. Objects go out and come back as they are. */
import type { Clock } from '../clock/index.ts';
import type { ResolveMap } from '../transport/resolve.ts';
import type { KubeObject, Logger, ObjectRef, ResourceType } from '../types.ts';

/** What every call takes. */
export interface CallOptions {
  signal?: AbortSignal;
  /** For this call alone, in milliseconds; covers waiting for a connection, sending and the whole answer. */
  timeoutMs?: number;
  /** Extra headers, for example `Impersonate-User`. */
  headers?: Readonly<Record<string, string>>;
}

/** What every writing call takes. */
export interface WriteOptions extends CallOptions {
  fieldManager?: string;
  dryRun?: boolean;
  /** `status`, `scale`, ...; the object's own endpoint when left out. */
  subresource?: string;
  /** What the server does with unknown and duplicate fields; the server's own default is `Warn`. */
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
}

export interface ApplyOptions extends WriteOptions {
  fieldManager: string;
  /** Takes fields that other managers own; without it such a conflict is an ApiError 409. */
  force?: boolean;
}

export interface ApplyResult {
  object: KubeObject;
  /** The server answered 201: the object did not exist before. */
  created: boolean;
  /** The texts of the answer's `Warning` headers (unknown fields, deprecated versions). */
  warnings: string[];
}

export interface PatchOptions extends WriteOptions {
  contentType: 'merge' | 'json' | 'strategic';
}

export interface DeleteOptions extends CallOptions {
  /** Preconditions: the server answers 409 when the object is another one by now. */
  uid?: string;
  resourceVersion?: string;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  gracePeriodSeconds?: number;
  dryRun?: boolean;
}

export interface DeleteResult {
  /**
   * `absent`: there was nothing to delete (404). `deleted`: gone with this answer. `accepted`: going, once its finalizers or its
   * grace period let it. The server tells the last two apart by what it answers (apiserver's registry Store.Delete): a Status
   * or the object as it was, or the object with its `deletionTimestamp`.
   */
  outcome: 'absent' | 'deleted' | 'accepted';
}

export interface ReadOptions extends CallOptions {
  /** Asks for `metadata` alone (PartialObjectMetadata). */
  metadataOnly?: boolean;
}

export interface ListOptions extends ReadOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Objects per page, 500 when left out; 0 asks for everything at once. */
  limit?: number;
  resourceVersion?: string;
}

export interface ListPage {
  items: KubeObject[];
  /** The items one after the other, each parsed when its turn comes; for whoever keeps little of each. `items` will do without it. */
  each?: () => Iterable<KubeObject>;
  /** The version of the whole list; the same on every page of one pass. */
  resourceVersion: string;
  /** First page of a pass. A second `true` means that the list expired in the middle (410) and started over. */
  first: boolean;
  /** No page follows. */
  last: boolean;
}

export interface WatchOptions extends ReadOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Events after this version are delivered. */
  resourceVersion: string;
  signal: AbortSignal;
  /** When the server ends the watch; random between 300 and 600 when left out. */
  timeoutSeconds?: number;
  /** A watch that brings no byte for so long is dead (TransportError `idle`); 90,000 when left out, 0 is never. */
  idleTimeoutMs?: number;
  /** Called when the server has accepted the watch, before the first event. */
  onOpen?: () => void;
}

/** One line of a watch. An ERROR line is not an event: it is thrown as ApiError (`isGone` for 410). */
export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }
  | { type: 'BOOKMARK'; resourceVersion: string };

export interface RawRequest extends CallOptions {
  method: string;
  /** Absolute path below the server's URL, already encoded. */
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  /** Strings and buffers are sent as they are, everything else as JSON. */
  body?: unknown;
  contentType?: string;
}

export interface RawResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Parsed when the answer is JSON, else the text. */
  body: unknown;
}

export interface ServerVersion {
  major: number;
  minor: number;
  gitVersion: string;
}

/**
 * A Kubernetes API server. Every method throws ApiError for an answer of 400 and above (unless said
 * otherwise) and TransportError when there was no answer. 429 and 503 with Retry-After (the server says
 * that it did not process the request) are retried a few times before they are thrown.
 */
export interface KubeClient {
  /** Discovery, cached. `undefined` when the server does not serve the kind; that is asked again after 10 s. */
  resourceType(apiVersion: string, kind: string): Promise<ResourceType | undefined>;
  serverVersion(): Promise<ServerVersion>;
  /** `undefined` for 404. */
  get(type: ResourceType, ref: ObjectRef, opts?: ReadOptions): Promise<KubeObject | undefined>;
  list(type: ResourceType, opts?: ListOptions): AsyncGenerator<ListPage, void, undefined>;
  create(type: ResourceType, object: KubeObject, opts?: WriteOptions): Promise<KubeObject>;
  /**
   * Server-side apply; the object is sent as it is, nothing added and nothing dropped. Tried on 1.34:
   * `metadata.resourceVersion: "1"` gives 201 when the object is absent and 409 when it exists;
   * `metadata.uid` of another object gives 422 (`isUidMismatch`), and 409 when the object is absent.
   */
  apply(type: ResourceType, object: KubeObject, opts: ApplyOptions): Promise<ApplyResult>;
  patch(type: ResourceType, ref: ObjectRef, body: unknown, opts: PatchOptions): Promise<KubeObject>;
  replace(type: ResourceType, object: KubeObject, opts?: WriteOptions): Promise<KubeObject>;
  delete(type: ResourceType, ref: ObjectRef, opts?: DeleteOptions): Promise<DeleteResult>;
  /** Ends when the server ends it or the signal is aborted; throws for everything else. */
  watch(type: ResourceType, opts: WatchOptions): AsyncGenerator<WatchEvent, void, undefined>;
  request(request: RawRequest): Promise<RawResponse>;
  /** Ends every connection, watches included. */
  close(): Promise<void>;
}

export interface ClientAnswer {
  /** The HTTP method; `WATCH` for a stream. */
  readonly method: string;
  /** The HTTP status; `<error>` when there was no answer. */
  readonly code: string;
  /** Milliseconds to the end of the answer; to its beginning for a stream. */
  readonly tookMs: number;
}

export interface ClientOptions {
  /** `tenant-operator` when left out. */
  userAgent?: string;
  clock?: Clock;
  log?: Logger;
  /** Connections kept for requests, 16; each watch has one more of its own. */
  maxConnections?: number;
  /** 30,000 ms; covers the whole answer, for a watch until it is open. */
  requestTimeoutMs?: number;
  /** Is told of every answer, and of requests that got none; a request that is tried again counts again. */
  onAnswer?: (answer: ClientAnswer) => void;
  /** Where to connect instead, by `host:port`; see parseResolve. */
  resolve?: ResolveMap;
}

export { createClient } from './client.ts';
export { collectList } from './list.ts';
