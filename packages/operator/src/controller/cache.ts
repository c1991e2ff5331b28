/** The newest version of every object of one of the operator's own kinds, from the watch and from our own writes' answers. */
import {
  apiVersionOf,
  type Clock,
  createReflector,
  type KubeClient,
  type KubeObject,
  keyOf,
  type Logger,
  type ResourceType,
} from '@tenant-operator/kube';
import { createGone, isNewer } from '../children/gone.ts';

/** A look into a cache; keys are `namespace/name`. */
export interface ObjectView<T> {
  get(key: string): T | undefined;
  values(): Iterable<T>;
}

export interface ObjectCache<T extends KubeObject> extends ObjectView<T> {
  values(): IterableIterator<T>;
  size(): number;
  /** Takes the server's answer to a write of ours, ahead of the watch. */
  put(object: KubeObject): void;
  /** The server has accepted the deletion of this object; the watch will tell the same a little later. */
  markDeleting(key: string, uid: string, now: Date): void;
  readonly synced: Promise<void>;
  /** Whether the first list is in, and why the watch does not work at the moment. */
  state(): { readonly isFilled: boolean; readonly trouble?: string | undefined };
  start(): void;
  stop(): Promise<void>;
}

export interface ObjectCacheOptions<T extends KubeObject> {
  readonly client: KubeClient;
  readonly type: ResourceType;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** How an object is read that another release stored; as it is when left out. */
  readonly read?: (object: T) => T;
  /**
   * After the cache has taken a change; `current` is undefined when the object is gone. An `answer` to a write of ours comes ahead
   * of the watch.
   */
  onChange(key: string, current: T | undefined, previous: T | undefined, source: 'watch' | 'answer'): void;
}

export function createObjectCache<T extends KubeObject>(options: ObjectCacheOptions<T>): ObjectCache<T> {
  const objects = new Map<string, T>();
  const gone = createGone();
  const { read = (object: T) => object } = options;
  const reduce = (object: KubeObject) => read(slim<T>(object, options.type));

  function take(object: T, source: 'watch' | 'answer'): void {
    const key = keyOf(object.metadata);
    const previous = objects.get(key);
    const version = versionOf(object);
    if (previous ? !isNewer(version, versionOf(previous)) : gone.has(key, object.metadata.uid ?? '', version))
      return;
    objects.set(key, object);
    options.onChange(key, object, previous, source);
  }

  const reflector = createReflector<T>({
    client: options.client,
    type: options.type,
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }),
    reduce,
    onChange(change) {
      if (change.type !== 'deleted') return take(change.current, 'watch');
      const previous = objects.get(change.key);
      // An object that we made anew under the same name stays.
      if (!previous || previous.metadata.uid !== change.previous.metadata.uid) return;
      objects.delete(change.key);
      gone.add(change.key, previous.metadata.uid ?? '', versionOf(previous));
      options.onChange(change.key, undefined, previous, 'watch');
    },
    clock: options.clock,
    log: options.log,
  });

  return {
    get: (key) => objects.get(key),
    values: () => objects.values(),
    size: () => objects.size,
    put: (object) => take(reduce(object), 'answer'),
    markDeleting(key, uid, now) {
      const object = objects.get(key);
      if (object?.metadata.uid !== uid || object.metadata.deletionTimestamp !== undefined) return;
      objects.set(key, { ...object, metadata: { ...object.metadata, deletionTimestamp: now.toISOString() } });
    },
    synced: reflector.synced,
    state: () => ({ isFilled: reflector.hasSynced(), trouble: reflector.stats.lastError }),
    start: () => reflector.start(),
    stop: () => reflector.stop(),
  };
}

/** Without `managedFields`, which nobody asks for here; items of a list come without apiVersion and kind. */
function slim<T extends KubeObject>(object: KubeObject, type: ResourceType): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return {
    ...object,
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata,
  } as unknown as T;
}

function versionOf({ metadata }: KubeObject): string {
  return metadata.resourceVersion ?? '';
}

interface Versioned {
  readonly metadata: {
    readonly uid?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
  };
}

/** Nothing but status and labels differs. */
export function isSameSpec(current: Versioned | undefined, previous: Versioned | undefined): boolean {
  return (
    current !== undefined &&
    previous !== undefined &&
    current.metadata.uid === previous.metadata.uid &&
    current.metadata.generation === previous.metadata.generation &&
    current.metadata.deletionTimestamp === previous.metadata.deletionTimestamp
  );
}
