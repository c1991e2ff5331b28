/** `tenant-operator validate`: everything that can be known of registries and templates without a cluster. */
import { API_VERSION, LISTS, type TenantRegistry, type TenantTemplate } from '@tenant-operator/api';
import {
  type ParseError,
  parseTenant,
  parseTenantRegistry,
  parseTenantTemplate,
  unknownFields,
} from '@tenant-operator/api/schema';
import { compileFor } from '@tenant-operator/operator/render';
import { Command } from 'commander';
import { CommandFailure } from '../failure.ts';
import { type Manifest, parseManifests, readFiles } from '../manifests/index.ts';
import { countOf, type OutputFormat, outputFlag, printOutput } from '../output/index.ts';

export interface Finding {
  readonly place: string;
  readonly message: string;
}

export interface Validation {
  /** How many objects of ours were looked at. */
  readonly checked: number;
  readonly findings: readonly Finding[];
  /** What cannot be told without a cluster. */
  readonly notes: readonly Finding[];
}

export function validateCommand(): Command {
  return new Command('validate')
    .description(
      'check TenantRegistries and TenantTemplates without a cluster: schema, templates, dependencies',
    )
    .argument('<files...>', 'YAML or JSON files, folders, or - for stdin')
    .addOption(outputFlag())
    .action((names: readonly string[], { output }: { readonly output: OutputFormat }) => {
      const { checked, findings, notes } = validate(readFiles(names));
      if (output !== 'table') printOutput(output, { checked, findings, notes }, () => '');
      else {
        for (const { place, message } of notes) process.stdout.write(`${place}: note: ${message}\n`);
        for (const { place, message } of findings) process.stdout.write(`${place}: ${message}\n`);
      }
      if (findings.length > 0) throw new CommandFailure(`${countOf(findings.length, 'problem')} found`);
      if (checked === 0) throw new CommandFailure(`there is no object of ${API_VERSION} in these files`);
      if (output === 'table') process.stdout.write(`${countOf(checked, 'object is', 'objects are')} valid\n`);
    });
}

/** Registries among the files give templates their variables. Pure. */
export function validate(files: Parameters<typeof parseManifests>[0]): Validation {
  const { manifests, problems } = parseManifests(files);
  const ours = manifests.filter(({ object }) => object.apiVersion === API_VERSION);
  const findings: Finding[] = [...problems];
  const notes: Finding[] = [];
  const registries = new Map<string, TenantRegistry>();
  const templates: { manifest: Manifest; template: TenantTemplate }[] = [];
  for (const manifest of ours) {
    const { object, placeOf } = manifest;
    const refuse = (errors: readonly ParseError[]) => {
      for (const { path, message } of errors)
        findings.push({ place: placeOf(path), message: `${path} ${message}` });
    };
    const refuseUnknown = (parsed: unknown) => {
      const kind = String(object.kind);
      for (const path of unknownFields(object, parsed))
        findings.push({
          place: placeOf(path),
          message: `${path} is no field of a ${kind}: kubectl explain, or docs/reference/api.md, lists them`,
        });
    };
    switch (object.kind) {
      case 'TenantRegistry': {
        const parsed = parseTenantRegistry(object);
        if (parsed.ok) {
          registries.set(keyOf(parsed.value), parsed.value);
          refuseUnknown(parsed.value);
        } else refuse(parsed.errors);
        break;
      }
      case 'TenantTemplate': {
        const parsed = parseTenantTemplate(object);
        if (parsed.ok) {
          templates.push({ manifest, template: parsed.value });
          refuseUnknown(parsed.value);
        } else refuse(parsed.errors);
        break;
      }
      case 'Tenant': {
        const parsed = parseTenant(object);
        if (parsed.ok) refuseUnknown(parsed.value);
        else refuse(parsed.errors);
        break;
      }
      default:
        findings.push({
          place: placeOf('kind'),
          message: `${API_VERSION} has no kind ${String(object.kind)}`,
        });
    }
  }
  for (const { manifest, template } of templates) {
    const { registryId } = template.spec;
    const registry = registries.get(keyOf({ metadata: { ...template.metadata, name: registryId } }));
    if (!registry)
      notes.push({
        place: manifest.placeOf('spec.registryId'),
        message: `TenantRegistry "${registryId}" is not among the files: the names of variables are not checked`,
      });
    findings.push(...findingsOf(manifest, template, registry));
  }
  return { checked: ours.length, findings, notes };
}

function keyOf({
  metadata,
}: {
  readonly metadata: { readonly namespace?: string; readonly name: string };
}): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function findingsOf(
  { placeOf }: Manifest,
  template: TenantTemplate,
  registry: TenantRegistry | undefined,
): Finding[] {
  const { problems } = compileFor(template, registry);
  return problems.map(({ itemId, message }) => {
    const field = /^item ".*?", field ([^:]*?):/.exec(message)?.[1];
    const item = itemId === undefined ? undefined : pathOfItem(template, itemId);
    return {
      place: placeOf(item === undefined ? 'spec' : field === undefined ? item : `${item}.${field}`),
      message,
    };
  });
}

function pathOfItem({ spec }: TenantTemplate, id: string): string | undefined {
  for (const { name } of LISTS) {
    const index = spec[name]?.findIndex((item) => item.id === id) ?? -1;
    if (index >= 0) return `spec.${name}[${index}]`;
  }
  return undefined;
}
