/**
 * A Kubernetes API in memory, as small as the controllers' own faults need it: what a real server shows is tested on one.
 * Objects keep versions, UIDs, finalizers and the fields of an apply; every request can be answered with a fault instead.
 */
import {
  ApiError,
  apiVersionOf,
  type KubeClient,
  type KubeObject,
  keyOf,
  type ManagedFieldsEntry,
  type ObjectRef,
  type ResourceType,
} from '@tenant-operator/kube';

export interface FakeCall {
  readonly verb: 'get' | 'apply' | 'patch' | 'replace' | 'delete';
  readonly kind: string;
  readonly name: string;
  readonly subresource?: string | undefined;
}

export interface FakeClient extends KubeClient {
  /** `verb Kind/name` of every request so far, in order; a fault counts too. */
  readonly log: string[];
  /** Answers the requests that it gives an error for; called before anything is done, so that it may also change objects. */
  fault: ((call: FakeCall) => Error | undefined) | undefined;
  /** Puts an object there as if somebody else had made it, with a new UID and version. */
  seed(object: KubeObject): KubeObject;
  find(apiVersion: string, kind: string, ref: ObjectRef): KubeObject | undefined;
  remove(object: KubeObject): void;
}

type Json = Record<string, unknown>;

const clusterScoped = new Set(['Namespace', 'ClusterRole']);

export function typeOf(apiVersion: string, kind: string): ResourceType {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return { group, version, kind, plural: `${kind.toLowerCase()}s`, namespaced: !clusterScoped.has(kind) };
}

/** Kinds named in `unknown` are not served. */
export function createFakeClient(unknown: readonly string[] = []): FakeClient {
  const objects = new Map<string, KubeObject>();
  const log: string[] = [];
  let version = 100;

  const keyFor = (type: ResourceType, ref: ObjectRef) => `${type.group}/${type.kind}|${keyOf(ref)}`;
  const refOf = ({ metadata: { name, namespace } }: KubeObject): ObjectRef =>
    namespace === undefined ? { name } : { name, namespace };

  function store(key: string, object: KubeObject, previous?: KubeObject): KubeObject {
    const { resourceVersion = '' } = previous?.metadata ?? {};
    if (previous && text(previous) === text(withVersion(object, resourceVersion))) return previous;
    const stored = withVersion(object, String(++version));
    const isOver = stored.metadata.deletionTimestamp !== undefined && !stored.metadata.finalizers?.length;
    if (isOver) objects.delete(key);
    else objects.set(key, stored);
    return stored;
  }

  function begin(verb: FakeCall['verb'], type: ResourceType, name: string, subresource?: string): void {
    log.push(`${verb} ${type.kind}/${name}${subresource === undefined ? '' : `/${subresource}`}`);
    const error = client.fault?.({ verb, kind: type.kind, name, subresource });
    if (error) throw error;
  }

  function checked(type: ResourceType, name: string, current: KubeObject, metadata: Json): void {
    if (metadata.uid !== undefined && metadata.uid !== current.metadata.uid) throw uidMismatch(type, name);
    const wanted = metadata.resourceVersion;
    if (wanted !== undefined && wanted !== current.metadata.resourceVersion) throw conflict(type, name);
  }

  const never = (): never => {
    throw new Error('no part of this fake');
  };

  const client: FakeClient = {
    log,
    fault: undefined,
    seed(object) {
      const uid = object.metadata.uid ?? `uid-${version + 1}`;
      const key = keyFor(typeOf(object.apiVersion, object.kind), refOf(object));
      return store(key, { ...object, metadata: { ...object.metadata, uid } });
    },
    find: (apiVersion, kind, ref) => objects.get(keyFor(typeOf(apiVersion, kind), ref)),
    remove: (object) => void objects.delete(keyFor(typeOf(object.apiVersion, object.kind), refOf(object))),
    resourceType: (apiVersion, kind) =>
      Promise.resolve(unknown.includes(kind) ? undefined : typeOf(apiVersion, kind)),
    async get(type, ref) {
      begin('get', type, ref.name);
      return objects.get(keyFor(type, ref));
    },
    async apply(type, object, { fieldManager }) {
      begin('apply', type, object.metadata.name);
      const key = keyFor(type, refOf(object));
      const { uid, resourceVersion, ...metadata } = object.metadata;
      const current = objects.get(key);
      if (current) checked(type, metadata.name, current, object.metadata as unknown as Json);
      else if (uid !== undefined || (resourceVersion !== undefined && resourceVersion !== '1'))
        throw conflict(type, metadata.name);
      const entry: ManagedFieldsEntry = {
        manager: fieldManager,
        operation: 'Apply',
        apiVersion: apiVersionOf(type),
        fieldsV1: fieldsOf({ ...object, metadata: ownMetadata(metadata as unknown as Json) }),
      };
      const others = (current?.metadata.managedFields ?? []).filter(
        (other) => other.manager !== fieldManager,
      );
      const merged = mergePatch(current ?? {}, { ...object, metadata }) as unknown as KubeObject;
      merged.metadata.managedFields = [...others, entry];
      merged.metadata.uid = current?.metadata.uid ?? `uid-${version + 1}`;
      return { object: store(key, merged, current), created: current === undefined, warnings: [] };
    },
    async patch(type, ref, body, { subresource }) {
      begin('patch', type, ref.name, subresource);
      const key = keyFor(type, ref);
      const current = objects.get(key);
      if (!current) throw notFound(type, ref.name);
      const { metadata = {}, status, ...rest } = body as { metadata?: Json; status?: unknown };
      checked(type, ref.name, current, metadata);
      const { uid: _, resourceVersion: __, ...marks } = metadata;
      const patch = subresource === 'status' ? { status } : { ...rest, metadata: marks };
      return store(key, mergePatch(current, patch) as unknown as KubeObject, current);
    },
    async replace(type, object) {
      begin('replace', type, object.metadata.name);
      const key = keyFor(type, refOf(object));
      const current = objects.get(key);
      if (!current) throw notFound(type, object.metadata.name);
      checked(type, object.metadata.name, current, object.metadata as unknown as Json);
      return store(key, object, current);
    },
    async delete(type, ref, { uid } = {}) {
      begin('delete', type, ref.name);
      const key = keyFor(type, ref);
      const current = objects.get(key);
      if (!current) return { outcome: 'absent' };
      if (uid !== undefined && uid !== current.metadata.uid) throw conflict(type, ref.name);
      if (!current.metadata.finalizers?.length) {
        objects.delete(key);
        return { outcome: 'deleted' };
      }
      const deletionTimestamp = '2024-01-01T00:00:00Z';
      store(key, { ...current, metadata: { ...current.metadata, deletionTimestamp } }, current);
      return { outcome: 'accepted' };
    },
    serverVersion: never,
    list: never,
    create: never,
    watch: never,
    request: never,
    close: () => Promise.resolve(),
  };
  return client;
}

export function notFound(type: ResourceType, name: string): ApiError {
  return new ApiError({ status: 404, reason: 'NotFound', message: `${type.plural} "${name}" not found` });
}

export function conflict(type: ResourceType, name: string): ApiError {
  return new ApiError({
    status: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${type.plural} "${name}"`,
  });
}

/** As 1.34 answers a write that carries another object's UID. */
export function uidMismatch(type: ResourceType, name: string): ApiError {
  const message = `${type.kind} "${name}" is invalid: metadata.uid: Invalid value: field is immutable`;
  return new ApiError({
    status: 422,
    reason: 'Invalid',
    message,
    details: { causes: [{ field: 'metadata.uid' }] },
  });
}

function withVersion(object: KubeObject, resourceVersion: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

function text(object: KubeObject): string {
  return JSON.stringify(object, (_, value: unknown) =>
    isMap(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}

/** The server strips what identifies the object from the fields of an apply. */
function ownMetadata(metadata: Json): Json {
  return Object.fromEntries(
    Object.entries(metadata).filter(([name]) => name !== 'name' && name !== 'namespace'),
  );
}

function fieldsOf(value: Json): Json {
  const entries = Object.entries(value).filter(([name]) => name !== 'apiVersion' && name !== 'kind');
  return Object.fromEntries(
    entries.map(([name, member]) => [`f:${name}`, isMap(member) ? fieldsOf(member) : {}]),
  );
}

function mergePatch(target: object, patch: object): Json {
  const result: Json = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else if (value !== undefined) {
      const before = result[name];
      result[name] = isMap(value) ? mergePatch(isMap(before) ? before : {}, value) : value;
    }
  }
  return result;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
