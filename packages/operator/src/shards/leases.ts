/** The Leases of the shards: reading them all, and taking one from a holder that is dead. */
import { ANNOTATIONS, LABELS } from '@tenant-operator/api';
import {
  type Clock,
  collectList,
  isApiError,
  type KubeClient,
  type KubeObject,
  LEASES,
  readLease,
  releasedSpec,
} from '@tenant-operator/kube';
import { formatView, parseView, type SeenShard, undivided, type View } from './view.ts';

/** The label of a Lease whose holder works on all tenants. */
const undividedLabel = 'undivided';

export interface ShardLeases {
  /** All of them, as the API server has them now (no cache answers). */
  look(): Promise<SeenShard[]>;
  /** Takes a shard, as it was seen last, from its holder. False when the Lease has changed meanwhile: then nothing was done. */
  bury(seen: SeenShard): Promise<boolean>;
}

export interface ShardLeasesOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly clock: Clock;
}

/** What an answer may take, in milliseconds. */
const timeoutMs = 5_000;

export function createShardLeases({ client, namespace, clock }: ShardLeasesOptions): ShardLeases {
  let known = new Map<number, { readonly object: KubeObject; readonly since: number }>();

  return {
    async look() {
      const { items } = await collectList(client, LEASES, {
        namespace,
        labelSelector: LABELS.shard,
        timeoutMs,
      });
      const now = clock.monotonic();
      const next: typeof known = new Map();
      for (const object of items) {
        const shard = shardOf(object);
        if (shard === undefined) continue;
        const before = known.get(shard);
        const isSame =
          before?.object.metadata.uid === object.metadata.uid &&
          before?.object.metadata.resourceVersion === object.metadata.resourceVersion;
        next.set(shard, before && isSame ? before : { object, since: now });
      }
      known = next;
      return [...next].map(([shard, { object, since }]) => seenShard(shard, object, now - since));
    },
    async bury({ shard }) {
      const object = known.get(shard)?.object;
      if (!object) return false;
      const annotations = { ...object.metadata.annotations, ...viewAnnotation([]) };
      const spec = { ...(object.spec as object), ...releasedSpec(clock.now(), readLease(object)) };
      const body = { ...object, apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };
      try {
        await client.replace(
          LEASES,
          { ...body, metadata: { ...object.metadata, annotations }, spec },
          { timeoutMs },
        );
        return true;
      } catch (error) {
        if (isApiError(error, 409) || isApiError(error, 404)) return false;
        throw error;
      }
    },
  };
}

export function shardLabel(shard: number): Record<string, string> {
  return { [LABELS.shard]: shard === undivided ? undividedLabel : String(shard) };
}

export function viewAnnotation(view: View): Record<string, string> {
  return { [ANNOTATIONS.shards]: formatView(view) };
}

function shardOf({ metadata }: KubeObject): number | undefined {
  const label = metadata.labels?.[LABELS.shard] ?? '';
  if (label === undividedLabel) return undivided;
  return /^\d{1,4}$/.test(label) ? Number(label) : undefined;
}

function seenShard(shard: number, object: KubeObject, unchangedMs: number): SeenShard {
  const { holder, durationMs } = readLease(object);
  const view = parseView(object.metadata.annotations?.[ANNOTATIONS.shards]);
  return { shard, holder, view, unchangedMs, durationMs };
}
