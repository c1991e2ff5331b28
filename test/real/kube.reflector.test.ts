import {
  type Change,
  collectList,
  createClient,
  createQueue,
  createReflector,
  type KubeClient,
  type KubeObject,
  type Reflector,
  type ReflectorOptions,
  type ResourceType,
} from '@tenant-operator/kube';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../rig/process/wait-for.ts';
import { type FaultProxy, startProxy } from './kube.proxy.ts';
import { type KubeServer, startKubeServer } from './kube.server.ts';

const configMaps: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
const namespaces: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

let server: KubeServer;
let proxy: FaultProxy;
/** Straight to the server. */
let direct: KubeClient;
/** Through the proxy that breaks. */
let client: KubeClient;
let namespace = '';
let count = 0;
let reflectors: Reflector<string>[];

beforeAll(async () => {
  server = await startKubeServer();
  direct = createClient(server.config());
});

afterAll(async () => {
  await direct?.close();
  await server?.close();
});

beforeEach(async () => {
  count += 1;
  namespace = `r${count}`;
  reflectors = [];
  await direct.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  proxy = await startProxy(server.port);
  client = createClient(server.config('admin', proxy.port), { requestTimeoutMs: 2_000 });
});

afterEach(async () => {
  await Promise.all(reflectors.map((reflector) => reflector.stop()));
  await client.close();
  await proxy.close();
});

/** A reflector that keeps each object's `data.v`, and a second copy made of its changes alone. */
function follow(options: Partial<ReflectorOptions<string>> = {}) {
  const copy = new Map<string, string>();
  const changes: Change<string>[] = [];
  const faults: string[] = [];
  const reflector = createReflector<string>({
    client,
    type: configMaps,
    namespace,
    backoff: { baseMs: 100, maxMs: 1_000 },
    reduce: (object) => `${(object.data as { v?: string } | undefined)?.v}`,
    onChange(change) {
      changes.push(change);
      const before = copy.get(change.key);
      if (before !== change.previous)
        faults.push(`${change.type} ${change.key}: ${before} is not ${change.previous}`);
      if (change.type === 'deleted') copy.delete(change.key);
      else copy.set(change.key, change.current);
    },
    ...options,
  });
  reflectors.push(reflector);
  reflector.start();
  return { reflector, copy, changes, faults };
}

const configMap = (name: string, v: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data: { v },
});

const put = (name: string, v: string) =>
  direct.apply(configMaps, configMap(name, v), { fieldManager: 'test', force: true });
const drop = (name: string) => direct.delete(configMaps, { name, namespace });
const key = (name: string) => `${namespace}/${name}`;

/** The server's own truth, and that both copies agree with it. */
async function expectEqual({ reflector, copy, faults }: ReturnType<typeof follow>): Promise<void> {
  const { items } = await collectList(direct, configMaps, { namespace });
  const truth = new Map(items.map((item) => [key(item.metadata.name), (item.data as { v: string }).v]));
  const agree = (map: ReadonlyMap<string, string>) =>
    map.size === truth.size && [...truth].every(([name, v]) => map.get(name) === v);
  await waitFor(() => agree(reflector.store) && agree(copy), { what: 'the copies to agree with the server' });
  expect(faults).toEqual([]);
}

describe('a reflector on a real API server', () => {
  it('follows creation, change and deletion', async () => {
    await put('before', '1');
    const followed = follow();
    await followed.reflector.synced;
    await put('a', '1');
    await put('a', '2');
    await drop('before');
    await drop('a');
    await expectEqual(followed);
    expect(followed.changes.map((change) => `${change.type} ${change.key.split('/')[1]}`)).toEqual([
      'added before',
      'added a',
      'modified a',
      'deleted before',
      'deleted a',
    ]);
  });

  it('reads what a network tears into single bytes, texts of all scripts included', async () => {
    proxy.pieces(1);
    const followed = follow();
    await followed.reflector.synced;
    await put('a', 'Grüße 漢字 🦄 مرحبا');
    await put('big', '🦄'.repeat(20_000));
    await expectEqual(followed);
  });

  it('goes on after dropped connections where it was, without a list and without a repetition', async () => {
    const followed = follow();
    await followed.reflector.synced;
    await put('a', '0');
    await waitFor(() => followed.copy.has(key('a')), { what: 'the first event' });
    for (let round = 1; round <= 5; round += 1) {
      proxy.cut();
      await put('a', `${round}`);
      await put(`n${round}`, 'x');
      await expectEqual(followed);
    }
    expect(followed.reflector.stats.lists).toBe(1);
    expect(followed.changes).toHaveLength(11);
  });

  it('goes on after a restart of the API server without a list', async () => {
    await put('kept', '1');
    const followed = follow();
    await followed.reflector.synced;
    await put('a', '1');
    await waitFor(() => followed.copy.has(key('a')), { what: 'the first event' });
    await server.apiserver.restart();
    await put('a', '2');
    await drop('kept');
    await expectEqual(followed);
    expect(followed.reflector.stats.lists).toBe(1);
  });

  it('misses nothing that was written while it was cut off from a server that then was killed', async () => {
    await put('gone', '1');
    const followed = follow();
    await followed.reflector.synced;
    proxy.mode('refuse');
    proxy.cut();
    await put('unseen', '1');
    await drop('gone');
    await server.apiserver.kill();
    await server.apiserver.start();
    proxy.mode('pass');
    await put('after', '1');
    // The new server's watch cache may begin after our version: it then says 410, and one list mends it.
    await expectEqual(followed);
    expect(followed.reflector.stats.lists).toBeLessThanOrEqual(2);
  });

  it('lists anew when its version was compacted away, and reports what it missed', async () => {
    await put('gone', '1');
    await put('changed', 'old');
    await put('same', '1');
    const followed = follow();
    await followed.reflector.synced;
    await waitFor(() => followed.reflector.stats.watches === 1, { what: 'the watch' });
    proxy.mode('refuse');
    proxy.cut();
    await drop('gone');
    await put('changed', 'new');
    await put('fresh', '1');
    // A server that starts on a compacted history does not know the version any more.
    await server.compact();
    await server.apiserver.restart();
    followed.changes.length = 0;
    proxy.mode('pass');
    await expectEqual(followed);
    expect(followed.reflector.stats.lists).toBe(2);
    expect(followed.changes.map((change) => `${change.type} ${change.key.split('/')[1]}`).sort()).toEqual([
      'added fresh',
      'deleted gone',
      'modified changed',
    ]);
    const events = direct.watch(configMaps, {
      namespace,
      resourceVersion: '1',
      signal: new AbortController().signal,
    });
    await expect(events.next()).rejects.toMatchObject({ name: 'ApiError', status: 410, isGone: true });
  });

  it.each([
    [
      'a network that swallows everything',
      () => proxy.mode('hole'),
      () => {
        proxy.mode('pass');
      },
    ],
    ['a server that stands still', () => server.apiserver.pause(), () => server.apiserver.resume()],
  ])('notices a silent watch: %s', async (_reason, begin, end) => {
    const followed = follow({ idleTimeoutMs: 1_500 });
    await followed.reflector.synced;
    await put('a', '1');
    await waitFor(() => followed.copy.has(key('a')), { what: 'the first event' });
    begin();
    try {
      // Dead, though no connection has ended: only the silence tells.
      await waitFor(() => followed.reflector.stats.errors > 0, { what: 'the trouble to be noticed' });
      expect(followed.reflector.stats.lastError).toMatch(/^cannot reach https:\/\/127\.0\.0\.1:\d+: /);
    } finally {
      end();
    }
    await put('a', '2');
    await expectEqual(followed);
    expect(followed.reflector.stats.lists).toBe(1);
  });

  it('survives etcd standing still', async () => {
    const followed = follow({ idleTimeoutMs: 1_500 });
    await followed.reflector.synced;
    server.etcd.pause();
    try {
      await waitFor(() => followed.reflector.stats.idle > 0, { what: 'the silence' });
    } finally {
      server.etcd.resume();
    }
    await waitFor(() => put('a', '1'), { what: 'the server to write again' });
    await expectEqual(followed);
  });

  it('reads metadata alone', async () => {
    await put('a', 'not for us');
    const followed = follow({
      metadataOnly: true,
      reduce: (object) => `${object.kind} ${object.apiVersion} ${Object.keys(object).length}`,
    });
    await followed.reflector.synced;
    await put('b', 'nor this');
    await waitFor(() => followed.copy.size === 2, { what: 'both' });
    expect([...followed.copy.values()]).toEqual(['ConfigMap v1 3', 'ConfigMap v1 3']);
  });

  it('follows a selector: an object that leaves it is deleted', async () => {
    const followed = follow({ labelSelector: 'in=yes' });
    await followed.reflector.synced;
    const labelled = (labels: Record<string, string>) => ({
      ...configMap('a', '1'),
      metadata: { name: 'a', namespace, labels },
    });
    await direct.apply(configMaps, labelled({ in: 'yes' }), { fieldManager: 'test' });
    await direct.apply(configMaps, labelled({ in: 'no' }), { fieldManager: 'test' });
    await waitFor(() => followed.changes.length === 2, { what: 'both changes' });
    expect(followed.changes.map((change) => change.type)).toEqual(['added', 'deleted']);
  });

  it('waits for a kind that is not installed yet', async () => {
    const widgets: ResourceType = {
      group: 'late.example.com',
      version: 'v1',
      kind: 'Widget',
      plural: 'widgets',
      namespaced: true,
    };
    const followed = follow({ type: widgets });
    await waitFor(() => followed.reflector.stats.errors > 1, { what: 'two refusals' });
    const crds = (await direct.resourceType(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
    )) as ResourceType;
    await direct.create(crds, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.late.example.com' },
      spec: {
        group: widgets.group,
        scope: 'Namespaced',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
        versions: [
          { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
        ],
      },
    });
    await followed.reflector.synced;
    expect(followed.reflector.stats.lastError).toBeUndefined();
  });

  it('loses nothing and repeats nothing in a storm of changes and faults', async () => {
    const followed = follow({ idleTimeoutMs: 2_000, pageSize: 7 });
    await followed.reflector.synced;
    let writing = true;
    const writer = (async () => {
      for (let i = 0; writing; i += 1) {
        await Promise.all([put(`c${i % 40}`, `${i}`), i % 3 === 0 ? drop(`c${(i * 7) % 40}`) : undefined]);
      }
    })();
    const acts = [
      () => proxy.cut(),
      () => proxy.pieces(3),
      () => proxy.mode('hole'),
      () => proxy.mode('pass'),
      () => proxy.mode('refuse'),
    ];
    for (let i = 0; i < 30; i += 1) {
      acts[(i * 3) % acts.length]?.();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    proxy.mode('pass');
    proxy.pieces(0);
    proxy.cut();
    writing = false;
    await writer;
    await expectEqual(followed);
  });

  it('leaves no handle behind when everything is stopped', async () => {
    const before = process.getActiveResourcesInfo().length;
    const own = createClient(server.config());
    const queue = createQueue({
      name: 'q',
      concurrency: 2,
      work: () => Promise.resolve({ kind: 'after', ms: 60_000 }),
    });
    const reflector = createReflector<number>({
      client: own,
      type: configMaps,
      reduce: () => 1,
      onChange: (change) => queue.add(change.key),
    });
    queue.start();
    reflector.start();
    await reflector.synced;
    await put('a', '1');
    await waitFor(() => queue.stats.delayed > 0, { what: 'a pending timer' });
    await Promise.all([reflector.stop(), queue.stop()]);
    await own.close();
    await waitFor(() => process.getActiveResourcesInfo().length <= before, {
      what: 'all handles to be closed',
    });
  });
});
