import type { KubeObject } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { certificatePartOf } from './certificate.ts';

const condition = (type: string, status: string, reason: string, observedGeneration?: number) => ({
  type,
  status,
  reason,
  message: `${type} ${reason}`,
  ...(observedGeneration === undefined ? {} : { observedGeneration }),
});

function objectOf(conditions: object[], more: object = {}): KubeObject {
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'web', namespace: 'shop', generation: 2 },
    spec: { secretName: 'web-tls', dnsNames: ['web.example.com'] },
    status: { conditions },
    ...more,
  };
}

describe('certificatePartOf', () => {
  it.each<[reason: string, conditions: object[], said: string]>([
    ['nobody has looked at it', [], 'pending cert-manager has not looked at it yet'],
    [
      'the first one is being issued',
      [condition('Ready', 'False', 'DoesNotExist', 2), condition('Issuing', 'True', 'DoesNotExist', 2)],
      'pending Ready DoesNotExist',
    ],
    ['it is issued', [condition('Ready', 'True', 'Ready', 2)], 'issued '],
    [
      'it is issued and its renewal fails',
      [condition('Ready', 'True', 'Ready', 2), condition('Issuing', 'False', 'Failed', 2)],
      'issued ',
    ],
    [
      'the first one failed',
      [condition('Ready', 'False', 'DoesNotExist', 2), condition('Issuing', 'False', 'Failed', 2)],
      'failed Issuing Failed',
    ],
    ['what it was issued for has changed', [condition('Ready', 'True', 'Ready', 1)], 'pending Ready Ready'],
  ])('%s', (_, conditions, said) => {
    const part = certificatePartOf(objectOf(conditions));
    expect(`${part?.state} ${part?.message}`).toBe(said);
    expect(part?.secretName).toBe('web-tls');
  });

  it('is not there for other kinds', () => {
    expect(certificatePartOf(objectOf([], { kind: 'Issuer' }))).toBeUndefined();
    expect(certificatePartOf(objectOf([], { apiVersion: 'example.com/v1' }))).toBeUndefined();
  });
});
