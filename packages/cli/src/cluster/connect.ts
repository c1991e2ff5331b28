/** The flags with which every command that speaks to a cluster finds it. */
import {
  type ClientOptions,
  createClient,
  type KubeClient,
  loadConfig,
  type ResolveMap,
} from '@tenant-operator/kube';
import { Option } from 'commander';
import { CommandFailure } from '../failure.ts';
import { userAgent } from '../version.ts';

export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
}

export const kubeconfigFlag = () =>
  new Option('--kubeconfig <file>', 'kubeconfig; without it KUBECONFIG, the pod, or ~/.kube/config').env(
    'TENANT_OPERATOR_KUBECONFIG',
  );
export const contextFlag = () =>
  new Option('--context <name>', 'context of the kubeconfig').env('TENANT_OPERATOR_CONTEXT');

export interface Connection {
  readonly client: KubeClient;
  /**
   * A client with this token and no other credential: a client certificate of ours would win over the token, and its rights
   * with it.
   */
  clientFor(token: string): KubeClient;
  /** The context's namespace. */
  readonly namespace: string;
  /** Where the configuration came from, for messages. */
  readonly origin: string;
}

/** Throws CommandFailure when there is no usable configuration; nothing is sent yet. */
export function connect(
  flags: ClusterFlags,
  resolve: ResolveMap = new Map(),
  onAnswer: ClientOptions['onAnswer'] = () => undefined,
): Connection {
  try {
    const config = loadConfig({
      ...(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig }),
      ...(flags.context === undefined ? {} : { context: flags.context }),
      env: process.env,
    });
    const client = createClient(config, { userAgent, resolve, onAnswer });
    return {
      client,
      clientFor: (token) =>
        createClient({ ...config, auth: { token } }, { userAgent, resolve, maxConnections: 4 }),
      namespace: config.namespace,
      origin: config.origin,
    };
  } catch (error) {
    throw new CommandFailure(error instanceof Error ? error.message : String(error));
  }
}
