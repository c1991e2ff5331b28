/**
 * The tenant controller: keeps one Tenant's objects as its template and values say.
 *
 * Each pass: gather the tenant, its template and what is known of its objects; render; decide and write item by item in
 * dependency order; remove what no item wants any more; settle the status. A pass that changes nothing sends nothing.
 */
import type { InventoryEntry, Tenant } from '@tenant-operator/api';
import { FINALIZERS } from '@tenant-operator/api';
import { type Outcome, parseKey } from '@tenant-operator/kube';
import { childKey, objectKey, routesOf } from '../../children/index.ts';
import { isInherited, planRemovals } from '../../plan/index.ts';
import type { CompiledItem, RenderedItem } from '../../render/index.ts';
import { type ConditionInput, findCondition, haltedStatus, tenantStatus } from '../../status/index.ts';
import { type ItemReport, isSatisfied } from '../../status/report.ts';
import { asksForCertificates, type CertificateView, certificateView } from '../certificates/index.ts';
import type { ControllerContext } from '../context.ts';
import { dnsSubject } from '../dns/index.ts';
import { actorOf } from './actor.ts';
import { deleteTenant } from './deletion.ts';
import { announceEntry, refOf, settleItem, type TenantFacts } from './items.ts';
import { createTenantMemories, knownInventory, type TenantMemory } from './memory.ts';
import { type Preparations, type Prepared, prepareAll, type Rendered } from './prepare.ts';
import { type RemovalProgress, removeInOrder } from './removal.ts';
import { renderAll } from './render.ts';
import type { RouteClaims } from './routes.ts';
import { saveStatus } from './save.ts';
import { sourceOf } from './source.ts';
import { areOlderKindsInSight, ownedAlone, unrecorded } from './unrecorded.ts';

export interface TenantController {
  reconcile(key: string): Promise<Outcome>;
  /** The tenant is gone, or another process looks after it. */
  forget(key: string): void;
}

export interface TenantControllerOptions {
  readonly context: ControllerContext;
  readonly claims: RouteClaims;
}

/** For what no watch can show (a quota, a foreign object removed): tried again at least so often, in milliseconds. */
const retryMs = 30_000;
/** The end of a first list adds all tenants again; this is for one that does not come, in milliseconds. */
const sightMs = 10_000;
/** A CRD that appears is found by asking for it. */
const kindRetryMs = 10_000;
/** How long a status that only waits is held back, because most waits end within it. */
const settleMs = 1_000;

const keptConditions = ['DNSReady', 'CertificateReady'];
/** Where nothing could be rendered, nobody asked whether probes are wanted. */
const haltedConditions = [...keptConditions, 'HTTPSReady'];

interface Work extends TenantFacts {
  readonly context: ControllerContext;
  readonly memory: TenantMemory;
}

/** A pass that got as far as its items knows what they were rendered from. */
interface RenderedWork extends Work {
  readonly revision: string;
}

export function createTenantController({ context, claims }: TenantControllerOptions): TenantController {
  const memories = createTenantMemories();
  const forget = (key: string) => {
    claims.release(key);
    memories.forget(key);
    context.dns.forget(key);
    context.observer.gone(key);
  };
  return {
    forget,
    async reconcile(key) {
      const tenant = context.tenants.get(key);
      if (!tenant) {
        forget(key);
        return { kind: 'done' };
      }
      const memory = memories.of(tenant);
      const inventory = knownInventory(tenant, memory);
      const work: Work = { context, tenant, key, memory, inventory, actor: actorOf(context, tenant) };
      if (tenant.metadata.deletionTimestamp !== undefined) {
        const isOver = memory.isReleased || !tenant.metadata.finalizers?.includes(FINALIZERS.tenant);
        return isOver ? { kind: 'done' } : finish(work, claims, await deleteTenant(work));
      }
      return reconcileLive(work, claims);
    },
  };
}

function finish(work: Work, claims: RouteClaims, outcome: Outcome): Outcome {
  if (outcome.kind === 'done') {
    work.memory.isReleased = true;
    claims.release(work.key);
    work.context.dns.forget(work.key);
  }
  return outcome;
}

async function reconcileLive(work: Work, claims: RouteClaims): Promise<Outcome> {
  const { context, tenant } = work;
  // Nothing is written for it before the registry made it one of ours; that brings it here again.
  if (isInherited(tenant)) return { kind: 'done' };
  const source = sourceOf(context, tenant);
  if ('halt' in source) return saveHalt(work, source.halt);
  if ('held' in source) return { kind: 'after', ms: retryMs };

  // Nothing can be decided meanwhile, and ten thousand tenants need not be rendered to know it.
  if (
    source.compiled.items.some(({ apiVersion, kind }) =>
      context.children.watcher.isFilling({ apiVersion, kind }),
    )
  )
    return { kind: 'after', ms: sightMs };

  const rendered = renderAll(context, tenant, source);
  const problem = rendered.find((entry) => entry.outcome.kind === 'problem');
  if (problem?.outcome.kind === 'problem') {
    const { message } = problem.outcome.problem;
    const ready = { type: 'Ready', status: 'False', reason: 'RenderFailed', message } as const;
    return saveHalt(work, ready, source.revision);
  }
  const { prepared: found, refused } = await prepareAll(context, work, rendered);
  if (!isInSight(work, found)) return { kind: 'after', ms: 250 };
  // Between two revisions there may be objects that a crash kept out of the inventory, of kinds that the newest one has no more.
  const isSettledOn = tenant.status?.templateRevision === source.revision;
  if (!isSettledOn && !(await areOlderKindsInSight(context, tenant))) return { kind: 'after', ms: 250 };
  // Not before all Ingresses are in sight: after a restart a newcomer would take what another one serves.
  const taken = claims.claim(work.key, routesOfItems(rendered, refused));
  if (taken) {
    if (taken.isServed) await withdraw(work, taken.route);
    const message = `${taken.route} is served by Tenant "${parseKey(taken.holder).name}" already: two tenants cannot share a host and path`;
    const ready = { type: 'Ready', status: 'False', reason: 'HostTaken', message } as const;
    return { ...(await saveHalt(work, ready, source.revision)), ...later };
  }
  const { work: announced, prepared } = await announce(work, found);
  const reports = await settleAll(announced, rendered, { prepared, refused });
  const isWhole = refused.size === 0 && isDecided(rendered, prepared);
  const progress = await removeLeftovers(announced, prepared, reports, isWhole);
  claims.applied(work.key);
  return saveReports({ ...announced, revision: source.revision }, prepared, reports, progress);
}

/** Two processes let in a tenant each at the same moment: the later one takes its Ingress back, or both would serve the route. */
async function withdraw(work: Work, route: string): Promise<void> {
  const { context, key, inventory } = work;
  const serving = new Set(
    context.children.store
      .ofTenant(key)
      .filter((object) => object.routes.includes(route))
      .map((object) => object.uid),
  );
  const removals = [...inventory.values()]
    .filter(({ uid }) => uid !== undefined && serving.has(uid))
    .map((entry) => ({ entry, step: 0 }));
  await removeInOrder(context, work, removals, 'HostTaken');
}

const later = { kind: 'after', ms: retryMs } as const;

function routesOfItems(rendered: readonly Rendered[], refused: Preparations['refused']): string[] {
  const manifests = rendered.flatMap(({ compiled, outcome }) =>
    outcome.kind === 'rendered' && !refused.has(compiled.id) ? [outcome.item.manifest] : [],
  );
  return [
    ...new Set(
      manifests.flatMap((manifest) => routesOf(manifest as unknown as Parameters<typeof routesOf>[0])),
    ),
  ];
}

/** Decisions need the first list of every kind involved; its end adds all tenants again. */
function isInSight(work: Work, prepared: Prepared): boolean {
  const { watcher } = work.context.children;
  return [...prepared.values()].every((item) => !item || watcher.hasSynced(item.rendered));
}

/**
 * Stores what no owner reference will cover before it is first applied, so that no crash can leave it behind unknown. The items
 * carry their entries from then on: a pass that does not get to apply them (a conflict, a dependency) keeps them stored, or the
 * next one would announce them again.
 */
async function announce(work: Work, prepared: Prepared): Promise<{ work: Work; prepared: Prepared }> {
  const fresh = [...prepared.values()]
    .filter((item) => item !== undefined)
    .filter((item) => item.manifest.metadata.ownerReferences === undefined && !item.entry);
  if (fresh.length === 0) return { work, prepared };
  const inventory = [...work.inventory.values(), ...fresh.map(announceEntry)];
  const tenant = await saveStatus(work.context, work.tenant, { ...work.tenant.status, inventory });
  const announced = fresh.map((item) => [item.compiled.id, { ...item, entry: announceEntry(item) }] as const);
  return { work: { ...work, tenant }, prepared: new Map([...prepared, ...announced]) };
}

async function settleAll(
  work: Work,
  rendered: readonly Rendered[],
  preparations: Preparations,
): Promise<ItemReport[]> {
  const reports = new Map<string, ItemReport>();
  const waves = [...new Set(rendered.map(({ compiled }) => compiled.wave))];
  for (const wave of waves) {
    const items = rendered.filter(({ compiled }) => compiled.wave === wave);
    const settled = await Promise.all(
      items.map(({ compiled, outcome }) => settleOne(work, compiled, outcome, preparations, reports)),
    );
    for (const report of settled) reports.set(report.id, report);
  }
  announceCorrections(work, [...reports.values()]);
  for (const { entry } of reports.values()) if (entry?.uid) work.memory.entries.set(childKey(entry), entry);
  return [...reports.values()];
}

/** Says what was put back: a changed field, or an object that somebody deleted. */
function announceCorrections({ context, tenant, inventory }: Work, reports: readonly ItemReport[]): void {
  for (const { entry, written } of reports) {
    if (!entry) continue;
    const isRestored = written === 'created' && inventory.get(childKey(entry))?.uid !== undefined;
    if (written !== 'drift' && !isRestored) continue;
    const what = written === 'drift' ? 'changed fields were put back' : 'it was deleted and is made anew';
    const message = `${entry.kind} "${entry.name}": ${what}`;
    context.events.record(tenant, { type: 'Normal', reason: 'DriftCorrected', message });
  }
}

async function settleOne(
  work: Work,
  { id }: CompiledItem,
  outcome: Rendered['outcome'],
  { prepared, refused }: Preparations,
  reports: ReadonlyMap<string, ItemReport>,
): Promise<ItemReport> {
  if (outcome.kind === 'unknown') return unknownYet(work, id);
  if (outcome.kind !== 'rendered') return { id, state: 'absent', reason: '', message: '' };
  const refusal = refused.get(id);
  if (refusal) return refusal;
  const item = prepared.get(id);
  return item ? settleItem(work.context, work, item, reports) : kindNotFound(id, outcome.item);
}

/** Secret values are known after the first read since the start; until then what is there stays as it is. */
function unknownYet({ inventory }: Work, id: string): ItemReport {
  const entry = [...inventory.values()].find(
    (candidate) => candidate.id === id && candidate.uid !== undefined,
  );
  if (entry) return { id, state: 'ready', reason: '', message: '', entry };
  const message = 'waits for the first read of the table, which brings its secret values';
  return { id, state: 'waiting', reason: 'WaitingForReady', message };
}

function kindNotFound(id: string, { apiVersion, kind }: RenderedItem): ItemReport {
  const message = `the server does not know ${apiVersion} ${kind} yet: install its CRD`;
  return { id, state: 'waiting', reason: 'KindNotFound', message };
}

/** It is known of every item which object it has, if any. */
function isDecided(rendered: readonly Rendered[], prepared: Prepared): boolean {
  return rendered.every(
    ({ compiled, outcome }) =>
      outcome.kind === 'absent' || (outcome.kind === 'rendered' && prepared.get(compiled.id) !== undefined),
  );
}

/**
 * An item that left the template, or whose object has another name now: the old one goes once the new one stands. When every item
 * `isWhole`, so does what a crash kept out of the inventory.
 */
async function removeLeftovers(
  work: Work,
  prepared: Prepared,
  reports: readonly ItemReport[],
  isWhole: boolean,
): Promise<RemovalProgress> {
  const wanted = new Set<string>();
  for (const item of prepared.values()) if (item) wanted.add(objectKey(refOf(item.manifest)));
  for (const { id, entry } of reports) if (entry && !prepared.has(id)) wanted.add(objectKey(entry));
  const isReplaced = (entry: InventoryEntry) => {
    const report = reports.find((candidate) => candidate.id === entry.id);
    return !report || isSatisfied(report);
  };
  const strays = isWhole
    ? unrecorded(work.context, work).filter((stray) => !wanted.has(objectKey(stray)))
    : [];
  const known = [...work.inventory.values(), ...(await ownedAlone(work.context, work, strays))];
  const removals = planRemovals(known, wanted);
  const now = removals.filter(({ entry }) => isReplaced(entry));
  const later = removals.filter(({ entry }) => !isReplaced(entry)).map(({ entry }) => ({ entry }));
  const progress = await removeInOrder(work.context, work, now, 'ItemRemoved');
  for (const entry of progress.gone) work.memory.entries.delete(childKey(entry));
  return { gone: progress.gone, left: [...progress.left, ...later] };
}

async function saveReports(
  work: RenderedWork,
  prepared: Prepared,
  reports: readonly ItemReport[],
  progress: RemovalProgress,
): Promise<Outcome> {
  const { context, tenant, key, memory } = work;
  const now = context.clock.now();
  context.observer.settled(key, reports);
  const leftovers = progress.left.map(({ entry }) => entry);
  const isSettled = reports.every(isSatisfied) && leftovers.length === 0;
  const dns = context.dns.look(dnsSubject(context, tenant, key), !isSettled);
  const certificates = await lookAtCertificates(work, prepared);
  const probe = context.dns.probe(dnsSubject(context, tenant, key), {
    isOpen: !isSettled,
    isNews: isNewlyIssued(tenant, certificates),
  });
  const status = tenantStatus({
    tenant,
    revision: work.revision,
    serviceAccountName: work.actor.serviceAccount?.name,
    reports,
    leftovers,
    leftoverFailures: progress.left.flatMap(({ failure }) => (failure ? [failure.message] : [])),
    now: new Date(now),
    keep: probe === undefined ? keptConditions : [...keptConditions, 'HTTPSReady'],
    dns,
    more: [certificates, probe].filter((one) => one !== undefined && one !== 'kept'),
  });
  const isBroken =
    reports.some((r) => r.state === 'failed' || r.state === 'conflict') ||
    progress.left.some((l) => l.failure);
  const isOpen =
    reports.some((r) => r.state === 'waiting' || r.state === 'blocked') ||
    leftovers.length > 0 ||
    dns.waiting !== undefined;
  if (isOpen && !isBroken && status.conditions?.[0]?.status !== 'True') {
    memory.heldSince ??= context.clock.monotonic();
    const ms = memory.heldSince + settleMs - context.clock.monotonic();
    if (ms > 0) return { kind: 'after', ms };
  }
  memory.heldSince = undefined;
  await saveStatus(context, tenant, status);
  memory.entries.clear();
  if (progress.left.length === 0) memory.deleting.clear();
  if (isBroken) return { kind: 'retry', maxMs: retryMs };
  if (isOpen) return { kind: 'after', ms: nextLook(reports, now) };
  const again = [...reports, dns].flatMap((part) => (part.again === undefined ? [] : [part.again - now]));
  return again.length === 0 ? { kind: 'done' } : { kind: 'after', ms: Math.max(100, Math.min(...again)) };
}

/** Whether the certificates that its objects ask for are issued, or wait for their hostnames to be published. */
async function lookAtCertificates(
  { context, tenant, key }: Work,
  prepared: Prepared,
): Promise<CertificateView> {
  const observations = context.children.store.ofTenant(key);
  return certificateView({
    observations,
    tenantUid: tenant.metadata.uid ?? '',
    sight: asksForCertificates(observations) ? await context.certificates.look() : 'unknown',
    held: [...prepared.values()].flatMap((item) => (item?.certificates === 'held' ? [item.compiled.id] : [])),
    wasTold: findCondition(tenant.status?.conditions, 'CertificateReady') !== undefined,
  });
}

/** What visitors see is another thing from now on. */
function isNewlyIssued(tenant: Tenant, view: CertificateView): boolean {
  if (view === undefined || view === 'kept' || view.reason !== 'CertificatesIssued') return false;
  return findCondition(tenant.status?.conditions, 'CertificateReady')?.reason !== view.reason;
}

/** The soonest deadline, and no later than what no watch would show. */
function nextLook(reports: readonly ItemReport[], now: number): number {
  const deadlines = reports.flatMap((report) =>
    report.deadline === undefined ? [] : [report.deadline - now],
  );
  const isKindAbsent = reports.some((report) => report.reason === 'KindNotFound');
  return Math.max(100, Math.min(isKindAbsent ? kindRetryMs : retryMs, ...deadlines));
}

/** `revision` is what could not be rendered or claimed; left out when it did not come so far. */
async function saveHalt(work: Work, ready: ConditionInput, revision?: string): Promise<Outcome> {
  const { context, tenant, memory, inventory } = work;
  const halted = haltedStatus(tenant, ready, new Date(context.clock.now()), haltedConditions, revision);
  // What was applied and not told yet, because it waited for something: nobody knows when there is a next pass.
  const status = memory.entries.size > 0 ? { ...halted, inventory: [...inventory.values()] } : halted;
  await saveStatus(context, tenant, status);
  memory.entries.clear();
  return { kind: 'done' };
}
