import { describe, expect, it } from 'vitest';
import { createSettings, type ExternalDnsSettings } from '../settings/index.ts';
import { annotate } from '../testing/objects.ts';
import { EMPTY_CLUSTER, expectedRecords, type GatewayObject, type RouteObject } from './index.ts';
import { overlap } from './route.ts';
import type { GatewayListener, RouteParent } from './types.ts';

const accepted = [{ type: 'Accepted', status: 'True' }];
const parent = (more: Partial<RouteParent['parentRef']> = {}, conditions = accepted): RouteParent => ({
  parentRef: { name: 'edge', namespace: 'infra', ...more },
  conditions,
});

function route(hostnames: string[], parents: RouteParent[] = [parent()], annotations = {}): RouteObject {
  return {
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop', annotations: annotate(annotations) },
    spec: { hostnames },
    status: { parents },
  };
}

const all = { namespaces: { from: 'All' } };
const listener = (more: Partial<GatewayListener> = {}): GatewayListener => ({
  name: 'https',
  protocol: 'HTTPS',
  port: 443,
  allowedRoutes: all,
  ...more,
});

function gateway(listeners = [listener()], addresses = ['192.0.2.1'], annotations = {}): GatewayObject {
  return {
    metadata: { name: 'edge', namespace: 'infra', annotations: annotate(annotations) },
    spec: { listeners },
    status: { addresses: addresses.map((value) => ({ value })) },
  };
}

function lines(object: RouteObject, gateways?: GatewayObject[], settings: Partial<ExternalDnsSettings> = {}) {
  const cluster = gateways ? { ...EMPTY_CLUSTER, gateways } : EMPTY_CLUSTER;
  const { records, silent } = expectedRecords([object], cluster, createSettings(settings));
  return [
    ...records.map(
      ({ name, ttl, type, targets, resource }) => `${name} ${ttl} ${type} ${targets.join(' ')} ${resource}`,
    ),
    ...silent.map(({ name, cause }) => `${name} silent: ${cause}`),
  ];
}

const host = 'app.example.com';
const published = [`${host} 0 A 192.0.2.1 httproute/shop/web`];

describe('an HTTPRoute', () => {
  it.each<[reason: string, object: RouteObject, gateways: GatewayObject[], said: string[]]>([
    ['has the addresses of its Gateway', route([host]), [gateway()], published],
    ['in any case of letters', route(['App.Example.com']), [gateway()], published],
    [
      'of two listeners for one host counts once',
      route([host]),
      [gateway([listener(), listener({ name: 'http', protocol: 'HTTP', port: 80 })])],
      published,
    ],
    [
      'takes hostnames of its annotation too, and the TTL',
      route([host], [parent()], { hostname: 'b.example.com', ttl: '1m' }),
      [gateway()],
      [`${host} 60 A 192.0.2.1 httproute/shop/web`, 'b.example.com 60 A 192.0.2.1 httproute/shop/web'],
    ],
    [
      'has the targets that the Gateway is annotated with',
      route([host]),
      [gateway(undefined, undefined, { target: 'edge.example.net' })],
      [`${host} 0 CNAME edge.example.net httproute/shop/web`],
    ],
    [
      'meets a wildcard of the listener',
      route([host]),
      [gateway([listener({ hostname: '*.example.com' })])],
      published,
    ],
    [
      'with a wildcard meets the host of the listener',
      route(['*.example.com']),
      [gateway([listener({ hostname: host })])],
      published,
    ],
    [
      'is not served for another host',
      route([host]),
      [gateway([listener({ hostname: '*.example.io' })])],
      [`${host} silent: gateway`],
    ],
    [
      'is kept to the section it names',
      route([host], [parent({ sectionName: 'http' })]),
      [gateway()],
      [`${host} silent: gateway`],
    ],
    ['and to the port', route([host], [parent({ port: 80 })]), [gateway()], [`${host} silent: gateway`]],
    [
      'of another namespace is not let in by default',
      route([host]),
      [gateway([listener({ allowedRoutes: {} })])],
      [`${host} silent: gateway`],
    ],
    [
      'is let in by a selector when it was accepted',
      route([host]),
      [gateway([listener({ allowedRoutes: { namespaces: { from: 'Selector' } } })])],
      published,
    ],
    [
      'is not let in where other kinds are',
      route([host]),
      [gateway([listener({ allowedRoutes: { ...all, kinds: [{ kind: 'GRPCRoute' }] } })])],
      [`${host} silent: gateway`],
    ],
    [
      'is not served by listeners of other protocols',
      route([host]),
      [gateway([listener({ protocol: 'TLS' })])],
      [`${host} silent: gateway`],
    ],
    [
      'waits until it is accepted',
      route([host], [parent({}, [{ type: 'Accepted', status: 'False' }])]),
      [gateway()],
      [`${host} silent: gateway`],
    ],
    ['waits for a parent', route([host], []), [gateway()], [`${host} silent: gateway`]],
    [
      'takes no other parents',
      route([host], [parent({ kind: 'Service', group: '' })]),
      [gateway()],
      [`${host} silent: gateway`],
    ],
    [
      'waits for the address of the Gateway',
      route([host]),
      [gateway(undefined, [])],
      [`${host} silent: gateway-address`],
    ],
    [
      'of another controller is left out',
      route([host], [parent()], { controller: 'else' }),
      [gateway()],
      [`${host} silent: controller`],
    ],
  ])('%s', (_, object, gateways, said) => expect(lines(object, gateways)).toEqual(said));

  it('without a look at Gateways leads to nothing that could be said', () => {
    expect(lines(route([host]))).toEqual([`${host} silent: unseen`]);
  });
});

describe('overlap', () => {
  it.each([
    ['', 'a.b', 'a.b'],
    ['a.b', '', 'a.b'],
    ['*.b', 'a.b', 'a.b'],
    ['a.b', '*.b', 'a.b'],
    ['*.b', '*.b', '*.b'],
    ['*.b', 'x.a.b', undefined],
    ['a.b', 'a.c', undefined],
    ['a.*', 'a.b', undefined],
  ])('of %j and %j is %j', (one, other, both) => expect(overlap(one, other)).toBe(both));
});
