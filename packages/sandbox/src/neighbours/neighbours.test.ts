import { createPrivateKey, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createZones, type RecordSet } from '../dns/index.ts';
import { type Sandbox, startSandbox } from '../index.ts';
import {
  createApi,
  FAIL_ANNOTATION,
  FAIL_CERTIFICATE_ANNOTATION,
  type Neighbour,
  PROVISIONER,
  startNeighbours,
} from './index.ts';
import { type PlanOptions, planChanges } from './plan.ts';
import { ttlOf, type Wanted, wantedOfIngress, wantedOfService } from './sources.ts';

const dns = 'external-dns.alpha.kubernetes.io';

describe('neighbours', () => {
  const zones = createZones(['example.com']);
  let cluster: Sandbox;
  let neighbours: Neighbour;
  beforeAll(async () => {
    cluster = await startSandbox();
    neighbours = startNeighbours(createApi(cluster), {
      zones,
      externalDns: { delayMs: 10 },
      certificates: true,
    });
  });
  afterAll(async () => {
    await neighbours.stop();
    await cluster.stop();
  });

  async function send(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const reply = await fetch(`${cluster.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${cluster.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await reply.json()) as Record<string, unknown>;
  }
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const selected = { selector: { matchLabels: { a: 'b' } }, template };
  const once = { template: { spec: { ...template.spec, restartPolicy: 'Never' } } };
  const statusOf = async (path: string): Promise<unknown> => (await send('GET', path)).status;

  it.each([
    ['apps', 'Deployment', { ...selected, replicas: 2 }, { observedGeneration: 1, availableReplicas: 2 }],
    ['apps', 'StatefulSet', { ...selected, serviceName: 's' }, { readyReplicas: 1, availableReplicas: 1 }],
    ['apps', 'DaemonSet', selected, { numberReady: 1, desiredNumberScheduled: 1 }],
    ['batch', 'Job', once, { succeeded: 1 }],
  ])('make a %s/%s ready', async (group, kind, spec, status) => {
    const path = `/apis/${group}/v1/namespaces/default/${kind.toLowerCase()}s`;
    await send('POST', path, { apiVersion: `${group}/v1`, kind, metadata: { name: 'well' }, spec });
    await expect.poll(() => statusOf(`${path}/well`), { timeout: 5_000 }).toMatchObject(status);
  });

  it.each([
    ['apps', 'Deployment', selected, 'Progressing', 'ProgressDeadlineExceeded'],
    ['batch', 'Job', once, 'Failed', 'BackoffLimitExceeded'],
  ])('make a %s/%s fail when it says so', async (group, kind, spec, type, reason) => {
    const path = `/apis/${group}/v1/namespaces/default/${kind.toLowerCase()}s`;
    const metadata = { name: 'ill', annotations: { [FAIL_ANNOTATION]: 'no image' } };
    await send('POST', path, { apiVersion: `${group}/v1`, kind, metadata, spec });
    await expect
      .poll(() => statusOf(`${path}/ill`), { timeout: 5_000 })
      .toMatchObject({
        conditions: expect.arrayContaining([expect.objectContaining({ type, reason, message: 'no image' })]),
      });
  });

  it('follow a workload that changes', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments/well';
    const found = await send('GET', path);
    await send('PUT', path, { ...found, spec: { ...(found.spec as object), replicas: 3 } });
    await expect
      .poll(() => statusOf(path), { timeout: 5_000 })
      .toMatchObject({ observedGeneration: 2, availableReplicas: 3 });
  });

  it('bind a claim and let it go', async () => {
    const path = '/api/v1/namespaces/default/persistentvolumeclaims';
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    await send('POST', path, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'c' },
      spec,
    });
    await expect
      .poll(() => statusOf(`${path}/c`), { timeout: 5_000 })
      .toEqual({ phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } });
    await send('DELETE', `${path}/c`);
    await expect.poll(() => send('GET', `${path}/c`), { timeout: 5_000 }).toMatchObject({ code: 404 });
  });

  it.each([
    ['late', { provisioner: PROVISIONER, volumeBindingMode: 'WaitForFirstConsumer' }, 'Pending'],
    ['foreign', { provisioner: 'example.com/none', volumeBindingMode: 'Immediate' }, 'Pending'],
    ['served', { provisioner: PROVISIONER, volumeBindingMode: 'Immediate' }, 'Bound'],
  ])('leave a claim of the class %s (%j) %s', async (name, settings, phase) => {
    const head = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' };
    await send('POST', '/apis/storage.k8s.io/v1/storageclasses', {
      ...head,
      metadata: { name },
      ...settings,
    });
    const path = '/api/v1/namespaces/default/persistentvolumeclaims';
    const claim = async (of: string, storageClassName: string) => {
      const spec = {
        storageClassName,
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
      };
      const metadata = { name: of };
      await send('POST', path, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec });
    };
    await claim(name, name);
    // Whoever comes after it and is bound shows that it has been looked at.
    await claim(`after-${name}`, 'no-such-class');
    await expect
      .poll(() => statusOf(`${path}/after-${name}`), { timeout: 5_000 })
      .toMatchObject({ phase: 'Bound' });
    await expect.poll(() => statusOf(`${path}/${name}`), { timeout: 5_000 }).toMatchObject({ phase });
  });

  it('give addresses and records, and withdraw the records', async () => {
    const ingresses = '/apis/networking.k8s.io/v1/namespaces/default/ingresses';
    const services = '/api/v1/namespaces/default/services';
    const web = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web', annotations: { [`${dns}/ttl`]: '1m' } },
      spec: { rules: [{ host: 'web.example.com' }] },
    };
    await send('POST', ingresses, web);
    await send('POST', services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'api', annotations: { [`${dns}/hostname`]: 'api.example.com' } },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    });
    await expect
      .poll(() => zones.records().map(({ name, type, values }) => `${name} ${type} ${values.join()}`), {
        timeout: 5_000,
      })
      .toEqual([
        'api.example.com A 192.0.2.20',
        ...['a-api', 'a-web', 'api', 'web'].map(
          (name) =>
            `external-dns-${name}.example.com TXT heritage=external-dns,external-dns/owner=sandbox,external-dns/resource=${name.includes('api') ? 'service/default/api' : 'ingress/default/web'}`,
        ),
        'web.example.com A 192.0.2.10',
      ]);
    await send('DELETE', `${ingresses}/web`);
    await send('DELETE', `${services}/api`);
    await expect.poll(() => zones.records(), { timeout: 5_000 }).toEqual([]);
    // The same name once more, as when a tenant comes back.
    await send('POST', ingresses, web);
    await expect.poll(() => zones.records().length, { timeout: 5_000 }).toBe(3);
  });

  it('make a Certificate of an Ingress that asks for one, and its Secret, or say why not', async () => {
    const path = '/apis/networking.k8s.io/v1/namespaces/default/ingresses';
    const metadata = { name: 'shop', annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt-prod' } };
    const spec = {
      defaultBackend: { service: { name: 's', port: { number: 80 } } },
      tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }],
    };
    await send('POST', path, { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec });
    const certificates = '/apis/cert-manager.io/v1/namespaces/default/certificates';
    const readyOf = async (name: string) => {
      const status = (await statusOf(`${certificates}/${name}`)) as { conditions?: unknown[] } | undefined;
      return status?.conditions?.[0];
    };
    await expect
      .poll(() => readyOf('shop-tls'), { timeout: 5_000 })
      .toMatchObject({ type: 'Ready', status: 'True', observedGeneration: 1 });
    const secret = await send('GET', '/api/v1/namespaces/default/secrets/shop-tls');
    expect(secret.type).toBe('kubernetes.io/tls');
    const { 'tls.crt': certificate = '', 'tls.key': key = '' } = secret.data as Record<string, string>;
    const parsed = new X509Certificate(Buffer.from(certificate, 'base64'));
    expect(parsed.checkHost('shop.example.com')).toBe('shop.example.com');
    expect(parsed.checkPrivateKey(createPrivateKey(Buffer.from(key, 'base64')))).toBe(true);
    await send('POST', certificates, {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'ill', annotations: { [FAIL_CERTIFICATE_ANNOTATION]: 'rate limited' } },
      spec: { secretName: 'ill', dnsNames: ['ill.example.com'] },
    });
    await expect
      .poll(() => readyOf('ill'), { timeout: 5_000 })
      .toMatchObject({ status: 'False', message: 'rate limited' });
    expect((await send('GET', '/api/v1/namespaces/default/secrets/ill')).code).toBe(404);
  });

  it('go on after their watches are cut', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments';
    cluster.faults.cutWatches();
    const metadata = { name: 'later' };
    await send('POST', path, { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: selected });
    await expect
      .poll(() => statusOf(`${path}/later`), { timeout: 5_000 })
      .toMatchObject({ availableReplicas: 1 });
  });
});

describe('the sources of ExternalDNS', () => {
  const at = { loadBalancer: { ingress: [{ ip: '192.0.2.10' }, { hostname: 'LB.example.net.' }] } };
  const ingress = (annotations: Record<string, string>, status = at) =>
    wantedOfIngress({
      metadata: {
        namespace: 'n',
        name: 'i',
        annotations: Object.fromEntries(
          Object.entries(annotations).map(([name, text]) => [`${dns}/${name}`, text]),
        ),
      },
      spec: { rules: [{ host: 'rule.example.com' }, {}], tls: [{ hosts: ['tls.example.com'] }] },
      status,
    }).map(({ name, type, values }) => `${name} ${type} ${values.join()}`);
  const plain = ['rule.example.com A 192.0.2.10', 'rule.example.com CNAME lb.example.net'];

  it.each([
    [{}, [...plain, 'tls.example.com A 192.0.2.10', 'tls.example.com CNAME lb.example.net'], 'rules and tls'],
    [{ controller: 'other' }, [], 'an object of another controller'],
    [
      {
        hostname: 'a.example.com, B.example.com.',
        'ingress-hostname-source': 'annotation-only',
        target: '::1',
      },
      ['a.example.com AAAA ::1', 'b.example.com AAAA ::1'],
      'annotations alone',
    ],
    [
      { hostname: 'a.example.com', 'ingress-hostname-source': 'defined-hosts-only', target: 'x.example.net' },
      ['rule.example.com CNAME x.example.net', 'tls.example.com CNAME x.example.net'],
      'rules alone',
    ],
  ])('%j -> %j: %s', (annotations, records, _reason) => {
    expect(ingress(annotations)).toEqual(records);
  });

  it('want nothing of an Ingress without an address', () => {
    expect(ingress({}, { loadBalancer: { ingress: [] } })).toEqual([]);
  });

  it.each([
    [{ type: 'ExternalName', externalName: 'x.example.net' }, ['CNAME x.example.net'], 'an alias'],
    [{ type: 'LoadBalancer' }, ['A 192.0.2.10', 'CNAME lb.example.net'], 'addresses of the balancer'],
    [{ type: 'ClusterIP', clusterIP: '10.0.0.1' }, [], 'an address inside'],
  ])('a Service %j -> %j: %s', (spec, records, _reason) => {
    const metadata = { namespace: 'n', name: 's', annotations: { [`${dns}/hostname`]: 's.example.com' } };
    const wanted = wantedOfService({ metadata, spec, status: at });
    expect(wanted.map(({ type, values }) => `${type} ${values.join()}`)).toEqual(records);
  });

  it.each([
    ['60', 60, 'seconds'],
    ['1m30s', 90, 'a duration'],
    ['0', undefined, 'nothing'],
    ['soon', undefined, 'no number'],
    [undefined, undefined, 'not said'],
  ])('ttl %s -> %s: %s', (text, seconds, _reason) => {
    expect(ttlOf({ name: 'x', annotations: text === undefined ? {} : { [`${dns}/ttl`]: text } })).toBe(
      seconds,
    );
  });
});

describe('the plan of ExternalDNS', () => {
  const options: PlanOptions = {
    ownerId: 'me',
    txtPrefix: 'p-',
    policy: 'sync',
    defaultTtl: 60,
    zoneOf: (name) => (name.endsWith('example.com') ? 'example.com' : undefined),
  };
  const wish = (values: string[], more: Partial<Wanted> = {}): Wanted => ({
    name: 'a.example.com',
    type: 'A',
    values,
    ttl: undefined,
    resource: 'ingress/n/i',
    ...more,
  });
  const record = (name: string, type: RecordSet['type'], ...values: string[]): RecordSet => ({
    name,
    type,
    ttl: 60,
    values,
  });
  const text = (owner: string, resource = 'ingress/n/i') =>
    `heritage=external-dns,external-dns/owner=${owner},external-dns/resource=${resource}`;
  const mine = [
    record('a.example.com', 'A', '192.0.2.1'),
    record('p-a.example.com', 'TXT', text('me')),
    record('p-a-a.example.com', 'TXT', text('me')),
  ];
  const plan = (wanted: Wanted[], published: RecordSet[], more: Partial<PlanOptions> = {}): string[] => {
    const { put, remove } = planChanges(wanted, published, { ...options, ...more });
    return [
      ...remove.map(({ name, type }) => `-${type} ${name}`),
      ...put.map(({ name, type, values }) => `+${type} ${name}${type === 'TXT' ? '' : ` ${values.join()}`}`),
    ];
  };
  const removal = ['-A a.example.com', '-TXT p-a.example.com', '-TXT p-a-a.example.com'];
  const creation = ['+A a.example.com 192.0.2.1', '+TXT p-a.example.com', '+TXT p-a-a.example.com'];

  it.each([
    [[wish(['192.0.2.1'])], [], {}, creation, 'a new record'],
    [[wish(['192.0.2.1'])], mine, {}, [], 'nothing to do'],
    [[wish(['192.0.2.2'])], mine, {}, ['+A a.example.com 192.0.2.2'], 'another address'],
    [[], mine, {}, removal, 'nobody wants it'],
    [[], mine, { policy: 'upsert-only' }, [], 'nobody wants it and it stays'],
    [[wish(['192.0.2.2'])], mine, { policy: 'create-only' }, [], 'it stays as it was made'],
    [[wish(['192.0.2.2'])], mine, { ownerId: 'other' }, [], 'a record of another owner'],
    [[], mine, { ownerId: 'other' }, [], 'a record of another owner is not withdrawn'],
    [[wish(['192.0.2.2'])], mine.slice(0, 1), {}, [], 'a record that nobody registered'],
    [
      [wish(['x.example.net'], { type: 'CNAME' }), wish(['192.0.2.1'])],
      [],
      {},
      creation,
      'no alias beside an address',
    ],
    [
      [wish(['192.0.2.0'], { resource: 'ingress/n/z' }), wish(['192.0.2.1'])],
      mine,
      {},
      [],
      'the object that it was made for keeps it',
    ],
    [
      [wish(['192.0.2.5'], { resource: 'ingress/n/z' }), wish(['192.0.2.1'])],
      [],
      {},
      creation,
      'the least target of two',
    ],
    [
      [wish(['x.example.net'], { type: 'CNAME' })],
      mine,
      {},
      [
        ...removal,
        '+CNAME a.example.com x.example.net',
        '+TXT p-a.example.com',
        '+TXT p-cname-a.example.com',
      ],
      'another type',
    ],
    [[wish(['192.0.2.1'], { name: 'a.example.net' })], [], {}, [], 'a zone of others'],
    [
      [wish(['192.0.2.1'], { name: 'example.com' })],
      [],
      { zoneOf: (name: string) => (name === 'example.com' ? name : undefined) },
      [],
      'a zone that has no place for its registry',
    ],
    [
      [wish(['::1'], { type: 'AAAA' })],
      [],
      {},
      ['+AAAA a.example.com ::1', '+TXT p-aaaa-a.example.com'],
      'no old format for AAAA',
    ],
  ] as [Wanted[], RecordSet[], Partial<PlanOptions>, string[], string][])(
    '%#: $4',
    (wanted, published, more, changes) => {
      expect(plan(wanted, published, more)).toEqual(changes);
    },
  );
});
