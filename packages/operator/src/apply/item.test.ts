import { ANNOTATIONS, API_VERSION, LABELS } from '@tenant-operator/api';
import { ApiError, type KubeObject, TransportError } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { conflict, createFakeClient, type FakeCall, typeOf } from '../testing/client.ts';
import { type ApplyContext, applyItem } from './item.ts';

const tenant = { namespace: 'ns', name: 'alpha-web', uid: 't1' };
const type = typeOf('v1', 'ConfigMap');
const labels = { [LABELS.tenant]: 'alpha-web', [LABELS.tenantNamespace]: 'ns' };
const owner = { apiVersion: API_VERSION, kind: 'Tenant', name: 'alpha-web', uid: 't1', controller: true };
const manifest: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'ns', labels, ownerReferences: [owner] },
  data: { a: '1' },
};
const theirs: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'ns' },
  data: { b: '2' },
};
const ours: KubeObject = { ...manifest, data: { a: 'old' } };

type ItemActionOf = Parameters<typeof applyItem>[3];

function setUp(policy: Partial<ApplyContext> = {}, there: readonly KubeObject[] = []) {
  const client = createFakeClient();
  for (const object of there) client.seed(object);
  const context: ApplyContext = {
    client,
    tenant,
    conflictPolicy: 'Stuck',
    patchStrategy: 'apply',
    creationPolicy: 'WhenNeeded',
    ignored: [],
    ...policy,
  };
  const live = () => client.find('v1', 'ConfigMap', { name: 'x', namespace: 'ns' });
  return { client, context, live };
}

/** The first `times` requests of a verb are refused. */
function refuse(verb: FakeCall['verb'], error: Error, times = 1) {
  let left = times;
  return (call: FakeCall) => (call.verb === verb && left-- > 0 ? error : undefined);
}

const create = { kind: 'create' } as const;

describe('applyItem: create', () => {
  it('makes what is not there with one request', async () => {
    const { client, context, live } = setUp();
    expect(await applyItem(context, type, manifest, create)).toMatchObject({
      kind: 'applied',
      created: true,
    });
    expect(client.log).toEqual(['apply ConfigMap/x']);
    expect(live()?.data).toEqual({ a: '1' });
  });

  it.each([
    ['Stuck', 'conflict', { b: '2' }, 'it stays as it is'],
    ['Force', 'applied', { a: '1', b: '2' }, 'it is taken over'],
  ] as const)("somebody else's under %s -> %s: %s", async (conflictPolicy, kind, data, _reason) => {
    const { client, context, live } = setUp({ conflictPolicy });
    client.seed(theirs);
    expect(await applyItem(context, type, manifest, create)).toMatchObject({ kind });
    expect(live()?.data).toEqual(data);
  });

  it('finds its own object that the cache did not know', async () => {
    const { client, context, live } = setUp();
    client.seed(ours);
    expect(await applyItem(context, type, manifest, create)).toMatchObject({
      kind: 'applied',
      created: false,
    });
    expect(live()?.data).toEqual({ a: '1' });
  });

  it('waits for an object that is being deleted', async () => {
    const { client, context } = setUp({ conflictPolicy: 'Force' });
    client.seed({
      ...theirs,
      metadata: { ...theirs.metadata, finalizers: ['a/b'], deletionTimestamp: '2024-01-01T00:00:00Z' },
    });
    expect(await applyItem(context, type, manifest, create)).toEqual({ kind: 'going' });
  });

  it('takes back what its predecessor left behind, and its marks away', async () => {
    const { client, context, live } = setUp();
    const annotations = { [ANNOTATIONS.orphanedAt]: 't', [ANNOTATIONS.orphanedReason]: 'r', keep: 'k' };
    client.seed({
      ...theirs,
      metadata: { ...theirs.metadata, labels: { ...labels, [LABELS.orphaned]: 'true' }, annotations },
    });
    expect(await applyItem(context, type, manifest, create)).toMatchObject({
      kind: 'applied',
      created: false,
    });
    expect(live()?.metadata.labels).toEqual(labels);
    expect(live()?.metadata.annotations).toEqual({ keep: 'k' });
  });

  it('takes the marks away last, so that one interrupted before finds a leftover again', async () => {
    const { client, context, live } = setUp();
    client.seed({
      ...theirs,
      metadata: { ...theirs.metadata, labels: { ...labels, [LABELS.orphaned]: 'true' } },
    });
    client.fault = refuse('patch', new ApiError({ status: 500, message: 'down' }), 1);
    expect(await applyItem(context, type, manifest, create)).toMatchObject({ kind: 'failed' });
    expect(live()?.metadata.labels).toMatchObject({ [LABELS.orphaned]: 'true' });
    expect(await applyItem(context, type, manifest, { kind: 'foreign' })).toMatchObject({ kind: 'applied' });
    expect(live()?.metadata.labels).toEqual(labels);
  });

  it('leaves to the next look what changes hands twice', async () => {
    const { client, context } = setUp({ conflictPolicy: 'Force' });
    client.seed(theirs);
    client.fault = refuse('apply', conflict(type, 'x'), 2);
    expect(await applyItem(context, type, manifest, create)).toEqual({ kind: 'going' });
  });
});

describe('applyItem: update', () => {
  it('changes its object with one request', async () => {
    const { client, context, live } = setUp();
    const { uid = '' } = client.seed(ours).metadata;
    const result = await applyItem(context, type, manifest, { kind: 'update', uid, cause: 'changed' });
    expect(result).toMatchObject({ kind: 'applied', created: false });
    expect(client.log).toEqual(['apply ConfigMap/x']);
    expect(live()?.data).toEqual({ a: '1' });
  });

  it('makes it anew when it is gone', async () => {
    const { context, live } = setUp();
    const result = await applyItem(context, type, manifest, { kind: 'update', uid: 'gone', cause: 'drift' });
    expect(result).toMatchObject({ kind: 'applied', created: true });
    expect(live()).toBeDefined();
  });

  it('never writes over the object that somebody made in its place', async () => {
    const { client, context, live } = setUp();
    client.seed(theirs);
    const result = await applyItem(context, type, manifest, {
      kind: 'update',
      uid: 'gone',
      cause: 'changed',
    });
    expect(result).toMatchObject({ kind: 'conflict', owner: 'somebody else' });
    expect(live()?.data).toEqual({ b: '2' });
  });

  it.each(['merge', 'replace'] as const)('%s carries the version that it saw', async (patchStrategy) => {
    const { client, context, live } = setUp({ patchStrategy });
    const { uid = '' } = client.seed({ ...ours, data: { a: 'old', b: 'theirs' } }).metadata;
    const result = await applyItem(context, type, manifest, { kind: 'update', uid, cause: 'changed' });
    expect(result).toMatchObject({ kind: 'applied' });
    expect(live()?.data).toEqual(patchStrategy === 'merge' ? { a: '1', b: 'theirs' } : { a: '1' });
  });

  it.each(['merge', 'replace'] as const)(
    "%s never writes over somebody else's object",
    async (patchStrategy) => {
      const { client, context, live } = setUp({ patchStrategy });
      client.seed(theirs);
      for (const action of [
        create,
        { kind: 'foreign' },
        { kind: 'update', uid: 'gone', cause: 'changed' },
      ] as const) {
        const result = await applyItem(context, type, manifest, action);
        expect(['conflict', 'going']).toContain(result.kind);
      }
      expect(live()?.data).toEqual({ b: '2' });
    },
  );

  it('merge stays merge when it takes an object back', async () => {
    const { client, context, live } = setUp({ patchStrategy: 'merge' });
    client.seed({ ...ours, data: { b: 'theirs' } });
    expect(await applyItem(context, type, manifest, { kind: 'foreign' })).toMatchObject({ kind: 'applied' });
    expect(client.log).toEqual(['get ConfigMap/x', 'get ConfigMap/x', 'patch ConfigMap/x']);
    expect(live()?.data).toEqual({ a: '1', b: 'theirs' });
  });
});

describe('applyItem: refusals', () => {
  it.each([
    [403, 'User "x" cannot patch', 'Forbidden'],
    [422, 'field is immutable', 'ImmutableField'],
    [500, 'etcd is away', 'ApplyFailed'],
  ])('%d is a failure of the item: %s', async (status, message, reason) => {
    const { client, context } = setUp();
    client.fault = refuse('apply', new ApiError({ status, message }));
    expect(await applyItem(context, type, manifest, create)).toMatchObject({
      kind: 'failed',
      failure: { reason },
    });
  });

  it('a refused look after a conflict is one too', async () => {
    const { client, context } = setUp();
    client.seed(theirs);
    client.fault = refuse('get', new ApiError({ status: 403, message: 'User "x" cannot get' }));
    expect(await applyItem(context, type, manifest, create)).toMatchObject({
      kind: 'failed',
      failure: { reason: 'Forbidden' },
    });
  });

  it('no answer at all ends the whole pass', async () => {
    const { client, context } = setUp();
    const error = new TransportError('refused', 'cannot reach the server');
    client.fault = refuse('apply', error);
    await expect(applyItem(context, type, manifest, create)).rejects.toBe(error);
  });
});

describe('applyItem: Once', () => {
  const drawn = { password: 'drawn at random' };
  const marked: KubeObject = {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      labels: { ...labels, mine: 'new' },
      annotations: { [ANNOTATIONS.createdOnce]: 'true', [ANNOTATIONS.tenantUid]: 't1', note: 'new' },
    },
    data: { password: 'another one' },
  };

  it.each<[ItemActionOf, Partial<KubeObject['metadata']>, Partial<ApplyContext>, string]>([
    [{ kind: 'create' }, {}, {}, 'made before a crash and not recorded'],
    [{ kind: 'update', uid: 'o1', cause: 'adopted' }, {}, {}, 'seen and not recorded'],
    [{ kind: 'update', uid: 'o1', cause: 'changed' }, {}, {}, 'the template was edited'],
    [{ kind: 'update', uid: 'o1', cause: 'changed' }, {}, { patchStrategy: 'merge' }, 'and merged'],
    [{ kind: 'update', uid: 'o1', cause: 'changed' }, {}, { patchStrategy: 'replace' }, 'and replaced'],
    [
      { kind: 'foreign' },
      { labels: { ...labels, [LABELS.orphaned]: 'true' }, ownerReferences: [] },
      {},
      'left behind, and the tenant is back',
    ],
    [{ kind: 'create' }, { labels: {}, ownerReferences: [] }, { conflictPolicy: 'Force' }, 'taken by force'],
  ])('%j keeps the content (%#: %j %j: %s)', async (action, metadata, policy, _reason) => {
    const { context, live } = setUp({ creationPolicy: 'Once', ...policy }, [
      { ...ours, metadata: { ...ours.metadata, uid: 'o1', ...metadata }, data: drawn },
    ]);
    expect(await applyItem(context, type, marked, action)).toMatchObject({ kind: 'applied', created: false });
    expect(live()?.data).toEqual(drawn);
    expect(live()?.metadata.labels).toEqual(labels);
    expect(live()?.metadata.annotations).toEqual({
      [ANNOTATIONS.createdOnce]: 'true',
      [ANNOTATIONS.tenantUid]: 't1',
    });
    expect(live()?.metadata.ownerReferences).toEqual([owner]);
  });

  it('sends nothing when its marks are as they should be', async () => {
    const { client, context } = setUp({ creationPolicy: 'Once' }, [
      { ...ours, metadata: { ...ours.metadata, uid: 'o1', annotations: marked.metadata.annotations } },
    ] as KubeObject[]);
    await applyItem(context, type, marked, { kind: 'update', uid: 'o1', cause: 'changed' });
    expect(client.log).toEqual(['get ConfigMap/x']);
  });

  it('loses its owner when it is to be retained from now on, and keeps the owners of others', async () => {
    const other = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'p1' };
    const own = { ...owner, apiVersion: API_VERSION };
    const { ownerReferences: _, ...metadata } = marked.metadata;
    const { context, live } = setUp({ creationPolicy: 'Once' }, [
      { ...ours, metadata: { ...ours.metadata, uid: 'o1', ownerReferences: [own, other] } },
    ]);
    await applyItem(context, type, { ...marked, metadata }, { kind: 'update', uid: 'o1', cause: 'changed' });
    expect(live()?.metadata.ownerReferences).toEqual([other]);
  });
});

describe('applyItem: merge', () => {
  it('takes the owner of an object away that is to be retained from now on', async () => {
    const own = { ...owner, apiVersion: API_VERSION };
    const { ownerReferences: _, ...metadata } = manifest.metadata;
    const { context, live } = setUp({ patchStrategy: 'merge' }, [
      { ...ours, metadata: { ...ours.metadata, uid: 'o1', ownerReferences: [own] } },
    ]);
    await applyItem(
      context,
      type,
      { ...manifest, metadata },
      { kind: 'update', uid: 'o1', cause: 'changed' },
    );
    expect(live()?.metadata.ownerReferences).toEqual([]);
  });
});
