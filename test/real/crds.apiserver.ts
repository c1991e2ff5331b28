/** etcd and a kube-apiserver, and nothing beside: what a suite about the API alone needs. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { binaryPath } from '../rig/binaries/index.ts';
import { freePorts } from '../rig/process/ports.ts';
import type { Workspace } from '../rig/process/workspace.ts';

const TOKEN = 'everything';

/** Starts both in the workspace; returns the path of a kubeconfig of a user who may do everything. */
export async function startApiServer(workspace: Workspace): Promise<string> {
  const dir = workspace.folder('apiserver');
  const [client = 0, peer = 0, port = 0] = await freePorts(3);
  const etcd = `http://127.0.0.1:${client}`;
  await workspace.start({
    name: 'etcd',
    command: await binaryPath('etcd'),
    args: [
      `--data-dir=${workspace.folder('etcd')}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=default=http://127.0.0.1:${peer}`,
      '--unsafe-no-fsync',
    ],
    isReady: async () => (await fetch(`${etcd}/health`)).ok,
  });

  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const key = join(dir, 'service-account.key');
  const tokens = join(dir, 'tokens.csv');
  writeFileSync(key, privateKey, { mode: 0o600 });
  writeFileSync(tokens, `${TOKEN},admin,1,system:masters\n`, { mode: 0o600 });
  await workspace.start({
    name: 'kube-apiserver',
    command: await binaryPath('kube-apiserver'),
    args: [
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${join(dir, 'certificates')}`,
      `--token-auth-file=${tokens}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.0.0.0/24',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
    ],
    isReady: () => answers(port, '/readyz'),
  });

  const kubeconfig = join(dir, 'kubeconfig');
  const cluster = { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'crds', cluster }],
    users: [{ name: 'admin', user: { token: TOKEN } }],
    contexts: [{ name: 'crds', context: { cluster: 'crds', user: 'admin' } }],
    'current-context': 'crds',
  };
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  return kubeconfig;
}

/** The server has made its certificate itself, so there is no authority to check it against. */
function answers(port: number, path: string): Promise<boolean> {
  const options = { host: '127.0.0.1', port, path, rejectUnauthorized: false };
  return new Promise((resolve) => {
    const asked = request({ ...options, headers: { authorization: `Bearer ${TOKEN}` } }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once('error', () => resolve(false));
    asked.end();
  });
}
