import { binaryPath } from '../binaries/index.ts';
import { freePort } from '../process/ports.ts';
import { waitFor } from '../process/wait-for.ts';
import type { Workspace } from '../process/workspace.ts';
import type { Bind } from './bind.ts';
import type { ControlPlane } from './control-plane.ts';
import { installCertManagerKinds } from './crds.ts';
import type { Pebble } from './pebble.ts';

export interface CertManagerOptions {
  /** How the issuer proves that it holds a name. Default `dns01`, by RFC 2136 at BIND; `http01` needs pods that serve. */
  challenge?: 'dns01' | 'http01';
  /** Whether a Secret goes with its Certificate (its flag `--enable-certificate-owner-ref`). Default false, as is its own. */
  secretsGo?: boolean;
  /** More flags; a later flag wins. */
  args?: readonly string[];
}

/** The issuer that the guide's manifests name. */
export const CLUSTER_ISSUER = 'letsencrypt-prod';
/** The image of the pods that answer HTTP-01 challenges; the pod runner knows it by this name. */
export const SOLVER_IMAGE = 'acmesolver';

const NAMESPACE = 'cert-manager';
const ISSUERS = '/apis/cert-manager.io/v1/clusterissuers';

/** Starts cert-manager's controller and makes the ClusterIssuer `letsencrypt-prod` at Pebble; ready when that is. */
export async function startCertManager(
  workspace: Workspace,
  plane: ControlPlane,
  { dns, pebble }: { dns: Bind; pebble: Pebble },
  options: CertManagerOptions = {},
): Promise<void> {
  const { challenge = 'dns01', secretsGo = false, args = [] } = options;
  await installCertManagerKinds(plane);
  await plane.api.ensure('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  const metrics = `127.0.0.1:${await freePort()}`;
  const nameserver = `${dns.host}:${dns.port}`;
  await workspace.start({
    name: 'cert-manager',
    command: await binaryPath('cert-manager-controller'),
    args: [
      `--kubeconfig=${await plane.kubeconfigForUser('cert-manager', ['system:masters'])}`,
      '--leader-elect=false',
      `--cluster-resource-namespace=${NAMESPACE}`,
      `--metrics-listen-address=${metrics}`,
      `--dns01-recursive-nameservers=${nameserver}`,
      '--dns01-recursive-nameservers-only',
      '--dns01-check-retry-period=1s',
      `--acme-http01-solver-nameservers=${nameserver}`,
      `--acme-http01-solver-image=${SOLVER_IMAGE}`,
      `--enable-certificate-owner-ref=${secretsGo}`,
      '--kube-api-qps=300',
      '--kube-api-burst=600',
      ...args,
    ],
    isReady: async () => (await fetch(`http://${metrics}/metrics`)).ok,
  });
  await plane.api.ensure(`/api/v1/namespaces/${NAMESPACE}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'tsig', namespace: NAMESPACE },
    stringData: { key: dns.key.secret },
  });
  await plane.api.ensure(ISSUERS, issuer(pebble, challenge === 'http01' ? http01 : dns01(dns)));
  await waitFor(
    async () => {
      const found = await plane.api.get<{ status?: { conditions?: { type: string; status: string }[] } }>(
        `${ISSUERS}/${CLUSTER_ISSUER}`,
      );
      return found?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    },
    { what: `ClusterIssuer ${CLUSTER_ISSUER} to be registered at Pebble`, timeoutMs: 60_000 },
  );
}

const http01 = { http01: { ingress: { class: 'nginx' } } };

function dns01({ host, port, key }: Bind): unknown {
  return {
    dns01: {
      rfc2136: {
        nameserver: `${host}:${port}`,
        tsigKeyName: key.name,
        tsigAlgorithm: 'HMACSHA256',
        tsigSecretSecretRef: { name: 'tsig', key: 'key' },
      },
    },
  };
}

function issuer(pebble: Pebble, solver: unknown): unknown {
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'ClusterIssuer',
    metadata: { name: CLUSTER_ISSUER },
    spec: {
      acme: {
        server: pebble.directory,
        caBundle: Buffer.from(pebble.serverAuthority).toString('base64'),
        email: 'ops@example.com',
        privateKeySecretRef: { name: `${CLUSTER_ISSUER}-account` },
        solvers: [solver],
      },
    },
  };
}
