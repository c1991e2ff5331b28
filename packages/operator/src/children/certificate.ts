/** A Certificate of cert-manager, reduced to what says how it stands. */
import { type KubeObject, parseApiVersion } from '@tenant-operator/kube';
import { asRecord, conditionsOf, isStale, specOf, statusOf } from '../readiness/conditions.ts';

/** The kind that is watched. */
export const CERTIFICATE = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' } as const;

export interface CertificatePart {
  /** The Secret that it fills; cert-manager names a Certificate that it makes for an Ingress after it. */
  readonly secretName: string;
  readonly state: 'issued' | 'pending' | 'failed';
  /** The words of cert-manager; empty when it is issued. */
  readonly message: string;
}

/**
 * Undefined for other kinds. A certificate that is valid counts as issued while its renewal is under way or fails; a first one
 * has failed once cert-manager says so (`Issuing` is False), though it tries again after a while.
 */
export function certificatePartOf(object: KubeObject): CertificatePart | undefined {
  const { group } = parseApiVersion(object.apiVersion);
  if (object.kind !== CERTIFICATE.kind || group !== 'cert-manager.io') return undefined;
  const { secretName } = specOf(object);
  const conditions = conditionsOf(asRecord(statusOf(object)).conditions);
  const find = (type: string) => conditions.find((condition) => condition.type === type);
  const ready = find('Ready');
  const issuing = find('Issuing');
  const name = typeof secretName === 'string' ? secretName : object.metadata.name;
  const isCurrent = ready !== undefined && !isStale(object, ready.observedGeneration);
  if (isCurrent && ready.status === 'True') return { secretName: name, state: 'issued', message: '' };
  const failure = [issuing, ready].find(
    (condition) => condition?.status === 'False' && condition.reason === 'Failed',
  );
  const told = failure ?? ready ?? issuing;
  return {
    secretName: name,
    state: failure ? 'failed' : 'pending',
    message: told?.message ?? 'cert-manager has not looked at it yet',
  };
}
