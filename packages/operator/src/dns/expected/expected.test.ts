import { describe, expect, it } from 'vitest';
import { createSettings, type ExternalDnsSettings, STABLE_PREFIX } from '../settings/index.ts';
import { ingress, P, service, zoneLines } from '../testing/objects.ts';
import {
  EMPTY_CLUSTER,
  expectedRecords,
  type IngressObject,
  type ServiceObject,
  sourceEndpoints,
} from './index.ts';

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
