import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RigError } from '../errors.ts';
import type { Bind } from '../parts/bind.ts';
import type { ControlPlane } from '../parts/control-plane.ts';
import { TXT_PREFIX } from '../parts/external-dns.ts';
import type { MariaDb } from '../parts/mariadb.ts';
import type { Part } from '../process/part.ts';
import type { Workspace } from '../process/workspace.ts';
import { run } from './run.ts';

/** Who the operator is to the API server: the ServiceAccount of `deploy/rbac`. */
export const OPERATOR_ACCOUNT = 'tenant-operator-system/tenant-operator';

/** The database host of the guide's manifests. */
export const GUIDE_MYSQL_HOST = 'mysql.default.svc.cluster.local:3306';

export interface OperatorOptions {
  /** Name of the part, for replicas; default `operator`. */
  name?: string;
  /** More flags of `tenant-operator run`. */
  args?: readonly string[];
  env?: Record<string, string>;
  /** Flags of Node itself; default is that stack traces show the sources. */
  nodeArgs?: readonly string[];
  /** A kubeconfig of its own, such as one that leads through a proxy. */
  kubeconfig?: string;
  /** Ready is when a log line has this message; default is that it leads. */
  readyMessage?: string;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CLI = join(ROOT, 'packages', 'cli', 'dist', 'tenant-operator.js');
let built: Promise<void> | undefined;

/**
 * Starts the built operator as its own ServiceAccount with the generated rights (`prepareCluster` installs them);
 * the guide's database host leads to the rig's MariaDB. Ready when it leads.
 */
export async function startOperator(
  rig: { workspace: Workspace; database?: MariaDb } & Pick<ControlPlane, 'kubeconfigFor'>,
  options: OperatorOptions = {},
): Promise<Part> {
  built ??= build();
  await built;
  const { name = 'operator', args = [], env = {}, readyMessage = 'ready: this process leads' } = options;
  const { nodeArgs = ['--enable-source-maps'] } = options;
  const kubeconfig = options.kubeconfig ?? (await rig.kubeconfigFor(OPERATOR_ACCOUNT));
  const { host, port } = rig.database?.admin ?? {};
  const resolve = host === undefined ? [] : ['--resolve', `${GUIDE_MYSQL_HOST}=${host}:${port}`];
  return rig.workspace.start({
    name,
    command: process.execPath,
    args: [...nodeArgs, CLI, 'run', '--kubeconfig', kubeconfig, ...resolve, ...args],
    env,
    isReady: async () => hasMessage(rig.workspace.parts.get(name)?.currentLogs() ?? '', readyMessage),
  });
}

/** Flags for a rig with DNS: no delegation leads to its zones, and its ExternalDNS processes have a TXT prefix in common. */
export function dnsFlags({ host, port }: Pick<Bind, 'host' | 'port'>): string[] {
  return [`--dns-nameserver=${host}:${port}`, `--dns-external-dns-txt-prefix=${TXT_PREFIX}`];
}

/** Whether a JSON log line has this message. */
function hasMessage(log: string, message: string): boolean {
  return log.includes(`"msg":${JSON.stringify(message)}`);
}

/** `make` builds before it runs the suites and says so; a suite that is run by hand must not test an old build. */
async function build(): Promise<void> {
  if (process.env.TENANT_OPERATOR_BUILT === undefined) {
    const { code, stdout } = await run('npx', ['tsc', '-b', 'packages/cli'], {
      cwd: ROOT,
      allowFailure: true,
      timeoutMs: 300_000,
    });
    if (code !== 0) process.stderr.write(`rig: tsc -b packages/cli failed:\n${stdout}`);
  }
  if (!existsSync(CLI))
    throw new RigError('BINARY_MISSING', `${CLI} is missing; type: npx tsc -b packages/cli`);
}
