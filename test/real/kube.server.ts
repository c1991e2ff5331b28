/** A lone API server on its own etcd, for the suites of the client runtime: they stop, pause and compact it. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClientConfig, createClient } from '@tenant-operator/kube';
import { binaryPath } from '../rig/binaries/index.ts';
import type { Part } from '../rig/process/part.ts';
import { freePorts } from '../rig/process/ports.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { createWorkspace } from '../rig/process/workspace.ts';

export interface KubeServer {
  port: number;
  apiserver: Part;
  etcd: Part;
  /** As an administrator (`admin`), or as a user without any right (`nobody`). */
  config(user?: 'admin' | 'nobody', port?: number): ClientConfig;
  /** Removes all history that etcd still has. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

const TOKENS = { admin: 'token-of-admin', nobody: 'token-of-nobody' };

export async function startKubeServer(): Promise<KubeServer> {
  const workspace = createWorkspace();
  const [etcdPort = 0, peerPort = 0, port = 0] = await freePorts(3);
  const dir = workspace.folder('control-plane');
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  const keys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const tokens = `${TOKENS.admin},admin,1,"system:masters"\n${TOKENS.nobody},nobody,2,""\n`;
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;

  const etcd = await workspace.start({
    name: 'etcd',
    command: await binaryPath('etcd'),
    args: [
      `--data-dir=${join(dir, 'etcd')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      '--unsafe-no-fsync',
    ],
    isReady: async () => (await fetch(`${etcdUrl}/health`)).ok,
  });

  const certs = join(dir, 'certs');
  const config = (user: 'admin' | 'nobody' = 'admin', at = port): ClientConfig => ({
    server: `https://127.0.0.1:${at}`,
    certificateAuthority: readFileSync(join(certs, 'apiserver.crt'), 'utf8'),
    namespace: 'default',
    auth: { token: TOKENS[user] },
    origin: 'test',
  });
  const apiserver = await workspace.start({
    name: 'kube-apiserver',
    command: await binaryPath('kube-apiserver'),
    argv0: 'kube-apiserver',
    args: [
      `--etcd-servers=${etcdUrl}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${certs}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${file('sa.pub', keys.publicKey)}`,
      `--service-account-signing-key-file=${file('sa.key', keys.privateKey)}`,
      `--token-auth-file=${file('tokens.csv', tokens)}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.0.0.0/24',
      '--endpoint-reconciler-type=none',
      '--etcd-compaction-interval=0',
      '--shutdown-delay-duration=0',
    ],
    isReady: async () => {
      const client = createClient(config());
      try {
        const ready = await client.request({ method: 'GET', path: '/readyz' });
        const namespace = {
          group: '',
          version: 'v1',
          kind: 'Namespace',
          plural: 'namespaces',
          namespaced: false,
        };
        return ready.status === 200 && (await client.get(namespace, { name: 'default' })) !== undefined;
      } finally {
        await client.close();
      }
    },
  });

  const etcdCall = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${etcdUrl}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return await response.json();
  };

  return {
    port,
    apiserver,
    etcd,
    config,
    async compact() {
      const range = (await etcdCall('/v3/kv/range', { key: 'AA==' })) as { header: { revision: string } };
      const { revision } = range.header;
      await waitFor(
        async () => {
          await etcdCall('/v3/kv/compaction', { revision, physical: true });
          const old = (await etcdCall('/v3/kv/range', {
            key: 'AA==',
            revision: String(Number(revision) - 1),
          })) as {
            message?: string;
          };
          return old.message?.includes('compacted') === true;
        },
        { what: 'etcd to forget its history' },
      );
    },
    close: () => workspace.close(),
  };
}
