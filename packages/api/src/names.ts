/** Names that appear on objects in people's clusters. They are a contract: renaming one strands what carries it. */

export const GROUP = 'operator.kubernetes-tenants.org';
export const VERSION = 'v1';
export const API_VERSION = `${GROUP}/${VERSION}`;

/** The kinds of this API; `plural` is the resource name in URLs and RBAC rules. */
export const KINDS = {
  TenantRegistry: {
    group: GROUP,
    version: VERSION,
    kind: 'TenantRegistry',
    plural: 'tenantregistries',
    namespaced: true,
  },
  TenantTemplate: {
    group: GROUP,
    version: VERSION,
    kind: 'TenantTemplate',
    plural: 'tenanttemplates',
    namespaced: true,
  },
  Tenant: { group: GROUP, version: VERSION, kind: 'Tenant', plural: 'tenants', namespaced: true },
} as const;

export type ApiKind = keyof typeof KINDS;

/** The field manager of every server-side apply of the operator. */
export const FIELD_MANAGER = 'tenant-operator';

const PREFIX = 'kubernetes-tenants.org';

export const LABELS = {
  /** On Tenants: the registry that the row came from. */
  registry: `${PREFIX}/registry`,
  /** On Tenants: the row's uid, or a hash of it where the uid is no valid label value. */
  uid: `${PREFIX}/uid`,
  /** On Tenants: the template that the Tenant is made from. */
  template: `${PREFIX}/template`,
  /** On the objects of a tenant: the Tenant's name. */
  tenant: `${PREFIX}/tenant`,
  /** On the objects of a tenant: the Tenant's namespace. */
  tenantNamespace: `${PREFIX}/tenant-namespace`,
  /** "true" on an object that was retained when its tenant or its item went. */
  orphaned: `${PREFIX}/orphaned`,
  /** On Leases: a process that shares the tenants with others holds it; the value is the shard's number. */
  shard: `${PREFIX}/shard`,
} as const;

export const ANNOTATIONS = {
  /** On the objects of a tenant: what becomes of the object when its tenant or its item goes. */
  deletionPolicy: `${PREFIX}/deletion-policy`,
  /** "true" on an object whose item has creationPolicy Once. */
  createdOnce: `${PREFIX}/created-once`,
  /** On the objects of a tenant: the UID of the Tenant that made it. An inventory entry without UID needs it to match. */
  tenantUid: `${PREFIX}/tenant-uid`,
  /** On the objects of a tenant: the id of the item that the object is made from. */
  item: `${PREFIX}/item`,
  /** On the objects of a tenant: the item's ignoreFields as a JSON list, to judge drift from the object alone. */
  ignoreFields: `${PREFIX}/ignore-fields`,
  /** On the objects of a tenant: the item's readyWhen, to judge readiness from the object alone. */
  readyWhen: `${PREFIX}/ready-when`,
  /** RFC 3339 time at which a retained object lost its tenant or its item. */
  orphanedAt: `${PREFIX}/orphaned-at`,
  /** Why a retained object was orphaned: a reason of reasons.ts. */
  orphanedReason: `${PREFIX}/orphaned-reason`,
  /** On registries and templates: approves the held deletions whose list has this digest, once. */
  approveDeletions: `${PREFIX}/approve-deletions`,
  /** On Leases of shards: the shards among which its holder divides the tenants, such as "0,1,2". */
  shards: `${PREFIX}/shards`,
} as const;

export const FINALIZERS = {
  tenant: `tenant.${GROUP}/finalizer`,
  registry: `${PREFIX}/registry-finalizer`,
} as const;
