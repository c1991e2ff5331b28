import { createFakeClock } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import type { ExpectedRecord, SilentName } from '../expected/index.ts';
import { createFakeLookup, type FakeRecord, type FakeZone } from '../lookup/fake.ts';
import { createZoneFinder } from '../lookup/index.ts';
import { createSettings } from '../settings/index.ts';
import { A, OURS, record, TXT } from '../testing/world.ts';
import { createDnsVerifier, type Report, type Target, type VerifierOptions } from './index.ts';

function createWorld(options: Partial<VerifierOptions> = {}) {
  const clock = createFakeClock();
  const lookup = createFakeLookup();
  const zone: FakeZone = { apex: 'example.com', records: [] };
  const server = lookup.addServer({ name: 'ns1', address: '192.0.2.53', zones: [zone] });
  const other = lookup.addServer({ name: 'ns2', address: '192.0.2.54' });
  const reports: { key: string; report: Report }[] = [];
  const verifier = createDnsVerifier({
    lookup,
    zones: createZoneFinder({ lookup, nameservers: [server, other], resolvers: [], clock, rememberMs: 1e9 }),
    onChange: (key, report) => reports.push({ key, report }),
    clock,
    random: () => 0.5,
    ...options,
  });
  verifier.start();
  return { clock, lookup, zone, other, verifier, reports };
}

const publish = (records: ExpectedRecord[] = [record()], silent: SilentName[] = []): Target => ({
  mode: 'publish',
  expectation: { records, silent },
  settings: OURS,
});
const reasons = (reports: readonly { report: Report }[]) =>
  reports.map(({ report }) => report.summary.reason);
/** Questions for the record itself, as against those for its zone and its TXTs. */
const looks = (asked: readonly string[]) => asked.filter((question) => question.startsWith('A app.')).length;
const published: FakeRecord[] = [A, TXT];

describe('a record that is not there yet', () => {
  it('is asked for at 1, 2, 4 ... seconds, then every 30, and reported once', async () => {
    const { clock, lookup, verifier, reports } = createWorld();
    verifier.track('shop/web', publish());
    const times: number[] = [];
    for (let second = 0; second < 125; second++) {
      const before = looks(lookup.asked);
      await clock.advance(second === 0 ? 0 : 1000);
      if (looks(lookup.asked) > before) times.push(second);
    }
    expect(times).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
    expect(reasons(reports)).toEqual(['RecordMissing']);
    await verifier.stop();
    expect(clock.pending()).toBe(0);
  });

  it('is reported again when it is there, with every change in between', async () => {
    const { clock, zone, verifier, reports } = createWorld();
    verifier.track('shop/web', publish());
    await clock.advance(0);
    zone.records = [{ ...A, data: '192.0.2.99' }, TXT];
    await clock.advance(1000);
    zone.records = published;
    await clock.advance(2000);
    expect(reasons(reports)).toEqual(['RecordMissing', 'TargetMismatch', 'Published']);
    await verifier.stop();
  });

  it('is asked for at once when somebody knows better', async () => {
    const { clock, lookup, zone, verifier, reports } = createWorld();
    verifier.track('shop/web', publish());
    await clock.advance(100_000);
    zone.records = published;
    const before = looks(lookup.asked);
    verifier.check('shop/web');
    await clock.advance(0);
    expect(looks(lookup.asked)).toBe(before + 1);
    expect(reasons(reports)).toEqual(['RecordMissing', 'Published']);
    await verifier.stop();
  });
});

it('asks the servers that a target names, and no others', async () => {
  const lookup = createFakeLookup();
  const own = lookup.addServer({
    name: 'own',
    address: '192.0.2.99',
    zones: [{ apex: 'example.com', records: published }],
  });
  const named: string[][] = [];
  const zonesAt = (nameservers: readonly string[]) => {
    named.push([...nameservers]);
    return createZoneFinder({ lookup, nameservers: [own], resolvers: [] });
  };
  const { clock, verifier, reports } = createWorld({ lookup, zonesAt });
  verifier.track('shop/web', { ...publish(), nameservers: ['own.example.com'] });
  await clock.advance(0);
  expect(reasons(reports)).toEqual(['Published']);
  expect(named[0]).toEqual(['own.example.com']);
  await verifier.stop();
});

describe('many tenants that wait', () => {
  it('stretch their pauses, so that a cluster without DNS is not asked without end', async () => {
    const { clock, lookup, verifier } = createWorld({ rechecksPerSecond: 1, concurrency: 50 });
    for (let index = 0; index < 300; index++) verifier.track(`shop/${index}`, publish());
    await clock.advance(1_200_000);
    const before = looks(lookup.asked);
    await clock.advance(300_000);
    expect(looks(lookup.asked) - before).toBeLessThan(2 * 360);
    await verifier.stop();
  });
});

describe('at rest', () => {
  it('a published record is looked at every five minutes, with one question and one for its TXT', async () => {
    const { clock, lookup, zone, verifier, reports } = createWorld();
    zone.records = published;
    verifier.track('shop/web', publish());
    await clock.advance(0);
    lookup.asked.length = 0;
    await clock.advance(299_000);
    expect(lookup.asked).toEqual([]);
    await clock.advance(2000);
    expect(lookup.asked).toEqual(['A app.example.com @ns1', 'TXT a-app.example.com @ns1']);
    expect(reports.length).toBe(1);
    await verifier.stop();
  });

  it('a record that vanishes is found out, and followed closely again', async () => {
    const { clock, zone, verifier, reports } = createWorld();
    zone.records = published;
    verifier.track('shop/web', publish());
    await clock.advance(0);
    zone.records = [];
    await clock.advance(300_000);
    zone.records = published;
    await clock.advance(1500);
    expect(reasons(reports)).toEqual(['Published', 'RecordMissing', 'Published']);
    await verifier.stop();
  });

  it('many tenants stretch the interval instead of flooding the servers', async () => {
    const { clock, lookup, zone, verifier } = createWorld({ rechecksPerSecond: 1, concurrency: 50 });
    zone.records = published;
    for (let index = 0; index < 600; index++) verifier.track(`shop/${index}`, publish());
    while (looks(lookup.asked) < 600) await clock.advance(1);
    await clock.advance(590_000);
    expect(looks(lookup.asked)).toBe(600);
    while (looks(lookup.asked) < 1200) await clock.advance(1000);
    expect(clock.now()).toBeLessThan(Date.UTC(2026, 0, 1) + 660_000);
    await verifier.stop();
  });

  it('what was published before a restart waits its turn', async () => {
    const { clock, lookup, zone, verifier } = createWorld();
    zone.records = published;
    verifier.track('shop/web', publish(), { isSettled: true });
    await clock.advance(149_000);
    expect(lookup.asked).toEqual([]);
    await clock.advance(2000);
    expect(looks(lookup.asked)).toBe(1);
    await verifier.stop();
  });

  it('what no question can change is known at once, and not asked about', async () => {
    const { clock, lookup, verifier, reports } = createWorld();
    const outside = createSettings({ ownerId: 'me', domainFilters: ['example.org'] });
    verifier.track('shop/outside', {
      mode: 'publish',
      expectation: { records: [record()], silent: [] },
      settings: outside,
    });
    verifier.track(
      'shop/waiting',
      publish([], [{ name: 'app.example.com', resource: 'ingress/shop/web', cause: 'address' }]),
    );
    verifier.track('shop/none', publish([]));
    const known = ['shop/outside', 'shop/waiting', 'shop/none'].map(
      (key) => verifier.report(key)?.summary.reason,
    );
    expect(known).toEqual(['OutsideDomainFilter', 'AddressPending', 'NoRecords']);
    await clock.advance(3_600_000);
    expect(lookup.asked).toEqual([]);
    expect(reports).toEqual([]);
    expect(clock.pending()).toBe(0);
    await verifier.stop();
  });
});

describe('the target', () => {
  it('does nothing when it is tracked again unchanged', async () => {
    const { clock, lookup, zone, verifier } = createWorld();
    zone.records = published;
    verifier.track('shop/web', publish());
    await clock.advance(0);
    const before = lookup.asked.length;
    verifier.track('shop/web', publish());
    await clock.advance(1000);
    expect(lookup.asked.length).toBe(before);
    await verifier.stop();
  });

  it('has no report of the one before it', async () => {
    const { clock, zone, verifier } = createWorld();
    zone.records = published;
    verifier.track('shop/web', publish());
    await clock.advance(0);
    expect(verifier.report('shop/web')?.summary.reason).toBe('Published');
    verifier.track('shop/web', publish([record({ targets: ['192.0.2.2'] })]));
    expect(verifier.report('shop/web')).toBeUndefined();
    await clock.advance(0);
    expect(verifier.report('shop/web')?.summary.reason).toBe('TargetMismatch');
    await verifier.stop();
  });

  it('is forgotten when it is untracked', async () => {
    const { clock, lookup, verifier } = createWorld();
    verifier.track('shop/web', publish());
    await clock.advance(0);
    verifier.untrack('shop/web');
    const before = lookup.asked.length;
    await clock.advance(60_000);
    expect(lookup.asked.length).toBe(before);
    expect(verifier.stats).toMatchObject({ tracked: 0, records: { pending: 0 } });
    await verifier.stop();
  });
});

describe('a removal', () => {
  const removal = (overdueAt: number): Target => ({
    mode: 'removal',
    records: [record()],
    settings: OURS,
    overdueAt,
  });

  it('is followed until record and TXT are gone, and then never again', async () => {
    const { clock, zone, verifier, reports } = createWorld();
    zone.records = published;
    verifier.track('shop/web', removal(clock.now() + 600_000));
    await clock.advance(0);
    zone.records = [TXT];
    await clock.advance(1000);
    zone.records = [];
    await clock.advance(2000);
    expect(reports.map(({ report }) => report.summary.message)).toEqual([
      'app.example.com is still there; waiting for ExternalDNS to remove it',
      'app.example.com is gone, but its ownership TXT record is still there',
      'app.example.com and its ownership TXT are gone from all name servers of example.com',
    ]);
    expect(clock.pending()).toBe(0);
    await verifier.stop();
  });

  it('is left when its time is over, at that moment', async () => {
    const { clock, zone, verifier, reports } = createWorld();
    zone.records = published;
    verifier.track('shop/web', removal(clock.now() + 100_000));
    await clock.advance(99_900);
    expect(reasons(reports)).toEqual(['RecordRemains']);
    await clock.advance(200);
    expect(reasons(reports)).toEqual(['RecordRemains', 'ExternalDNSNotSyncing']);
    await verifier.stop();
  });
});

it('follows a delegation that it was not aware of', async () => {
  const { clock, lookup, zone, verifier, reports, other } = createWorld();
  zone.records = [{ name: 'other.example.com', type: 'A', data: '192.0.2.5' }];
  verifier.track('shop/other', publish([record({ name: 'other.example.com', targets: ['192.0.2.5'] })]));
  await clock.advance(0);
  zone.records.push({ name: 'app.example.com', type: 'NS', data: 'ns.elsewhere.example' });
  other.zones.push({ apex: 'app.example.com', records: [{ ...A }, { ...TXT, name: 'app.example.com' }] });
  verifier.track('shop/web', publish());
  await clock.advance(0);
  expect(reasons(reports)).toEqual(['OwnerMissing', 'Published']);
  expect(lookup.asked).toContain('A app.example.com @ns2');
  await verifier.stop();
});

it('counts records by state', async () => {
  const { clock, zone, verifier } = createWorld();
  zone.records = published;
  verifier.track('shop/web', publish());
  verifier.track('shop/api', publish([record({ name: 'api.example.com' }), record({ name: '' })]));
  await clock.advance(0);
  expect(verifier.stats).toMatchObject({
    tracked: 2,
    checks: 2,
    records: { published: 1, pending: 1, failed: 1 },
  });
  await verifier.stop();
});
