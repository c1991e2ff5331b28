import { API_VERSION, FINALIZERS } from '@tenant-operator/api';
import type { KubeObject } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import type { SourceConnection, SourceResult, SourceWatcher } from '../../source/index.ts';
import { createTestContext } from '../../testing/context.ts';
import { createRegistryController } from './index.ts';

const key = 'ns/reg';
const postgresql = { host: 'db', port: 5432, database: 'saas', table: 'tenants', username: 'reader' };

/** A registry whose database a test scripts. */
function createSetup(more: object = { notifyChannel: 'changed' }) {
  const context = createTestContext();
  const registry: KubeObject = {
    apiVersion: API_VERSION,
    kind: 'TenantRegistry',
    metadata: { name: 'reg', namespace: 'ns', uid: 'u', generation: 1, finalizers: [FINALIZERS.registry] },
    spec: {
      source: { type: 'postgresql', syncInterval: '30s', postgresql: { ...postgresql, ...more } },
      valueMappings: { uid: 'id', activate: 'active' },
    },
  };
  context.registries.put(context.client.seed(registry));
  const connections: SourceConnection[] = [];
  const watchers: SourceWatcher[] = [];
  const asked: string[] = [];
  const counts = { reads: 0, closed: 0 };
  const script: { answer: SourceResult; duringRead: () => void } = {
    answer: { ok: true, rows: [] },
    duringRead: () => {},
  };
  const controller = createRegistryController({
    context,
    lookAgain: (name) => asked.push(name),
    connect: {
      postgresql(connection) {
        connections.push(connection);
        return {
          async read() {
            counts.reads++;
            script.duringRead();
            return script.answer;
          },
          watch: (watcher) => void watchers.push(watcher),
          close: async () => void counts.closed++,
        };
      },
    },
  });
  return {
    clock: context.clock,
    connections,
    watchers,
    asked,
    counts,
    script,
    reconcile: () => controller.reconcile(key),
  };
}

describe('a hint of the database', () => {
  it('makes the next read happen at once instead of at the end of the interval', async () => {
    const setup = createSetup();
    expect(await setup.reconcile()).toEqual({ kind: 'after', ms: 30_000 });
    await setup.reconcile();
    expect(setup.counts.reads).toBe(1);
    setup.watchers[0]?.onHint();
    expect(setup.asked).toEqual([key]);
    expect(await setup.reconcile()).toEqual({ kind: 'after', ms: 30_000 });
    expect(setup.counts.reads).toBe(2);
  });

  it('that comes while the table is read asks for another read', async () => {
    const setup = createSetup();
    setup.script.duringRead = () => setup.watchers[0]?.onHint();
    expect(await setup.reconcile()).toEqual({ kind: 'after', ms: 0 });
    setup.script.duringRead = () => {};
    await setup.reconcile();
    expect(setup.counts.reads).toBe(2);
  });

  it('is listened for on the channel that the registry names', async () => {
    const setup = createSetup({ notifyChannel: 'Tenants Changed' });
    await setup.reconcile();
    expect(setup.connections).toEqual([{ ...postgresql, password: '', notifyChannel: 'Tenants Changed' }]);
    const without = createSetup({});
    await without.reconcile();
    expect(without.connections).toEqual([{ ...postgresql, password: '' }]);
  });

  it('is listened for once a connection, and again on the one that follows a failure', async () => {
    const setup = createSetup();
    await setup.reconcile();
    setup.script.answer = {
      ok: false,
      failure: { reason: 'TableNotFound', message: 'table "tenants" does not exist' },
    };
    setup.watchers[0]?.onHint();
    expect(await setup.reconcile()).toEqual({ kind: 'after', ms: 1_000 });
    expect([setup.watchers.length, setup.counts.closed]).toEqual([1, 1]);
    await setup.clock.advance(1_000);
    await setup.reconcile();
    expect([setup.watchers.length, setup.counts.closed]).toEqual([2, 2]);
  });

  it('that nobody can give for now changes nothing', async () => {
    const setup = createSetup();
    await setup.reconcile();
    setup.watchers[0]?.onTrouble({ reason: 'SourceUnreachable', message: 'cannot listen' });
    await setup.reconcile();
    expect([setup.counts.reads, setup.asked]).toEqual([1, []]);
  });
});

describe('the interval', () => {
  it.each([
    [-30 * 86_400_000, 'set back by a month'],
    [3_600_000, 'set forward by an hour'],
  ])('does not notice that the wall clock is moved by %i ms (%s)', async (ms) => {
    const setup = createSetup({});
    await setup.reconcile();
    setup.clock.jump(ms);
    expect(await setup.reconcile()).toEqual({ kind: 'after', ms: 30_000 });
    expect(setup.counts.reads).toBe(1);
    await setup.clock.advance(30_000);
    await setup.reconcile();
    expect(setup.counts.reads).toBe(2);
  });
});
