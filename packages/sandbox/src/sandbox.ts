/** Puts the parts together: store, registry, controllers, HTTP. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdmission } from './admission/index.ts';
import { ADMIN, createAuthenticator } from './auth/index.ts';
import { createCollector, createNamespaces } from './controllers/index.ts';
import { createCrdController } from './crd/index.ts';
import { discover } from './discovery/index.ts';
import { createAllocator, type Env, type User } from './engine/index.ts';
import { createFaults, createHttpServer } from './http/index.ts';
import type { Sandbox, SandboxOptions } from './index.ts';
import { createOpenApi, PROTO_OPENAPI } from './openapi/index.ts';
import { createRegistry } from './registry/registry.ts';
import { loadBuiltins } from './schema/builtin.ts';
import { createStore } from './storage/index.ts';
import { openPersistence } from './storage/persist.ts';

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const builtins = loadBuiltins();
  const store = createStore(options.historyWindow ?? 10_000);
  const persistence = options.dataDir === undefined ? undefined : openPersistence(options.dataDir, store);
  const registry = createRegistry(builtins);
  const openapi = createOpenApi(registry);
  const faults = createFaults(() => store.compact());
  const now = options.now ?? Date.now;
  const env: Env = {
    store,
    registry,
    now,
    newUid: randomUUID,
    random: Math.random,
    admit: createAdmission({ store, newUid: randomUUID, services: options.webhookServices ?? {} }),
    services: createAllocator(store),
  };

  const token = randomBytes(16).toString('hex');
  const tokens = new Map<string, User>([[token, ADMIN], ...Object.entries(options.tokens ?? {})]);
  const crds = createCrdController(env, () => openapi.reset());
  const collector = createCollector(env);
  const namespaces = createNamespaces(env);
  crds.start();
  collector.start();
  namespaces.start();

  const server = createHttpServer({
    env,
    faults,
    tokens,
    authenticate: createAuthenticator(tokens, options.requireToken ?? false),
    bookmarkMs: options.bookmarkIntervalMs ?? 60_000,
    onRequest: options.onRequest,
    version: {
      ...builtins.version,
      gitCommit: '',
      gitTreeState: 'clean',
      buildDate: '1970-01-01T00:00:00Z',
      goVersion: 'none',
      compiler: 'none',
      platform: 'sandbox',
    },
    document(path, accept) {
      if (path === '/openapi/v2' && accept.includes('proto-openapi'))
        return { body: openapi.protobuf(), contentType: PROTO_OPENAPI };
      if (path.startsWith('/openapi')) {
        const found = openapi.find(path);
        return found && { ...found, contentType: 'application/json' };
      }
      const found = discover(registry, path, accept);
      return found && { body: JSON.stringify(found.body), contentType: found.contentType };
    },
    log: options.log ?? (() => {}),
  });
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = kubeconfigFor(url, token);
  let folder: string | undefined;

  return {
    url,
    token,
    kubeconfig,
    faults,
    writeKubeconfig(path) {
      let file = path;
      if (file === undefined) {
        folder ??= mkdtempSync(join(tmpdir(), 'sandbox-'));
        file = join(folder, 'kubeconfig');
      } else mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, kubeconfig, { mode: 0o600 });
      return file;
    },
    async stop() {
      crds.stop();
      collector.stop();
      namespaces.stop();
      faults.cutWatches();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      persistence?.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function kubeconfigFor(server: string, token: string): string {
  return [
    'apiVersion: v1',
    'kind: Config',
    'current-context: sandbox',
    'clusters:',
    '- name: sandbox',
    '  cluster:',
    `    server: ${server}`,
    'users:',
    '- name: sandbox',
    '  user:',
    `    token: ${token}`,
    'contexts:',
    '- name: sandbox',
    '  context:',
    '    cluster: sandbox',
    '    user: sandbox',
    '    namespace: default',
    '',
  ].join('\n');
}
