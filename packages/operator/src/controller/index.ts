/**
 * The operator as a whole: three controllers over one client, their caches, and what tells whom to look again.
 *
 * A change of a registry is looked at by the registry, its templates and their tenants; of a template by itself, its registry
 * and its tenants; of a Tenant by itself, and by its registry and template for their counts; of a tenant's object by the tenant.
 */
export { holdCertificates } from './dns/certificates.ts';
export { DNS_DEFAULTS, type DnsDefaults } from './dns/index.ts';
export { forEachLimited } from './limit.ts';
export { type Observer, type QueueName, silentObserver } from './observer.ts';
export { createOperator, type ObjectListener, type Operator, type OperatorOptions } from './operator.ts';
export { connectionOf } from './registry/connections.ts';
export { approvedNames, guardLimits, recentDeletions } from './registry/guard.ts';
