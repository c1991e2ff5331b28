/** Lists that may be refused or absent without ending the diagnosis. */
import { ApiError, collectList, type KubeClient, type KubeObject } from '@tenant-operator/kube';
import type { Reading } from '../facts.ts';

export interface ListWish {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
}

/** All objects of a kind. Rejects only when the API server is not there. */
export async function readList<T = KubeObject>(
  client: KubeClient,
  { apiVersion, kind, namespace, labelSelector }: ListWish,
): Promise<Reading<T[]>> {
  return attempt(async () => {
    const type = await client.resourceType(apiVersion, kind);
    if (!type) return { kind: 'absent' };
    const { items } = await collectList(client, type, {
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
    });
    return { kind: 'read', value: items as unknown as T[] };
  });
}

/** Turns what the API server refuses into a reading that says so. */
export async function attempt<T>(work: () => Promise<Reading<T>>): Promise<Reading<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError) return { kind: 'unread', detail: error.message };
    throw error;
  }
}

export function mapReading<T, U>(reading: Reading<T>, map: (value: T) => U): Reading<U> {
  return reading.kind === 'read' ? { kind: 'read', value: map(reading.value) } : reading;
}
