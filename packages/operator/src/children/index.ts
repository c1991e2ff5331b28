/**
 * What the operator keeps of the objects it made: one small observation each, never the whole object.
 *
 * `observeChild` reduces an object as it arrives, `createChildStore` holds the newest observation of each and tells which
 * tenant to look at, `createChildWatcher` runs one reflector a kind, for the kinds that templates use.
 */
export { CERTIFICATE, type CertificatePart } from './certificate.ts';
export { canonicalJson, createDigester, type Digester, isSameJson } from './digest.ts';
export { type DnsPart, dnsPartOf, ISSUER_ANNOTATIONS } from './dns.ts';
export {
  type ChildObservation,
  childKey,
  objectKey,
  observeChild,
  routesOf,
  type TypedRef,
  tenantUidOf,
  typeKey,
  writtenByUs,
} from './observe.ts';
export { ownedJson } from './projection.ts';
export { type ChildStore, createChildStore } from './store.ts';
export { type ChildWatcher, createChildWatcher } from './watcher.ts';
