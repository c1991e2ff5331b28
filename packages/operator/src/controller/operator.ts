import { KINDS, LABELS, type Tenant, type TenantRegistry, type TenantTemplate } from '@tenant-operator/api';
import {
  type Clock,
  createEventRecorder,
  createQueue,
  type KubeClient,
  keyOf,
  type Lane,
  type Logger,
  type Outcome,
  parseKey,
  type Queue,
  systemClock,
} from '@tenant-operator/kube';
import { createChildStore, createChildWatcher, createDigester } from '../children/index.ts';
import { createNetworkLookup, type DnsLookup } from '../dns/index.ts';
import type { CacheState } from '../health/index.ts';
import { createScope, type Scope } from '../scope/index.ts';
import type { Share } from '../shards/index.ts';
import { markFailed, traced } from '../tracing/index.ts';
import { createObjectCache, isSameSpec, type ObjectCache, type ObjectView } from './cache.ts';
import { createCertificateSight } from './certificates/index.ts';
import type { ControllerContext } from './context.ts';
import {
  createGatewaySight,
  createLeftovers,
  createTenantDns,
  DNS_DEFAULTS,
  type DnsDefaults,
} from './dns/index.ts';
import { type Observer, type QueueName, silentObserver } from './observer.ts';
import { createRegistryController, type RegistryControllerOptions } from './registry/index.ts';
import { createSecretValues } from './registry/secret-values.ts';
import { createStorageClasses } from './storage-classes.ts';
import { createTemplateCatalog } from './template/catalog.ts';
import { createTemplateController } from './template/index.ts';
import { type Revision, revisionType } from './template/revisions.ts';
import { createRollouts, isLimited, namedAnew } from './template/rollouts.ts';
import { createDriftLimiter } from './tenant/drift.ts';
import { createTenantController } from './tenant/index.ts';
import { createRouteClaims } from './tenant/routes.ts';
import { createTenantCache, registryKeyOf, type TenantCache, templateKeyOf } from './tenants.ts';

export interface OperatorOptions {
  /** What registries and templates are written with, and Tenants that come and go with their rows; reads everything. */
  readonly client: KubeClient;
  readonly log: Logger;
  readonly clock?: Clock;
  /** When several processes share the tenants: which are this one's, and what it writes for them with. */
  readonly share?: Share & { readonly client: KubeClient };
  /** Only this namespace is looked at; all when left out. */
  readonly namespace?: string | undefined;
  /** Keys the digests of Secrets; must be the same after a restart, or every Secret is applied once more. */
  readonly digestKey: Buffer;
  /** Which process this is, in events. */
  readonly instance: string;
  readonly connect: RegistryControllerOptions['connect'];
  /** The `--dns-*` flags; those left out have their defaults. */
  readonly dns?: Partial<DnsDefaults>;
  /** Asks name servers; over the network when left out. */
  readonly dnsLookup?: DnsLookup;
  /** Is told of the work while it is done; nobody when left out. */
  readonly observer?: Observer;
  /** How far templates reach (`--allowed-kinds`, `--allowed-namespaces`). */
  readonly scope?: Scope;
  /** ServiceAccount that the operator acts as for templates that name none (`--default-service-account`). */
  readonly defaultServiceAccount?: string | undefined;
  /** Tenants worked on at once. */
  readonly concurrency?: number;
}

export interface Operator {
  /** Fills the caches; resolves when they are. Nothing is written yet. */
  start(): Promise<void>;
  /** Begins to work. Call it after `start`, and only in the process that leads. */
  lead(): void;
  /** Begins to work on tenants alone, those of the share; `lead` may follow. */
  serve(): void;
  /** The share may be another one: looks at the tenants that came, forgets those that went. */
  reshare(): void;
  /** Resolves when nothing is being done any more for tenants that are not of the share. */
  drain(): Promise<void>;
  /** Ends work, watches and database connections; what was begun is finished first. */
  stop(): Promise<void>;
  readonly queues: { readonly registries: Queue; readonly templates: Queue; readonly tenants: Queue };
  /** What the caches hold: filled once `start` resolves, and kept up in every process, leading or not. */
  readonly objects: {
    readonly registries: ObjectView<TenantRegistry>;
    readonly templates: ObjectView<TenantTemplate>;
    readonly tenants: ObjectView<Tenant>;
  };
  /** How the caches of the operator's own kinds are. */
  caches(): readonly CacheState[];
  /** Tells of every change of these objects from now on; gives the way to end that. */
  onObjectChange(listener: ObjectListener): () => void;
}

/** `key` is `namespace/name`; what the object is now stands in the view, where an object that is gone is missing. */
export type ObjectListener = (kind: 'registry' | 'template' | 'tenant', key: string) => void;

/** Counts follow their tenants with this delay, in milliseconds, so that a thousand changes are one write. */
const countDelayMs = 1_000;
/** A thousand Tenants that come or go are looked at together, with this delay in milliseconds. */
const manyDelayMs = 100;
/** Up to so many Tenants the delays are as above; with ten times as many they are ten times as long, and so is what a look costs. */
const manyTenants = 1_000;
/** A limited rollout goes on as soon as tenants settle, in milliseconds. */
const rolloutDelayMs = 100;

export function createOperator(options: OperatorOptions): Operator {
  const { client, log, clock = systemClock, namespace, share, observer = silentObserver } = options;
  const scope = options.scope ?? createScope();
  const tenantClient = share?.client ?? client;
  const owns = (tenantKey: string) => share?.owns(tenantKey) ?? true;
  const addTenantTo = (lane: Lane, tenantKey: string) => {
    if (owns(tenantKey)) tenants.add(tenantKey, lane);
  };
  const addTenant = (tenantKey: string) => addTenantTo('bulk', tenantKey);
  const digester = createDigester(options.digestKey);
  const events = createEventRecorder({
    // Who leads has a share, and may have it longer.
    client: tenantClient,
    component: 'tenant-operator',
    instance: options.instance,
    clock,
    log,
  });
  // A thousand new tenants, or an edit of their template, do not keep one waiting whose object somebody changed or deleted.
  const store = createChildStore((tenantKey, change) =>
    addTenantTo(change === 'changed' || change === 'gone' ? 'urgent' : 'bulk', tenantKey),
  );
  const watcher = createChildWatcher({
    client,
    store,
    digester,
    namespace,
    clock,
    log,
    onSynced: () => addAllTenants(),
  });
  const claims = createRouteClaims((route) => store.tenantsOfRoute(route), addTenant, share && isOlder);
  const listeners = new Set<ObjectListener>();
  const tell: ObjectListener = (kind, key) => {
    for (const listener of listeners) listener(kind, key);
  };
  const types = { registry: KINDS.TenantRegistry, template: KINDS.TenantTemplate, tenant: KINDS.Tenant };
  const shared = { client, namespace, clock, log };

  const registryCache: ObjectCache<TenantRegistry> = createObjectCache<TenantRegistry>({
    ...shared,
    type: types.registry,
    onChange(key, current, previous) {
      registries.add(key);
      tell('registry', key);
      if (isSameSpec(current, previous)) return;
      for (const template of templatesOfRegistry(key)) lookAtTemplate(template);
    },
  });
  const templateCache: ObjectCache<TenantTemplate> = createObjectCache<TenantTemplate>({
    ...shared,
    type: types.template,
    onChange(key, current, previous) {
      templates.add(key);
      tell('template', key);
      for (const tenant of namedAnew(current, previous)) addTenant(tenant);
      if (isSameSpec(current, previous)) return;
      const template = current ?? previous;
      if (!template) return;
      registries.add(keyOf({ namespace: template.metadata.namespace ?? '', name: template.spec.registryId }));
      lookAtTemplate(template);
    },
  });
  const tenantCache: TenantCache = createTenantCache({
    ...shared,
    type: types.tenant,
    onChange(key, current, previous, isOwnStatus) {
      if (!isOwnStatus) addTenantTo(isGoing(current) && !isGoing(previous) ? 'urgent' : 'bulk', key);
      tell('tenant', key);
      const tenant = current ?? previous;
      if (!tenant) return;
      const isCountOnly = current !== undefined && previous !== undefined && isSameSpec(current, previous);
      const scale = Math.max(1, tenantCache.size() / manyTenants);
      registries.addAfter(registryKeyOf(tenant), scale * (isCountOnly ? countDelayMs : manyDelayMs));
      const template = templateCache.get(templateKeyOf(tenant));
      templates.addAfter(
        templateKeyOf(tenant),
        scale * (template && isLimited(template) ? rolloutDelayMs : countDelayMs),
      );
    },
  });
  const revisionCache: ObjectCache<Revision> = createObjectCache<Revision>({
    ...shared,
    type: revisionType,
    labelSelector: LABELS.template,
    onChange: () => undefined,
  });
  const gateways = createGatewaySight({ ...shared, onChange: (tenantKey) => tenants.add(tenantKey) });
  const dns = createTenantDns({
    lookup: options.dnsLookup ?? createNetworkLookup({ clock }),
    store,
    gateways,
    defaults: { ...DNS_DEFAULTS, ...options.dns },
    onChange: addTenant,
    onProbe: observer.probed,
    clock,
    log,
  });
  const context: ControllerContext = {
    client,
    clock,
    log,
    events,
    observer,
    digester,
    types,
    registries: registryCache,
    templates: templateCache,
    tenants: tenantCache,
    revisions: revisionCache,
    secretValues: createSecretValues(),
    storageClasses: createStorageClasses(client, clock),
    catalog: createTemplateCatalog(templateCache, registryCache, revisionCache, scope),
    rollouts: createRollouts(share !== undefined),
    lookAtTenant: addTenant,
    drift: createDriftLimiter(clock),
    dns,
    certificates: createCertificateSight(watcher, clock),
    leftovers: createLeftovers({
      client: tenantClient,
      clock,
      events,
      type: types.registry,
      registries: registryCache,
    }),
    children: { store, watcher },
    scope,
    defaultServiceAccount: options.defaultServiceAccount,
  };
  const registryController = createRegistryController({
    context,
    connect: options.connect,
    lookAgain: (key) => registries.add(key),
  });
  const templateController = createTemplateController(context);
  const tenantController = createTenantController({ context: { ...context, client: tenantClient }, claims });
  let isLeading = false;

  const registries = createQueue({
    name: 'registry',
    concurrency: 4,
    work: (key) =>
      pass('registry', key, isLeading ? registryController.reconcile : registryController.follow),
    onDone: (_key, outcome, timing) => observer.worked('registry', outcome, timing),
    clock,
    log,
  });
  const templates = createQueue({
    name: 'template',
    concurrency: 2,
    work: (key) => pass('template', key, templateController.reconcile),
    onDone: (_key, outcome, timing) => observer.worked('template', outcome, timing),
    clock,
    log,
  });
  const tenants = createQueue({
    name: 'tenant',
    concurrency: options.concurrency ?? 8,
    work: (key) => pass('tenant', key, tenantWork),
    onDone: (_key, outcome, timing) => observer.worked('tenant', outcome, timing),
    clock,
    log,
  });
  const underWay = new Map<string, Promise<Outcome>>();
  /** What was this process's share when it changed last. */
  let served: ReadonlySet<string> = new Set();

  async function tenantWork(key: string): Promise<Outcome> {
    if (!owns(key)) return { kind: 'done' };
    const pass = tenantController.reconcile(key);
    underWay.set(key, pass);
    try {
      return await pass;
    } finally {
      underWay.delete(key);
    }
  }

  function addAllTenants(): void {
    for (const tenant of tenantCache.values()) addTenant(keyOf(tenant.metadata));
  }

  /** Of two tenants that serve one route already: the one that was made first, by the same answer in every process. */
  function isOlder(tenantKey: string, other: string): boolean {
    const ageOf = (key: string) => `${tenantCache.get(key)?.metadata.creationTimestamp ?? '9'} ${key}`;
    return ageOf(tenantKey) < ageOf(other);
  }

  function templatesOfRegistry(registryKey: string): TenantTemplate[] {
    return [...templateCache.values()].filter(
      ({ metadata, spec }) => `${metadata.namespace}/${spec.registryId}` === registryKey,
    );
  }

  function lookAtTemplate({ metadata }: TenantTemplate): void {
    templates.add(keyOf(metadata));
    for (const tenant of tenantCache.ofTemplate(keyOf(metadata))) addTenant(keyOf(tenant.metadata));
  }

  function serve(): void {
    registries.start();
    tenants.start();
    dns.start();
  }

  const caches = [registryCache, templateCache, tenantCache, revisionCache];
  const queues = { registries, templates, tenants };
  return {
    queues,
    objects: { registries: registryCache, templates: templateCache, tenants: tenantCache },
    caches: () =>
      Object.entries({
        TenantRegistry: registryCache,
        TenantTemplate: templateCache,
        Tenant: tenantCache,
        ControllerRevision: revisionCache,
      }).map(([kind, cache]) => ({ kind, ...cache.state() })),
    onObjectChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start() {
      for (const cache of caches) cache.start();
      await Promise.all(caches.map((cache) => cache.synced));
    },
    lead() {
      isLeading = true;
      for (const { metadata } of registryCache.values()) registries.add(keyOf(metadata));
      templates.start();
      serve();
    },
    serve,
    reshare() {
      const keys = [...tenantCache.values()].map(({ metadata }) => keyOf(metadata));
      const before = served;
      served = new Set(keys.filter(owns));
      for (const key of keys) {
        if (!served.has(key)) tenantController.forget(key);
        else if (!before.has(key)) tenants.add(key);
      }
    },
    async drain() {
      const foreign = [...underWay].filter(([key]) => !owns(key));
      await Promise.allSettled(foreign.map(([, pass]) => pass));
    },
    async stop() {
      await Promise.all([...Object.values(queues).map((queue) => queue.stop()), dns.stop()]);
      context.certificates.stop();
      await Promise.all([
        ...caches.map((cache) => cache.stop()),
        watcher.stop(),
        gateways.stop(),
        registryController.close(),
      ]);
      await events.flush();
    },
  };
}

/** One pass over a key, as a span. */
function isGoing(tenant: Tenant | undefined): boolean {
  return tenant?.metadata.deletionTimestamp !== undefined;
}

function pass(queue: QueueName, key: string, reconcile: (key: string) => Promise<Outcome>): Promise<Outcome> {
  const { namespace = '', name } = parseKey(key);
  const attributes = { 'k8s.namespace.name': namespace, [`tenant_operator.${queue}`]: name };
  return traced(`reconcile ${queue}`, attributes, async (span) => {
    const outcome = await reconcile(key);
    span.setAttribute('tenant_operator.outcome', outcome.kind);
    if (outcome.kind === 'terminal' || (outcome.kind === 'retry' && outcome.error !== undefined))
      markFailed(span, outcome.error);
    return outcome;
  });
}
