/** The controllers of Tenant Operator. Folder names are the way from a row to its resources. */
export {
  approvedNames,
  connectionOf,
  createOperator,
  DNS_DEFAULTS,
  type DnsDefaults,
  forEachLimited,
  guardLimits,
  holdCertificates,
  type ObjectListener,
  type Operator,
  type OperatorOptions,
  recentDeletions,
} from './controller/index.ts';
export { createHealthServer, type HealthFacts, type HealthServer } from './health/index.ts';
export {
  createMetrics,
  createMetricsServer,
  type MetricDescription,
  type Metrics,
  type MetricsServer,
} from './metrics/index.ts';
export {
  createScope,
  kindPatternProblem,
  namespacePatternProblem,
  type Scope,
  type ScopeOptions,
  scopeProblems,
} from './scope/index.ts';
export {
  createShards,
  dividedLease,
  ownerOf,
  type Shards,
  type ShardsOptions,
  type Share,
  undividedLease,
  untilUndivided,
} from './shards/index.ts';
export type {
  CreateSource,
  Source,
  SourceConnection,
  SourceFailure,
  SourceOptions,
  SourceRow,
} from './source/index.ts';
export { createMysqlSource } from './source/mysql/index.ts';
export { createPostgresqlSource } from './source/postgresql/index.ts';
