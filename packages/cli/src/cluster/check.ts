/** What must be true of a cluster before the operator starts; each failure is one line with the command that mends it. */
import { API_VERSION, KINDS } from '@tenant-operator/api';
import { ApiError, type KubeClient, TransportError } from '@tenant-operator/kube';
import { CommandFailure } from '../failure.ts';

/** CEL rules in CRDs are stable since 1.29. */
const oldestMinor = 29;

export async function checkCluster(client: KubeClient, origin: string): Promise<void> {
  try {
    const version = await client.serverVersion();
    if (version.major === 1 && version.minor < oldestMinor) {
      throw new CommandFailure(
        `the API server is ${version.gitVersion}; Kubernetes 1.${oldestMinor} or newer is needed: upgrade the cluster`,
      );
    }
    for (const { kind } of Object.values(KINDS)) {
      if (await client.resourceType(API_VERSION, kind)) continue;
      throw new CommandFailure(
        `the cluster does not know the kind ${kind} of ${API_VERSION}: install the CRDs with: kubectl apply --server-side -f deploy/crds`,
      );
    }
  } catch (error) {
    if (error instanceof TransportError) throw new CommandFailure(`${error.message} (${origin})`);
    if (error instanceof ApiError)
      throw new CommandFailure(`the API server refused: ${error.message} (${origin})`);
    throw error;
  }
}
