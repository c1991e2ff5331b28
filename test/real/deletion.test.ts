/** What goes when a row, a Tenant, a template, a registry or a namespace goes: in which order, and what is held back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDENTIALS, unexpectedRefusals, waitFor } from '../rig/support/index.ts';
import { type AnyObject, type Harness, type ObservedCondition, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ externalDns: false, dns: false });
});

afterAll(async () => harness?.stop());

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`);

async function fillTable(table: string, uids: readonly string[]): Promise<void> {
  await harness.sql.script(`
    CREATE TABLE ${table} (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10));
    INSERT INTO ${table} VALUES ${uids.map((uid) => `('${uid}', '${uid}.example.com', '1')`).join()};
  `);
}

/** Names of the Tenants of a template that are not being deleted. */
async function tenantsOf(...templates: string[]): Promise<string[]> {
  const { items } = await harness.kubectl.json<{ items: AnyObject[] }>('get', 'tenants', '-A');
  return items
    .filter(
      ({ metadata, spec }) => !metadata.deletionTimestamp && templates.includes(spec.templateRef as string),
    )
    .map(({ metadata }) => metadata.name)
    .sort();
}

const waitForTenants = (templateName: string, expected: readonly string[]) =>
  waitFor(
    async () => {
      const found = await tenantsOf(templateName);
      if (found.join() !== [...expected].sort().join()) throw new Error(`there are ${found.join(', ')}`);
      return true;
    },
    { what: `the tenants of ${templateName} to be ${expected.length}` },
  );

async function reason(
  kind: string,
  name: string,
  type: string,
  expected: string,
): Promise<ObservedCondition> {
  return waitFor(
    async () => {
      const found = await harness.condition(kind, name, type);
      if (found?.reason !== expected) throw new Error(`${type} is ${found?.reason}: ${found?.message}`);
      return found;
    },
    { what: `${kind} ${name} to say ${expected}` },
  );
}

async function approve(name: string): Promise<void> {
  const held = (await harness.object('tenantregistry', name)).status?.heldDeletions as { digest: string };
  await harness.kubectl(
    'annotate',
    'tenantregistry',
    name,
    `kubernetes-tenants.org/approve-deletions=${held.digest}`,
  );
}

const ready = (tenant: string) => waitFor(() => harness.isReady(tenant), { what: `${tenant} to be ready` });

const simple = {
  configMaps: [configMap('app', { host: '{{ .host }}' }, { nameTemplate: '{{ .uid }}-{{ .templateRef }}' })],
};

describe('several templates and registries in a namespace', () => {
  const customers = numbered('c', 12);
  const shops = numbered('s', 3);
  const of = (uids: readonly string[], name: string) => uids.map((uid) => `${uid}-${name}`);

  beforeAll(async () => {
    await fillTable('customers', customers);
    await fillTable('shops', shops);
    await harness.applyObjects(
      registry('crm'),
      registry('shop', { table: 'shops' }),
      template('web', 'crm', simple),
      template('db', 'crm', simple),
      template('store', 'shop', simple),
      template('till', 'shop', simple),
    );
    for (const name of ['web', 'db']) await waitForTenants(name, of(customers, name));
    for (const name of ['store', 'till']) await waitForTenants(name, of(shops, name));
    await harness.settle();
  });

  it('count their own tenants', async () => {
    const counts = async (name: string) => {
      const { status } = await harness.object('tenantregistry', name);
      return [status?.referencingTemplates, status?.desired, status?.ready];
    };
    expect(await counts('crm')).toEqual([2, 24, 24]);
    expect(await counts('shop')).toEqual([2, 6, 6]);
    expect((await harness.object('tenanttemplate', 'db')).status).toMatchObject({
      totalTenants: 12,
      readyTenants: 12,
    });
  });

  it('a deleted template takes its tenants along and nobody else', async () => {
    const mark = harness.rig.auditMark();
    await harness.kubectl('delete', 'tenanttemplate', 'till');
    await waitForTenants('till', []);
    for (const name of of(shops, 'till')) {
      await waitFor(() => harness.isGone('configmap', name), { what: `ConfigMap ${name} to go` });
    }
    await harness.settle();
    const deleted = harness
      .operatorRequests(mark)
      .filter(({ verb }) => verb === 'delete')
      .map(({ objectRef }) => objectRef?.name ?? '');
    expect(deleted.filter((name) => !name.endsWith('-till'))).toEqual([]);
    expect(await tenantsOf('store')).toEqual(of(shops, 'store'));
  });

  it('a deleted template with more tenants than the guard lets go is held, and goes when it is approved', async () => {
    await harness.kubectl('delete', 'tenanttemplate', 'db');
    const { message } = await reason('tenantregistry', 'crm', 'DeletionHeld', 'DeletionHeld');
    expect(message).toContain('12 of 24 Tenants would be deleted, more than 10 and 25 %');
    await harness.settle();
    expect(await tenantsOf('db')).toEqual(of(customers, 'db'));
    expect(await harness.isGone('configmap', 'c01-db')).toBe(false);
    expect((await harness.condition('tenant', 'c01-db', 'Ready'))?.reason).toBe('TemplateNotFound');
    await approve('crm');
    await waitForTenants('db', []);
    await waitFor(() => harness.isGone('configmap', 'c12-db'), { what: 'the objects to go' });
    await reason('tenantregistry', 'crm', 'DeletionHeld', 'NothingHeld');
    expect(await tenantsOf('web')).toEqual(of(customers, 'web'));
  });

  it('a deleted registry below the limits goes after its tenants', async () => {
    await harness.kubectl('delete', 'tenantregistry', 'shop', '--timeout=60s');
    expect(await tenantsOf('store')).toEqual([]);
    for (const name of of(shops, 'store')) expect(await harness.isGone('configmap', name)).toBe(true);
    expect(await reason('tenanttemplate', 'store', 'Valid', 'RegistryNotFound')).toMatchObject({
      status: 'Unknown',
    });
  });

  it('a deleted registry above the limits is held over a restart, and goes when it is approved', async () => {
    await harness.kubectl('delete', 'tenantregistry', 'crm', '--wait=false');
    const { message } = await reason('tenantregistry', 'crm', 'DeletionHeld', 'DeletionHeld');
    expect(message).toContain('12 of 12 Tenants would be deleted');
    await harness.rig.restart('operator');
    await harness.settle();
    expect(await tenantsOf('web')).toEqual(of(customers, 'web'));
    expect(await harness.isReady('c01-web')).toBe(true);
    await approve('crm');
    await waitFor(() => harness.isGone('tenantregistry', 'crm'), { what: 'the registry to go' });
    expect(await tenantsOf('web')).toEqual([]);
    expect(await harness.isGone('configmap', 'c01-web')).toBe(true);
  });
});

describe('the deletion guard', () => {
  it('adds up batches that each stay below the limits, over a restart too', async () => {
    const uids = numbered('b', 24);
    await fillTable('batches', uids);
    await harness.applyObjects(
      registry('batches', { table: 'batches' }),
      template('batch', 'batches', simple),
    );
    const of = (from: number) => uids.slice(from).map((uid) => `${uid}-batch`);
    await waitForTenants('batch', of(0));
    await harness.sql.execute("UPDATE batches SET active='0' WHERE id <= 'b06'");
    await waitForTenants('batch', of(6));
    await harness.rig.restart('operator');
    await harness.sql.execute("DELETE FROM batches WHERE id <= 'b12'");
    const { message } = await reason('tenantregistry', 'batches', 'DeletionHeld', 'DeletionHeld');
    expect(message).toContain('6 of 18 Tenants would be deleted after 6 in the last 10 minutes');
    await harness.settle();
    expect(await tenantsOf('batch')).toEqual(of(6));
    await harness.sql.execute("INSERT INTO batches VALUES ('b07', 'b07.example.com', '1')");
    await waitFor(
      async () =>
        (await harness.condition('tenantregistry', 'batches', 'DeletionHeld'))?.message.startsWith('5 of 18'),
      { what: 'the list to follow the table' },
    );
    await approve('batches');
    await waitForTenants('batch', ['b07-batch', ...of(12)]);
    await harness.patch('tenantregistry', 'batches', { spec: { deletionGuard: { maxDeletions: 1_000 } } });
    await harness.kubectl('delete', 'tenantregistry', 'batches', '--timeout=60s');
    await harness.kubectl('delete', 'tenanttemplate', 'batch');
  });
});

describe('one tenant', () => {
  const spec = {
    configMaps: [
      configMap('first', {}),
      configMap('second', {}, { dependIds: ['first'], targetNamespace: 'elsewhere' }),
      configMap('third', {}, { dependIds: ['second'] }),
    ],
  };
  const order = ['acme-third', 'acme-second', 'acme-first'];

  beforeAll(async () => {
    await harness.kubectl('create', 'namespace', 'elsewhere');
    await fillTable('single', ['acme']);
    await harness.applyObjects(registry('single', { table: 'single' }), template('chain', 'single', spec));
    await ready('acme-chain');
  });

  const hold = (name: string) =>
    harness.patch('configmap', name, { metadata: { finalizers: ['test.kubernetes-tenants.org/hold'] } });
  const release = (name: string) => harness.patch('configmap', name, { metadata: { finalizers: null } });

  /** Names of deleted ConfigMaps in the order of the requests. */
  const deletedSince = (mark: number, user: RegExp = /.*/) =>
    harness.rig
      .auditEvents({ verb: 'delete', resource: 'configmaps', since: mark, user })
      .sort((a, b) => a.requestReceivedTimestamp.localeCompare(b.requestReceivedTimestamp))
      .map(({ objectRef }) => objectRef?.name ?? '');

  it('goes in reverse order of its dependencies, each step after the one before is gone', async () => {
    await hold('acme-third');
    const mark = harness.rig.auditMark();
    await harness.sql.execute("UPDATE single SET active='0'");
    await waitFor(async () => (await harness.object('configmap', 'acme-third')).metadata.deletionTimestamp, {
      what: 'the last one to be deleted first',
    });
    await harness.settle();
    expect(deletedSince(mark)).toEqual(['acme-third']);
    expect((await reason('tenant', 'acme-chain', 'Ready', 'Deleting')).message).toContain(
      'ConfigMap "acme-third"',
    );
    await release('acme-third');
    await waitFor(() => harness.isGone('tenant', 'acme-chain'), { what: 'the Tenant to go' });
    expect(deletedSince(mark)).toEqual(order);
    await harness.sql.execute("UPDATE single SET active='1'");
    await ready('acme-chain');
  });

  it.each([
    ['background', ['acme-first', 'acme-second'], order],
    ['orphan', ['acme-first', 'acme-second'], order],
    ['foreground', ['acme-first', 'acme-second'], order],
  ])(
    'deleted by hand with --cascade=%s leaves %j until the last one is gone, then nothing, and comes back while its row is active',
    async (cascade, kept, deletes) => {
      const before = await harness.object('tenant', 'acme-chain');
      const uids = async () =>
        Promise.all(
          [
            ['acme-first', 'default'],
            ['acme-second', 'elsewhere'],
            ['acme-third', 'default'],
          ].map(async ([name, namespace]) => (await harness.object('configmap', name!, namespace)).metadata),
        );
      const objectsBefore = await uids();
      const mark = harness.rig.auditMark();
      await hold('acme-third');
      await harness.kubectl('delete', 'tenant', 'acme-chain', `--cascade=${cascade}`, '--wait=false');
      await waitFor(
        async () => (await harness.object('configmap', 'acme-third')).metadata.deletionTimestamp,
        { what: 'the last one to be deleted first' },
      );
      await harness.settle();
      // The garbage collector is not in the audit log: the objects themselves tell.
      for (const { name, uid } of objectsBefore.filter((one) => kept.includes(one.name))) {
        const live = await harness.object(
          'configmap',
          name,
          name === 'acme-second' ? 'elsewhere' : 'default',
        );
        expect([live.metadata.uid, live.metadata.deletionTimestamp]).toEqual([uid, undefined]);
      }
      await release('acme-third');
      await waitFor(
        async () => {
          const found = await harness.find('tenant', 'acme-chain');
          return found !== undefined && found.metadata.uid !== before.metadata.uid;
        },
        { what: 'the Tenant to be back' },
      );
      await ready('acme-chain');
      if (deletes) expect(deletedSince(mark)).toEqual(deletes);
      const owner = (await harness.object('tenant', 'acme-chain')).metadata.uid;
      const objects = await uids();
      for (const [index, { uid, annotations, ownerReferences }] of objects.entries()) {
        expect(uid).not.toBe(objectsBefore[index]?.uid);
        const named = ownerReferences?.[0]?.uid ?? annotations?.['kubernetes-tenants.org/tenant-uid'];
        expect(named).toBe(owner);
      }
    },
  );

  it('whose finalizer is taken off by force takes its objects back when it returns', async () => {
    const uidOf = async (name: string, namespace = 'default') =>
      (await harness.object('configmap', name, namespace)).metadata.uid;
    const before = await Promise.all([
      uidOf('acme-first'),
      uidOf('acme-second', 'elsewhere'),
      uidOf('acme-third'),
    ]);
    await harness.rig.kill('operator');
    await harness.kubectl('delete', 'tenant', 'acme-chain', '--wait=false');
    await harness.patch('tenant', 'acme-chain', { metadata: { finalizers: null } });
    await waitFor(() => harness.isGone('tenant', 'acme-chain'), { what: 'the Tenant to be gone' });
    // The garbage collector takes the reference to the Tenant away, and nothing else.
    await waitFor(
      async () =>
        (await harness.object('configmap', 'acme-first')).metadata.ownerReferences?.every(
          ({ kind }) => kind !== 'Tenant',
        ),
      { what: 'the reference to go' },
    );
    await harness.rig.restart('operator');
    await ready('acme-chain');
    const { uid } = (await harness.object('tenant', 'acme-chain')).metadata;
    const first = (await harness.object('configmap', 'acme-first')).metadata;
    expect(first.ownerReferences?.[0]).toMatchObject({ kind: 'Tenant', uid });
    expect(
      await Promise.all([uidOf('acme-first'), uidOf('acme-second', 'elsewhere'), uidOf('acme-third')]),
    ).toEqual(before);
  });
});

describe('objects of every kind', () => {
  const rule = { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] };
  const pods = {
    metadata: { labels: { app: '{{ .uid }}' } },
    spec: { containers: [{ name: 'app', image: 'nginx:stable' }] },
  };
  const spec = {
    namespaces: [{ id: 'space', nameTemplate: '{{ .uid }}-space', spec: {} }],
    deployments: [
      {
        id: 'web',
        spec: { spec: { replicas: 1, selector: { matchLabels: { app: '{{ .uid }}' } }, template: pods } },
      },
    ],
    jobs: [
      {
        id: 'job',
        spec: {
          spec: {
            backoffLimit: 0,
            template: {
              metadata: { labels: { job: '{{ .uid }}' } },
              spec: { ...pods.spec, restartPolicy: 'Never' },
            },
          },
        },
      },
    ],
    configMaps: [
      configMap('far', {}, { targetNamespace: 'elsewhere' }),
      configMap('inside', {}, { targetNamespace: '{{ .uid }}-space', dependIds: ['space'] }),
    ],
    podDisruptionBudgets: [
      { id: 'pdb', spec: { spec: { minAvailable: 0, selector: { matchLabels: { app: '{{ .uid }}' } } } } },
    ],
    persistentVolumeClaims: [
      {
        id: 'disk',
        waitForReady: false,
        spec: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      },
    ],
    manifests: [
      {
        id: 'role',
        nameTemplate: '{{ .uid }}-role',
        spec: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', rules: [rule] },
      },
      { id: 'gadget', spec: { apiVersion: 'example.com/v1', kind: 'Gadget', spec: { size: 1 } } },
      {
        id: 'wide',
        nameTemplate: '{{ .uid }}-wide',
        spec: { apiVersion: 'example.com/v1', kind: 'WideGadget', spec: { size: 1 } },
      },
    ],
  };
  const kinds = [
    'namespaces',
    'deployments',
    'replicasets',
    'jobs',
    'pods',
    'configmaps',
    'poddisruptionbudgets',
    'persistentvolumeclaims',
    'clusterroles',
    'gadgets',
    'widegadgets',
  ].join();

  /** `Kind/name` of everything of the tenant `zeta`, pods and ReplicaSets by their prefix. */
  const found = async () => {
    const { items } = await harness.kubectl.json<{ items: AnyObject[] }>('get', kinds, '-A');
    return items
      .filter(({ metadata }) => metadata.name.startsWith('zeta-'))
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
      .filter((line) => !/^(Pod|ReplicaSet)\/zeta-web-/.test(line));
  };

  it('go with their tenant: cluster-scoped, in other namespaces, custom, and the pods of Jobs', async ({
    skip,
  }) => {
    skip(harness.isSandbox, 'the sandbox makes no pods');
    await harness.applyObjects(
      rights(['clusterroles'], 'rbac.authorization.k8s.io'),
      binding('clusterroles'),
      rights(['gadgets', 'widegadgets'], 'example.com'),
      binding('gadgets'),
      crd('Gadget', 'Namespaced'),
      crd('WideGadget', 'Cluster'),
    );
    await harness.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s');
    await fillTable('kinds', ['zeta']);
    await harness.applyObjects(registry('kinds', { table: 'kinds' }), template('all', 'kinds', spec));
    await waitFor(() => harness.isReady('zeta-all'), { what: 'the tenant to be ready', timeoutMs: 60_000 });
    const pod = await waitFor(async () => (await found()).find((line) => line.startsWith('Pod/zeta-job-')), {
      what: "the Job's pod",
    });
    expect((await found()).sort()).toEqual([
      'ClusterRole/zeta-role',
      'ConfigMap/zeta-far',
      'ConfigMap/zeta-inside',
      'Deployment/zeta-web',
      'Gadget/zeta-gadget',
      'Job/zeta-job',
      'Namespace/zeta-space',
      'PersistentVolumeClaim/zeta-disk',
      pod,
      'PodDisruptionBudget/zeta-pdb',
      'WideGadget/zeta-wide',
    ]);
    await harness.sql.execute("UPDATE kinds SET active='0'");
    await waitFor(() => harness.isGone('tenant', 'zeta-all'), {
      what: 'the tenant to go',
      timeoutMs: 60_000,
    });
    await waitFor(
      async () => {
        const left = await found();
        if (left.length > 0) throw new Error(`there is ${left.join(', ')}`);
        return true;
      },
      { what: 'everything to be gone' },
    );
  });
});

describe('the operator', () => {
  it('was refused nothing that it needs', () => {
    expect(unexpectedRefusals(harness.rig)).toEqual([]);
  });
});

describe('a namespace that is deleted', () => {
  it('is never held back, however many tenants go with it', async () => {
    const uids = numbered('n', 14);
    await fillTable('leaving', uids);
    await harness.kubectl('create', 'namespace', 'leaving');
    const inNamespace = (object: unknown) => {
      const { metadata, ...rest } = object as { metadata: object };
      return { ...rest, metadata: { ...metadata, namespace: 'leaving' } };
    };
    const { secret, username, password } = CREDENTIALS;
    await harness.applyObjects(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: secret, namespace: 'leaving' },
        stringData: { username, password },
      },
      inNamespace(registry('leaving', { table: 'leaving' })),
      inNamespace(
        template('leave', 'leaving', {
          configMaps: [configMap('near', {}), configMap('outside', {}, { targetNamespace: 'elsewhere' })],
        }),
      ),
    );
    await waitFor(() => harness.find('configmap', 'n14-outside', 'elsewhere'), { what: 'the tenants' });
    await harness.settle();
    await harness.kubectl('delete', 'namespace', 'leaving', '--timeout=90s');
    await waitFor(
      async () => {
        const { items } = await harness.kubectl.json<{ items: AnyObject[] }>(
          'get',
          'configmaps',
          '-n',
          'elsewhere',
          '-l',
          'kubernetes-tenants.org/tenant-namespace=leaving',
        );
        return items.length === 0;
      },
      { what: 'the objects in other namespaces to be gone' },
    );
  });
});

function rights(resources: string[], apiGroup: string): unknown {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `tenant-operator-${resources[0]}` },
    rules: [
      {
        apiGroups: [apiGroup],
        resources,
        verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
      },
    ],
  };
}

function binding(resource: string): unknown {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `tenant-operator-${resource}` },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: `tenant-operator-${resource}`,
    },
    subjects: [{ kind: 'ServiceAccount', name: 'tenant-operator', namespace: 'tenant-operator-system' }],
  };
}

function crd(kind: string, scope: 'Namespaced' | 'Cluster'): unknown {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: 'example.com',
      scope,
      names: { kind, plural },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}
