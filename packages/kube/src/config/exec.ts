/** Exec credential plugins (client.authentication.k8s.io): run once, kept until they expire or a 401 says so. */
import { spawn } from 'node:child_process';
import type { Clock } from '../clock/index.ts';
import type { TlsMaterial } from '../transport/connect.ts';
import { TransportError } from '../transport/errors.ts';
import type { ClientConfig, ExecConfig } from './index.ts';

interface IssuedCredential {
  token?: string;
  certificate?: TlsMaterial;
  /** Milliseconds since the epoch; absent when it holds until a 401. */
  expiresAt?: number;
}

export interface ExecPlugin {
  /** The current credential; concurrent callers share one run. Throws TransportError `credentials`. */
  get(): Promise<IssuedCredential>;
  forget(): void;
}

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;
// Ask again a little before the end, so that no request leaves with a token that dies on the way.
const EXPIRY_MARGIN_MS = 10_000;
// A plugin that fails is not run again for each waiting request.
const FAILURE_PAUSE_MS = 1_000;

/** Creates the plugin of a kubeconfig user; nothing runs before the first `get`. */
export function createExecPlugin(config: ClientConfig, exec: ExecConfig, clock: Clock): ExecPlugin {
  let current: IssuedCredential | undefined;
  let running: Promise<IssuedCredential> | undefined;
  let failed: { error: TransportError; at: number } | undefined;

  const run = async (): Promise<IssuedCredential> => {
    try {
      current = parseCredential(exec, await execute(config, exec));
      failed = undefined;
      return current;
    } catch (error) {
      const wrapped = failure(exec, error);
      failed = { error: wrapped, at: clock.monotonic() };
      throw wrapped;
    } finally {
      running = undefined;
    }
  };

  return {
    async get() {
      const expired = current?.expiresAt !== undefined && current.expiresAt - EXPIRY_MARGIN_MS <= clock.now();
      if (current && !expired) return current;
      if (failed && clock.monotonic() - failed.at < FAILURE_PAUSE_MS) throw failed.error;
      running ??= run();
      return await running;
    },
    forget() {
      current = undefined;
    },
  };
}

function failure(exec: ExecConfig, error: unknown): TransportError {
  const why = error instanceof Error ? error.message : String(error);
  const missing = (error as { code?: unknown }).code === 'ENOENT';
  const hint = missing && exec.installHint ? ` (${exec.installHint.trim().replace(/\s+/g, ' ')})` : '';
  const text = missing ? 'no such program' : why;
  return new TransportError('credentials', `credential plugin ${exec.command}: ${text}${hint}`, {
    cause: error,
  });
}

function execute(config: ClientConfig, exec: ExecConfig): Promise<string> {
  const info = {
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: clusterInfo(config) } : {}) },
  };
  return new Promise((resolve, reject) => {
    const child = spawn(exec.command, exec.args, {
      env: { ...process.env, ...exec.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    let size = 0;
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_OUTPUT_BYTES) out.push(chunk);
      else child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-400);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (size > MAX_OUTPUT_BYTES) reject(new Error(`it printed more than ${MAX_OUTPUT_BYTES} bytes`));
      else if (code === 0) resolve(Buffer.concat(out).toString('utf8'));
      else {
        const last = complaint.trim().split('\n').at(-1) ?? '';
        const how = code === null ? `ended by ${signal}` : `exit code ${code}`;
        reject(new Error(last === '' ? how : `${how}: ${last}`));
      }
    });
  });
}

function clusterInfo(config: ClientConfig): object {
  const authority = config.certificateAuthority;
  return {
    server: config.server,
    ...(config.tlsServerName === undefined ? {} : { 'tls-server-name': config.tlsServerName }),
    ...(config.insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(config.proxyUrl === undefined ? {} : { 'proxy-url': config.proxyUrl }),
    ...(authority === undefined
      ? {}
      : { 'certificate-authority-data': Buffer.from(authority).toString('base64') }),
  };
}

function parseCredential(exec: ExecConfig, text: string): IssuedCredential {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('its output is not JSON');
  }
  const credential = (parsed ?? {}) as { kind?: unknown; apiVersion?: unknown; status?: unknown };
  if (credential.kind !== 'ExecCredential' || credential.apiVersion !== exec.apiVersion) {
    throw new Error(`its output is not an ExecCredential of ${exec.apiVersion}`);
  }
  const status = (credential.status ?? {}) as Record<string, unknown>;
  const issued: IssuedCredential = {};
  if (typeof status.token === 'string' && status.token !== '') issued.token = status.token;
  const cert = status.clientCertificateData;
  const key = status.clientKeyData;
  if (typeof cert === 'string' && cert !== '' && typeof key === 'string') issued.certificate = { cert, key };
  if (issued.token === undefined && issued.certificate === undefined) {
    throw new Error('its output holds neither a token nor a client certificate with its key');
  }
  const expires = status.expirationTimestamp;
  if (expires !== undefined && expires !== null) {
    const at = typeof expires === 'string' ? Date.parse(expires) : Number.NaN;
    if (Number.isNaN(at)) throw new Error('its expirationTimestamp is not a time');
    issued.expiresAt = at;
  }
  return issued;
}
