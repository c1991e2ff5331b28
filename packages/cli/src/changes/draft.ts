/** Gathers the cluster and the files, decides which Tenants come, change and go, and compares their objects. */
import {
  API_VERSION,
  KINDS,
  LABELS,
  type Tenant,
  type TenantRegistry,
  type TenantTemplate,
} from '@tenant-operator/api';
import { ApiError, type KubeClient, type KubeObject, type ResourceType } from '@tenant-operator/kube';
import {
  approvedNames,
  forEachLimited,
  guardLimits,
  recentDeletions,
  type SourceRow,
} from '@tenant-operator/operator';
import { routesOf } from '@tenant-operator/operator/children';
import {
  guardDeletions,
  planTenants,
  type ReadRows,
  readRows,
  type TenantDeletion,
  type TenantPlan,
} from '@tenant-operator/operator/plan';
import { compileFor } from '@tenant-operator/operator/render';
import { CommandFailure } from '../failure.ts';
import type { Manifest } from '../manifests/index.ts';
import type { Progress } from '../output/index.ts';
import { judgeRows, mappingsOf } from '../rows/index.ts';
import { changeRows, rowsOfTenants } from './base-rows.ts';
import { diffObjects } from './fields.ts';
import type { Changes, TenantChange } from './index.ts';
import { gatherInputs, type Inputs } from './inputs.ts';
import { compareObjects, removalsOf } from './objects.ts';
import { createWriters, type OperatorRules, templateProblems } from './rules.ts';

export interface DraftRequest {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly files: readonly Manifest[];
  /** The whole table as it would be; left out, the rows are those that the Tenants were made from. */
  readonly readTable?: (registry: TenantRegistry) => Promise<{ rows: readonly SourceRow[]; name: string }>;
  /** Changes of single rows. */
  readonly rowChanges: readonly Readonly<Record<string, string>>[];
  /** Narrow it down; empty for all. */
  readonly registry?: string | undefined;
  readonly template?: string | undefined;
  readonly tenants: readonly string[];
  /** The operator's configuration. */
  readonly rules: OperatorRules;
  readonly progress: Progress;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is compared for one Tenant. */
interface Job {
  readonly tenant: Tenant;
  readonly action: 'add' | 'change';
  readonly before: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>> | undefined;
  readonly template: TenantTemplate;
  readonly registry: TenantRegistry | undefined;
}

const concurrency = 8;

/** Throws CommandFailure for what cannot be drafted, and what the client throws. */
export async function draftChanges(request: DraftRequest): Promise<Changes> {
  const { client, namespace, progress } = request;
  progress.update('reading registries, templates and Tenants');
  const inputs = await gatherInputs(client, namespace, request.files, request.rules);
  const hasRows = request.readTable !== undefined || request.rowChanges.length > 0;
  const registries = chooseRegistries(inputs, request, hasRows);
  const notes: string[] = [];
  const jobs: Job[] = [];
  const removed: TenantChange[] = [];
  for (const registry of registries) {
    const drafted = await draftRegistry(request, inputs, registry, hasRows);
    notes.push(...drafted.notes);
    jobs.push(...drafted.jobs);
    removed.push(...drafted.removed);
  }
  const compared = await compareAll(request, jobs, notes);
  const tenants = [...compared, ...removed].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { inputs: inputs.changes, tenants, notes, looked: jobs.length + removed.length };
}

function chooseRegistries(
  { registries, templates, named }: Inputs,
  { registry: wanted, namespace }: DraftRequest,
  hasRows: boolean,
): TenantRegistry[] {
  const names = new Set(named.registries);
  for (const name of named.templates) {
    const registryId = templates.get(name)?.spec.registryId;
    if (registryId !== undefined) names.add(registryId);
  }
  const chosen = [...registries.values()].filter(({ metadata }) =>
    wanted === undefined ? names.size === 0 || names.has(metadata.name) : metadata.name === wanted,
  );
  if (wanted !== undefined && chosen.length === 0)
    throw new CommandFailure(`there is no TenantRegistry "${wanted}" in namespace "${namespace}"`);
  if (hasRows && chosen.length !== 1)
    throw new CommandFailure(
      chosen.length === 0
        ? `there is no TenantRegistry in namespace "${namespace}" that the rows could be for`
        : 'rows are for one TenantRegistry: choose it with --registry',
    );
  return chosen;
}

interface Drafted {
  readonly jobs: readonly Job[];
  readonly removed: readonly TenantChange[];
  readonly notes: readonly string[];
}

async function draftRegistry(
  request: DraftRequest,
  inputs: Inputs,
  registry: TenantRegistry,
  hasRows: boolean,
): Promise<Drafted> {
  const { name } = registry.metadata;
  const tenants = inputs.tenants.filter(({ spec }) => spec.registryId === name);
  const { rows, knowsSecrets } = await rowsFor(request, inputs, registry, tenants);
  const templates = [...inputs.templates.values()]
    .filter(({ spec }) => spec.registryId === name)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const notes: string[] = suspensions(registry, templates);
  const valid = templates.map((template) => {
    const [problem] = templateProblems(template, registry, request.rules);
    if (problem)
      notes.push(`TenantTemplate "${template.metadata.name}" is invalid and left out: ${problem.message}`);
    return { name: template.metadata.name, isValid: problem === undefined };
  });
  const suspended = new Set(templates.flatMap(({ metadata, spec }) => (spec.suspend ? [metadata.name] : [])));
  const existing = tenants.map(({ metadata, spec }) => ({
    name: metadata.name,
    uid: spec.uid,
    templateRef: spec.templateRef,
    values: spec.values,
    deleting: metadata.deletionTimestamp !== undefined,
    // Labels that somebody took off are put back by themselves: no change that a person would plan.
    isMarked: true,
    isSuspended: spec.suspend || suspended.has(spec.templateRef),
  }));
  const elsewhere = new Set(
    inputs.tenants.filter(({ spec }) => spec.registryId !== name).map(({ metadata }) => metadata.name),
  );
  const plan = planTenants(rows, valid, existing, (tenant) => elsewhere.has(tenant));
  notes.push(...plan.quarantined.map(({ uid, message }) => `row ${JSON.stringify(uid)}: ${message}`));
  const held = guardNote(request, registry, plan, existing, rows);
  if (held !== undefined) notes.push(held);
  const isChosen = chooser(request, inputs, hasRows);
  const isWide = !hasRows;
  const context = { registry, templates, tenants, plan, rows, knowsSecrets, isWide, rules: request.rules };
  return {
    jobs: jobsOf(request.namespace, context).filter(({ tenant }) => isChosen(tenant)),
    removed: removedOf(request.namespace, context).filter((change) =>
      isChosen({ metadata: { name: change.name }, spec: { templateRef: change.template } }),
    ),
    notes,
  };
}

async function rowsFor(
  request: DraftRequest,
  { oldRegistries }: Inputs,
  registry: TenantRegistry,
  tenants: readonly Tenant[],
): Promise<{ rows: ReadRows; knowsSecrets: boolean }> {
  if (request.readTable) {
    request.progress.update(`reading the table of "${registry.metadata.name}"`);
    const table = await request.readTable(registry);
    const changed = changeRows(table.rows, request.rowChanges, registry);
    return { rows: judgeRows(changed, registry, table.name), knowsSecrets: true };
  }
  const before = oldRegistries.get(registry.metadata.name) ?? registry;
  const base = rowsOfTenants(tenants, before);
  const { secret: _, ...mappings } = mappingsOf(registry);
  const columns = [...Object.values(mappings.values), ...Object.values(mappings.extra)];
  const [first] = base;
  const missing = first && columns.find((column) => !Object.hasOwn(first, column));
  if (missing !== undefined)
    throw new CommandFailure(
      `the Tenants do not tell the column "${missing}": read the table with --read-table, or give it with --rows FILE`,
    );
  return { rows: readRows(changeRows(base, request.rowChanges, registry), mappings), knowsSecrets: false };
}

function suspensions({ metadata, spec }: TenantRegistry, templates: readonly TenantTemplate[]): string[] {
  const until = 'nothing of this happens until it is resumed';
  return [
    ...(spec.suspend ? [`TenantRegistry "${metadata.name}" is suspended: ${until}`] : []),
    ...templates
      .filter((template) => template.spec.suspend)
      .map((template) => `TenantTemplate "${template.metadata.name}" is suspended: ${until}`),
  ];
}

function guardNote(
  { now }: DraftRequest,
  registry: TenantRegistry,
  { remove }: TenantPlan,
  existing: readonly { readonly name: string; readonly deleting: boolean }[],
  { total }: ReadRows,
): string | undefined {
  const guard = guardDeletions({
    removals: remove,
    existing: new Set(existing.filter(({ deleting }) => !deleting).map(({ name }) => name)),
    isEmptyResult: total === 0,
    limits: guardLimits(registry),
    recent: recentDeletions(registry),
    now,
    approved: approvedNames(registry, remove),
  });
  return guard.kind === 'held' ? `the deletion guard would hold the removals: ${guard.message}` : undefined;
}

/** Files without rows: the Tenants of the files' templates, or of all templates where the registry itself changes. */
function chooser({ template, tenants }: DraftRequest, { named, changes }: Inputs, hasRows: boolean) {
  const isRegistryChanged = changes.some(({ kind }) => kind === 'TenantRegistry');
  const only = named.templates.size > 0 && !isRegistryChanged && !hasRows ? named.templates : undefined;
  return ({ metadata, spec }: { metadata: { name: string }; spec: { templateRef: string } }): boolean =>
    (only === undefined || only.has(spec.templateRef)) &&
    (template === undefined || spec.templateRef === template) &&
    (tenants.length === 0 || tenants.includes(metadata.name));
}

interface RegistryContext {
  readonly registry: TenantRegistry;
  readonly templates: readonly TenantTemplate[];
  readonly tenants: readonly Tenant[];
  readonly plan: TenantPlan;
  readonly rows: ReadRows;
  readonly knowsSecrets: boolean;
  /** Tenants whose rows stay as they are count too: their objects may differ. */
  readonly isWide: boolean;
  readonly rules: OperatorRules;
}

function jobsOf(namespace: string, context: RegistryContext): Job[] {
  const { registry, plan, tenants, rows, knowsSecrets, isWide } = context;
  const templates = new Map(context.templates.map((template) => [template.metadata.name, template]));
  const secrets = new Map(rows.active.map((row) => [row.uid, row.secrets]));
  const gone = new Set(plan.remove.map(({ name }) => name));
  const changed = new Map(plan.update.map((tenant) => [tenant.name, tenant.values]));
  const isSecretless = Object.keys(registry.spec.secretValueMappings ?? {}).length === 0;
  const job = (tenant: Tenant, action: Job['action'], row: Job['values'], before: Job['before']): Job[] => {
    const template = templates.get(tenant.spec.templateRef);
    if (!template || templateProblems(template, registry, context.rules).length > 0) return [];
    const known = isSecretless || knowsSecrets ? (secrets.get(tenant.spec.uid) ?? {}) : undefined;
    const values = { ...row, ...tenant.spec.overrides?.values };
    return [{ tenant, action, before, values, secrets: known, template, registry }];
  };
  const added = plan.create.flatMap(({ name, uid, templateRef, values }) =>
    job(newTenant(namespace, registry.metadata.name, { name, uid, templateRef, values }), 'add', values, {}),
  );
  const kept = tenants
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined && !gone.has(metadata.name))
    .filter(({ metadata }) => isWide || changed.has(metadata.name))
    .flatMap((tenant) =>
      job(tenant, 'change', changed.get(tenant.metadata.name) ?? tenant.spec.values, tenant.spec.values),
    );
  return [...added, ...kept];
}

function newTenant(
  namespace: string,
  registryId: string,
  { name, uid, templateRef, values }: TenantPlan['create'][number],
): Tenant {
  return {
    apiVersion: API_VERSION,
    kind: KINDS.Tenant.kind,
    metadata: { name, namespace },
    spec: { uid, registryId, templateRef, values, suspend: false },
  } as Tenant;
}

const causes: Readonly<Record<TenantDeletion['cause'], string>> = {
  Deactivated: 'its row is switched off',
  RowMissing: 'its row is gone',
  TemplateMissing: 'its template is gone',
  RegistryDeleted: 'its registry is gone',
};

function removedOf(namespace: string, { plan, tenants }: RegistryContext): TenantChange[] {
  return plan.remove.flatMap(({ name, uid, cause }) => {
    const tenant = tenants.find(({ metadata }) => metadata.name === name);
    if (!tenant) return [];
    return [
      {
        namespace,
        name,
        uid,
        template: tenant.spec.templateRef,
        action: 'remove' as const,
        cause: causes[cause],
        objects: removalsOf(tenant.status?.inventory ?? []),
      },
    ];
  });
}

async function compareAll(
  { client, namespace, rules, progress }: DraftRequest,
  jobs: readonly Job[],
  notes: string[],
): Promise<TenantChange[]> {
  const compiled = new Map(jobs.map(({ template, registry }) => [template, compileFor(template, registry)]));
  const changes: TenantChange[] = [];
  const writers = createWriters(client, namespace, rules, notes);
  const routes = new Map<string, readonly string[]>();
  let done = 0;
  await forEachLimited(concurrency, jobs, async ({ tenant, template, registry, ...job }) => {
    const context = {
      client,
      template,
      registry,
      rules,
      writer: await writers.of(template),
      compiled: compiled.get(template) ?? compileFor(template, registry),
    };
    const { values, secrets } = job;
    const compared = await compareObjects(context, { tenant, values, secrets });
    done += 1;
    progress.update('comparing Tenants', done, jobs.length);
    const { name } = tenant.metadata;
    routes.set(name, compared.routes);
    const valueChanges = diffValues(
      job.before,
      job.action === 'add' ? job.values : withoutOverrides(job.values, tenant),
    );
    if (job.action === 'change' && compared.changes.length === 0 && valueChanges.length === 0) return;
    changes.push({
      namespace,
      name,
      uid: tenant.spec.uid,
      template: tenant.spec.templateRef,
      action: job.action,
      cause: job.action === 'add' ? 'its row is active' : valueChanges.length > 0 ? 'its row changes' : '',
      ...(job.action === 'change' && valueChanges.length > 0 ? { values: valueChanges } : {}),
      objects: compared.changes,
    });
  });
  progress.end();
  const added = new Set(changes.filter(({ action }) => action === 'add').map(({ name }) => name));
  if (added.size > 0) notes.push(...(await routeNotes(client, routes, added)));
  return changes;
}

/** An override stays in force whatever the row says: it is no change. */
function withoutOverrides(values: Job['values'], { spec }: Tenant): Job['values'] {
  const overridden = Object.keys(spec.overrides?.values ?? {});
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) =>
      overridden.includes(name) ? [name, spec.values[name] ?? value] : [name, value],
    ),
  );
}

function diffValues(before: Job['before'], after: Job['values']) {
  const object = (values: Job['values']): KubeObject => ({
    apiVersion: API_VERSION,
    kind: 'Tenant',
    metadata: { name: '' },
    values,
  });
  return diffObjects(object(before), object(after));
}

const ingressType: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  namespaced: true,
};

/** Newcomers whose host and path another tenant serves already: they would be parked. */
async function routeNotes(
  client: KubeClient,
  routes: ReadonlyMap<string, readonly string[]>,
  added: ReadonlySet<string>,
): Promise<string[]> {
  const holders = new Map<string, string>();
  for (const [tenant, served] of routes)
    if (!added.has(tenant)) for (const route of served) holders.set(route, tenant);
  try {
    for await (const page of client.list(ingressType, { labelSelector: LABELS.tenant })) {
      for (const item of page.items) {
        const ingress = { ...item, apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };
        const tenant = item.metadata.labels?.[LABELS.tenant] ?? '';
        for (const route of routesOf(ingress)) holders.set(route, tenant);
      }
    }
  } catch (error) {
    if (!(error instanceof ApiError && error.isForbidden)) throw error;
  }
  const notes: string[] = [];
  for (const tenant of [...added].sort()) {
    for (const route of routes.get(tenant) ?? []) {
      const holder = holders.get(route);
      if (holder !== undefined && holder !== tenant) {
        notes.push(
          `Tenant "${tenant}" would be parked (HostTaken): Tenant "${holder}" serves ${route} already`,
        );
        break;
      }
      holders.set(route, tenant);
    }
  }
  return notes;
}
