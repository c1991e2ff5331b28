/**
 * The real ExternalDNS against Route 53 as moto plays it, with the arguments of the guide's manifest: what it publishes of
 * the guide's annotations is what we expect, and what upsert-only leaves behind is what doctor lists.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, type KubeClient, type KubeObject, loadConfig } from '@tenant-operator/kube';
import {
  createSettings,
  EMPTY_CLUSTER,
  expectedRecords,
  expectedValues,
  type IngressObject,
  ownershipNames,
  ownershipText,
  type ServiceObject,
} from '@tenant-operator/operator/dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Made } from '../differential/external-dns/cluster.ts';
import { populate, readAll } from '../differential/external-dns/populate.ts';
import { binaryPath } from '../rig/binaries/index.ts';
import { createWorkspace, startControlPlane } from '../rig/index.ts';
import { type Moto, type RecordSet, startMoto } from '../rig/parts/moto.ts';
import { run } from '../rig/support/index.ts';

const root = join(import.meta.dirname, '..', '..');
const guideFile = join(root, 'examples', 'guide', 'external-dns-route53.yaml');
const prefix = 'external-dns.alpha.kubernetes.io/';
const elb = 'shop-1234567890.us-east-1.elb.amazonaws.com';
/** Of load balancers in us-east-1, as AWS documents it. */
const elbZone = 'Z35SXDOTRQ7X7K';

interface Deployment {
  readonly kind: string;
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly [{ readonly args: string[] }] } };
  };
}

const guideObjects = parseAllDocuments(readFileSync(guideFile, 'utf8')).map(
  (document) => document.toJS() as KubeObject & Deployment,
);
const guideArgs = guideObjects.find(({ kind }) => kind === 'Deployment')!.spec.template.spec.containers[0]
  .args;

function ingress(name: string, host: string, target: object, annotations: Record<string, string> = {}): Made {
  const prefixed = Object.entries(annotations).map(([key, value]) => [`${prefix}${key}`, value]);
  return {
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name,
        namespace: 'default',
        annotations: Object.fromEntries(prefixed) as Record<string, string>,
      },
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } }, rules: [{ host }] },
    },
    status: { loadBalancer: { ingress: [target] } },
  };
}

const address = { ip: '192.0.2.10' };

const made: readonly Made[] = [
  ingress('plain', 'plain.example.com', address, { hostname: 'plain.example.com', ttl: '300' }),
  ingress('no-ttl', 'no-ttl.example.com', address),
  ingress('blue', 'weighted.example.com', address, { 'set-identifier': 'blue', 'aws-weight': '100' }),
  ingress(
    'green',
    'weighted.example.com',
    { ip: '192.0.2.11' },
    { 'set-identifier': 'green', 'aws-weight': '20' },
  ),
  ingress('elb', 'elb.example.com', { hostname: elb }),
  ingress('cname', 'cname.example.com', address, { target: 'elsewhere.example.net' }),
  ingress('outside', 'outside.example.org', address),
  {
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'api',
        namespace: 'default',
        annotations: { [`${prefix}hostname`]: 'api.example.com', [`${prefix}ttl`]: '60' },
      },
      spec: { type: 'LoadBalancer', ports: [{ port: 443, targetPort: 8443 }] },
    },
    status: { loadBalancer: { ingress: [{ ip: '192.0.2.12' }] } },
  },
];

const workspace = createWorkspace();
let kubeconfig: string;
let client: KubeClient;
let moto: Moto;
let zoneId: string;
let program: string;

beforeAll(async () => {
  const [plane, aws, path] = await Promise.all([
    startControlPlane(workspace, { controllerManager: false, scheduler: false }),
    startMoto(workspace),
    binaryPath('external-dns'),
  ]);
  kubeconfig = plane.kubeconfig;
  moto = aws;
  program = path;
  zoneId = await moto.createZone('example.com');
  client = createClient(loadConfig({ kubeconfig, env: {} }));
  await populate(client, made);
});

afterAll(async () => {
  await client?.close();
  await workspace.close();
});

/** One pass with these arguments; the log, when it fails. */
async function synchronise(args: readonly string[]): Promise<string> {
  const { stderr } = await promisify(execFile)(
    program,
    [...args, `--kubeconfig=${kubeconfig}`, '--once', '--metrics-address=127.0.0.1:0'],
    { env: { PATH: process.env.PATH, ...moto.env }, timeout: 60_000, maxBuffer: 16 << 20 },
  );
  return stderr;
}

async function zone(): Promise<Map<string, RecordSet>> {
  const sets = await moto.recordSets(zoneId);
  return new Map(
    sets.map((set) => [`${set.name} ${set.type}${set.setIdentifier ? ` ${set.setIdentifier}` : ''}`, set]),
  );
}

describe("ExternalDNS with the guide's arguments on Route 53", () => {
  beforeAll(async () => {
    await synchronise(guideArgs);
  });

  it.each<{ key: string; expected: Partial<RecordSet>; reason: string }>([
    {
      key: 'plain.example.com A',
      expected: { values: ['192.0.2.10'], ttl: 300 },
      reason: 'an address with its TTL',
    },
    {
      key: 'no-ttl.example.com A',
      expected: { ttl: 300 },
      reason: 'the TTL of the provider where nobody says one',
    },
    {
      key: 'weighted.example.com A blue',
      expected: { values: ['192.0.2.10'], weight: 100, setIdentifier: 'blue' },
      reason: 'a weight and its set identifier',
    },
    {
      key: 'weighted.example.com A green',
      expected: { values: ['192.0.2.11'], weight: 20, setIdentifier: 'green' },
      reason: 'the other of the two',
    },
    {
      key: 'elb.example.com A',
      expected: { values: [], alias: { name: elb, zoneId: elbZone } },
      reason: 'a load balancer of AWS is an alias without being asked for',
    },
    {
      key: 'cname.example.com CNAME',
      expected: { values: ['elsewhere.example.net'] },
      reason: 'a target elsewhere',
    },
    {
      key: 'api.example.com A',
      expected: { values: ['192.0.2.12'], ttl: 60 },
      reason: 'a LoadBalancer Service',
    },
  ])('publishes $key: $reason', async ({ key, expected }) => {
    expect((await zone()).get(key)).toMatchObject(expected);
  });

  it('leaves out what the domain filter leaves out', async () => {
    expect([...(await zone()).keys()].filter((key) => key.includes('example.org'))).toEqual([]);
  });

  it('publishes what we expect of the same objects, and their ownership', async () => {
    const objects = [
      ...((await readAll(client, 'networking.k8s.io/v1', 'Ingress')) as unknown as IngressObject[]),
      ...((await readAll(client, 'v1', 'Service')) as unknown as ServiceObject[]),
    ];
    const settings = createSettings({
      ownerId: 'my-cluster-id',
      policy: 'upsert-only',
      domainFilters: ['example.com'],
    });
    const { records } = expectedRecords(objects, EMPTY_CLUSTER, settings);
    const inside = records.filter(({ name }) => name.endsWith('example.com'));
    const found = await zone();
    expect(inside).toHaveLength(7);
    for (const record of inside) {
      const suffix = record.setIdentifier ? ` ${record.setIdentifier}` : '';
      const set =
        found.get(`${record.name} ${record.type}${suffix}`) ?? found.get(`${record.name} A${suffix}`);
      expect(set?.alias ? [set.alias.name] : set?.values, record.name).toEqual(expectedValues(record));
      const names = ownershipNames(record, settings);
      // An alias was a CNAME when its TXT records were named.
      const alias = ownershipNames({ ...record, properties: [{ name: 'alias', value: 'true' }] }, settings);
      const texts = [...names, ...alias].flatMap((name) => found.get(`${name} TXT${suffix}`)?.values ?? []);
      expect(texts, record.name).toContain(`"${ownershipText('my-cluster-id', record)}"`);
    }
  });

  it('changes nothing when it looks again', async () => {
    const before = await zone();
    expect(await synchronise(guideArgs)).toContain('All records are already up to date');
    expect(await zone()).toEqual(before);
  });

  it('leaves the record behind when its object is gone (upsert-only), and doctor lists it', async () => {
    const type = await client.resourceType('networking.k8s.io/v1', 'Ingress');
    await client.delete(type!, { namespace: 'default', name: 'no-ttl' });
    await synchronise(guideArgs);
    const left = await zone();
    expect(left.get('no-ttl.example.com A')).toMatchObject({ values: ['192.0.2.10'] });

    for (const object of guideObjects) {
      const kind = await client.resourceType(object.apiVersion, object.kind);
      await client.apply(kind!, object, { fieldManager: 'person', fieldValidation: 'Strict' });
    }
    const listing = join(workspace.dir, 'records.json');
    writeFileSync(listing, JSON.stringify(asAwsLists(left)));
    const command = join(root, 'packages', 'cli', 'dist', 'tenant-operator.js');
    const { code, stdout } = await run(
      process.execPath,
      [command, 'doctor', '--kubeconfig', kubeconfig, '--orphans', '--zone-file', listing, '-o', 'json'],
      { allowFailure: true },
    );
    expect(code).toBe(2);
    const { orphans, checks } = JSON.parse(stdout) as {
      orphans: { owners: string[]; orphans: object[] };
      checks: { id: string; findings: { finding: string }[] }[];
    };
    expect(orphans.owners).toEqual(['my-cluster-id']);
    expect(orphans.orphans).toMatchObject([
      {
        name: 'no-ttl.example.com',
        type: 'A',
        values: ['192.0.2.10'],
        owner: 'my-cluster-id',
        resource: 'ingress/default/no-ttl',
        cause: 'gone',
      },
    ]);
    expect(checks.find(({ id }) => id === 'policy')?.findings[0]?.finding).toBe(
      'runs with --policy=upsert-only',
    );
  });

  it('removes it with --policy=sync, its ownership too, and nothing else', async () => {
    const before = await zone();
    await synchronise(guideArgs.map((arg) => (arg.startsWith('--policy=') ? '--policy=sync' : arg)));
    const after = await zone();
    const gone = [...before.keys()].filter((key) => !after.has(key));
    expect(gone.sort()).toEqual([
      'a-no-ttl.example.com TXT',
      'no-ttl.example.com A',
      'no-ttl.example.com TXT',
    ]);
  });

  it('makes no alias of a hostname where the annotation asks for one: a fault of v0.14.0', async () => {
    // Its provider drops the property before it turns the CNAME into an A record (provider/aws/aws.go, AdjustEndpoints).
    await populate(client, [
      ingress('alias', 'alias.example.com', address, { target: 'plain.example.com', alias: 'true' }),
    ]);
    await synchronise(guideArgs);
    expect((await zone()).get('alias.example.com A')).toMatchObject({
      values: ['plain.example.com'],
      ttl: 300,
    });
  });
});

/** As `aws route53 list-resource-record-sets` prints it. */
function asAwsLists(sets: ReadonlyMap<string, RecordSet>) {
  return {
    ResourceRecordSets: [...sets.values()].map(
      ({ name, type, ttl, values, alias, setIdentifier, weight }) => ({
        Name: `${name}.`,
        Type: type,
        ...(setIdentifier === undefined ? {} : { SetIdentifier: setIdentifier, Weight: weight }),
        ...(alias
          ? { AliasTarget: { HostedZoneId: alias.zoneId, DNSName: `${alias.name}.` } }
          : { TTL: ttl }),
        ...(alias ? {} : { ResourceRecords: values.map((Value) => ({ Value })) }),
      }),
    ),
  };
}
