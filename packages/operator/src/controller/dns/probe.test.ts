import type { Condition, ProbeSettings, Tenant } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../probe/index.ts';
import { createStory, host, key, ownership, record } from '../../testing/dns.ts';
import { hostsToProbe, probeView } from './probe.ts';

const well: Answer = { kind: 'answered', status: 200 };
const silent: Answer = { kind: 'silent', detail: 'nobody listens at port 443' };

function createProbed(probe: ProbeSettings, flags: Parameters<typeof createStory>[0] = {}) {
  const asked: string[] = [];
  const here = { answer: well, asked };
  const story = createStory({
    flags: { probePrivateAddresses: true },
    dns: { probe },
    ...flags,
    async askHttps({ host: name, address, path }) {
      asked.push(`${name} at ${address} ${path}`);
      return here.answer;
    },
  });
  return Object.assign(here, { story });
}

describe('dns.probe', () => {
  it('asks nobody by default, and says nothing', async () => {
    const { story, asked } = createProbed({});
    await story.settle(record, ownership());
    await story.run(600);
    expect(asked).toEqual([]);
    expect(story.says('HTTPSReady')).toBeUndefined();
  });

  it('asks once the record is published, and tells the answer', async () => {
    const { story, asked } = createProbed({ enabled: true, path: '/healthz' });
    await story.run(2);
    expect(asked).toEqual([]);
    await story.settle(record, ownership());
    expect(asked).toEqual([`${host} at 192.0.2.10 /healthz`]);
    expect(story.says('HTTPSReady')).toBe('True Answering');
    expect(story.message('HTTPSReady')).toBe(`${host}: it answers 200`);
    expect(story.says('Ready')).toBe('True Ready');
    expect(story.context.recorded).toContain(`Normal Answering: ${host}: it answers 200`);
  });

  it('waits for the record, and says so', async () => {
    const { story, asked } = createProbed({ enabled: true });
    await story.settle();
    expect(asked).toEqual([]);
    expect(story.says('HTTPSReady')).toBe('Unknown ProbePending');
  });

  it('writes nothing at rest, also not when another process takes over', async () => {
    const { story, asked } = createProbed({ enabled: true, intervalSeconds: 30 });
    await story.settle(record, ownership());
    const before = story.context.client.log.length;
    await story.run(300);
    await story.restart();
    await story.run(300);
    expect(asked.length).toBeGreaterThan(10);
    expect(story.context.client.log.slice(before)).toEqual([]);
  });

  it('tells that a host stopped to answer, and that it answers again, and nothing waits for it', async () => {
    const here = createProbed({ enabled: true, intervalSeconds: 30 });
    const { story } = here;
    await story.settle(record, ownership());
    here.answer = silent;
    await story.run(60);
    expect(story.says('HTTPSReady')).toBe('False NotAnswering');
    expect(story.says('Ready')).toBe('True Ready');
    here.answer = well;
    await story.run(60);
    expect(story.says('HTTPSReady')).toBe('True Answering');
    expect(story.context.recorded.slice(-2)).toEqual([
      `Warning NotAnswering: ${host}: nobody listens at port 443`,
      `Normal Answering: ${host}: it answers 200`,
    ]);
  });

  it('connects to no private address unless the operator was started so', async () => {
    const { story, asked } = createProbed({ enabled: true }, { flags: {} });
    await story.settle(record, ownership());
    expect(asked).toEqual([]);
    expect(story.says('HTTPSReady')).toBe('Unknown AddressNotAllowed');
  });

  it('says nothing any more once it is switched off', async () => {
    const { story, asked } = createProbed({ enabled: true, intervalSeconds: 30 });
    await story.settle(record, ownership());
    story.setDns({ probe: { enabled: false } });
    await story.pass();
    expect(story.says('HTTPSReady')).toBeUndefined();
    const before = asked.length;
    await story.run(300);
    expect(asked.length).toBe(before);
  });

  it('ends with the Tenant', async () => {
    const { story, asked } = createProbed({ enabled: true, intervalSeconds: 30 });
    await story.settle(record, ownership());
    story.remove();
    await story.run(1);
    const before = asked.length;
    await story.run(300);
    expect(asked.length).toBe(before);
    story.context.dns.forget(key);
  });

  it('asks also where nothing is verified, and by the flag of the operator', async () => {
    const { story, asked } = createProbed(
      {},
      {
        flags: {
          probePrivateAddresses: true,
          probe: { enabled: true, path: '/', intervalSeconds: 300, timeoutSeconds: 5 },
        },
        dns: { verification: 'Disabled' },
      },
    );
    await story.settle(record, ownership());
    expect(story.says('HTTPSReady')).toBe('True Answering');
    expect(asked).toHaveLength(1);
  });
});

describe('hostsToProbe', () => {
  const expected = (name: string) => ({
    name,
    type: 'A' as const,
    targets: ['192.0.2.1'],
    ttl: 0,
    setIdentifier: '',
    resource: 'ingress/ns/a',
    dualstack: false,
    properties: [],
  });
  const records = ['b.example.com', 'A.example.com', '*.example.com', 'a.example.com'].map(expected);
  const tenant = (states: Record<string, string>) =>
    ({
      status: { dns: Object.entries(states).map(([name, state]) => ({ name, state })) },
    }) as unknown as Tenant;
  it.each<[states: Record<string, string>, isVerified: boolean, hosts: string[], reason: string]>([
    [{}, false, ['a.example.com', 'b.example.com'], 'without verification all, each once, and no wildcard'],
    [{}, true, [], 'nothing is published'],
    [
      { 'a.example.com': 'Published', 'b.example.com': 'RecordMissing', '*.example.com': 'Published' },
      true,
      ['a.example.com'],
      'what was found published by the process before',
    ],
    [{ 'c.example.com': 'Published' }, true, [], 'a record that is not expected any more'],
  ])('%j, verified %s -> %j: %s', (states, isVerified, hosts) => {
    expect(hostsToProbe(tenant(states), { records, silent: [] }, undefined, isVerified)).toEqual(hosts);
  });
});

describe('probeView', () => {
  it.each<[hosts: string[], reason: string | undefined, expected: string]>([
    [[], undefined, 'ProbePending'],
    [['a'], undefined, 'kept'],
    [['a'], 'Answering', 'Answering'],
  ])('%j with %j -> %s', (hosts, reason, expected) => {
    const report = reason
      ? { verdicts: [{ host: 'a', reason: 'Answering' as const, message: 'm' }] }
      : undefined;
    const view = probeView(hosts, report);
    expect(view === 'kept' ? view : (view as Pick<Condition, 'reason'>).reason).toBe(expected);
  });
});
