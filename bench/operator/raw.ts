/**
 * The raw limit: a client that sends the operator's own writes and decides nothing.
 *
 * It is the operator's user, so that it is authenticated, authorized, queued and audited alike, and its objects carry what the
 * operator's carry: as many labels and annotations, and owners that there are. Labels and owners are others, or the operator would
 * take the objects for its own.
 */
import type { AdminApi, Rig } from '../../test/rig/index.ts';
import { OPERATOR_ACCOUNT } from '../../test/rig/support/index.ts';
import { hostOf, manifest, type Resource, TEMPLATE } from './workload.ts';

/** Requests in flight, as many as the operator works on tenants. */
const CONCURRENCY = 8;

const PREFIX = 'kubernetes-raw-tenants.org';

export interface RawClient {
  /** Makes a namespace, and an owner for each tenant's objects: what the applies need to be there. */
  prepare(namespace: string, uids: readonly string[]): Promise<void>;
  /** Applies all resources of the tenants; gives seconds. */
  apply(namespace: string, uids: readonly string[], resources: readonly Resource[]): Promise<number>;
  /** Deletes them again, one request each; gives seconds. */
  delete(namespace: string, uids: readonly string[], resources: readonly Resource[]): Promise<number>;
  close(): Promise<void>;
}

interface RawRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: object;
}

interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export async function createRawClient(rig: Rig): Promise<RawClient> {
  const api = await rig.apiFor(OPERATOR_ACCOUNT);
  /** By namespace and name. */
  const owners = new Map<string, Owner>();
  const ownerOf = (namespace: string, name: string): Owner => {
    const owner = owners.get(`${namespace}/${name}`);
    if (!owner) throw new Error(`${namespace} is not prepared for ${name}`);
    return owner;
  };
  const objectOf = (resource: Resource, namespace: string, uid: string): object => {
    const object = manifest(resource, uid, hostOf(uid)) as { metadata?: { annotations?: object } };
    const tenant = ownerOf(namespace, ownerName(uid));
    const blockOwnerDeletion = false;
    return {
      ...object,
      metadata: {
        ...object.metadata,
        name: `${uid}-${resource.id}`,
        namespace,
        resourceVersion: '1',
        labels: {
          [`${PREFIX}/registry`]: namespace,
          [`${PREFIX}/uid`]: uid,
          [`${PREFIX}/tenant`]: tenant.name,
          [`${PREFIX}/tenant-namespace`]: namespace,
        },
        annotations: {
          ...object.metadata?.annotations,
          [`${PREFIX}/item`]: resource.id,
          [`${PREFIX}/tenant-uid`]: tenant.uid,
        },
        ownerReferences: [
          { ...tenant, controller: true, blockOwnerDeletion },
          { ...ownerOf(namespace, TEMPLATE), blockOwnerDeletion },
        ],
      },
    };
  };
  return {
    async prepare(namespace, uids) {
      const metadata = { name: namespace };
      await rig.api.ensure('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
      const requests = [...uids.map(ownerName), TEMPLATE].map((name): RawRequest => {
        const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
        return { method: 'POST', path: `/api/v1/namespaces/${namespace}/configmaps`, body };
      });
      await send(rig.api, requests, (answer) => {
        const { name, uid } = (answer as { metadata: { name: string; uid: string } }).metadata;
        owners.set(`${namespace}/${name}`, { apiVersion: 'v1', kind: 'ConfigMap', name, uid });
      });
    },
    apply(namespace, uids, resources) {
      const requests = uids.flatMap((uid) =>
        resources.map(
          (resource): RawRequest => ({
            method: 'PATCH',
            path: `${pathOf(resource, namespace, uid)}?fieldManager=raw&force=true&fieldValidation=Ignore`,
            body: objectOf(resource, namespace, uid),
          }),
        ),
      );
      return send(api, requests);
    },
    delete(namespace, uids, resources) {
      const requests = uids.flatMap((uid) =>
        resources.map(
          (resource): RawRequest => ({
            method: 'DELETE',
            path: pathOf(resource, namespace, uid),
            body: { propagationPolicy: 'Background' },
          }),
        ),
      );
      return send(api, requests);
    },
    close: () => api.close(),
  };
}

function ownerName(uid: string): string {
  return `${uid}-${TEMPLATE}`;
}

function pathOf({ id, path, plural }: Resource, namespace: string, uid: string): string {
  return `${path}/namespaces/${namespace}/${plural}/${uid}-${id}`;
}

async function send(
  api: AdminApi,
  requests: readonly RawRequest[],
  onAnswer?: (body: unknown) => void,
): Promise<number> {
  const queue = requests[Symbol.iterator]();
  const start = performance.now();
  const worker = async () => {
    for (const { method, path, body } of queue) {
      const contentType = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json';
      const answer = await api.request(method, path, body, contentType);
      if (answer.status >= 300) {
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      }
      onAnswer?.(answer.body);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return (performance.now() - start) / 1_000;
}
