/** The two ways in which a call fails: the server said no, or there was no answer. */

/** `details` of a Kubernetes Status, as far as anybody reads it. */
export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: { reason?: string; message?: string; field?: string }[];
  retryAfterSeconds?: number;
}

// The reasons of k8s.io/apimachinery's StatusReason by HTTP status, for answers that carry no Status object.
const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

export interface ApiErrorInit {
  status: number;
  reason?: string;
  message?: string;
  details?: StatusDetails;
  retryAfterSeconds?: number;
}

/** The server's refusal. `message` is the server's own sentence, which names the object and the trouble. */
export class ApiError extends Error {
  readonly status: number;
  /** Kubernetes StatusReason: NotFound, AlreadyExists, Conflict, Invalid, Forbidden, Expired, ... */
  readonly reason: string;
  readonly details: StatusDetails;
  readonly retryAfterSeconds?: number;

  constructor(init: ApiErrorInit) {
    const reason = init.reason || REASONS[init.status] || `HTTP${init.status}`;
    super(init.message || `the server answered ${init.status} (${reason})`);
    this.name = 'ApiError';
    this.status = init.status;
    this.reason = reason;
    this.details = init.details ?? {};
    const retryAfter = init.retryAfterSeconds ?? init.details?.retryAfterSeconds;
    if (retryAfter !== undefined) this.retryAfterSeconds = retryAfter;
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** 409 of any kind: another version, another uid, fields of another manager, or a name that is taken. */
  get isConflict(): boolean {
    return this.status === 409;
  }

  get isAlreadyExists(): boolean {
    return this.status === 409 && this.reason === 'AlreadyExists';
  }

  /** The resourceVersion or continue token is too old. */
  get isGone(): boolean {
    return this.status === 410;
  }

  get isForbidden(): boolean {
    return this.status === 403;
  }

  get isUnauthorized(): boolean {
    return this.status === 401;
  }

  /** 422, or 400: what was sent can never be accepted. */
  get isInvalid(): boolean {
    return this.status === 422 || this.status === 400;
  }

  /**
   * A write that carries `metadata.uid` met an object with another uid. (Tried on 1.34: an apply answers so
   * with 422 and a cause on metadata.uid; when there is no object at all the answer is a plain 409 Conflict.)
   */
  get isUidMismatch(): boolean {
    return this.status === 422 && (this.details.causes ?? []).some((cause) => cause.field === 'metadata.uid');
  }

  /** Another manager owns fields of this apply; `details.causes` names them. */
  get isFieldConflict(): boolean {
    return (
      this.status === 409 && (this.details.causes ?? []).some((c) => c.reason === 'FieldManagerConflict')
    );
  }

  /** The resourceVersion is ahead of what this server has seen (it restarted, or lags behind its peers). */
  get isVersionTooLarge(): boolean {
    return (
      this.status === 504 &&
      ((this.details.causes ?? []).some((c) => c.reason === 'ResourceVersionTooLarge') ||
        this.message.includes('Too large resource version'))
    );
  }

  /** More than the server takes (413), or than its etcd does: that one says so with 500, in words of its own or of its client (3.5, 3.6). */
  get isTooLarge(): boolean {
    const isOfEtcd = this.status === 500 && /request is too large|message larger than max/.test(this.message);
    return this.status === 413 || isOfEtcd;
  }

  /** The same request can succeed later without anybody changing it. */
  get isRetryable(): boolean {
    return this.status === 429 || (this.status >= 500 && !this.isTooLarge);
  }
}

/** Is it an ApiError (of the given status)? */
export function isApiError(error: unknown, status?: number): error is ApiError {
  return error instanceof ApiError && (status === undefined || error.status === status);
}

const MAX_MESSAGE = 4096;

/** Turns an answer of 400 and above into an ApiError; a body that is no Status is quoted in short. */
export function apiErrorOf(status: number, body: unknown, retryAfter?: string): ApiError {
  const seconds = parseRetryAfter(retryAfter);
  const init: ApiErrorInit = { status, ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }) };
  if (isStatus(body)) {
    if (typeof body.reason === 'string') init.reason = body.reason;
    if (typeof body.message === 'string') init.message = body.message.slice(0, MAX_MESSAGE);
    if (typeof body.details === 'object' && body.details !== null)
      init.details = body.details as StatusDetails;
  } else if (typeof body === 'string' && body.trim() !== '') {
    init.message = `the server answered ${status}: ${body.trim().replace(/\s+/g, ' ').slice(0, 200)}`;
  }
  return new ApiError(init);
}

/** Whole seconds of a Retry-After header; the date form is not used by API servers and reads as one second. */
export function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  return /^\d{1,6}$/.test(header.trim()) ? Number(header.trim()) : 1;
}

function isStatus(body: unknown): body is { reason?: unknown; message?: unknown; details?: unknown } {
  return typeof body === 'object' && body !== null && (body as { kind?: unknown }).kind === 'Status';
}

/** What kind of trouble kept an answer away. */
export type TransportCode =
  | 'refused'
  | 'unreachable'
  | 'dns'
  | 'tls'
  | 'reset'
  | 'timeout'
  | 'idle'
  | 'protocol'
  | 'too-large'
  | 'credentials'
  | 'aborted'
  | 'closed'
  | 'unknown';

/** No answer, or half of one. The message is one line: `cannot reach https://h:6443: connection refused`. */
export class TransportError extends Error {
  readonly code: TransportCode;
  /** The request may have reached the server, so a write may have happened. */
  readonly sent: boolean;

  constructor(code: TransportCode, message: string, options: { sent?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TransportError';
    this.code = code;
    this.sent = options.sent ?? !NEVER_SENT.has(code);
  }
}

const NEVER_SENT: ReadonlySet<TransportCode> = new Set([
  'refused',
  'unreachable',
  'dns',
  'tls',
  'credentials',
]);

const CAUSES: Readonly<Record<string, [TransportCode, string]>> = {
  ECONNREFUSED: ['refused', 'connection refused'],
  EHOSTUNREACH: ['unreachable', 'no route to host'],
  ENETUNREACH: ['unreachable', 'network unreachable'],
  EADDRNOTAVAIL: ['unreachable', 'address not available'],
  ENOTFOUND: ['dns', 'no such host'],
  EAI_AGAIN: ['dns', 'the name could not be resolved right now'],
  ECONNRESET: ['reset', 'connection reset by the server'],
  EPIPE: ['reset', 'connection closed by the server'],
  UND_ERR_SOCKET: ['reset', 'connection closed by the server'],
  ETIMEDOUT: ['timeout', 'connection timed out'],
  UND_ERR_CONNECT_TIMEOUT: ['unreachable', 'connecting timed out'],
  UND_ERR_HEADERS_TIMEOUT: ['timeout', 'no answer in time'],
  UND_ERR_BODY_TIMEOUT: ['timeout', 'the answer stopped half-way'],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['too-large', 'the answer is too large'],
  UND_ERR_DESTROYED: ['closed', 'the client is closed'],
  UND_ERR_CLOSED: ['closed', 'the client is closed'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['tls', 'the certificate is self-signed and not trusted'],
  SELF_SIGNED_CERT_IN_CHAIN: ['tls', 'the certificate authority is not trusted'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['tls', 'the certificate is signed by an unknown authority'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['tls', 'the certificate is signed by an unknown authority'],
  CERT_HAS_EXPIRED: ['tls', 'the certificate has expired'],
  CERT_NOT_YET_VALID: ['tls', 'the certificate is not valid yet'],
  CERT_SIGNATURE_FAILURE: ['tls', 'the certificate is signed by another authority of that name'],
  EPROTO: ['tls', 'the TLS handshake failed'],
};

/** Maps any failure of the layers below to a TransportError whose message says what could not be reached and why. */
export function transportErrorOf(error: unknown, server: string): TransportError {
  if (error instanceof TransportError) return error;
  const { code, text } = describe(error);
  return new TransportError(code, `cannot reach ${server}: ${text}`, { cause: error });
}

function describe(error: unknown): { code: TransportCode; text: string } {
  const first =
    error instanceof AggregateError && error.errors.length > 0 ? (error.errors[0] as unknown) : error;
  const raw = (first as { code?: unknown } | null | undefined)?.code;
  const key = typeof raw === 'string' ? raw : '';
  const message = first instanceof Error ? first.message : String(first);
  const known = CAUSES[key];
  if (known) return { code: known[0], text: known[1] };
  const line = message.split('\n', 1)[0] ?? '';
  if (key === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return { code: 'tls', text: `the certificate is for other names (${line.slice(0, 200)})` };
  }
  if (key.startsWith('ERR_SSL_') || key.startsWith('ERR_TLS_') || key.startsWith('CERT_')) {
    return { code: 'tls', text: `the TLS handshake failed (${key})` };
  }
  if (key.startsWith('HPE_') || (first instanceof Error && first.name === 'HTTPParserError'))
    return { code: 'protocol', text: 'the answer is not HTTP' };
  return { code: 'unknown', text: line.slice(0, 200) || 'unknown failure' };
}
