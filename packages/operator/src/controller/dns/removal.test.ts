import { API_VERSION, type TenantRegistry } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { createStory, host, ownership, record, type StoryOptions } from '../../testing/dns.ts';

const gate = (more: object = {}): StoryOptions => ({
  dns: { verification: 'Gate', timeoutSeconds: 60, ...more },
});

/** A Gate tenant that is published and then deleted, its Ingress gone. */
async function ending(options = gate()) {
  const story = createStory(options);
  story.context.registries.put(
    story.context.client.seed({
      apiVersion: API_VERSION,
      kind: 'TenantRegistry',
      metadata: { name: 'reg', namespace: 'ns' },
      spec: { valueMappings: { uid: 'id', hostOrUrl: 'domain', activate: 'active' } },
    }),
  );
  await story.settle(record, ownership());
  story.remove();
  await story.pass();
  story.ingressIsGone();
  const leftovers = () =>
    (story.context.registries.get('ns/reg') as TenantRegistry).status?.leftoverRecords ?? [];
  return { ...story, story, leftovers };
}

describe('a deletion with Gate', () => {
  it('waits until the record and its TXT are gone', async () => {
    const { story, leftovers } = await ending();
    await story.run(5);
    expect(story.isReleased()).toBe(false);
    expect(story.says('Ready')).toBe('False WaitingForDNSRemoval');
    expect(story.says('Progressing')).toBe('True WaitingForDNSRemoval');
    expect(story.says('Degraded')).toBe('False Healthy');
    expect(story.says('DNSReady')).toBe('False RecordRemains');
    story.publish(ownership());
    await story.run(10);
    expect(story.message('Ready')).toContain('its ownership TXT record is still there');
    story.publish();
    await story.run(31);
    expect(story.isReleased()).toBe(true);
    expect(leftovers()).toEqual([]);
    expect(story.context.dns.stats.tracked).toBe(0);
  });

  it('asks the API server for nothing while it waits', async () => {
    const { story } = await ending();
    await story.run(5);
    const before = story.context.client.log.length;
    await story.run(40);
    expect(story.context.client.log.slice(before)).toEqual([]);
  });

  it('leaves no trace where the record went first', async () => {
    const story = createStory(gate());
    await story.settle(record, ownership());
    story.remove();
    story.publish();
    await story.pass();
    const before = story.writes();
    story.ingressIsGone();
    await story.run(2);
    expect(story.isReleased()).toBe(true);
    expect(story.writes()).toBe(before);
  });

  it('goes on in another process, with the same time limit', async () => {
    const { story, leftovers } = await ending();
    await story.run(40);
    await story.restart();
    await story.run(10);
    expect(story.says('Ready')).toBe('False WaitingForDNSRemoval');
    await story.run(20);
    expect(story.isReleased()).toBe(true);
    expect(leftovers()).toMatchObject([{ name: host, reason: 'ExternalDNSNotSyncing' }]);
  });

  it('is over at once where ExternalDNS never deletes', async () => {
    const { story, leftovers } = await ending(
      gate({ externalDNS: { ownerId: 'me', policy: 'upsert-only' } }),
    );
    await story.run(3);
    expect(story.isReleased()).toBe(true);
    expect(leftovers()).toMatchObject([
      { name: host, type: 'A', tenant: 'alpha-web', owner: 'me', reason: 'UpsertOnlyPolicy' },
    ]);
    expect(story.context.recorded.at(-1)).toBe(
      `Warning DNSRecordLeft: Tenant "alpha-web" is gone, but its DNS record ${host} (A) is not: UpsertOnlyPolicy`,
    );
  });

  it('is over at the time limit, and not before', async () => {
    const { story, leftovers } = await ending();
    await story.run(58);
    expect(story.isReleased()).toBe(false);
    await story.run(4);
    expect(story.isReleased()).toBe(true);
    expect(leftovers()).toHaveLength(1);
  });

  it('names whose record it is', async () => {
    const { story, leftovers } = await ending();
    story.publish(record, ownership('them'));
    await story.run(62);
    expect(leftovers()).toMatchObject([{ name: host, owner: 'them', reason: 'OwnerMismatch' }]);
  });

  it('is held beyond the time limit with onTimeout Hold', async () => {
    const { story } = await ending(gate({ onTimeout: 'Hold' }));
    await story.run(120);
    expect(story.isReleased()).toBe(false);
    expect(story.says('Ready')).toBe('False DeletionBlocked');
    expect(story.says('Degraded')).toBe('True DeletionBlocked');
    expect(story.context.recorded.filter((line) => line.includes('DeletionBlocked'))).toHaveLength(1);
    story.publish();
    await story.run(400);
    expect(story.isReleased()).toBe(true);
  });

  it('ends at the time limit although no name server answers', async () => {
    const { story, leftovers } = await ending();
    story.server.trouble = { kind: 'timeout' };
    await story.run(58);
    expect(story.isReleased()).toBe(false);
    expect(story.says('DNSReady')).toBe('False NameServerUnreachable');
    await story.run(18);
    expect(story.isReleased()).toBe(true);
    expect(leftovers()).toMatchObject([{ name: host, reason: 'NameServerUnreachable' }]);
  });

  it('ends at the time limit although a question hangs', async () => {
    const { story, leftovers } = await ending();
    story.context.lookup.query = () => new Promise(() => {});
    story.setDns({ verification: 'Gate', timeoutSeconds: 60, nameservers: ['192.0.2.99'] });
    await story.run(80);
    expect(story.isReleased()).toBe(true);
    expect(leftovers()).toMatchObject([{ name: host, type: 'A', owner: 'me' }]);
  });

  it('knows the settings of a template that is gone', async () => {
    const story = createStory(gate());
    await story.settle(record, ownership());
    story.context.templates.get = () => undefined;
    story.remove();
    await story.pass();
    story.ingressIsGone();
    await story.run(5);
    expect(story.says('Ready')).toBe('False WaitingForDNSRemoval');
  });

  it('stores the records before the objects go, where nobody has looked yet', async () => {
    const story = createStory(gate());
    await story.pass();
    story.giveAddress();
    story.remove();
    const { sent } = await story.pass();
    expect(sent.slice(0, 2)).toEqual(['patch Tenant/alpha-web/status', 'delete Ingress/alpha-ingress']);
    expect(story.tenant().status?.dns).toMatchObject([{ name: host, type: 'A', state: 'RecordRemains' }]);
  });

  it('does not wait for the record of an object that is kept', async () => {
    const story = createStory({ ...gate(), item: { deletionPolicy: 'Retain' } });
    await story.settle(record, ownership());
    story.remove();
    await story.pass();
    story.ingressIsGone();
    await story.run(2);
    expect(story.isReleased()).toBe(true);
  });
});

it('Report waits for no record', async () => {
  const story = createStory();
  await story.settle(record, ownership());
  story.remove();
  await story.pass();
  story.ingressIsGone();
  await story.run(1);
  expect(story.isReleased()).toBe(true);
});
