/**
 * DNS in the controllers: what the records of a Tenant are to be, whether they are there, and at its end whether they are gone.
 *
 * rules.ts (settings), expectation.ts (objects -> records), view.ts (a living tenant), removal.ts (one that ends),
 * gateways.ts (where routes lead to), certificates.ts (issuers that wait), leftovers.ts (what outlives its Tenant), probe.ts (what its hosts answer), tenants.ts (all of them over one verifier).
 */
export { type CertificateHold, holdCertificates } from './certificates.ts';
export { createGatewaySight, type GatewaySight } from './gateways.ts';
export { createLeftovers, type Leftovers } from './leftovers.ts';
export type { RemovalView } from './removal.ts';
export { DNS_DEFAULTS, type DnsDefaults, type DnsRules, rulesOf } from './rules.ts';
export { dnsSubject } from './subject.ts';
export { createTenantDns, type DnsSubject, type TenantDns, type TenantDnsOptions } from './tenants.ts';
export type { DnsView } from './view.ts';
