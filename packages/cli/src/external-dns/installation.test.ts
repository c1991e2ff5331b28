import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type DeploymentObject, type Installation, readInstallation, settingsOf } from './index.ts';

function withContainer(container: object): DeploymentObject {
  return {
    metadata: { name: 'dns', namespace: 'infra' },
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'sidecar', image: 'istio/proxyv2:1' },
            { name: 'x', ...container },
          ],
        },
      },
    },
  };
}

function guide(file: string): Installation | undefined {
  const text = readFileSync(new URL(`../../../../examples/guide/${file}`, import.meta.url), 'utf8');
  const objects = parseAllDocuments(text).map(
    (document) => document.toJS() as DeploymentObject & { kind: string },
  );
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  return deployment && readInstallation(deployment);
}

describe('readInstallation', () => {
  it("reads the guide's Route 53 manifest", () => {
    expect(guide('external-dns-route53.yaml')).toMatchObject({
      release: { major: 0, minor: 14, patch: 0 },
      provider: 'aws',
      policy: 'upsert-only',
      ownerId: 'my-cluster-id',
      domainFilters: ['example.com'],
      sources: ['service', 'ingress'],
      registry: 'txt',
      annotationPrefix: 'external-dns.alpha.kubernetes.io/',
      serviceAccount: 'external-dns',
      metricsPort: 7979,
    });
  });

  it("reads the guide's Cloudflare manifest, which leaves policy and owner to the defaults", () => {
    expect(guide('external-dns-cloudflare.yaml')).toMatchObject({
      provider: 'cloudflare',
      givenPolicy: undefined,
      policy: 'sync',
      givenOwnerId: undefined,
      ownerId: 'default',
      isProxied: true,
      secrets: [
        { variable: 'CF_API_TOKEN', secret: 'cloudflare-api-token', key: 'apiToken', optional: false },
      ],
    });
  });

  it.each([
    { container: { image: 'nginx:1' }, found: false, reason: 'another program' },
    {
      container: { image: 'bitnami/external-dns:0.14.0-debian-11-r2' },
      found: true,
      reason: "somebody else's image",
    },
    {
      container: { image: 'registry:5000/external-dns' },
      found: true,
      reason: 'a registry with a port, and no tag',
    },
    { container: { image: 'registry:5000/dns/external-dns@sha256:01' }, found: true, reason: 'by digest' },
    { container: { image: 'external-dns-webhook:v1' }, found: false, reason: 'a name that only begins so' },
    {
      container: { image: 'our/dns:7', args: ['--source=ingress', '--txt-owner-id=a'] },
      found: true,
      reason: 'by its flags',
    },
  ])('$reason: $found', ({ container, found }) => {
    expect(readInstallation(withContainer(container)) !== undefined).toBe(found);
  });

  it.each([
    {
      image: 'x/external-dns:v0.14.0',
      args: [],
      prefix: 'external-dns.alpha.kubernetes.io/',
      policy: 'sync',
      reason: 'the release of the guide',
    },
    {
      image: 'x/external-dns:0.22.0',
      args: [],
      prefix: 'external-dns.kubernetes.io/',
      policy: undefined,
      reason: 'a current one',
    },
    {
      image: 'x/external-dns:v0.22.0',
      args: ['--annotation-prefix=external-dns.alpha.kubernetes.io/', '--policy=sync'],
      prefix: 'external-dns.alpha.kubernetes.io/',
      policy: 'sync',
      reason: 'a current one that is told',
    },
    {
      image: 'x/external-dns:v0.14.0',
      args: ['--annotation-prefix=mine/'],
      prefix: 'external-dns.alpha.kubernetes.io/',
      policy: 'sync',
      reason: 'a flag that the release does not know',
    },
    {
      image: 'x/external-dns:latest',
      args: [],
      prefix: undefined,
      policy: undefined,
      reason: 'an unknown one',
    },
  ])('prefix and policy of $reason', ({ image, args, prefix, policy }) => {
    const installation = readInstallation(withContainer({ image, args }));
    expect(installation?.annotationPrefix).toBe(prefix);
    expect(installation?.policy).toBe(policy);
    expect(installation?.containerIndex).toBe(1);
  });

  it('gives the settings by which records are expected', () => {
    const args = [
      '--registry=txt',
      '--txt-owner-id=a',
      '--txt-suffix=-own',
      '--policy=sync',
      '--exclude-domains=b.com',
    ];
    const installation = readInstallation(withContainer({ image: 'x/external-dns:v0.14.0', args }));
    expect(installation && settingsOf(installation)).toMatchObject({
      ownerId: 'a',
      txtSuffix: '-own',
      policy: 'sync',
      excludeDomains: ['b.com'],
      managedRecordTypes: ['A', 'AAAA', 'CNAME'],
    });
  });
});
