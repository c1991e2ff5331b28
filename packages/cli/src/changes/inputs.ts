/** Registries and templates: those of the cluster, and the given files in their place. */
import { KINDS, type Tenant, type TenantRegistry, type TenantTemplate } from '@tenant-operator/api';
import { parseTenantRegistry, parseTenantTemplate } from '@tenant-operator/api/schema';
import { ApiError, collectList, type KubeClient, type KubeObject } from '@tenant-operator/kube';
import { readInherited } from '@tenant-operator/operator/plan';
import { dryRunClient } from '../cluster/dry-run.ts';
import { CommandFailure } from '../failure.ts';
import type { Manifest } from '../manifests/index.ts';
import { diffObjects } from './fields.ts';
import type { InputChange } from './index.ts';
import { type OperatorRules, templateProblems } from './rules.ts';

export interface Inputs {
  readonly registries: ReadonlyMap<string, TenantRegistry>;
  /** As they are: rows are made from the columns that Tenants were made from. */
  readonly oldRegistries: ReadonlyMap<string, TenantRegistry>;
  readonly templates: ReadonlyMap<string, TenantTemplate>;
  readonly tenants: readonly Tenant[];
  readonly changes: readonly InputChange[];
  /** Names from the files. */
  readonly named: { readonly registries: ReadonlySet<string>; readonly templates: ReadonlySet<string> };
}

/** Lists one namespace and puts the files' objects in their place. Throws CommandFailure for what would be refused. */
export async function gatherInputs(
  client: KubeClient,
  namespace: string,
  files: readonly Manifest[],
  rules: OperatorRules,
): Promise<Inputs> {
  const list = async <T>(type: (typeof KINDS)[keyof typeof KINDS]) =>
    (await collectList(client, type, { namespace })).items as unknown as T[];
  const [registryList, templateList, tenants] = await Promise.all([
    list<TenantRegistry>(KINDS.TenantRegistry),
    list<TenantTemplate>(KINDS.TenantTemplate),
    list<Tenant>(KINDS.Tenant).then((items) => items.map(readInherited)),
  ]);
  const oldRegistries = byName(registryList);
  const registries = new Map(oldRegistries);
  const templates = byName(templateList);
  const named = { registries: new Set<string>(), templates: new Set<string>() };
  const changes: InputChange[] = [];
  for (const manifest of files) {
    const { kind } = manifest.object;
    if (kind !== 'TenantRegistry' && kind !== 'TenantTemplate') continue;
    const object = parseInput(manifest, namespace);
    const { name } = object.metadata;
    const live = kind === 'TenantRegistry' ? registries.get(name) : templates.get(name);
    const wanted = {
      ...object,
      metadata: { ...live?.metadata, ...ownMetadata(object.metadata), namespace },
      ...(live?.status ? { status: live.status } : {}),
    };
    const change = await tryInput(client, manifest, live as KubeObject | undefined, wanted as KubeObject);
    if (change) changes.push(change);
    if (kind === 'TenantRegistry') {
      named.registries.add(name);
      registries.set(name, wanted as TenantRegistry);
    } else {
      named.templates.add(name);
      templates.set(name, wanted as TenantTemplate);
    }
  }
  refuseInvalid(files, templates, registries, named.templates, rules);
  return { registries, oldRegistries, templates, tenants, changes, named };
}

/** A file may be what `kubectl get -o yaml` printed some time ago: what the server writes is that of the live object. */
function ownMetadata<T extends TenantRegistry['metadata']>(metadata: T): Partial<T> {
  const written = new Set(['resourceVersion', 'uid', 'generation', 'creationTimestamp', 'managedFields']);
  return Object.fromEntries(Object.entries(metadata).filter(([field]) => !written.has(field))) as Partial<T>;
}

function byName<T extends TenantRegistry | TenantTemplate>(objects: readonly T[]): Map<string, T> {
  return new Map(objects.map((object) => [object.metadata.name, object]));
}

function parseInput({ object, placeOf }: Manifest, namespace: string): TenantRegistry | TenantTemplate {
  const parsed = object.kind === 'TenantRegistry' ? parseTenantRegistry(object) : parseTenantTemplate(object);
  if (!parsed.ok) {
    const [error] = parsed.errors;
    throw new CommandFailure(`${placeOf(error?.path ?? '')}: ${error?.path} ${error?.message}`);
  }
  const own = parsed.value.metadata.namespace;
  if (own !== undefined && own !== namespace)
    throw new CommandFailure(
      `${placeOf('metadata.namespace')}: it is for namespace "${own}": look there with -n ${own}`,
    );
  return parsed.value;
}

/** The server, its rules and its webhooks judge it; what they make of it is compared with what is there. */
async function tryInput(
  client: KubeClient,
  { placeOf }: Manifest,
  live: KubeObject | undefined,
  wanted: KubeObject,
): Promise<InputChange | undefined> {
  const type = KINDS[wanted.kind as 'TenantRegistry' | 'TenantTemplate'];
  const tried = dryRunClient(client);
  try {
    const answer = live ? await tried.replace(type, wanted) : await tried.create(type, wanted);
    const fields = diffObjects(live, answer);
    const { name, namespace = '' } = wanted.metadata;
    if (!live) return { kind: wanted.kind, namespace, name, action: 'add', fields: [] };
    // Labels and annotations of the cluster's own that a file does not repeat are not taken away by an apply.
    const own = fields.filter(({ path }) => !path.startsWith('metadata'));
    return own.length === 0
      ? undefined
      : { kind: wanted.kind, namespace, name, action: 'change', fields: own };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new CommandFailure(`${placeOf('spec')}: the API server refuses it: ${error.message}`);
  }
}

function refuseInvalid(
  files: readonly Manifest[],
  templates: ReadonlyMap<string, TenantTemplate>,
  registries: ReadonlyMap<string, TenantRegistry>,
  named: ReadonlySet<string>,
  rules: OperatorRules,
): void {
  for (const name of named) {
    const template = templates.get(name);
    if (!template) continue;
    const [problem] = templateProblems(template, registries.get(template.spec.registryId), rules);
    if (!problem) continue;
    const file = files.find(
      ({ object }) =>
        object.kind === 'TenantTemplate' && (object.metadata as { name?: string } | undefined)?.name === name,
    );
    throw new CommandFailure(`${file?.placeOf('spec') ?? name}: ${problem.message}`);
  }
}
