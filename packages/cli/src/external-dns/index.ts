/**
 * ExternalDNS as something that is installed: what a Deployment of it says (installation.ts, flags.ts), what its releases differ
 * in (releases.ts, rules.ts), and manifests for a new one (manifests.ts). Pure.
 */
export {
  type DeploymentObject,
  type Installation,
  keyOfInstallation,
  readInstallation,
  settingsOf,
} from './installation.ts';
export {
  awsPolicy,
  EXTERNAL_DNS_PROVIDERS,
  type ExternalDnsManifests,
  type ExternalDnsOptions,
  type ExternalDnsProvider,
  externalDnsManifests,
} from './manifests.ts';
export {
  breaksAliases,
  type Change,
  CURRENT_RELEASE,
  changesUpTo,
  demandsPolicy,
  formatRelease,
  GUIDE_RELEASE,
  isSupported,
  isUntried,
  parseRelease,
  type Release,
  readsEndpointSlices,
  readsStablePrefix,
  takesAnnotationPrefix,
} from './releases.ts';
export { type PolicyRule, rulesFor } from './rules.ts';
