import { binaryPath } from '../binaries/index.ts';
import { freePort } from '../process/ports.ts';
import type { Workspace } from '../process/workspace.ts';
import type { Bind } from './bind.ts';
import type { ControlPlane } from './control-plane.ts';

export interface ExternalDnsOptions {
  /** One process each; default all zones of the server. The rfc2136 provider of v0.14.0 takes a single zone. */
  zones?: readonly string[];
  policy?: 'sync' | 'upsert-only' | 'create-only';
  /** Default `rig-<zone>` with dashes for dots. */
  ownerId?: (zone: string) => string;
  /** HTTPRoutes are a source as well; their kinds must be installed. Default false. */
  routes?: boolean;
  /** More flags; a later flag wins. */
  args?: readonly string[];
}

/** One ExternalDNS process. */
export interface ExternalDns {
  readonly zone: string;
  readonly ownerId: string;
  /** Name of the part, `external-dns-<zone>`. */
  readonly part: string;
  /** `http://127.0.0.1:port/metrics` */
  readonly metrics: string;
}

/** Who all its processes are to the API server. */
export const EXTERNAL_DNS_ACCOUNT = 'kube-system/external-dns';
export const TXT_PREFIX = 'external-dns-';

const ROLE = 'external-dns';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** The rights that the guide gives it, and no more. */
const RULES = [
  { apiGroups: [''], resources: ['services', 'endpoints', 'pods'], verbs: ['get', 'watch', 'list'] },
  {
    apiGroups: ['extensions', 'networking.k8s.io'],
    resources: ['ingresses'],
    verbs: ['get', 'watch', 'list'],
  },
  { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
];

/** What its documentation adds for `--source=gateway-httproute`. */
const ROUTE_RULES = [
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'watch', 'list'] },
  {
    apiGroups: ['gateway.networking.k8s.io'],
    resources: ['gateways', 'httproutes'],
    verbs: ['get', 'watch', 'list'],
  },
];

/** Starts one ExternalDNS a zone against BIND; ready when each has synchronised once. */
export async function startExternalDns(
  workspace: Workspace,
  plane: ControlPlane,
  bind: Bind,
  options: ExternalDnsOptions = {},
): Promise<ExternalDns[]> {
  const { zones = bind.zones, routes = false } = options;
  const kubeconfig = await grant(plane, routes ? [...RULES, ...ROUTE_RULES] : RULES);
  return Promise.all(zones.map((zone) => startOne(workspace, bind, kubeconfig, zone, options)));
}

async function startOne(
  workspace: Workspace,
  bind: Bind,
  kubeconfig: string,
  zone: string,
  options: ExternalDnsOptions,
): Promise<ExternalDns> {
  const { policy = 'sync', routes = false, args = [] } = options;
  const ownerId = options.ownerId?.(zone) ?? `rig-${zone.replaceAll('.', '-')}`;
  const metrics = `http://127.0.0.1:${await freePort()}/metrics`;
  const part = `external-dns-${zone}`;
  await workspace.start({
    name: part,
    command: await binaryPath('external-dns'),
    args: [
      `--kubeconfig=${kubeconfig}`,
      '--source=service',
      '--source=ingress',
      ...(routes ? ['--source=gateway-httproute'] : []),
      `--domain-filter=${zone}`,
      '--provider=rfc2136',
      `--rfc2136-host=${bind.host}`,
      `--rfc2136-port=${bind.port}`,
      `--rfc2136-zone=${zone}`,
      `--rfc2136-tsig-keyname=${bind.key.name}`,
      `--rfc2136-tsig-secret=${bind.key.secret}`,
      `--rfc2136-tsig-secret-alg=${bind.key.algorithm}`,
      '--rfc2136-tsig-axfr',
      `--policy=${policy}`,
      '--registry=txt',
      `--txt-owner-id=${ownerId}`,
      `--txt-prefix=${TXT_PREFIX}`,
      '--events',
      '--interval=2s',
      // Its default of 5 s would push a synchronisation back beyond the interval.
      '--min-event-sync-interval=1s',
      `--metrics-address=${new URL(metrics).host}`,
      ...args,
    ],
    isReady: async () => hasSynchronised(await (await fetch(metrics)).text()),
  });
  return { zone, ownerId, part, metrics };
}

function hasSynchronised(metrics: string): boolean {
  const value = /^external_dns_controller_last_sync_timestamp_seconds (\S+)$/m.exec(metrics)?.[1];
  return Number(value ?? 0) > 0;
}

async function grant(plane: ControlPlane, rules: readonly object[]): Promise<string> {
  const [namespace, name] = EXTERNAL_DNS_ACCOUNT.split('/');
  const group = 'rbac.authorization.k8s.io';
  await plane.api.ensure(`${RBAC}/clusterroles`, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRole',
    metadata: { name: ROLE },
    rules,
  });
  await plane.api.ensure(`${RBAC}/clusterrolebindings`, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'external-dns-viewer' },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: ROLE },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  return plane.kubeconfigFor(EXTERNAL_DNS_ACCOUNT);
}
