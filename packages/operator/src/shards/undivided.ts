/** For a process that works on all tenants: it waits until nobody works on a part of them. */
import {
  type Clock,
  type KubeClient,
  type Logger,
  silentLogger,
  systemClock,
  wait,
} from '@tenant-operator/kube';
import { createShardLeases, shardLabel, viewAnnotation } from './leases.ts';
import { isExpired, type SeenShard, undivided } from './view.ts';

export interface UndividedOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** What the Lease of a process that works on all tenants says, for those that would work on a part of them. */
export const undividedLease = {
  labels: shardLabel(undivided),
  annotations: () => viewAnnotation('all'),
};

/** What the Lease of a leader says that shares the tenants with others. */
export const dividedLease = { annotations: () => viewAnnotation([]) };

const periodMs = 2_000;

/**
 * Resolves when no shard is held; the Lease of the caller has to say that it is undivided before. Once it does, those that work on
 * a part of the tenants begin with none any more.
 */
export async function untilUndivided(options: UndividedOptions): Promise<void> {
  const { client, namespace, signal, clock = systemClock, log = silentLogger } = options;
  const leases = createShardLeases({ client, namespace, clock });
  /** The shards that are held by somebody who is not dead. */
  const heldShards = async (): Promise<number[]> => {
    const seen = await leases.look();
    const held = seen.filter(({ shard, holder }) => shard !== undivided && holder !== '');
    const isLiving = async (shard: SeenShard) => !isExpired(shard) || !(await leases.bury(shard));
    const living = await Promise.all(held.map(isLiving));
    return held.filter((_, index) => living[index]).map(({ shard }) => shard);
  };
  for (let told = ''; !signal.aborted; await wait(clock, periodMs, signal)) {
    let why: string;
    try {
      const shards = await heldShards();
      if (shards.length === 0) return;
      why = `processes that share the tenants (--shards) hold ${shards.join(', ')}`;
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    if (why !== told) log.warn({ cause: why }, 'waiting to be the only one that works on tenants');
    told = why;
  }
}
