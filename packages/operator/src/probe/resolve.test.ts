import { describe, expect, it } from 'vitest';
import { createZoneFinder } from '../dns/index.ts';
import { createFakeLookup, type FakeRecord } from '../dns/lookup/fake.ts';
import { createNameResolver } from './resolve.ts';

const chain = Array.from(
  { length: 12 },
  (_, at): FakeRecord => ({
    name: `c${at}.example.com`,
    type: 'CNAME',
    data: `c${at + 1}.example.net`,
  }),
);
const back = chain.map(
  ({ name, data }): FakeRecord => ({
    name: data,
    type: 'CNAME',
    data: name.replace(/^c(\d+)/, (_, n) => `c${Number(n) + 1}`),
  }),
);

function resolve(name: string, trouble = false) {
  const lookup = createFakeLookup();
  const nameservers = [
    lookup.addServer({
      address: '192.0.2.53',
      zones: [
        {
          apex: 'example.com',
          records: [
            { name: 'a.example.com', type: 'A', data: '192.0.2.2' },
            { name: 'a.example.com', type: 'A', data: '192.0.2.1' },
            { name: 'a.example.com', type: 'AAAA', data: '2001:db8::1' },
            { name: 'alias.example.com', type: 'CNAME', data: 'a.example.com' },
            { name: 'away.example.com', type: 'CNAME', data: 'lb.example.net' },
            { name: 'nowhere.example.com', type: 'CNAME', data: 'lb.example.org' },
            { name: 'text.example.com', type: 'TXT', data: 'x' },
            ...chain,
          ],
        },
        { apex: 'example.net', records: [{ name: 'lb.example.net', type: 'A', data: '192.0.2.9' }, ...back] },
      ],
    }),
  ];
  if (trouble) nameservers[0]!.trouble = { kind: 'refused' };
  const zones = createZoneFinder({ lookup, nameservers, resolvers: [] });
  const resolver = createNameResolver({ lookup, zones, zonesAt: () => zones });
  return resolver(name, undefined, new AbortController().signal);
}

describe('createNameResolver', () => {
  it.each<[name: string, addresses: string[], reason: string]>([
    ['a.example.com', ['192.0.2.1', '192.0.2.2', '2001:db8::1'], 'IPv4 first, sorted'],
    ['alias.example.com', ['192.0.2.1', '192.0.2.2', '2001:db8::1'], 'an alias in the zone'],
    ['away.example.com', ['192.0.2.9'], 'an alias into another zone, as of a load balancer'],
  ])('%s -> %j: %s', async (name, addresses) => {
    expect(await resolve(name)).toEqual({ kind: 'addresses', addresses });
  });

  it.each<[name: string, detail: string]>([
    ['gone.example.com', 'gone.example.com has no address'],
    ['text.example.com', 'text.example.com has no address'],
    ['nowhere.example.com', 'the zone of lb.example.org cannot be found'],
    ['c0.example.com', 'c0.example.com leads through more than 8 aliases'],
  ])('%s: %s', async (name, detail) => {
    expect(await resolve(name)).toEqual({ kind: 'failed', detail });
  });

  it('says so where the servers do not answer', async () => {
    expect(await resolve('a.example.com', true)).toMatchObject({ kind: 'failed' });
  });
});
