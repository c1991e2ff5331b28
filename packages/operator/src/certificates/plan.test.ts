import { beforeAll, describe, expect, it } from 'vitest';
import { issueAuthority, issueServing, type KeyPair } from './issue.ts';
import { bundleOf, type CertificateSet, nextStep } from './plan.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.UTC(2026, 0, 1);
const hosts = ['localhost'];

const authorityAt = (ageMs: number) => issueAuthority(now - ageMs);
const servingAt = (authority: KeyPair, ageMs: number) => issueServing(authority, hosts, now - ageMs);

let fresh: KeyPair;
let old: KeyPair;
let unannounced: KeyPair;

beforeAll(async () => {
  [fresh, old, unannounced] = await Promise.all([
    authorityAt(day),
    authorityAt(250 * day),
    authorityAt(hour / 2),
  ]);
});

interface Case {
  readonly set: () => Promise<CertificateSet | undefined>;
  readonly expected: object;
  readonly reason: string;
  readonly hosts?: readonly string[];
  readonly isPublished?: boolean;
}

const cases: readonly Case[] = [
  { set: async () => undefined, expected: { kind: 'begin' }, reason: 'nothing is stored' },
  {
    set: async () => ({ authority: fresh, serving: { certificate: 'x', key: 'x' } }),
    expected: { kind: 'begin' },
    reason: 'what is stored cannot be read',
  },
  {
    set: async () => ({ authority: { ...fresh, key: old.key }, serving: await servingAt(fresh, 0) }),
    expected: { kind: 'begin' },
    reason: "the authority's key is another one's",
  },
  {
    set: async () => {
      const gone = await authorityAt(366 * day);
      return { authority: gone, serving: await servingAt(gone, day) };
    },
    expected: { kind: 'begin' },
    reason: 'the authority has expired: the operator was away for long',
  },
  {
    set: async () => ({ authority: fresh, serving: await servingAt(fresh, day) }),
    expected: { kind: 'keep' },
    reason: 'all is young',
  },
  {
    set: async () => ({ authority: fresh, serving: await servingAt(fresh, 61 * day) }),
    expected: { kind: 'newServing' },
    reason: 'less than 30 days are left',
  },
  {
    set: async () => ({ authority: fresh, serving: await servingAt(fresh, 59 * day) }),
    expected: { kind: 'keep' },
    reason: 'more than 30 days are left',
  },
  {
    set: async () => ({ authority: fresh, serving: await servingAt(fresh, day) }),
    hosts: ['localhost', 'webhook.other.svc'],
    expected: { kind: 'newServing' },
    reason: 'the configuration calls another name',
  },
  {
    set: async () => ({ authority: old, serving: await servingAt(old, day) }),
    expected: { kind: 'newAuthority' },
    reason: 'less than 120 days of the authority are left',
  },
  {
    set: async () => ({ authority: unannounced, previous: old, serving: await servingAt(old, day) }),
    expected: { kind: 'keep' },
    reason: 'the new authority was published too little time ago',
  },
  {
    set: async () => ({ authority: fresh, previous: old, serving: await servingAt(old, day) }),
    isPublished: false,
    expected: { kind: 'keep' },
    reason: 'the bundle could not be written: nothing may be served from the new authority',
  },
  {
    set: async () => ({ authority: fresh, previous: old, serving: await servingAt(old, day) }),
    expected: { kind: 'newServing' },
    reason: 'the new authority is known by now',
  },
  {
    set: async () => ({ authority: fresh, previous: old, serving: await servingAt(fresh, day / 2) }),
    expected: { kind: 'keep' },
    reason: 'replicas may serve from the old authority still',
  },
  {
    set: async () => ({ authority: fresh, previous: old, serving: await servingAt(fresh, day) }),
    expected: { kind: 'retirePrevious' },
    reason: 'nothing is served from the old authority for a day',
  },
  {
    set: async () => {
      const gone = await authorityAt(366 * day);
      return { authority: fresh, previous: gone, serving: await servingAt(gone, day) };
    },
    isPublished: false,
    expected: { kind: 'newServing' },
    reason: 'the old authority has expired, so that nothing is lost by going on',
  },
  {
    set: async () => {
      const serving = await servingAt(await authorityAt(day), day);
      return { authority: fresh, serving };
    },
    expected: { kind: 'newServing' },
    reason: 'what is served is of an authority that nobody knows',
  },
];

describe('the next step', () => {
  it.each(cases)('is $expected.kind when $reason', async ({ set, expected, isPublished = true, ...more }) => {
    const stored = await set();
    const step = nextStep({ stored, hosts: more.hosts ?? hosts, isPublished: () => isPublished, now });
    expect(step).toMatchObject(expected);
  });

  it('signs with the old authority while the new one is not known, when a name is missing', async () => {
    const stored = { authority: unannounced, previous: old, serving: await servingAt(old, day) };
    const step = nextStep({ stored, hosts: ['localhost', 'more'], isPublished: () => true, now });
    expect(step).toEqual({ kind: 'newServing', signer: old });
  });
});

describe('the bundle', () => {
  it('has the current authority, and the one before while it is needed', async () => {
    const serving = await servingAt(fresh, 0);
    expect(bundleOf({ authority: fresh, serving })).toBe(fresh.certificate);
    expect(bundleOf({ authority: fresh, previous: old, serving })).toBe(fresh.certificate + old.certificate);
  });
});
