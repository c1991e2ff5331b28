import { describe, expect, it } from 'vitest';
import { dnsStatus, silentVerdicts, summarize, type Verdict } from './index.ts';

const published: Verdict = {
  name: 'app.example.com',
  type: 'A',
  setIdentifier: '',
  resource: 'ingress/shop/web',
  state: 'published',
  reason: 'Published',
  message: 'app.example.com is published',
  expected: ['192.0.2.1'],
  seen: ['192.0.2.1'],
  owner: 'me',
};

it('keeps since while the state stays', () => {
  const first = dnsStatus([published], [], '2026-01-01T00:00:00Z');
  expect(first).toEqual([
    {
      name: 'app.example.com',
      type: 'A',
      resource: 'ingress/shop/web',
      state: 'Published',
      expected: ['192.0.2.1'],
      seen: ['192.0.2.1'],
      owner: 'me',
      since: '2026-01-01T00:00:00Z',
    },
  ]);
  expect(dnsStatus([published], first, '2026-01-02T00:00:00Z')).toEqual(first);
  const changed = dnsStatus(
    [{ ...published, state: 'pending', reason: 'RecordMissing', seen: [] }],
    first,
    '2026-01-03T00:00:00Z',
  );
  expect(changed[0]).toMatchObject({ state: 'RecordMissing', since: '2026-01-03T00:00:00Z' });
  expect(changed[0]).not.toHaveProperty('seen');
});

it('starts since anew when other targets are expected', () => {
  const first = dnsStatus([published], [], '2026-01-01T00:00:00Z');
  const moved = { ...published, expected: ['192.0.2.2'] };
  expect(dnsStatus([moved], first, '2026-01-02T00:00:00Z')[0]!.since).toBe('2026-01-02T00:00:00Z');
});

it('keeps the answer of what is published: that of an alias changes with every look', () => {
  const first = dnsStatus([published], [], '2026-01-01T00:00:00Z');
  const rotated = { ...published, seen: ['192.0.2.7'] };
  expect(dnsStatus([rotated], first, '2026-01-02T00:00:00Z')).toEqual(first);
});

it('tells records by their set identifier', () => {
  const blue = { ...published, setIdentifier: 'blue' };
  const green = { ...published, setIdentifier: 'green' };
  const first = dnsStatus([blue], [], '2026-01-01T00:00:00Z');
  expect(
    dnsStatus([green, blue], first, '2026-01-02T00:00:00Z').map(
      ({ setIdentifier, since }) => `${setIdentifier} ${since}`,
    ),
  ).toEqual(['blue 2026-01-01T00:00:00Z', 'green 2026-01-02T00:00:00Z']);
});

it('says why a hostname has no record, and keeps it out of the list of records', () => {
  const silent = silentVerdicts([
    { name: 'a.example.com', resource: 'ingress/shop/web', cause: 'address' },
    { name: 'b.example.com', resource: 'service/shop/api', cause: 'cluster-ip' },
    { name: 'c.example.com', resource: 'ingress/shop/web', cause: 'annotation-prefix' },
    { name: 'd.example.com', resource: 'service/shop/pods', cause: 'unseen' },
  ]);
  expect(silent.map(({ state, reason }) => `${state} ${reason}`)).toEqual([
    'pending AddressPending',
    'failed NotPublished',
    'failed UnknownAnnotationPrefix',
    'unknown Unknown',
  ]);
  expect(dnsStatus(silent, [], '2026-01-01T00:00:00Z')).toEqual([]);
  expect(summarize(silent)).toMatchObject({ status: 'False', reason: 'NotPublished' });
  expect(summarize(silent.slice(0, 1)).message).toBe(
    'a.example.com: ingress/shop/web has no address in its status yet, so that ExternalDNS has nothing to publish',
  );
});

describe('a summary', () => {
  const verdict = (
    state: Verdict['state'],
    reason: Verdict['reason'],
    name = 'app.example.com',
  ): Verdict => ({
    name,
    type: 'A',
    setIdentifier: '',
    resource: 'ingress/shop/web',
    state,
    reason,
    message: `${name} is ${state}`,
    expected: [],
    seen: [],
  });
  const good = verdict('published', 'Published');
  const late = verdict('pending', 'RecordMissing');
  const bad = verdict('failed', 'OwnerMismatch');
  const dark = verdict('unknown', 'NameServerUnreachable');
  const cases: [reason: string, verdicts: Verdict[], line: string][] = [
    ['nothing to publish is fine', [], 'True NoRecords no hostname asks for a DNS record'],
    ['one record speaks for itself', [good], 'True Published app.example.com is published'],
    ['several are counted', [good, good], 'True Published all 2 records are published'],
    ['one that is pending decides', [good, late], 'False RecordMissing app.example.com is pending'],
    [
      'what a person must mend comes first',
      [dark, late, bad, good],
      'False OwnerMismatch app.example.com is failed (and 2 more of 4)',
    ],
    [
      'unknown only where nothing worse is known',
      [good, dark],
      'Unknown NameServerUnreachable app.example.com is unknown',
    ],
    [
      'all gone',
      [verdict('gone', 'RecordGone'), verdict('gone', 'RecordGone')],
      'True RecordGone all 2 records are gone',
    ],
  ];
  it.each(cases)('%s', (_, verdicts, line) => {
    const { status, reason, message } = summarize(verdicts);
    expect(`${status} ${reason} ${message}`).toBe(line);
  });
});
