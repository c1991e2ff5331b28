/** `tenant-operator explain`: why a tenant is as it is, from its row to its answer over HTTPS. */
import { KINDS, type Tenant } from '@tenant-operator/api';
import { collectList, type KubeClient } from '@tenant-operator/kube';
import { readInherited } from '@tenant-operator/operator/plan';
import { Command } from 'commander';
import { addClusterFlags, type NamespacedFlags, withCluster } from '../cluster/session.ts';
import {
  describeExplanation,
  describeRow,
  findCauses,
  findRowCauses,
  gatherExplanation,
  gatherRow,
} from '../explanation/index.ts';
import { CommandFailure } from '../failure.ts';
import { type OutputFormat, outputFlag, printOutput } from '../output/index.ts';

interface ExplainFlags extends NamespacedFlags {
  readonly output: OutputFormat;
}

export function explainCommand(): Command {
  const command = new Command('explain')
    .description(
      'why a tenant is as it is: row, values, objects, DNS, certificate, answer, and the cause of every wait',
    )
    .argument('<tenant>', 'name of the Tenant, or the uid of its row');
  return addClusterFlags(command).addOption(outputFlag()).action(explain);
}

function explain(name: string, { output, ...flags }: ExplainFlags): Promise<void> {
  return withCluster(flags, async ({ client, namespace }) => {
    const tenants = await findTenants(client, namespace, name);
    if (tenants.length === 0) {
      const facts = await gatherRow(client, namespace, name);
      printOutput(output, [{ uid: name, causes: findRowCauses(facts) }], () => describeRow(facts));
      throw new CommandFailure(`there is no Tenant "${name}" in namespace "${namespace}"`);
    }
    const all = await Promise.all(tenants.map((tenant) => gatherExplanation(client, tenant, Date.now())));
    const value = all.map((facts) => {
      const { key, uid, registry, template, phase } = facts.view.row;
      return { tenant: key, uid, registry, template, phase, causes: findCauses(facts), view: facts.view };
    });
    printOutput(output, value, () => all.map(describeExplanation).join('\n---\n\n'));
  });
}

/** By its name; else all that come from the row of this uid. */
async function findTenants(client: KubeClient, namespace: string, name: string): Promise<Tenant[]> {
  const named = (await client.get(KINDS.Tenant, { namespace, name })) as Tenant | undefined;
  if (named) return [readInherited(named)];
  const { items } = await collectList(client, KINDS.Tenant, { namespace });
  return (items as unknown as Tenant[]).filter(({ spec }) => spec.uid === name).map(readInherited);
}
