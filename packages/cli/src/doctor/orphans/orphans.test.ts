import { describe, expect, it } from 'vitest';
import { facts, ingress, installation, read, template } from '../testing/facts.ts';
import { findOrphans, ownersOf, type ZoneListing } from './index.ts';
import { parseListing } from './listing.ts';

const text = (resource: string, owner = 'mine') =>
  `heritage=external-dns,external-dns/owner=${owner},external-dns/resource=${resource}`;

const listing = (records: Record<string, string>): ZoneListing => ({
  zone: 'example.com',
  records: Object.entries(records).map(([key, value]) => {
    const [name = '', type = ''] = key.split(' ');
    return { name, type, values: [value] };
  }),
});

/** The records of the one living Ingress, as v0.14.0 makes them. */
const living = {
  'acme.production.example.com A': '192.0.2.10',
  'external-dns-acme.production.example.com TXT': text('ingress/shop/acme-ingress'),
  'external-dns-a-acme.production.example.com TXT': text('ingress/shop/acme-ingress'),
};

const find = (records: Record<string, string>, changes: Parameters<typeof facts>[0] = {}) => {
  const all = facts(changes);
  return findOrphans([listing(records)], all, ownersOf(all, [])).map(
    ({ name, type, cause }) => `${name} ${type} ${cause}`,
  );
};

describe('findOrphans', () => {
  it.each<{
    records: Record<string, string>;
    changes?: Parameters<typeof facts>[0];
    orphans: string[];
    reason: string;
  }>([
    { records: living, orphans: [], reason: 'what a living object asks for' },
    {
      records: {
        'old.example.com A': '192.0.2.9',
        'external-dns-old.example.com TXT': text('ingress/shop/old-ingress'),
        'external-dns-a-old.example.com TXT': text('ingress/shop/old-ingress'),
      },
      orphans: ['old.example.com A gone'],
      reason: 'its object is gone: one orphan with both TXT records',
    },
    {
      records: {
        'renamed.example.com A': '192.0.2.10',
        'external-dns-a-renamed.example.com TXT': text('ingress/shop/acme-ingress'),
      },
      orphans: ['renamed.example.com A unasked'],
      reason: 'its object lives and asks for another name',
    },
    {
      records: { 'external-dns-a-old.example.com TXT': text('ingress/shop/old-ingress') },
      orphans: ['external-dns-a-old.example.com TXT gone'],
      reason: 'only the ownership record is left',
    },
    {
      records: {
        'theirs.example.com A': '192.0.2.9',
        'external-dns-a-theirs.example.com TXT': text('ingress/shop/old-ingress', 'theirs'),
      },
      orphans: [],
      reason: 'the record of another owner',
    },
    {
      records: {
        'hand.example.com A': '192.0.2.9',
        'example.com TXT': 'v=spf1 -all',
      },
      orphans: [],
      reason: 'what nobody owns',
    },
    {
      records: {
        'alias.example.com A': 'alias of lb.elb.amazonaws.com',
        'external-dns-cname-alias.example.com TXT': text('ingress/shop/old-ingress'),
      },
      orphans: ['alias.example.com A gone'],
      reason: 'an alias, whose TXT record is that of a CNAME',
    },
    {
      records: {
        'acme.production.example.com A': '192.0.2.10',
        'external-dns-a-acme.production.example.com TXT': text('ingress/shop/first-ingress'),
      },
      orphans: [],
      reason: 'another object has taken the name over',
    },
    {
      records: { 'x.example.com A': '192.0.2.9', 'external-dns-a-x.example.com TXT': text('service/shop/x') },
      changes: { services: { kind: 'unread', detail: 'forbidden' } },
      orphans: [],
      reason: 'nobody knows which Services live',
    },
    {
      records: {
        'x.example.com A': '192.0.2.9',
        'external-dns-a-x.example.com TXT': text('ingress/shop/acme-ingress'),
      },
      changes: { ingresses: read([ingress({ addresses: [] })]) },
      orphans: [],
      reason: 'an object without an address asks for what nobody can tell yet',
    },
    {
      records: { 'x.example.com CNAME': 'lb.example.net', 'own-x.example.com TXT': text('ingress/shop/old') },
      changes: {
        installations: read([]),
        templates: read([template({ dns: { externalDNS: { ownerId: 'mine', txtPrefix: 'own-' } } })]),
      },
      orphans: ['x.example.com CNAME gone'],
      reason: 'ExternalDNS runs elsewhere: the template knows owner and prefix',
    },
  ])('$reason', ({ records, changes, orphans }) => {
    expect(find(records, changes)).toEqual(orphans);
  });

  it('names the ownership records that have to go too', () => {
    const all = facts({ installations: read([installation()]) });
    const old = {
      'old.example.com A': '192.0.2.9',
      'external-dns-old.example.com TXT': text('ingress/shop/old-ingress'),
      'external-dns-a-old.example.com TXT': text('ingress/shop/old-ingress'),
    };
    expect(findOrphans([listing(old)], all, ['mine'])).toEqual([
      {
        name: 'old.example.com',
        type: 'A',
        values: ['192.0.2.9'],
        owner: 'mine',
        resource: 'ingress/shop/old-ingress',
        cause: 'gone',
        ownership: ['external-dns-a-old.example.com', 'external-dns-old.example.com'],
      },
    ]);
  });
});

const heritage = text('ingress/shop/a');

describe('parseListing', () => {
  it.each<{ input: string; records: object[] | undefined; reason: string }>([
    {
      input: `; <<>> DiG <<>> AXFR example.com
example.com.\t300\tIN\tSOA\tns1.example.com. host.example.com. 1 60 30 3600 5
a.example.com.\t60\tIN\tA\t192.0.2.1
a.example.com.\t60\tIN\tA\t192.0.2.2
ext-a.example.com.\t60\tIN\tTXT\t"${heritage}"
;; Query time: 0 msec
`,
      records: [
        { name: 'example.com', type: 'SOA', values: ['ns1.example.com. host.example.com. 1 60 30 3600 5'] },
        { name: 'a.example.com', type: 'A', values: ['192.0.2.1', '192.0.2.2'] },
        { name: 'ext-a.example.com', type: 'TXT', values: [heritage] },
      ],
      reason: 'the transfer that dig prints',
    },
    {
      input: `$ORIGIN example.com.
$TTL 300
@ IN SOA ns1 host ( 1 ; serial
  60 30 3600 5 )
www A 192.0.2.1
    TXT "one;" " two" ; comment
b 60 CNAME www
c CNAME target.example.net.
`,
      records: [
        { name: 'example.com', type: 'SOA', values: ['ns1 host 1 60 30 3600 5'] },
        { name: 'www.example.com', type: 'A', values: ['192.0.2.1'] },
        { name: 'www.example.com', type: 'TXT', values: ['one; two'] },
        { name: 'b.example.com', type: 'CNAME', values: ['www.example.com'] },
        { name: 'c.example.com', type: 'CNAME', values: ['target.example.net'] },
      ],
      reason: 'a zone file with relative names, parentheses and comments',
    },
    {
      input: JSON.stringify({
        ResourceRecordSets: [
          { Name: '\\052.example.com.', Type: 'A', AliasTarget: { DNSName: 'LB.elb.amazonaws.com.' } },
          { Name: 'x.example.com.', Type: 'TXT', ResourceRecords: [{ Value: `"${heritage}"` }] },
        ],
      }),
      records: [
        { name: '*.example.com', type: 'A', values: ['alias of lb.elb.amazonaws.com'] },
        { name: 'x.example.com', type: 'TXT', values: [heritage] },
      ],
      reason: 'aws route53 list-resource-record-sets',
    },
    {
      input: JSON.stringify([{ name: 'x.example.com.', type: 'TXT', rrdatas: [`"${heritage}"`] }]),
      records: [{ name: 'x.example.com', type: 'TXT', values: [heritage] }],
      reason: 'gcloud dns record-sets list',
    },
    {
      input: JSON.stringify({ result: [{ name: 'x.example.com', type: 'A', content: '192.0.2.1' }] }),
      records: [{ name: 'x.example.com', type: 'A', values: ['192.0.2.1'] }],
      reason: "Cloudflare's API",
    },
    { input: 'hello there, this is no zone', records: undefined, reason: 'something else' },
    { input: '{"a":1}', records: undefined, reason: 'other JSON' },
    { input: '', records: undefined, reason: 'nothing' },
  ])('$reason', ({ input, records }) => {
    expect(parseListing(input)).toEqual(records);
  });
});
