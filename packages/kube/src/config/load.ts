import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ConfigError } from './errors.ts';
import { inClusterConfig, isInCluster } from './in-cluster.ts';
import type { ClientConfig, LoadConfigOptions } from './index.ts';
import { mergeKubeconfigs, readKubeconfig } from './kubeconfig.ts';
import { proxyFromEnv } from './proxy.ts';
import { selectContext } from './select.ts';

/**
 * Finds the configuration in kubectl's order: the given file, the files of `KUBECONFIG` (merged, the first
 * one that defines a name wins), the pod's service account, `~/.kube/config`. Throws ConfigError.
 */
export function loadConfig(options: LoadConfigOptions): ClientConfig {
  const { env } = options;
  const config = find(options);
  if (config.proxyUrl !== undefined) return config;
  const proxyUrl = proxyFromEnv(config.server, env);
  return proxyUrl === undefined ? config : { ...config, proxyUrl };
}

function find(options: LoadConfigOptions): ClientConfig {
  const { env, context } = options;
  if (options.kubeconfig !== undefined && options.kubeconfig !== '') {
    return selectContext(readKubeconfig(options.kubeconfig), context);
  }
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length > 0) {
    const present = listed.filter((path) => existsSync(path));
    if (present.length === 0) throw new ConfigError(`KUBECONFIG: there is no file ${listed.join(' or ')}`);
    return selectContext(mergeKubeconfigs(present.map(readKubeconfig)), context);
  }
  if (isInCluster(env) && context === undefined) return inClusterConfig(env);
  const home = join(env.HOME ?? homedir(), '.kube', 'config');
  if (existsSync(home)) return selectContext(readKubeconfig(home), context);
  throw new ConfigError(
    `no cluster is configured: not in a pod, KUBECONFIG is not set and there is no ${home}; give --kubeconfig FILE`,
  );
}
