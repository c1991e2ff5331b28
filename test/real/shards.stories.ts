/** Three processes that share the tenants: `shards.test.ts` with few tenants, `test/full` with three thousand. */

import { ownerOf } from '@tenant-operator/operator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEvent, AuditMark, Part } from '../rig/index.ts';
import { startOperator, waitFor } from '../rig/support/index.ts';
import { type AnyObject, type Harness, OPERATOR_USER, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

const shards = 3;
const label = 'kubernetes-tenants.org/shard';
/** How long a process may be silent before its tenants go to others: its Lease, and what a noisy machine adds, in milliseconds. */
const takeoverMs = 90_000;

export interface ShardsStory {
  readonly tenants: number;
  /** How many may be between two revisions at once. */
  readonly maxSkew: number;
}

export function tellShards({ tenants, maxSkew }: ShardsStory): void {
  const uids = Array.from({ length: tenants }, (_, index) => `t${String(index).padStart(4, '0')}`);
  const processes: Part[] = [];
  const patient = 240_000 + tenants * 300;
  let harness: Harness;

  const args = [`--shards=${shards}`, '--dns-verification=Disabled'];
  const begin = (index: number) =>
    startOperator(harness.rig, {
      name: `operator-${index}`,
      args,
      env: { POD_NAME: `operator-${index}` },
      readyMessage: 'ready: this process has a shard',
    });

  beforeAll(async () => {
    harness = await startHarness({ externalDns: false, dns: false, kwok: false, operatorArgs: args });
    // The first one began under another name.
    processes.push(harness.operator, await begin(1), await begin(2));
    await untilDivided([0, 1, 2]);
    await harness.sql.script(`
      CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10), token VARCHAR(255));
      INSERT INTO customers VALUES ${uids.map((uid) => `('${uid}', '${uid}.example.com', '1', 'first')`).join()};
    `);
  }, patient);

  afterAll(async () => harness?.stop());

  const leases = async () =>
    (await harness.kubectl.json<{ items: AnyObject[] }>('get', 'leases', '-A', '-l', label)).items;

  /** Waits until all that hold a shard divide the tenants among the same ones. */
  async function untilDivided(wanted: readonly number[]): Promise<void> {
    await waitFor(
      async () => {
        const held = (await leases()).filter(({ spec }) => spec.holderIdentity);
        const views = held.map(({ metadata }) => metadata.annotations?.['kubernetes-tenants.org/shards']);
        const found = `${held.length} hold a shard, views ${views.join(' ')}`;
        if (held.length !== wanted.length || views.some((view) => view !== wanted.join()))
          throw new Error(found);
        return true;
      },
      { what: `the shards ${wanted.join()} to be all`, timeoutMs: takeoverMs },
    );
  }

  const list = async (kind: string) =>
    (await harness.kubectl.json<{ items: AnyObject[] }>('get', kind, '-l', 'kubernetes-tenants.org/tenant'))
      .items;
  const tenantList = async () => (await harness.kubectl.json<{ items: AnyObject[] }>('get', 'tenants')).items;
  const isReady = ({ status, metadata }: AnyObject) =>
    status?.observedGeneration === metadata.generation &&
    status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True');

  async function untilAll(what: string, check: (tenant: AnyObject) => boolean | undefined): Promise<void> {
    await waitFor(
      async () => {
        const found = (await tenantList()).filter(check).length;
        if (found !== tenants) throw new Error(`${found} of ${tenants}`);
        return true;
      },
      { what, timeoutMs: patient, intervalMs: 2_000 },
    );
  }

  /** Writes since a mark, Events and Leases aside, as `verb resource[/subresource]`. */
  const writesSince = (mark: AuditMark): AuditEvent[] =>
    harness
      .operatorRequests(mark)
      .filter(({ verb, objectRef }) => !['get', 'list'].includes(verb) && objectRef?.resource !== 'events');
  const targetOf = ({ verb, objectRef }: AuditEvent) =>
    `${verb} ${objectRef?.resource}${objectRef?.subresource ? `/${objectRef.subresource}` : ''}`;
  const countsOf = (events: readonly AuditEvent[], ...targets: string[]) =>
    Object.fromEntries(
      targets.map((target) => [target, events.filter((e) => targetOf(e) === target).length]),
    );

  const edition = (rev: string) =>
    template('app', 'crm', {
      rollout: { maxSkew },
      configMaps: [configMap('config', { rev, host: '{{ .host }}' })],
      secrets: [
        { id: 'token', spec: { apiVersion: 'v1', kind: 'Secret', stringData: { token: '{{ .token }}' } } },
      ],
    });

  describe(`${shards} processes that share ${tenants} tenants`, { timeout: patient }, () => {
    it('make each tenant once', async () => {
      const mark = harness.rig.auditMark();
      const spec = { secretValueMappings: { token: 'token' }, deletionGuard: { maxDeletions: 10_000 } };
      await harness.applyObjects(registry('crm', { spec }), edition('1'));
      await untilAll('all tenants to be ready', isReady);
      await harness.settle();
      const events = harness.rig.auditEvents({ user: OPERATOR_USER, since: mark });
      const once = ['patch tenants', 'patch configmaps', 'patch secrets', 'patch tenants/status'];
      expect(countsOf(events, ...once)).toEqual(Object.fromEntries(once.map((target) => [target, tenants])));
      expect((await list('configmaps')).length).toBe(tenants);
    });

    it('have their part of them each', async () => {
      const { items } = await harness.kubectl.json<{
        items: { reportingInstance: string; reason: string; involvedObject: { name: string } }[];
      }>('get', 'events');
      const byShard = new Map<number | undefined, Set<string>>();
      for (const { reason, involvedObject, reportingInstance } of items) {
        if (reason !== 'TenantReady') continue;
        const shard = ownerOf(`default/${involvedObject.name}`, [0, 1, 2]);
        byShard.set(shard, (byShard.get(shard) ?? new Set()).add(reportingInstance));
      }
      expect(byShard.size).toBe(shards);
      const owners = [...byShard.values()].map((instances) => [...instances].join());
      expect(new Set(owners).size).toBe(shards);
    });

    it('keep to the limit of a rollout together', async () => {
      const mark = harness.rig.auditMark();
      await harness.applyObjects(edition('2'));
      await waitFor(
        async () => {
          const { status } = await harness.object('tenanttemplate', 'app');
          const rollout = status?.rollout as { phase: string; message: string } | undefined;
          if (rollout?.phase !== 'Complete') throw new Error(`${rollout?.phase}: ${rollout?.message}`);
          return true;
        },
        { what: 'the rollout to be complete', timeoutMs: patient, intervalMs: 1_000 },
      );
      await harness.settle();
      const writes = writesSince(mark);
      expect(countsOf(writes, 'patch configmaps', 'patch tenants/status')).toEqual({
        'patch configmaps': tenants,
        'patch tenants/status': tenants,
      });
      let [between, most] = [0, 0];
      for (const write of writes) {
        const target = targetOf(write);
        if (target === 'patch configmaps') between += 1;
        if (target === 'patch tenants/status') between -= 1;
        most = Math.max(most, between);
      }
      expect(most).toBeLessThanOrEqual(maxSkew);
      expect((await list('configmaps')).filter(({ data }) => data?.rev === '2').length).toBe(tenants);
    });

    it('take over the tenants of one that is killed, and write nothing for those that are well', async () => {
      await harness.settle();
      const victims = uids.filter((_, index) => index % Math.ceil(tenants / 30) === 0);
      const dead = processes.find((part) => part.currentLogs().includes('"ready: this process leads"'));
      const mark = harness.rig.auditMark();
      await harness.rig.kill(dead?.name ?? '');
      await harness.kubectl('delete', 'configmap', ...victims.map((uid) => `${uid}-config`), '--wait=false');
      await waitFor(async () => (await list('configmaps')).length === tenants, {
        what: 'the deleted ConfigMaps to be back',
        timeoutMs: takeoverMs,
      });
      // Its secret values were in the memory of the dead one: another one reads the table and leads.
      await harness.sql.execute(`UPDATE customers SET token = 'second' WHERE id = '${victims[0]}'`);
      await waitFor(
        async () =>
          (await harness.object('secret', `${victims[0]}-token`)).data?.token ===
          Buffer.from('second').toString('base64'),
        { what: 'the new token', timeoutMs: takeoverMs },
      );
      await harness.settle();
      const touched = writesSince(mark).flatMap(({ objectRef }) =>
        ['configmaps', 'secrets', 'tenants'].includes(objectRef?.resource ?? '')
          ? [objectRef?.name ?? '']
          : [],
      );
      const expected = victims.flatMap((uid) => [`${uid}-config`, `${uid}-app`]);
      expect([...new Set(touched)].sort()).toEqual([...expected, `${victims[0]}-token`].sort());
    });

    it('give one that comes its part, and write nothing for it', async () => {
      await harness.settle();
      const mark = harness.rig.auditMark();
      processes.push(await begin(3));
      await untilDivided([0, 1, 2]);
      await harness.settle();
      expect(writesSince(mark).map((event) => `${event.verb} ${event.requestURI}`)).toEqual([]);
    });

    it('hand over their part when they end, and write nothing for it', async () => {
      const mark = harness.rig.auditMark();
      const last = processes.at(-1);
      await last?.stop();
      await waitFor(
        async () => (await leases()).filter(({ spec }) => spec.holderIdentity).length === shards - 1,
        {
          what: 'the shard to be handed back',
        },
      );
      const held = (await leases()).flatMap(({ metadata, spec }) =>
        spec.holderIdentity ? [Number(metadata.labels?.[label])] : [],
      );
      await untilDivided(held.sort((a, b) => a - b));
      await harness.kubectl('delete', 'configmap', ...uids.slice(0, 20).map((uid) => `${uid}-config`));
      await waitFor(async () => (await list('configmaps')).length === tenants, { what: 'all to be back' });
      await harness.settle();
      const touched = new Set(writesSince(mark).map(({ objectRef }) => objectRef?.name));
      expect(touched.size).toBe(40);
    });
  });
}
