/** An item that does not become ready in its time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../rig/support/index.ts';
import { type Harness, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ externalDns: false, dns: false, kwok: false });
});

afterAll(async () => harness?.stop());

describe('timeoutSeconds', () => {
  it('counts from the apply of its generation, also over a restart of the operator', async () => {
    await harness.sql.script(`
      CREATE TABLE slow (id VARCHAR(63), domain VARCHAR(255), active VARCHAR(10));
      INSERT INTO slow VALUES ('m1', 'm1.example.com', '1');
    `);
    const never = configMap('never', { a: '1' }, { timeoutSeconds: 40, readyWhen: "'ready' in object.data" });
    await harness.applyObjects(
      registry('slow', { table: 'slow' }),
      template('slow', 'slow', { configMaps: [never] }),
    );
    const isWaiting = async () =>
      (await harness.condition('tenant', 'm1-slow', 'Ready'))?.reason === 'WaitingForReady';
    await waitFor(isWaiting, { what: 'the ConfigMap to be waited for' });
    const applied = Date.parse((await harness.object('configmap', 'm1-never')).metadata.creationTimestamp);
    await sleep(22_000);
    await harness.rig.restart('operator');
    await waitFor(async () => (await harness.condition('tenant', 'm1-slow', 'Degraded'))?.status === 'True', {
      what: 'the time to be up',
      timeoutMs: 90_000,
    });
    const conditions = (await harness.object('tenant', 'm1-slow')).status?.conditions as unknown as {
      type: string;
      lastTransitionTime: string;
    }[];
    const since = Date.parse(conditions.find(({ type }) => type === 'Degraded')?.lastTransitionTime ?? '');
    // Counted anew after the restart it would be 62 s and more.
    expect((since - applied) / 1_000).toBeGreaterThanOrEqual(39);
    expect((since - applied) / 1_000).toBeLessThan(60);
  });
});
