/**
 * `tenant-operator doctor` on a cluster with the guide's tenants and one ExternalDNS after the other: what it finds, that the
 * commands it prints mend what it found, and the manifests of `tenant-operator external-dns`, applied with strict validation.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createClient, loadConfig } from '@tenant-operator/kube';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DoctorFlags, type DoctorResult, examine } from '../../packages/cli/src/commands/doctor.ts';
import { printManifests } from '../../packages/cli/src/commands/external-dns.ts';
import { parseRelease, type Release } from '../../packages/cli/src/external-dns/index.ts';
import { binaryPath } from '../rig/binaries/index.ts';
import { dig, run, waitFor } from '../rig/support/index.ts';
import { updateZone } from './dns.bind.ts';
import { type Harness, startHarness } from './harness.ts';

const command = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'dist', 'tenant-operator.js');

let harness: Harness;

/** As it is typed. The other looks are made in this process: many of them fit into the time of one start. */
async function cli(args: readonly string[], kubeconfig = harness.rig.kubeconfig) {
  return run(process.execPath, [command, ...args], {
    allowFailure: true,
    timeoutMs: 240_000,
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
}

const nameserver = () => `${harness.rig.dns.host}:${harness.rig.dns.port}`;

async function doctor(flags: Partial<DoctorFlags> = {}): Promise<DoctorResult> {
  const client = createClient(loadConfig({ kubeconfig: harness.rig.kubeconfig, env: {} }));
  try {
    const { result } = await examine(client, {
      output: 'json',
      dnsNameserver: [nameserver()],
      maxRecords: 100,
      ownerId: [],
      zoneFile: [],
      ...flags,
    });
    return result;
  } finally {
    await client.close();
  }
}

function found({ checks }: DoctorResult, id: string) {
  const check = checks.find((one) => one.id === id);
  if (!check) throw new Error(`there is no check ${id}`);
  return check.findings;
}

const manifestFlags = {
  policy: 'sync',
  txtPrefix: 'external-dns-',
  domainFilter: ['example.com', 'example.io'],
  annotationPrefix: 'external-dns.alpha.kubernetes.io/',
  namespace: 'kube-system',
  zoneId: [],
  output: 'yaml',
} as const;

/** Types what doctor printed. */
async function mend(commands: readonly string[]): Promise<void> {
  const folder = dirname(await binaryPath('kubectl'));
  for (const line of commands.filter((one) => !one.startsWith('#')))
    await run('bash', ['-c', line], {
      env: { ...process.env, KUBECONFIG: harness.rig.kubeconfig, PATH: `${folder}:${process.env.PATH}` },
    });
}

async function clear(): Promise<void> {
  await harness.kubectl('delete', 'deployments', '--all', '-n', 'kube-system', '--wait=true');
  await harness.kubectl(
    'delete',
    'serviceaccount',
    'external-dns',
    '-n',
    'kube-system',
    '--ignore-not-found',
  );
  await harness.kubectl('delete', 'clusterrole', 'external-dns', '--ignore-not-found');
  await harness.kubectl('delete', 'clusterrolebinding', 'external-dns-viewer', '--ignore-not-found');
}

/** Waits until the Deployments of ExternalDNS have their pods, so that findings are about what is meant. */
function running(count = 1) {
  return waitFor(
    async () => {
      const { items } = await harness.kubectl.json<{ items: { status?: { availableReplicas?: number } }[] }>(
        'get',
        'deployments',
        '-n',
        'kube-system',
      );
      return items.filter(({ status }) => (status?.availableReplicas ?? 0) > 0).length === count;
    },
    { what: 'ExternalDNS to run', timeoutMs: 90_000 },
  );
}

beforeAll(async () => {
  harness = await startHarness();
  await harness.sql.script(harness.guideFile('multi-domain.sql'));
  await harness.apply('multi-domain-registry.yaml');
  await harness.apply('multi-domain-template.yaml');
  await harness.apply('saas-platform.yaml');
  await harness.patch('tenantregistry', 'multi-domain-registry', {
    spec: { source: { syncInterval: '1s' } },
  });
  await waitFor(async () => (await dig(harness.rig.dns, 'gamma.enterprise.example.io')).length > 0, {
    what: 'the records of the guide',
    timeoutMs: 120_000,
  });
});

afterAll(async () => harness?.stop());

describe('with an ExternalDNS that cannot be seen', () => {
  it('says so, and that records are there', async () => {
    const result = await doctor();
    expect(found(result, 'external-dns-installed')).toMatchObject([
      { level: 'unknown', finding: expect.stringContaining('has a record') as unknown },
    ]);
    expect(result.records.asked).toBe(3);
  });

  it("finds what the guide's templates lead to: an annotation that nobody reads, no class and no issuer", async () => {
    const result = await doctor();
    expect(found(result, 'acme-challenge-type')).toMatchObject([
      { subject: 'TenantTemplate default/saas-platform' },
    ]);
    expect(found(result, 'ingress-class')[0]?.finding).toContain('"nginx", which does not exist');
    expect(found(result, 'issuer')).toHaveLength(1);
  });

  it('takes the annotation away with the command that it prints', async () => {
    await mend(found(await doctor(), 'acme-challenge-type').flatMap((finding) => finding.mend));
    expect(found(await doctor(), 'acme-challenge-type')).toEqual([]);
  });
});

describe("with the guide's manifest for Route 53", () => {
  beforeAll(async () => {
    await harness.apply('external-dns-route53.yaml');
    await running();
  });
  afterAll(clear);

  it('finds its policy, its filter, and that it may read all it needs', async () => {
    const result = await doctor();
    expect(found(result, 'external-dns-installed')).toEqual([]);
    expect(found(result, 'external-dns-running')).toEqual([]);
    expect(found(result, 'external-dns-rights')).toEqual([]);
    expect(found(result, 'policy')).toMatchObject([
      { level: 'problem', finding: 'runs with --policy=upsert-only' },
    ]);
    expect(found(result, 'domain-filter')[0]?.finding).toContain('gamma.enterprise.example.io');
    expect(found(result, 'external-dns-credentials')[0]?.finding).toContain('eks.amazonaws.com/role-arn');
    expect(found(result, 'txt-prefix')).toHaveLength(1);
    expect(found(result, 'metrics-scraped')).toHaveLength(1);
    expect(found(result, 'annotation-prefix')).toEqual([]);
    expect(found(result, 'template-settings').map(({ subject }) => subject)).toContain(
      'TenantTemplate default/multi-domain-template',
    );
  });

  it('finds records at the servers of the zones that are not its own', async () => {
    const [first] = found(await doctor(), 'records-published');
    expect(first?.finding).toMatch(/^Owner(?:Missing|Mismatch): /);
  });

  it('is mended with the commands that are printed', async () => {
    const ids = ['policy', 'domain-filter', 'txt-prefix', 'metrics-scraped'];
    const before = await doctor();
    expect(ids.map((id) => found(before, id).length)).toEqual([1, 1, 1, 1]);
    for (const id of ids) await mend(found(await doctor(), id).flatMap((finding) => finding.mend));
    // What is said of it goes by what it is now.
    await mend(found(await doctor(), 'template-settings').flatMap((finding) => finding.mend));
    const after = await doctor();
    expect([...ids, 'template-settings'].flatMap((id) => found(after, id))).toEqual([]);
  });

  it('takes the TTL of production when it is told which environment it is', async () => {
    expect(found(await doctor(), 'ttl').map(({ level }) => level)).toEqual(['unknown']);
    const [finding] = found(await doctor({ environment: 'production' }), 'ttl');
    expect(finding).toMatchObject({ level: 'advice', finding: expect.stringContaining('3600') as unknown });
    await mend(finding?.mend ?? []);
    await waitFor(async () => found(await doctor({ environment: 'production' }), 'ttl').length === 0, {
      what: 'the annotation on the Ingresses',
      timeoutMs: 60_000,
    });
  });
});

describe("with the guide's manifest for Cloudflare alone", () => {
  beforeAll(() => harness.apply('external-dns-cloudflare.yaml'));
  afterAll(clear);

  it('finds the account that the manifest does not bring, the placeholder, and what is left to defaults', async () => {
    const result = await doctor();
    expect(found(result, 'external-dns-rights')).toMatchObject([
      { subject: 'ServiceAccount kube-system/external-dns', finding: 'does not exist' },
    ]);
    const [secret] = found(result, 'external-dns-credentials');
    expect(secret?.finding).toContain('Secret kube-system/cloudflare-api-token key apiToken');
    expect(JSON.stringify(result)).not.toContain('YOUR_CLOUDFLARE_API_TOKEN');
    expect(found(result, 'policy')).toMatchObject([{ level: 'advice' }]);
    expect(found(result, 'owner-id')[0]?.finding).toContain('"default"');
  });
});

describe('with two of them, one current and without what it needs', () => {
  beforeAll(async () => {
    await harness.apply('external-dns-route53.yaml');
    const manifest = harness.guideFile('external-dns-route53.yaml');
    await harness.applyObjects(
      manifest
        .slice(manifest.lastIndexOf('---'))
        .replaceAll(/^( {2,4}name:|.*app:) external-dns$/gm, '$1 external-dns-new')
        .replace(':v0.14.0', ':v0.22.0')
        .replace(/^ *- --policy=.*\n/m, ''),
    );
    await running(2);
  });
  afterAll(clear);

  it('finds the prefix, the policy, the rights, and that both have one owner id', async () => {
    const result = await doctor();
    const of = (id: string) =>
      found(result, id).filter(({ subject }) => subject.includes('external-dns-new'));
    expect(of('annotation-prefix')[0]?.finding).toContain(
      'v0.22.0 ignores external-dns.alpha.kubernetes.io/',
    );
    expect(of('external-dns-policy-given')[0]?.finding).toContain('v0.22.0 and has no --policy');
    expect(of('owner-id')[0]?.finding).toContain('the same owner id "my-cluster-id"');
    // The sandbox allows everything.
    if (!harness.isSandbox)
      expect(found(result, 'external-dns-rights')[0]?.finding).toContain(
        'list endpointslices.discovery.k8s.io',
      );
  });

  it('is mended with the commands that are printed', async () => {
    const ids = ['annotation-prefix', 'external-dns-policy-given', 'owner-id'];
    for (const id of ids) await mend(found(await doctor(), id).flatMap((finding) => finding.mend));
    const after = await doctor();
    expect(ids.flatMap((id) => found(after, id))).toEqual([]);
  });
});

describe('external-dns', () => {
  afterAll(clear);

  const identities = {
    aws: { identity: 'arn:aws:iam::123456789012:role/dns' },
    google: { identity: 'dns@shop.iam.gserviceaccount.com' },
    cloudflare: {},
  };

  it('prints manifests for every provider that the server takes as they are, and doctor has nothing against', async () => {
    const kinds = (['aws', 'cloudflare', 'google'] as const).flatMap((provider) =>
      ['v0.14.0', 'v0.22.0'].map((release) => ({ provider, release })),
    );
    for (const { provider, release } of kinds) {
      const name = `dns-${provider}-${release.replaceAll('.', '-')}`;
      const text = printManifests({
        ...manifestFlags,
        provider,
        release: parseRelease(release) as Release,
        ownerId: name,
        name,
        ...identities[provider],
      });
      const applied = await harness.kubectl.apply(text);
      expect(applied.trim().split('\n')).toHaveLength(4);
    }
    const token = { apiVersion: 'v1', kind: 'Secret', stringData: { apiToken: 'a-token' } };
    await harness.applyObjects({
      ...token,
      metadata: { name: 'cloudflare-api-token', namespace: 'kube-system' },
    });
    await running(kinds.length);
    const { checks } = await doctor();
    const about = checks
      .flatMap(({ id, findings }) => findings.map((finding) => ({ id, ...finding })))
      .filter(({ subject }) => subject.includes('kube-system/dns-'))
      // There is no log of a pod that nobody runs.
      .filter(({ id, level }) => !(id === 'external-dns-log' && level === 'unknown'));
    expect(about).toEqual([]);
  });
});

describe('doctor --orphans', () => {
  const heritage = (resource: string) =>
    `heritage=external-dns,external-dns/owner=prod,external-dns/resource=${resource}`;
  /** One of a living object, one of an object that is gone, one of another owner. */
  const zone = `$ORIGIN saas.example.com.
alpha 60 IN A 192.0.2.10
external-dns-a-alpha 60 IN TXT "${heritage('ingress/default/tenant-alpha-ingress')}"
ghost 60 IN A 192.0.2.66
external-dns-ghost 60 IN TXT "${heritage('ingress/default/ghost-ingress')}"
external-dns-a-ghost 60 IN TXT "${heritage('ingress/default/ghost-ingress')}"
theirs 60 IN A 192.0.2.67
external-dns-a-theirs 60 IN TXT "${heritage('ingress/x/y').replace('owner=prod', 'owner=theirs')}"
`;
  const ghost = {
    name: 'ghost.saas.example.com',
    type: 'A',
    owner: 'prod',
    resource: 'ingress/default/ghost-ingress',
    cause: 'gone',
    ownership: ['external-dns-a-ghost.saas.example.com', 'external-dns-ghost.saas.example.com'],
  };

  beforeAll(async () => {
    await clear();
    const { stdout } = await cli([
      'external-dns',
      '--provider=aws',
      '--release=v0.14.0',
      '--owner-id=prod',
      '--domain-filter=example.com',
    ]);
    await harness.kubectl.apply(stdout);
  });

  it('lists them from a zone file', async () => {
    const file = join(harness.rig.workspace.dir, 'zone.txt');
    writeFileSync(file, zone);
    const { orphans } = await doctor({ orphans: true, zoneFile: [file] });
    expect(orphans).toMatchObject({
      owners: expect.arrayContaining(['prod']) as unknown,
      orphans: [ghost],
      unread: [],
    });
  });

  it('lists them by a zone transfer with the key, and says what to do without', async () => {
    // The sandbox's DNS server gives no zone away.
    if (harness.isSandbox) {
      const { orphans } = await doctor({ orphans: true });
      expect(orphans?.unread.join()).toContain('--zone-file');
      return;
    }
    const { dns } = harness.rig;
    const lines = zone
      .split('\n')
      .slice(1)
      .filter((line) => /ghost|theirs/.test(line))
      .map((line) => `update add ${line.replace(/^(\S+)/, '$1.saas.example.com')}`);
    await updateZone({ address: dns.host, port: dns.port }, dns.key, ['zone example.com', ...lines]);
    expect((await doctor({ orphans: true })).orphans?.unread.join()).toContain('refuses');
    const key = join(harness.rig.workspace.dir, 'transfer.key');
    const { name, algorithm, secret } = dns.key;
    writeFileSync(key, `key "${name}" {\n  algorithm ${algorithm};\n  secret "${secret}";\n};\n`, {
      mode: 0o600,
    });
    const { orphans } = await doctor({ orphans: true, tsigKeyFile: key });
    expect(orphans).toMatchObject({ zones: ['example.com', 'example.io'], orphans: [ghost], unread: [] });
  });
});

describe('the command', () => {
  it('prints for people what it found, and ends with 2', async () => {
    const file = join(harness.rig.workspace.dir, 'zone.txt');
    const flags = [`--dns-nameserver=${nameserver()}`, '--orphans', `--zone-file=${file}`];
    const { code, stdout } = await cli(['doctor', ...flags]);
    expect(code).toBe(2);
    expect(stdout).toContain('ExternalDNS kube-system/external-dns: v0.14.0, aws, policy sync, owner "prod"');
    expect(stdout).toContain('ORPHAN   ghost.saas.example.com A 192.0.2.66');
    expect(stdout).toMatch(
      /\n\d+ checks: \d+ problems?, \d+ advised, \d+ unknown; \d of \d records published\n$/,
    );
  });

  it('is 1 and one line when the cluster is not there', async () => {
    const kubeconfig = join(harness.rig.workspace.dir, 'nowhere.kubeconfig');
    const cluster = { name: 'x', cluster: { server: 'http://127.0.0.1:9' } };
    const context = { name: 'x', context: { cluster: 'x', user: 'x' } };
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'x',
        clusters: [cluster],
        contexts: [context],
        users: [{ name: 'x', user: {} }],
      }),
    );
    const { code, stdout, stderr } = await cli(['doctor'], kubeconfig);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^tenant-operator: .*127\.0\.0\.1:9/);
  });
});
