/** The API of Tenant Operator: its kinds as types and parsers, and the names it leaves on objects. Pure. */
export {
  type CustomResourceDefinition,
  customResourceDefinitions,
  type StructuralSchema,
} from './crd/index.ts';
export { isStringField } from './fields/index.ts';
export { type ItemType, itemType, LISTS, type ListName } from './items.ts';
export type { JsonObject, JsonValue } from './json.ts';
export * from './names.ts';
export {
  type Parsed,
  type ParseError,
  parseInterval,
  parseTenant,
  parseTenantRegistry,
  parseTenantTemplate,
  templateItems,
} from './parse.ts';
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
export {
  BUILT_IN_VARIABLES,
  type DeletionGuard,
  type HeldDeletions,
  type LeftoverRecord,
  type MysqlSource,
  type PostgresqlSource,
  type QuarantinedRow,
  type RegistrySource,
  type RegistrySpec,
  type RegistryStatus,
  type SourceTls,
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
export { unknownFields } from './unknown.ts';
