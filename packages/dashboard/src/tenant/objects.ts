/** Live objects, asked for with the caller's rights. */
import { ApiError, type KubeClient, type KubeObject } from '@tenant-operator/kube';

export interface Wanted {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

export type Found =
  | { readonly kind: 'object'; readonly object: KubeObject; readonly namespace: string }
  | { readonly kind: 'missing'; readonly namespace: string }
  /** The caller may not see it, or the kind is unknown to the server. */
  | { readonly kind: 'hidden'; readonly namespace: string; readonly message: string };

/** `home` is the namespace of an object that names none, unless its kind has none. */
export async function findObject(client: KubeClient, wanted: Wanted, home: string): Promise<Found> {
  let namespace = wanted.namespace ?? home;
  try {
    const type = await client.resourceType(wanted.apiVersion, wanted.kind);
    if (!type) return { kind: 'hidden', namespace, message: `the cluster has no kind ${wanted.kind}` };
    if (!type.namespaced) namespace = '';
    const object = await client.get(type, { name: wanted.name, ...(namespace ? { namespace } : {}) });
    return object ? { kind: 'object', object, namespace } : { kind: 'missing', namespace };
  } catch (error) {
    const forbidden = error instanceof ApiError && error.status === 403;
    const message = forbidden ? 'you may not see it' : 'it could not be read';
    return { kind: 'hidden', namespace, message };
  }
}
