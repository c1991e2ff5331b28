/** Turns the static part of a ClientConfig into what each request and each connection carries. */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock/index.ts';
import type { TlsMaterial } from '../transport/connect.ts';
import { TransportError } from '../transport/errors.ts';
import { createExecPlugin } from './exec.ts';
import type { ClientConfig } from './index.ts';

export interface Credentials {
  /** Headers that say who we are; may read a file or run a plugin. Throws TransportError `credentials`. */
  headers(): Promise<Record<string, string | string[]>>;
  /** The client certificate for new connections, if there is one. */
  material(): Promise<TlsMaterial | undefined>;
  /** After a 401: forgets what was cached. True when asking again can give something else. */
  refresh(): boolean;
}

// client-go reads token files once a minute; the kubelet replaces them long before they expire.
const TOKEN_FILE_MS = 60_000;

/** Creates the credentials of a config; the exec plugin is started with the first use. */
export function createCredentials(config: ClientConfig, clock: Clock): Credentials {
  const { auth } = config;
  const fixed = impersonation(config);
  const plugin = auth.exec ? createExecPlugin(config, auth.exec, clock) : undefined;
  let fileToken: { token: string; at: number } | undefined;

  const readToken = async (path: string): Promise<string> => {
    if (fileToken && clock.monotonic() - fileToken.at < TOKEN_FILE_MS) return fileToken.token;
    try {
      const token = (await readFile(path, 'utf8')).trim();
      if (token === '') throw new Error('the file is empty');
      fileToken = { token, at: clock.monotonic() };
      return token;
    } catch (error) {
      if (fileToken) return fileToken.token;
      const why = error instanceof Error ? error.message : String(error);
      throw new TransportError('credentials', `cannot read the token file ${path}: ${why}`, { cause: error });
    }
  };

  const authorization = async (): Promise<string | undefined> => {
    if (plugin) {
      const { token } = await plugin.get();
      if (token !== undefined) return `Bearer ${token}`;
    }
    if (auth.tokenFile !== undefined) return `Bearer ${await readToken(auth.tokenFile)}`;
    if (auth.token !== undefined) return `Bearer ${auth.token}`;
    if (auth.username === undefined) return undefined;
    return `Basic ${Buffer.from(`${auth.username}:${auth.password ?? ''}`).toString('base64')}`;
  };

  return {
    async headers() {
      const value = await authorization();
      return value === undefined ? fixed : { ...fixed, authorization: value };
    },
    async material() {
      const issued = plugin && (await plugin.get()).certificate;
      if (issued) return issued;
      if (auth.clientCertificate === undefined || auth.clientKey === undefined) return undefined;
      return { cert: auth.clientCertificate, key: auth.clientKey };
    },
    refresh() {
      fileToken = undefined;
      plugin?.forget();
      return plugin !== undefined || auth.tokenFile !== undefined;
    },
  };
}

function impersonation(config: ClientConfig): Record<string, string | string[]> {
  const as = config.auth.impersonate;
  if (!as) return {};
  const headers: Record<string, string | string[]> = { 'impersonate-user': as.user };
  if (as.uid !== undefined) headers['impersonate-uid'] = as.uid;
  if (as.groups && as.groups.length > 0) headers['impersonate-group'] = as.groups;
  for (const [key, values] of Object.entries(as.extra ?? {})) {
    headers[`impersonate-extra-${encodeURIComponent(key.toLowerCase())}`] = values;
  }
  return headers;
}
