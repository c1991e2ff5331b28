/** What a cluster does with namespaces: fills a new one, empties a terminating one, then lets it go. */
import { createDeleter, type Env, type RequestContext } from '../engine/index.ts';
import { metaOf, timestamp, withMeta } from '../engine/meta.ts';
import { child, type Json, type JsonObject } from '../json.ts';

const SHELF = '/namespaces';
const SYSTEM = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

export function createNamespaces(env: Env) {
  const { store, registry } = env;
  const deleter = createDeleter(env);
  const working = new Set<string>();
  let unsubscribe: () => void = () => {};
  let stopped = false;

  function makeNamespace(name: string): void {
    if (store.get(SHELF, name)) return;
    store.put(SHELF, name, {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: {
        name,
        uid: env.newUid(),
        creationTimestamp: timestamp(env.now()),
        labels: { 'kubernetes.io/metadata.name': name },
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }

  /** The default service account, as the controller manager makes it. */
  function fill(name: string): void {
    const namespace = store.get(SHELF, name);
    if (!namespace || metaOf(namespace).deletionTimestamp || store.get('/serviceaccounts', `${name}/default`))
      return;
    store.put('/serviceaccounts', `${name}/default`, {
      kind: 'ServiceAccount',
      apiVersion: 'v1',
      metadata: {
        name: 'default',
        namespace: name,
        uid: env.newUid(),
        creationTimestamp: timestamp(env.now()),
      },
    });
  }

  function contentOf(name: string) {
    const shelves = new Map(
      registry
        .all()
        .filter((type) => type.namespaced && type.verbs.includes('delete'))
        .map((type) => [type.shelf, type]),
    );
    return [...shelves.values()].flatMap((type) =>
      store.list(type.shelf, `${name}/`).map((object) => ({ type, object })),
    );
  }

  function condition(type: string, status: string, reason: string, message: string): JsonObject {
    return { type, status, lastTransitionTime: timestamp(env.now()), reason, message };
  }

  async function terminate(name: string): Promise<void> {
    if (working.has(name) || stopped) return;
    working.add(name);
    try {
      const context: RequestContext = {
        user: {
          name: 'system:serviceaccount:kube-system:namespace-controller',
          groups: ['system:authenticated'],
        },
        namespace: name,
        manager: 'namespace-controller',
        dryRun: false,
        validation: 'Ignore',
        subresource: '',
        force: false,
        warn: () => {},
      };
      for (const { type, object } of contentOf(name)) {
        if (metaOf(object).deletionTimestamp) continue;
        await deleter
          .remove(context, type, metaOf(object).name, {
            propagationPolicy: 'Background',
            gracePeriodSeconds: 0,
          })
          .catch(() => undefined);
      }
      const namespace = store.get(SHELF, name);
      if (!namespace || !metaOf(namespace).deletionTimestamp) return;
      const left = contentOf(name);
      if (left.length === 0) finish(namespace);
      else report(namespace, left);
    } finally {
      working.delete(name);
    }
  }

  function finish(namespace: JsonObject): void {
    const meta = metaOf(namespace);
    const own = ((child(namespace, 'spec')?.finalizers as Json[] | undefined) ?? []).filter(
      (f) => f !== 'kubernetes',
    );
    if (own.length === 0 && meta.finalizers.length === 0) {
      store.remove(SHELF, meta.name);
      return;
    }
    if (own.length === ((child(namespace, 'spec')?.finalizers as Json[] | undefined) ?? []).length) return;
    store.put(SHELF, meta.name, { ...namespace, spec: own.length > 0 ? { finalizers: own } : {} });
  }

  /** Says in the status what is left and which finalizers hold it. */
  function report(namespace: JsonObject, left: ReturnType<typeof contentOf>): void {
    const counts = new Map<string, number>();
    const holders = new Map<string, number>();
    for (const { type, object } of left) {
      const id = type.group ? `${type.resource}.${type.group}` : `${type.resource}.`;
      counts.set(id, (counts.get(id) ?? 0) + 1);
      for (const finalizer of metaOf(object).finalizers)
        holders.set(finalizer, (holders.get(finalizer) ?? 0) + 1);
    }
    const remaining = [...counts]
      .map(([id, count]) => `${id} has ${count} resource instances`)
      .sort()
      .join(', ');
    const finalizers = [...holders]
      .map(([f, count]) => `${f} in ${count} resource instances`)
      .sort()
      .join(', ');
    const before = child(namespace, 'status')?.conditions;
    const conditions = [
      condition(
        'NamespaceDeletionDiscoveryFailure',
        'False',
        'ResourcesDiscovered',
        'All resources successfully discovered',
      ),
      condition(
        'NamespaceDeletionGroupVersionParsingFailure',
        'False',
        'ParsedGroupVersions',
        'All legacy kube types successfully parsed',
      ),
      condition(
        'NamespaceDeletionContentFailure',
        'False',
        'ContentDeleted',
        'All content successfully deleted, may be waiting on finalization',
      ),
      condition(
        'NamespaceContentRemaining',
        'True',
        'SomeResourcesRemain',
        `Some resources are remaining: ${remaining}`,
      ),
      condition(
        'NamespaceFinalizersRemaining',
        finalizers ? 'True' : 'False',
        finalizers ? 'SomeFinalizersRemain' : 'ContentHasNoFinalizers',
        finalizers
          ? `Some content in the namespace has finalizers remaining: ${finalizers}`
          : 'All content-preserving finalizers finished',
      ),
    ];
    const text = (list: unknown) =>
      JSON.stringify(list, (key, value: unknown) => (key === 'lastTransitionTime' ? undefined : value));
    if (text(before) === text(conditions)) return;
    store.put(
      SHELF,
      metaOf(namespace).name,
      withMeta({ ...namespace, status: { ...child(namespace, 'status'), conditions } }, {}),
    );
  }

  return {
    start(): void {
      unsubscribe = store.subscribe((shelf, change) => {
        const later = (name: string) => setImmediate(() => void terminate(name));
        if (shelf === SHELF && change.type !== 'DELETED') {
          const { name, deletionTimestamp } = metaOf(change.object);
          if (deletionTimestamp) later(name);
          else if (change.type === 'ADDED') queueMicrotask(() => fill(name));
          return;
        }
        if (shelf === '/serviceaccounts' && change.type === 'DELETED' && change.key.endsWith('/default'))
          queueMicrotask(() => fill(change.key.split('/')[0] as string));
        const namespace = metaOf(change.object).namespace;
        if (namespace && (change.type === 'DELETED' || change.type === 'ADDED')) {
          const holder = store.get(SHELF, namespace);
          if (holder && metaOf(holder).deletionTimestamp) later(namespace);
        }
      });
      for (const name of SYSTEM) makeNamespace(name);
      for (const namespace of store.list(SHELF, '')) {
        const { name, deletionTimestamp } = metaOf(namespace);
        if (deletionTimestamp) setImmediate(() => void terminate(name));
      }
    },
    stop(): void {
      stopped = true;
      unsubscribe();
    },
  };
}
