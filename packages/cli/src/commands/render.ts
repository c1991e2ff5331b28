/** `tenant-operator render`: the objects of a tenant as its template says, without a cluster. */
import { readFileSync } from 'node:fs';
import { parseTenantRegistry, parseTenantTemplate, type TenantTemplate } from '@tenant-operator/api';
import { compileTemplate, renderData, renderItem } from '@tenant-operator/operator/render';
import { Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import { CommandFailure } from '../failure.ts';
import { type Manifest, parseManifests, readFiles } from '../manifests/index.ts';

interface RenderFlags {
  readonly set: Readonly<Record<string, string>>;
  readonly row?: string;
  readonly template?: string;
  readonly output: 'yaml' | 'json';
}

export function renderCommand(): Command {
  return new Command('render')
    .description('print the objects of one tenant in dependency order, without a cluster')
    .argument('<files...>', 'files with the TenantTemplate (and its TenantRegistry), folders, or - for stdin')
    .addOption(
      new Option('--set <name=value>', 'a variable of the tenant, such as uid=acme (repeatable)')
        .argParser((text: string, before: Readonly<Record<string, string>>) => {
          const at = text.indexOf('=');
          if (at < 1) throw new InvalidArgumentError('name=value is needed');
          return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
        })
        .default({}, 'none'),
    )
    .option(
      '--row <file>',
      'a JSON file with a row, by column name; needs the TenantRegistry among the files',
    )
    .option('--template <name>', 'which TenantTemplate, where the files have several')
    .addOption(
      new Option('-o, --output <format>', 'how it is printed').choices(['yaml', 'json']).default('yaml'),
    )
    .action((names: readonly string[], flags: RenderFlags) => {
      const { manifests, problems } = parseManifests(readFiles(names));
      const [problem] = problems;
      if (problem) throw new CommandFailure(`${problem.place}: ${problem.message}`);
      const values = { ...(flags.row === undefined ? {} : rowValues(manifests, flags.row)), ...flags.set };
      const objects = renderTenant(chooseTemplate(manifests, flags.template), values);
      const text =
        flags.output === 'json'
          ? `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2)}\n`
          : objects.map((object) => `---\n${stringify(object, { lineWidth: 0 })}`).join('');
      process.stdout.write(text);
    });
}

function chooseTemplate(manifests: readonly Manifest[], name: string | undefined): TenantTemplate {
  const templates = manifests.filter(({ object }) => object.kind === 'TenantTemplate');
  const fitting = templates.filter(
    ({ object }) => name === undefined || (object.metadata as { name?: string } | undefined)?.name === name,
  );
  const [first] = fitting;
  if (!first)
    throw new CommandFailure(
      name === undefined
        ? 'there is no TenantTemplate in these files'
        : `there is no TenantTemplate "${name}" in these files`,
    );
  if (fitting.length > 1)
    throw new CommandFailure('there are several TenantTemplates: choose one with --template');
  const parsed = parseTenantTemplate(first.object);
  if (parsed.ok) return parsed.value;
  const [error] = parsed.errors;
  throw new CommandFailure(`${first.placeOf(error?.path ?? '')}: ${error?.path} ${error?.message}`);
}

/** Columns to variables, as the registry maps them; secret columns too, for they are in the file already. */
function rowValues(manifests: readonly Manifest[], file: string): Record<string, string> {
  const found = manifests.find(({ object }) => object.kind === 'TenantRegistry');
  const parsed = found && parseTenantRegistry(found.object);
  if (!parsed?.ok)
    throw new CommandFailure(
      '--row needs a valid TenantRegistry among the files: it maps columns to variables',
    );
  let row: Record<string, unknown>;
  try {
    row = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new CommandFailure(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { valueMappings, extraValueMappings = {}, secretValueMappings = {} } = parsed.value.spec;
  const mappings = Object.entries({ ...valueMappings, ...extraValueMappings, ...secretValueMappings });
  return Object.fromEntries(
    mappings.flatMap(([name, column]) => {
      if (column === undefined) return [];
      const value = row[column];
      if (value === undefined)
        throw new CommandFailure(`${file} has no column "${column}", which is mapped to ${name}`);
      const text = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
      return [[name, text]];
    }),
  );
}

/** Throws CommandFailure with every problem, a line each. Pure. */
export function renderTenant(template: TenantTemplate, given: Readonly<Record<string, string>>): unknown[] {
  const { uid, namespace = template.metadata.namespace ?? 'default', ...values } = given;
  if (uid === undefined || uid === '') throw new CommandFailure('the uid is missing: add --set uid=VALUE');
  const { items, problems, optionalVariables } = compileTemplate(template, undefined);
  if (problems.length > 0) throw new CommandFailure(problems.map(({ message }) => message).join('\n  '));
  const identity = {
    uid,
    namespace,
    registryId: template.spec.registryId,
    templateRef: template.metadata.name,
  };
  const data = {
    ...Object.fromEntries([...optionalVariables].map((name) => [name, null])),
    activate: '1',
    ...renderData(identity, values),
  };
  const failures: string[] = [];
  const objects = items.flatMap((item) => {
    const outcome = renderItem(item, data);
    if (outcome.kind === 'problem') failures.push(outcome.problem.message);
    return outcome.kind === 'rendered' ? [outcome.item.manifest] : [];
  });
  if (failures.length > 0)
    throw new CommandFailure(`${failures.join('\n  ')}\n  variables are given with --set name=value`);
  return objects;
}
