/** Registries and templates: which Tenants there must be, which not, and whether the statuses say so. */
import { isInvalid } from './render.ts';
import { readTable, tableOf } from './rows.ts';
import { type AnyObject, conditionOf, type State } from './state.ts';

export function verifyRegistries(state: State): string[] {
  const known = new Set(state.registries.map(({ metadata }) => metadata.name));
  return [
    ...state.registries.flatMap((registry) => verifyRegistry(state, registry)),
    ...state.tenants
      .filter(({ spec }) => !known.has(String(spec?.registryId)))
      .map(({ metadata }) => `Tenant ${metadata.name} is there although its registry is not`),
    ...state.templates.flatMap((template) => verifyTemplate(state, template)),
    ...duplicates(state),
  ];
}

const isReady = (tenant: AnyObject) => conditionOf(tenant, 'Ready')?.status === 'True';
const pairOf = ({ spec }: AnyObject) => `${String(spec?.uid)}/${String(spec?.templateRef)}`;

function verifyRegistry(state: State, registry: AnyObject): string[] {
  const { name } = registry.metadata;
  const found: string[] = [];
  const tenants = state.tenants.filter(({ spec }) => spec?.registryId === name);
  const templates = state.templates.filter(({ spec }) => spec?.registryId === name);
  const ready = conditionOf(registry, 'Ready');
  if (registry.spec?.suspend === true) {
    return ready?.reason === 'Suspended' ? [] : [`registry ${name} is suspended and says ${ready?.reason}`];
  }
  const table = readTable(registry, state.tables[tableOf(registry)] ?? []);
  const byPair = new Map(tenants.map((tenant) => [pairOf(tenant), tenant]));
  for (const [uid, values] of table.active) {
    for (const template of templates) {
      const tenant = byPair.get(`${uid}/${template.metadata.name}`);
      if (tenant) found.push(...verifyValues(tenant, values));
      else if (!isInvalid(template))
        found.push(`row ${uid} has no Tenant of template ${template.metadata.name}`);
    }
  }
  const held = (registry.status?.heldDeletions as { tenants?: string[] } | undefined)?.tenants ?? [];
  const unwanted = tenants.filter(
    (tenant) =>
      !isWanted(tenant, table, new Map(templates.map((template) => [template.metadata.name, template]))),
  );
  for (const { metadata } of unwanted) {
    if (!held.includes(metadata.name))
      found.push(`Tenant ${metadata.name} is there although its row is not active`);
  }
  for (const tenant of held) {
    if (!unwanted.some(({ metadata }) => metadata.name === tenant))
      found.push(`registry ${name} holds the deletion of ${tenant}, which nobody asks for`);
  }
  return [...found, ...verifyRegistryStatus(registry, { templates, tenants, table, held: held.length })];
}

function verifyRegistryStatus(
  registry: AnyObject,
  facts: {
    readonly templates: readonly AnyObject[];
    readonly tenants: readonly AnyObject[];
    readonly table: ReturnType<typeof readTable>;
    readonly held: number;
  },
): string[] {
  const { name, generation } = registry.metadata;
  const { status = {} } = registry;
  const expected: [string, unknown, unknown][] = [
    ['Ready', conditionOf(registry, 'Ready')?.reason, 'Synced'],
    ['observedGeneration', status.observedGeneration, generation],
    ['referencingTemplates', status.referencingTemplates, facts.templates.length],
    ['desired', status.desired, facts.table.active.size * facts.templates.length],
    ['ready', status.ready, facts.tenants.filter(isReady).length],
    [
      'failed',
      status.failed,
      facts.tenants.filter((tenant) => !isReady(tenant) && isDegraded(tenant)).length,
    ],
    ['quarantined', status.quarantined, facts.table.badCount],
    ['Degraded', conditionOf(registry, 'Degraded')?.status, facts.table.badCount > 0 ? 'True' : 'False'],
    ['DeletionHeld', conditionOf(registry, 'DeletionHeld')?.status, facts.held > 0 ? 'True' : 'False'],
  ];
  return differences(`registry ${name}`, expected);
}

const isDegraded = (tenant: AnyObject) => conditionOf(tenant, 'Degraded')?.status === 'True';

export function differences(what: string, expected: readonly [string, unknown, unknown][]): string[] {
  return expected
    .filter(([, is, should]) => JSON.stringify(is) !== JSON.stringify(should))
    .map(
      ([field, is, should]) =>
        `${what}: ${field} is ${JSON.stringify(is)}, should be ${JSON.stringify(should)}`,
    );
}

/** An active row wants it, or something says that it is to stay as it is. */
function isWanted(
  { spec }: AnyObject,
  table: ReturnType<typeof readTable>,
  templates: ReadonlyMap<string, AnyObject>,
): boolean {
  const template = templates.get(String(spec?.templateRef));
  if (!template) return false;
  const uid = String(spec?.uid);
  return (
    table.active.has(uid) ||
    table.badUids.has(uid) ||
    spec?.suspend === true ||
    template.spec?.suspend === true
  );
}

function verifyValues({ metadata, spec }: AnyObject, values: Readonly<Record<string, string>>): string[] {
  const stored = (spec?.values ?? {}) as Record<string, string>;
  const names = new Set([...Object.keys(stored), ...Object.keys(values)]);
  return [...names]
    .filter((name) => stored[name] !== values[name])
    .map((name) => `Tenant ${metadata.name} has ${name}=${stored[name]}, its row ${values[name]}`);
}

function duplicates({ tenants }: State): string[] {
  const seen = new Map<string, string>();
  return tenants.flatMap((tenant) => {
    const pair = `${String(tenant.spec?.registryId)}/${pairOf(tenant)}`;
    const first = seen.get(pair);
    seen.set(pair, tenant.metadata.name);
    return first === undefined ? [] : [`Tenants ${first} and ${tenant.metadata.name} are both of ${pair}`];
  });
}

function verifyTemplate(state: State, template: AnyObject): string[] {
  const { name, generation } = template.metadata;
  const hasRegistry = state.registries.some(({ metadata }) => metadata.name === template.spec?.registryId);
  const tenants = state.tenants.filter(({ spec }) => spec?.templateRef === name);
  const ready = tenants.filter(isReady).length;
  const isValid = !isInvalid(template);
  // Variables are known where the registry is.
  const valid = hasRegistry ? (isValid ? 'True' : 'False') : 'Unknown';
  const found = differences(`template ${name}`, [
    ['observedGeneration', template.status?.observedGeneration, generation],
    ['Valid', conditionOf(template, 'Valid')?.status, valid],
    ['totalTenants', template.status?.totalTenants, tenants.length],
    ['readyTenants', template.status?.readyTenants, ready],
  ]);
  const applied = conditionOf(template, 'Applied');
  const isSettled = isValid && hasRegistry && template.spec?.suspend !== true && ready === tenants.length;
  if (isSettled && applied?.status !== 'True')
    found.push(`template ${name}: all ${ready} tenants are ready, and Applied says ${applied?.reason}`);
  if (ready < tenants.length && applied?.status === 'True')
    found.push(`template ${name}: ${ready} of ${tenants.length} tenants are ready, and Applied is True`);
  return found;
}
