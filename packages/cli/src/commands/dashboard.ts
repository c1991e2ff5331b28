/** `tenant-operator dashboard`: the web page for the person at this machine, with the rights of their kubeconfig. */
import { randomBytes } from 'node:crypto';
import { createOpenAccess } from '@tenant-operator/dashboard';
import { createOperator } from '@tenant-operator/operator';
import { Command, Option } from 'commander';
import { pino } from 'pino';
import { type BindAddress, parseBindAddress } from '../bind-address.ts';
import { checkCluster } from '../cluster/check.ts';
import { type ClusterFlags, connect, contextFlag, kubeconfigFlag } from '../cluster/connect.ts';
import { startDashboard } from '../dashboard.ts';
import { CommandFailure } from '../failure.ts';

interface DashboardFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly bindAddress: BindAddress;
}

export function dashboardCommand(): Command {
  return new Command('dashboard')
    .description('serve the web page on this machine, with the rights of your kubeconfig')
    .addOption(kubeconfigFlag())
    .addOption(contextFlag())
    .option('--namespace <name>', 'look at this namespace only')
    .addOption(
      new Option('--bind-address <host:port>', 'where to listen, on this machine; port 0 takes a free one')
        .argParser(parseBindAddress)
        .default(parseBindAddress('127.0.0.1:0'), '127.0.0.1:0'),
    )
    .action(dashboard);
}

async function dashboard({ bindAddress, ...flags }: DashboardFlags): Promise<void> {
  const { client, origin } = connect(flags);
  await checkCluster(client, origin);
  const log = pino({ level: 'error', base: null }, pino.destination(2));
  // Only its caches are filled: it never leads, so that it writes nothing and reads no table.
  const operator = createOperator({
    client,
    log,
    namespace: flags.namespace,
    digestKey: randomBytes(32),
    instance: 'dashboard',
    connect: { mysql: neverConnect, postgresql: neverConnect },
  });
  const stopped = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  await operator.start();
  const page = await startDashboard(bindAddress, { operator, access: createOpenAccess(client), log });
  process.stdout.write(`${page.url}\nready, Ctrl-C ends it\n`);
  await stopped;
  await page.stop();
  await operator.stop();
  await client.close();
}

function neverConnect(): never {
  throw new CommandFailure('the web page does not read tables');
}
