import { createFakeClock, silentLogger } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import type { Answer, ProbeTarget, Resolution } from './index.ts';
import { createProber } from './prober.ts';

const well: Answer = { kind: 'answered', status: 200 };
const silent: Answer = { kind: 'silent', detail: 'nobody listens at port 443' };
const target = (more: Partial<ProbeTarget> = {}): ProbeTarget => ({
  hosts: ['a.example.com'],
  path: '/',
  intervalSeconds: 300,
  timeoutSeconds: 5,
  ...more,
});

function createWorld(options: { allowsPrivate?: boolean; concurrency?: number } = {}) {
  const clock = createFakeClock();
  const changed: string[] = [];
  const asked: string[] = [];
  const probed: string[] = [];
  const here: {
    resolution: Resolution;
    answer: (address: string) => Answer | Promise<Answer>;
    atOnce: number;
    most: number;
  } = {
    resolution: { kind: 'addresses', addresses: ['93.184.216.34'] },
    answer: () => well,
    atOnce: 0,
    most: 0,
  };
  const prober = createProber({
    resolve: async () => here.resolution,
    async ask({ host, address, path, timeoutMs }) {
      asked.push(`${host} at ${address} ${path} ${timeoutMs}`);
      here.atOnce += 1;
      here.most = Math.max(here.most, here.atOnce);
      const answer = await here.answer(address);
      here.atOnce -= 1;
      return answer;
    },
    allowsPrivate: options.allowsPrivate ?? false,
    onChange: (key) => void changed.push(key),
    onProbe: (reason) => void probed.push(reason),
    clock,
    log: silentLogger,
    random: () => 0.5,
    concurrency: options.concurrency ?? 8,
  });
  prober.start();
  const says = (key = 'ns/a') =>
    prober.report(key)?.verdicts.map(({ reason, message }) => `${reason}: ${message}`);
  return Object.assign(here, { clock, changed, asked, probed, prober, says });
}

describe('createProber', () => {
  it('asks, and again once an interval, and tells nothing while the answer is the same', async () => {
    const world = createWorld();
    world.prober.track('ns/a', target({ path: '/healthz' }));
    await world.clock.advance(1_000);
    expect(world.asked).toEqual(['a.example.com at 93.184.216.34 /healthz 5000']);
    expect(world.says()).toEqual(['Answering: it answers 200']);
    await world.clock.advance(3_600_000);
    expect(world.asked.length).toBe(13);
    expect(world.changed).toEqual(['ns/a']);
    expect(world.probed).toEqual(Array(13).fill('Answering'));
  });

  it('asks twice before it tells that a host has stopped to answer, and sooner until it answers again', async () => {
    const world = createWorld();
    world.prober.track('ns/a', target());
    await world.clock.advance(1_000);
    world.answer = () => silent;
    await world.clock.advance(300_000);
    expect(world.asked.length).toBe(2);
    expect(world.changed.length).toBe(1);
    expect(world.says()).toEqual(['Answering: it answers 200']);
    await world.clock.advance(5_000);
    expect(world.changed.length).toBe(2);
    expect(world.says()).toEqual(['NotAnswering: nobody listens at port 443']);
    const before = world.asked.length;
    await world.clock.advance(600_000);
    expect(world.asked.length - before).toBeLessThanOrEqual(13);
    expect(world.changed.length).toBe(2);
    world.answer = () => well;
    await world.clock.advance(61_000);
    expect(world.says()).toEqual(['Answering: it answers 200']);
    expect(world.changed.length).toBe(3);
  });

  it('lets a single missing answer pass', async () => {
    const world = createWorld();
    world.prober.track('ns/a', target());
    await world.clock.advance(1_000);
    world.answer = () => silent;
    await world.clock.advance(300_000);
    world.answer = () => well;
    await world.clock.advance(300_000);
    expect(world.changed).toEqual(['ns/a']);
  });

  it('connects to no address that a visitor could not reach', async () => {
    const world = createWorld();
    world.resolution = { kind: 'addresses', addresses: ['10.0.0.1', '169.254.169.254'] };
    world.prober.track('ns/a', target());
    await world.clock.advance(700_000);
    expect(world.asked).toEqual([]);
    expect(world.says()?.[0]).toMatch(/^AddressNotAllowed: 10\.0\.0\.1 is no address/);
    // It is no failure that haste would help.
    expect(world.probed.length).toBeLessThanOrEqual(3);
  });

  it('asks private addresses where that is allowed, and the metadata service never', async () => {
    const world = createWorld({ allowsPrivate: true });
    world.resolution = { kind: 'addresses', addresses: ['169.254.169.254', '10.0.0.1'] };
    world.prober.track('ns/a', target());
    await world.clock.advance(1_000);
    expect(world.asked).toEqual(['a.example.com at 10.0.0.1 / 5000']);
  });

  it('asks the next address where one is out of reach, three at the most', async () => {
    const world = createWorld();
    const addresses = ['93.184.216.34', '93.184.216.35', '93.184.216.36', '93.184.216.37'];
    world.resolution = { kind: 'addresses', addresses };
    world.answer = (address) => (address === addresses[1] ? well : silent);
    world.prober.track('ns/a', target());
    await world.clock.advance(1_000);
    expect(world.asked.length).toBe(2);
    expect(world.says()).toEqual(['Answering: it answers 200']);
    world.answer = () => silent;
    world.prober.track('ns/b', target());
    await world.clock.advance(1_000);
    expect(world.asked.length).toBe(5);
  });

  it('asks ten hosts of a tenant at the most', async () => {
    const world = createWorld();
    world.prober.track(
      'ns/a',
      target({ hosts: Array.from({ length: 40 }, (_, at) => `h${at}.example.com`) }),
    );
    await world.clock.advance(1_000);
    expect(world.asked.length).toBe(10);
  });

  it('asks few at once, and many tenants less often', async () => {
    const world = createWorld({ concurrency: 4 });
    world.answer = async () => {
      await Promise.resolve();
      return well;
    };
    for (let at = 0; at < 6_000; at++) world.prober.track(`ns/t${at}`, target({ intervalSeconds: 30 }));
    await world.clock.advance(700_000);
    expect(world.most).toBeLessThanOrEqual(4);
    const before = world.asked.length;
    await world.clock.advance(600_000);
    // Ten a second, and a tenth more for the jitter.
    expect(world.asked.length - before).toBeLessThanOrEqual(6_600);
  });

  it('forgets what is not asked for any more, and asks other hosts at once', async () => {
    const world = createWorld();
    world.prober.track('ns/a', target());
    await world.clock.advance(1_000);
    world.prober.track('ns/a', target({ hosts: ['b.example.com'] }));
    expect(world.says()).toBeUndefined();
    await world.clock.advance(1_000);
    expect(world.asked.at(-1)).toContain('b.example.com');
    world.prober.untrack('ns/a');
    const before = world.asked.length;
    await world.clock.advance(1_000_000);
    expect(world.asked.length).toBe(before);
    expect(world.says()).toBeUndefined();
  });

  it('says why a name cannot be resolved', async () => {
    const world = createWorld();
    world.resolution = { kind: 'failed', detail: 'a.example.com has no address' };
    world.prober.track('ns/a', target());
    await world.clock.advance(1_000);
    expect(world.says()).toEqual(['NotAnswering: a.example.com has no address']);
  });

  it('tells nothing after its end', async () => {
    const world = createWorld();
    world.prober.track('ns/a', target());
    await world.clock.advance(1_000);
    await world.prober.stop();
    world.answer = () => silent;
    await world.clock.advance(1_000_000);
    expect(world.changed).toEqual(['ns/a']);
  });
});
