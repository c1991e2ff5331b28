import type { ApiKind } from './names.ts';

/** Condition types, by kind. Few on purpose: conditions are for people, reasons carry the difference. */
export const CONDITIONS = {
  TenantRegistry: {
    Ready: 'The table is read on schedule and its active rows have their Tenants.',
    Degraded: 'True while some rows cannot be used; `status.quarantinedRows` lists them, all others go on.',
    DeletionHeld:
      'True while the deletion guard holds back deletions; nothing is deleted until they are approved.',
  },
  TenantTemplate: {
    Valid:
      'The template can be rendered: syntax, variables, dependencies, kinds and its registry were checked.',
    Applied: 'Every tenant of the template is on its current revision and ready.',
    DeletionHeld: 'True while the deletion guard holds back the removal of the tenants of this template.',
  },
  Tenant: {
    Ready: 'Every resource that counts is applied and ready, and published where DNS gates it.',
    Progressing: 'True while resources are being applied, waited for or deleted.',
    Conflicted: 'True while an object that somebody else made or owns stands in the way of an item.',
    Degraded: 'True while a resource failed or was skipped.',
    DNSReady: 'The DNS records that ExternalDNS should make from the resources are published.',
    CertificateReady: 'The certificates that the resources ask cert-manager for are issued.',
    HTTPSReady: 'The hosts answer over HTTPS when they are asked as a visitor would ask (`dns.probe`).',
  },
} as const satisfies Record<ApiKind, Record<string, string>>;

export type ConditionType<K extends ApiKind = ApiKind> = K extends ApiKind
  ? keyof (typeof CONDITIONS)[K] & string
  : never;

/** Where a reason is used: on a condition, such as `Tenant/Ready`, or in the annotation of a retained object. */
export type ReasonPlace =
  | { [K in ApiKind]: `${K}/${ConditionType<K>}` }[ApiKind]
  | 'annotation/orphaned-reason';

export type EventType = 'Normal' | 'Warning';

/** One reason: what it means, the conditions that carry it, and the type of the event of that name, if there is one. */
export interface ReasonInfo {
  readonly meaning: string;
  readonly on: readonly ReasonPlace[];
  readonly event?: EventType;
}

const registry = ['TenantRegistry/Ready'] as const;
const valid = ['TenantTemplate/Valid'] as const;
const applied = ['TenantTemplate/Applied'] as const;
const held = ['TenantRegistry/DeletionHeld', 'TenantTemplate/DeletionHeld'] as const;
const item = ['Tenant/Ready', 'Tenant/Degraded'] as const;
const row = ['TenantRegistry/Degraded', 'Tenant/Ready', 'Tenant/Degraded'] as const;
const dns = ['Tenant/DNSReady'] as const;
const certificate = ['Tenant/CertificateReady'] as const;
const https = ['Tenant/HTTPSReady'] as const;
const orphaned = ['annotation/orphaned-reason'] as const;

/** Every reason of every condition and event. The documentation's table is made from it. */
export const REASONS = {
  // The registry and its source
  Synced: info('The last read of the table succeeded and its rows have their Tenants.', registry),
  SyncPending: info('The table was not read yet.', registry),
  SourceUnreachable: info(
    'The database does not answer; nothing is deleted, it is tried again.',
    registry,
    'Warning',
  ),
  SourceRecovered: info('The database answers again after a failure.', [], 'Normal'),
  AuthenticationFailed: info('The database refuses the user or the password.', registry, 'Warning'),
  PermissionDenied: info('The database user may not read the table or a column.', registry, 'Warning'),
  CredentialsNotFound: info('The Secret or the key that a reference names is absent.', registry, 'Warning'),
  TLSFailed: info('No trusted TLS connection to the database is possible.', registry, 'Warning'),
  DatabaseNotFound: info('The database that the source names does not exist.', registry, 'Warning'),
  TableNotFound: info('The table or view that the source names does not exist.', registry, 'Warning'),
  ColumnNotFound: info('A mapped column does not exist in the table.', registry, 'Warning'),
  QueryFailed: info(
    'The read of the table failed or was cut off; its rows were not used.',
    registry,
    'Warning',
  ),
  InvalidSpec: info(
    'The spec is not valid; the message names the field.',
    [...registry, ...valid, 'Tenant/Ready'],
    'Warning',
  ),
  TenantCreated: info('A Tenant was created for an active row.', [], 'Normal'),
  TenantUpdated: info('A Tenant got new values from its row, or a new template revision.', [], 'Normal'),
  TenantReady: info('A Tenant became ready.', [], 'Normal'),
  TenantDeleted: info(
    'A Tenant is being deleted: its row, its template or its registry is gone or inactive.',
    [],
    'Normal',
  ),

  // Rows that cannot be used
  AllRowsValid: info('Every row of the table can be used.', ['TenantRegistry/Degraded']),
  Quarantined: info('Rows cannot be used; running tenants stay as they are.', row, 'Warning'),
  Released: info('A row that was quarantined can be used again.', [], 'Normal'),
  NullUid: info('The uid column of a row is NULL or empty.', row, 'Warning'),
  InvalidUid: info('The uid of a row cannot be part of a valid object name.', row, 'Warning'),
  DuplicateUid: info('Several rows have the same uid; none of them is used.', row, 'Warning'),
  UnknownActivate: info(
    'The activate column of a row holds neither a true nor a false value.',
    row,
    'Warning',
  ),
  HostTaken: info(
    'Another tenant already has the same host and path; the newcomer is parked.',
    row,
    'Warning',
  ),
  NameTaken: info('The object name of the tenant belongs to another tenant.', row, 'Warning'),
  ValueTooLong: info('A value of the row is larger than an object may hold.', row, 'Warning'),
  RowRefused: info(
    'The API server, or a policy of the cluster, refused the Tenant of the row.',
    row,
    'Warning',
  ),

  // Templates
  Valid: info('The template passed every check.', valid),
  RegistryNotFound: info(
    'The registry that `registryId` names does not exist yet; the template takes effect when it appears.',
    [...valid, 'Tenant/Ready'],
  ),
  TemplateSyntax: info('An expression of the template does not parse.', valid, 'Warning'),
  UnknownVariable: info('An expression reads a variable that the registry does not map.', valid, 'Warning'),
  UnknownFunction: info('An expression calls a function that does not exist.', valid, 'Warning'),
  FunctionNotAllowed: info(
    'An expression calls a function whose result would not be stable.',
    valid,
    'Warning',
  ),
  SecretValueNotAllowed: info('A secret value is used outside of a `secrets` item.', valid, 'Warning'),
  DependencyCycle: info('Items depend on each other in a circle; the message names it.', valid, 'Warning'),
  UnknownDependency: info('An entry of `dependIds` names no item of the template.', valid, 'Warning'),
  DuplicateId: info('Two items have the same id.', valid, 'Warning'),
  KindMismatch: info('The manifest of an item is of another kind than its list.', valid, 'Warning'),
  KindNotAllowed: info(
    "A template asks for a kind that the operator's `--allowed-kinds` leave out.",
    [...valid, ...item],
    'Warning',
  ),
  NamespaceNotAllowed: info(
    "An item asks for a namespace that the operator's `--allowed-namespaces` leave out, or for another one than its Tenant's outside of `targetNamespace`.",
    [...valid, ...item],
    'Warning',
  ),
  InvalidExpression: info(
    'A `readyWhen` expression or an `ignoreFields` path does not parse.',
    valid,
    'Warning',
  ),

  // Rollouts
  UpToDate: info('Every tenant is on the current revision and ready.', applied),
  NoTenants: info('The template has no tenants.', applied),
  TenantsNotReady: info('Every tenant is on the current revision, but some are not ready.', applied),
  RolloutStarted: info('Tenants are being moved to a new revision.', [], 'Normal'),
  RolloutInProgress: info('Tenants are being moved to the current revision.', applied),
  RolloutCanary: info(
    'The canary tenants are on the current revision; the others wait for them.',
    applied,
    'Normal',
  ),
  RolloutComplete: info('Every tenant was moved to the current revision.', [], 'Normal'),
  RolloutFailed: info(
    'Too many tenants failed on the current revision; no further ones are moved.',
    applied,
    'Warning',
  ),
  RolloutDeadlineExceeded: info('A rollout made no progress within its deadline.', applied, 'Warning'),
  RolledBack: info('An older revision was chosen; tenants are being moved to it.', [], 'Normal'),

  // Tenants as a whole
  Ready: info('Every resource is applied and ready.', ['Tenant/Ready']),
  Applying: info('Resources are being applied.', ['Tenant/Ready', 'Tenant/Progressing']),
  WaitingForReady: info('Resources are applied; the message names those that are not ready.', [
    'Tenant/Ready',
    'Tenant/Progressing',
  ]),
  WaitingForDNS: info('Resources are ready; the DNS records they ask for are not published.', [
    'Tenant/Ready',
    'Tenant/Progressing',
  ]),
  Complete: info('Nothing is left to do.', ['Tenant/Progressing']),
  Stalled: info('Nothing goes forward until somebody mends what the message names.', ['Tenant/Progressing']),
  Healthy: info('No resource failed or was skipped.', ['Tenant/Degraded']),
  NoConflicts: info('No foreign object stands in the way.', ['Tenant/Conflicted']),
  Suspended: info(
    'The tenant, its template or its registry is suspended: nothing is changed and nothing is lost.',
    [...registry, ...applied, 'Tenant/Ready', 'Tenant/Progressing'],
    'Normal',
  ),
  Resumed: info('A suspension ended.', [], 'Normal'),
  TemplateNotFound: info('The template of the tenant does not exist.', ['Tenant/Ready'], 'Warning'),
  TemplateInvalid: info(
    'The template of the tenant is not valid; see its condition Valid.',
    ['Tenant/Ready'],
    'Warning',
  ),
  RenderFailed: info('An expression failed on the values of this tenant.', row, 'Warning'),

  // Items
  ResourceApplied: info('A resource was created or changed.', [], 'Normal'),
  ResourceDeleted: info('A resource of an item that is gone was deleted.', [], 'Normal'),
  ResourceRecreated: info(
    'A resource was deleted and created again because a field of it is immutable.',
    [],
    'Normal',
  ),
  ResourceRetained: info(
    'A resource was kept and marked as orphaned, as its deletionPolicy asks.',
    [],
    'Normal',
  ),
  ResourceAdopted: info('A retained resource belongs to its tenant again.', [], 'Normal'),
  ApplyFailed: info('The API server refused a resource; the message has its words.', item, 'Warning'),
  Forbidden: info(
    'The operator has no right to do this; the message names the missing rule.',
    item,
    'Warning',
  ),
  Invalid: info('The API server finds a rendered manifest invalid.', item, 'Warning'),
  ImmutableField: info(
    'A changed field is immutable; set `recreateOnImmutable: true` or give the item a new id and name.',
    item,
    'Warning',
  ),
  KindNotFound: info(
    'The cluster does not know the kind of an item (yet); it is tried again.',
    item,
    'Warning',
  ),
  NamespaceNotFound: info('The target namespace of an item does not exist.', item, 'Warning'),
  NamespaceTerminating: info('The target namespace of an item is being deleted.', item, 'Warning'),
  QuotaExceeded: info('A quota or limit of the namespace refuses a resource.', item, 'Warning'),
  Conflict: info(
    'An object of that name was made or is owned by somebody else; set `conflictPolicy: Force` to take it over.',
    ['Tenant/Ready', 'Tenant/Conflicted', 'Tenant/Degraded'],
    'Warning',
  ),
  ObjectNotAllowed: info("An item has the name of one of the operator's own objects.", item, 'Warning'),
  WatchFailed: info(
    'The objects of a kind cannot be listed and watched, mostly for want of rights; the message has the cause.',
    item,
    'Warning',
  ),
  DuplicateObject: info(
    'Two items of the tenant make the same object; the first one does, and the other needs another name.',
    item,
    'Warning',
  ),
  ConflictResolved: info('A conflict with a foreign object is over.', [], 'Normal'),
  TimedOut: info('A resource did not become ready within `timeoutSeconds`.', item, 'Warning'),
  ResourceFailed: info('A resource has failed and says so itself, such as a Job.', item, 'Warning'),
  DependencyNotReady: info('An item waits for an item in its `dependIds`.', [
    'Tenant/Ready',
    'Tenant/Progressing',
  ]),
  DependencyFailed: info('An item was skipped because an item in its `dependIds` failed.', item, 'Warning'),
  Drifted: info('Somebody changed a field that an item sets; driftPolicy Warn leaves it.', item, 'Warning'),
  DriftCorrected: info(
    'A field that somebody changed, or an object that somebody deleted, was put back.',
    [],
    'Normal',
  ),

  // Deletion
  Deleting: info('The resources of the tenant are being deleted in reverse order.', [
    'Tenant/Ready',
    'Tenant/Progressing',
  ]),
  DeletionBlocked: info(
    'A resource does not go; the message names it and the finalizer or error that keeps it.',
    ['Tenant/Ready', 'Tenant/Progressing', 'Tenant/Degraded'],
    'Warning',
  ),
  WaitingForDNSRemoval: info('The resources are gone; the finalizer waits until their DNS records are.', [
    'Tenant/Ready',
    'Tenant/Progressing',
  ]),
  DNSRecordLeft: info(
    'A tenant was released while a DNS record of it still exists; see `leftoverRecords`.',
    [],
    'Warning',
  ),
  DeletionHeld: info(
    'More tenants would be deleted than the guard allows; nothing is deleted.',
    held,
    'Warning',
  ),
  EmptyResult: info(
    'The table is suddenly without active rows; nothing is deleted until approved.',
    held,
    'Warning',
  ),
  DeletionApproved: info('Somebody approved the held deletions; they are carried out.', held, 'Normal'),
  NothingHeld: info('The guard holds nothing back.', held),
  RowInactive: info('The row is gone or no longer active.', orphaned),
  TemplateDeleted: info('The template of the tenant was deleted.', orphaned),
  RegistryDeleted: info('The registry of the tenant was deleted.', orphaned),
  TenantDeletedByHand: info('The Tenant was deleted by somebody else than the operator.', orphaned),
  ItemRemoved: info('The item is no longer part of the template, or its `when` is false.', orphaned),

  // DNS
  Published: info('Every expected record is answered by all name servers of its zone.', dns, 'Normal'),
  NoRecords: info('The resources ask for no DNS records.', dns),
  Disabled: info('Verification is switched off (`dns.verification: Disabled`).', dns),
  AddressPending: info(
    'An Ingress or Service, or the Gateway of an HTTPRoute, has no address yet, so that ExternalDNS has nothing to publish.',
    dns,
  ),
  NotPublished: info(
    'ExternalDNS does not publish this hostname of an Ingress, Service or HTTPRoute; the message says why.',
    dns,
    'Warning',
  ),
  RecordMissing: info('A name server of the zone has no such record (yet).', dns, 'Warning'),
  TargetMismatch: info('The record exists and points elsewhere.', dns, 'Warning'),
  OwnerMismatch: info(
    'The ownership TXT record names another owner; ExternalDNS will not touch the record.',
    dns,
    'Warning',
  ),
  OwnerMissing: info(
    'The record exists without an ownership TXT record; ExternalDNS will not touch it.',
    dns,
    'Warning',
  ),
  OutsideDomainFilter: info(
    'The hostname is in no domain that ExternalDNS is allowed to manage.',
    dns,
    'Warning',
  ),
  UnknownAnnotationPrefix: info(
    'The hostname is given with an annotation prefix that this ExternalDNS ignores.',
    dns,
    'Warning',
  ),
  InvalidHostname: info('The hostname is no valid DNS name.', dns, 'Warning'),
  ZoneNotFound: info('No authoritative zone can be found for the hostname.', dns, 'Warning'),
  SecondaryLag: info('The name servers of the zone do not agree (yet).', dns),
  NameServerUnreachable: info('A name server of the zone does not answer.', dns, 'Warning'),
  ExternalDNSNotSyncing: info(
    'Nothing changed in the zone within `dns.timeoutSeconds`: ExternalDNS seems not to run.',
    dns,
    'Warning',
  ),
  RecordRemains: info('A record of a deleted resource is still there; ExternalDNS has to remove it.', dns),
  RecordGone: info('The record and its ownership TXT record are gone from all name servers.', dns, 'Normal'),
  UpsertOnlyPolicy: info(
    'ExternalDNS runs with a policy that never deletes; the record stays.',
    dns,
    'Warning',
  ),
  Unknown: info(
    'It cannot be told: settings of ExternalDNS are not known (set `dns.externalDNS`), or pods, Nodes or Gateways that nobody looks at decide.',
    dns,
  ),

  // Certificates
  CertificatesIssued: info('Every certificate is issued.', certificate, 'Normal'),
  CertificatesPending: info('A certificate was asked for and is not issued yet.', certificate),
  CertificatesFailed: info(
    'A certificate could not be had; the message has the words of cert-manager.',
    certificate,
    'Warning',
  ),
  CertificatesHeld: info('Certificates are asked for once every hostname is published.', certificate),
  NoCertificates: info('The resources ask for no certificates any more.', certificate),

  // The HTTPS probe
  Answering: info(
    'Every host answers with a status from 200 to 399 and a certificate that is trusted.',
    https,
    'Normal',
  ),
  ProbePending: info('No host was asked yet: their DNS records come first.', https),
  NotAnswering: info(
    'A host gives no answer: it cannot be resolved or reached, or takes too long.',
    https,
    'Warning',
  ),
  UnexpectedAnswer: info('A host answers with another status than 200 to 399.', https, 'Warning'),
  CertificateUntrusted: info(
    'A host shows a certificate that is not trusted: self-signed, expired, or for another name.',
    https,
    'Warning',
  ),
  AddressNotAllowed: info(
    'A host leads to an address that is not of the public internet; `--dns-probe-private-addresses` allows private ones.',
    https,
  ),

  // The operator itself
  WebhookNotReady: info(
    'The admission webhook cannot be reached; the controllers check in its place.',
    [],
    'Warning',
  ),
  InternalError: info(
    'Something unforeseen happened; it is tried again and the log has more.',
    [...registry, ...valid, 'Tenant/Ready'],
    'Warning',
  ),
} as const satisfies Record<string, ReasonInfo>;

export type Reason = keyof typeof REASONS;

/** The reasons as constants: `Reason.Synced === 'Synced'`. */
export const Reason = Object.fromEntries(Object.keys(REASONS).map((name) => [name, name])) as {
  readonly [R in Reason]: R;
};

/** The type of the event of that reason. Reasons that are on conditions only count as Normal. */
export function eventType(reason: Reason): EventType {
  const info: ReasonInfo = REASONS[reason];
  return info.event ?? 'Normal';
}

function info(meaning: string, on: readonly ReasonPlace[], event?: EventType): ReasonInfo {
  return event === undefined ? { meaning, on } : { meaning, on, event };
}
