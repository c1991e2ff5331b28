import { API_VERSION, LABELS, type Tenant } from '@tenant-operator/api';
import type { ObjectMeta } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { inheritedMarks, isInherited, readInherited } from './inherited.ts';

const note = (name: string) => `kubernetes-tenants.org/${name}`;
const annotations = {
  [note('hostOrUrl')]: 'https://acme.example.com',
  [note('activate')]: '1',
  [note('extra')]: '{"plan":"pro"}',
  [note('template-generation')]: '3',
};
const owner = (kind: string, apiVersion = API_VERSION) => ({ apiVersion, kind, name: 'crm', uid: 'r1' });
const left: Partial<ObjectMeta> = {
  labels: { [LABELS.registry]: 'crm', [LABELS.uid]: 'acme' },
  annotations,
  ownerReferences: [owner('TenantRegistry')],
};

function tenant(metadata: Partial<ObjectMeta>, spec: object = {}): Tenant {
  return {
    apiVersion: API_VERSION,
    kind: 'Tenant',
    metadata: { name: 'acme-app', namespace: 'default', ...metadata },
    spec: { uid: 'acme', templateRef: 'app', suspend: false, values: {}, ...spec },
  } as unknown as Tenant;
}

describe('readInherited', () => {
  const all = { activate: '1', hostOrUrl: 'https://acme.example.com', plan: 'pro' };
  it.each<[string, Tenant, string, Record<string, string>]>([
    ['the registry is its owner, the values its annotations', tenant(left), 'crm', all],
    ['without the owner its label names the registry', tenant({ ...left, ownerReferences: [] }), 'crm', all],
    [
      'a value that is no text, and no object at all, are left to the next sync',
      tenant({ ...left, annotations: { ...annotations, [note('extra')]: '{"plan":1}' } }),
      'crm',
      { activate: '1', hostOrUrl: 'https://acme.example.com' },
    ],
    ['rubbish', tenant({ ...left, annotations: { [note('extra')]: '{' } }), 'crm', {}],
    ['nothing mapped', tenant({ ...left, annotations: { [note('extra')]: 'null' } }), 'crm', {}],
    ['nothing tells its registry', tenant({}), '', {}],
    [
      'one of ours is what it says, whatever is written beside it',
      tenant(left, { registryId: 'other', values: { plan: 'free' } }),
      'other',
      { plan: 'free' },
    ],
  ])('%s', (_reason, given, registryId, values) => {
    expect(readInherited(given).spec).toMatchObject({ uid: 'acme', templateRef: 'app', registryId, values });
    expect(Object.keys(readInherited(given).spec.values)).toEqual(Object.keys(values));
  });
});

describe('isInherited', () => {
  it.each<[boolean, Partial<ObjectMeta>, string]>([
    [true, left, 'as a Go release left it'],
    [false, { ...left, labels: { ...left.labels, [LABELS.template]: 'app' } }, 'we wrote it'],
    [false, { labels: { [LABELS.registry]: 'crm' } }, 'one of ours whose label somebody took off'],
  ])('%s: %#', (expected, metadata, reason) => {
    expect(isInherited({ metadata: { name: 'x', ...metadata } }), reason).toBe(expected);
  });
});

describe('inheritedMarks', () => {
  const gone = Object.fromEntries(Object.keys(annotations).map((name) => [name, null]));
  it.each<[unknown, Partial<ObjectMeta>, string]>([
    [{ annotations: gone, ownerReferences: null }, left, 'both go'],
    [
      { ownerReferences: null },
      { ownerReferences: [owner('TenantRegistry')] },
      'the annotations went before',
    ],
    [
      { ownerReferences: [owner('App', 'x/v1')] },
      { ownerReferences: [owner('TenantRegistry'), owner('App', 'x/v1')] },
      "another's reference stays",
    ],
    [undefined, { annotations: { team: 'a' }, ownerReferences: [owner('App', 'x/v1')] }, 'nothing of theirs'],
    [undefined, {}, 'nothing at all'],
  ])('%j', (expected, metadata, reason) => {
    expect(inheritedMarks({ metadata: { name: 'x', ...metadata } }), reason).toEqual(expected);
  });
});
