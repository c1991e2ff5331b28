/** `tenant-operator approve`: shows what the deletion guard holds back, and approves exactly that, once. */
import { createInterface } from 'node:readline/promises';
import { ANNOTATIONS, KINDS, type TenantRegistry } from '@tenant-operator/api';
import { ApiError, TransportError } from '@tenant-operator/kube';
import { Command, Option } from 'commander';
import { type ClusterFlags, connect, contextFlag, kubeconfigFlag } from '../cluster/connect.ts';
import { CommandFailure } from '../failure.ts';

interface ApproveFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly yes?: boolean;
}

export function approveCommand(): Command {
  return new Command('approve')
    .description('show the deletions that a TenantRegistry holds back, and approve exactly those')
    .argument('<registry>', 'name of the TenantRegistry')
    .addOption(kubeconfigFlag())
    .addOption(contextFlag())
    .addOption(new Option('-n, --namespace <name>', "its namespace; without it the context's"))
    .option('-y, --yes', 'do not ask')
    .action(approve);
}

async function approve(name: string, flags: ApproveFlags): Promise<void> {
  const { client, namespace: own } = connect(flags);
  const namespace = flags.namespace ?? own;
  try {
    const registry = (await client.get(KINDS.TenantRegistry, { namespace, name })) as
      | TenantRegistry
      | undefined;
    if (!registry)
      throw new CommandFailure(`there is no TenantRegistry "${name}" in namespace "${namespace}"`);
    const held = registry.status?.heldDeletions;
    if (!held) {
      process.stdout.write(`TenantRegistry "${name}" holds nothing back\n`);
      return;
    }
    const more = held.count - held.tenants.length;
    process.stdout.write(
      `Held since ${held.since}, ${held.count} ${held.count === 1 ? 'Tenant' : 'Tenants'} with everything that belongs to them:\n` +
        held.tenants.map((tenant) => `  ${tenant}\n`).join('') +
        (more > 0 ? `  and ${more} more\n` : ''),
    );
    if (!flags.yes && !(await isAgreed(held.count)))
      throw new CommandFailure('nothing was approved: repeat it with --yes, or type the number when asked');
    // If the list changes meanwhile, its digest does, and this approves nothing.
    const change = { metadata: { annotations: { [ANNOTATIONS.approveDeletions]: held.digest } } };
    await client.patch(KINDS.TenantRegistry, { namespace, name }, change, {
      contentType: 'merge',
      fieldManager: 'tenant-operator-cli',
    });
    process.stdout.write('approved: they are deleted now\n');
  } catch (error) {
    if (error instanceof ApiError || error instanceof TransportError) throw new CommandFailure(error.message);
    throw error;
  } finally {
    await client.close();
  }
}

async function isAgreed(count: number): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Type ${count} to delete them: `);
  terminal.close();
  return answer.trim() === String(count);
}
