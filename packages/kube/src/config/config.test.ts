import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeClock } from '../clock/index.ts';
import { createCredentials } from './credentials.ts';
import { inClusterConfig, isInCluster } from './in-cluster.ts';
import { type ClientConfig, ConfigError, loadConfig } from './index.ts';
import { parseKubeconfig } from './kubeconfig.ts';
import { proxyFromEnv } from './proxy.ts';
import { selectContext } from './select.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

let folder: string;
let cert: string;
let key: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '1', '-subj', '/CN=test', ...curve, ...files], {
    stdio: 'ignore',
  });
  cert = readFileSync(join(folder, 'cert.pem'), 'utf8');
  key = readFileSync(join(folder, 'key.pem'), 'utf8');
});

afterAll(() => rmSync(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');

function kubeconfig(user: object = { token: 't' }, cluster: object = {}, context: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'main',
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', ...context } }],
    clusters: [{ name: 'c', cluster: { server: 'https://host:6443', ...cluster } }],
    users: [{ name: 'u', user }],
  });
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const read = (text: string, context?: string) =>
  selectContext(parseKubeconfig(text, join(folder, 'config')), context);

describe('a kubeconfig', () => {
  it('gives server, namespace and credentials', () => {
    expect(read(kubeconfig({ token: 't' }, {}, { namespace: 'team' }))).toEqual({
      server: 'https://host:6443',
      namespace: 'team',
      auth: { token: 't' },
      origin: `kubeconfig ${join(folder, 'config')}, context "main"`,
    });
  });

  it('takes certificates as data and as files beside it, data first', () => {
    const asFiles = read(
      kubeconfig(
        { 'client-certificate': 'cert.pem', 'client-key': 'key.pem' },
        { 'certificate-authority': 'cert.pem' },
      ),
    );
    const asData = read(
      kubeconfig(
        {
          'client-certificate-data': base64(cert),
          'client-key-data': base64(key),
          'client-key': 'missing.pem',
        },
        { 'certificate-authority-data': base64(cert) },
      ),
    );
    expect(asFiles).toEqual(asData);
    expect(asData.auth).toEqual({ clientCertificate: cert, clientKey: key });
    expect(asData.certificateAuthority).toBe(cert);
  });

  it('knows the rest: basic, tokenFile, impersonation, server name, proxy, no verification', () => {
    const config = read(
      kubeconfig(
        {
          username: 'u',
          password: 'p',
          tokenFile: 'token',
          as: 'jane',
          'as-groups': ['g'],
          'as-user-extra': { s: ['x'] },
        },
        { 'tls-server-name': 'inner', 'proxy-url': 'http://proxy:3128', 'insecure-skip-tls-verify': true },
      ),
    );
    expect(config).toMatchObject({
      tlsServerName: 'inner',
      proxyUrl: 'http://proxy:3128',
      insecureSkipTlsVerify: true,
    });
    expect(config.auth).toEqual({
      username: 'u',
      password: 'p',
      tokenFile: join(folder, 'token'),
      impersonate: { user: 'jane', groups: ['g'], extra: { s: ['x'] } },
    });
  });

  const exec = (fields: object) =>
    kubeconfig({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', ...fields } });
  const bad: { reason: string; text: () => string; context?: string; message: string }[] = [
    { reason: 'no YAML', text: () => 'a: [', message: 'kubeconfig' },
    { reason: 'a list', text: () => '[]', message: 'expected a mapping, found a list' },
    { reason: 'another kind', text: () => 'kind: Pod', message: 'kind is Pod, expected Config' },
    { reason: 'nothing', text: () => '', message: 'no current-context is set; choose one with --context' },
    {
      reason: 'unknown context',
      text: kubeconfig,
      context: 'other',
      message: 'there is no context "other" (it has "main")',
    },
    {
      reason: 'unknown cluster',
      text: () => kubeconfig({}, {}, { cluster: 'z' }),
      message: 'there is no cluster "z"',
    },
    {
      reason: 'unknown user',
      text: () => kubeconfig({}, {}, { user: 'z' }),
      message: 'there is no user "z"',
    },
    { reason: 'no server', text: () => kubeconfig({}, { server: '' }), message: 'server: is missing' },
    {
      reason: 'server without scheme',
      text: () => kubeconfig({}, { server: 'host:6443' }),
      message: '"host:6443" is not a URL that starts with https:// or http://',
    },
    {
      reason: 'socks proxy',
      text: () => kubeconfig({}, { 'proxy-url': 'socks5://p:1' }),
      message: 'is not a URL that starts with http:// or https://',
    },
    {
      reason: 'missing CA file',
      text: () => kubeconfig({}, { 'certificate-authority': 'nope.pem' }),
      message: 'cannot read',
    },
    {
      reason: 'CA data that is none',
      text: () => kubeconfig({}, { 'certificate-authority-data': 'AAAA' }),
      message: 'is not the base64 of a PEM text',
    },
    {
      reason: 'CA that is no certificate',
      text: () => kubeconfig({}, { 'certificate-authority': 'key.pem' }),
      message: 'is not a PEM certificate',
    },
    {
      reason: 'half a client certificate',
      text: () => kubeconfig({ 'client-certificate': 'cert.pem' }),
      message: 'client-key: is missing, its other half is given',
    },
    {
      reason: 'key that is a certificate',
      text: () => kubeconfig({ 'client-certificate': 'cert.pem', 'client-key': 'cert.pem' }),
      message: 'is not an unencrypted PEM private key',
    },
    {
      reason: 'insecure and CA',
      text: () => kubeconfig({}, { 'insecure-skip-tls-verify': true, 'certificate-authority': 'cert.pem' }),
      message: 'cannot be combined',
    },
    {
      reason: 'token that ends its header',
      text: () => kubeconfig({ token: 'a\r\nx: y' }),
      message: 'that no HTTP header can carry',
    },
    {
      reason: 'token that is a list',
      text: () => kubeconfig({ token: [] }),
      message: 'token: expected a string, found a list',
    },
    {
      reason: 'old auth provider',
      text: () => kubeconfig({ 'auth-provider': { name: 'gcp' } }),
      message: 'use an exec plugin',
    },
    {
      reason: 'exec of an old version',
      text: () => exec({ apiVersion: 'client.authentication.k8s.io/v1alpha1' }),
      message: 'is not supported',
    },
    { reason: 'exec without command', text: () => exec({ command: '' }), message: 'command: is missing' },
    {
      reason: 'exec that must ask a person',
      text: () => exec({ interactiveMode: 'Always' }),
      message: 'needs a person at a terminal',
    },
    {
      reason: 'an alias bomb',
      text: () =>
        `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
          .split('')
          .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`)
          .join('\n')}`,
      message: 'alias',
    },
    { reason: 'lists without end', text: () => '['.repeat(100_000), message: 'nested too deeply at line 1' },
    { reason: 'several documents', text: () => 'a: 1\n---\nb: 2\n', message: 'several documents' },
    { reason: 'bytes that are no text', text: () => '\u0000\u0001\ufffd', message: 'expected a mapping' },
  ];
  it.each(bad)('is refused in one line: $reason', ({ text, context, message }) => {
    let error: unknown;
    try {
      read(text(), context);
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('\n');
  });

  it('never fails in any other way, whatever it holds', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('name', 'server', 'user', 'cluster', 'exec', 'token'), tie('any'), {
          maxKeys: 4,
        }),
      ),
    })).any;
    const document = fc.record({
      kind: fc.constantFrom('Config', undefined),
      'current-context': fc.constantFrom('main', undefined),
      contexts: value,
      clusters: value,
      users: value,
    });
    const inner = fc.tuple(value, value, value).map(([user, cluster, context]) => ({
      'current-context': 'main',
      contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', ...(context as object) } }],
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user }],
    }));
    fc.assert(
      fc.property(fc.oneof(document, inner, fc.string()), (input) => {
        try {
          read(typeof input === 'string' ? input : JSON.stringify(input));
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('loadConfig', () => {
  const merged = (context: string, namespace: string) =>
    JSON.stringify({ contexts: [{ name: context, context: { cluster: 'c', namespace } }], clusters: [] });

  it('prefers the given file, then KUBECONFIG, then the home folder', () => {
    const given = write('given', kubeconfig({ token: 'given' }));
    const listed = write('listed', kubeconfig({ token: 'listed' }));
    mkdirSync(join(folder, '.kube'), { recursive: true });
    writeFileSync(join(folder, '.kube', 'config'), kubeconfig({ token: 'home' }));
    const token = (options: Parameters<typeof loadConfig>[0]) => loadConfig(options).auth.token;
    expect(token({ kubeconfig: given, env: { KUBECONFIG: listed, HOME: folder } })).toBe('given');
    expect(token({ env: { KUBECONFIG: listed, HOME: folder } })).toBe('listed');
    expect(token({ env: { HOME: folder } })).toBe('home');
  });

  it('merges the files of KUBECONFIG: the first one that has a name wins, missing ones are skipped', () => {
    const first = write('first', merged('main', 'first'));
    const second = write('second', kubeconfig({ token: 't' }, {}, { namespace: 'second' }));
    const config = loadConfig({ env: { KUBECONFIG: [first, join(folder, 'missing'), second].join(':') } });
    expect(config).toMatchObject({ namespace: 'first', server: 'https://host:6443', auth: {} });
  });

  it.each([
    [
      'a file that is missing',
      { kubeconfig: '/nowhere/config', env: {} },
      'kubeconfig /nowhere/config: there is no such file',
    ],
    [
      'KUBECONFIG that is missing',
      { env: { KUBECONFIG: '/nowhere/a:/nowhere/b' } },
      'KUBECONFIG: there is no file /nowhere/a or /nowhere/b',
    ],
    ['nothing at all', { env: { HOME: '/nowhere' } }, 'no cluster is configured'],
  ])('says in one line: %s', (_reason, options, message) => {
    expect(() => loadConfig(options)).toThrow(message);
  });

  it('reads the files of a pod', async () => {
    const mounted = join(folder, 'mounted');
    mkdirSync(mounted);
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
    expect(isInCluster(env, mounted)).toBe(false);
    writeFileSync(join(mounted, 'token'), 'one\n');
    writeFileSync(join(mounted, 'ca.crt'), cert);
    writeFileSync(join(mounted, 'namespace'), 'operators');
    expect(isInCluster(env, mounted)).toBe(true);
    expect(isInCluster({}, mounted)).toBe(false);
    const config = inClusterConfig(env, mounted);
    expect(config).toMatchObject({ server: 'https://[fd00::1]:6443', namespace: 'operators' });

    const clock = createFakeClock();
    const credentials = createCredentials(config, clock);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer one' });
    writeFileSync(join(mounted, 'token'), 'two');
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer one' });
    await clock.advance(60_000);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer two' });
    writeFileSync(join(mounted, 'token'), 'three');
    expect(credentials.refresh()).toBe(true);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer three' });
  });
});

describe('credentials', () => {
  const config = (auth: ClientConfig['auth']): ClientConfig => ({
    server: 'https://h',
    namespace: 'd',
    auth,
    origin: 'test',
  });

  it.each([
    ['a token', { token: 't' }, { authorization: 'Bearer t' }],
    ['basic', { username: 'ä', password: 'p' }, { authorization: `Basic ${base64('ä:p')}` }],
    ['nothing', {}, {}],
    [
      'impersonation',
      { impersonate: { user: 'jane', uid: '1', groups: ['a', 'b'], extra: { 'Scope/X': ['y'] } } },
      {
        'impersonate-user': 'jane',
        'impersonate-uid': '1',
        'impersonate-group': ['a', 'b'],
        'impersonate-extra-scope%2Fx': ['y'],
      },
    ],
  ])('%s', async (_reason, auth, headers) => {
    expect(await createCredentials(config(auth), createFakeClock()).headers()).toEqual(headers);
  });

  describe('of an exec plugin', () => {
    const plugin = (script: string, extra: object = {}) =>
      config({
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: process.execPath,
          args: ['-e', script],
          env: { COUNT_FILE: join(folder, 'count') },
          provideClusterInfo: true,
          ...extra,
        },
      });
    const counting = `
      const fs = require('fs'); const file = process.env.COUNT_FILE;
      const n = (fs.existsSync(file) ? Number(fs.readFileSync(file)) : 0) + 1; fs.writeFileSync(file, String(n));
      const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      if (info.spec.cluster.server !== 'https://h' || info.spec.interactive !== false) process.exit(9);
      console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: info.apiVersion,
        status: { token: 'token-' + n, expirationTimestamp: '2026-01-01T00:10:00Z' } }));`;

    it('is run once, again before it expires, and after a 401', async () => {
      rmSync(join(folder, 'count'), { force: true });
      const clock = createFakeClock(Date.UTC(2026, 0, 1));
      const credentials = createCredentials(plugin(counting), clock);
      const both = await Promise.all([credentials.headers(), credentials.headers()]);
      expect(both).toEqual([{ authorization: 'Bearer token-1' }, { authorization: 'Bearer token-1' }]);
      await clock.advance(9 * 60_000);
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer token-1' });
      await clock.advance(50_000);
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer token-2' });
      expect(credentials.refresh()).toBe(true);
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer token-3' });
    });

    it('may give a client certificate', async () => {
      const script = `console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1',
        status: { clientCertificateData: 'C', clientKeyData: 'K' } }))`;
      const credentials = createCredentials(plugin(script), createFakeClock());
      expect(await credentials.material()).toEqual({ cert: 'C', key: 'K' });
      expect(await credentials.headers()).toEqual({});
    });

    it.each([
      ['fails', 'console.error("no\\nsession, log in"); process.exit(3)', 'exit code 3: session, log in'],
      ['prints no JSON', 'console.log("hello")', 'its output is not JSON'],
      [
        'prints something else',
        'console.log("{}")',
        'its output is not an ExecCredential of client.authentication.k8s.io/v1',
      ],
      [
        'prints no credential',
        'console.log(JSON.stringify({kind:"ExecCredential",apiVersion:"client.authentication.k8s.io/v1",status:{}}))',
        'holds neither a token',
      ],
      ['prints null', 'console.log("null")', 'is not an ExecCredential'],
      ['prints too much', 'process.stdout.write("x".repeat(3e6))', 'it printed more than'],
    ])('%s', async (_reason, script, message) => {
      const credentials = createCredentials(plugin(script), createFakeClock());
      await expect(credentials.headers()).rejects.toMatchObject({
        code: 'credentials',
        message: expect.stringContaining(message) as string,
      });
    });

    it('that is not installed is named with its hint, and not run for each request', async () => {
      const missing = plugin('', { command: 'no-such-plugin', installHint: 'install it\n  with x' });
      const credentials = createCredentials(missing, createFakeClock());
      const expected = 'credential plugin no-such-plugin: no such program (install it with x)';
      await expect(credentials.headers()).rejects.toThrow(expected);
      await expect(credentials.headers()).rejects.toThrow(expected);
    });
  });
});

describe('proxyFromEnv', () => {
  const proxied = 'http://proxy:3128';
  it.each([
    ['https://api.example.com', { HTTPS_PROXY: proxied }, proxied],
    ['https://api.example.com', { https_proxy: 'proxy:3128' }, proxied],
    ['http://api.example.com', { HTTPS_PROXY: proxied }, undefined],
    ['https://127.0.0.1:6443', { HTTPS_PROXY: proxied }, undefined],
    ['https://[::1]:6443', { HTTPS_PROXY: proxied }, undefined],
    ['https://localhost:6443', { HTTPS_PROXY: proxied }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: proxied, NO_PROXY: 'x, example.com' }, undefined],
    ['https://notexample.com', { HTTPS_PROXY: proxied, NO_PROXY: 'example.com' }, proxied],
    ['https://example.com', { HTTPS_PROXY: proxied, NO_PROXY: '.example.com' }, proxied],
    ['https://a.example.com', { HTTPS_PROXY: proxied, NO_PROXY: '*.example.com' }, undefined],
    ['https://api:6443', { HTTPS_PROXY: proxied, NO_PROXY: 'api:6443' }, undefined],
    ['https://api:6444', { HTTPS_PROXY: proxied, NO_PROXY: 'api:6443' }, proxied],
    ['https://10.1.2.3', { HTTPS_PROXY: proxied, NO_PROXY: '10.0.0.0/8' }, undefined],
    ['https://11.1.2.3', { HTTPS_PROXY: proxied, NO_PROXY: '10.0.0.0/8,10.0.0.0/99' }, proxied],
    ['https://any', { HTTPS_PROXY: proxied, NO_PROXY: '*' }, undefined],
  ])('%s with %j', (server, env, expected) => {
    expect(proxyFromEnv(server, env)).toBe(expected);
  });
});
