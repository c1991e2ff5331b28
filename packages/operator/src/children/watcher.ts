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
   * Watches a kind from now on. Resolves to false while the server does not serve it; ask again then. The first list may still
   * be under way when it resolves to true: `hasSynced` tells.
   */
  watch(type: { readonly apiVersion: string; readonly kind: string }): Promise<boolean>;
  hasSynced(type: { readonly apiVersion: string; readonly kind: string }): boolean;
  /** The kinds that are watched, as `apiVersion/Kind`. */
  types(): readonly string[];
  stop(): Promise<void>;
}

export interface ChildWatcherOptions {
  readonly client: KubeClient;
  readonly store: ChildStore;
  readonly digester: Digester;
  readonly namespace?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** A kind's first list is complete. */
  onSynced(): void;
}

export function createChildWatcher(options: ChildWatcherOptions): ChildWatcher {
  const reflectors = new Map<string, Reflector<ChildObservation>>();

  function start(type: ResourceType, apiVersion: string): Reflector<ChildObservation> {
    const reflector = createReflector<ChildObservation>({
      client: options.client,
      type,
      labelSelector: LABELS.tenant,
      ...(options.namespace === undefined || !type.namespaced ? {} : { namespace: options.namespace }),
      // Items of a list come without apiVersion and kind.
      reduce: (object) => observeChild({ ...object, apiVersion, kind: type.kind }, options.digester),
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
    reflector.synced.then(options.onSynced, () => undefined);
    reflector.start();
    return reflector;
  }

  return {
    async watch(type) {
      const key = typeKey(type);
      if (reflectors.has(key)) return true;
      const resource = await options.client.resourceType(type.apiVersion, type.kind);
      if (!resource) return false;
      if (!reflectors.has(key)) reflectors.set(key, start(resource, type.apiVersion));
      return true;
    },
    hasSynced: (type) => reflectors.get(typeKey(type))?.hasSynced() ?? false,
    types: () => [...reflectors.keys()],
    async stop() {
      await Promise.all([...reflectors.values()].map((reflector) => reflector.stop()));
      reflectors.clear();
    },
  };
}
