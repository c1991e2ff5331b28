/** The key of the digests of Secrets, kept in a Secret of the operator's own so that it survives a restart. */
import { randomBytes } from 'node:crypto';
import { ApiError, type KubeClient, type KubeObject, type ResourceType } from '@tenant-operator/kube';
import { CommandFailure } from '../failure.ts';

const name = 'tenant-operator-digest-key';
const secretType: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};

/** Reads the key, or makes it at the first start. */
export async function loadDigestKey(client: KubeClient, namespace: string): Promise<Buffer> {
  const found = keyOf(await client.get(secretType, { namespace, name }));
  if (found) return found;
  const secret: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'tenant-operator' } },
    type: 'Opaque',
    data: { key: randomBytes(32).toString('base64') },
  };
  try {
    return keyOf(await client.create(secretType, secret)) as Buffer;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Another replica was quicker.
    const other = error.isAlreadyExists && keyOf(await client.get(secretType, { namespace, name }));
    if (other) return other;
    throw new CommandFailure(`cannot keep Secret "${namespace}/${name}": ${error.message}`);
  }
}

function keyOf(secret: KubeObject | undefined): Buffer | undefined {
  const text = (secret?.data as Record<string, string> | undefined)?.key;
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}
