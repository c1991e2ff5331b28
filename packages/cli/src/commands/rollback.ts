/** `tenant-operator rollback`: a template gets the content of an older revision; its tenants follow as in any rollout. */
import { KINDS } from '@tenant-operator/api';
import { collectList, type KubeObject, type ResourceType } from '@tenant-operator/kube';
import { Command } from 'commander';
import { addClusterFlags, type NamespacedFlags, type Session, withCluster } from '../cluster/session.ts';
import { CommandFailure } from '../failure.ts';

interface RollbackFlags extends NamespacedFlags {
  readonly toRevision?: string;
}

interface Revision extends KubeObject {
  readonly revision: number;
  readonly data: { readonly spec: Readonly<Record<string, unknown>> };
}

const revisionType: ResourceType = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
};

export function rollbackCommand(): Command {
  const command = new Command('rollback')
    .description(
      'give a TenantTemplate the content of an older revision (without --to-revision: the one before)',
    )
    .argument('<template>', 'name of the TenantTemplate');
  return addClusterFlags(command)
    .option('--to-revision <revision>', 'number or name of the revision')
    .action((name: string, flags: RollbackFlags) =>
      withCluster(flags, async (session) => {
        process.stdout.write(`${await rollBack(session, name, flags.toRevision)}\n`);
      }),
    );
}

async function rollBack(
  { client, namespace }: Session,
  name: string,
  wanted: string | undefined,
): Promise<string> {
  const template = await client.get(KINDS.TenantTemplate, { namespace, name });
  if (!template)
    throw new CommandFailure(`TenantTemplate "${name}" does not exist in namespace "${namespace}"`);
  const { items } = await collectList(client, revisionType, { namespace });
  const history = (items as Revision[])
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === template.metadata.uid))
    .sort((a, b) => a.revision - b.revision);
  const target = chooseRevision(history, template, wanted);
  // How a change reaches the tenants, who writes it and how DNS is checked is no part of a revision.
  const { rollout, suspend, dns, serviceAccountName } = template.spec as Record<string, unknown>;
  const kept = Object.fromEntries(
    Object.entries({ rollout, suspend, dns, serviceAccountName }).filter(([, value]) => value !== undefined),
  );
  await client.replace(KINDS.TenantTemplate, { ...template, spec: { ...target.data.spec, ...kept } });
  return `TenantTemplate "${name}" has the content of revision ${target.revision} (${target.metadata.name}) again`;
}

/** Named by number or name; without a wish the newest that is not the present one. */
function chooseRevision(
  history: readonly Revision[],
  template: KubeObject,
  wanted: string | undefined,
): Revision {
  const current = (template.status as { currentRevision?: string } | undefined)?.currentRevision;
  const target =
    wanted === undefined
      ? history.filter(({ metadata }) => metadata.name !== current).at(-1)
      : history.find(({ metadata, revision }) => metadata.name === wanted || String(revision) === wanted);
  if (target) return target;
  const known =
    history.map(({ metadata, revision }) => `${revision} (${metadata.name})`).join(', ') || 'none';
  const what = wanted === undefined ? 'there is no older revision' : `there is no revision "${wanted}"`;
  throw new CommandFailure(`${what} of TenantTemplate "${template.metadata.name}"; there are: ${known}`);
}
