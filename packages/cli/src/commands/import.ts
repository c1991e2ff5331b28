/** `tenant-operator import`: objects that Helm or people made become those of a Tenant, after their differences were shown. */
import { createInterface } from 'node:readline/promises';
import { KINDS, type Tenant } from '@tenant-operator/api';
import type { KubeClient } from '@tenant-operator/kube';
import { readInherited } from '@tenant-operator/operator/plan';
import { Command, Option } from 'commander';
import {
  type Candidate,
  describeAdoption,
  gatherCandidates,
  isAdopted,
  markCandidate,
  releasesOf,
} from '../adoption/index.ts';
import { addClusterFlags, type NamespacedFlags, withCluster } from '../cluster/session.ts';
import { CommandFailure } from '../failure.ts';
import { countOf, type OutputFormat, outputFlag, printOutput, stderrProgress } from '../output/index.ts';

interface ImportFlags extends NamespacedFlags {
  readonly item: readonly string[];
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly output: OutputFormat;
}

/** The operator looks at a marked object at once; so long is it waited for, in milliseconds. */
const waitMs = 20_000;

export function importCommand(): Command {
  const command = new Command('import')
    .description('let Tenants take over objects that Helm or people made, after showing what that changes')
    .argument('<tenants...>', 'names of Tenants; an object is found by the name that the template gives');
  return addClusterFlags(command)
    .addOption(
      new Option('--item <id>', 'only this item (repeatable)')
        .argParser((text: string, before: readonly string[]) => [...before, text])
        .default([], 'all'),
    )
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show what would change and take nothing')
    .addOption(outputFlag())
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 something cannot be taken over, 2 (--dry-run) something can.',
    )
    .action(importObjects);
}

interface Found {
  readonly tenant: Tenant;
  readonly candidates: readonly Candidate[];
}

function importObjects(names: readonly string[], flags: ImportFlags): Promise<void> {
  return withCluster(flags, async ({ client, namespace }) => {
    const found = await findAll(client, namespace, names, flags.item);
    const value = found.map(({ tenant, candidates }) => ({
      tenant: tenant.metadata.name,
      objects: candidates,
    }));
    printOutput(flags.output, value, () =>
      found
        .map(({ tenant, candidates }) => describeAdoption(`${namespace}/${tenant.metadata.name}`, candidates))
        .join(''),
    );
    const all = found.flatMap(({ candidates }) => candidates);
    const takable = all.filter(({ state }) => state === 'adopt');
    const blocked = all.filter(({ state }) => state === 'blocked');
    if (flags.dryRun) {
      if (takable.length > 0) process.exitCode = 2;
    } else if (takable.length > 0) {
      if (!flags.yes && !(await isAgreed(takable.length)))
        throw new CommandFailure(
          'nothing was taken over: repeat it with --yes, or type the number when asked',
        );
      await takeAll(client, found, flags.output);
    } else if (flags.output === 'table') process.stdout.write('there is nothing to take over\n');
    if (blocked.length > 0)
      throw new CommandFailure(
        `${countOf(blocked.length, 'object')} cannot be taken over: ${blocked[0]?.kind} "${blocked[0]?.name}": ${blocked[0]?.message}`,
      );
  });
}

async function findAll(
  client: KubeClient,
  namespace: string,
  names: readonly string[],
  items: readonly string[],
): Promise<Found[]> {
  const progress = stderrProgress();
  const found: Found[] = [];
  for (const name of names) {
    progress.update('comparing objects', found.length, names.length);
    const stored = (await client.get(KINDS.Tenant, { namespace, name })) as Tenant | undefined;
    if (!stored) throw new CommandFailure(`there is no Tenant "${name}" in namespace "${namespace}"`);
    const tenant = readInherited(stored);
    if (tenant.metadata.deletionTimestamp !== undefined)
      throw new CommandFailure(`Tenant "${name}" is being deleted`);
    const candidates = await gatherCandidates(client, tenant);
    const unknown = items.find((id) => !candidates.some((candidate) => candidate.id === id));
    if (unknown !== undefined)
      throw new CommandFailure(
        `Tenant "${name}" has no item "${unknown}"; it has ${candidates.map(({ id }) => id).join(', ')}`,
      );
    found.push({
      tenant,
      candidates: candidates.filter(({ id }) => items.length === 0 || items.includes(id)),
    });
  }
  progress.end();
  return found;
}

async function takeAll(client: KubeClient, found: readonly Found[], output: OutputFormat): Promise<void> {
  const say = (line: string): void => {
    if (output === 'table') process.stdout.write(`${line}\n`);
  };
  for (const { tenant, candidates } of found) {
    const taken = candidates.filter(({ state }) => state === 'adopt');
    for (const candidate of taken) await markCandidate(client, tenant, candidate);
    const isDone = taken.length === 0 || (await isTaken(client, tenant, taken));
    if (taken.length > 0)
      say(
        isDone
          ? `Tenant "${tenant.metadata.name}" has taken over ${countOf(taken.length, 'object')}`
          : `${countOf(taken.length, 'object is', 'objects are')} marked as those of Tenant "${tenant.metadata.name}"; the operator takes them when it looks: see tenant-operator explain ${tenant.metadata.name}`,
      );
  }
  for (const { name, namespace } of releasesOf(found.flatMap(({ candidates }) => candidates))) {
    say(
      `Helm still lists them in its release ${namespace}/${name}, and helm uninstall would delete them. Once all of the release is taken over, let Helm forget it:\n  kubectl delete secret -n ${namespace} -l owner=helm,name=${name}`,
    );
  }
}

async function isTaken(client: KubeClient, tenant: Tenant, taken: readonly Candidate[]): Promise<boolean> {
  const progress = stderrProgress();
  const end = performance.now() + waitMs;
  try {
    while (performance.now() < end) {
      if (await isAdopted(client, tenant, taken)) return true;
      progress.update(`waiting for the operator to take ${countOf(taken.length, 'object')}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return false;
  } finally {
    progress.end();
  }
}

async function isAgreed(count: number): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Type ${count} to take over ${countOf(count, 'object')}: `);
  terminal.close();
  return answer.trim() === String(count);
}
