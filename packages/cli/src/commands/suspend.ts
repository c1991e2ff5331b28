/** `tenant-operator suspend` and `resume`: nothing of a tenant, a template's or a registry's tenants changes meanwhile. */
import { KINDS } from '@tenant-operator/api';
import { ApiError, type ResourceType, TransportError } from '@tenant-operator/kube';
import { Argument, Command, Option } from 'commander';
import { type ClusterFlags, connect, contextFlag, kubeconfigFlag } from '../cluster/connect.ts';
import { CommandFailure } from '../failure.ts';

const kinds: Readonly<Record<string, ResourceType>> = {
  tenant: KINDS.Tenant,
  template: KINDS.TenantTemplate,
  registry: KINDS.TenantRegistry,
};

interface SuspendFlags extends ClusterFlags {
  readonly namespace?: string;
}

export const suspendCommand = (): Command =>
  command('suspend', 'stop every change to a tenant, or to all tenants of a template or registry', true);
export const resumeCommand = (): Command =>
  command('resume', 'end a suspension: what was missed is made good', false);

function command(name: string, description: string, isSuspended: boolean): Command {
  return new Command(name)
    .description(description)
    .addArgument(new Argument('<kind>', 'what it is').choices(Object.keys(kinds)))
    .argument('<name>', 'its name')
    .addOption(kubeconfigFlag())
    .addOption(contextFlag())
    .addOption(new Option('-n, --namespace <name>', "its namespace; without it the context's"))
    .action((kind: string, object: string, flags: SuspendFlags) =>
      setSuspended(kind, object, flags, isSuspended),
    );
}

async function setSuspended(
  kind: string,
  name: string,
  flags: SuspendFlags,
  isSuspended: boolean,
): Promise<void> {
  const type = kinds[kind];
  if (!type) throw new CommandFailure(`there is no kind ${kind}`);
  const { client, namespace: own } = connect(flags);
  const namespace = flags.namespace ?? own;
  try {
    const before = await client.get(type, { namespace, name });
    if (!before) throw new CommandFailure(`there is no ${type.kind} "${name}" in namespace "${namespace}"`);
    const was = (before.spec as { suspend?: boolean } | undefined)?.suspend === true;
    if (was !== isSuspended)
      await client.patch(
        type,
        { namespace, name },
        { spec: { suspend: isSuspended } },
        { contentType: 'merge', fieldManager: 'tenant-operator-cli' },
      );
    const done = isSuspended ? 'suspended' : 'resumed';
    process.stdout.write(
      `${type.kind} "${name}" ${was === isSuspended ? `is ${isSuspended ? 'suspended' : 'not suspended'} already` : done}\n`,
    );
  } catch (error) {
    if (error instanceof ApiError || error instanceof TransportError) throw new CommandFailure(error.message);
    throw error;
  } finally {
    await client.close();
  }
}
