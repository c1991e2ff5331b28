import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Clock } from '../clock/index.ts';
import { wait } from '../clock/index.ts';
import { createCredentials } from '../config/credentials.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { apiErrorOf, parseRetryAfter, TransportError, transportErrorOf } from './errors.ts';
import type { HttpRequest, HttpResponse, LineStream, Transport, TransportOptions } from './index.ts';
import { readLines } from './lines.ts';
import { createPools, type PoolKind } from './pools.ts';

const MAX_BODY_BYTES = 256 * 1024 * 1024;
const MAX_ERROR_BYTES = 1024 * 1024;
const MAX_RETRIES = 4;
const MAX_RETRY_WAIT_MS = 10_000;

interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
}

/** Creates the transport; the first connection is made by the first request. */
export function createTransport(options: TransportOptions): Transport {
  const { config, clock } = options;
  const url = new URL(config.server);
  const server = url.origin;
  const basePath = url.pathname.replace(/\/+$/, '');
  const credentials = createCredentials(config, clock);
  const pools = createPools({ config, resolve: options.resolve, maxConnections: options.maxConnections });
  let closed = false;

  const dispatch = async (request: HttpRequest, kind: PoolKind, deadline: Deadline) => {
    const headers: Record<string, string | string[]> = {
      accept: 'application/json',
      'user-agent': options.userAgent,
      ...traceHeaders(),
      ...(await abortable(credentials.headers(), deadline.signal)),
      ...request.headers,
    };
    const material = await abortable(credentials.material(), deadline.signal);
    if (closed) throw new TransportError('closed', 'the client is closed', { sent: false });
    deadline.signal.throwIfAborted();
    const pool = pools.take(kind, material);
    const sending = pool.request({
      method: request.method as 'GET',
      path: basePath + request.path,
      headers,
      signal: deadline.signal,
      // Without this undici ends the connection after every DELETE that has a body.
      reset: false,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    // undici tells of an abort only once a connection that is being made is there, or has failed.
    const answer = await abortable(sending, deadline.signal).catch((error: unknown) => {
      // After a silence the other connections are suspects too: new requests get new ones.
      if ((deadline.signal.reason as TransportError | undefined)?.code === 'timeout')
        pools.retire(kind, pool);
      throw error;
    });
    // A body that fails while nobody reads it must not become an uncaught error.
    answer.body.on('error', () => {});
    return {
      status: answer.statusCode,
      headers: flatten(answer.headers),
      body: answer.body,
    } satisfies RawAnswer;
  };

  const stopwatch = (method: string) => {
    const started = clock.monotonic();
    return (code: string): void => options.onAnswer?.({ method, code, tookMs: clock.monotonic() - started });
  };

  const failureOf = (error: unknown, deadline: Deadline): TransportError => {
    if (deadline.signal.aborted) return transportErrorOf(deadline.signal.reason, server);
    return transportErrorOf(error, server);
  };

  const sendOnce = (request: HttpRequest): Promise<HttpResponse> =>
    inSpan(request, url.hostname, (span) => sendTraced(request, span));

  const sendTraced = async (request: HttpRequest, span: Span): Promise<HttpResponse> => {
    const timeoutMs = request.timeoutMs ?? options.requestTimeoutMs;
    const deadline = createDeadline(clock, server, timeoutMs, request.signal);
    const tell = stopwatch(request.method);
    let code = '<error>';
    try {
      const answer = await dispatch(request, 'requests', deadline);
      const body = await readBody(answer.body, MAX_BODY_BYTES);
      code = String(answer.status);
      span.setAttribute('http.response.status_code', answer.status);
      return {
        status: answer.status,
        headers: answer.headers,
        body: parseBody(body, answer, server, request.read),
      };
    } catch (error) {
      throw failureOf(error, deadline);
    } finally {
      deadline.release();
      tell(code);
    }
  };

  const openStream = async (request: HttpRequest & { idleTimeoutMs: number }, deadline: Deadline) => {
    const tell = stopwatch('WATCH');
    const answer = await dispatch(request, 'streams', deadline).catch((error: unknown) => {
      tell('<error>');
      throw error;
    });
    tell(String(answer.status));
    if (answer.status < 400) return { status: answer.status, answer };
    const body = parseBody(await readBody(answer.body, MAX_ERROR_BYTES), answer, server);
    return { status: answer.status, error: apiErrorOf(answer.status, body, answer.headers['retry-after']) };
  };

  return {
    server,
    async send(request) {
      const started = clock.monotonic();
      let refreshed = false;
      for (let attempt = 0; ; attempt += 1) {
        const response = await sendOnce(request);
        if (response.status === 401 && !refreshed && credentials.refresh()) {
          refreshed = true;
          continue;
        }
        const delay = retryDelay(response, attempt);
        const spent = clock.monotonic() - started;
        if (delay === undefined || spent + delay > MAX_RETRY_WAIT_MS) return response;
        options.log.debug(
          { path: request.path, status: response.status, delay },
          'the server asks to come back',
        );
        await wait(clock, delay, request.signal);
      }
    },

    async stream(request) {
      const timeoutMs = request.timeoutMs ?? options.requestTimeoutMs;
      for (let refreshed = false; ; refreshed = true) {
        const deadline = createDeadline(clock, server, timeoutMs, request.signal);
        try {
          const opened = await openStream(request, deadline);
          if (opened.answer) {
            deadline.disarm();
            const chunks = idleGuard(opened.answer.body, request.idleTimeoutMs, clock, deadline);
            const lines = withErrors(readLines(chunks), deadline, (error) => failureOf(error, deadline));
            return { lines } satisfies LineStream;
          }
          deadline.release();
          if (opened.status === 401 && !refreshed && credentials.refresh()) continue;
          throw opened.error;
        } catch (error) {
          deadline.release();
          if (error instanceof Error && error.name === 'ApiError') throw error;
          throw failureOf(error, deadline);
        }
      }
    },

    async close() {
      closed = true;
      await pools.close();
    },
  };
}

/** What the server needs to join the trace (W3C trace context); nothing without an SDK. */
function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** A span for one request; watches have none, they last. */
function inSpan<T>(request: HttpRequest, host: string, work: (span: Span) => Promise<T>): Promise<T> {
  const path = request.path.split('?')[0] ?? '';
  const attributes = { 'http.request.method': request.method, 'server.address': host, 'url.path': path };
  const options = { kind: SpanKind.CLIENT, attributes };
  return trace.getTracer('tenant-operator').startActiveSpan(request.method, options, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** When the server says that it did not process the request: how long to wait, else undefined. */
function retryDelay(response: HttpResponse, attempt: number): number | undefined {
  if (response.status !== 429 && response.status !== 503) return undefined;
  const seconds = parseRetryAfter(response.headers['retry-after']);
  if (seconds === undefined || attempt >= MAX_RETRIES) return undefined;
  // The jitter keeps those who were turned away together from coming back together.
  return Math.max(seconds, 0.1) * 1000 * (1 + Math.random() * 0.25);
}

/** Passes chunks on; a wait for the next one that lasts too long aborts the stream. */
async function* idleGuard(
  body: AsyncIterable<Uint8Array>,
  idleMs: number,
  clock: Clock,
  deadline: Deadline,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (idleMs <= 0) {
    yield* body;
    return;
  }
  // One timer that looks at the time of the last chunk costs less than a new timer for each.
  let waitingSince: number | undefined = clock.monotonic();
  const seconds = Math.round(idleMs / 100) / 10;
  const check = () => {
    const idle = waitingSince === undefined ? 0 : clock.monotonic() - waitingSince;
    if (idle >= idleMs) deadline.abort(new TransportError('idle', `the watch was silent for ${seconds} s`));
    else timer = clock.setTimeout(check, idleMs - idle);
  };
  let timer = clock.setTimeout(check, idleMs);
  try {
    for await (const chunk of body) {
      waitingSince = undefined;
      yield chunk;
      waitingSince = clock.monotonic();
    }
  } finally {
    clock.clearTimeout(timer);
  }
}

/** The promise, or the signal's reason once it is aborted; a credential plugin may take its time. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(signal.reason as Error);
  }
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => signal.removeEventListener('abort', onAbort);
    promise.then(resolve, reject).finally(settle);
  });
}

async function* withErrors(
  lines: AsyncGenerator<string, void, undefined>,
  deadline: Deadline,
  failure: (error: unknown) => TransportError,
): AsyncGenerator<string, void, undefined> {
  try {
    yield* lines;
  } catch (error) {
    throw failure(error);
  } finally {
    deadline.release();
  }
}

async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new TransportError('too-large', `the answer is larger than ${maxBytes} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts, size);
}

function parseBody(
  body: Buffer,
  answer: RawAnswer,
  server: string,
  read: (body: Buffer) => unknown = parseAll,
): unknown {
  if (!/\bjson\b/.test(answer.headers['content-type'] ?? '')) return body.toString('utf8');
  try {
    return answer.status < 400 ? read(body) : parseAll(body);
  } catch (error) {
    if (answer.status >= 400) return body.toString('utf8');
    throw new TransportError('protocol', `cannot reach ${server}: the answer is no JSON`, {
      sent: true,
      cause: error,
    });
  }
}

function parseAll(body: Buffer): unknown {
  return JSON.parse(body.toString('utf8')) as unknown;
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
