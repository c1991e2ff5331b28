/** One reflector a kind, started when a template first uses the kind. */
import { LABELS } from '@tenant-operator/api';
import {
  type Clock,
  createReflector,
  type KubeClient,
  type Logger,
  type Reflector,
  type ResourceType,
} from '@tenant-operator/kube';
import type { Digester } from './digest.ts';
import { type ChildObservation, observeChild, typeKey } from './observe.ts';
import type { ChildStore } from './store.ts';

export interface ChildWatcher {
  /**
   * Watches a kind from now on; with a namespace that is not the one looked at, in all of them. Resolves to false while the server does not serve it; ask again then. The first list may still
   * be under way when it resolves to true: `hasSynced` tells.
   */
  watch(type: WatchedType): Promise<boolean>;
  hasSynced(type: WatchedType): boolean;
  /** The first list of a kind is under way, and there is hope that it comes. */
  isFilling(type: WatchedType): boolean;
  /** Why the first list of a kind does not come, in one line, once that has lasted a while; undefined while there is hope. */
  trouble(type: WatchedType): string | undefined;
  /** The kinds that are watched, as `apiVersion/Kind`. */
  types(): readonly string[];
  stop(): Promise<void>;
}

/** A kind, and where its objects are wanted. */
export interface WatchedType {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
}

/** So many failures in a row are no hiccup of the server any more; they take some seconds. */
const patience = 3;

export interface ChildWatcherOptions {
  readonly client: KubeClient;
  readonly store: ChildStore;
  readonly digester: Digester;
  readonly namespace?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** A kind's first list is complete, and no other one is under way. */
  onSynced(): void;
}

export function createChildWatcher(options: ChildWatcherOptions): ChildWatcher {
  const reflectors = new Map<string, Reflector<ChildObservation>>();

  /** With `--namespace`, what items put elsewhere needs a watch of its own. */
  const isElsewhere = ({ namespace }: WatchedType) =>
    options.namespace !== undefined && namespace !== undefined && namespace !== options.namespace;
  const keyFor = (type: WatchedType) => `${typeKey(type)}${isElsewhere(type) ? ' in all namespaces' : ''}`;

  function start(
    type: ResourceType,
    apiVersion: string,
    namespace: string | undefined,
  ): Reflector<ChildObservation> {
    const reflector = createReflector<ChildObservation>({
      client: options.client,
      type,
      labelSelector: LABELS.tenant,
      ...(namespace === undefined || !type.namespaced ? {} : { namespace }),
      reduce(object) {
        const { name, namespace, uid, resourceVersion } = object.metadata;
        // The watch brings each of our own writes once more.
        const known = options.store.get({ apiVersion, kind: type.kind, namespace, name });
        if (known && known.uid === uid && known.resourceVersion === resourceVersion) return known;
        // Items of a list come without apiVersion and kind.
        return observeChild({ ...object, apiVersion, kind: type.kind }, options.digester);
      },
      onChange(change) {
        if (change.type === 'deleted') options.store.remove(change.previous, change.previous.uid);
        else {
          if (change.previous && change.previous.uid !== change.current.uid) {
            options.store.remove(change.previous, change.previous.uid);
          }
          options.store.put(change.current);
        }
      },
      clock: options.clock,
      log: options.log,
    });
    const tell = () => {
      if (![...reflectors.values()].some(isFilling)) options.onSynced();
    };
    reflector.synced.then(tell, () => undefined);
    reflector.start();
    return reflector;
  }

  const isInTrouble = (reflector: Reflector<ChildObservation>) =>
    !reflector.hasSynced() && reflector.stats.errors >= patience;
  const isFilling = (reflector: Reflector<ChildObservation>) =>
    !reflector.hasSynced() && !isInTrouble(reflector);

  return {
    async watch(type) {
      const key = keyFor(type);
      if (reflectors.has(key)) return true;
      const resource = await options.client.resourceType(type.apiVersion, type.kind);
      if (!resource) return false;
      const namespace = isElsewhere(type) ? undefined : options.namespace;
      if (!reflectors.has(key)) reflectors.set(key, start(resource, type.apiVersion, namespace));
      return true;
    },
    hasSynced: (type) => reflectors.get(keyFor(type))?.hasSynced() ?? false,
    isFilling(type) {
      const reflector = reflectors.get(keyFor(type));
      return reflector !== undefined && isFilling(reflector);
    },
    trouble(type) {
      const reflector = reflectors.get(keyFor(type));
      return reflector && isInTrouble(reflector) ? reflector.stats.lastError : undefined;
    },
    types: () => [...reflectors.keys()],
    async stop() {
      await Promise.all([...reflectors.values()].map((reflector) => reflector.stop()));
      reflectors.clear();
    },
  };
}
