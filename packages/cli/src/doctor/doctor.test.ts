/** size: one table, a row for every finding of every check. */
import { describe, expect, it } from 'vitest';
import { CHECKS } from './checks/index.ts';
import { type Facts, itemsOf } from './facts.ts';
import { diagnose, type Level, printDiagnosis } from './index.ts';
import {
  type Changes,
  facts,
  goodArgs,
  type InstallationOptions,
  ingress,
  installation,
  look,
  read,
  registry,
  type SourceOptions,
  service,
  template,
  tenant,
} from './testing/facts.ts';

const current = 'registry.k8s.io/external-dns/external-dns:v0.22.0';
const without = (flag: string) => goodArgs.filter((arg) => !arg.startsWith(`--${flag}`));
const given = (options: InstallationOptions): Changes => ({ installations: read([installation(options)]) });
const stable = { 'external-dns.kubernetes.io/hostname': 'acme.production.example.com' };
const alpha = { 'external-dns.alpha.kubernetes.io/hostname': 'acme.production.example.com' };

const aws = goodArgs.map((arg) => (arg === '--provider=rfc2136' ? '--provider=aws' : arg));
const aliased = (options: SourceOptions) =>
  ingress({ ...options, annotations: { 'external-dns.alpha.kubernetes.io/alias': 'true' } });

interface Row {
  readonly check: string;
  readonly level: Level;
  readonly changes: Changes;
  /** Parts of the finding and of the commands that mend it. */
  readonly says: readonly string[];
  readonly mends?: readonly string[];
  readonly reason: string;
}

const certificates = (count: number, host = (at: number) => `t${at}.saas.example.com`): Changes => ({
  ingresses: read(
    Array.from({ length: count }, (_, at) =>
      ingress({
        name: `t${at}`,
        host: host(at),
        annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt-prod' },
        tls: [{ hosts: [host(at)] }],
      }),
    ),
  ),
  registries: read([registry({ desired: count })]),
  issuers: read([
    {
      kind: 'ClusterIssuer',
      namespace: undefined,
      name: 'letsencrypt-prod',
      server: 'https://acme-v02.api.letsencrypt.org/directory',
      hasDns01: false,
    },
  ]),
});

const controller = (options: object) => ({
  kind: 'Deployment' as const,
  namespace: 'ingress-nginx',
  name: 'ingress-nginx-controller',
  images: ['registry.k8s.io/ingress-nginx/controller:v1.11.3'],
  args: [],
  desired: 1,
  available: 1,
  ...options,
});

const rows: readonly Row[] = [
  {
    check: 'kubernetes-version',
    level: 'problem',
    changes: { server: { major: 1, minor: 28, gitVersion: 'v1.28.15' } },
    says: ['v1.28.15', '1.29'],
    reason: 'a server that is too old',
  },
  {
    check: 'operator-installed',
    level: 'problem',
    changes: { templates: { kind: 'absent' } },
    says: ['does not know TenantRegistry'],
    mends: ['kubectl apply --server-side -f deploy/crds'],
    reason: 'no CRDs',
  },
  {
    check: 'operator-installed',
    level: 'unknown',
    changes: { tenants: { kind: 'unread', detail: 'tenants is forbidden' } },
    says: ['could not be read: tenants is forbidden'],
    reason: 'no right to look',
  },
  {
    check: 'external-dns-installed',
    level: 'problem',
    changes: {
      installations: read([]),
      templates: read([template({ dns: {} })]),
      records: { looks: [], zones: [], unasked: 0 },
    },
    says: ['no Deployment of it was found'],
    mends: ['tenant-operator external-dns'],
    reason: 'nobody publishes',
  },
  {
    check: 'external-dns-installed',
    level: 'unknown',
    changes: { installations: read([]) },
    says: ['TenantTemplate web describes one'],
    reason: 'one that runs elsewhere is no problem',
  },
  {
    check: 'external-dns-running',
    level: 'problem',
    changes: {
      ...given({ available: 0 }),
      around: { failures: read(['CrashLoopBackOff, ended before with exit code 1']) },
    },
    says: ['has no running pod: CrashLoopBackOff'],
    mends: ['--previous'],
    reason: 'it crashes',
  },
  {
    check: 'external-dns-running',
    level: 'problem',
    changes: given({ replicas: 0 }),
    says: ['scaled to 0'],
    mends: ['--replicas=1'],
    reason: 'switched off',
  },
  {
    check: 'external-dns-running',
    level: 'problem',
    changes: given({ replicas: 2, available: 2 }),
    says: ['2 replicas', 'no leader'],
    reason: 'two of one kind',
  },
  {
    check: 'external-dns-log',
    level: 'problem',
    changes: {
      around: { errors: read(['AccessDenied: not authorized to perform route53:ChangeResourceRecordSets']) },
    },
    says: ['1 of the last 100 lines', 'AccessDenied'],
    mends: ['kubectl logs'],
    reason: 'the provider refuses',
  },
  {
    check: 'external-dns-log',
    level: 'unknown',
    changes: { around: { errors: { kind: 'unread', detail: 'pods/log is forbidden' } } },
    says: ['pods/log is forbidden'],
    reason: 'no right to read logs',
  },
  {
    check: 'external-dns-policy-given',
    level: 'problem',
    changes: given({ image: current, args: without('policy') }),
    says: ['v0.22.0 and has no --policy'],
    mends: ['--policy=sync'],
    reason: 'v0.22.0 does not start without one',
  },
  {
    check: 'external-dns-release',
    level: 'unknown',
    changes: given({ image: 'mirror.internal/external-dns@sha256:0123' }),
    says: ['does not tell the release'],
    reason: 'an image by digest',
  },
  {
    check: 'external-dns-release',
    level: 'advice',
    changes: given({ image: 'registry.k8s.io/external-dns/external-dns:v0.11.0' }),
    says: ['v0.11.0', 'v0.14.0 is the oldest'],
    reason: 'older than the guide',
  },
  {
    check: 'external-dns-works-for-real',
    level: 'problem',
    changes: given({ args: [...goodArgs, '--dry-run'] }),
    says: ['--dry-run'],
    mends: [`"op":"remove","path":"/spec/template/spec/containers/0/args/${goodArgs.length}"`],
    reason: 'only pretends',
  },
  {
    check: 'external-dns-works-for-real',
    level: 'problem',
    changes: given({ env: [{ name: 'EXTERNAL_DNS_ONCE', value: '1' }] }),
    says: ['--once'],
    mends: ['EXTERNAL_DNS_ONCE-'],
    reason: 'by a variable',
  },
  {
    check: 'external-dns-sources',
    level: 'problem',
    changes: given({ args: without('source=ingress') }),
    says: ['does not have --source=ingress'],
    mends: ['--source=ingress'],
    reason: 'Ingresses are not looked at',
  },
  {
    check: 'external-dns-rights',
    level: 'problem',
    changes: { around: { account: read(undefined) } },
    says: ['does not exist'],
    mends: ['tenant-operator external-dns'],
    reason: "the guide's Cloudflare manifest alone",
  },
  {
    check: 'external-dns-rights',
    level: 'problem',
    changes: {
      ...given({ image: current }),
      around: { missingRights: read(['list endpointslices.discovery.k8s.io']) },
    },
    says: ['may not list endpointslices', 'EndpointSlices are read in place of Endpoints'],
    reason: "the guide's rights with a current release",
  },
  {
    check: 'external-dns-credentials',
    level: 'problem',
    changes: { around: { missingSecrets: read(['Secret kube-system/cloudflare-api-token key apiToken']) } },
    says: ['cloudflare-api-token', 'placeholder'],
    reason: 'the placeholder of the guide',
  },
  {
    check: 'external-dns-credentials',
    level: 'advice',
    changes: given({ args: [...without('provider'), '--provider=aws'] }),
    says: ['eks.amazonaws.com/role-arn'],
    mends: ['kubectl annotate serviceaccount external-dns'],
    reason: 'no role on AWS',
  },
  {
    check: 'external-dns-credentials',
    level: 'problem',
    changes: given({ args: [...without('provider'), '--provider=cloudflare'] }),
    says: ['neither CF_API_TOKEN nor CF_API_KEY'],
    reason: 'no token on Cloudflare',
  },
  {
    check: 'annotation-prefix',
    level: 'problem',
    changes: { ...given({ image: current }), ingresses: read([ingress({ annotations: alpha })]) },
    says: ['reads external-dns.kubernetes.io/', 'v0.22.0 ignores external-dns.alpha.kubernetes.io/'],
    mends: ['--annotation-prefix=external-dns.alpha.kubernetes.io/'],
    reason: "the guide's annotations with a current release",
  },
  {
    check: 'annotation-prefix',
    level: 'problem',
    changes: {
      ingresses: read(
        [ingress({ annotations: stable, name: 'x' })].map((one) => {
          const { annotations = {} } = one.metadata;
          delete annotations['external-dns.alpha.kubernetes.io/ttl'];
          return one;
        }),
      ),
    },
    says: ['reads external-dns.alpha.kubernetes.io/', 'written with external-dns.kubernetes.io/'],
    reason: "new annotations with the guide's release",
  },
  {
    check: 'left-out',
    level: 'problem',
    changes: given({ args: [...goodArgs, '--ingress-class=internal'] }),
    says: ['Ingress shop/acme-ingress', '--ingress-class=internal leaves out the class traefik'],
    reason: 'another class',
  },
  {
    check: 'left-out',
    level: 'problem',
    changes: given({ args: [...goodArgs, '--label-filter=team=dns'] }),
    says: ['--label-filter=team=dns leaves it out'],
    reason: 'another label',
  },
  {
    check: 'left-out',
    level: 'problem',
    changes: given({ args: [...goodArgs, '--namespace=prod'] }),
    says: ['--namespace=prod leaves it out'],
    reason: 'another namespace',
  },
  {
    check: 'domain-filter',
    level: 'problem',
    changes: { ingresses: read([ingress({ host: 'acme.shop.example.io' })]) },
    says: ['(example.com)', 'acme.shop.example.io'],
    mends: ['--domain-filter=shop.example.io'],
    reason: 'a hostname of another domain',
  },
  {
    check: 'domain-filter-given',
    level: 'advice',
    changes: given({ args: without('domain-filter') }),
    says: ['no --domain-filter'],
    mends: ['--domain-filter=production.example.com'],
    reason: 'every zone is open to it',
  },
  {
    check: 'hostname-annotation',
    level: 'advice',
    changes: { services: read([service({ host: '' })]) },
    says: ['Service shop/acme-service', 'without a hostname annotation'],
    reason: 'a LoadBalancer that nobody names',
  },
  {
    check: 'routing-policy',
    level: 'problem',
    changes: {
      ingresses: read([ingress({ annotations: { 'external-dns.alpha.kubernetes.io/aws-weight': '100' } })]),
    },
    says: ['set-identifier'],
    reason: 'a weight without an identifier',
  },
  {
    check: 'routing-policy',
    level: 'problem',
    changes: {
      ingresses: read([ingress({ annotations: { 'external-dns.alpha.kubernetes.io/set-identifier': 'a' } })]),
    },
    says: ['set-identifier'],
    reason: 'an identifier without a weight',
  },
  {
    check: 'alias-of-hostname',
    level: 'problem',
    changes: {
      ...given({ args: aws }),
      ingresses: read([aliased({ addresses: [{ hostname: 'lb.elsewhere.example.net' }] })]),
    },
    says: ['v0.14.0', 'acme.production.example.com', 'A record'],
    mends: ['v0.14.1'],
    reason: "the guide's release cannot",
  },
  {
    check: 'records-published',
    level: 'problem',
    changes: {
      records: {
        looks: [
          look({ state: 'pending', reason: 'RecordMissing', message: 'ns1 has no A record', seen: [] }),
        ],
        zones: [],
        unasked: 0,
      },
    },
    says: ['RecordMissing: ns1 has no A record'],
    mends: ['dig +norecurse acme.production.example.com A'],
    reason: 'not there',
  },
  {
    check: 'records-published',
    level: 'problem',
    changes: {
      records: {
        looks: ['a', 'b', 'c'].map((name) =>
          look({ name, state: 'failed', reason: 'OwnerMismatch', message: `${name} belongs to them` }),
        ),
        zones: [],
        unasked: 0,
      },
    },
    says: ['OwnerMismatch: a belongs to them (and 2 more: b and c)'],
    mends: ['kubectl describe tenant acme-web -n shop'],
    reason: 'many of a kind are one finding',
  },
  {
    check: 'records-published',
    level: 'unknown',
    changes: { records: { looks: [], zones: [], unasked: 800 } },
    says: ['800 more records were not asked for'],
    mends: ['--max-records'],
    reason: 'too many to ask for',
  },
  {
    check: 'records-agree',
    level: 'problem',
    changes: {
      records: {
        looks: [look({ state: 'pending', reason: 'SecondaryLag', message: 'ns2 does not have it yet' })],
        zones: [],
        unasked: 0,
      },
    },
    says: ['SecondaryLag'],
    reason: 'a server that lags behind',
  },
  {
    check: 'records-agree',
    level: 'unknown',
    changes: {
      records: {
        looks: [look({ state: 'unknown', reason: 'NameServerUnreachable', message: 'nobody answers' })],
        zones: [],
        unasked: 0,
      },
    },
    says: ['NameServerUnreachable'],
    mends: ['dig +nssearch'],
    reason: 'nobody answers',
  },
  {
    check: 'negative-ttl',
    level: 'advice',
    changes: {
      records: { looks: [look()], zones: [{ name: 'example.com', denialSeconds: 86_400 }], unasked: 0 },
    },
    says: ['86400 s'],
    reason: 'a day of denial',
  },
  {
    check: 'policy',
    level: 'problem',
    changes: given({ args: [...without('policy'), '--policy=upsert-only'] }),
    says: ['--policy=upsert-only'],
    mends: ['"op":"test"', '--policy=sync'],
    reason: "the guide's Route 53 manifest",
  },
  {
    check: 'policy',
    level: 'advice',
    changes: given({ args: without('policy') }),
    says: ['its default, sync, holds'],
    reason: "the guide's Cloudflare manifest",
  },
  {
    check: 'txt-registry',
    level: 'problem',
    changes: given({ args: [...without('registry'), '--registry=noop'] }),
    says: ['--registry=noop'],
    mends: ['--registry=txt'],
    reason: 'records without owner',
  },
  {
    check: 'owner-id',
    level: 'advice',
    changes: given({ args: without('txt-owner-id') }),
    says: ['no --txt-owner-id', '"default"'],
    reason: 'the default owner',
  },
  {
    check: 'owner-id',
    level: 'problem',
    changes: { installations: read([installation(), installation({ name: 'external-dns-2' })]) },
    says: ['the same owner id "mine"'],
    mends: ['mine-external-dns-2'],
    reason: 'two with one owner id',
  },
  {
    check: 'txt-prefix',
    level: 'advice',
    changes: given({ args: without('txt-prefix') }),
    says: ['neither --txt-prefix nor --txt-suffix'],
    mends: ['--txt-prefix=external-dns-'],
    reason: 'TXT under the name of a CNAME',
  },
  {
    check: 'template-settings',
    level: 'advice',
    changes: { templates: read([template({ dns: {} })]) },
    says: ['does not say which ExternalDNS'],
    mends: ['"ownerId":"mine"', '"txtPrefix":"external-dns-"'],
    reason: 'nothing is known',
  },
  {
    check: 'template-settings',
    level: 'problem',
    changes: { templates: read([template({ dns: { externalDNS: { ownerId: 'theirs' } } })]) },
    says: ['expects the owner id "theirs"', '"mine" (kube-system/external-dns)'],
    reason: 'another owner',
  },
  {
    check: 'template-settings',
    level: 'problem',
    changes: { templates: read([template({ dns: { externalDNS: { ownerId: 'mine', txtPrefix: 'x-' } } })]) },
    says: ['txtPrefix "x-"', '"external-dns-"'],
    reason: 'another prefix',
  },
  {
    check: 'template-settings',
    level: 'problem',
    changes: {
      ...given({ args: [...without('policy'), '--policy=upsert-only'] }),
      templates: read([template({ dns: { verification: 'Gate', externalDNS: { ownerId: 'mine' } } })]),
    },
    says: ['Gate', '--policy=upsert-only'],
    reason: 'a removal that is waited for in vain',
  },
  {
    check: 'leftover-records',
    level: 'problem',
    changes: {
      registries: read([
        registry({
          leftoverRecords: [
            { name: 'old.example.com', type: 'A', tenant: 'old', reason: 'UpsertOnlyPolicy', since: '' },
          ],
        }),
      ]),
    },
    says: ['1 record has', 'UpsertOnlyPolicy', 'old.example.com (A)'],
    mends: ['doctor --orphans'],
    reason: 'a record that outlived its tenant',
  },
  {
    check: 'ingress-class',
    level: 'problem',
    changes: { ingresses: read([ingress({ className: 'nginx', addresses: [] })]) },
    says: ['"nginx", which does not exist (there are: traefik)'],
    mends: ['kubectl get ingressclass'],
    reason: 'no such class',
  },
  {
    check: 'ingress-class',
    level: 'problem',
    changes: {
      ingresses: read([ingress({ className: undefined, addresses: [] })]),
      ingressClasses: read([
        { name: 'traefik', controller: 'traefik.io/ingress-controller', isDefault: false },
      ]),
    },
    says: ['no class is the default'],
    reason: 'no class at all',
  },
  {
    check: 'ingress-controller',
    level: 'problem',
    changes: { workloads: read([]) },
    says: ['traefik.io/ingress-controller, of which nothing runs'],
    reason: 'a class without a controller',
  },
  {
    check: 'ingress-controller',
    level: 'problem',
    changes: {
      ingresses: read([ingress({ className: 'nginx' })]),
      ingressClasses: read([{ name: 'nginx', controller: 'k8s.io/ingress-nginx', isDefault: false }]),
      workloads: read([controller({ available: 0 })]),
    },
    says: ['has no running pod'],
    mends: ['kubectl get svc -n ingress-nginx'],
    reason: 'a controller that is down',
  },
  {
    check: 'ingress-address',
    level: 'problem',
    changes: { ingresses: read([ingress({ addresses: [] })]) },
    says: ['no address in their status', 'Ingress shop/acme-ingress'],
    mends: ['kubectl describe ingress acme-ingress -n shop'],
    reason: 'an Ingress without address',
  },
  {
    check: 'ingress-address',
    level: 'problem',
    changes: { services: read([service({ addresses: [] })]) },
    says: ['Service shop/acme-service'],
    reason: 'a LoadBalancer without address',
  },
  {
    check: 'ingress-nginx-retired',
    level: 'advice',
    changes: { workloads: read([controller({}), ...itemsOf(facts().workloads)]) },
    says: ['ingress-nginx is retired', 'March 2026'],
    reason: "the guide's controller",
  },
  {
    check: 'issuer',
    level: 'problem',
    changes: { ...certificates(1), issuers: { kind: 'absent' } },
    says: ['cert-manager is not installed'],
    reason: 'no cert-manager',
  },
  {
    check: 'issuer',
    level: 'problem',
    changes: { ...certificates(1), issuers: read([]) },
    says: ['ClusterIssuer letsencrypt-prod, which does not exist'],
    reason: 'no such issuer',
  },
  {
    check: 'acme-challenge-type',
    level: 'advice',
    changes: {
      templates: read([
        template({
          ingresses: [
            {
              id: 'web',
              spec: { metadata: { annotations: { 'cert-manager.io/acme-challenge-type': 'http01' } } },
            },
          ],
        }),
      ]),
    },
    says: ['cert-manager reads nowhere'],
    mends: ['"path":"/spec/ingresses/0/spec/metadata/annotations/cert-manager.io~1acme-challenge-type"'],
    reason: "the guide's annotation",
  },
  {
    check: 'certificate-limit',
    level: 'problem',
    changes: certificates(120),
    says: ['120 certificates of 120 tenants', '50 new ones a week'],
    mends: ['*.saas.example.com', 'DNS-01'],
    reason: 'more than a week gives',
  },
  {
    check: 'certificate-limit',
    level: 'advice',
    changes: certificates(30),
    says: ['30 certificates'],
    reason: 'more than half of it',
  },
  {
    check: 'zone-per-environment',
    level: 'advice',
    changes: {
      records: {
        looks: [look(), look({ name: 'acme.staging.example.com' })],
        zones: [],
        unasked: 0,
      },
    },
    says: ['production and staging'],
    reason: 'two environments in one zone',
  },
  {
    check: 'ttl',
    level: 'advice',
    changes: {
      ingresses: read([ingress({ annotations: { 'external-dns.alpha.kubernetes.io/ttl': '60' } })]),
      templates: read([template({ ingresses: [{ id: 'web', spec: {} }] })]),
    },
    says: ['of production, where the TTL is 3600 s, and its records have 60'],
    mends: ['"path":"/spec/ingresses/0/annotationsTemplate"', '"3600"'],
    reason: 'a minute in production',
  },
  {
    check: 'ttl',
    level: 'unknown',
    changes: { namespaces: read(new Map()), registries: read([registry({}, { name: 'customers' })]) },
    says: ['not known which environment'],
    mends: ['--environment production'],
    reason: 'nobody says which environment',
  },
  {
    check: 'metrics-scraped',
    level: 'advice',
    changes: given({ podAnnotations: {} }),
    says: ['port 7979'],
    mends: ['prometheus.io/scrape'],
    reason: 'nobody looks at its metrics',
  },
  {
    check: 'metrics-scraped',
    level: 'advice',
    changes: { ...given({ podAnnotations: {} }), monitors: read([]) },
    says: ['no PodMonitor, ServiceMonitor or scrape annotation'],
    mends: ['"kind":"PodMonitor"'],
    reason: 'nobody looks, with the Prometheus operator',
  },
];

function findingsOf(id: string, of: Facts) {
  return diagnose(of).checks.find((check) => check.id === id)?.findings ?? [];
}

describe('doctor', () => {
  it('finds nothing where all is well', () => {
    const { checks, counts } = diagnose(facts());
    expect(checks.flatMap(({ id, findings }) => findings.map(({ finding }) => `${id}: ${finding}`))).toEqual(
      [],
    );
    expect(counts).toEqual({ problem: 0, advice: 0, unknown: 0 });
  });

  it.each(rows)('$check: $reason', ({ check, level, changes, says, mends = [] }) => {
    const findings = findingsOf(check, facts(changes));
    expect(findings.map((finding) => finding.level)).toEqual([level]);
    const [finding] = findings;
    for (const part of says) expect(`${finding?.subject} ${finding?.finding}`).toContain(part);
    for (const part of mends) expect(finding?.mend.join('\n')).toContain(part);
    expect(finding?.why).not.toBe('');
  });

  it('has a row here for every check', () => {
    const tried = new Set(rows.map(({ check }) => check));
    expect(CHECKS.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
  });

  it.each<{ check: string; changes: Changes; reason: string }>([
    {
      check: 'alias-of-hostname',
      changes: { ...given({ args: aws }), ingresses: read([aliased({})]) },
      reason: 'an address is no hostname, and the annotation counts for nothing',
    },
    {
      check: 'alias-of-hostname',
      changes: {
        ...given({ args: aws, image: 'registry.k8s.io/external-dns/external-dns:v0.14.1' }),
        ingresses: read([aliased({ addresses: [{ hostname: 'lb.elsewhere.example.net' }] })]),
      },
      reason: 'the next release can',
    },
    {
      check: 'annotation-prefix',
      changes: {
        ...given({ image: current }),
        ingresses: read([ingress({ annotations: { ...alpha, ...stable } })]),
      },
      reason: 'an object with both prefixes is served by either',
    },
    {
      check: 'domain-filter',
      changes: {
        installations: read([
          installation(),
          installation({ name: 'io', args: [...without('domain-filter'), '--domain-filter=example.io'] }),
        ]),
        ingresses: read([ingress({ host: 'a.example.io' }), ingress({ host: 'b.example.com', name: 'b' })]),
      },
      reason: 'what one filter leaves out is published by the other',
    },
    {
      check: 'owner-id',
      changes: {
        installations: read([
          installation(),
          installation({ name: 'io', args: [...without('domain-filter'), '--domain-filter=example.io'] }),
        ]),
      },
      reason: 'one owner id for domains that do not overlap',
    },
    {
      check: 'certificate-limit',
      changes: certificates(120, (at) => `www.customer${at}.com`),
      reason: 'every tenant has a domain of its own',
    },
    {
      check: 'certificate-limit',
      changes: {
        ...certificates(120),
        issuers: read([
          {
            kind: 'ClusterIssuer',
            namespace: undefined,
            name: 'letsencrypt-prod',
            server: 'https://acme-staging-v02.api.letsencrypt.org/directory',
            hasDns01: false,
          },
        ]),
      },
      reason: 'the staging server has no such limit',
    },
    {
      check: 'ingress-address',
      changes: { ingresses: read([ingress({ addresses: [], createdAt: '2026-01-01T00:59:30Z' })]) },
      reason: 'an address takes its time',
    },
    {
      check: 'metrics-scraped',
      changes: {
        ...given({ podAnnotations: {} }),
        monitors: read([
          { kind: 'PodMonitor', namespace: 'monitoring', name: 'dns', selects: { app: 'external-dns' } },
        ]),
      },
      reason: 'a PodMonitor selects its pods',
    },
    {
      check: 'metrics-scraped',
      changes: {
        ...given({ podAnnotations: {} }),
        selecting: read([
          {
            namespace: 'kube-system',
            labels: { role: 'dns' },
            annotations: {},
            selector: { app: 'external-dns' },
          },
        ]),
        monitors: read([
          { kind: 'ServiceMonitor', namespace: 'monitoring', name: 'dns', selects: { role: 'dns' } },
        ]),
      },
      reason: 'a ServiceMonitor selects its Service',
    },
    {
      check: 'ttl',
      changes: {
        environment: 'staging',
        ingresses: read([ingress({ annotations: { 'external-dns.alpha.kubernetes.io/ttl': '5m' } })]),
      },
      reason: 'a duration is seconds, too',
    },
    {
      check: 'template-settings',
      changes: { templates: read([template({ dns: { verification: 'Disabled' } })]) },
      reason: 'who does not verify needs to say nothing',
    },
    {
      check: 'external-dns-credentials',
      changes: given({
        args: [...without('provider'), '--provider=aws'],
        env: [{ name: 'AWS_ACCESS_KEY_ID', value: 'AKIAEXAMPLE' }],
      }),
      reason: 'the container brings its own',
    },
  ])('$check stays silent: $reason', ({ check, changes }) => {
    expect(findingsOf(check, facts(changes))).toEqual([]);
  });

  it('prints what it found, and lets nobody break its lines', () => {
    const broken = facts({ around: { errors: read(['one\ntwo\u001b[31mred']) }, tenants: read([tenant()]) });
    const text = printDiagnosis(broken, diagnose(broken));
    expect(text).toContain(
      'ExternalDNS kube-system/external-dns: v0.14.0, rfc2136, policy sync, owner "mine"',
    );
    expect(text).toContain('at last: one two?[31mred');
    expect(text).toMatch(/\d+ checks: 1 problem, 0 advised, 0 unknown; 1 of 1 record published\n$/);
  });
});
