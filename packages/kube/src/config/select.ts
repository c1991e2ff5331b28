/** From a merged kubeconfig and the name of a context to one ClientConfig. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ConfigError } from './errors.ts';
import type { AuthConfig, ClientConfig, ExecConfig } from './index.ts';
import type { Entry, Kubeconfig } from './kubeconfig.ts';

const EXEC_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/** Resolves a context (the current one by default). Throws ConfigError naming what is missing or wrong. */
export function selectContext(kubeconfig: Kubeconfig, name: string | undefined): ClientConfig {
  const { place } = kubeconfig;
  const wanted = name ?? kubeconfig.currentContext;
  if (wanted === undefined) {
    throw new ConfigError(
      `${place}: no current-context is set; choose one with --context${known(kubeconfig)}`,
    );
  }
  const context = kubeconfig.contexts.get(wanted);
  if (!context) throw new ConfigError(`${place}: there is no context ${quote(wanted)}${known(kubeconfig)}`);
  const clusterName = context.fields.required('cluster');
  const cluster = kubeconfig.clusters.get(clusterName);
  if (!cluster) throw new ConfigError(`${context.fields.place}: there is no cluster ${quote(clusterName)}`);
  const userName = context.fields.string('user');
  const user = userName === undefined ? undefined : kubeconfig.users.get(userName);
  if (userName !== undefined && !user) {
    throw new ConfigError(`${context.fields.place}: there is no user ${quote(userName)}`);
  }
  return {
    ...readCluster(cluster),
    namespace: context.fields.string('namespace') ?? 'default',
    auth: user ? readUser(user) : {},
    origin: `${place}, context ${quote(wanted)}`,
  };
}

function readCluster(entry: Entry): Pick<ClientConfig, 'server'> & Partial<ClientConfig> {
  const { fields } = entry;
  const server = fields.required('server');
  checkUrl(entry, 'server', server, ['https:', 'http:']);
  const proxyUrl = fields.string('proxy-url');
  if (proxyUrl !== undefined) checkUrl(entry, 'proxy-url', proxyUrl, ['http:', 'https:']);
  const insecure = fields.boolean('insecure-skip-tls-verify');
  const authority = readPem(entry, 'certificate-authority');
  if (insecure && authority !== undefined) {
    throw fields.error('insecure-skip-tls-verify', 'cannot be combined with a certificate authority');
  }
  if (authority !== undefined) checkCertificate(entry, 'certificate-authority', authority);
  const serverName = fields.string('tls-server-name');
  return {
    server,
    ...(authority === undefined ? {} : { certificateAuthority: authority }),
    ...(insecure ? { insecureSkipTlsVerify: true } : {}),
    ...(serverName === undefined ? {} : { tlsServerName: serverName }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  };
}

function readUser(entry: Entry): AuthConfig {
  const { fields } = entry;
  const auth: AuthConfig = {};
  const token = fields.string('token');
  const tokenFile = fields.string('tokenFile');
  const username = fields.string('username');
  const password = fields.string('password');
  if (token !== undefined) auth.token = checkHeader(entry, 'token', token);
  if (tokenFile !== undefined) auth.tokenFile = pathOf(entry, tokenFile);
  if (username !== undefined) auth.username = username;
  if (password !== undefined) auth.password = password;
  const cert = readPem(entry, 'client-certificate');
  const key = readPem(entry, 'client-key');
  if ((cert === undefined) !== (key === undefined)) {
    throw fields.error(
      cert === undefined ? 'client-certificate' : 'client-key',
      'is missing, its other half is given',
    );
  }
  if (cert !== undefined && key !== undefined) {
    checkCertificate(entry, 'client-certificate', cert);
    checkKey(entry, 'client-key', key);
    auth.clientCertificate = cert;
    auth.clientKey = key;
  }
  if (fields.has('exec')) auth.exec = readExec(entry);
  if (fields.has('auth-provider')) {
    throw fields.error(
      'auth-provider',
      'such providers were removed from Kubernetes in 1.26; use an exec plugin',
    );
  }
  const as = fields.string('as');
  if (as !== undefined) auth.impersonate = readImpersonation(entry, as);
  return auth;
}

function readImpersonation(entry: Entry, user: string): NonNullable<AuthConfig['impersonate']> {
  const { fields } = entry;
  const extra = fields.fields('as-user-extra');
  const uid = fields.string('as-uid');
  return {
    user,
    ...(uid === undefined ? {} : { uid }),
    groups: fields.strings('as-groups'),
    extra: Object.fromEntries(extra.keys().map((key) => [key, extra.strings(key)])),
  };
}

function readExec(entry: Entry): ExecConfig {
  const exec = entry.fields.fields('exec');
  const apiVersion = exec.required('apiVersion');
  if (!EXEC_VERSIONS.includes(apiVersion)) {
    throw exec.error(
      'apiVersion',
      `${quote(apiVersion)} is not supported, only ${EXEC_VERSIONS.join(' and ')}`,
    );
  }
  if (exec.string('interactiveMode') === 'Always') {
    throw exec.error(
      'interactiveMode',
      'the plugin needs a person at a terminal; use a token or a certificate',
    );
  }
  const command = exec.required('command');
  const hint = exec.string('installHint');
  return {
    apiVersion,
    // Like client-go: a path is relative to the kubeconfig, a bare name is looked up on PATH.
    command: command.includes('/') ? pathOf(entry, command) : command,
    args: exec.strings('args'),
    env: Object.fromEntries(
      exec.list('env').map((item) => [item.required('name'), item.string('value') ?? '']),
    ),
    provideClusterInfo: exec.boolean('provideClusterInfo'),
    ...(hint === undefined ? {} : { installHint: hint }),
  };
}

/** `<name>-data` (base64) wins over `<name>` (a path). */
function readPem(entry: Entry, name: string): string | undefined {
  const data = entry.fields.string(`${name}-data`);
  if (data !== undefined) {
    const text = Buffer.from(data, 'base64').toString('utf8');
    if (!text.includes('-----BEGIN'))
      throw entry.fields.error(`${name}-data`, 'is not the base64 of a PEM text');
    return text;
  }
  const file = entry.fields.string(name);
  if (file === undefined) return undefined;
  const path = pathOf(entry, file);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw entry.fields.error(
      name,
      `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function checkCertificate(entry: Entry, name: string, pem: string): void {
  try {
    new X509Certificate(pem);
  } catch {
    throw entry.fields.error(name, 'is not a PEM certificate');
  }
}

function checkKey(entry: Entry, name: string, pem: string): void {
  try {
    createPrivateKey(pem);
  } catch {
    throw entry.fields.error(name, 'is not an unencrypted PEM private key');
  }
}

/** Values that go into a header must not be able to end it. */
function checkHeader(entry: Entry, name: string, value: string): string {
  if (/[^\x20-\x7e]/.test(value))
    throw entry.fields.error(name, 'contains a character that no HTTP header can carry');
  return value;
}

function checkUrl(entry: Entry, name: string, text: string, protocols: string[]): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && protocols.includes(url.protocol) && url.hostname !== '') return;
  const allowed = protocols.map((protocol) => `${protocol}//`).join(' or ');
  throw entry.fields.error(name, `${quote(text)} is not a URL that starts with ${allowed}`);
}

function pathOf(entry: Entry, path: string): string {
  return isAbsolute(path) ? path : join(entry.folder, path);
}

function known(kubeconfig: Kubeconfig): string {
  const names = [...kubeconfig.contexts.keys()];
  return names.length === 0
    ? ' (it has no contexts)'
    : ` (it has ${names.slice(0, 10).map(quote).join(', ')})`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
