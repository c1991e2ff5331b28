import { describe, expect, it } from 'vitest';
import { createStory, host, ownership, record } from '../../testing/dns.ts';

const timeout = { kind: 'timeout' } as const;

describe('Report', () => {
  it('follows a record from its Ingress to the name server', async () => {
    const story = createStory();
    await story.run(2);
    expect(story.says('DNSReady')).toBe('False AddressPending');
    story.giveAddress();
    await story.pass();
    await story.run(1);
    expect(story.says('DNSReady')).toBe('False RecordMissing');
    expect(story.tenant().status?.dns).toMatchObject([
      { name: host, type: 'A', state: 'RecordMissing', resource: 'ingress/ns/alpha-ingress' },
    ]);
    expect(story.says('Ready')).toBe('True Ready');
    story.publish(record, ownership());
    await story.run(4);
    expect(story.says('DNSReady')).toBe('True Published');
    expect(story.tenant().status?.dns).toMatchObject([{ state: 'Published', owner: 'me' }]);
    expect(story.context.recorded).toEqual([
      'Normal TenantReady: 1 of 1 resources ready',
      `Normal Published: ${host} is published`,
    ]);
  });

  it('writes nothing at rest, also not when another process takes over', async () => {
    const story = createStory();
    await story.settle(record, ownership());
    const before = story.context.client.log.length;
    await story.run(900);
    await story.restart();
    story.context.lookup.asked.length = 0;
    await story.run(60);
    expect(story.context.lookup.asked).toEqual([]);
    await story.run(900);
    expect(story.context.lookup.asked.length).toBeGreaterThan(0);
    expect(story.context.client.log.slice(before)).toEqual([]);
  });

  it('tells of a record that vanished, and that it is back', async () => {
    const story = createStory();
    await story.settle(record, ownership());
    story.publish();
    await story.run(360);
    expect(story.says('DNSReady')).toBe('False RecordMissing');
    expect(story.says('Ready')).toBe('True Ready');
    story.publish(record, ownership());
    await story.run(31);
    expect(story.says('DNSReady')).toBe('True Published');
    expect(story.context.recorded.map((line) => line.split(':')[0])).toEqual([
      'Normal TenantReady',
      'Normal Published',
      'Warning RecordMissing',
      'Normal Published',
    ]);
  });

  it('tells a person once what only a person can mend', async () => {
    const story = createStory();
    await story.settle(record, ownership('them'));
    await story.run(600);
    expect(story.says('DNSReady')).toBe('False OwnerMismatch');
    expect(story.context.recorded.filter((line) => line.startsWith('Warning'))).toHaveLength(1);
  });

  it('makes no guess while the owner id is not known', async () => {
    const story = createStory({ dns: { externalDNS: {} } });
    await story.settle(record);
    expect(story.says('DNSReady')).toBe('Unknown Unknown');
    expect(story.message('DNSReady')).toContain('set dns.externalDNS.ownerId');
  });

  it('says that there is nothing to publish', async () => {
    const story = createStory({ withoutIngress: true });
    await story.run(5);
    expect(story.says('DNSReady')).toBe('True NoRecords');
    expect(story.tenant().status?.dns).toBeUndefined();
    expect(story.writes()).toBe(1);
    expect(story.context.lookup.asked).toEqual([]);
  });
});

describe('Disabled', () => {
  it('asks nobody, and says so', async () => {
    const story = createStory({ dns: { verification: 'Disabled' } });
    await story.settle(record, ownership());
    expect(story.says('DNSReady')).toBe('Unknown Disabled');
    expect(story.context.lookup.asked).toEqual([]);
  });

  it('ends what was looked after', async () => {
    const story = createStory();
    await story.settle(record, ownership());
    story.setDns({ verification: 'Disabled' });
    await story.pass();
    expect(story.says('DNSReady')).toBe('Unknown Disabled');
    expect(story.tenant().status).not.toHaveProperty('dns');
    story.context.lookup.asked.length = 0;
    await story.run(900);
    expect(story.context.lookup.asked).toEqual([]);
  });
});

describe('name servers that do not answer', () => {
  it('are no news within a minute', async () => {
    const story = createStory();
    await story.settle(record, ownership());
    const before = story.writes();
    story.server.trouble = timeout;
    await story.run(310);
    story.server.trouble = undefined;
    await story.run(120);
    expect(story.writes()).toBe(before);
    expect(story.says('DNSReady')).toBe('True Published');
  });

  it('are one write when it lasts and one when it ends, and no event', async () => {
    const story = createStory();
    await story.settle(record, ownership());
    const before = { writes: story.writes(), told: story.context.recorded.length };
    story.server.trouble = timeout;
    await story.run(1_800);
    expect(story.says('DNSReady')).toBe('Unknown NameServerUnreachable');
    expect(story.writes()).toBe(before.writes + 1);
    story.server.trouble = undefined;
    await story.run(120);
    expect(story.says('DNSReady')).toBe('True Published');
    expect(story.writes()).toBe(before.writes + 2);
    expect(story.context.recorded).toHaveLength(before.told);
  });

  it('are quiet on a cluster without DNS: one verdict, no event, few questions', async () => {
    const story = createStory();
    story.server.trouble = timeout;
    await story.settle();
    await story.run(60);
    const before = { writes: story.writes(), told: story.context.recorded.length };
    expect(story.says('DNSReady')).toBe('Unknown NameServerUnreachable');
    expect(story.says('Ready')).toBe('True Ready');
    story.context.lookup.asked.length = 0;
    await story.run(3_600);
    expect(story.writes()).toBe(before.writes);
    expect(story.context.recorded).toHaveLength(before.told);
    expect(story.context.lookup.asked.length).toBeLessThan(3 * 120);
  });

  it('may be silent in turns without a word', async () => {
    const story = createStory({ flags: { nameservers: ['192.0.2.53', '192.0.2.54'] } });
    const second = story.context.lookup.addServer({ address: '192.0.2.54', zones: story.server.zones });
    await story.settle();
    await story.run(60);
    const before = story.writes();
    for (const [first, other] of [
      [timeout, undefined],
      [undefined, timeout],
      [undefined, undefined],
    ] as const) {
      story.server.trouble = first;
      second.trouble = other;
      await story.run(120);
    }
    expect(story.says('DNSReady')).toBe('False RecordMissing');
    expect(story.writes()).toBe(before);
  });
});

describe('Gate', () => {
  const dns = { verification: 'Gate' } as const;

  it('is ready only when published', async () => {
    const story = createStory({ dns });
    await story.settle();
    expect(story.says('Ready')).toBe('False WaitingForDNS');
    expect(story.says('Progressing')).toBe('True WaitingForDNS');
    expect(story.says('Degraded')).toBe('False Healthy');
    expect(story.message('Ready')).toContain(
      `1 of 1 resources ready; 192.0.2.53 of zone example.com has no A`,
    );
    story.publish(record, ownership());
    await story.run(31);
    expect(story.says('Ready')).toBe('True Ready');
    expect(story.says('Progressing')).toBe('False Complete');
  });

  it('is no longer ready when the record is gone, and stays ready when nobody can tell', async () => {
    const story = createStory({ dns });
    await story.settle(record, ownership());
    story.server.trouble = timeout;
    await story.run(900);
    expect(story.says('Ready')).toBe('True Ready');
    expect(story.says('DNSReady')).toBe('Unknown NameServerUnreachable');
    story.server.trouble = undefined;
    story.publish();
    await story.run(60);
    expect(story.says('Ready')).toBe('False WaitingForDNS');
  });

  it('trusts what was stored after a restart', async () => {
    const story = createStory({ dns });
    await story.settle(record, ownership());
    const before = story.writes();
    await story.restart();
    await story.run(400);
    expect(story.writes()).toBe(before);
    expect(story.says('Ready')).toBe('True Ready');
  });
});

describe('holdCertificates', () => {
  const issuer = 'cert-manager.io/cluster-issuer';
  const options = { dns: { holdCertificates: true }, annotations: { [issuer]: 'letsencrypt' } };
  const hasIssuer = (story: ReturnType<typeof createStory>) =>
    story.ingress()?.metadata.annotations?.[issuer] !== undefined;

  it('sets the issuer when the hostname is published, and keeps it', async () => {
    const story = createStory(options);
    await story.settle();
    expect(hasIssuer(story)).toBe(false);
    expect(story.says('CertificateReady')).toBe('False CertificatesHeld');
    story.publish(record, ownership());
    await story.run(31);
    expect(hasIssuer(story)).toBe(true);
    // The Ingress of this story has no `tls`, of which cert-manager makes nothing.
    expect(story.says('CertificateReady')).toBe('True NoCertificates');
    expect(story.tenant().status?.inventory).toMatchObject([{ certificatesReleased: true }]);
    story.publish();
    await story.run(400);
    await story.restart();
    await story.run(60);
    expect(story.says('DNSReady')).toBe('False RecordMissing');
    expect(hasIssuer(story)).toBe(true);
  });

  it('is for nothing where nobody verifies, and for what is made only once', async () => {
    const disabled = createStory({ ...options, dns: { holdCertificates: true, verification: 'Disabled' } });
    await disabled.run(1);
    expect(hasIssuer(disabled)).toBe(true);
    const once = createStory({ ...options, item: { creationPolicy: 'Once' } });
    await once.run(1);
    expect(hasIssuer(once)).toBe(true);
  });
});
