/** The objects of one tenant: as they would be against as they are, by the controllers' decisions and a dry run. */
import type { InventoryEntry, Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import type { KubeClient, KubeObject, ResourceType } from '@tenant-operator/kube';
import { holdCertificates } from '@tenant-operator/operator';
import { applyItem, buildManifest, ownMarks, refOf } from '@tenant-operator/operator/apply';
import {
  childKey,
  createDigester,
  objectKey,
  observeChild,
  routesOf,
} from '@tenant-operator/operator/children';
import { withoutFields } from '@tenant-operator/operator/jsonpath';
import { decideItem, decideOwnership, type ItemAction, planRemovals } from '@tenant-operator/operator/plan';
import {
  type CompiledItem,
  type CompiledTemplate,
  type RenderedItem,
  renderItem,
  tenantData,
} from '@tenant-operator/operator/render';
import { dryRunClient } from '../cluster/dry-run.ts';
import { diffObjects } from './fields.ts';
import type { ObjectChange } from './index.ts';
import { DEFAULT_RULES, holdsCertificates, type OperatorRules } from './rules.ts';

export interface CompareContext {
  readonly client: KubeClient;
  readonly template: TenantTemplate;
  readonly registry: TenantRegistry | undefined;
  readonly compiled: CompiledTemplate;
  /** The operator's configuration; one without flags when left out. */
  readonly rules?: OperatorRules;
  /** Tries the writes, as whom the operator makes them; `client` when left out. */
  readonly writer?: KubeClient;
  /** As an import does it: objects of others are taken over, whatever the item's policy says. */
  readonly force?: boolean;
}

/** A tenant as it would be; a new one has no uid of its own yet. */
export interface Compared {
  readonly tenant: Tenant;
  /** Its variables, overrides included. */
  readonly values: Readonly<Record<string, string>>;
  /** Undefined where nobody knows them: items that need them are `unknown`. */
  readonly secrets: Readonly<Record<string, string>> | undefined;
}

/** Secrets are not compared by digest: the key is the operator's own. */
const digester = createDigester('');
/** An owner needs a UID, also in a dry run of what has none yet. */
const noUid = '00000000-0000-0000-0000-000000000000';

export interface Comparison {
  /** Only what would change, in apply order, removals last. */
  readonly changes: readonly ObjectChange[];
  /** `host/path` of every rule of its Ingresses. */
  readonly routes: readonly string[];
}

/** Throws what the client throws for failures that are not of one object. */
export async function compareObjects(context: CompareContext, compared: Compared): Promise<Comparison> {
  const { tenant } = compared;
  const changes: ObjectChange[] = [];
  const wanted = new Set<string>();
  const isNew = tenant.metadata.uid === undefined;
  const routes: string[] = [];
  let isWhole = true;
  for (const compiled of context.compiled.items) {
    const rendered = render(context, compared, compiled);
    if (rendered.kind === 'absent') continue;
    if (rendered.kind === 'unclear') {
      isWhole = false;
      changes.push(rendered.change);
      continue;
    }
    routes.push(...routesOf(rendered.item.manifest as unknown as KubeObject));
    const { change, key } = await compareItem(context, tenant, compiled, rendered.item);
    if (key === undefined) isWhole = false;
    else wanted.add(key);
    if (change) changes.push(change);
  }
  // What cannot be named could be any of the recorded objects.
  const removals = isNew || !isWhole ? [] : removalsOf(tenant.status?.inventory ?? [], wanted);
  return { changes: [...changes, ...removals], routes };
}

/** Everything that goes with a tenant, last applied first. */
export function removalsOf(
  inventory: readonly InventoryEntry[],
  wanted: ReadonlySet<string> = new Set(),
): ObjectChange[] {
  return planRemovals(inventory, wanted).map(({ entry }) => ({
    id: entry.id,
    kind: entry.kind,
    ...(entry.namespace === undefined ? {} : { namespace: entry.namespace }),
    name: entry.name,
    action: entry.deletionPolicy === 'Retain' ? 'release' : 'remove',
  }));
}

type Rendering =
  | { readonly kind: 'item'; readonly item: RenderedItem }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly change: ObjectChange };

function render(
  { compiled, registry }: CompareContext,
  { tenant, values, secrets }: Compared,
  item: CompiledItem,
): Rendering {
  const { spec, metadata } = tenant;
  const unclear = (action: 'refused' | 'unknown', message: string): Rendering => ({
    kind: 'unclear',
    change: { id: item.id, kind: item.kind, name: '', action, message },
  });
  if (item.usesSecrets && secrets === undefined) {
    const names = Object.keys(registry?.spec.secretValueMappings ?? {}).join(', ');
    return unclear('unknown', `it needs secret values (${names}): read the table with --read-table`);
  }
  const identity = {
    uid: spec.uid,
    namespace: metadata.namespace ?? '',
    registryId: spec.registryId,
    templateRef: spec.templateRef,
  };
  const data = tenantData(compiled, identity, values);
  const outcome = renderItem(item, item.usesSecrets ? { ...data, ...secrets } : data);
  if (outcome.kind === 'absent') return outcome;
  if (outcome.kind === 'rendered') return { kind: 'item', item: outcome.item };
  // The words of an engine may hold what it was given.
  return unclear(
    'refused',
    item.usesSecrets ? 'it cannot be rendered from the secret values' : outcome.problem.message,
  );
}

export interface ItemComparison {
  readonly change?: ObjectChange | undefined;
  /** Of `objectKey`; undefined where the server does not know the kind. */
  readonly key?: string;
  readonly type?: ResourceType;
  /** As it is. */
  readonly live?: KubeObject | undefined;
}

/** One rendered item against its object. */
export async function compareItem(
  context: CompareContext,
  tenant: Tenant,
  compiled: CompiledItem,
  rendered: RenderedItem,
): Promise<ItemComparison> {
  const { client } = context;
  const type = await client.resourceType(rendered.apiVersion, rendered.kind);
  const base = { id: compiled.id, kind: rendered.kind, name: rendered.name };
  if (!type) {
    const message = `the server does not know ${rendered.apiVersion} ${rendered.kind}: install its CRD`;
    return { change: { ...base, action: 'refused', message } };
  }
  const whole = manifestOf(context, tenant, compiled, rendered, type);
  const { namespace } = whole.metadata;
  const named = { ...base, ...(namespace === undefined ? {} : { namespace }) };
  const ref = { ...rendered, namespace };
  const problem = (context.rules ?? DEFAULT_RULES).scope.refuse(tenant.metadata.namespace ?? '', {
    apiVersion: rendered.apiVersion,
    kind: rendered.kind,
    name: rendered.name,
    namespace: rendered.namespace,
    isTargeted: compiled.item.targetNamespace !== undefined,
    namespaced: type.namespaced,
  });
  // What is there already stays as it is.
  if (problem)
    return { change: { ...named, action: 'refused', message: problem.message }, key: objectKey(ref), type };
  const entry = tenant.status?.inventory?.find((candidate) => childKey(candidate) === childKey(ref));
  const live = await client.get(type, refOf(whole));
  const change = await tryItem(context, tenant, compiled, { type, whole, entry, live });
  return { change: change && { ...named, ...change }, key: objectKey(ref), type, live };
}

function manifestOf(
  { template }: CompareContext,
  { metadata, spec }: Tenant,
  { item }: CompiledItem,
  rendered: RenderedItem,
  { namespaced }: ResourceType,
): KubeObject {
  return buildManifest(rendered, {
    tenant: { namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid ?? noUid },
    template: { name: spec.templateRef, uid: template.metadata.uid ?? noUid },
    registryId: spec.registryId,
    rowUid: spec.uid,
    namespaced,
    deletionPolicy: item.deletionPolicy,
    creationPolicy: item.creationPolicy,
    ignoreFields: item.ignoreFields ?? [],
    readyWhen: item.readyWhen,
  });
}

interface Situation {
  readonly type: ResourceType;
  readonly whole: KubeObject;
  readonly entry: InventoryEntry | undefined;
  readonly live: KubeObject | undefined;
}

type Difference = Pick<ObjectChange, 'action' | 'fields' | 'message'>;

async function tryItem(
  context: CompareContext,
  tenant: Tenant,
  compiled: CompiledItem,
  { type, whole, entry, live }: Situation,
): Promise<Difference | undefined> {
  const { item } = compiled;
  const observation =
    live && observeChild({ ...live, apiVersion: whole.apiVersion, kind: whole.kind }, digester);
  const { manifest } = holdCertificates(whole, {
    isWanted:
      holdsCertificates(context.template, context.rules ?? DEFAULT_RULES) && item.creationPolicy !== 'Once',
    entry,
    observation,
    isPublished: () => false,
  });
  const action = decideItem({
    tenantUid: tenant.metadata.uid ?? noUid,
    rendered: renderedDigest(manifest, compiled),
    entry,
    observation,
    creationPolicy: item.creationPolicy,
    driftPolicy: item.driftPolicy,
    patchStrategy: item.patchStrategy,
    isTransient: manifest.kind === 'Job' && ttlOf(manifest) !== undefined,
  });
  if (action.kind === 'settled' || action.kind === 'finished') return undefined;
  if (action.kind === 'going')
    return { action: 'change', fields: [], message: 'it is being deleted, and made anew when it is gone' };
  return dryRun(context, tenant, compiled, { type, whole: manifest, entry, live }, action);
}

function ttlOf({ spec }: KubeObject): unknown {
  return (spec as { ttlSecondsAfterFinished?: unknown } | undefined)?.ttlSecondsAfterFinished;
}

function renderedDigest(manifest: KubeObject, { ignored, item }: CompiledItem): string {
  const isSecret = manifest.kind === 'Secret' && manifest.apiVersion === 'v1';
  if (isSecret) return '';
  // What is made once is kept by its marks alone.
  const content = item.creationPolicy === 'Once' ? ownMarks(manifest) : withoutFields(manifest, ignored);
  return digester.digest(content, manifest);
}

async function dryRun(
  context: CompareContext,
  { metadata }: Tenant,
  { item, ignored }: CompiledItem,
  { type, whole, live }: Situation,
  action: Extract<ItemAction, { kind: 'create' | 'update' | 'foreign' }>,
): Promise<Difference | undefined> {
  const tenant = { namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid ?? noUid };
  const conflictPolicy = context.force ? 'Force' : item.conflictPolicy;
  const client = dryRunClient(context.writer ?? context.client);
  const result = await applyItem(
    {
      client,
      tenant,
      conflictPolicy,
      patchStrategy: item.patchStrategy,
      creationPolicy: item.creationPolicy,
      ignored,
    },
    type,
    whole,
    action,
  );
  switch (result.kind) {
    case 'conflict':
      return { action: 'conflict', message: `it belongs to ${result.owner}` };
    case 'going':
      return { action: 'change', fields: [], message: 'somebody changes or deletes it right now' };
    case 'failed': {
      const { reason } = result.failure;
      const message = result.failure.message.replace(`${whole.kind} "${whole.metadata.name}": `, '');
      if (reason === 'NamespaceNotFound' && live === undefined)
        return { action: 'add', message: 'its namespace does not exist yet' };
      if (reason === 'ImmutableField' && item.recreateOnImmutable && item.deletionPolicy !== 'Retain')
        return { action: 'change', fields: [], message: 'it is deleted and made anew: a field is immutable' };
      return { action: 'refused', message };
    }
    case 'applied': {
      if (live === undefined) return { action: 'add' };
      const fields = diffObjects(live, result.object);
      if (fields.length === 0) return undefined;
      const isTaken = decideOwnership(live, tenant).kind === 'foreign';
      return { action: 'change', fields, ...(isTaken ? { message: 'it is taken over' } : {}) };
    }
  }
}
