/** The real control plane as a world: etcd, kube-apiserver, MariaDB, and operators that are processes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Part, type Rig, startRig } from '../../rig/index.ts';
import {
  createSql,
  OPERATOR_ACCOUNT,
  prepareCluster,
  prepareCredentials,
  startOperator,
} from '../../rig/support/index.ts';
import { machineTimeline } from '../clock.ts';
import { type ApiProxy, startApiProxy } from '../proxy/api.ts';
import { type DatabaseProxy, startDatabaseProxy } from '../proxy/database.ts';
import type { Random } from '../random.ts';
import { OTHER_NAMESPACE, type Replica, type World, type WorldFault } from './index.ts';

const timeline = machineTimeline();
/** Until a process that ended is started again, in milliseconds. */
const againMs = 500;
const skewedClock = join(import.meta.dirname, 'skewed-clock.mjs');

export async function startRealWorld(random: Random): Promise<World> {
  const rig = await startRig({ externalDns: false, dns: false, kwok: false });
  const sql = createSql(rig.mysql);
  const closing: (() => Promise<void>)[] = [() => sql.close()];
  const stop = async () => {
    await rig.stop();
    for (const close of closing) await close();
  };
  try {
    await prepareCluster(rig);
    await prepareCredentials(rig, rig.database);
    await prepareRights(rig);
    const kubeconfig = await rig.kubeconfigFor(OPERATOR_ACCOUNT);
    const replicas: Replica[] = [];
    for (const name of ['a', 'b']) {
      const api = await startApiProxy(targetOf(kubeconfig), random, timeline);
      const database = await startDatabaseProxy(rig.mysql, timeline);
      closing.push(api.close, database.close);
      replicas.push(createProcessReplica(rig, name, kubeconfig, api, database));
    }
    return {
      name: 'real',
      timeline,
      api: rig.api,
      sql,
      replicas,
      faults: faultsOf(rig, sql.execute),
      logs: () => ['a', 'b'].map((name) => `${name}:\n${logsOf(rig, name)}`).join('\n'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function logsOf(rig: Rig, name: string): string {
  return rig.workspace.parts.has(name) ? rig.logs(name, 30) : 'was never started';
}

/** What the items of the campaigns need beyond the generated rights. */
async function prepareRights(rig: Rig): Promise<void> {
  const [namespace, account] = OPERATOR_ACCOUNT.split('/');
  const group = 'rbac.authorization.k8s.io';
  const metadata = { name: 'tenant-operator-clusterroles' };
  const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
  // Nobody may hand on rights that he has not.
  const rules = [{ apiGroups: [group], resources: ['clusterroles'], verbs: [...verbs, 'escalate'] }];
  await rig.api.ensure(`/apis/${group}/v1/clusterroles`, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRole',
    metadata,
    rules,
  });
  await rig.api.ensure(`/apis/${group}/v1/clusterrolebindings`, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });
  await rig.api.ensure('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: OTHER_NAMESPACE },
  });
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[];
}

function targetOf(file: string): { server: string; authority: string } {
  const [entry] = (JSON.parse(readFileSync(file, 'utf8')) as Kubeconfig).clusters;
  const { server = '', 'certificate-authority-data': authority = '' } = entry?.cluster ?? {};
  return { server, authority: Buffer.from(authority, 'base64').toString() };
}

/** The same kubeconfig by way of a proxy. */
function redirect(rig: Rig, name: string, kubeconfig: string, server: string): string {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  for (const entry of config.clusters) entry.cluster = { server };
  const file = join(rig.workspace.dir, `${name}.kubeconfig`);
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

function createProcessReplica(
  rig: Rig,
  name: string,
  kubeconfig: string,
  api: ApiProxy,
  database: DatabaseProxy,
): Replica {
  const file = redirect(rig, name, kubeconfig, api.url);
  const skewFile = join(rig.workspace.dir, `${name}.skew`);
  let skew = 0;
  writeFileSync(skewFile, String(skew));
  let isWanted = false;
  let keeping: Promise<void> | undefined;
  const part = (): Part | undefined => rig.workspace.parts.get(name);

  /** As a kubelet would: starts it again whenever it ends. */
  async function keep(): Promise<void> {
    while (isWanted) {
      if (part()?.state !== 'running') await launch().catch(() => undefined);
      await timeline.sleep(againMs);
    }
  }

  async function launch(): Promise<void> {
    const known = part();
    if (known) return known.start();
    const { host, port } = database;
    const reached = {
      workspace: rig.workspace,
      kubeconfigFor: rig.kubeconfigFor,
      database: { ...rig.database, admin: { ...rig.mysql, host, port } },
    };
    await startOperator(reached, {
      name,
      kubeconfig: file,
      readyMessage: 'caches are filled',
      nodeArgs: ['--enable-source-maps', '--import', skewedClock],
      env: { CLOCK_SKEW_FILE: skewFile },
    });
  }

  async function end(how: (running: Part) => Promise<void>): Promise<void> {
    isWanted = false;
    const running = part();
    if (running) await how(running);
    await keeping;
  }

  return {
    name,
    start() {
      if (!isWanted) {
        isWanted = true;
        const before = keeping;
        keeping = (before ?? Promise.resolve()).then(keep);
      }
      return Promise.resolve();
    },
    get isRunning() {
      return part()?.state === 'running';
    },
    async kill() {
      api.kill();
      database.kill();
      await end((running) => running.kill());
    },
    stop: () => end((running) => running.stop()),
    breakApi: (fault) => api.begin(fault),
    cutApi: () => api.cut(),
    breakDatabase: (fault) => database.begin(fault),
    cutDatabase: () => database.cut(),
    heal() {
      api.heal();
      database.heal();
    },
    jumpClock(ms) {
      skew += ms;
      writeFileSync(skewFile, String(skew));
      const running = part();
      if (running?.state === 'running' && running.pid !== undefined) process.kill(running.pid, 'SIGUSR2');
    },
  };
}

function faultsOf(rig: Rig, execute: (statement: string) => Promise<number>): WorldFault[] {
  const paused = (name: string): WorldFault => ({
    name: `${name} is paused`,
    begin: async () => {
      if (rig.workspace.parts.get(name)?.state === 'running') rig.pause(name);
    },
    end: async () => {
      if (rig.workspace.parts.get(name)?.state === 'paused') rig.resume(name);
    },
  });
  const killed = (name: string): WorldFault => ({
    name: `${name} is killed`,
    begin: () => rig.kill(name),
    end: () => rig.part(name).start(),
  });
  return [
    paused('etcd'),
    paused('a'),
    paused('b'),
    paused('mariadb'),
    killed('kube-apiserver'),
    killed('mariadb'),
    {
      name: 'the database is read-only',
      begin: async () => void (await execute('SET GLOBAL read_only = 1').catch(() => 0)),
      end: async () => void (await execute('SET GLOBAL read_only = 0').catch(() => 0)),
    },
  ];
}
