import { ANNOTATIONS, LABELS } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import type { RenderedItem } from '../render/index.ts';
import { type BuildOptions, buildManifest } from './manifest.ts';

const tenant = { namespace: 'ns', name: 'alpha-web', uid: 't1' };
const base: BuildOptions = {
  tenant,
  template: { name: 'web', uid: 'p1' },
  registryId: 'reg',
  rowUid: 'alpha',
  namespaced: true,
  deletionPolicy: 'Delete',
  creationPolicy: 'WhenNeeded',
  ignoreFields: [],
  readyWhen: undefined,
};

function rendered(metadata: object = {}, namespace?: string): RenderedItem {
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x', ...metadata } as never,
    data: { a: '1' },
  };
  return { id: 'cfg', apiVersion: 'v1', kind: 'ConfigMap', name: 'x', namespace, manifest };
}

const api = { apiVersion: 'operator.kubernetes-tenants.org/v1', blockOwnerDeletion: false };
const owners = [
  { ...api, kind: 'Tenant', name: 'alpha-web', uid: 't1', controller: true },
  { ...api, kind: 'TenantTemplate', name: 'web', uid: 'p1' },
];

describe('buildManifest: who owns it', () => {
  it.each<[Partial<BuildOptions>, string | undefined, boolean, string | undefined, string]>([
    [{}, undefined, true, 'ns', 'in the namespace of the tenant'],
    [{}, 'ns', true, 'ns', 'also when it is named'],
    [{}, 'other', false, 'other', 'no owner across namespaces'],
    [{ namespaced: false }, undefined, false, undefined, 'none for a cluster-scoped object'],
    [{ namespaced: false }, 'ns', false, undefined, 'whatever namespace its item names'],
    [{ deletionPolicy: 'Retain' }, undefined, false, 'ns', 'what is retained must survive its owner'],
  ])('%j in %s: owned %s, namespace %s (%s)', (options, namespace, owned, expected) => {
    const { metadata } = buildManifest(rendered({ namespace: 'rubbish' }, namespace), {
      ...base,
      ...options,
    });
    expect(metadata.namespace).toBe(expected);
    expect(metadata.ownerReferences).toEqual(owned ? owners : undefined);
    expect(metadata.annotations?.[ANNOTATIONS.tenantUid]).toBe('t1');
  });
});

describe('buildManifest: marks', () => {
  it.each<[Partial<BuildOptions>, object, string]>([
    [{}, {}, 'none but the item'],
    [{ creationPolicy: 'Once' }, { [ANNOTATIONS.createdOnce]: 'true' }, 'Once'],
    [{ deletionPolicy: 'Retain' }, { [ANNOTATIONS.deletionPolicy]: 'Retain' }, 'Retain'],
    [{ ignoreFields: ['$.spec.a'] }, { [ANNOTATIONS.ignoreFields]: '["$.spec.a"]' }, 'ignored fields'],
    [{ readyWhen: 'true' }, { [ANNOTATIONS.readyWhen]: 'true' }, 'an expression of its own'],
  ])('%j -> %j: %s', (options, expected) => {
    const { metadata } = buildManifest(rendered(), { ...base, ...options });
    expect(metadata.annotations).toEqual({
      [ANNOTATIONS.item]: 'cfg',
      [ANNOTATIONS.tenantUid]: 't1',
      ...expected,
    });
  });

  it("keeps the author's labels and annotations, and its own win", () => {
    const { metadata } = buildManifest(
      rendered({
        labels: { app: 'web', [LABELS.tenant]: 'forged' },
        annotations: { note: 'n', [ANNOTATIONS.item]: 'forged' },
        finalizers: ['a/b'],
      }),
      base,
    );
    expect(metadata.labels).toEqual({
      app: 'web',
      [LABELS.registry]: 'reg',
      [LABELS.uid]: 'alpha',
      [LABELS.tenant]: 'alpha-web',
      [LABELS.tenantNamespace]: 'ns',
    });
    expect(metadata.annotations).toEqual({
      note: 'n',
      [ANNOTATIONS.item]: 'cfg',
      [ANNOTATIONS.tenantUid]: 't1',
    });
    expect(metadata.finalizers).toEqual(['a/b']);
  });

  it('stands for names that are too long for a label by their digests', () => {
    const { metadata } = buildManifest(rendered(), {
      ...base,
      registryId: 'r'.repeat(100),
      rowUid: 'u'.repeat(100),
    });
    for (const label of [LABELS.registry, LABELS.uid])
      expect(metadata.labels?.[label]).toMatch(/^[0-9a-f]{40}$/);
  });

  it('leaves the rest of the manifest alone', () => {
    expect(buildManifest(rendered(), base)).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { a: '1' },
    });
  });
});
