/** The configuration of a process that runs in a pod. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './errors.ts';
import type { ClientConfig } from './index.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

type Env = Readonly<Record<string, string | undefined>>;

/** Does this look like a pod with a service account? */
export function isInCluster(env: Env, folder: string = SERVICE_ACCOUNT): boolean {
  return Boolean(env.KUBERNETES_SERVICE_HOST) && existsSync(join(folder, 'token'));
}

/** Server from the environment, authority and token from the mounted service account. Throws ConfigError. */
export function inClusterConfig(env: Env, folder: string = SERVICE_ACCOUNT): ClientConfig {
  const host = env.KUBERNETES_SERVICE_HOST ?? '';
  const port = env.KUBERNETES_SERVICE_PORT || '443';
  const read = (name: string): string => {
    const path = join(folder, name);
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw new ConfigError(
        `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      );
    }
  };
  const namespace = existsSync(join(folder, 'namespace')) ? read('namespace').trim() : '';
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    certificateAuthority: read('ca.crt'),
    namespace: namespace || 'default',
    auth: { tokenFile: join(folder, 'token') },
    origin: "the pod's service account",
  };
}
