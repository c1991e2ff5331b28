import { createFakeClock } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { createFakeLookup } from './fake.ts';
import { createNamedZoneFinder, parseServerText } from './index.ts';

describe('a name server as text', () => {
  it.each<[text: string, expected: object | undefined]>([
    ['192.0.2.53:5353', { name: '192.0.2.53:5353', address: '192.0.2.53', port: 5353 }],
    ['[2001:db8::53]', { name: '2001:db8::53', address: '2001:db8::53', port: 53 }],
    ['ns1.example.com', { host: 'ns1.example.com', port: 53 }],
    ['bind.dns.svc:5353', { host: 'bind.dns.svc', port: 5353 }],
    ['ns1.example.com:0', undefined],
    ['ns1.example.com:dns', undefined],
    ['192.0.2.256', undefined],
    ['-', undefined],
    ['', undefined],
  ])('%j', (text, expected) => expect(parseServerText(text)).toEqual(expected));
});

describe('a finder among named servers', () => {
  function setUp(nameservers: string[], hosts: Record<string, string[]>) {
    const clock = createFakeClock();
    const lookup = createFakeLookup();
    for (const address of ['192.0.2.53', '192.0.2.54']) {
      lookup.addServer({ address, zones: [{ apex: 'example.com', records: [] }] });
    }
    const resolved: string[] = [];
    const finder = createNamedZoneFinder({
      lookup,
      nameservers,
      clock,
      async resolveHost(host) {
        resolved.push(host);
        const addresses = hosts[host];
        if (!addresses) throw new Error('ENOTFOUND');
        return addresses;
      },
    });
    return { clock, lookup, finder, resolved, hosts };
  }

  it('resolves a host once, and follows it when it moves', async () => {
    const { finder, resolved, hosts, clock } = setUp(['ns1.example.net'], {
      'ns1.example.net': ['192.0.2.53'],
    });
    const at = (address: string) => ({ name: 'ns1.example.net', address, port: 53 });
    const first = await Promise.all([finder.find('a.example.com'), finder.find('b.example.com')]);
    expect(first.map((found) => found.kind === 'zone' && found.servers)).toEqual([
      [at('192.0.2.53')],
      [at('192.0.2.53')],
    ]);
    expect(resolved).toEqual(['ns1.example.net']);
    hosts['ns1.example.net'] = ['192.0.2.54'];
    await clock.advance(300_000);
    expect(await finder.find('a.example.com')).toMatchObject({ servers: [at('192.0.2.54')] });
  });

  it('says what is wrong when no server has an address, and looks again after half a minute', async () => {
    const { finder, resolved, hosts, clock } = setUp(['ns1.example.net'], {});
    const detail = 'none of the given name servers has an address (ns1.example.net)';
    expect(await finder.find('a.example.com')).toEqual({ kind: 'failed', detail });
    await finder.find('b.example.com');
    expect(resolved).toHaveLength(1);
    hosts['ns1.example.net'] = ['192.0.2.53'];
    await clock.advance(30_000);
    expect(await finder.find('a.example.com')).toMatchObject({ kind: 'zone', zone: 'example.com' });
  });

  it('goes on with the servers that have one', async () => {
    const { finder } = setUp(['ns1.example.net', '192.0.2.54'], {});
    expect(await finder.find('a.example.com')).toMatchObject({ servers: [{ address: '192.0.2.54' }] });
  });
});
