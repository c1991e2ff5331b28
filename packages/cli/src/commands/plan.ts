/** `tenant-operator plan`: what a change of a row, a template or the operator itself would do, told before it is done. */
import { API_VERSION, type TenantRegistry } from '@tenant-operator/api';
import { type KubeClient, parseResolves, resolveEndpoint } from '@tenant-operator/kube';
import {
  connectionOf,
  createMysqlSource,
  createPostgresqlSource,
  type SourceOptions,
  type SourceRow,
} from '@tenant-operator/operator';
import { mappedColumns } from '@tenant-operator/operator/plan';
import { Command, Option } from 'commander';
import { parseRowChange } from '../changes/base-rows.ts';
import { type DraftRequest, describeChanges, draftChanges, hasChanges } from '../changes/index.ts';
import { checkCluster } from '../cluster/check.ts';
import { addClusterFlags, type NamespacedFlags, withCluster } from '../cluster/session.ts';
import { CommandFailure } from '../failure.ts';
import { type Manifest, parseManifests, readFiles } from '../manifests/index.ts';
import { type OutputFormat, outputFlag, printOutput, stderrProgress } from '../output/index.ts';
import { mappingsOf, readRowsFile } from '../rows/index.ts';
import { readRules, rulesOptions } from './rules-flags.ts';

interface PlanFlags extends NamespacedFlags {
  readonly rows?: string;
  readonly readTable?: boolean;
  readonly row: readonly string[];
  readonly resolve: readonly string[];
  readonly registry?: string;
  readonly template?: string;
  readonly tenant: readonly string[];
  readonly all?: boolean;
  readonly output: OutputFormat;
}

const collect = (text: string, before: readonly string[]) => [...before, text];

export function planCommand(): Command {
  const command = new Command('plan')
    .description(
      'what a change would do: of rows, of the registries and templates in files, or (with neither) of this release',
    )
    .argument(
      '[files...]',
      'YAML or JSON files with TenantRegistries and TenantTemplates, folders, or - for stdin',
    );
  addClusterFlags(command)
    .addOption(
      new Option(
        '--row <column=value,...>',
        'a row as it would be, such as id=acme,active=0; other columns stay (repeatable)',
      )
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--rows <file>', 'the whole table as it would be: CSV, TSV or JSON, or - for stdin')
    .option('--read-table', "read the table itself, with the registry's own credentials")
    .addOption(
      new Option('--resolve <host:port=addr:port>', 'reach the database at another address (repeatable)')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--registry <name>', 'only this TenantRegistry')
    .option('--template <name>', 'only Tenants of this TenantTemplate')
    .addOption(
      new Option('--tenant <name>', 'only this Tenant (repeatable)').argParser(collect).default([], 'all'),
    )
    .option('--all', 'tell every Tenant in full, also those that change in the same way')
    .addOption(outputFlag())
    .addHelpText('after', '\nExit codes: 0 nothing would change, 2 something would, 1 it cannot be told.')
    .action(plan);
  for (const option of rulesOptions()) command.addOption(option);
  return command;
}

function plan(names: readonly string[], flags: PlanFlags, command: Command): Promise<void> {
  if (flags.rows !== undefined && flags.readTable)
    throw new CommandFailure('the table comes from --rows or from --read-table, not from both');
  const files = readInputs(names);
  const rowChanges = flags.row.map(parseRowChange);
  return withCluster(flags, async ({ client, namespace, origin }) => {
    await checkCluster(client, origin);
    const readTable = tableReader(client, flags);
    const found: string[] = [];
    const rules = await readRules(client, command, (text) => found.push(text));
    const drafted = await draftChanges({
      client,
      namespace,
      files,
      ...(readTable ? { readTable } : {}),
      rowChanges,
      registry: flags.registry,
      template: flags.template,
      tenants: flags.tenant,
      rules,
      progress: stderrProgress(),
      now: Date.now(),
    });
    const changes = { ...drafted, notes: [...drafted.notes, ...found] };
    printOutput(flags.output, changes, () => describeChanges(changes, flags.all));
    if (hasChanges(changes)) process.exitCode = 2;
  });
}

function readInputs(names: readonly string[]): readonly Manifest[] {
  if (names.length === 0) return [];
  const { manifests, problems } = parseManifests(readFiles(names));
  const [problem] = problems;
  if (problem) throw new CommandFailure(`${problem.place}: ${problem.message}`);
  const ours = manifests.filter(
    ({ object }) => object.apiVersion === API_VERSION && object.kind !== 'Tenant',
  );
  if (ours.length === 0)
    throw new CommandFailure(`there is no TenantRegistry or TenantTemplate of ${API_VERSION} in these files`);
  return ours;
}

function tableReader(client: KubeClient, { rows, readTable, resolve }: PlanFlags): DraftRequest['readTable'] {
  if (rows !== undefined) {
    const read = readRowsFile(rows);
    return () => Promise.resolve({ rows: read, name: rows });
  }
  if (!readTable) return undefined;
  return async (registry) => ({
    rows: await readSource(client, registry, resolve),
    name: `the table of TenantRegistry "${registry.metadata.name}"`,
  });
}

async function readSource(
  client: KubeClient,
  registry: TenantRegistry,
  resolve: readonly string[],
): Promise<readonly SourceRow[]> {
  const connection = await connectionOf({ client }, registry);
  if ('reason' in connection) throw new CommandFailure(connection.message);
  const resolves = parseResolves(resolve);
  const options: SourceOptions = {
    statementTimeoutMs: 30_000,
    resolve: (host, port) => {
      const endpoint = resolveEndpoint(resolves, host, port);
      return { host: endpoint.address, port: endpoint.port };
    },
  };
  const create = registry.spec.source.type === 'mysql' ? createMysqlSource : createPostgresqlSource;
  const source = create(connection, options);
  try {
    const result = await source.read(mappedColumns(mappingsOf(registry)));
    if (result.ok) return result.rows;
    throw new CommandFailure(`the table cannot be read: ${result.failure.message}`);
  } finally {
    await source.close();
  }
}
