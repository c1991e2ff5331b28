/** What asks for reviews: the objects of deploy/webhook, and the names in them. */
import { GROUP, KINDS, VERSION } from '@tenant-operator/api';
import type { KubeObject } from '@tenant-operator/kube';

/** Names the ValidatingWebhookConfiguration. */
export const configurationName = 'tenant-operator';
export const serviceName = 'tenant-operator-webhook';
/** Holds the certificates. */
export const secretName = 'tenant-operator-webhook';
export const reviewPath = '/validate';
/** Inside a cluster. */
export const podPort = 9443;

const resources = [KINDS.TenantRegistry.plural, KINDS.TenantTemplate.plural];

/** The configuration without a CA bundle, which the operator writes into it, and the Service that it calls. */
export function webhookManifests(namespace: string): KubeObject[] {
  const labels = { 'app.kubernetes.io/name': 'tenant-operator' };
  const common = {
    clientConfig: { service: { name: serviceName, namespace, path: reviewPath, port: 443 } },
    matchPolicy: 'Equivalent',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  };
  const rule = (operations: readonly string[]) => ({
    apiGroups: [GROUP],
    apiVersions: [VERSION],
    resources,
    scope: 'Namespaced',
    operations,
  });
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: serviceName, namespace, labels },
      spec: { selector: labels, ports: [{ name: 'webhook', port: 443, targetPort: podPort }] },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: configurationName, labels },
      webhooks: [
        {
          // The controllers repeat every check: nobody is kept from working while the operator is away.
          name: `changes.${GROUP}`,
          ...common,
          failurePolicy: 'Ignore',
          timeoutSeconds: 5,
          rules: [rule(['CREATE', 'UPDATE'])],
        },
        {
          // A deletion cannot be taken back, so it waits for somebody who can count what goes with it.
          name: `deletions.${GROUP}`,
          ...common,
          failurePolicy: 'Fail',
          timeoutSeconds: 10,
          rules: [rule(['DELETE'])],
          // A namespace that goes as a whole is never held, also while the operator is away.
          matchConditions: [
            {
              name: 'not-with-its-namespace',
              expression:
                "request.userInfo.username != 'system:serviceaccount:kube-system:namespace-controller'",
            },
          ],
        },
      ],
    },
  ];
}
