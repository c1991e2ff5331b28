/** One command's talk with a cluster: its flags, its client from first to last, and failures as one line. */
import { ApiError, type KubeClient, TransportError } from '@tenant-operator/kube';
import { type Command, Option } from 'commander';
import { CommandFailure } from '../failure.ts';
import { type ClusterFlags, connect, contextFlag, kubeconfigFlag } from './connect.ts';

export interface NamespacedFlags extends ClusterFlags {
  readonly namespace?: string;
}

export interface Session {
  readonly client: KubeClient;
  /** As asked for, else the context's. */
  readonly namespace: string;
  /** Where the configuration came from, for messages. */
  readonly origin: string;
}

/** Adds `--kubeconfig`, `--context` and `-n` to a command. */
export function addClusterFlags(command: Command): Command {
  return command
    .addOption(kubeconfigFlag())
    .addOption(contextFlag())
    .addOption(new Option('-n, --namespace <name>', "namespace; without it the context's"));
}

/** Connects, works, closes. What the API server refuses, and that it cannot be reached, are CommandFailures. */
export async function withCluster<T>(
  flags: NamespacedFlags,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { client, namespace, origin } = connect(flags);
  try {
    return await work({ client, namespace: flags.namespace ?? namespace, origin });
  } catch (error) {
    if (error instanceof ApiError || error instanceof TransportError) throw new CommandFailure(error.message);
    throw error;
  } finally {
    await client.close();
  }
}
