/**
 * cert-manager, as far as a person sees it: an Ingress that names an issuer gets a Certificate for each of its TLS Secrets, and a
 * Certificate gets its Secret. Issuers are not looked at: every certificate is self-signed, at once.
 */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Api, ApiObject } from './api.ts';
import type { Neighbour } from './index.ts';
import { react } from './react.ts';

/** On a Certificate; the value is the cause with which its issuing fails. */
export const FAIL_CERTIFICATE_ANNOTATION = 'sandbox.kubernetes-tenants.org/fail';

const group = 'cert-manager.io';
const manager = 'cert-manager';
const certificates = `/apis/${group}/v1/certificates`;
const ingresses = '/apis/networking.k8s.io/v1/ingresses';
const lifetimeMs = 90 * 86_400_000;

type Ingress = ApiObject<{ tls?: readonly { hosts?: readonly string[]; secretName?: string }[] }>;
type Certificate = ApiObject<
  { readonly secretName?: string; readonly dnsNames?: readonly string[] },
  { readonly conditions?: readonly { type: string; status: string; observedGeneration?: number }[] }
>;

/** Installs the custom resources Certificate, Issuer and ClusterIssuer where they are missing. */
export function startCertificates(api: Api, now: () => number = Date.now): Neighbour {
  const installing = install(api);
  const reacting = react<Ingress & Certificate>(
    api,
    [ingresses, certificates],
    async (object, collection) => {
      await installing;
      if (object.metadata.deletionTimestamp !== undefined) return;
      if (collection === ingresses) await requestCertificates(api, object);
      else await issue(api, object, now());
    },
  );
  return reacting;
}

async function requestCertificates(api: Api, { metadata, spec }: Ingress): Promise<void> {
  const { annotations = {}, labels = {}, namespace = '', name, uid } = metadata;
  const cluster = annotations[`${group}/cluster-issuer`];
  const issuer = cluster ?? annotations[`${group}/issuer`];
  if (issuer === undefined) return;
  for (const { hosts = [], secretName } of spec?.tls ?? []) {
    if (secretName === undefined || hosts.length === 0) continue;
    await api.apply(certificates, manager, {
      apiVersion: `${group}/v1`,
      kind: 'Certificate',
      metadata: {
        name: secretName,
        namespace,
        // cert-manager copies them.
        labels,
        ownerReferences: [
          {
            apiVersion: 'networking.k8s.io/v1',
            kind: 'Ingress',
            name,
            uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec: {
        secretName,
        dnsNames: [...hosts],
        issuerRef: { name: issuer, kind: cluster === undefined ? 'Issuer' : 'ClusterIssuer', group },
      },
    });
  }
}

async function issue(api: Api, { metadata, spec, status }: Certificate, now: number): Promise<void> {
  const { name, namespace = '', generation = 1, annotations } = metadata;
  const before = status?.conditions?.find(({ type }) => type === 'Ready');
  if (before?.observedGeneration === generation) return;
  const failure = annotations?.[FAIL_CERTIFICATE_ANNOTATION];
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const ready = { type: 'Ready', lastTransitionTime: time, observedGeneration: generation };
  if (failure !== undefined) {
    const condition = { ...ready, status: 'False', reason: 'Failed', message: failure };
    await api.patch(certificates, metadata, { status: { conditions: [condition] } }, 'status');
    return;
  }
  const pair = await selfSigned(spec?.dnsNames ?? [], now);
  await api.apply('/api/v1/secrets', manager, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: spec?.secretName ?? name,
      namespace,
      annotations: { [`${group}/certificate-name`]: name },
    },
    type: 'kubernetes.io/tls',
    data: {
      'tls.crt': encode(pair.certificate),
      'tls.key': encode(pair.key),
      'ca.crt': encode(pair.certificate),
    },
  });
  const condition = {
    ...ready,
    status: 'True',
    reason: 'Ready',
    message: 'Certificate is up to date and has not expired',
  };
  const notAfter = new Date(now + lifetimeMs).toISOString().replace(/\.\d+Z$/, 'Z');
  await api.patch(
    certificates,
    metadata,
    { status: { conditions: [condition], notAfter, revision: 1 } },
    'status',
  );
}

async function selfSigned(
  hosts: readonly string[],
  now: number,
): Promise<{ certificate: string; key: string }> {
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
  const names = hosts.map((value) => ({ type: 'dns' as const, value }));
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: 'CN=sandbox',
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + lifetimeMs),
    signingAlgorithm,
    keys,
    extensions: [new x509.SubjectAlternativeNameExtension(names)],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = key.match(/.{1,64}/g) ?? [];
  return {
    certificate: `${certificate.toString('pem').trim()}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function install(api: Api): Promise<void> {
  for (const [kind, scope] of [
    ['Certificate', 'Namespaced'],
    ['Issuer', 'Namespaced'],
    ['ClusterIssuer', 'Cluster'],
  ] as const) {
    const plural = `${kind.toLowerCase()}s`;
    const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    await api.apply('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', manager, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope,
        names: { kind, plural, singular: kind.toLowerCase() },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } },
            additionalPrinterColumns: [
              { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
              { name: 'Secret', type: 'string', jsonPath: '.spec.secretName' },
            ],
          },
        ],
      },
    });
  }
}
