/**
 * The demo's stage: the sandbox's Kubernetes API, MySQL endpoint, DNS server and neighbours, and the real operator among
 * them. All of it listens on 127.0.0.1 and lives in this process.
 */
import { randomBytes } from 'node:crypto';
import { createOpenAccess } from '@tenant-operator/dashboard';
import { createClient, type KubeClient, loadConfig } from '@tenant-operator/kube';
import {
  createMysqlSource,
  createOperator,
  createPostgresqlSource,
  type SourceOptions,
} from '@tenant-operator/operator';
import type { Sandbox } from '@tenant-operator/sandbox';
import type { DnsServer } from '@tenant-operator/sandbox/dns';
import type { MysqlServer } from '@tenant-operator/sandbox/mysql';
import type { Logger } from 'pino';
import { startDashboard } from '../dashboard.ts';
import { userAgent } from '../version.ts';
import { install } from './install.ts';
import { createRows } from './rows.ts';

export { tellStory } from './story.ts';

/** Who changes rows by hand; the operator has a reader of its own. */
export const person = { user: 'demo', password: 'demo' };
const reader = { username: 'tenant_reader', password: 'tenant-reader-password' };
/** Where the guide's registry looks for its database. */
const guideDatabase = 'mysql.default.svc.cluster.local:3306';

export interface StageOptions {
  readonly ports: {
    readonly kubernetes: number;
    readonly mysql: number;
    readonly dns: number;
    readonly dashboard: number;
  };
  /** Path of the kubeconfig that is written. */
  readonly kubeconfig: string;
  readonly log: Logger;
}

export interface Stage {
  readonly cluster: Sandbox;
  readonly database: MysqlServer;
  readonly dns: DnsServer;
  readonly client: KubeClient;
  /** Address of the web page. */
  readonly url: string;
  /** Ends all parts, the last first. */
  stop(): Promise<void>;
}

export async function startStage({ ports, kubeconfig, log }: StageOptions): Promise<Stage> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    // Only this command needs them.
    const [{ startSandbox }, { startMysql }, { startDns }, { createApi, startNeighbours }] =
      await Promise.all([
        import('@tenant-operator/sandbox'),
        import('@tenant-operator/sandbox/mysql'),
        import('@tenant-operator/sandbox/dns'),
        import('@tenant-operator/sandbox/neighbours'),
      ]);
    const cluster = await startSandbox({ port: ports.kubernetes });
    stops.push(() => cluster.stop());
    const database = await startMysql({
      port: ports.mysql,
      database: 'tenants',
      users: {
        [person.user]: { password: person.password },
        [reader.username]: { password: reader.password, readOnly: true },
      },
    });
    stops.push(() => database.stop());
    const dns = await startDns({ port: ports.dns, zones: ['example.com', 'example.io'], negativeTtl: 1 });
    stops.push(() => dns.stop());
    const neighbours = startNeighbours(createApi(cluster), { zones: dns.zones, certificates: true });
    stops.push(() => neighbours.stop());
    const client = createClient(loadConfig({ kubeconfig: cluster.writeKubeconfig(kubeconfig), env: {} }), {
      userAgent,
    });
    stops.push(async () => client.close());
    await install(client, reader);
    const operator = createOperator({
      client,
      log,
      digestKey: randomBytes(32),
      instance: 'demo',
      connect: connectTo(database),
      dns: {
        nameservers: [`${dns.host}:${dns.port}`],
        externalDNS: { ownerId: 'sandbox', txtPrefix: 'external-dns-' },
      },
    });
    await operator.start();
    stops.push(() => operator.stop());
    operator.lead();
    const page = await startDashboard(
      { host: '127.0.0.1', port: ports.dashboard },
      { operator, access: createOpenAccess(client), log, rows: createRows(database) },
    );
    stops.push(() => page.stop());
    return { cluster, database, dns, client, url: page.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The guide's host name leads to the demo's database, as `run --resolve` would have it. */
function connectTo({ host, port }: MysqlServer): Parameters<typeof createOperator>[0]['connect'] {
  const options: SourceOptions = {
    statementTimeoutMs: 30_000,
    resolve: (wanted, wantedPort) =>
      `${wanted}:${wantedPort}` === guideDatabase ? { host, port } : { host: wanted, port: wantedPort },
  };
  return {
    mysql: (connection) => createMysqlSource(connection, options),
    postgresql: (connection) => createPostgresqlSource(connection, options),
  };
}
