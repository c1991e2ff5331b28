/** The Secret that every replica shares: authorities and the serving certificate with their keys. */
import type { KubeClient, KubeObject, ObjectRef, ResourceType } from '@tenant-operator/kube';
import type { KeyPair } from './issue.ts';
import type { CertificateSet } from './plan.ts';

export const secretType: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};

/** What is stored, and the version that a write must name, undefined while there is no Secret. */
export interface StoredCertificates {
  readonly set: CertificateSet | undefined;
  readonly resourceVersion: string | undefined;
}

export async function readCertificates(client: KubeClient, ref: ObjectRef): Promise<StoredCertificates> {
  return fromSecret(await client.get(secretType, ref));
}

/** Writes all of it, if nobody else wrote in between: else an ApiError 409. */
export async function writeCertificates(
  client: KubeClient,
  ref: ObjectRef,
  set: CertificateSet,
  resourceVersion: string | undefined,
): Promise<StoredCertificates> {
  const { authority, previous, serving } = set;
  const data = { ...toData('ca', authority), ...toData('previous-ca', previous), ...toData('tls', serving) };
  if (resourceVersion === undefined) {
    const labels = { 'app.kubernetes.io/part-of': 'tenant-operator' };
    const secret: KubeObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...ref, labels },
      type: 'Opaque',
      data: Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null)),
    };
    return fromSecret(await client.create(secretType, secret));
  }
  const body = { metadata: { resourceVersion }, data };
  const opts = { contentType: 'merge', fieldManager: 'tenant-operator' } as const;
  return fromSecret(await client.patch(secretType, ref, body, opts));
}

/** `null` takes a key away in a merge patch. */
function toData(name: string, pair: KeyPair | undefined): Record<string, string | null> {
  const encode = (text: string | undefined) =>
    text === undefined ? null : Buffer.from(text).toString('base64');
  return { [`${name}.crt`]: encode(pair?.certificate), [`${name}.key`]: encode(pair?.key) };
}

export function fromSecret(secret: KubeObject | undefined): StoredCertificates {
  const data = (secret?.data ?? {}) as Readonly<Record<string, string | undefined>>;
  const pair = (name: string): KeyPair | undefined => {
    const [certificate, key] = [data[`${name}.crt`], data[`${name}.key`]];
    if (certificate === undefined || key === undefined) return undefined;
    return {
      certificate: Buffer.from(certificate, 'base64').toString(),
      key: Buffer.from(key, 'base64').toString(),
    };
  };
  const [authority, previous, serving] = [pair('ca'), pair('previous-ca'), pair('tls')];
  return {
    set: authority && serving && { authority, serving, ...(previous ? { previous } : {}) },
    resourceVersion: secret?.metadata.resourceVersion,
  };
}
