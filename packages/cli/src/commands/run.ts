/** `tenant-operator run`: the operator, inside a cluster or outside of it. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createTokenAccess } from '@tenant-operator/dashboard';
import { createLease, type Lease, parseResolves, resolveEndpoint } from '@tenant-operator/kube';
import {
  createMysqlSource,
  createOperator,
  createPostgresqlSource,
  createWebhook,
  type SourceOptions,
  type Webhook,
  type WebhookOptions,
} from '@tenant-operator/operator';
import { Command, InvalidArgumentError, Option } from 'commander';
import { pino } from 'pino';
import { type BindAddress, parseBindAddress } from '../bind-address.ts';
import { checkCluster } from '../cluster/check.ts';
import { type ClusterFlags, connect, contextFlag, kubeconfigFlag } from '../cluster/connect.ts';
import { loadDigestKey } from '../cluster/digest-key.ts';
import { fenceWrites } from '../cluster/fence.ts';
import { startDashboard } from '../dashboard.ts';
import { CommandFailure } from '../failure.ts';
import { type DnsFlags, dnsOptions, readDnsFlags } from './dns-flags.ts';

interface RunFlags extends ClusterFlags, DnsFlags {
  readonly namespace?: string;
  readonly operatorNamespace?: string;
  readonly resolve: readonly string[];
  readonly concurrency: number;
  readonly statementTimeout: number;
  readonly logLevel: string;
  readonly webhook?: boolean;
  readonly webhookBindAddress: BindAddress;
  readonly dashboardBindAddress?: BindAddress;
}

const leaseLost = 'the lease is lost';

const envPrefix = 'TENANT_OPERATOR_';

export function runCommand(): Command {
  const flag = (flags: string, description: string, env: string) =>
    new Option(flags, description).env(`${envPrefix}${env}`);
  const command = new Command('run')
    .description('run the operator')
    .addOption(kubeconfigFlag())
    .addOption(contextFlag())
    .addOption(flag('--namespace <name>', 'look at this namespace only', 'NAMESPACE'))
    .addOption(
      flag('--operator-namespace <name>', "namespace of the operator's own objects", 'OPERATOR_NAMESPACE'),
    )
    .addOption(
      flag('--resolve <host:port=addr:port>', 'reach a host at another address (repeatable)', 'RESOLVE')
        .argParser((text: string, before: readonly string[]) => [...before, ...text.split(',')])
        .default([], 'none'),
    )
    .addOption(
      flag('--concurrency <n>', 'tenants worked on at once', 'CONCURRENCY').argParser(positive).default(8),
    )
    .addOption(
      flag('--statement-timeout <seconds>', 'longest time of one SELECT', 'STATEMENT_TIMEOUT')
        .argParser(positive)
        .default(30),
    )
    .addOption(flag('--webhook', 'serve the admission webhook (deploy/webhook)', 'WEBHOOK'))
    .addOption(
      flag('--webhook-bind-address <host:port>', 'where the webhook listens', 'WEBHOOK_BIND_ADDRESS')
        .argParser(parseBindAddress)
        .default(parseBindAddress('127.0.0.1:9443'), '127.0.0.1:9443'),
    )
    .addOption(
      flag(
        '--dashboard-bind-address <host:port>',
        'where the web page is served, to who brings a token of the cluster; nowhere when left out',
        'DASHBOARD_BIND_ADDRESS',
      ).argParser(parseBindAddress),
    )
    .addOption(
      flag('--log-level <level>', 'how much is logged', 'LOG_LEVEL')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .action(run);
  for (const option of dnsOptions(flag)) command.addOption(option);
  return command;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number above zero is needed');
  return value;
}

async function run(flags: RunFlags): Promise<void> {
  const dns = readDnsFlags(flags);
  const log = pino({ level: flags.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const resolves = readResolves(flags.resolve);
  const { client, clientFor, namespace: ownNamespace, origin } = connect(flags, resolves);
  await checkCluster(client, origin);
  const operatorNamespace = flags.operatorNamespace ?? ownNamespace;
  const sourceOptions: SourceOptions = {
    statementTimeoutMs: flags.statementTimeout * 1_000,
    resolve: (host, port) => {
      const endpoint = resolveEndpoint(resolves, host, port);
      return { host: endpoint.address, port: endpoint.port };
    },
  };
  const identity = `${process.env.POD_NAME ?? hostname()}_${randomUUID().slice(0, 8)}`;
  let lease: Lease | undefined;
  const operator = createOperator({
    client: fenceWrites(client, () => lease?.isHeld() ?? false),
    log,
    namespace: flags.namespace,
    digestKey: await loadDigestKey(client, operatorNamespace),
    instance: process.env.POD_NAME ?? hostname(),
    concurrency: flags.concurrency,
    dns,
    connect: {
      mysql: (connection) => createMysqlSource(connection, sourceOptions),
      postgresql: (connection) => createPostgresqlSource(connection, sourceOptions),
    },
  });
  const stopped = untilSignal();
  await operator.start();
  log.info({ namespace: flags.namespace ?? 'all', cluster: origin }, 'caches are filled');
  const webhook = flags.webhook
    ? await startWebhook(flags, { client, objects: operator.objects, log, operatorNamespace })
    : undefined;
  const dashboard = flags.dashboardBindAddress
    ? await startDashboard(flags.dashboardBindAddress, {
        operator,
        access: createTokenAccess({ clientFor, namespace: flags.namespace }),
        log,
      })
    : undefined;
  const lost = new Promise<string>((resolve) => {
    lease = createLease({
      client,
      namespace: operatorNamespace,
      name: 'tenant-operator',
      identity,
      log,
      onStarted() {
        operator.lead();
        log.info({ identity }, 'ready: this process leads');
      },
      onStopped: () => resolve(leaseLost),
    });
    lease.start();
  });
  const cause = await Promise.race([stopped, lost]);
  log.info({ cause }, 'stopping');
  await dashboard?.stop();
  await webhook?.stop();
  await operator.stop();
  await lease?.stop();
  await client.close();
  if (cause === leaseLost)
    throw new CommandFailure(
      `${leaseLost}: another process leads or the API server was away; start it again`,
    );
}

async function startWebhook(
  { namespace, webhookBindAddress: bind }: RunFlags,
  options: Pick<WebhookOptions, 'client' | 'objects' | 'log' | 'operatorNamespace'>,
): Promise<Webhook> {
  const webhook = createWebhook({ ...options, namespace, bind });
  try {
    await webhook.start();
    return webhook;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      `the webhook cannot listen: ${cause}; choose another address with --webhook-bind-address`,
    );
  }
}

function readResolves(texts: readonly string[]) {
  try {
    return parseResolves(texts);
  } catch (error) {
    throw new CommandFailure(error instanceof Error ? error.message : String(error));
  }
}

/** The first SIGINT or SIGTERM; a second one ends the process at once. */
function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve(signal);
      });
    }
  });
}
