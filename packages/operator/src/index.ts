/** The controllers of Tenant Operator. Folder names are the way from a row to its resources. */
export {
  createOperator,
  type DnsDefaults,
  type ObjectListener,
  type Operator,
  type OperatorOptions,
} from './controller/index.ts';
export type {
  CreateSource,
  Source,
  SourceConnection,
  SourceFailure,
  SourceOptions,
} from './source/index.ts';
export { createMysqlSource } from './source/mysql/index.ts';
export { createPostgresqlSource } from './source/postgresql/index.ts';
export { createWebhook, type Webhook, type WebhookOptions } from './webhook/index.ts';
