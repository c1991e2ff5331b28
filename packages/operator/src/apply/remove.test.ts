import { ANNOTATIONS, type InventoryEntry, LABELS } from '@tenant-operator/api';
import { ApiError, type KubeObject } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { createFakeClient, typeOf } from '../testing/client.ts';
import { type RemovalContext, removeObject } from './remove.ts';

const tenant = { namespace: 'ns', name: 'alpha-web', uid: 't1' };
const type = typeOf('v1', 'ConfigMap');
const labels = { [LABELS.tenant]: 'alpha-web', [LABELS.tenantNamespace]: 'ns' };
const object: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'ns', uid: 'o1', labels, annotations: { [ANNOTATIONS.tenantUid]: 't1' } },
};
const entry: InventoryEntry = {
  id: 'cfg',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'ns',
  name: 'x',
  uid: 'o1',
  deletionPolicy: 'Delete',
};
const { uid: _, ...announced } = entry;

function setUp(metadata?: Partial<KubeObject['metadata']>) {
  const client = createFakeClient();
  if (metadata) client.seed({ ...object, metadata: { ...object.metadata, ...metadata } });
  const context: RemovalContext = {
    client,
    tenant,
    reason: 'ItemRemoved',
    now: () => new Date('2024-02-02T02:02:02.000Z'),
  };
  return { client, context, live: () => client.find('v1', 'ConfigMap', { name: 'x', namespace: 'ns' }) };
}

describe('removeObject: Delete', () => {
  it.each<[Partial<KubeObject['metadata']> | undefined, InventoryEntry, boolean, string, boolean, string]>([
    [{}, entry, true, 'gone', false, 'ours, as the watch shows'],
    [{}, entry, false, 'gone', false, 'ours, as a look shows'],
    [{ finalizers: ['a/b'] }, entry, true, 'going', true, 'a finalizer keeps it for a while'],
    [undefined, entry, true, 'gone', false, 'it is gone'],
    [undefined, entry, false, 'gone', false, 'it is gone, as a look shows'],
    [{ uid: 'o2' }, entry, true, 'gone', true, 'a namesake stays'],
    [{ uid: 'o2' }, entry, false, 'gone', true, 'a namesake stays after a look'],
    [{ annotations: { [ANNOTATIONS.tenantUid]: 't2' } }, entry, false, 'gone', true, 'somebody took it over'],
    [
      { annotations: {} },
      entry,
      false,
      'gone',
      false,
      'recorded by its UID, and its annotation was taken away',
    ],
    [
      { annotations: {}, labels: {} },
      entry,
      false,
      'gone',
      true,
      'recorded, and all its marks were taken away',
    ],
    [
      { annotations: {}, labels: { ...labels, [LABELS.tenant]: 'beta-web' } },
      entry,
      false,
      'gone',
      true,
      'recorded, and it names another tenant',
    ],
    [{}, announced, false, 'gone', false, 'announced, made, and not recorded'],
    [{ annotations: {} }, announced, false, 'gone', true, 'announced, and somebody else made it'],
    [
      { labels: { ...labels, [LABELS.orphaned]: 'true' } },
      announced,
      false,
      'gone',
      true,
      'it was left behind on purpose',
    ],
    [undefined, announced, false, 'gone', false, 'announced and never made'],
  ])('%#: %j %j, seen %s -> %s, still there %s (%s)', async (metadata, given, seen, kind, isThere) => {
    const { context, live } = setUp(metadata);
    expect((await removeObject(context, type, given, 'Delete', seen)).kind).toBe(kind);
    expect(live() !== undefined).toBe(isThere);
  });

  it('a refusal that has nothing to do with the UID is told', async () => {
    const { client, context } = setUp({});
    client.fault = ({ verb }) =>
      verb === 'delete' ? new ApiError({ status: 409, message: 'not now' }) : undefined;
    expect(await removeObject(context, type, entry, 'Delete', true)).toMatchObject({
      kind: 'failed',
      failure: { reason: 'ApplyFailed', message: 'ConfigMap "x": not now' },
    });
  });

  it('a missing right is told', async () => {
    const { client, context } = setUp({});
    client.fault = () => new ApiError({ status: 403, message: 'User "x" cannot delete resource' });
    const result = await removeObject(context, type, entry, 'Delete', true);
    expect(result).toMatchObject({ kind: 'failed', failure: { reason: 'Forbidden' } });
  });
});

describe('removeObject: Retain', () => {
  it('marks it as left behind, with time and reason, and deletes nothing', async () => {
    const { client, context, live } = setUp({});
    expect(await removeObject(context, type, entry, 'Retain', true)).toEqual({
      kind: 'gone',
      released: live(),
    });
    expect(client.log).toEqual(['get ConfigMap/x', 'patch ConfigMap/x']);
    expect(live()?.metadata.labels).toEqual({ ...labels, [LABELS.orphaned]: 'true' });
    expect(live()?.metadata.annotations).toMatchObject({
      [ANNOTATIONS.orphanedAt]: '2024-02-02T02:02:02.000Z',
      [ANNOTATIONS.orphanedReason]: 'ItemRemoved',
    });
  });

  it('takes the owner off that a Go release gave it, and no other, and names its tenant', async () => {
    const owner = (kind: string, uid: string) => ({ apiVersion: 'x/v1', kind, name: 'x', uid });
    const ownerReferences = [owner('Tenant', 't1'), owner('App', 'a1')];
    const { context, live } = setUp({ labels: {}, annotations: {}, ownerReferences });
    await removeObject(context, type, entry, 'Retain', true);
    expect(live()?.metadata.ownerReferences).toEqual([owner('App', 'a1')]);
    expect(live()?.metadata.labels).toEqual({ ...labels, [LABELS.orphaned]: 'true' });
  });

  it.each([
    [undefined, 'it is gone'],
    [{ uid: 'o2' }, 'a namesake stays as it is'],
  ])('%j: %s', async (metadata, _reason) => {
    const { context, live } = setUp(metadata);
    expect(await removeObject(context, type, entry, 'Retain', true)).toEqual({ kind: 'gone' });
    expect(live()?.metadata.labels).toEqual(metadata && labels);
  });

  it('what an interrupted pass has marked keeps its marks', async () => {
    const { client, context } = setUp({ labels: { ...labels, [LABELS.orphaned]: 'true' } });
    expect(await removeObject(context, type, entry, 'Retain', false)).toEqual({ kind: 'gone' });
    expect(client.log).toEqual(['get ConfigMap/x']);
  });

  it('a write that lost a race is told and tried again', async () => {
    const { client, context } = setUp({});
    client.fault = () => new ApiError({ status: 409, message: 'the object has been modified' });
    expect(await removeObject(context, type, entry, 'Retain', true)).toMatchObject({ kind: 'failed' });
  });
});
