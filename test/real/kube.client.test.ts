import {
  ApiError,
  collectList,
  createClient,
  createEventRecorder,
  createLease,
  type KubeClient,
  type KubeObject,
  type Lease,
  type ResourceType,
} from '@tenant-operator/kube';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../rig/process/wait-for.ts';
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
let client: KubeClient;
let nobody: KubeClient;
let namespace = '';
let count = 0;

beforeAll(async () => {
  server = await startKubeServer();
  client = createClient(server.config());
  nobody = createClient(server.config('nobody'));
});

afterAll(async () => {
  await Promise.all([client?.close(), nobody?.close()]);
  await server?.close();
});

beforeEach(async () => {
  count += 1;
  namespace = `t${count}`;
  await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
});

const configMap = (name: string, data: Record<string, string>, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, ...metadata },
  data,
});

const mine = { fieldManager: 'mine' };

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('apply', () => {
  it('creates only what is absent when it carries resourceVersion "1"', async () => {
    const first = await client.apply(configMaps, configMap('a', { k: '1' }, { resourceVersion: '1' }), mine);
    expect(first.created).toBe(true);
    expect(first.object.metadata.managedFields?.map((entry) => [entry.manager, entry.operation])).toEqual([
      ['mine', 'Apply'],
    ]);
    const second = await failure(
      client.apply(configMaps, configMap('a', { k: '2' }, { resourceVersion: '1' }), {
        ...mine,
        force: true,
      }),
    );
    expect(second).toMatchObject({ status: 409, isConflict: true, isFieldConflict: false });
    expect((await client.get(configMaps, { name: 'a', namespace }))?.data).toEqual({ k: '1' });
  });

  it('touches only the object whose uid it carries', async () => {
    const { object } = await client.apply(configMaps, configMap('a', { k: '1' }), mine);
    const { uid } = object.metadata;
    const again = await client.apply(configMaps, configMap('a', { k: '2' }, { uid }), mine);
    expect(again).toMatchObject({ created: false, object: { data: { k: '2' } } });
    await client.delete(configMaps, { name: 'a', namespace });
    expect(await failure(client.apply(configMaps, configMap('a', {}, { uid }), mine))).toMatchObject({
      status: 409,
    });
    await client.apply(configMaps, configMap('a', { k: 'another' }), mine);
    const other = await failure(
      client.apply(configMaps, configMap('a', { k: '3' }, { uid }), { ...mine, force: true }),
    );
    expect(other).toMatchObject({ status: 422, isUidMismatch: true });
    expect((await client.get(configMaps, { name: 'a', namespace }))?.data).toEqual({ k: 'another' });
  });

  it('says whose fields it would take, and takes them by force', async () => {
    await client.apply(configMaps, configMap('a', { k: 'theirs' }), { fieldManager: 'theirs' });
    const error = await failure(client.apply(configMaps, configMap('a', { k: 'mine' }), mine));
    expect(error).toMatchObject({ status: 409, isFieldConflict: true });
    expect(error.details.causes?.[0]).toMatchObject({ field: '.data.k', message: 'conflict with "theirs"' });
    const forced = await client.apply(configMaps, configMap('a', { k: 'mine' }), { ...mine, force: true });
    expect(forced.object.data).toEqual({ k: 'mine' });
  });

  it('does not drop a field that nobody here knows: the server sees and refuses it', async () => {
    const strange = { ...configMap('a', {}), strange: { deep: 1 } };
    expect((await failure(client.apply(configMaps, strange, mine))).message).toContain('strange');
    const deployments = await client.resourceType('apps/v1', 'Deployment');
    const warned = await client.create(
      deployments as ResourceType,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'd', namespace },
        spec: {
          selector: { matchLabels: { a: 'b' } },
          template: {
            metadata: { labels: { a: 'b' } },
            spec: { containers: [{ name: 'c', image: 'i', strange: 1 }] },
          },
        },
      },
      { fieldValidation: 'Ignore' },
    );
    expect(warned.metadata.uid).toBeTruthy();
  });

  it('changes nothing and writes nothing when nothing changed', async () => {
    const first = await client.apply(configMaps, configMap('a', { k: '1' }), mine);
    const second = await client.apply(configMaps, configMap('a', { k: '1' }), mine);
    expect(second.object.metadata.resourceVersion).toBe(first.object.metadata.resourceVersion);
  });

  it('stores nothing in a dry run', async () => {
    const dry = await client.apply(configMaps, configMap('dry', { k: '1' }), { ...mine, dryRun: true });
    expect(dry.created).toBe(true);
    expect(await client.get(configMaps, { name: 'dry', namespace })).toBeUndefined();
  });
});

describe('errors', () => {
  const table: { reason: string; call: () => Promise<unknown>; expected: Partial<ApiError> }[] = [
    {
      reason: 'a name that is taken',
      call: async () => {
        await client.create(configMaps, configMap('a', {}));
        await client.create(configMaps, configMap('a', {}));
      },
      expected: { status: 409, reason: 'AlreadyExists', isAlreadyExists: true },
    },
    {
      reason: 'a version that is old',
      call: async () => {
        const made = await client.create(configMaps, configMap('a', {}));
        await client.replace(configMaps, { ...made, data: { k: '1' } });
        await client.replace(configMaps, { ...made, data: { k: '2' } });
      },
      expected: { status: 409, reason: 'Conflict', isAlreadyExists: false },
    },
    {
      reason: 'a delete of another uid',
      call: async () => {
        await client.create(configMaps, configMap('a', {}));
        await client.delete(configMaps, { name: 'a', namespace }, { uid: 'another' });
      },
      expected: { status: 409, reason: 'Conflict' },
    },
    {
      reason: 'an invalid object',
      call: () => client.create(configMaps, configMap('Not A Name', {})),
      expected: { status: 422, reason: 'Invalid', isInvalid: true },
    },
    {
      reason: 'no right to read',
      call: () => nobody.get(configMaps, { name: 'a', namespace }),
      expected: { status: 403, reason: 'Forbidden', isForbidden: true },
    },
    {
      reason: 'no right to list',
      call: () => collectList(nobody, configMaps, { namespace }),
      expected: { status: 403, isForbidden: true },
    },
    {
      reason: 'a patch of what is absent',
      call: () => client.patch(configMaps, { name: 'absent', namespace }, {}, { contentType: 'merge' }),
      expected: { status: 404, reason: 'NotFound', isNotFound: true },
    },
    {
      reason: 'a namespace that is absent',
      call: () =>
        client.create(configMaps, { ...configMap('a', {}), metadata: { name: 'a', namespace: 'absent' } }),
      expected: { status: 404, isNotFound: true },
    },
    {
      reason: 'a bad selector',
      call: () => collectList(client, configMaps, { labelSelector: '=,=' }),
      expected: { status: 400, reason: 'BadRequest', isInvalid: true },
    },
    {
      reason: 'an unknown token',
      call: async () => {
        const stranger = createClient({ ...server.config(), auth: { token: 'stranger' } });
        try {
          await stranger.serverVersion();
        } finally {
          await stranger.close();
        }
      },
      expected: { status: 401, reason: 'Unauthorized', isUnauthorized: true },
    },
  ];
  it.each(table)('$reason', async ({ call, expected }) => {
    const error = await failure(call());
    for (const [name, value] of Object.entries(expected))
      expect(error[name as keyof ApiError]).toEqual(value);
    expect(error.message).not.toContain('\n');
  });

  it('names a certificate that cannot be trusted', async () => {
    const { certificateAuthority: _, ...config } = server.config();
    const distrusting = createClient(config);
    await expect(distrusting.serverVersion()).rejects.toMatchObject({ name: 'TransportError', code: 'tls' });
    const misnamed = createClient({ ...server.config(), tlsServerName: 'another.example' });
    await expect(misnamed.serverVersion()).rejects.toMatchObject({ code: 'tls' });
    await Promise.all([distrusting.close(), misnamed.close()]);
  });

  it('connects elsewhere for a name, and checks the certificate for that name', async () => {
    const resolve = new Map([['kubernetes.default:6443', { address: '127.0.0.1', port: server.port }]]);
    const elsewhere = createClient(
      { ...server.config(), server: 'https://kubernetes.default:6443' },
      { resolve },
    );
    // The self-made certificate names kubernetes.default; only the name decides.
    expect((await elsewhere.serverVersion()).major).toBe(1);
    await elsewhere.close();
    const wrong = new Map([['other.name:6443', { address: '127.0.0.1', port: server.port }]]);
    const refused = createClient(
      { ...server.config(), server: 'https://other.name:6443' },
      { resolve: wrong },
    );
    await expect(refused.serverVersion()).rejects.toMatchObject({ code: 'tls' });
    await refused.close();
  });
});

describe('lists', () => {
  it('reads every page once and all of one version', async () => {
    await Promise.all(
      Array.from({ length: 23 }, (_, i) => client.create(configMaps, configMap(`c${i}`, {}))),
    );
    const names: string[] = [];
    const versions = new Set<string>();
    for await (const page of client.list(configMaps, { namespace, limit: 5 })) {
      names.push(...page.items.map((item) => item.metadata.name));
      versions.add(page.resourceVersion);
      expect(page.items.every((item) => item.kind === 'ConfigMap' && item.apiVersion === 'v1')).toBe(true);
    }
    expect(new Set(names).size).toBe(23);
    expect(names).toHaveLength(23);
    expect(versions.size).toBe(1);
  });

  it('starts over when the token has expired half-way', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, i) => client.create(configMaps, configMap(`c${i}`, {}))));
    const passes: string[][] = [];
    for await (const page of client.list(configMaps, { namespace, limit: 4 })) {
      if (page.first) passes.push([]);
      passes.at(-1)?.push(...page.items.map((item) => item.metadata.name));
      if (passes.length > 1) continue;
      await client.delete(configMaps, { name: 'c0', namespace });
      await server.compact();
      await server.apiserver.restart();
    }
    expect(passes).toHaveLength(2);
    expect(passes[1]).toEqual(['c1', 'c2', 'c3', 'c4', 'c5']);
  });

  it('brings metadata alone', async () => {
    await client.create(configMaps, configMap('a', { big: 'x'.repeat(1000) }, { labels: { l: 'm' } }));
    const { items } = await collectList(client, configMaps, {
      namespace,
      metadataOnly: true,
      labelSelector: 'l=m',
    });
    expect(items.map((item) => [item.apiVersion, item.kind, item.metadata.name, item.data])).toEqual([
      ['v1', 'ConfigMap', 'a', undefined],
    ]);
    const one = await client.get(configMaps, { name: 'a', namespace }, { metadataOnly: true });
    expect([one?.kind, one?.metadata.name, one?.data]).toEqual(['ConfigMap', 'a', undefined]);
  });
});

describe('discovery', () => {
  it('knows a kind that is installed later, and forgets one that is removed', async () => {
    const crds = (await client.resourceType(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
    )) as ResourceType;
    await client.create(crds, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
        versions: [
          { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
        ],
      },
    });
    const found = await waitFor(() => client.resourceType('example.com/v1', 'Widget'), {
      what: 'the new kind',
      timeoutMs: 30_000,
    });
    expect(found).toEqual({
      group: 'example.com',
      version: 'v1',
      kind: 'Widget',
      plural: 'widgets',
      namespaced: true,
    });
    await client.delete(crds, { name: 'widgets.example.com' });
    await waitFor(
      async () => {
        await client.get(found, { name: 'a', namespace });
        return (await client.resourceType('example.com/v1', 'Widget')) === undefined;
      },
      { what: 'the kind to go' },
    );
  });
});

describe('events', () => {
  it('are counted as kubectl describe shows them', async () => {
    const recorder = createEventRecorder({ client, component: 'tenant-operator', instance: 'test' });
    const { metadata } = await client.create(configMaps, configMap('a', {}));
    for (let i = 0; i < 3; i += 1) {
      recorder.record(
        { apiVersion: 'v1', kind: 'ConfigMap', metadata },
        { type: 'Normal', reason: 'Seen', message: 'hello' },
      );
      await recorder.flush();
    }
    const events = { ...configMaps, kind: 'Event', plural: 'events' };
    const { items } = await collectList(client, events, {
      namespace,
      fieldSelector: `involvedObject.uid=${metadata.uid}`,
    });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      count: 3,
      reason: 'Seen',
      message: 'hello',
      source: { component: 'tenant-operator' },
    });
  });

  it('of cluster-scoped objects are accepted too', async () => {
    const recorder = createEventRecorder({ client, component: 'tenant-operator', instance: 'test' });
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'node-uid' } };
    recorder.record(node, { type: 'Warning', reason: 'Odd', message: 'x'.repeat(5000) });
    await recorder.flush();
    const events = { ...configMaps, kind: 'Event', plural: 'events' };
    const { items } = await collectList(client, events, {
      namespace: 'default',
      fieldSelector: 'involvedObject.uid=node-uid',
    });
    expect(items).toHaveLength(1);
  });
});

describe('a lease', () => {
  it('has one holder at any instant, and goes to the other one when the holder is cut off', async () => {
    const clients = ['a', 'b'].map(() => createClient(server.config(), { requestTimeoutMs: 2_000 }));
    const leading = new Set<string>();
    let both = 0;
    const leases: Lease[] = clients.map((each, i) =>
      createLease({
        client: each,
        namespace,
        name: 'leader',
        identity: `i${i}`,
        leaseDurationMs: 5_000,
        renewDeadlineMs: 4_000,
        retryPeriodMs: 300,
        onStarted(signal) {
          leading.add(`i${i}`);
          if (leading.size > 1) both += 1;
          signal.addEventListener('abort', () => leading.delete(`i${i}`));
        },
      }),
    );
    const watching = setInterval(() => {
      if (leases.every((lease) => lease.isHeld())) both += 1;
    }, 5);
    try {
      for (const lease of leases) lease.start();
      await waitFor(() => leading.size === 1, { what: 'a leader' });
      const first = leading.has('i0') ? 0 : 1;
      // Cut off for good: its client cannot send any more.
      await clients[first]?.close();
      await waitFor(() => leases[1 - first]?.isHeld() === true, { what: 'the other one to lead' });
      expect(leases[first]?.isHeld()).toBe(false);
      expect(both).toBe(0);
    } finally {
      clearInterval(watching);
      await Promise.all(leases.map((lease) => lease.stop()));
      await Promise.all(clients.map((each) => each.close()));
    }
  });

  it('is handed over at once when its holder stops', async () => {
    const make = (identity: string) =>
      createLease({ client, namespace, name: 'handed', identity, retryPeriodMs: 200, onStarted() {} });
    const a = make('a');
    const b = make('b');
    a.start();
    await waitFor(() => a.isHeld(), { what: 'a to lead' });
    b.start();
    await waitFor(() => b.holder() === 'a', { what: 'b to see a' });
    await a.stop();
    await waitFor(() => b.isHeld(), { what: 'b to lead', timeoutMs: 3_000 });
    await b.stop();
  });
});
