import { ANNOTATIONS, LABELS } from '@tenant-operator/api';
import type { ObjectMeta } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { decideOwnership } from './ownership.ts';

const tenant = { namespace: 'ns', name: 'alpha-web', uid: 'u1' };
const ours = { [LABELS.tenant]: 'alpha-web', [LABELS.tenantNamespace]: 'ns' };
const controller = (uid: string, kind = 'Tenant') => ({
  ownerReferences: [{ apiVersion: 'x/v1', kind, name: 'beta-web', uid, controller: true }],
});
const madeBy = (uid: string) => ({ annotations: { [ANNOTATIONS.tenantUid]: uid } });
const appliedBy = (manager: string): Partial<ObjectMeta> => ({
  managedFields: [
    {
      manager,
      operation: 'Apply',
      fieldsV1: { 'f:metadata': { 'f:labels': { [`f:${LABELS.tenant}`]: {} } } },
    },
  ],
});
const orphaned = { ...ours, [LABELS.orphaned]: 'true' };

describe('decideOwnership', () => {
  it.each<[string, Partial<ObjectMeta>, string]>([
    ['ours', controller('u1'), 'we control it'],
    ['ours', madeBy('u1'), 'it carries our UID'],
    ['Tenant "beta-web"', controller('u2'), 'another Tenant controls it'],
    ['Deployment "beta-web"', controller('u2', 'Deployment'), 'another object controls it'],
    ['Tenant "beta-web"', { ...controller('u2'), ...madeBy('u1') }, 'a controller outweighs an annotation'],
    [
      'somebody else',
      { ownerReferences: [{ apiVersion: 'x/v1', kind: 'Tenant', name: 'alpha-web', uid: 'u1' }] },
      'an owner that does not control is no proof',
    ],
    ['orphan', { labels: orphaned }, 'what our predecessor of this name left behind'],
    ['orphan', { labels: orphaned, ...madeBy('u0') }, 'it names the predecessor'],
    [
      'orphan',
      { labels: orphaned, ...madeBy('u1') },
      'what we left behind ourselves: its marks have to go first',
    ],
    ['ours', { labels: orphaned, ...controller('u1') }, 'what we control is not left behind'],
    [
      'Tenant "ns/beta-web"',
      { labels: { ...orphaned, [LABELS.tenant]: 'beta-web' } },
      'what another Tenant left behind',
    ],
    [
      'Tenant "other/alpha-web"',
      { labels: { ...ours, [LABELS.tenantNamespace]: 'other' } },
      'a Tenant of our name in another namespace',
    ],
    ['orphan', { labels: ours, ...madeBy('u0') }, 'of a predecessor that ended without its finalizer'],
    ['somebody else', { labels: ours }, 'labels alone are no proof: anybody can write them'],
    [
      'orphan',
      { labels: ours, ...appliedBy('tenant-operator') },
      'marked by labels alone, as the Go releases did',
    ],
    [
      'somebody else (written by kubectl)',
      { labels: ours, ...appliedBy('kubectl') },
      'the labels are of somebody else',
    ],
    [
      'Tenant "other/alpha-web"',
      { labels: { ...ours, [LABELS.tenantNamespace]: 'other' }, ...appliedBy('tenant-operator') },
      'marked by labels, of a Tenant of our name in another namespace',
    ],
    [
      'a tenant that is gone (retained since 2025-01-01T00:00:00Z)',
      {
        labels: { [LABELS.orphaned]: 'true' },
        annotations: { [ANNOTATIONS.orphanedAt]: '2025-01-01T00:00:00Z' },
        managedFields: [{ manager: 'tenant-operator', operation: 'Apply' }],
      },
      'a Go release took the labels off what it retained: whose it was is not known',
    ],
    ['somebody else', madeBy('u2'), 'the UID of another Tenant'],
    ['somebody else', {}, 'nothing of ours'],
    [
      'somebody else (written by helm, kubectl-edit)',
      {
        managedFields: [
          { manager: 'helm' },
          { manager: 'kubectl-edit' },
          { manager: 'helm' },
          { manager: 'kube-controller-manager' },
        ],
      },
      'the people who wrote it are named',
    ],
  ])('%s: %#', (expected, metadata, reason) => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', ...metadata } };
    const result = decideOwnership(object, tenant);
    expect(result.kind === 'foreign' ? result.owner : result.kind, reason).toBe(expected);
  });
});
