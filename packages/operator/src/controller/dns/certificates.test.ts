import type { KubeObject } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import type { ChildObservation } from '../../children/index.ts';
import { holdCertificates } from './certificates.ts';

const issuer = 'cert-manager.io/cluster-issuer';

function objectOf(annotations: Record<string, string>, kind = 'Ingress'): KubeObject {
  return { apiVersion: 'networking.k8s.io/v1', kind, metadata: { name: 'a', namespace: 'ns', annotations } };
}

const entry = (certificatesReleased?: true) => ({
  id: 'a',
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  name: 'a',
  wave: 0,
  deletionPolicy: 'Delete' as const,
  ...(certificatesReleased ? { certificatesReleased } : {}),
});

const observed = (hasIssuer: boolean) => ({ dns: { hasIssuer } }) as ChildObservation;

describe('holdCertificates', () => {
  const base = { isWanted: true, entry: undefined, observation: undefined, isPublished: () => false };
  const withIssuer = objectOf({ [issuer]: 'ca', other: 'x' });
  it.each<[reason: string, object: KubeObject, more: Partial<typeof base> | object, outcome: string]>([
    ['nothing is published yet', withIssuer, {}, 'held other'],
    ['a namespaced issuer', objectOf({ 'cert-manager.io/issuer': 'ca' }), {}, 'held '],
    ['all is published', withIssuer, { isPublished: () => true }, `released ${issuer},other`],
    ['nobody wants it held', withIssuer, { isWanted: false }, `free ${issuer},other`],
    ['it was released before', withIssuer, { entry: entry(true) }, `released ${issuer},other`],
    [
      'it was applied, not released',
      withIssuer,
      { entry: entry(), observation: observed(false) },
      'held other',
    ],
    [
      'it is on the object: the setting came later, or a crash between apply and status',
      withIssuer,
      { observation: observed(true) },
      `released ${issuer},other`,
    ],
    [
      'it stays released when the setting is taken back',
      withIssuer,
      { isWanted: false, entry: entry(true) },
      `released ${issuer},other`,
    ],
    ['no certificate is asked for', objectOf({ other: 'x' }), {}, 'free other'],
    ['another kind', objectOf({ [issuer]: 'ca' }, 'Service'), {}, `free ${issuer}`],
  ])('%s', (_, object, more, outcome) => {
    const { manifest, certificates } = holdCertificates(object, { ...base, ...more });
    expect(`${certificates} ${Object.keys(manifest.metadata.annotations ?? {}).join()}`).toBe(outcome);
    expect(Object.keys(object.metadata.annotations ?? {}).length).toBeGreaterThan(0);
  });
});
