import { describe, expect, it } from 'vitest';
import type { ExpectedRecord } from '../expected/index.ts';
import type { FakeRecord } from '../lookup/fake.ts';
import { createSettings, type ExternalDnsSettings } from '../settings/index.ts';
import {
  A,
  FOREIGN_TXT,
  judge,
  OLD_A,
  OLD_TXT,
  OTHER_TXT,
  OURS,
  record,
  TIMEOUT,
  TXT,
  WILDCARD,
  WILDCARD_TXT,
  type World,
} from '../testing/world.ts';

type Row = [
  reason: string,
  state: string,
  verdict: string,
  world: World,
  of?: ExpectedRecord,
  settings?: ExternalDnsSettings,
];

describe('a record is', () => {
  const cname = record({ type: 'CNAME', targets: ['LB.example.net.'] });
  const CNAME: FakeRecord = { name: 'app.example.com', type: 'CNAME', data: 'lb.example.net' };
  const CNAME_TXT: FakeRecord = { ...TXT, name: 'cname-app.example.com' };
  const proxied = record({
    properties: [{ name: 'external-dns.alpha.kubernetes.io/cloudflare-proxied', value: 'true' }],
  });
  const elb = record({ type: 'CNAME', targets: ['my-lb-1.eu-west-1.elb.amazonaws.com'] });
  const unknownOwner = createSettings({});
  const rows: Row[] = [
    ['published when all servers have it and its TXT is ours', 'published', 'Published', { zone: [A, TXT] }],
    ['published with a TXT in the old format alone', 'published', 'Published', { zone: [A, OLD_TXT] }],
    [
      'published when the addresses are the same in another spelling',
      'published',
      'Published',
      {
        zone: [
          { ...A, type: 'AAAA', data: '2001:db8:0:0:0:0:0:1' },
          { ...TXT, name: 'aaaa-app.example.com' },
        ],
      },
      record({ type: 'AAAA', targets: ['2001:db8::1'] }),
    ],
    [
      'published as a CNAME, without regard to case and final dot',
      'published',
      'Published',
      { zone: [CNAME, CNAME_TXT] },
      cname,
    ],
    [
      'published when one server is silent and the other has it',
      'published',
      'Published',
      { zone: [A, TXT], second: TIMEOUT },
    ],
    ['pending when no server has it', 'pending', 'RecordMissing', { zone: [] }],
    [
      'pending when only another type is there',
      'pending',
      'RecordMissing',
      { zone: [{ ...A, type: 'AAAA', data: '2001:db8::1' }] },
    ],
    [
      'pending when one server does not have it yet',
      'pending',
      'SecondaryLag',
      { zone: [A, TXT], second: [] },
    ],
    [
      'pending when one server has the old target',
      'pending',
      'SecondaryLag',
      { zone: [A, TXT], second: [OLD_A, TXT] },
    ],
    ['pending when it is ours and points elsewhere', 'pending', 'TargetMismatch', { zone: [OLD_A, TXT] }],
    ['pending when it has one address too many', 'pending', 'TargetMismatch', { zone: [A, OLD_A, TXT] }],
    ['pending when a CNAME stands in its place', 'pending', 'TargetMismatch', { zone: [CNAME, TXT] }],
    [
      'failed when it points elsewhere and the policy never changes records',
      'failed',
      'TargetMismatch',
      { zone: [OLD_A, TXT] },
      record(),
      createSettings({ ownerId: 'me', policy: 'create-only' }),
    ],
    ['failed when it belongs to another owner', 'failed', 'OwnerMismatch', { zone: [A, FOREIGN_TXT] }],
    [
      'failed for the owner first when the target is wrong as well',
      'failed',
      'OwnerMismatch',
      { zone: [OLD_A, FOREIGN_TXT] },
    ],
    ['failed when nobody owns it', 'failed', 'OwnerMissing', { zone: [A] }],
    [
      'failed when another tool owns it',
      'failed',
      'OwnerMissing',
      { zone: [A, { ...TXT, data: 'heritage=mate' }] },
    ],
    [
      'failed outside of the domain filter',
      'failed',
      'OutsideDomainFilter',
      { zone: [A, TXT] },
      record(),
      createSettings({ ownerId: 'me', domainFilters: ['example.org'] }),
    ],
    [
      'failed when the hostname is none',
      'failed',
      'InvalidHostname',
      { zone: [] },
      record({ name: 'my_app..example.com' }),
    ],
    ['failed when the hostname is empty', 'failed', 'InvalidHostname', { zone: [] }, record({ name: '' })],
    [
      'failed when no zone has the name',
      'failed',
      'ZoneNotFound',
      { zone: [] },
      record({ name: 'app.example.org' }),
    ],
    ['unknown when no server answers', 'unknown', 'NameServerUnreachable', { zone: TIMEOUT }],
    [
      'unknown when no server is authoritative',
      'unknown',
      'NameServerUnreachable',
      { zone: { kind: 'nodata', authoritative: false } },
    ],
    [
      'published without a known owner id, when the TXT names our object',
      'published',
      'Published',
      { zone: [A, FOREIGN_TXT] },
      record(),
      unknownOwner,
    ],
    [
      'unknown without a known owner id, when the TXT names another object',
      'unknown',
      'Unknown',
      { zone: [A, OTHER_TXT] },
      record(),
      unknownOwner,
    ],
    [
      'unknown without a known owner id, when there is no TXT',
      'unknown',
      'Unknown',
      { zone: [A] },
      record(),
      unknownOwner,
    ],
    [
      'published for another object of ours, which it was merged with',
      'published',
      'Published',
      { zone: [A, OTHER_TXT] },
    ],
    [
      'published by any address when it is proxied',
      'published',
      'Published',
      { zone: [OLD_A, TXT] },
      proxied,
    ],
    [
      'published by any address when all records are proxied',
      'published',
      'Published',
      { zone: [OLD_A, TXT] },
      record(),
      createSettings({ ownerId: 'me', proxiedByDefault: true }),
    ],
    [
      'published by any address when it is an alias by annotation',
      'published',
      'Published',
      { zone: [OLD_A, CNAME_TXT] },
      record({ properties: [{ name: 'alias', value: 'true' }] }),
    ],
    [
      'published by any address when Route 53 makes an alias of it',
      'published',
      'Published',
      { zone: [A, TXT] },
      elb,
    ],
    [
      'pending when a CNAME is no alias and addresses answer',
      'pending',
      'TargetMismatch',
      { zone: [A, CNAME_TXT] },
      cname,
    ],
    [
      'published by any address when it shares its name by a set identifier',
      'published',
      'Published',
      { zone: [OLD_A, TXT] },
      record({ setIdentifier: 'blue' }),
    ],
    ['pending when a proxied record is not there', 'pending', 'RecordMissing', { zone: [] }, proxied],
    [
      'published when its TXT would be too long to exist',
      'published',
      'Published',
      { zone: [{ ...A, name: `${'x'.repeat(62)}.example.com` }] },
      record({ name: `${'x'.repeat(62)}.example.com` }),
      createSettings({ ownerId: 'me', txtPrefix: 'txt-' }),
    ],
    ['pending when only a wildcard answers', 'pending', 'RecordMissing', { zone: [WILDCARD] }],
    [
      'pending when only a wildcard answers, with its TXT',
      'pending',
      'RecordMissing',
      { zone: [WILDCARD, WILDCARD_TXT] },
    ],
    [
      'published beside a wildcard with the same address',
      'published',
      'Published',
      { zone: [A, TXT, WILDCARD, WILDCARD_TXT] },
    ],
    [
      'published when it is the wildcard',
      'published',
      'Published',
      { zone: [WILDCARD, WILDCARD_TXT] },
      record({ name: '*.example.com' }),
    ],
  ];
  it.each(rows)('%s', async (_, state, reason, world, of = record(), settings = OURS) => {
    const verdict = await judge('publish', of, world, settings);
    expect([verdict.state, verdict.reason, verdict.message]).toEqual([state, reason, expect.any(String)]);
    expect(verdict.message).not.toMatch(/\n|undefined|\[object/);
  });
});

describe('messages name what is wrong and what to do', () => {
  const cases: [world: World, message: string][] = [
    [{ zone: [A, TXT] }, 'app.example.com is published'],
    [
      { zone: [] },
      'ns1 and ns2 of zone example.com have no A record app.example.com yet; once it is there, resolvers that asked may deny it for up to 60 s',
    ],
    [{ zone: [OLD_A, TXT] }, 'app.example.com points to 192.0.2.99 instead of 192.0.2.1'],
    [{ zone: [A, TXT], second: [] }, 'app.example.com is published on ns1, but ns2 does not have it yet'],
    [
      { zone: [A, TXT], second: [OLD_A, TXT] },
      'app.example.com is published on ns1, but ns2 still answers 192.0.2.99',
    ],
    [{ zone: [A, TXT], second: TIMEOUT }, 'app.example.com is published; ns2 did not answer in time'],
    [
      { zone: TIMEOUT, second: { kind: 'refused' } },
      'no name server of zone example.com answers: ns1 did not answer in time and ns2 refused the question',
    ],
    [
      { zone: [A, FOREIGN_TXT] },
      'app.example.com belongs to ExternalDNS owner "them" (TXT a-app.example.com), not to "me": remove it there, or choose another hostname',
    ],
  ];
  it.each(cases)('%j', async (world, message) => {
    expect((await judge('publish', record(), world, OURS)).message).toBe(message);
  });

  it('shows what was seen, what was expected, and the owner', async () => {
    expect(
      await judge(
        'publish',
        record({ targets: ['192.0.2.2', '192.0.2.1'] }),
        { zone: [A, FOREIGN_TXT] },
        OURS,
      ),
    ).toMatchObject({
      expected: ['192.0.2.1', '192.0.2.2'],
      seen: ['192.0.2.1'],
      owner: 'them',
    });
  });
});
