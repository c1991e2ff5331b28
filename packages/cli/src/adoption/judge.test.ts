import type { KubeObject } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import type { ObjectChange } from '../changes/index.ts';
import { judgeCandidate, releasesOf } from './judge.ts';

const tenant = { namespace: 'ns', name: 'acme-app', uid: 't1' };
const item = { id: 'cfg', apiVersion: 'v1', kind: 'ConfigMap', name: 'x' };
const live = (metadata: Record<string, unknown>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'ns', uid: 'o1', resourceVersion: '7', ...metadata },
});
const owner = (uid: string, kind: string) => ({ apiVersion: 'v1', kind, name: 'o', uid, controller: true });
const change = (action: ObjectChange['action'], message?: string): ObjectChange => ({
  id: 'cfg',
  kind: 'ConfigMap',
  name: 'x',
  action,
  ...(message === undefined ? {} : { message }),
});

describe('judgeCandidate', () => {
  it.each<[KubeObject | undefined, ObjectChange | undefined, string, string, string]>([
    [undefined, change('add'), 'absent', '', 'nothing there'],
    [live({}), change('change'), 'adopt', 'somebody else', 'made by hand'],
    [live({}), undefined, 'adopt', 'somebody else', 'nothing of it would change'],
    [
      live({ managedFields: [{ manager: 'helm' }] }),
      undefined,
      'adopt',
      'somebody else (written by helm)',
      'made by Helm',
    ],
    [live({ ownerReferences: [owner('t1', 'Tenant')] }), undefined, 'own', '', 'its own'],
    [
      live({ ownerReferences: [owner('d1', 'Deployment')] }),
      change('change'),
      'blocked',
      'Deployment "o" controls it and would make it anew',
      'a controller has it',
    ],
    [
      live({
        labels: { 'kubernetes-tenants.org/tenant': 'b', 'kubernetes-tenants.org/tenant-namespace': 'ns' },
      }),
      change('change'),
      'blocked',
      'it belongs to Tenant "ns/b"',
      "another tenant's",
    ],
    [live({ deletionTimestamp: 'x' }), change('change'), 'blocked', 'it is being deleted', 'it is going'],
    [
      live({}),
      change('refused', 'spec.selector: field is immutable'),
      'blocked',
      'spec.selector: field is immutable',
      'the server would refuse',
    ],
  ])('%#: %2$s (%4$s)', (object, changed, state, message) => {
    expect(judgeCandidate(item, object, changed, tenant)).toMatchObject({ state, message });
  });

  it('finds the Helm releases, each once', () => {
    const annotations = { 'meta.helm.sh/release-name': 'r', 'meta.helm.sh/release-namespace': 'apps' };
    const candidate = judgeCandidate(item, live({ annotations }), undefined, tenant);
    expect(releasesOf([candidate, candidate])).toEqual([{ name: 'r', namespace: 'apps' }]);
  });
});
