/** How a change of a template reaches its tenants, on the real API server. */
import { createClient, type KubeObject, loadConfig, type ResourceType } from '@tenant-operator/kube';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { unexpectedRefusals, waitFor } from '../rig/support/index.ts';
import { type AnyObject, type Harness, startHarness } from './harness.ts';
import { configMap, deployment, registry, template } from './objects.ts';

const uids = ['t1', 't2', 't3', 't4', 't5', 't6', 't7', 't8'];
const mended = 'test.kubernetes-tenants.org/mended';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ externalDns: false, dns: false });
  await harness.sql.script(`
    CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10), plan VARCHAR(10));
    INSERT INTO customers VALUES ${uids.map((uid) => `('${uid}', '${uid}.example.com', '1', '${uid === 't5' ? 'pro' : 'free'}')`).join()};
  `);
  await harness.applyObjects(
    registry('crm', {
      extraValueMappings: { plan: 'plan' },
      spec: { deletionGuard: { maxDeletions: 1_000 } },
    }),
  );
});

afterAll(async () => harness?.stop());

const created: string[] = [];

afterEach(async () => {
  for (const name of created.splice(0)) {
    await harness.kubectl('delete', 'tenanttemplate', name);
    await waitFor(async () => (await tenantsOf(name)).length === 0, { what: `the tenants of ${name} to go` });
  }
});

/** Applies a template; it and its tenants are gone at the end of the case. */
async function apply(name: string, spec: Record<string, unknown>): Promise<void> {
  if (!created.includes(name)) created.push(name);
  await harness.applyObjects(template(name, 'crm', spec));
}

async function list(kind: string, ...args: string[]): Promise<AnyObject[]> {
  return (await harness.kubectl.json<{ items: AnyObject[] }>('get', kind, ...args)).items;
}

const tenantsOf = (name: string) =>
  list('tenants', '-l', `kubernetes-tenants.org/template=${name}`).then((items) =>
    items.filter(({ spec }) => spec.templateRef === name),
  );

interface RolloutStatus {
  phase: string;
  message: string;
  totalTenants: number;
  updatedTenants: number;
}

const rolloutOf = async (name: string) =>
  (await harness.object('tenanttemplate', name)).status?.rollout as RolloutStatus | undefined;

async function phase(name: string, expected: string): Promise<RolloutStatus> {
  return waitFor(
    async () => {
      const rollout = await rolloutOf(name);
      if (rollout?.phase !== expected) throw new Error(`it is ${rollout?.phase}: ${rollout?.message}`);
      return rollout;
    },
    { what: `the rollout to be ${expected}` },
  );
}

async function allReady(name: string): Promise<void> {
  await waitFor(
    async () => {
      const { status } = await harness.object('tenanttemplate', name);
      return status?.totalTenants === uids.length && status.readyTenants === uids.length;
    },
    { what: `all tenants of ${name} to be ready` },
  );
}

/** `t1=v1 t2=v2 ...`: what each tenant's ConfigMap of this item says now. */
async function revisions(item: string): Promise<string> {
  const items = await list('configmaps', '-l', 'kubernetes-tenants.org/tenant');
  return items
    .filter(({ metadata }) => metadata.name.endsWith(`-${item}`))
    .map(({ metadata, data }) => `${metadata.name.slice(0, -item.length - 1)}=${data?.rev}`)
    .sort()
    .join(' ');
}

const movedOnly = (...moved: string[]) =>
  uids.map((uid) => `${uid}=${moved.includes(uid) ? 'v2' : 'v1'}`).join(' ');

const all = (rev: string) => uids.map((uid) => `${uid}=${rev}`).join(' ');

/** Ready on v1; on a later revision once somebody says so with an annotation. */
const waitingItem = (id: string, rev: string, more: Record<string, unknown> = {}) =>
  configMap(
    id,
    { rev },
    {
      readyWhen: `object.data.rev == "v1" || (has(object.metadata.annotations) && "${mended}" in object.metadata.annotations)`,
      ...more,
    },
  );

const mend = (...names: string[]) =>
  harness.kubectl('annotate', 'configmap', ...names, `${mended}=yes`, '--overwrite');

async function waitForRevisions(item: string, expected: string): Promise<void> {
  await waitFor(
    async () => {
      const found = await revisions(item);
      if (found !== expected) throw new Error(found);
      return true;
    },
    { what: `the ConfigMaps to be ${expected}` },
  );
}

/** They are so, and stay so. */
async function settleAt(item: string, expected: string): Promise<void> {
  await waitForRevisions(item, expected);
  await harness.settle();
  expect(await revisions(item)).toBe(expected);
}

const deployments: ResourceType = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};

/** Counts, at every event, the tenants' Deployments that left the revision and are not available on another one. */
async function watchBetween(left: string): Promise<{ stop(): Promise<number[]> }> {
  const client = createClient(loadConfig({ kubeconfig: harness.rig.kubeconfig, env: {} }));
  const scope = { namespace: 'default', labelSelector: 'kubernetes-tenants.org/tenant' };
  const live = new Map<string, boolean>();
  const counts: number[] = [];
  let resourceVersion = '';
  for await (const page of client.list(deployments, scope)) {
    for (const object of page.items) live.set(object.metadata.name, isBetween(object, left));
    resourceVersion = page.resourceVersion;
  }
  const end = new AbortController();
  const follow = async () => {
    for await (const event of client.watch(deployments, { ...scope, resourceVersion, signal: end.signal })) {
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue;
      live.set(event.object.metadata.name, isBetween(event.object, left));
      counts.push([...live.values()].filter(Boolean).length);
    }
  };
  const followed = follow().catch((error: unknown) => {
    if (!end.signal.aborted) throw error;
  });
  return {
    async stop() {
      end.abort();
      await followed;
      await client.close();
      return counts;
    },
  };
}

function isBetween({ metadata, spec, status }: KubeObject, left: string): boolean {
  if (metadata.labels?.rev === left) return false;
  const { replicas } = spec as { replicas: number };
  const now = status as Record<string, number | undefined>;
  const isSeen = now.observedGeneration === metadata.generation;
  const isNew = now.updatedReplicas === replicas && now.replicas === replicas;
  return !(isSeen && isNew && now.availableReplicas === replicas);
}

describe('the history of a template', () => {
  const content = (rev: string) => ({ configMaps: [configMap('history', { rev })] });
  const recorded = async () => {
    const items = await list('controllerrevisions', '-l', 'kubernetes-tenants.org/template=history');
    return items
      .map(({ metadata, ...rest }) => ({
        name: metadata.name,
        owner: metadata.ownerReferences?.[0]?.name,
        revision: (rest as unknown as { revision: number }).revision,
      }))
      .sort((a, b) => a.revision - b.revision);
  };
  const current = async () =>
    waitFor(
      async () => {
        const { metadata, status } = await harness.object('tenanttemplate', 'history');
        return status?.observedGeneration === metadata.generation && (status?.currentRevision as string);
      },
      { what: 'the template to be looked at' },
    );

  it('keeps ten revisions besides the present one, and equal content is one revision', async () => {
    const names: string[] = [];
    for (let edit = 1; edit <= 13; edit += 1) {
      await apply('history', content(`v${edit}`));
      names.push(await current());
    }
    await waitForRevisions('history', all('v13'));
    await waitFor(async () => (await recorded()).length <= 11, { what: 'the oldest revisions to go' });
    await harness.settle();
    const kept = await recorded();
    expect(kept.map(({ name }) => name)).toEqual(names.slice(-11));
    expect(new Set(kept.map(({ owner }) => owner))).toEqual(new Set(['history']));
    expect(new Set(kept.map(({ revision }) => revision)).size).toBe(11);

    // How fast it is rolled out is no content.
    await apply('history', { ...content('v13'), rollout: { maxSkew: 3 } });
    expect(await current()).toBe(names.at(-1));
    expect(await recorded()).toEqual(kept);

    await apply('history', content('v9'));
    expect(await current()).toBe(names[8]);
    await waitForRevisions('history', all('v9'));
    await harness.settle();
    const after = await recorded();
    expect(after.map(({ name }) => name).sort()).toEqual(kept.map(({ name }) => name).sort());
    expect(after.at(-1)?.name).toBe(names[8]);
  });
});

describe('an edit without limits', () => {
  it('writes each changed object once, each status once, and nothing else of the tenants', async () => {
    const items = (rev: string) => ({
      configMaps: [configMap('edited', { rev }), configMap('other', { host: '{{ .host }}' })],
    });
    await apply('unlimited', items('v1'));
    await allReady('unlimited');
    await harness.settle();
    const mark = harness.rig.auditMark();
    await apply('unlimited', items('v2'));
    await phase('unlimited', 'Complete');
    await harness.settle();
    const written = harness
      .operatorRequests(mark)
      .filter(({ verb }) => !['get', 'list'].includes(verb))
      .map(({ verb, objectRef }) =>
        [verb, objectRef?.resource, objectRef?.subresource, objectRef?.name].filter(Boolean).join(' '),
      );
    const about = (resource: string) => written.filter((line) => line.includes(` ${resource} `)).sort();
    expect(about('configmaps')).toEqual(uids.map((uid) => `patch configmaps ${uid}-edited`));
    expect(about('tenants')).toEqual(uids.map((uid) => `patch tenants status ${uid}-unlimited`));
    expect(about('controllerrevisions')).toHaveLength(1);
    expect(about('tenanttemplates').length).toBeLessThanOrEqual(4);
  });
});

describe('rollout.maxSkew', () => {
  it('lets no more tenants be between two revisions, seen by a watch of real Deployments', async () => {
    const items = (rev: string) => {
      const item = deployment('paced', {}, 1) as {
        spec: { metadata?: unknown };
      };
      item.spec.metadata = { labels: { rev } };
      const pod = (
        item.spec as unknown as { spec: { template: { metadata: { labels: Record<string, string> } } } }
      ).spec.template;
      pod.metadata.labels.rev = rev;
      return { deployments: [item], rollout: { maxSkew: 2 } };
    };
    await apply('paced', items('v1'));
    await allReady('paced');
    await harness.settle();
    const watch = await watchBetween('v1');
    const mark = harness.rig.auditMark();
    await apply('paced', items('v2'));
    await phase('paced', 'Complete');
    await allReady('paced');
    const between = await watch.stop();
    expect(Math.max(...between)).toBe(2);
    const specWrites = harness
      .operatorRequests(mark)
      .filter(({ verb, objectRef }) => verb !== 'get' && objectRef?.resource === 'tenants')
      .filter(({ objectRef }) => objectRef?.subresource !== 'status');
    expect(specWrites).toEqual([]);
  });

  it('goes on one by one as tenants become ready, and starts over for nobody after a restart', async () => {
    const items = (rev: string) => ({ configMaps: [waitingItem('steps', rev)], rollout: { maxSkew: 2 } });
    await apply('steps', items('v1'));
    await allReady('steps');
    await apply('steps', items('v2'));
    await settleAt('steps', movedOnly('t1', 't2'));
    expect((await phase('steps', 'InProgress')).message).toBe('2 of 8 tenants are on the newest revision');
    await mend('t2-steps');
    await settleAt('steps', movedOnly('t1', 't2', 't3'));
    await harness.rig.restart('operator');
    await settleAt('steps', movedOnly('t1', 't2', 't3'));
    await mend(...uids.map((uid) => `${uid}-steps`));
    await phase('steps', 'Complete');
    expect(await revisions('steps')).toBe(all('v2'));
  });

  it('gives no place to a suspended tenant, which moves when it is resumed', async () => {
    const items = (rev: string) => ({
      configMaps: [configMap('paused', { rev })],
      rollout: { maxSkew: 1 },
    });
    await apply('paused', items('v1'));
    await allReady('paused');
    await harness.patch('tenant', 't1-paused', { spec: { suspend: true } });
    await waitFor(
      async () => (await harness.condition('tenant', 't1-paused', 'Ready'))?.reason === 'Suspended',
      {
        what: 'the suspension',
      },
    );
    await apply('paused', items('v2'));
    await settleAt('paused', all('v2').replace('t1=v2', 't1=v1'));
    await phase('paused', 'Complete');
    await harness.patch('tenant', 't1-paused', { spec: { suspend: false } });
    await waitForRevisions('paused', all('v2'));
    await allReady('paused');
  });
});

describe('rollout.canary', () => {
  it.each<[object, string[], string]>([
    [{ column: 'plan', equals: 'pro' }, ['t5'], 'a column'],
    [{ percent: 25 }, ['t1', 't2'], 'a share, by name'],
  ])('%j moves %j first: %s', async (canary, first) => {
    const items = (rev: string) => ({ configMaps: [waitingItem('canary', rev)], rollout: { canary } });
    await apply('canary', items('v1'));
    await allReady('canary');
    await apply('canary', items('v2'));
    await settleAt('canary', movedOnly(...first));
    const { message } = await phase('canary', 'InProgress');
    expect(message).toBe(`canaries first: ${first.length} of 8 tenants are on the newest revision`);
    await mend(...first.map((uid) => `${uid}-canary`));
    await waitForRevisions('canary', all('v2'));
    await mend(...uids.map((uid) => `${uid}-canary`));
    await phase('canary', 'Complete');
  });
});

describe('a revision that fails', () => {
  /** On v2 the tenant t2 does not become ready. */
  const items = (rev: string) => ({
    configMaps: [
      configMap(
        'halting',
        { rev, uid: '{{ .uid }}' },
        {
          timeoutSeconds: 1,
          readyWhen: `object.data.rev == "v1" || object.data.uid != "t2" || (has(object.metadata.annotations) && "${mended}" in object.metadata.annotations)`,
        },
      ),
    ],
    rollout: { maxSkew: 1, maxFailures: 1 },
  });
  const halt = async () => {
    await apply('halting', items('v1'));
    await allReady('halting');
    await apply('halting', items('v2'));
    const { message } = await phase('halting', 'Failed');
    expect(message).toBe(
      '1 failed on the new revision ("t2-halting"): no further tenants are moved until they are ready or the template is changed',
    );
    await settleAt('halting', movedOnly('t1', 't2'));
    expect(await harness.condition('tenanttemplate', 'halting', 'Applied')).toMatchObject({
      status: 'False',
      reason: 'RolloutFailed',
      message,
    });
    expect(await harness.eventsOf('TenantTemplate', 'halting')).toContain(`RolloutFailed: ${message}`);
  };

  it('halts, and goes on when the tenant is mended', async () => {
    await halt();
    await harness.rig.restart('operator');
    await settleAt('halting', movedOnly('t1', 't2'));
    await mend('t2-halting');
    await phase('halting', 'Complete');
    expect(await revisions('halting')).toBe(all('v2'));
  });

  it('is rolled back by applying the old content, and who was not moved is not written', async () => {
    await halt();
    const mark = harness.rig.auditMark();
    await apply('halting', items('v1'));
    await phase('halting', 'Complete');
    await settleAt('halting', all('v1'));
    await allReady('halting');
    const written = harness
      .operatorRequests(mark)
      .filter(({ verb, objectRef }) => verb === 'patch' && objectRef?.resource === 'configmaps')
      .map(({ objectRef }) => objectRef?.name ?? '')
      .sort();
    expect(written).toEqual(['t1-halting', 't2-halting']);
  });

  it('for a tenant that cannot be rendered halts as well', async () => {
    const rendered = (rev: string, text: string) => ({
      configMaps: [configMap('rendered', { rev, text })],
      rollout: { maxSkew: 1 },
    });
    await apply('rendered', rendered('v1', 'x'));
    await allReady('rendered');
    await apply('rendered', rendered('v2', '{{ if eq .uid "t2" }}{{ fail "not for t2" }}{{ end }}x'));
    expect((await phase('rendered', 'Failed')).message).toContain('"t2-rendered"');
    await settleAt('rendered', movedOnly('t1'));
    await apply('rendered', rendered('v2', 'y'));
    await phase('rendered', 'Complete');
    expect(await revisions('rendered')).toBe(all('v2'));
    await allReady('rendered');
  });

  it('is not blamed for a tenant that was broken before', async () => {
    await harness.applyObjects({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 't2-before', namespace: 'default' },
      data: { rev: 'foreign' },
    });
    const before = (rev: string) => ({
      configMaps: [configMap('before', { rev }), configMap('beside', { rev })],
      rollout: { maxSkew: 1 },
    });
    await apply('before', before('v1'));
    await waitFor(async () => (await harness.object('tenanttemplate', 'before')).status?.readyTenants === 7, {
      what: 'the seven others',
    });
    expect((await harness.condition('tenant', 't2-before', 'Ready'))?.reason).toBe('Conflict');
    await apply('before', before('v2'));
    await phase('before', 'Complete');
    expect(await revisions('before')).toBe(all('v2').replace('t2=v2 ', ''));
    // Also the broken one is brought as far as it can be.
    expect(await revisions('beside')).toBe(all('v2'));
    await harness.kubectl('delete', 'configmap', 't2-before');
    await allReady('before');
  });
});

describe('a tenant that waits already', () => {
  it('does not hold the others up, and is brought along', async () => {
    const gate = (rev: string) => ({
      configMaps: [
        configMap('gate', { rev }, { readyWhen: "has(object.data.open) || object.data.rev == 'v0'" }),
      ],
      rollout: { maxSkew: 1 },
    });
    await apply('gate', gate('v1'));
    for (const uid of ['t1', 't3', 't4', 't5', 't6', 't7', 't8']) {
      await waitFor(() => harness.find('configmap', `${uid}-gate`), { what: `the object of ${uid}` });
      await harness.patch('configmap', `${uid}-gate`, { data: { open: 'yes' } });
    }
    await waitFor(async () => (await harness.object('tenanttemplate', 'gate')).status?.readyTenants === 7, {
      what: 'the seven others',
    });
    expect((await harness.condition('tenant', 't2-gate', 'Ready'))?.reason).toBe('WaitingForReady');
    await apply('gate', gate('v2'));
    await phase('gate', 'Complete');
    expect(await revisions('gate')).toBe(all('v2'));
  });
});

describe('the operator', () => {
  it('was refused nothing that it needs', () => {
    expect(unexpectedRefusals(harness.rig)).toEqual([]);
  });
});
