/** The API of Tenant Operator: its kinds as types, and the names it leaves on objects; `/schema` reads and checks them. Pure. */
export { isStringField } from './fields/index.ts';
export { parseInterval } from './interval.ts';
export { type ItemType, itemType, LISTS, type ListName, templateItems } from './items.ts';
export type { JsonObject, JsonValue } from './json.ts';
export * from './names.ts';
export {
  CONDITIONS,
  type ConditionType,
  type EventType,
  eventType,
  REASONS,
  Reason,
  type ReasonInfo,
  type ReasonPlace,
} from './reasons.ts';
export type { Condition, ConditionStatus, ObjectMeta, SecretKeyRef } from './schema/common.ts';
export type { TemplateItem } from './schema/item.ts';
export type { Tenant, TenantRegistry, TenantTemplate } from './schema/objects.ts';
export type {
  DeletionGuard,
  HeldDeletions,
  LeftoverRecord,
  MysqlSource,
  PostgresqlSource,
  QuarantinedRow,
  RegistrySource,
  RegistrySpec,
  RegistryStatus,
  SourceTls,
} from './schema/registry.ts';
export type {
  DnsSettings,
  ExternalDnsSettings,
  ProbeSettings,
  Rollout,
  RolloutCanary,
  RolloutStatus,
  TemplateSpec,
  TemplateStatus,
} from './schema/template.ts';
export type {
  InventoryEntry,
  TenantDnsRecord,
  TenantOverrides,
  TenantSpec,
  TenantStatus,
} from './schema/tenant.ts';
