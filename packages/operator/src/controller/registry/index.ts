/**
 * The registry controller: keeps the Tenants of one TenantRegistry as the rows of its table say.
 *
 * Each pass: read the table when a sync is due; decide which Tenants to make, change and remove; write them; settle the
 * status. A failed read changes nothing but the Ready condition. Between two syncs the rows of the last read are the truth, so
 * that a Tenant that somebody deleted comes back at once.
 */
import {
  FIELD_MANAGER,
  FINALIZERS,
  parseInterval,
  type Tenant,
  type TenantRegistry,
} from '@tenant-operator/api';
import { keyOf, type Outcome, type ResourceType } from '@tenant-operator/kube';
import { refOf } from '../../apply/index.ts';
import {
  type GuardDecision,
  inheritedMarks,
  planTenants,
  type ReadRows,
  readRows,
} from '../../plan/index.ts';
import { mappedColumns } from '../../plan/rows.ts';
import type { SourceFailure } from '../../source/index.ts';
import { markFailed, traced } from '../../tracing/index.ts';
import type { ControllerContext } from '../context.ts';
import { carryOut, deleteTenants, type SyncWork, tenantLabels } from './carry-out.ts';
import { type Connections, createConnections } from './connections.ts';
import { applyGuard } from './guard.ts';
import { createRegistryMemory, type RegistryMemory } from './memory.ts';
import { type SyncOutcome, saveRegistryStatus } from './status.ts';

export interface RegistryController {
  reconcile(key: string): Promise<Outcome>;
  /**
   * For a process that has a part of the tenants and does not lead: reads the table of a registry with secret values, which live
   * in no object, and writes nothing.
   */
  follow(key: string): Promise<Outcome>;
  close(): Promise<void>;
}

export interface RegistryControllerOptions {
  readonly context: ControllerContext;
  readonly connect: Parameters<typeof createConnections>[1];
  /** Has a registry reconciled soon. */
  readonly lookAgain: (key: string) => void;
}

/** After a failed read, in milliseconds. */
const defaultIntervalMs = 30_000;
const namespaceType: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

const baseBackoffMs = 1_000;
const maxBackoffMs = 10_000;

export function createRegistryController({
  context,
  connect,
  lookAgain,
}: RegistryControllerOptions): RegistryController {
  const memories = new Map<string, RegistryMemory>();
  // Apart from those of a leader, which must not decide on what a follower read before it led.
  const followed = new Map<string, RegistryMemory>();
  const connections = createConnections(context, connect, (key) => {
    for (const memory of [memories.get(key), followed.get(key)]) if (memory) memory.nextSync = 0;
    lookAgain(key);
  });

  return {
    async reconcile(key) {
      const registry = context.registries.get(key);
      if (!registry) {
        memories.delete(key);
        context.secretValues.forget(key);
        await connections.drop(key);
        return { kind: 'done' };
      }
      if (registry.metadata.deletionTimestamp !== undefined)
        return removeRegistry(context, connections, key, registry);
      if (!registry.metadata.finalizers?.includes(FINALIZERS.registry))
        return addFinalizer(context, registry);
      followed.delete(key);
      return reconcileLive(context, connections, key, registry, memoryOf(memories, key, registry));
    },
    async follow(key) {
      const registry = context.registries.get(key);
      const isRead =
        registry?.spec.secretValueMappings !== undefined &&
        registry.metadata.deletionTimestamp === undefined &&
        !registry.spec.suspend;
      if (isRead) return followLive(context, connections, key, registry, memoryOf(followed, key, registry));
      followed.delete(key);
      if (!registry) context.secretValues.forget(key);
      await connections.drop(key);
      return { kind: 'done' };
    },
    async close() {
      await connections.close();
    },
  };
}

async function reconcileLive(
  context: ControllerContext,
  connections: Connections,
  key: string,
  registry: TenantRegistry,
  memory: RegistryMemory,
): Promise<Outcome> {
  if (registry.spec.suspend) {
    const heldMs = await saveRegistryStatus(context, registry, memory, { kind: 'suspended' });
    return heldMs > 0 ? { kind: 'after', ms: heldMs } : { kind: 'done' };
  }
  const failure = await syncWhenDue(context, connections, key, registry, memory);
  const { rows } = memory;
  const basis = basisOf(context, registry);
  const syncMs = () => Math.max(0, memory.nextSync - context.clock.monotonic());
  const isQuiet =
    !failure && rows !== undefined && memory.quiet?.rows === rows && memory.quiet.basis === basis;
  if (isQuiet) return { kind: 'after', ms: syncMs() };
  const work = rows && planOnce(context, registry, memory, rows);
  const stored = work ? await carryOut(context, registry, work.plan, work.guard, memory.refusals) : registry;
  const outcome: SyncOutcome | undefined = failure
    ? { kind: 'failed', failure, work }
    : work && { kind: 'synced', work: withRefusals(work, memory) };
  const heldMs = outcome ? await saveRegistryStatus(context, stored, memory, outcome) : 0;
  const isDone = !failure && work && isWithoutWork(work) && heldMs === 0;
  // A status that was just written is another version of the registry: the next pass looks once more.
  memory.quiet = isDone && rows ? { rows, basis } : undefined;
  return { kind: 'after', ms: heldMs > 0 ? Math.min(heldMs, syncMs()) : syncMs() };
}

/** Nothing to write, and nothing that waits for its time or for somebody. */
function isWithoutWork(work: SyncWork): boolean {
  return work.guard.kind === 'free' && isSettled(work) && work.plan.quarantined.length === 0;
}

/** Every Tenant is as its row wants it. */
function isSettled({ plan: { create, update, remove, pending } }: SyncWork): boolean {
  return [create, update, remove, pending].every(({ length }) => length === 0);
}

/** All that a pass looks at besides the rows, as versions: ten thousand unchanged tenants need no second look. */
function basisOf(context: ControllerContext, registry: TenantRegistry): string {
  return versionsOf(
    context,
    registry,
    'resourceVersion',
    context.tenants.versionOf(keyOf(registry.metadata)),
  );
}

/** What a plan rests on: no status of anything, and nothing that matters to the guard alone. */
function planBasisOf(context: ControllerContext, registry: TenantRegistry): string {
  return versionsOf(context, registry, 'generation', context.tenants.specVersionOf(keyOf(registry.metadata)));
}

function versionsOf(
  { catalog }: ControllerContext,
  { metadata }: TenantRegistry,
  version: 'resourceVersion' | 'generation',
  tenants: number,
): string {
  const templates = catalog.ofRegistry(metadata.namespace ?? '', metadata.name);
  const objects = [metadata, ...templates.map((template) => template.metadata)];
  return [...objects.map((object) => `${object.uid}/${object[version]}`), tenants].join(' ');
}

/**
 * A plan that asks for nothing stays while the rows and the specs are the same: tenants that become ready, whose counts the
 * registry is looked at for, change no plan.
 */
function planOnce(
  context: ControllerContext,
  registry: TenantRegistry,
  memory: RegistryMemory,
  rows: ReadRows,
): SyncWork {
  const basis = planBasisOf(context, registry);
  if (memory.settled?.rows === rows && memory.settled.basis === basis) return memory.settled.work;
  const work = planFor(context, registry, rows);
  memory.settled = isSettled(work) ? { rows, basis, work } : undefined;
  return work;
}

async function followLive(
  context: ControllerContext,
  connections: Connections,
  key: string,
  registry: TenantRegistry,
  memory: RegistryMemory,
): Promise<Outcome> {
  const failure = await syncWhenDue(context, connections, key, registry, memory);
  // The leader tells of it in the registry's status.
  if (failure) context.log.debug({ registry: key, reason: failure.reason }, failure.message);
  return { kind: 'after', ms: Math.max(0, memory.nextSync - context.clock.monotonic()) };
}

function memoryOf(
  memories: Map<string, RegistryMemory>,
  key: string,
  registry: TenantRegistry,
): RegistryMemory {
  const known = memories.get(key);
  const memory = known && known.uid === registry.metadata.uid ? known : createRegistryMemory(registry);
  memories.set(key, memory);
  return memory;
}

/** Reads the table when an interval is over or the spec is another one; gives the failure of the last read. */
async function syncWhenDue(
  context: ControllerContext,
  connections: Connections,
  key: string,
  registry: TenantRegistry,
  memory: RegistryMemory,
): Promise<SourceFailure | undefined> {
  const now = context.clock.monotonic();
  const generation = registry.metadata.generation ?? 0;
  if (now < memory.nextSync && memory.generation === generation) return memory.failure;
  // Before the read: a hint that comes while it runs asks for another one.
  memory.nextSync = now + (parseInterval(registry.spec.source.syncInterval) ?? defaultIntervalMs);
  const failure = await sync(context, connections, key, registry, memory);
  memory.failure = failure;
  memory.generation = generation;
  memory.failures = failure ? memory.failures + 1 : 0;
  // Kept here and not in the queue: what else adds the registry must not read the database again and again.
  if (failure) memory.nextSync = now + Math.min(maxBackoffMs, baseBackoffMs * 2 ** (memory.failures - 1));
  return failure;
}

/** Rows that the API server refused are quarantined like those that we cannot use ourselves. */
function withRefusals(work: SyncWork, { refusals }: RegistryMemory): SyncWork {
  const { create, update, quarantined } = work.plan;
  const refused = refusals.problems([...create, ...update]);
  return { ...work, plan: { ...work.plan, quarantined: [...quarantined, ...refused] } };
}

/** Reads the table; the rows change only when the whole read succeeded and only when they differ. */
async function sync(
  context: ControllerContext,
  connections: Connections,
  key: string,
  registry: TenantRegistry,
  memory: RegistryMemory,
): Promise<SourceFailure | undefined> {
  const source = await connections.of(key, registry);
  if ('failure' in source) return source.failure;
  const { valueMappings, extraValueMappings, secretValueMappings } = registry.spec;
  const mappings = { values: valueMappings, extra: extraValueMappings ?? {}, secret: secretValueMappings };
  const started = context.clock.monotonic();
  const { type } = registry.spec.source;
  const attributes = {
    'db.system.name': type,
    'db.collection.name': registry.spec.source[type]?.table ?? '',
  };
  const result = await traced('read table', attributes, async (span) => {
    const read = await source.source.read(mappedColumns(mappings));
    if (read.ok) span.setAttribute('db.response.returned_rows', read.rows.length);
    else markFailed(span, read.failure.message);
    return read;
  });
  context.observer.read(key, result.ok, context.clock.monotonic() - started);
  if (!result.ok) {
    // The next try reads the credentials again: they may be what was mended.
    await connections.drop(key);
    return result.failure;
  }
  // A source gives the same array again when no row differs.
  const isSame = memory.table === result.rows && memory.generation === registry.metadata.generation;
  if (!isSame) {
    memory.rows = readRows(result.rows, mappings);
    if (secretValueMappings) passOnSecrets(context, key, memory.rows);
  }
  memory.table = result.rows;
  memory.lastSync = context.clock.now();
  return undefined;
}

/** Tenants whose secret values are other than before are looked at; the values themselves stay in memory. */
function passOnSecrets(context: ControllerContext, key: string, rows: ReadRows): void {
  const changed = new Set(context.secretValues.replace(key, rows.active));
  for (const { metadata, spec } of context.tenants.ofRegistry(key)) {
    if (changed.has(spec.uid)) context.lookAtTenant(keyOf(metadata));
  }
}

function planFor(context: ControllerContext, registry: TenantRegistry, rows: ReadRows): SyncWork {
  const { namespace = '', name } = registry.metadata;
  const ofRegistry = context.catalog.ofRegistry(namespace, name);
  const suspended = new Set(
    ofRegistry.flatMap(({ metadata, spec }) => (spec.suspend ? [metadata.name] : [])),
  );
  const templates = ofRegistry.map((template) => ({
    name: template.metadata.name,
    isValid:
      (context.catalog.get(`${namespace}/${template.metadata.name}`)?.compiled.problems.length ?? 0) === 0,
  }));
  const existing = context.tenants.ofRegistry(keyOf(registry.metadata)).map(({ metadata, spec }) => ({
    name: metadata.name,
    uid: spec.uid,
    templateRef: spec.templateRef,
    values: spec.values ?? {},
    deleting: metadata.deletionTimestamp !== undefined,
    isMarked: isMarked(metadata, tenantLabels(name, spec)),
    isSuspended: spec.suspend === true || suspended.has(spec.templateRef),
  }));
  const plan = planTenants(rows, templates, existing, (tenant) => isElsewhere(context, registry, tenant));
  const guard = applyGuard(context, registry, {
    removals: plan.remove,
    existing: new Set(existing.filter((tenant) => !tenant.deleting).map((tenant) => tenant.name)),
    isEmptyResult: rows.total === 0,
  });
  return { plan, guard };
}

/** Somebody may have taken the finalizer or a label off, or made the Tenant by hand; a Go release left other marks. */
function isMarked(metadata: Tenant['metadata'], wanted: Record<string, string>): boolean {
  const { finalizers, labels } = metadata;
  const isLabelled = Object.entries(wanted).every(([label, value]) => labels?.[label] === value);
  return (
    isLabelled &&
    finalizers?.includes(FINALIZERS.tenant) === true &&
    inheritedMarks({ metadata }) === undefined
  );
}

/** A Tenant of another registry has this name: `a-b` + `c` and `a` + `b-c` would be one name. */
function isElsewhere(context: ControllerContext, { metadata }: TenantRegistry, name: string): boolean {
  const tenant = context.tenants.get(keyOf({ namespace: metadata.namespace ?? '', name }));
  return tenant !== undefined && tenant.spec.registryId !== metadata.name;
}

async function addFinalizer(context: ControllerContext, registry: TenantRegistry): Promise<Outcome> {
  const { resourceVersion, finalizers = [] } = registry.metadata;
  const body = { metadata: { resourceVersion, finalizers: [...finalizers, FINALIZERS.registry] } };
  const saved = await context.client.patch(context.types.registry, refOf(registry), body, {
    contentType: 'merge',
    fieldManager: FIELD_MANAGER,
  });
  context.registries.put(saved);
  return { kind: 'after', ms: 0 };
}

/** The tenants of a registry that is being deleted; in a namespace that goes as a whole nothing is held. */
async function guardRemoval(
  context: ControllerContext,
  registry: TenantRegistry,
  tenants: readonly Tenant[],
): Promise<GuardDecision> {
  const removals = tenants.map(({ metadata, spec }) => ({
    name: metadata.name,
    uid: spec.uid,
    cause: 'RegistryDeleted' as const,
  }));
  const guard = applyGuard(context, registry, {
    removals,
    existing: new Set(removals.map(({ name }) => name)),
    isEmptyResult: false,
  });
  if (guard.kind === 'free') return guard;
  const namespace = await context.client.get(namespaceType, { name: registry.metadata.namespace ?? '' });
  return namespace?.metadata.deletionTimestamp === undefined ? guard : { kind: 'free', removals };
}

/** A registry goes after its Tenants. */
async function removeRegistry(
  context: ControllerContext,
  connections: Connections,
  key: string,
  registry: TenantRegistry,
): Promise<Outcome> {
  if (!registry.metadata.finalizers?.includes(FINALIZERS.registry)) return { kind: 'done' };
  const tenants = context.tenants.ofRegistry(key);
  if (tenants.length > 0) {
    const live = tenants.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const guard = await guardRemoval(context, registry, live);
    const stored = await deleteTenants(context, registry, guard);
    await saveRegistryStatus(context, stored, undefined, { kind: 'removing', guard });
    return { kind: 'after', ms: 5_000 };
  }
  await connections.drop(key);
  const { resourceVersion, finalizers = [] } = registry.metadata;
  const body = {
    metadata: { resourceVersion, finalizers: finalizers.filter((name) => name !== FINALIZERS.registry) },
  };
  await context.client.patch(context.types.registry, refOf(registry), body, {
    contentType: 'merge',
    fieldManager: FIELD_MANAGER,
  });
  return { kind: 'done' };
}
