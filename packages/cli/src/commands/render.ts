/** `tenant-operator render`: the objects of a tenant as its template says, without a cluster. */
import type { TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { parseTenantRegistry, parseTenantTemplate } from '@tenant-operator/api/schema';
import { compileFor, renderItem, tenantData } from '@tenant-operator/operator/render';
import { Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import { CommandFailure } from '../failure.ts';
import { type Manifest, parseManifests, readFiles } from '../manifests/index.ts';
import { judgeRows, readRowsFile } from '../rows/index.ts';

interface RenderFlags {
  readonly set: Readonly<Record<string, string>>;
  readonly rows?: string;
  readonly template?: string;
  readonly output: 'yaml' | 'json';
}

export function renderCommand(): Command {
  return new Command('render')
    .description('print the objects of tenants in dependency order, without a cluster')
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
      '--rows <file>',
      'rows by column name, as CSV, TSV or JSON, or - for stdin; needs the TenantRegistry among the files. With --set uid=VALUE only that row',
    )
    .option('--template <name>', 'which TenantTemplate, where the files have several')
    .addOption(
      new Option('-o, --output <format>', 'how it is printed').choices(['yaml', 'json']).default('yaml'),
    )
    .action((names: readonly string[], flags: RenderFlags) => {
      const { manifests, problems } = parseManifests(readFiles(names));
      const [problem] = problems;
      if (problem) throw new CommandFailure(`${problem.place}: ${problem.message}`);
      const template = chooseTemplate(manifests, flags.template);
      const registry = findRegistry(manifests, template);
      const tenants =
        flags.rows === undefined ? [flags.set] : rowValues(registry, template, flags.rows, flags.set);
      const objects = tenants.flatMap((values) => renderTenant(template, registry, values));
      process.stdout.write(print(objects, flags.output));
    });
}

function print(objects: readonly unknown[], output: RenderFlags['output']): string {
  return output === 'json'
    ? `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2)}\n`
    : objects.map((object) => `---\n${stringify(object, { lineWidth: 0 })}`).join('');
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

/** The template's registry, where it is among the files; it names the variables. */
function findRegistry(manifests: readonly Manifest[], { spec }: TenantTemplate): TenantRegistry | undefined {
  const found = manifests.find(
    ({ object }) =>
      object.kind === 'TenantRegistry' &&
      (object.metadata as { name?: string } | undefined)?.name === spec.registryId,
  );
  if (!found) return undefined;
  const parsed = parseTenantRegistry(found.object);
  if (parsed.ok) return parsed.value;
  const [error] = parsed.errors;
  throw new CommandFailure(`${found.placeOf(error?.path ?? '')}: ${error?.path} ${error?.message}`);
}

/** The variables of each active row, secret ones too: they are in the file already. Says on stderr what is left out. */
function rowValues(
  registry: TenantRegistry | undefined,
  { spec }: TenantTemplate,
  file: string,
  { uid: only, ...set }: Readonly<Record<string, string>>,
): Readonly<Record<string, string>>[] {
  if (!registry)
    throw new CommandFailure(
      `--rows needs the TenantRegistry "${spec.registryId}" among the files: it maps columns to variables`,
    );
  const { active, inactive, problems } = judgeRows(
    readRowsFile(file),
    registry,
    file === '-' ? 'stdin' : file,
  );
  const isWanted = ({ uid }: { readonly uid: string }) => only === undefined || uid === only;
  const [problem] = problems.filter(isWanted);
  if (problem) throw new CommandFailure(`${file}: ${problem.message}`);
  const wanted = active.filter(isWanted);
  if (only !== undefined && wanted.length === 0)
    throw new CommandFailure(
      `${file} has no ${inactive.has(only) ? 'active row' : 'row'} with the uid "${only}"`,
    );
  if (only === undefined && inactive.size > 0)
    process.stderr.write(`left out, because they are switched off: ${[...inactive].sort().join(', ')}\n`);
  return wanted.map((row) => ({ uid: row.uid, ...row.values, ...row.secrets, ...set }));
}

/** Throws CommandFailure with every problem, a line each. Pure. */
export function renderTenant(
  template: TenantTemplate,
  registry: TenantRegistry | undefined,
  given: Readonly<Record<string, string>>,
): unknown[] {
  const { uid, namespace = template.metadata.namespace ?? 'default', ...values } = given;
  if (uid === undefined || uid === '') throw new CommandFailure('the uid is missing: add --set uid=VALUE');
  const compiled = compileFor(template, registry);
  if (compiled.problems.length > 0)
    throw new CommandFailure(compiled.problems.map(({ message }) => message).join('\n  '));
  const { registryId } = template.spec;
  const identity = { uid, namespace, registryId, templateRef: template.metadata.name };
  const data = tenantData(compiled, identity, { activate: '1', ...values });
  const failures: string[] = [];
  const objects = compiled.items.flatMap((item) => {
    const outcome = renderItem(item, data);
    if (outcome.kind === 'problem') failures.push(outcome.problem.message);
    return outcome.kind === 'rendered' ? [outcome.item.manifest] : [];
  });
  if (failures.length > 0)
    throw new CommandFailure(`${failures.join('\n  ')}\n  variables are given with --set name=value`);
  return objects;
}
