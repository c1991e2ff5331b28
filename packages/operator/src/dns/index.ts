/**
 * DNS truth: what ExternalDNS should publish for a tenant's objects, and whether the zone's own servers answer so.
 *
 * expected/ (objects -> records), ownership/ (their TXT records), lookup/ (questions to name servers), verdict/ (answers
 * -> state and reason), verifier/ (the component that keeps asking). Only lookup/ does I/O, verifier/ drives it.
 */
export * from './expected/index.ts';
export * from './lookup/index.ts';
export * from './ownership/index.ts';
export * from './settings/index.ts';
export * from './verdict/index.ts';
export * from './verifier/index.ts';
