/** `tenant-operator approve`: shows what the deletion guard holds back, and approves exactly that, once. */
import { createInterface } from 'node:readline/promises';
import { ANNOTATIONS, type HeldDeletions, KINDS, type TenantRegistry } from '@tenant-operator/api';
import { Command } from 'commander';
import { addClusterFlags, type NamespacedFlags, withCluster } from '../cluster/session.ts';
import { CommandFailure } from '../failure.ts';
import { countOf, type OutputFormat, outputFlag, printOutput } from '../output/index.ts';

interface ApproveFlags extends NamespacedFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly output: OutputFormat;
}

export function approveCommand(): Command {
  const command = new Command('approve')
    .description('show the deletions that a TenantRegistry holds back, and approve exactly those')
    .argument('<registry>', 'name of the TenantRegistry');
  return addClusterFlags(command)
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show them and approve nothing')
    .addOption(outputFlag())
    .action(approve);
}

function approve(name: string, flags: ApproveFlags): Promise<void> {
  return withCluster(flags, async ({ client, namespace }) => {
    const registry = (await client.get(KINDS.TenantRegistry, { namespace, name })) as
      | TenantRegistry
      | undefined;
    if (!registry)
      throw new CommandFailure(`there is no TenantRegistry "${name}" in namespace "${namespace}"`);
    const held = registry.status?.heldDeletions;
    printOutput(flags.output, held ?? null, () =>
      held ? describe(held) : `TenantRegistry "${name}" holds nothing back`,
    );
    if (!held || flags.dryRun) return;
    if (!flags.yes && !(await isAgreed(held.count)))
      throw new CommandFailure('nothing was approved: repeat it with --yes, or type the number when asked');
    // If the list changes meanwhile, its digest does, and this approves nothing.
    const change = { metadata: { annotations: { [ANNOTATIONS.approveDeletions]: held.digest } } };
    await client.patch(KINDS.TenantRegistry, { namespace, name }, change, {
      contentType: 'merge',
      fieldManager: 'tenant-operator-cli',
    });
    if (flags.output === 'table') process.stdout.write('approved: they are deleted now\n');
  });
}

function describe({ since, count, tenants }: HeldDeletions): string {
  const more = count - tenants.length;
  const names = tenants.map((tenant) => `  ${tenant}\n`).join('');
  const title = `Held since ${since}, ${countOf(count, 'Tenant')} with everything that belongs to ${count === 1 ? 'it' : 'them'}:`;
  return `${title}\n${names}${more > 0 ? `  and ${more} more\n` : ''}`;
}

async function isAgreed(count: number): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Type ${count} to delete them: `);
  terminal.close();
  return answer.trim() === String(count);
}
