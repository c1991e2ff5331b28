/** `tenant-operator run`: the operator, inside a cluster or outside of it. */
import { hostname } from 'node:os';
import { createTokenAccess, listTenants } from '@tenant-operator/dashboard';
import { type Logger, parseResolves, type ResolveMap, resolveEndpoint } from '@tenant-operator/kube';
import {
  createMetrics,
  createMysqlSource,
  createPostgresqlSource,
  type HealthFacts,
  type Metrics,
  type Operator,
  type OperatorOptions,
  type Scope,
  type SourceOptions,
} from '@tenant-operator/operator';
import type { Webhook, WebhookOptions } from '@tenant-operator/operator/webhook';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type BindAddress, parseBindAddress } from '../bind-address.ts';
import { checkCluster } from '../cluster/check.ts';
import {
  type ClusterFlags,
  type Connection,
  connect,
  contextFlag,
  kubeconfigFlag,
} from '../cluster/connect.ts';
import { loadDigestKey } from '../cluster/digest-key.ts';
import { createOperatorInTerms, leaseLost, type Terms } from '../cluster/terms.ts';
import { logCrashes } from '../crash.ts';
import { startDashboard } from '../dashboard.ts';
import { followCertificate } from '../endpoints/certificate.ts';
import { startEndpoints } from '../endpoints/index.ts';
import { CommandFailure } from '../failure.ts';
import { keepHeapTight } from '../heap.ts';
import { createLog } from '../log.ts';
import { startTracing } from '../tracing/index.ts';
import { version } from '../version.ts';
import { type DnsFlags, dnsOptions, readDnsFlags } from './dns-flags.ts';
import { type EndpointFlags, endpointOptions } from './endpoint-flags.ts';
import { type LeaseFlags, leaseOptions, leaseTimes } from './lease-flags.ts';
import { readScope, type ScopeFlags, scopeOptions } from './scope-flags.ts';

interface RunFlags extends ClusterFlags, DnsFlags, EndpointFlags, LeaseFlags, ScopeFlags {
  readonly namespace?: string;
  readonly operatorNamespace?: string;
  readonly resolve: readonly string[];
  readonly concurrency: number;
  readonly shards: number;
  readonly statementTimeout: number;
  readonly logLevel: string;
  readonly webhook?: boolean;
  readonly webhookBindAddress: BindAddress;
  readonly webhookTlsCertFile?: string;
  readonly webhookTlsKeyFile?: string;
  readonly dashboardBindAddress?: BindAddress;
}

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
      flag('--shards <n>', 'processes that share the tenants, the same number for each of them', 'SHARDS')
        .argParser(positive)
        .default(1),
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
        '--webhook-tls-cert-file <file>',
        'certificate of the webhook, made and renewed by somebody else; the operator makes it when left out',
        'WEBHOOK_TLS_CERT_FILE',
      ),
    )
    .addOption(flag('--webhook-tls-key-file <file>', 'its private key', 'WEBHOOK_TLS_KEY_FILE'))
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
  const more = [...scopeOptions(flag), ...dnsOptions(flag), ...endpointOptions(flag), ...leaseOptions(flag)];
  for (const option of more) command.addOption(option);
  return command;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number above zero is needed');
  return value;
}

async function run(flags: RunFlags): Promise<void> {
  keepHeapTight();
  const dns = readDnsFlags(flags);
  const times = leaseTimes(flags);
  const log = createLog(flags.logLevel);
  logCrashes(log);
  const resolves = readResolves(flags.resolve);
  const stopped = untilSignal();
  const tracing = await startTracing(process.env, log);
  const metrics = createMetrics({ version, tenantSeriesLimit: flags.metricsTenantSeriesLimit });
  const connection = connect(flags, resolves, metrics.answered);
  const { client, clientFor, origin } = connection;
  const state: ProcessState = { stage: 'starting' };
  const endpoints = await startEndpoints(flags, { metrics, clientFor, facts: () => factsOf(state), log });
  await checkCluster(client, origin);
  const operatorNamespace = flags.operatorNamespace ?? connection.namespace;
  const scope = readScope(flags, operatorNamespace);
  const { operator, terms } = createOperatorInTerms(
    { client, log, operatorNamespace, shards: flags.shards, instance: instanceName(), times },
    {
      namespace: flags.namespace,
      digestKey: await loadDigestKey(client, operatorNamespace),
      instance: instanceName(),
      concurrency: flags.concurrency,
      dns,
      scope,
      defaultServiceAccount: flags.defaultServiceAccount,
      observer: metrics.observer,
      connect: sources(flags, resolves),
    },
  );
  state.operator = operator;
  state.terms = terms;
  metrics.measure({ ...operator, isLeading: terms.isLeading });
  let cause: string | undefined = (await Promise.race([operator.start(), stopped])) ?? undefined;
  let served: Served | undefined;
  if (cause === undefined) {
    log.info({ namespace: flags.namespace ?? 'all', cluster: origin }, 'caches are filled');
    served = await startServed(flags, { operator, connection, operatorNamespace, scope, log, metrics });
    state.webhook = served.webhook;
    state.stage = 'running';
    cause = await Promise.race([stopped, terms.begin()]);
  }
  log.info({ cause }, 'stopping');
  state.stage = 'stopping';
  await served?.stop();
  await operator.stop();
  await terms.end();
  await endpoints.stop();
  await client.close();
  await tracing.stop();
  if (cause === leaseLost)
    throw new CommandFailure(
      `${leaseLost}: another process leads or the API server was away; start it again`,
    );
}

/** What the probes are told of. */
interface ProcessState {
  stage: 'starting' | 'running' | 'stopping';
  operator?: Operator;
  terms?: Terms;
  webhook?: Webhook | undefined;
}

function factsOf({ stage, operator, terms, webhook }: ProcessState): HealthFacts {
  return {
    role: stage !== 'running' ? stage : terms?.isWorking() ? 'leading' : 'contending',
    isHeld: terms?.isHeld() ?? false,
    caches: operator?.caches() ?? [],
    webhook: webhook && (webhook.isServing() ? 'serving' : 'starting'),
  };
}

/** The pod's name, which is the host's name in it. */
function instanceName(): string {
  return process.env.POD_NAME ?? hostname();
}

function sources(flags: RunFlags, resolves: ResolveMap): OperatorOptions['connect'] {
  const options: SourceOptions = {
    statementTimeoutMs: flags.statementTimeout * 1_000,
    resolve: (host, port) => {
      const endpoint = resolveEndpoint(resolves, host, port);
      return { host: endpoint.address, port: endpoint.port };
    },
  };
  return {
    mysql: (connection) => createMysqlSource(connection, options),
    postgresql: (connection) => createPostgresqlSource(connection, options),
  };
}

interface Served {
  readonly webhook: Webhook | undefined;
  stop(): Promise<void>;
}

/** What every replica serves, whoever leads. */
async function startServed(
  flags: RunFlags,
  {
    operator,
    connection,
    operatorNamespace,
    scope,
    log,
    metrics,
  }: {
    readonly operator: Operator;
    readonly connection: Connection;
    readonly operatorNamespace: string;
    readonly scope: Scope;
    readonly log: Logger;
    readonly metrics: Metrics;
  },
): Promise<Served> {
  const { client, clientFor } = connection;
  const { objects } = operator;
  const webhook = flags.webhook
    ? await startWebhook(flags, {
        client,
        objects,
        log,
        operatorNamespace,
        scope,
        onReview: metrics.reviewed,
      })
    : undefined;
  const dashboard = flags.dashboardBindAddress
    ? await startDashboard(flags.dashboardBindAddress, {
        operator,
        access: createTokenAccess({ clientFor, permission: listTenants(flags.namespace) }),
        log,
      })
    : undefined;
  return {
    webhook,
    async stop() {
      await dashboard?.stop();
      await webhook?.stop();
    },
  };
}

async function startWebhook(
  { namespace, webhookBindAddress: bind, webhookTlsCertFile, webhookTlsKeyFile }: RunFlags,
  options: Omit<WebhookOptions, 'namespace' | 'bind' | 'certificate'>,
): Promise<Webhook> {
  const certificate = followCertificate('webhook', webhookTlsCertFile, webhookTlsKeyFile, options.log);
  const { createWebhook } = await import('@tenant-operator/operator/webhook');
  const webhook = createWebhook({ ...options, namespace, bind, ...(certificate ? { certificate } : {}) });
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
