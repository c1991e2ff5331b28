import { Agent, request } from 'undici';
import { RigError } from '../errors.ts';
import type { KeyAndCertificate } from './certificates.ts';

export interface ApiAnswer {
  status: number;
  /** Parsed JSON, or the text when it is none. */
  body: unknown;
}

/**
 * The rig's own way to the API server, as administrator. It is apart from the product's client on purpose:
 * what the rig sets up and looks at must not depend on the code under test.
 */
export interface AdminApi {
  /** Any request; a status of 400 and above is an answer, not an error. */
  request(method: string, path: string, body?: unknown, contentType?: string): Promise<ApiAnswer>;
  /** The object at a path, undefined when there is none. */
  get<T = Record<string, unknown>>(path: string): Promise<T | undefined>;
  /** POST; an object that exists already is fine and left as it is. */
  ensure(path: string, object: unknown): Promise<void>;
  close(): Promise<void>;
}

export function createAdminApi(
  server: string,
  certificateAuthority: string,
  user: KeyAndCertificate,
): AdminApi {
  return createApi(server, { ca: certificateAuthority, cert: user.certificate, key: user.key });
}

/** The same way, as the ServiceAccount that a token is of. */
export function createTokenApi(server: string, certificateAuthority: string, token: string): AdminApi {
  return createApi(server, { ca: certificateAuthority }, { authorization: `Bearer ${token}` });
}

/** For a server that takes everybody for the administrator. */
export function createPlainApi(server: string): AdminApi {
  return createApi(server, {});
}

function createApi(
  server: string,
  tls: { ca?: string; cert?: string; key?: string },
  headers: Record<string, string> = {},
): AdminApi {
  const agent = new Agent({
    connect: { ...tls, timeout: 5_000 },
    headersTimeout: 30_000,
    bodyTimeout: 30_000,
    connections: 8,
  });
  const api: AdminApi = {
    async request(method, path, body, contentType = 'application/json') {
      const answer = await request(server + path, {
        method,
        dispatcher: agent,
        // Without this undici ends the connection after every DELETE that has a body.
        reset: false,
        headers: {
          ...headers,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': contentType }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, body: parse(text) };
    },
    async get<T>(path: string) {
      const { status, body } = await api.request('GET', path);
      if (status === 404) return undefined;
      if (status !== 200) throw refused('GET', path, status, body);
      return body as T;
    },
    async ensure(path, object) {
      const { status, body } = await api.request('POST', path, object);
      if (status >= 300 && status !== 409) throw refused('POST', path, status, body);
    },
    close: () => agent.destroy(),
  };
  return api;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refused(method: string, path: string, status: number, body: unknown): RigError {
  const message = (body as { message?: string } | null)?.message ?? String(body);
  return new RigError('REQUEST_FAILED', `${method} ${path}: ${status} ${message}`);
}
