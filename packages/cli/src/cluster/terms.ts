/** The operator with the Leases that say when it may work and write: on all tenants, or on its part of them. */
import { randomUUID } from 'node:crypto';
import {
  createLease,
  type KubeClient,
  type Lease,
  type LeaseOptions,
  type Logger,
} from '@tenant-operator/kube';
import {
  createOperator,
  createShards,
  dividedLease,
  type Operator,
  type OperatorOptions,
  undividedLease,
  untilUndivided,
} from '@tenant-operator/operator';
import { fenceWrites } from './fence.ts';

/** Why a process has to end. */
export const leaseLost = 'the lease is lost';

const leaseName = 'tenant-operator';

export interface Terms {
  /** Contends for the Leases; resolves when one that was held is lost: then this process has to end. */
  begin(): Promise<typeof leaseLost>;
  /** Whether this process works on tenants, all of them or a part. */
  isWorking(): boolean;
  /** Whether it is the one that syncs, of all. */
  isLeading(): boolean;
  /** The fence of what is written for tenants. */
  isHeld(): boolean;
  /** Hands over the Leases. What writes has to be ended before. */
  end(): Promise<void>;
}

export interface TermsOptions {
  readonly client: KubeClient;
  readonly log: Logger;
  /** Where the Leases are. */
  readonly operatorNamespace: string;
  /** How many processes share the tenants; 1: one works, the others stand by. */
  readonly shards: number;
  /** Which process this is; its Leases name it, with a part that is never the same twice. */
  readonly instance: string;
  readonly times: Required<Pick<LeaseOptions, 'leaseDurationMs' | 'renewDeadlineMs' | 'retryPeriodMs'>>;
}

type OwnOptions = Omit<OperatorOptions, 'client' | 'log' | 'share'>;

/** Every write of the operator asks its Lease first: what leading writes that of the leader, what is written for tenants that of the shard. */
export function createOperatorInTerms(
  options: TermsOptions,
  operatorOptions: OwnOptions,
): { readonly operator: Operator; readonly terms: Terms } {
  const identity = `${options.instance}_${randomUUID().slice(0, 8)}`;
  return options.shards > 1
    ? shared(options, operatorOptions, identity)
    : undivided(options, operatorOptions, identity);
}

function undivided(
  { client, log, operatorNamespace: namespace, times }: TermsOptions,
  operatorOptions: OwnOptions,
  identity: string,
) {
  let isWorking = false;
  let lease: Lease | undefined;
  const operator = createOperator({
    ...operatorOptions,
    client: fenceWrites(client, () => lease?.isHeld() ?? false),
    log,
  });
  const terms: Terms = {
    begin: () =>
      new Promise((resolve) => {
        lease = createLease({
          client,
          namespace,
          name: leaseName,
          identity,
          ...undividedLease,
          ...times,
          log,
          async onStarted(signal) {
            await untilUndivided({ client, namespace, signal, log });
            if (signal.aborted) return;
            isWorking = true;
            operator.lead();
            log.info({ identity }, 'ready: this process leads');
          },
          onStopped: () => resolve(leaseLost),
        });
        lease.start();
      }),
    isWorking: () => isWorking,
    isLeading: () => isWorking,
    isHeld: () => lease?.isHeld() ?? false,
    end: async () => lease?.stop(),
  };
  return { operator, terms };
}

function shared(
  { client, log, operatorNamespace: namespace, shards: count, times }: TermsOptions,
  operatorOptions: OwnOptions,
  identity: string,
) {
  let isLeading = false;
  let lose: () => void;
  const lost = new Promise<typeof leaseLost>((resolve) => {
    lose = () => resolve(leaseLost);
  });
  // Only who has a part of the tenants contends for leading: one that stands by has nothing to write with.
  const lease = createLease({
    client,
    namespace,
    name: leaseName,
    identity,
    ...dividedLease,
    ...times,
    log,
    onStarted() {
      isLeading = true;
      operator.lead();
      log.info({ identity }, 'ready: this process leads');
    },
    onStopped: () => lose(),
  });
  const shards = createShards({
    client,
    namespace,
    name: leaseName,
    count,
    identity,
    ...times,
    log,
    drain: () => operator.drain(),
    onChange: () => operator.reshare(),
    onJoined() {
      operator.serve();
      lease.start();
      log.info({ identity, shard: shards.state().shard }, 'ready: this process has a shard');
    },
    onLost: () => lose(),
  });
  const operator = createOperator({
    ...operatorOptions,
    client: fenceWrites(client, () => lease.isHeld()),
    log,
    share: { owns: shards.owns, client: fenceWrites(client, () => shards.isHeld()) },
  });
  const terms: Terms = {
    begin() {
      shards.start();
      return lost;
    },
    isWorking: () => shards.state().shard !== undefined,
    isLeading: () => isLeading,
    isHeld: shards.isHeld,
    async end() {
      await lease.stop();
      await shards.stop();
    },
  };
  return { operator, terms };
}
