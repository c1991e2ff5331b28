import { createFakeClock } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { createFakeLookup, type FakeRecord } from './fake.ts';
import { createZoneFinder, type LookupOutcome } from './index.ts';

const ns = (zone: string, server: string): FakeRecord => ({ name: zone, type: 'NS', data: server });
const a = (name: string, data: string): FakeRecord => ({ name, type: 'A', data });

/** example.com on two servers, sub.example.com delegated to a third, and a resolver that knows them all. */
function createWorld() {
  const lookup = createFakeLookup();
  const parent = {
    apex: 'example.com',
    records: [
      ns('example.com', 'ns1.example.com'),
      ns('example.com', 'ns2.example.com'),
      a('ns1.example.com', '192.0.2.1'),
      { name: 'ns2.example.com', type: 'AAAA' as const, data: '2001:db8::2' },
      a('ns3.example.com', '192.0.2.3'),
      a('app.example.com', '192.0.2.99'),
      { name: 'alias.example.com', type: 'CNAME' as const, data: 'elsewhere.example.net' },
      ns('sub.example.com', 'ns3.example.com'),
    ],
  };
  const child = { apex: 'sub.example.com', records: [ns('sub.example.com', 'ns3.example.com')] };
  const first = lookup.addServer({ name: 'ns1.example.com', address: '192.0.2.1', zones: [parent] });
  const second = lookup.addServer({ name: 'ns2.example.com', address: '2001:db8::2', zones: [parent] });
  const third = lookup.addServer({ name: 'ns3.example.com', address: '192.0.2.3', zones: [child] });
  const resolver = lookup.addServer({ name: 'resolver', address: '192.0.2.53', isResolver: true });
  return { lookup, first, second, third, resolver };
}

const zoneAndServers = (found: Awaited<ReturnType<ReturnType<typeof createZoneFinder>['find']>>) =>
  found.kind === 'zone' ? `${found.zone}: ${found.servers.map(({ name }) => name).join(' ')}` : found.kind;

describe('by resolvers', () => {
  const cases: [reason: string, name: string, found: string][] = [
    ['a name that exists', 'app.example.com', 'example.com: ns1.example.com ns2.example.com'],
    ['a name that does not exist yet', 'new.example.com', 'example.com: ns1.example.com ns2.example.com'],
    ['a name far below', 'a.b.c.example.com', 'example.com: ns1.example.com ns2.example.com'],
    [
      'a CNAME, whose own zone its parent tells',
      'alias.example.com',
      'example.com: ns1.example.com ns2.example.com',
    ],
    ['the zone itself', 'example.com', 'example.com: ns1.example.com ns2.example.com'],
    ['case and a final dot', 'App.Example.COM.', 'example.com: ns1.example.com ns2.example.com'],
  ];
  it.each(cases)('%s', async (_, name, expected) => {
    const { lookup, resolver } = createWorld();
    const zones = createZoneFinder({ lookup, resolvers: [resolver] });
    expect(zoneAndServers(await zones.find(name))).toBe(expected);
  });

  it('asks the next resolver when one is silent', async () => {
    const { lookup, resolver } = createWorld();
    const dead = { name: 'dead', address: '192.0.2.66', port: 53 };
    const zones = createZoneFinder({ lookup, resolvers: [dead, resolver] });
    expect((await zones.find('app.example.com')).kind).toBe('zone');
  });

  it('says so when none answers, and forgets that soon', async () => {
    const { lookup, resolver } = createWorld();
    const clock = createFakeClock();
    resolver.trouble = { kind: 'timeout' };
    const zones = createZoneFinder({ lookup, resolvers: [resolver], clock });
    expect((await zones.find('app.example.com')).kind).toBe('failed');
    resolver.trouble = undefined;
    expect((await zones.find('app.example.com')).kind).toBe('failed');
    await clock.advance(31_000);
    expect((await zones.find('app.example.com')).kind).toBe('zone');
  });

  it('calls a name of a top-level zone nobody’s', async () => {
    const { lookup, resolver } = createWorld();
    lookup.addServer({ address: '192.0.2.8', zones: [{ apex: 'org', records: [] }] });
    const zones = createZoneFinder({ lookup, resolvers: [resolver] });
    expect((await zones.find('app.example.org')).kind).toBe('none');
  });
});

describe('among given name servers', () => {
  it('takes those that are authoritative for the name, and no others', async () => {
    const { lookup, first, third, resolver } = createWorld();
    const other = lookup.addServer({ address: '192.0.2.9', zones: [{ apex: 'example.org', records: [] }] });
    const zones = createZoneFinder({ lookup, nameservers: [first, other, resolver], resolvers: [] });
    expect(zoneAndServers(await zones.find('app.example.com'))).toBe('example.com: ns1.example.com');
    expect(zoneAndServers(await zones.find('app.example.net'))).toBe('none');
    const deeper = createZoneFinder({ lookup, nameservers: [first, third], resolvers: [] });
    expect(zoneAndServers(await deeper.find('app.sub.example.com'))).toBe('sub.example.com: ns3.example.com');
  });

  it('keeps one that is silent beside one that answers, so that it is missed', async () => {
    const { lookup, first, second } = createWorld();
    second.trouble = { kind: 'timeout' } satisfies LookupOutcome;
    const zones = createZoneFinder({ lookup, nameservers: [first, second], resolvers: [] });
    expect(zoneAndServers(await zones.find('app.example.com'))).toBe(
      'example.com: ns1.example.com ns2.example.com',
    );
    first.trouble = { kind: 'timeout' };
    expect(
      (await createZoneFinder({ lookup, nameservers: [first, second], resolvers: [] }).find('x.example.com'))
        .kind,
    ).toBe('failed');
  });
});

describe('memory', () => {
  it('is shared by names with one parent, also while the question is under way', async () => {
    const { lookup, resolver } = createWorld();
    const zones = createZoneFinder({ lookup, resolvers: [resolver] });
    await Promise.all([zones.find('a.example.com'), zones.find('a.example.com')]);
    const asked = lookup.asked.length;
    await zones.find('b.example.com');
    expect(lookup.asked.length).toBe(asked);
  });

  it('ends', async () => {
    const { lookup, resolver } = createWorld();
    const clock = createFakeClock();
    const zones = createZoneFinder({ lookup, resolvers: [resolver], clock, rememberMs: 60_000 });
    await zones.find('a.example.com');
    const asked = lookup.asked.length;
    await clock.advance(61_000);
    await zones.find('b.example.com');
    expect(lookup.asked.length).toBeGreaterThan(asked);
  });

  it('is passed over for a name that turned out to be delegated, and then kept for it alone', async () => {
    const { lookup, resolver } = createWorld();
    const zones = createZoneFinder({ lookup, resolvers: [resolver] });
    await zones.find('app.example.com');
    expect(zoneAndServers(await zones.find('sub.example.com'))).toContain('example.com: ns1');
    expect(zoneAndServers(await zones.find('sub.example.com', { fresh: true }))).toBe(
      'sub.example.com: ns3.example.com',
    );
    expect(zoneAndServers(await zones.find('sub.example.com'))).toBe('sub.example.com: ns3.example.com');
    expect(zoneAndServers(await zones.find('app.example.com'))).toContain('example.com: ns1');
  });
});
