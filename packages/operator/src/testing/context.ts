/** All that a controller works with, over the API in memory; watches are told by hand. */

import {
  API_VERSION,
  KINDS,
  type Tenant,
  type TenantRegistry,
  type TenantTemplate,
} from '@tenant-operator/api';
import { createFakeClock, type FakeClock, type KubeObject, keyOf, silentLogger } from '@tenant-operator/kube';
import { createChildStore, createDigester, observeChild, type TypedRef } from '../children/index.ts';
import type { ObjectCache } from '../controller/cache.ts';
import type { ControllerContext } from '../controller/context.ts';
import { createLeftovers, createTenantDns, DNS_DEFAULTS, type DnsDefaults } from '../controller/dns/index.ts';
import { silentObserver } from '../controller/observer.ts';
import { createSecretValues } from '../controller/registry/secret-values.ts';
import { createStorageClasses } from '../controller/storage-classes.ts';
import { createTemplateCatalog } from '../controller/template/catalog.ts';
import type { Revision } from '../controller/template/revisions.ts';
import { createDriftLimiter } from '../controller/tenant/drift.ts';
import { registryKeyOf, type TenantCache, templateKeyOf } from '../controller/tenants.ts';
import { createFakeLookup, type FakeLookup } from '../dns/lookup/fake.ts';
import type { AskHttps } from '../probe/index.ts';
import { createScope, type Scope } from '../scope/index.ts';
import { createFakeClient, type FakeClient } from './client.ts';

export interface TestContext extends ControllerContext {
  readonly client: FakeClient;
  readonly clock: FakeClock;
  /** `type reason: message` of every event. */
  readonly recorded: string[];
  /** Its servers are those of nobody until `dns.nameservers` names them. */
  readonly lookup: FakeLookup;
  /** Keys of Tenants whose records changed. */
  readonly dnsChanges: string[];
  /** Puts a Tenant on the server and into the cache. */
  addTenant(tenant: Partial<Tenant['spec']> & { readonly name?: string }): Tenant;
  /** Tells the watch of one object, or of its end. */
  watchTells(ref: TypedRef): void;
}

function cacheOf<T extends KubeObject>(): ObjectCache<T> {
  const objects = new Map<string, T>();
  return {
    get: (key) => objects.get(key),
    values: () => objects.values(),
    size: () => objects.size,
    put: (object) => void objects.set(keyOf(object.metadata), object as T),
    markDeleting(key, uid, now) {
      const object = objects.get(key);
      if (object?.metadata.uid !== uid) return;
      objects.set(key, { ...object, metadata: { ...object.metadata, deletionTimestamp: now.toISOString() } });
    },
    synced: Promise.resolve(),
    state: () => ({ isFilled: true }),
    start() {},
    stop: () => Promise.resolve(),
  };
}

function tenantCache(): TenantCache {
  const cache = cacheOf<Tenant>();
  let version = 0;
  const all = (isIt: (tenant: Tenant) => boolean) => [...cache.values()].filter(isIt);
  return {
    ...cache,
    ofRegistry: (key) => all((tenant) => registryKeyOf(tenant) === key),
    ofTemplate: (key) => all((tenant) => templateKeyOf(tenant) === key),
    versionOf: () => ++version,
    specVersionOf: () => ++version,
  };
}

/** Nothing is asked of name servers unless `dns` says so; `dns.start()` begins it. */
export function createTestContext(
  template?: TenantTemplate,
  dns: Partial<DnsDefaults> = {},
  scope: Scope = createScope(),
  askHttps?: AskHttps,
): TestContext {
  const client = createFakeClient();
  const clock = createFakeClock();
  const digester = createDigester('key');
  const store = createChildStore(() => {});
  const recorded: string[] = [];
  const templates = cacheOf<TenantTemplate>();
  const registries = cacheOf<TenantRegistry>();
  const revisions = cacheOf<Revision>();
  const tenants = tenantCache();
  if (template) templates.put(template);
  const types = { registry: KINDS.TenantRegistry, template: KINDS.TenantTemplate, tenant: KINDS.Tenant };
  const events: ControllerContext['events'] = {
    record: (_, { type, reason, message }) => void recorded.push(`${type} ${reason}: ${message}`),
    flush: () => Promise.resolve(),
  };
  const lookup = createFakeLookup();
  const dnsChanges: string[] = [];
  return {
    client,
    clock,
    recorded,
    lookup,
    dnsChanges,
    log: silentLogger,
    events,
    observer: silentObserver,
    digester,
    types,
    dns: createTenantDns({
      lookup,
      store,
      defaults: { ...DNS_DEFAULTS, verification: 'Disabled', ...dns },
      onChange: (key) => void dnsChanges.push(key),
      clock,
      log: silentLogger,
      random: () => 0.5,
      ...(askHttps ? { askHttps } : {}),
    }),
    certificates: { look: () => Promise.resolve('seen'), stop() {} },
    leftovers: createLeftovers({ client, clock, events, type: types.registry, registries }),
    registries,
    templates,
    tenants,
    revisions,
    catalog: createTemplateCatalog(templates, registries, revisions, scope),
    scope,
    rollouts: {
      isShared: false,
      decide() {
        throw new Error('no part of this context');
      },
      mayMove: () => true,
      forget() {},
    },
    lookAtTenant() {},
    secretValues: createSecretValues(),
    storageClasses: createStorageClasses(client, clock),
    drift: createDriftLimiter(clock),
    children: {
      store,
      watcher: {
        watch: () => Promise.resolve(true),
        hasSynced: () => true,
        isFilling: () => false,
        trouble: () => undefined,
        types: () => [],
        stop: () => Promise.resolve(),
      },
    },
    addTenant({ name = 'alpha-web', ...spec }) {
      const tenant = client.seed({
        apiVersion: API_VERSION,
        kind: 'Tenant',
        metadata: {
          name,
          namespace: 'ns',
          uid: `${name}-uid`,
          generation: 1,
          finalizers: ['tenant.operator.kubernetes-tenants.org/finalizer'],
        },
        spec: { uid: 'alpha', registryId: 'reg', templateRef: 'web', values: {}, suspend: false, ...spec },
      });
      tenants.put(tenant);
      return tenant as unknown as Tenant;
    },
    watchTells(ref) {
      const { name, namespace } = ref;
      const object = client.find(
        ref.apiVersion,
        ref.kind,
        namespace === undefined ? { name } : { name, namespace },
      );
      const known = store.get(ref);
      if (object) store.put(observeChild(object, digester));
      else if (known) store.remove(ref, known.uid);
    },
  };
}
