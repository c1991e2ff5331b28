import { describe, expect, it } from 'vitest';
import { annotate, type Row, service, zoneLines } from '../testing/objects.ts';
import { type ClusterView, EMPTY_CLUSTER, type ServiceObject } from './index.ts';

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
