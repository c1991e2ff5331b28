import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  type DeploymentObject,
  parseRelease,
  type Release,
  readInstallation,
} from '../external-dns/index.ts';
import { type ExternalDnsFlags, printManifests } from './external-dns.ts';

const release = (text: string) => parseRelease(text) as Release;

const base: ExternalDnsFlags = {
  provider: 'aws',
  release: release('v0.14.0'),
  policy: 'sync',
  ownerId: 'prod',
  txtPrefix: 'external-dns-',
  domainFilter: ['example.com'],
  annotationPrefix: 'external-dns.alpha.kubernetes.io/',
  namespace: 'kube-system',
  name: 'external-dns',
  zoneId: [],
  output: 'yaml',
};

interface Printed {
  readonly kind: string;
  readonly rules?: { readonly apiGroups: string[]; readonly resources: string[]; readonly verbs: string[] }[];
  readonly metadata: { readonly annotations?: Record<string, string> };
}

const objectsOf = (flags: Partial<ExternalDnsFlags>) =>
  parseAllDocuments(printManifests({ ...base, ...flags })).map((document) => document.toJS() as Printed);

function installationOf(flags: Partial<ExternalDnsFlags>) {
  const deployment = objectsOf(flags).find(({ kind }) => kind === 'Deployment');
  return readInstallation(deployment as unknown as DeploymentObject);
}

describe('external-dns', () => {
  it.each<{ flags: Partial<ExternalDnsFlags>; expected: object; reason: string }>([
    {
      flags: {},
      expected: {
        provider: 'aws',
        policy: 'sync',
        ownerId: 'prod',
        txtPrefix: 'external-dns-',
        domainFilters: ['example.com'],
      },
      reason: "the guide's release",
    },
    {
      flags: { release: release('v0.22.0'), policy: 'upsert-only' },
      expected: { policy: 'upsert-only', annotationPrefix: 'external-dns.alpha.kubernetes.io/' },
      reason: "a current one goes on reading the guide's annotations",
    },
    {
      flags: { release: release('v0.22.0'), annotationPrefix: 'external-dns.kubernetes.io' },
      expected: { annotationPrefix: 'external-dns.kubernetes.io/' },
      reason: 'the new prefix, its slash forgotten',
    },
    {
      flags: { provider: 'cloudflare', cloudflareProxied: true },
      expected: { provider: 'cloudflare', isProxied: true, secrets: [{ secret: 'cloudflare-api-token' }] },
      reason: 'Cloudflare',
    },
  ])('prints what doctor reads back: $reason', ({ flags, expected }) => {
    expect(installationOf(flags)).toMatchObject(expected);
  });

  it.each([
    { version: 'v0.14.0', slices: false, reason: 'reads Endpoints' },
    { version: 'v0.17.0', slices: false, reason: 'reads Endpoints' },
    { version: 'v0.18.0', slices: true, reason: 'reads EndpointSlices' },
    { version: 'v0.22.0', slices: true, reason: 'reads EndpointSlices' },
  ])('grants $version what it $reason, and no more', ({ version, slices }) => {
    const rules =
      objectsOf({ release: release(version) }).find(({ kind }) => kind === 'ClusterRole')?.rules ?? [];
    const resources = rules.flatMap((rule) => rule.resources);
    expect(resources.includes('endpointslices')).toBe(slices);
    expect(resources.includes('endpoints')).toBe(!slices);
    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list', 'watch']));
    expect(JSON.stringify(rules)).not.toContain('*');
  });

  it.each([
    {
      flags: { provider: 'aws', identity: 'arn:aws:iam::1:role/dns' },
      annotation: 'eks.amazonaws.com/role-arn',
    },
    {
      flags: { provider: 'google', identity: 'dns@p.iam.gserviceaccount.com' },
      annotation: 'iam.gke.io/gcp-service-account',
    },
  ] as const)('puts the identity of $flags.provider on the ServiceAccount', ({ flags, annotation }) => {
    const account = objectsOf(flags).find(({ kind }) => kind === 'ServiceAccount');
    expect(account?.metadata.annotations).toEqual({ [annotation]: flags.identity });
  });

  it('says what changed, and what the templates have to say', () => {
    const text = printManifests({ ...base, release: release('v0.22.0') });
    expect(text).toContain('#   v0.22.0: --policy has no default any more');
    expect(text).toContain('#       ownerId: "prod"');
    expect(printManifests(base)).not.toContain('Changed since');
    expect(printManifests({ ...base, release: release('v0.30.1') })).toContain('were not tried with v0.30.1');
  });

  it('prints no secret, not even a placeholder that could be applied', () => {
    expect(objectsOf({ provider: 'cloudflare' }).map(({ kind }) => kind)).not.toContain('Secret');
  });

  it('keeps the IAM policy to the zones that are named', () => {
    const { Statement } = JSON.parse(printManifests({ ...base, iamPolicy: true, zoneId: ['Z1'] })) as {
      Statement: { Action: string[]; Resource: string[] }[];
    };
    expect(Statement[0]).toMatchObject({
      Action: ['route53:ChangeResourceRecordSets', 'route53:ListResourceRecordSets'],
      Resource: ['arn:aws:route53:::hostedzone/Z1'],
    });
    expect(Statement[1]?.Action).toEqual(['route53:ListHostedZones']);
  });

  it('prints one List as JSON', () => {
    const list = JSON.parse(printManifests({ ...base, output: 'json' })) as {
      kind: string;
      items: unknown[];
    };
    expect([list.kind, list.items.length]).toEqual(['List', 4]);
  });

  it.each<{ flags: Partial<ExternalDnsFlags>; message: string; reason: string }>([
    {
      flags: { provider: 'google', iamPolicy: true },
      message: '--iam-policy is for',
      reason: 'a policy of AWS for Google',
    },
    {
      flags: { provider: 'cloudflare', identity: 'x' },
      message: '--identity is for',
      reason: 'an identity for Cloudflare',
    },
    {
      flags: { annotationPrefix: 'external-dns.kubernetes.io/' },
      message: 'reads external-dns.alpha.kubernetes.io/ and nothing else',
      reason: 'a prefix that the release cannot read',
    },
  ])('refuses $reason', ({ flags, message }) => {
    expect(() => printManifests({ ...base, ...flags })).toThrow(message);
  });
});
