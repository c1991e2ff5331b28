/** What every controller works with. */
import type { TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import type { Clock, EventRecorder, KubeClient, Logger, ResourceType } from '@tenant-operator/kube';
import type { ChildStore, ChildWatcher, Digester } from '../children/index.ts';
import type { Scope } from '../scope/index.ts';
import type { ObjectCache } from './cache.ts';
import type { CertificateSight } from './certificates/index.ts';
import type { Leftovers, TenantDns } from './dns/index.ts';
import type { Observer } from './observer.ts';
import type { SecretValues } from './registry/secret-values.ts';
import type { StorageClasses } from './storage-classes.ts';
import type { TemplateCatalog } from './template/catalog.ts';
import type { Revision } from './template/revisions.ts';
import type { Rollouts } from './template/rollouts.ts';
import type { DriftLimiter } from './tenant/drift.ts';
import type { TenantCache } from './tenants.ts';

export interface OwnTypes {
  readonly registry: ResourceType;
  readonly template: ResourceType;
  readonly tenant: ResourceType;
}

export interface ControllerContext {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: EventRecorder;
  readonly observer: Observer;
  readonly digester: Digester;
  readonly types: OwnTypes;
  readonly registries: ObjectCache<TenantRegistry>;
  readonly templates: ObjectCache<TenantTemplate>;
  readonly tenants: TenantCache;
  readonly revisions: ObjectCache<Revision>;
  readonly secretValues: SecretValues;
  readonly storageClasses: StorageClasses;
  readonly catalog: TemplateCatalog;
  readonly rollouts: Rollouts;
  /** Asks the tenant controller to look at a Tenant. */
  readonly lookAtTenant: (key: string) => void;
  readonly drift: DriftLimiter;
  readonly dns: TenantDns;
  readonly certificates: CertificateSight;
  /** DNS records that outlive their Tenants. */
  readonly leftovers: Leftovers;
  /** How far templates reach. */
  readonly scope: Scope;
  /** Whom the operator acts as for templates that name no ServiceAccount; itself when left out. */
  readonly defaultServiceAccount?: string | undefined;
  readonly children: { readonly store: ChildStore; readonly watcher: ChildWatcher };
}
