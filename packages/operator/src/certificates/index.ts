/**
 * The certificates of the admission webhook, which the operator makes and renews itself.
 *
 * An authority (a year) and a serving certificate (90 days) live with their keys in one Secret of the operator's namespace,
 * shared by all replicas. The keeper watches both objects and looks when one changes, and every ten seconds for what time makes
 * due, which costs no request: it renews (`nextStep` decides), hands what is to be served to the server, and writes the
 * authorities into the ValidatingWebhookConfiguration. A new authority is published long before anything is served from it,
 * and the old one stays until nothing is: no call fails while they change.
 */
export { issueAuthority, issueServing, type KeyPair } from './issue.ts';
export { type CertificateKeeper, type CertificateKeeperOptions, createCertificateKeeper } from './keeper.ts';
export { bundleOf, type CertificateSet, type CertificateStep, nextStep } from './plan.ts';
