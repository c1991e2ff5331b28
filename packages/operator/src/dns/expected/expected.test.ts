import { describe, expect, it } from 'vitest';
import { createSettings, type ExternalDnsSettings, STABLE_PREFIX } from '../settings/index.ts';
import {
  type ClusterView,
  EMPTY_CLUSTER,
  expectedRecords,
  type IngressObject,
  type ServiceObject,
  sourceEndpoints,
} from './index.ts';

const P = 'external-dns.alpha.kubernetes.io/';

/** Annotations without their prefix; a name with a slash stands as it is. */
function annotate(annotations: Record<string, string>, prefix = P): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [key.includes('/') ? key : prefix + key, value]),
  );
}

type Entries = { ip?: string; hostname?: string }[];
const status = (ingress: Entries) => ({ loadBalancer: { ingress } });
const ADDRESS: Entries = [{ ip: '192.0.2.1' }];

function ingress(
  annotations: Record<string, string>,
  spec: IngressObject['spec'] = { rules: [{ host: 'app.example.com' }] },
  entries: Entries = ADDRESS,
  name = 'web',
): IngressObject {
  return {
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', annotations: annotate(annotations) },
    spec,
    status: status(entries),
  };
}

function service(
  annotations: Record<string, string>,
  spec: ServiceObject['spec'] = { type: 'LoadBalancer' },
  entries: Entries = ADDRESS,
  name = 'api',
): ServiceObject {
  return {
    kind: 'Service',
    metadata: { name, namespace: 'shop', annotations: annotate(annotations) },
    spec,
    status: status(entries),
  };
}

/** `<name> <ttl> <type> <targets>`, which reads like a zone file. */
function zoneLines(
  objects: (IngressObject | ServiceObject)[],
  cluster: ClusterView = EMPTY_CLUSTER,
  settings: Partial<ExternalDnsSettings> = {},
): string[] {
  return expectedRecords(objects, cluster, createSettings(settings)).records.map(
    ({ name, ttl, type, targets }) => `${name} ${ttl} ${type} ${targets.join(' ')}`,
  );
}

type Row = [
  reason: string,
  object: IngressObject | ServiceObject,
  lines: string[],
  settings?: Partial<ExternalDnsSettings>,
];

const HOSTS = { rules: [{ host: 'rule.example.com' }], tls: [{ hosts: ['tls.example.com'] }] };

describe('an Ingress', () => {
  const rows: Row[] = [
    ['is published under its rule host', ingress({}), ['app.example.com 0 A 192.0.2.1']],
    [
      'under rule hosts, TLS hosts and the annotation, together',
      ingress({ hostname: 'note.example.com' }, HOSTS),
      ['note.example.com 0 A 192.0.2.1', 'rule.example.com 0 A 192.0.2.1', 'tls.example.com 0 A 192.0.2.1'],
    ],
    [
      'once, where all three name the same host',
      ingress({ hostname: 'app.example.com' }),
      ['app.example.com 0 A 192.0.2.1'],
    ],
    ['not under rules without a host', ingress({}, { rules: [{}, { host: '' }] }), []],
    [
      'under every hostname of the list, blanks removed',
      ingress({ hostname: ' a.example.com , b.example.com' }, {}),
      ['a.example.com 0 A 192.0.2.1', 'b.example.com 0 A 192.0.2.1'],
    ],
    [
      'without the final dot of the annotation',
      ingress({ hostname: 'a.example.com.' }, {}),
      ['a.example.com 0 A 192.0.2.1'],
    ],
    [
      'under a wildcard as it is',
      ingress({}, { rules: [{ host: '*.example.com' }] }),
      ['*.example.com 0 A 192.0.2.1'],
    ],
    [
      'ingress-hostname-source: defined-hosts-only leaves the annotation out',
      ingress({ hostname: 'note.example.com', 'ingress-hostname-source': 'defined-hosts-only' }, HOSTS),
      ['rule.example.com 0 A 192.0.2.1', 'tls.example.com 0 A 192.0.2.1'],
    ],
    [
      'ingress-hostname-source: annotation-only, in any case, leaves the hosts out',
      ingress({ hostname: 'note.example.com', 'ingress-hostname-source': 'Annotation-Only' }, HOSTS),
      ['note.example.com 0 A 192.0.2.1'],
    ],
    [
      'an unknown ingress-hostname-source publishes nothing',
      ingress({ 'ingress-hostname-source': 'all' }, HOSTS),
      [],
    ],
    [
      '--ignore-ingress-tls-spec',
      ingress({}, HOSTS),
      ['rule.example.com 0 A 192.0.2.1'],
      { ignoreIngressTls: true },
    ],
    [
      '--ignore-ingress-rules-spec',
      ingress({}, HOSTS),
      ['tls.example.com 0 A 192.0.2.1'],
      { ignoreIngressRules: true },
    ],
    ['without an address there is no record', ingress({}, undefined, []), []],
    [
      'an IPv6 address makes AAAA',
      ingress({}, undefined, [{ ip: '2001:db8::1' }]),
      ['app.example.com 0 AAAA 2001:db8::1'],
    ],
    [
      'both families make both',
      ingress({}, undefined, [{ ip: '2001:db8::1' }, { ip: '192.0.2.1' }]),
      ['app.example.com 0 A 192.0.2.1', 'app.example.com 0 AAAA 2001:db8::1'],
    ],
    [
      'a hostname makes CNAME',
      ingress({}, undefined, [{ hostname: 'lb.example.net' }]),
      ['app.example.com 0 CNAME lb.example.net'],
    ],
    [
      'addresses win over a hostname beside them',
      ingress({}, undefined, [{ hostname: 'lb.example.net', ip: '192.0.2.1' }]),
      ['app.example.com 0 A 192.0.2.1'],
    ],
    [
      'several addresses are one record, sorted',
      ingress({}, undefined, [{ ip: '192.0.2.9' }, { ip: '192.0.2.10' }]),
      ['app.example.com 0 A 192.0.2.10 192.0.2.9'],
    ],
    [
      'target replaces the address',
      ingress({ target: 'cdn.example.net.' }),
      ['app.example.com 0 CNAME cdn.example.net'],
    ],
    [
      'target needs no address',
      ingress({ target: '192.0.2.7, 192.0.2.6' }, undefined, []),
      ['app.example.com 0 A 192.0.2.6 192.0.2.7'],
    ],
    ['an empty target counts as none', ingress({ target: '' }), ['app.example.com 0 A 192.0.2.1']],
    ['ttl', ingress({ ttl: '5m' }), ['app.example.com 300 A 192.0.2.1']],
    [
      'a controller annotation of ours',
      ingress({ controller: 'dns-controller' }),
      ['app.example.com 0 A 192.0.2.1'],
    ],
    ['a controller annotation of others', ingress({ controller: 'other' }), []],
    [
      'the prefix since v0.22 is not read by default',
      ingress({ [`${STABLE_PREFIX}hostname`]: 'new.example.com' }, {}),
      [],
    ],
    [
      'and alone where it is set',
      ingress(
        {
          hostname: 'old.example.com',
          [`${STABLE_PREFIX}hostname`]: 'new.example.com',
          [`${STABLE_PREFIX}ttl`]: '60',
        },
        {},
      ),
      ['new.example.com 60 A 192.0.2.1'],
      { annotationPrefix: STABLE_PREFIX },
    ],
  ];
  it.each(rows)('%s', (_, object, lines, settings) => {
    expect(zoneLines([object], EMPTY_CLUSTER, settings)).toEqual(lines);
  });
});

describe('a Service', () => {
  const NAME = { hostname: 'api.example.com' };
  const rows: Row[] = [
    ['of type LoadBalancer has its status addresses', service(NAME), ['api.example.com 0 A 192.0.2.1']],
    ['without a hostname annotation has no record', service({}), []],
    [
      'with externalIPs publishes these instead',
      service(NAME, { type: 'LoadBalancer', externalIPs: ['198.51.100.1'] }),
      ['api.example.com 0 A 198.51.100.1'],
    ],
    ['that waits for its address has none', service(NAME, undefined, []), []],
    [
      'internal-hostname gets the cluster address',
      service(
        { ...NAME, 'internal-hostname': 'in.example.com' },
        { type: 'LoadBalancer', clusterIP: '10.0.0.1' },
      ),
      ['api.example.com 0 A 192.0.2.1', 'in.example.com 0 A 10.0.0.1'],
    ],
    ['of type ClusterIP is not published', service(NAME, { type: 'ClusterIP', clusterIP: '10.0.0.1' }), []],
    ['nor without a type', service(NAME, { clusterIP: '10.0.0.1' }), []],
    [
      'unless --publish-internal-services',
      service(NAME, { type: 'ClusterIP', clusterIP: '10.0.0.1' }),
      ['api.example.com 0 A 10.0.0.1'],
      { publishInternal: true },
    ],
    [
      'or by its internal hostname',
      service({ 'internal-hostname': 'in.example.com' }, { type: 'ClusterIP', clusterIP: '10.0.0.1' }),
      ['in.example.com 0 A 10.0.0.1'],
    ],
    [
      'of type ExternalName is a CNAME',
      service(NAME, { type: 'ExternalName', externalName: 'ext.example.net' }),
      ['api.example.com 0 CNAME ext.example.net'],
    ],
    [
      'of type ExternalName with an address is an A',
      service(NAME, { type: 'ExternalName', externalName: '192.0.2.8' }),
      ['api.example.com 0 A 192.0.2.8'],
    ],
    [
      'target goes before all of that',
      service({ ...NAME, target: '192.0.2.7' }, { type: 'ClusterIP' }),
      ['api.example.com 0 A 192.0.2.7'],
    ],
    [
      'a name that stands there twice is merged with itself',
      service({ hostname: 'api.example.com,api.example.com' }),
      ['api.example.com 0 A 192.0.2.1 192.0.2.1'],
    ],
    ['a controller annotation of others', service({ ...NAME, controller: 'other' }), []],
  ];
  it.each(rows)('%s', (_, object, lines, settings) => {
    expect(zoneLines([object], EMPTY_CLUSTER, settings)).toEqual(lines);
  });
});

const node = (name: string, addresses: [type: string, address: string][]) => ({
  metadata: { name },
  status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
});
const pod = (
  name: string,
  nodeName: string,
  more: { ready?: boolean; phase?: string; terminating?: boolean; hostname?: string; target?: string } = {},
) => ({
  metadata: {
    name,
    namespace: 'shop',
    labels: { app: 'api' },
    ...(more.target ? { annotations: annotate({ target: more.target }) } : {}),
    ...(more.terminating ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
  },
  spec: { nodeName, ...(more.hostname ? { hostname: more.hostname } : {}) },
  status: {
    phase: more.phase ?? 'Running',
    hostIP: '10.1.0.9',
    conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }],
  },
});
const NODES = [
  node('open', [
    ['ExternalIP', '198.51.100.1'],
    ['InternalIP', '10.1.0.1'],
    ['InternalIP', '2001:db8::1'],
  ]),
  node('closed', [['InternalIP', '10.1.0.2']]),
];

describe('a NodePort Service', () => {
  const ports = [{ nodePort: 30080 }];
  const local = { type: 'NodePort', externalTrafficPolicy: 'Local', selector: { app: 'api' } };
  type NodeRow = [
    reason: string,
    annotations: Record<string, string>,
    spec: ServiceObject['spec'],
    pods: ClusterView['pods'],
    lines: string[],
  ];
  const rows: NodeRow[] = [
    [
      'has the external addresses of all nodes, and IPv6 internal ones',
      {},
      { type: 'NodePort' },
      [],
      ['np.example.com 0 A 198.51.100.1', 'np.example.com 0 AAAA 2001:db8::1'],
    ],
    [
      'access: private takes the internal ones',
      { access: 'private' },
      { type: 'NodePort' },
      [],
      ['np.example.com 0 A 10.1.0.1 10.1.0.2', 'np.example.com 0 AAAA 2001:db8::1'],
    ],
    [
      'externalTrafficPolicy: Local takes nodes with ready pods only',
      {},
      local,
      [pod('a', 'closed'), pod('b', 'open', { ready: false })],
      ['np.example.com 0 A 10.1.0.2'],
    ],
    [
      'pods that are being deleted do not count',
      {},
      local,
      [pod('a', 'closed'), pod('b', 'open', { terminating: true })],
      ['np.example.com 0 A 10.1.0.2'],
    ],
    [
      'unless there are no others',
      {},
      local,
      [pod('a', 'closed', { terminating: true })],
      ['np.example.com 0 A 10.1.0.2'],
    ],
    [
      'and unready ones where none is ready',
      {},
      local,
      [pod('a', 'closed', { ready: false })],
      ['np.example.com 0 A 10.1.0.2'],
    ],
    ['but only running ones', {}, local, [pod('a', 'closed', { phase: 'Pending' })], []],
  ];
  it.each(rows)('%s', (_, annotations, spec, pods, lines) => {
    const object = service({ hostname: 'np.example.com', ...annotations }, spec);
    expect(zoneLines([object], { nodes: NODES, pods, endpoints: [] })).toEqual(lines);
  });

  it('gets SRV records too, where they are managed', () => {
    const object = service({ hostname: 'np.example.com', access: 'public' }, { type: 'NodePort', ports });
    const settings = { managedRecordTypes: ['SRV'] };
    expect(zoneLines([object], { nodes: NODES, pods: [], endpoints: [] }, settings)).toEqual([
      '_api._tcp.np.example.com 0 SRV 0 50 30080 np.example.com',
    ]);
  });
});

describe('a headless Service', () => {
  const headless = { type: 'ClusterIP', clusterIP: 'None', selector: { app: 'api' } };
  const addressOf = (name: string, ip: string) => ({ ip, targetRef: { kind: 'Pod', name } });
  const cluster = (pods: ClusterView['pods'], notReady: string[] = []): ClusterView => ({
    nodes: NODES,
    pods,
    endpoints: [
      {
        metadata: { name: 'api', namespace: 'shop' },
        subsets: [
          {
            addresses: pods
              .filter(({ metadata }) => !notReady.includes(metadata.name))
              .map(({ metadata }, at) => addressOf(metadata.name, `10.2.0.${at + 1}`)),
            notReadyAddresses: notReady.map((name, at) => addressOf(name, `10.3.0.${at + 1}`)),
          },
        ],
      },
    ],
  });
  type HeadlessRow = [
    reason: string,
    annotations: Record<string, string>,
    spec: object,
    view: ClusterView,
    lines: string[],
  ];
  const rows: HeadlessRow[] = [
    [
      'has the addresses of its ready pods',
      {},
      {},
      cluster([pod('a', 'open'), pod('b', 'open')], ['b']),
      ['h.example.com 0 A 10.2.0.1'],
    ],
    [
      'and of the others with publishNotReadyAddresses',
      {},
      { publishNotReadyAddresses: true },
      cluster([pod('a', 'open'), pod('b', 'open')], ['b']),
      ['h.example.com 0 A 10.2.0.1 10.3.0.1'],
    ],
    [
      'pods with a hostname have a name of their own',
      {},
      {},
      cluster([pod('a', 'open', { hostname: 'db-0' })]),
      ['db-0.h.example.com 0 A 10.2.0.1', 'h.example.com 0 A 10.2.0.1'],
    ],
    [
      'endpoints-type: HostIP, each address once',
      { 'endpoints-type': 'HostIP' },
      {},
      cluster([pod('a', 'open'), pod('b', 'open')]),
      ['h.example.com 0 A 10.1.0.9'],
    ],
    [
      'endpoints-type: NodeExternalIP',
      { 'endpoints-type': 'NodeExternalIP' },
      {},
      cluster([pod('a', 'open')]),
      ['h.example.com 0 A 198.51.100.1', 'h.example.com 0 AAAA 2001:db8::1'],
    ],
    [
      'a node that is not known empties the whole Service',
      { 'endpoints-type': 'NodeExternalIP' },
      {},
      cluster([pod('a', 'open'), pod('b', 'gone')]),
      [],
    ],
    [
      'a pod may carry a target of its own',
      {},
      {},
      cluster([pod('a', 'open', { target: '192.0.2.7' })]),
      ['h.example.com 0 A 192.0.2.7'],
    ],
    [
      'pods that its selector does not match are left out',
      {},
      { selector: { app: 'other' } },
      cluster([pod('a', 'open')]),
      [],
    ],
    [
      'target replaces all of it',
      { target: '192.0.2.8' },
      {},
      EMPTY_CLUSTER,
      ['h.example.com 0 A 192.0.2.8'],
    ],
  ];
  it.each(rows)('%s', (_, annotations, spec, view, lines) => {
    const object = service({ hostname: 'h.example.com', ...annotations }, { ...headless, ...spec });
    expect(zoneLines([object], view)).toEqual(lines);
  });
});

describe('several objects with one hostname', () => {
  const shared = { hostname: 'one.example.com' };
  it('Services are merged: the first keeps its targets, the others add their first', () => {
    const first = service(shared, undefined, [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }], 'a');
    const second = service(shared, undefined, [{ ip: '192.0.2.3' }, { ip: '192.0.2.4' }], 'b');
    expect(zoneLines([second, first])).toEqual(['one.example.com 0 A 192.0.2.1 192.0.2.2 192.0.2.3']);
  });
  it('Services with another TTL compete instead; fewer targets win', () => {
    const first = service(shared, undefined, [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }], 'a');
    const second = service({ ...shared, ttl: '60' }, undefined, [{ ip: '192.0.2.3' }], 'b');
    expect(zoneLines([first, second])).toEqual(['one.example.com 60 A 192.0.2.3']);
  });
  it('Ingresses compete: the lesser address wins, by value and not by text', () => {
    const spec = { rules: [{ host: 'one.example.com' }] };
    const first = ingress({}, spec, [{ ip: '192.0.2.10' }], 'a');
    const second = ingress({}, spec, [{ ip: '192.0.2.9' }], 'b');
    expect(zoneLines([first, second])).toEqual(['one.example.com 0 A 192.0.2.9']);
  });
  it('a set identifier keeps them apart', () => {
    const blue = service({ ...shared, 'set-identifier': 'blue' }, undefined, [{ ip: '192.0.2.1' }], 'a');
    const green = service({ ...shared, 'set-identifier': 'green' }, undefined, [{ ip: '192.0.2.2' }], 'b');
    expect(zoneLines([blue, green])).toEqual([
      'one.example.com 0 A 192.0.2.1',
      'one.example.com 0 A 192.0.2.2',
    ]);
  });
});

describe('properties', () => {
  it('carry what the provider is to do', () => {
    const object = ingress({
      alias: 'true',
      'set-identifier': 'blue',
      'aws-weight': '100',
      'aws-geolocation-country-code': 'CH',
      'cloudflare-proxied': 'true',
      'scw-x': '1',
      'ibmcloud-proxied': 'true',
      'alb.ingress.kubernetes.io/ip-address-type': 'dualstack',
    });
    const [endpoint] = sourceEndpoints([object], EMPTY_CLUSTER, createSettings());
    expect(endpoint).toMatchObject({ setIdentifier: 'blue', dualstack: true, resource: 'ingress/shop/web' });
    expect(endpoint!.properties).toEqual([
      { name: `${P}cloudflare-proxied`, value: 'true' },
      { name: 'alias', value: 'true' },
      { name: 'aws/weight', value: '100' },
      { name: 'aws/geolocation-country-code', value: 'CH' },
      { name: 'scw/x', value: '1' },
      { name: 'ibmcloud-proxied', value: 'true' },
    ]);
  });
});

describe('names without a record', () => {
  type SilentRow = [
    reason: string,
    object: IngressObject | ServiceObject,
    causes: string[],
    settings?: Partial<ExternalDnsSettings>,
  ];
  const rows: SilentRow[] = [
    ['an Ingress that waits for its address', ingress({}, undefined, []), ['app.example.com address']],
    ['a controller annotation of others', ingress({ controller: 'other' }), ['app.example.com controller']],
    [
      'an unknown hostname source',
      ingress({ 'ingress-hostname-source': 'all' }),
      ['app.example.com hostname-source'],
    ],
    [
      'a known hostname source leaves names out on purpose',
      ingress({ 'ingress-hostname-source': 'annotation-only' }),
      [],
    ],
    [
      'a LoadBalancer that waits for its address',
      service({ hostname: 'a.example.com' }, undefined, []),
      ['a.example.com address'],
    ],
    [
      'a ClusterIP Service',
      service({ hostname: 'a.example.com' }, { type: 'ClusterIP', clusterIP: '10.0.0.1' }),
      ['a.example.com cluster-ip'],
    ],
    [
      'a headless Service without pods',
      service({ hostname: 'a.example.com' }, { clusterIP: 'None' }),
      ['a.example.com pods'],
    ],
    [
      'a NodePort Service without nodes',
      service({ hostname: 'a.example.com' }, { type: 'NodePort' }),
      ['a.example.com nodes'],
    ],
    [
      'a type that is not managed',
      ingress({}),
      ['app.example.com record-type'],
      { managedRecordTypes: ['AAAA'] },
    ],
    [
      'a hostname under the other prefix',
      ingress({ [`${STABLE_PREFIX}hostname`]: 'new.example.com' }),
      ['new.example.com annotation-prefix'],
    ],
    [
      'a hostname under both prefixes is fine',
      ingress({ hostname: 'app.example.com', [`${STABLE_PREFIX}hostname`]: 'app.example.com' }),
      [],
    ],
    ['an object that asks for nothing', service({}), []],
    [
      'a label on which ExternalDNS breaks down',
      service(
        { hostname: 'a.example.com', target: '192.0.2.1' },
        { type: 'NodePort', clusterIP: 'None' },
        [],
        'x'.repeat(63),
      ),
      [],
    ],
    [
      'an SRV label on which ExternalDNS breaks down',
      service(
        { hostname: 'a.example.com' },
        { type: 'NodePort', ports: [{ nodePort: 30000 }] },
        [],
        'x'.repeat(63),
      ),
      [`_${'x'.repeat(63)}._tcp.a.example.com label-too-long`, 'a.example.com nodes'],
    ],
  ];
  it.each(rows)('%s', (_, object, causes, settings) => {
    const { silent } = expectedRecords([object], EMPTY_CLUSTER, createSettings(settings));
    expect(silent.map(({ name, cause }) => `${name} ${cause}`)).toEqual(causes);
  });
});
