/** The items of one tenant, in dependency order: what each needs, the write, and what came of it. */
import type { InventoryEntry, Tenant } from '@tenant-operator/api';
import type { KubeObject, ResourceType } from '@tenant-operator/kube';
import { applyItem, buildManifest, ownMarks } from '../../apply/index.ts';
import { type ChildObservation, childKey, observeChild } from '../../children/index.ts';
import { withoutFields } from '../../jsonpath/index.ts';
import { decideItem, type ItemAction } from '../../plan/index.ts';
import type { CompiledItem, RenderedItem } from '../../render/index.ts';
import { type ItemReport, isBroken, isSatisfied } from '../../status/report.ts';
import type { ControllerContext } from '../context.ts';
import { type CertificateHold, dnsSubject, holdCertificates } from '../dns/index.ts';
import { redact } from '../registry/secret-values.ts';
import { registryKeyOf, templateKeyOf } from '../tenants.ts';
import type { Actor } from './actor.ts';

/** An item that has an object, with all that its write needs. */
export interface PreparedItem {
  readonly compiled: CompiledItem;
  readonly rendered: RenderedItem;
  readonly type: ResourceType;
  readonly manifest: KubeObject;
  readonly digest: string;
  readonly entry: InventoryEntry | undefined;
  /** Whether cert-manager may be asked for certificates already. */
  readonly certificates: CertificateHold['certificates'];
}

/** Names the row's side of a tenant. */
export interface TenantFacts {
  readonly tenant: Tenant;
  readonly key: string;
  readonly inventory: ReadonlyMap<string, InventoryEntry>;
  /** As whom its objects are written. */
  readonly actor: Actor;
}

/** Finds the kind, builds the manifest and its digest; undefined while the server does not serve the kind. */
export async function prepareItem(
  context: ControllerContext,
  facts: TenantFacts,
  compiled: CompiledItem,
  rendered: RenderedItem,
): Promise<PreparedItem | undefined> {
  const type = await context.client.resourceType(rendered.apiVersion, rendered.kind);
  if (!type || !(await context.children.watcher.watch(rendered))) return undefined;
  const { metadata, spec } = facts.tenant;
  const whole = buildManifest(rendered, {
    tenant: { namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid ?? '' },
    template: {
      name: spec.templateRef,
      uid: context.templates.get(templateKeyOf(facts.tenant))?.metadata.uid ?? '',
    },
    registryId: spec.registryId,
    rowUid: spec.uid,
    namespaced: type.namespaced,
    deletionPolicy: compiled.item.deletionPolicy,
    creationPolicy: compiled.item.creationPolicy,
    ignoreFields: compiled.item.ignoreFields ?? [],
    readyWhen: compiled.item.readyWhen,
  });
  const ref = { ...rendered, namespace: whole.metadata.namespace };
  const entry = facts.inventory.get(childKey(ref));
  const subject = dnsSubject(context, facts.tenant, facts.key);
  const rules = context.dns.rules(subject.spec);
  const { manifest, certificates } = holdCertificates(whole, {
    // What is made only once could not be given its issuer later.
    isWanted:
      rules.holdCertificates && rules.verification !== 'Disabled' && compiled.item.creationPolicy !== 'Once',
    entry,
    observation: context.children.store.get(ref),
    isPublished: () => context.dns.isPublished(subject, whole),
  });
  // A template's change of a field that is left to others is no change.
  const content =
    compiled.item.creationPolicy === 'Once' ? ownMarks(manifest) : withoutFields(manifest, compiled.ignored);
  const digest = context.digester.digest(content, manifest);
  return { compiled, rendered, type, manifest, digest, entry, certificates };
}

/** One pass over one item, its dependencies' reports known. */
export async function settleItem(
  context: ControllerContext,
  facts: TenantFacts,
  prepared: PreparedItem,
  reports: ReadonlyMap<string, ItemReport>,
): Promise<ItemReport> {
  const { item } = prepared.compiled;
  const observation = context.children.store.get(refOf(prepared.manifest));
  const action = decideItem({
    tenantUid: facts.tenant.metadata.uid ?? '',
    rendered: prepared.digest,
    entry: prepared.entry,
    observation,
    creationPolicy: item.creationPolicy,
    driftPolicy: item.driftPolicy,
    patchStrategy: item.patchStrategy,
    isTransient: isTransient(prepared.manifest),
    isInherited: isUnsettled(facts.tenant),
  });
  // What was applied before is kept as it was while a dependency is away; only new content waits for it.
  const isNew = prepared.entry?.renderedDigest !== prepared.digest;
  const held = isNew && action.kind !== 'settled' ? heldBy(prepared.compiled, reports) : undefined;
  if (held) return { id: item.id, entry: prepared.entry, ...held };
  switch (action.kind) {
    case 'settled':
      return judge(
        context,
        prepared,
        prepared.entry as InventoryEntry,
        observation as ChildObservation,
        action.drifted,
      );
    case 'finished':
      return { id: item.id, state: 'ready', reason: '', message: '', entry: prepared.entry };
    case 'going':
      return waiting(prepared, 'Deleting', 'the object is being deleted; it is made anew when it is gone');
    case 'update': {
      const quarrelMs = action.cause === 'drift' ? context.drift.take(childKey(refOf(prepared.manifest))) : 0;
      if (quarrelMs === 0) return write(context, facts, prepared, action);
      const report = await judge(
        context,
        prepared,
        prepared.entry as InventoryEntry,
        observation as ChildObservation,
        true,
      );
      return { ...report, again: context.clock.now() + quarrelMs };
    }
    case 'foreign':
      return quarrel(context, prepared, observation) ?? write(context, facts, prepared, action);
    default:
      return write(context, facts, prepared, action);
  }
}

/** A Go release counted its objects, and we have not yet. */
function isUnsettled({ status }: Tenant): boolean {
  return status?.desiredResources !== undefined && status.templateRevision === undefined;
}

/** Two tenants that both force an object to be theirs take it from each other ever more slowly, and both say so. */
function quarrel(
  context: ControllerContext,
  prepared: PreparedItem,
  observation: ChildObservation | undefined,
): ItemReport | undefined {
  const isForced = prepared.compiled.item.conflictPolicy === 'Force';
  const { tenantKey } = observation ?? {};
  if (!isForced || tenantKey === undefined) return undefined;
  const ms = context.drift.take(childKey(refOf(prepared.manifest)));
  if (ms === 0) return undefined;
  const { kind, name } = prepared.rendered;
  const message = `${kind} "${name}" was taken by Tenant "${tenantKey}" again, and both have conflictPolicy: Force: give one of them another name`;
  return {
    id: prepared.compiled.id,
    state: 'conflict',
    reason: 'Conflict',
    message,
    entry: prepared.entry,
    again: context.clock.now() + ms,
  };
}

/** Why an item may not be written yet, by its dependencies; undefined when it may. */
function heldBy(
  compiled: CompiledItem,
  reports: ReadonlyMap<string, ItemReport>,
): Pick<ItemReport, 'state' | 'reason' | 'message'> | undefined {
  const dependencies = (compiled.item.dependIds ?? []).flatMap((id) => reports.get(id) ?? []);
  const broken = dependencies.find(isBroken);
  if (broken && compiled.item.skipOnDependencyFailure !== false) {
    return {
      state: 'skipped',
      reason: 'DependencyFailed',
      message: `"${broken.id}" failed, which it depends on`,
    };
  }
  const unready = dependencies.find((report) => !isSatisfied(report) && !isBroken(report));
  if (!unready) return undefined;
  return { state: 'blocked', reason: 'DependencyNotReady', message: `waits for "${unready.id}"` };
}

async function write(
  context: ControllerContext,
  facts: TenantFacts,
  prepared: PreparedItem,
  action: Exclude<ItemAction, { kind: 'settled' | 'going' | 'finished' }>,
): Promise<ItemReport> {
  const { metadata } = facts.tenant;
  const { item } = prepared.compiled;
  const tenant = { namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid ?? '' };
  const { conflictPolicy, patchStrategy, creationPolicy } = item;
  const result = await applyItem(
    {
      client: facts.actor.client,
      actsAs: facts.actor.serviceAccount,
      tenant,
      conflictPolicy,
      patchStrategy,
      creationPolicy,
      ignored: prepared.compiled.ignored,
    },
    prepared.type,
    prepared.manifest,
    action,
  );
  if (result.kind !== 'going') {
    const what = { applied: 'success', failed: 'error', conflict: 'conflict' } as const;
    context.observer.applied(facts.tenant, prepared.rendered.kind, conflictPolicy, what[result.kind]);
  }
  switch (result.kind) {
    case 'going':
      return waiting(
        prepared,
        'Deleting',
        'the object of this name is being deleted or changed by somebody else',
      );
    case 'conflict': {
      const message = `${prepared.rendered.kind} "${prepared.rendered.name}" belongs to ${result.owner}: remove it, rename the item, or set conflictPolicy: Force`;
      return { id: item.id, state: 'conflict', reason: 'Conflict', message, entry: prepared.entry };
    }
    case 'failed':
      if (result.failure.reason === 'ImmutableField' && action.kind === 'update') {
        const recreated = await recreate(context, facts, prepared, action.uid);
        if (recreated) return recreated;
      }
      return {
        id: item.id,
        state: 'failed',
        ...result.failure,
        message: withoutSecrets(context, facts, prepared, result.failure.message),
        entry: prepared.entry,
      };
    case 'applied': {
      const observation = observeChild(
        { ...result.object, apiVersion: prepared.rendered.apiVersion, kind: prepared.rendered.kind },
        context.digester,
      );
      context.children.store.putWritten(observation);
      const cause = action.kind === 'update' ? action.cause : result.created ? 'created' : 'adopted';
      const entry = recordEntry(context, prepared, observation);
      return { ...(await judge(context, prepared, entry, observation)), written: cause };
    }
  }
}

/** Deletes an object whose changed field is immutable, so that it is made anew; never one that is to be retained. */
async function recreate(
  context: ControllerContext,
  { tenant, actor }: TenantFacts,
  prepared: PreparedItem,
  uid: string,
): Promise<ItemReport | undefined> {
  const { item } = prepared.compiled;
  if (!item.recreateOnImmutable || item.deletionPolicy === 'Retain') return undefined;
  const { name, namespace } = prepared.manifest.metadata;
  const ref = namespace === undefined ? { name } : { name, namespace };
  await actor.client.delete(prepared.type, ref, { uid, propagationPolicy: 'Background' });
  const message = `${prepared.rendered.kind} "${name}" is deleted and made anew because a changed field is immutable`;
  context.events.record(tenant, { type: 'Normal', reason: 'ResourceRecreated', message });
  return waiting(prepared, 'Deleting', 'the object is being deleted because a changed field is immutable');
}

function recordEntry(
  context: ControllerContext,
  prepared: PreparedItem,
  observation: ChildObservation,
): InventoryEntry {
  const { compiled, digest, entry } = prepared;
  const isSameContent = entry?.renderedDigest === digest && entry.uid === observation.uid;
  return {
    ...announceEntry(prepared),
    uid: observation.uid,
    renderedDigest: digest,
    appliedDigest: observation.live,
    wave: compiled.wave,
    ...(isSameContent && entry.ready ? { ready: true } : {}),
    ...(prepared.certificates === 'released' ? { certificatesReleased: true } : {}),
    appliedTime:
      isSameContent && entry.appliedTime ? entry.appliedTime : new Date(context.clock.now()).toISOString(),
  };
}

/** What is stored before a first apply of an object that no owner reference covers. */
export function announceEntry({ compiled, rendered, manifest }: PreparedItem): InventoryEntry {
  const { namespace } = manifest.metadata;
  return {
    id: compiled.id,
    apiVersion: rendered.apiVersion,
    kind: rendered.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name: rendered.name,
    wave: compiled.wave,
    deletionPolicy: compiled.item.deletionPolicy,
  };
}

/** Readiness as the item wants it, with its time limit. */
async function judge(
  context: ControllerContext,
  prepared: PreparedItem,
  entry: InventoryEntry,
  observation: ChildObservation,
  drifted = false,
): Promise<ItemReport> {
  const report = await judgeReadiness(context, prepared, entry, observation);
  return drifted ? { ...report, drifted } : report;
}

/** A claim that binds when a pod first uses it cannot be waited for, or nothing would ever use it. */
async function settledReadiness(
  { storageClasses }: ControllerContext,
  { readiness }: ChildObservation,
): Promise<ChildObservation['readiness']> {
  if (readiness.state !== 'waiting' || readiness.storageClass === undefined) return readiness;
  return (await storageClasses.bindsLate(readiness.storageClass))
    ? { state: 'ready', message: '' }
    : readiness;
}

async function judgeReadiness(
  context: ControllerContext,
  prepared: PreparedItem,
  entry: InventoryEntry,
  observation: ChildObservation,
): Promise<ItemReport> {
  const { item } = prepared.compiled;
  const readiness = await settledReadiness(context, observation);
  if (item.waitForReady === false) {
    return { id: item.id, state: 'ready', reason: '', message: readiness.message, entry };
  }
  if (readiness.state === 'ready') {
    return {
      id: item.id,
      state: 'ready',
      reason: '',
      message: '',
      entry: entry.ready ? entry : { ...entry, ready: true },
    };
  }
  if (readiness.state === 'failed') {
    return { id: item.id, state: 'failed', reason: 'ResourceFailed', message: readiness.message, entry };
  }
  // It was ready before, so its limit is kept: what it waits for now is something else.
  if (entry.ready) return { ...waiting(prepared, 'WaitingForReady', readiness.message), entry };
  const seconds = item.timeoutSeconds;
  const deadline = Date.parse(entry.appliedTime ?? '') + seconds * 1_000;
  if (context.clock.now() >= deadline) {
    const message = `not ready after ${seconds} s: ${readiness.message}`;
    return { id: item.id, state: 'failed', reason: 'TimedOut', message, entry };
  }
  return { ...waiting(prepared, 'WaitingForReady', readiness.message), entry, deadline };
}

function waiting(prepared: PreparedItem, reason: string, message: string): ItemReport {
  return { id: prepared.compiled.id, state: 'waiting', reason, message, entry: prepared.entry };
}

export function refOf(object: KubeObject) {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

function isTransient({ apiVersion, kind, spec }: KubeObject): boolean {
  const isJob = kind === 'Job' && apiVersion.startsWith('batch/');
  return (
    isJob &&
    (spec as { ttlSecondsAfterFinished?: unknown } | undefined)?.ttlSecondsAfterFinished !== undefined
  );
}

/** The server's words may hold what it was sent. */
function withoutSecrets(
  context: ControllerContext,
  { tenant }: TenantFacts,
  { compiled }: PreparedItem,
  message: string,
): string {
  if (!compiled.usesSecrets) return message;
  return redact(message, context.secretValues.of(registryKeyOf(tenant), tenant.spec.uid));
}
