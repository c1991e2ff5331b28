/** Requests to the page's own server. The token lives in this tab only, as long as the tab. */

const tokenKey = 'tenant-operator-token';

export class RequestFailure extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function setToken(token: string): void {
  if (token === '') sessionStorage.removeItem(tokenKey);
  else sessionStorage.setItem(tokenKey, token);
}

export function hasToken(): boolean {
  return sessionStorage.getItem(tokenKey) !== null;
}

/** Rejects with RequestFailure (status 0 when the server cannot be reached). */
export async function open(path: string, init: RequestInit = {}): Promise<Response> {
  const token = sessionStorage.getItem(tokenKey);
  const headers = new Headers(init.headers);
  headers.set('x-tenant-operator', 'page');
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new RequestFailure(0, 'the operator cannot be reached');
  }
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as { message?: string };
  throw new RequestFailure(response.status, body.message ?? `the operator answered ${response.status}`);
}

export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await open(path, signal ? { signal } : {});
  return (await response.json()) as T;
}
