import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { type AdminApi, createAdminApi, createTokenApi } from '../access/api.ts';
import {
  type AuditEvent,
  type AuditFilter,
  type AuditMark,
  type AuditOptions,
  auditPolicy,
  readAuditLog,
} from '../access/audit.ts';
import {
  type CertificateAuthority,
  createCertificateAuthority,
  createSigningKey,
} from '../access/certificates.ts';
import { writeKubeconfig } from '../access/kubeconfig.ts';
import { binaryPath } from '../binaries/index.ts';
import { RigError } from '../errors.ts';
import { freePorts } from '../process/ports.ts';
import { waitFor } from '../process/wait-for.ts';
import type { Workspace } from '../process/workspace.ts';

export interface ControlPlaneOptions {
  /** Default true: garbage collection, namespaces, service accounts, workloads. */
  controllerManager?: boolean;
  /** Default true: pods get nodes. */
  scheduler?: boolean;
  audit?: AuditOptions;
  /** More flags for kube-apiserver; a later flag wins. */
  apiServerArgs?: readonly string[];
}

export interface ControlPlane {
  /** `https://127.0.0.1:port` */
  readonly server: string;
  /** Administrator's kubeconfig (a client certificate in `system:masters`). */
  readonly kubeconfig: string;
  readonly api: AdminApi;
  /** Without TLS and for everybody on this machine. */
  readonly etcdUrl: string;
  readonly certificateAuthority: CertificateAuthority;
  /**
   * Writes a kubeconfig with a token of a ServiceAccount and returns its path. `account` is `namespace/name`;
   * both are made when they are missing.
   */
  kubeconfigFor(account: string): Promise<string>;
  /** The rig's own way to the API server as a ServiceAccount, which is made when it is missing; close it when done. */
  apiFor(account: string): Promise<AdminApi>;
  /** Writes a kubeconfig with a client certificate for a user and its groups. */
  kubeconfigForUser(user: string, groups?: string[]): Promise<string>;
  /** The present end of the audit log. */
  auditMark(): AuditMark;
  auditEvents(filter?: AuditFilter): AuditEvent[];
}

const TOKEN_SECONDS = 7 * 86_400;
/** Both wait much longer than this for open watches when asked politely. */
const STOP_MS = 3_000;
const SERVICE_RANGE = '10.96.0.0/16';

/** Starts etcd and kube-apiserver, then controller-manager and scheduler; ready when workloads can be made. */
export async function startControlPlane(
  workspace: Workspace,
  options: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const { controllerManager = true, scheduler = true } = options;
  const names = [
    'etcd',
    'kube-apiserver',
    ...(controllerManager ? ['kube-controller-manager'] : []),
  ] as const;
  await Promise.all(names.map((name) => binaryPath(name as 'etcd')));
  const [client, peer, apiPort, managerPort, schedulerPort] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const dir = workspace.folder('control-plane');
  const file = (name: string, text: string): string => {
    const path = join(dir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };

  const authority = await createCertificateAuthority('tenant-operator-rig');
  const [serving, admin] = await Promise.all([
    authority.issueServer('kube-apiserver', {
      dns: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
      ip: ['127.0.0.1', '10.96.0.1'],
    }),
    authority.issueClient('rig-admin', ['system:masters']),
  ]);
  const signing = createSigningKey();
  const server = `https://127.0.0.1:${apiPort}`;
  const api = createAdminApi(server, authority.certificate, admin);
  workspace.onClose(() => api.close());
  const auditLog = join(dir, 'audit.log');
  const authorityFile = file('ca.crt', authority.certificate);
  file('serving.crt', serving.certificate);
  file('serving.key', serving.key);
  const signingFile = file('service-account.key', signing.privateKey);

  const etcd = await binaryPath('etcd');
  const etcdUrl = `http://127.0.0.1:${client}`;
  const etcdStarted = workspace.start({
    name: 'etcd',
    command: etcd,
    args: [
      `--data-dir=${workspace.folder('etcd')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      // The data is thrown away; a killed process loses nothing by this, only a machine would.
      '--unsafe-no-fsync',
      `--quota-backend-bytes=${4 * 1024 ** 3}`,
      '--log-level=warn',
    ],
    isReady: async () => (await fetch(`${etcdUrl}/readyz`)).ok,
    stopTimeoutMs: STOP_MS,
  });
  // kube-apiserver waits for its store by itself, so both start at once.
  const apiServerStarted = workspace.start({
    name: 'kube-apiserver',
    command: await binaryPath('kube-apiserver'),
    args: [
      `--etcd-servers=${etcdUrl}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${apiPort}`,
      // The endpoints of the service `kubernetes` cannot be loopback addresses: nobody reconciles them.
      '--endpoint-reconciler-type=none',
      ...servingFlags(dir),
      `--client-ca-file=${authorityFile}`,
      `--service-account-key-file=${file('service-account.pub', signing.publicKey)}`,
      `--service-account-signing-key-file=${signingFile}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-cluster-ip-range=${SERVICE_RANGE}`,
      '--authorization-mode=RBAC',
      '--allow-privileged',
      `--audit-policy-file=${file('audit-policy.yaml', JSON.stringify(auditPolicy(options.audit ?? {})))}`,
      `--audit-log-path=${auditLog}`,
      '--audit-log-maxsize=4096',
      ...(options.apiServerArgs ?? []),
    ],
    isReady: async () => (await api.request('GET', '/readyz')).status === 200,
    stopTimeoutMs: STOP_MS,
  });
  await Promise.all([etcdStarted, apiServerStarted]);

  const kubeconfig = join(dir, 'admin.kubeconfig');
  writeKubeconfig(kubeconfig, { server, certificateAuthority: authority.certificate, user: admin });
  let written = 0;
  const kubeconfigPath = (name: string): string =>
    join(dir, `${++written}-${name.replace(/[^\w.-]/g, '_')}.kubeconfig`);

  const plane: ControlPlane = {
    server,
    kubeconfig,
    api,
    etcdUrl,
    certificateAuthority: authority,
    async kubeconfigFor(account) {
      const { namespace, name } = splitAccount(account);
      const token = await requestToken(api, namespace, name);
      const path = kubeconfigPath(`${namespace}-${name}`);
      writeKubeconfig(path, {
        server,
        certificateAuthority: authority.certificate,
        user: { token },
        namespace,
      });
      return path;
    },
    async apiFor(account) {
      const { namespace, name } = splitAccount(account);
      return createTokenApi(server, authority.certificate, await requestToken(api, namespace, name));
    },
    async kubeconfigForUser(user, groups = []) {
      const path = kubeconfigPath(user);
      const issued = await authority.issueClient(user, groups);
      writeKubeconfig(path, { server, certificateAuthority: authority.certificate, user: issued });
      return path;
    },
    auditMark: () => statSync(auditLog, { throwIfNoEntry: false })?.size ?? 0,
    auditEvents: (filter) => readAuditLog(auditLog, filter),
  };

  const others: Promise<unknown>[] = [];
  if (controllerManager) {
    const config = await plane.kubeconfigForUser('system:kube-controller-manager');
    others.push(
      startControllerManager(workspace, plane, {
        config,
        port: managerPort,
        authorityFile,
        signingFile,
        dir,
      }),
    );
  }
  if (scheduler) {
    const config = await plane.kubeconfigForUser('system:kube-scheduler');
    others.push(startScheduler(workspace, plane, { config, port: schedulerPort, dir }));
  }
  await Promise.all(others);
  return plane;
}

interface Helper {
  config: string;
  port: number;
  dir: string;
}

async function startControllerManager(
  workspace: Workspace,
  { api, certificateAuthority }: ControlPlane,
  { config, port, authorityFile, signingFile, dir }: Helper & { authorityFile: string; signingFile: string },
): Promise<void> {
  await workspace.start({
    name: 'kube-controller-manager',
    command: await binaryPath('kube-controller-manager'),
    args: [
      `--kubeconfig=${config}`,
      `--authentication-kubeconfig=${config}`,
      `--authorization-kubeconfig=${config}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      ...servingFlags(dir),
      '--leader-elect=false',
      '--use-service-account-credentials',
      `--service-account-private-key-file=${signingFile}`,
      `--root-ca-file=${authorityFile}`,
      `--service-cluster-ip-range=${SERVICE_RANGE}`,
      // A test that stops the part that plays the kubelet does not mean to lose its pods as well.
      '--node-monitor-grace-period=10m',
      // Its default of 20 requests a second would be what a deletion of a thousand objects is measured by.
      '--kube-api-qps=300',
      '--kube-api-burst=600',
    ],
    isReady: async () =>
      (await isHealthy(port, certificateAuthority)) &&
      (await api.get('/api/v1/namespaces/default/serviceaccounts/default')) !== undefined,
  });
}

async function startScheduler(
  workspace: Workspace,
  plane: ControlPlane,
  { config, port, dir }: Helper,
): Promise<void> {
  await workspace.start({
    name: 'kube-scheduler',
    command: await binaryPath('kube-scheduler'),
    args: [
      `--kubeconfig=${config}`,
      `--authentication-kubeconfig=${config}`,
      `--authorization-kubeconfig=${config}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      ...servingFlags(dir),
      '--leader-elect=false',
      '--kube-api-qps=300',
      '--kube-api-burst=600',
    ],
    isReady: () => isHealthy(port, plane.certificateAuthority),
  });
}

/** One certificate for 127.0.0.1 serves all three. */
function servingFlags(dir: string): string[] {
  return [
    `--tls-cert-file=${join(dir, 'serving.crt')}`,
    `--tls-private-key-file=${join(dir, 'serving.key')}`,
  ];
}

async function isHealthy(port: number, authority: CertificateAuthority): Promise<boolean> {
  const agent = new Agent({ connect: { ca: authority.certificate } });
  try {
    const answer = await request(`https://127.0.0.1:${port}/healthz`, { dispatcher: agent });
    await answer.body.dump();
    return answer.statusCode === 200;
  } finally {
    await agent.destroy();
  }
}

function splitAccount(account: string): { namespace: string; name: string } {
  const [namespace, name, ...rest] = account.split('/');
  if (!namespace || !name || rest.length > 0) {
    throw new RigError('REQUEST_FAILED', `a ServiceAccount is named namespace/name, not ${account}`);
  }
  return { namespace, name };
}

async function requestToken(api: AdminApi, namespace: string, name: string): Promise<string> {
  await api.ensure('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await api.ensure(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: TOKEN_SECONDS },
  };
  const answer = await waitFor(
    async () => {
      const { status, body: made } = await api.request('POST', `${accounts}/${name}/token`, body);
      return status === 201 ? (made as { status: { token: string } }) : undefined;
    },
    { what: `a token of the ServiceAccount ${namespace}/${name}` },
  );
  return answer.status.token;
}
