/**
 * Certificates in the controllers: whether those that a Tenant's objects ask cert-manager for are issued.
 *
 * view.ts says it in one condition, sight.ts watches the kind once somebody asks for a certificate. That an Ingress waits with
 * asking until its hostnames are published is a matter of DNS: `../dns/certificates.ts`.
 */
export { type CertificateSight, createCertificateSight } from './sight.ts';
export { asksForCertificates, type CertificateView, certificateView } from './view.ts';
