import { join } from 'node:path';
import type { ControlPlane } from '../parts/control-plane.ts';
import type { MariaDb } from '../parts/mariadb.ts';
import { waitFor } from '../process/wait-for.ts';
import { createKubectl } from './kubectl.ts';

const DEPLOY = join(import.meta.dirname, '..', '..', '..', 'deploy');

/** The Secret that the guide's manifests name, in the namespace `default`. */
export const CREDENTIALS = {
  secret: 'mysql-credentials',
  username: 'tenant_reader',
  password: 'tenant-reader-password',
};

/** Installs the CRDs and the operator's rights, and waits until the API server serves the kinds. */
export async function prepareCluster(plane: ControlPlane): Promise<void> {
  const kubectl = await createKubectl(plane.kubeconfig);
  try {
    await kubectl('apply', '--server-side', '-f', join(DEPLOY, 'crds'), '-f', join(DEPLOY, 'rbac'));
    const group = '/apis/operator.kubernetes-tenants.org/v1';
    await waitFor(
      async () => {
        const found = await plane.api.get<{ resources: { name: string }[] }>(group);
        const names = found?.resources.map(({ name }) => name) ?? [];
        return ['tenantregistries', 'tenanttemplates', 'tenants'].every((name) => names.includes(name));
      },
      { what: `${group} to be served` },
    );
  } finally {
    kubectl.close();
  }
}

/** Makes the read-only account and the Secret with its name and password, as the guide expects them. */
export async function prepareCredentials(plane: ControlPlane, database: MariaDb): Promise<void> {
  const { secret, username, password } = CREDENTIALS;
  await database.createReader(username, password);
  await plane.api.ensure('/api/v1/namespaces/default/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secret, namespace: 'default' },
    stringData: { username, password },
  });
}
