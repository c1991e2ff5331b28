/** `tenant-operator suspend` and `resume`: nothing of a tenant, a template's or a registry's tenants changes meanwhile. */
import { KINDS } from '@tenant-operator/api';
import type { ResourceType } from '@tenant-operator/kube';
import { Argument, Command } from 'commander';
import { addClusterFlags, type NamespacedFlags, withCluster } from '../cluster/session.ts';
import { CommandFailure } from '../failure.ts';

const kinds: Readonly<Record<string, ResourceType>> = {
  tenant: KINDS.Tenant,
  template: KINDS.TenantTemplate,
  registry: KINDS.TenantRegistry,
};

export const suspendCommand = (): Command =>
  command('suspend', 'stop every change to a tenant, or to all tenants of a template or registry', true);
export const resumeCommand = (): Command =>
  command('resume', 'end a suspension: what was missed is made good', false);

function command(name: string, description: string, isSuspended: boolean): Command {
  const bare = new Command(name)
    .description(description)
    .addArgument(new Argument('<kind>', 'what it is').choices(Object.keys(kinds)))
    .argument('<name>', 'its name');
  return addClusterFlags(bare).action((kind: string, object: string, flags: NamespacedFlags) =>
    setSuspended(kind, object, flags, isSuspended),
  );
}

function setSuspended(
  kind: string,
  name: string,
  flags: NamespacedFlags,
  isSuspended: boolean,
): Promise<void> {
  return withCluster(flags, async ({ client, namespace }) => {
    const type = kinds[kind];
    if (!type) throw new CommandFailure(`there is no kind ${kind}`);
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
    const same = isSuspended ? 'is suspended already' : 'is not suspended';
    process.stdout.write(`${type.kind} "${name}" ${was === isSuspended ? same : done}\n`);
  });
}
