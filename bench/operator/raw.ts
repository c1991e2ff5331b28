/** The raw limit: a client that sends the same writes and decides nothing. */
import type { AdminApi } from '../../test/rig/index.ts';
import { hostOf, manifest, type Resource } from './workload.ts';

/** Requests in flight, as many as the operator works on tenants. */
const CONCURRENCY = 8;

interface RawRequest {
  readonly method: 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: object;
}

/** Applies all resources of the tenants in a namespace of their own; gives seconds. */
export async function applyRaw(
  api: AdminApi,
  namespace: string,
  uids: readonly string[],
  resources: readonly Resource[],
): Promise<number> {
  await api.ensure('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  const requests = uids.flatMap((uid) => {
    return resources.map((resource): RawRequest => {
      const { id, path, plural } = resource;
      const object = manifest(resource, uid, hostOf(uid)) as { metadata?: object };
      const metadata = { ...object.metadata, name: `${uid}-${id}`, namespace, labels: { tenant: uid } };
      return {
        method: 'PATCH',
        path: `${path}/namespaces/${namespace}/${plural}/${uid}-${id}?fieldManager=raw&force=true`,
        body: { ...object, metadata },
      };
    });
  });
  return send(api, requests);
}

/** Deletes them again, one request each; gives seconds. */
export async function deleteRaw(
  api: AdminApi,
  namespace: string,
  uids: readonly string[],
  resources: readonly Resource[],
): Promise<number> {
  const requests = uids.flatMap((uid) =>
    resources.map(
      ({ id, path, plural }): RawRequest => ({
        method: 'DELETE',
        path: `${path}/namespaces/${namespace}/${plural}/${uid}-${id}`,
        body: { propagationPolicy: 'Background' },
      }),
    ),
  );
  return send(api, requests);
}

async function send(api: AdminApi, requests: readonly RawRequest[]): Promise<number> {
  const queue = requests[Symbol.iterator]();
  const start = performance.now();
  const worker = async () => {
    for (const { method, path, body } of queue) {
      const contentType = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json';
      const answer = await api.request(method, path, body, contentType);
      if (answer.status >= 300) {
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return (performance.now() - start) / 1_000;
}
