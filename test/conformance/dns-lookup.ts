/**
 * What every {@link DnsLookup} does, on one small zone. An implementation's own test starts servers that hold
 * {@link WORLD} and hands them over.
 */
import {
  type DnsLookup,
  type LookupOutcome,
  type NameServer,
  type QueryType,
  valuesOf,
} from '@tenant-operator/operator/dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

export const ZONE = 'conf.test';
/** SOA minimum of the zone: shorter than its TTL. */
export const MINIMUM = 60;
const LONG_TEXT = 'x'.repeat(700);
/** So many that they do not fit into a UDP answer. */
const MANY = Array.from({ length: 60 }, (_, index) => `${index}-`.padEnd(100, 'y'));

/** The records of the zone beside its SOA, as name, type and data of a zone file; TXT data without quotes. */
export const WORLD: [name: string, type: 'A' | 'AAAA' | 'CNAME' | 'NS' | 'TXT', data: string][] = [
  ['conf.test', 'NS', 'ns1.conf.test'],
  ['ns1.conf.test', 'A', '192.0.2.53'],
  ['a.conf.test', 'A', '192.0.2.1'],
  ['two.conf.test', 'A', '192.0.2.2'],
  ['two.conf.test', 'A', '192.0.2.3'],
  ['six.conf.test', 'AAAA', '2001:db8::6'],
  ['alias.conf.test', 'CNAME', 'lb.example.net'],
  ['chain.conf.test', 'CNAME', 'a.conf.test'],
  ['a-app.conf.test', 'TXT', 'heritage=external-dns,external-dns/owner=me,external-dns/resource=ingress/a/b'],
  ['long.conf.test', 'TXT', LONG_TEXT],
  ...MANY.map((text): [string, 'TXT', string] => ['many.conf.test', 'TXT', text]),
  ['*.wild.conf.test', 'A', '192.0.2.9'],
  ['below.empty.conf.test', 'A', '192.0.2.10'],
  ['sub.conf.test', 'NS', 'ns.sub.conf.test'],
];

/** What an implementation brings: itself, and servers with the world on them. */
export interface Site {
  lookup: DnsLookup;
  /** Authoritative for the zone. */
  server: NameServer;
  /** Holds a zone `broken.test` that it cannot serve. */
  failing: NameServer;
  /** Takes questions and never answers. */
  silent: NameServer;
  /** Nobody listens there. */
  absent: NameServer;
  close(): Promise<void>;
}

type Expected = Partial<Record<'values' | 'soa' | 'zone', unknown>> & { kind: LookupOutcome['kind'] };

const NEGATIVE = { zone: ZONE, ttl: MINIMUM };
const CASES: [reason: string, name: string, type: QueryType, expected: Expected][] = [
  ['an address', 'a.conf.test', 'A', { kind: 'answers', values: ['192.0.2.1'] }],
  ['case and a final dot do not matter', 'A.Conf.Test.', 'A', { kind: 'answers', values: ['192.0.2.1'] }],
  ['several addresses', 'two.conf.test', 'A', { kind: 'answers', values: ['192.0.2.2', '192.0.2.3'] }],
  ['an IPv6 address', 'six.conf.test', 'AAAA', { kind: 'answers', values: ['2001:db8::6'] }],
  ['a CNAME', 'alias.conf.test', 'CNAME', { kind: 'answers', values: ['lb.example.net'] }],
  ['the type is missing at the name', 'a.conf.test', 'AAAA', { kind: 'nodata', soa: NEGATIVE }],
  ['the name does not exist', 'none.conf.test', 'A', { kind: 'nxdomain', soa: NEGATIVE }],
  ['a name with names below it exists', 'empty.conf.test', 'A', { kind: 'nodata', soa: NEGATIVE }],
  ['a wildcard answers', 'any.wild.conf.test', 'A', { kind: 'answers', values: ['192.0.2.9'] }],
  ['a wildcard can be asked for itself', '*.wild.conf.test', 'A', { kind: 'answers', values: ['192.0.2.9'] }],
  [
    'a TXT',
    'a-app.conf.test',
    'TXT',
    { kind: 'answers', values: [WORLD.find(([name]) => name === 'a-app.conf.test')![2]] },
  ],
  ['a TXT of several strings', 'long.conf.test', 'TXT', { kind: 'answers', values: [LONG_TEXT] }],
  [
    'an answer that does not fit into a packet',
    'many.conf.test',
    'TXT',
    { kind: 'answers', values: [...MANY].sort() },
  ],
  ['a delegated zone', 'app.sub.conf.test', 'A', { kind: 'referral', zone: 'sub.conf.test' }],
  ['a zone of others', 'a.example.org', 'A', { kind: 'refused' }],
  ['the start of the zone', 'conf.test', 'SOA', { kind: 'answers' }],
  ['its servers', 'conf.test', 'NS', { kind: 'answers', values: ['ns1.conf.test'] }],
  ['a name that no packet can hold', `${'x'.repeat(64)}.conf.test`, 'A', { kind: 'malformed' }],
  ['an empty name', '', 'A', { kind: 'malformed' }],
];

function shapeOf(outcome: LookupOutcome, name: string, type: QueryType, expected: Expected): Expected {
  return {
    kind: outcome.kind,
    ...('values' in expected
      ? { values: valuesOf(outcome, name.toLowerCase().replace(/\.$/, ''), type) }
      : {}),
    ...('soa' in expected && 'soa' in outcome ? { soa: outcome.soa } : {}),
    ...('zone' in expected && 'zone' in outcome ? { zone: outcome.zone } : {}),
  };
}

/** Runs the suite against what `start` brings. */
export function describeDnsLookup(title: string, start: () => Promise<Site>): void {
  describe(`${title} is a DNS lookup`, () => {
    let site: Site;
    beforeAll(async () => {
      site = await start();
    });
    afterAll(() => site.close());

    it.each(CASES)('%s', async (_, name, type, expected) => {
      const outcome = await site.lookup.query(name, type, site.server);
      expect(shapeOf(outcome, name, type, expected)).toEqual(expected);
      if ('authoritative' in outcome) expect(outcome.authoritative).toBe(true);
    });

    it('shows the CNAME when an address is asked for, and what it knows of the end', async () => {
      const outcome = await site.lookup.query('chain.conf.test', 'A', site.server);
      expect(valuesOf(outcome, 'chain.conf.test', 'CNAME')).toEqual(['a.conf.test']);
      expect(valuesOf(outcome, 'chain.conf.test', 'A')).toEqual([]);
      expect(valuesOf(outcome, 'a.conf.test', 'A')).toEqual(['192.0.2.1']);
    });

    it('tells a server that fails from a name that is missing', async () => {
      expect(await site.lookup.query('a.broken.test', 'A', site.failing)).toEqual({
        kind: 'servfail',
        rcode: 'SERVFAIL',
      });
    });

    it('gives up on a silent server', async () => {
      expect(await site.lookup.query('a.conf.test', 'A', site.silent)).toEqual({ kind: 'timeout' });
    });

    it('says when nobody listens', async () => {
      expect(await site.lookup.query('a.conf.test', 'A', site.absent)).toEqual({
        kind: 'unreachable',
        detail: 'connection refused',
      });
    });

    it('ends at once when it is aborted', async () => {
      const reason = new Error('shutting down');
      const asked = async () =>
        site.lookup.query('a.conf.test', 'A', site.silent, { signal: AbortSignal.abort(reason) });
      await expect(asked()).rejects.toBe(reason);
    });
  });
}
