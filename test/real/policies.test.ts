/** What an item's policies promise, on the real API server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unexpectedRefusals, waitFor } from '../rig/support/index.ts';
import { type AnyObject, type Harness, startHarness } from './harness.ts';
import { configMap, deployment, registry, template } from './objects.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ externalDns: false, dns: false });
  await harness.sql.script(`
    CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10));
    INSERT INTO customers VALUES ('acme', 'acme.example.com', '1');
  `);
  // Each case deletes a tenant: together more than the guard lets go.
  await harness.applyObjects(registry('crm', { spec: { deletionGuard: { maxDeletions: 1_000 } } }));
});

afterAll(async () => harness?.stop());

/** A template of its own for each case, gone at its end. */
async function withTemplate(
  name: string,
  spec: Record<string, unknown>,
  story: (tenant: string) => Promise<void>,
): Promise<void> {
  await harness.applyObjects(template(name, 'crm', spec));
  await waitFor(() => harness.find('tenant', `acme-${name}`), { what: 'the Tenant' });
  await story(`acme-${name}`);
  await harness.kubectl('delete', 'tenanttemplate', name);
  await waitFor(() => harness.isGone('tenant', `acme-${name}`), { what: 'the Tenant to go' });
}

const ready = (tenant: string) => waitFor(() => harness.isReady(tenant), { what: `${tenant} to be ready` });

async function readyWith(tenant: string, check: () => Promise<boolean>): Promise<void> {
  await waitFor(check, { what: 'the change to arrive' });
  await ready(tenant);
}

async function reason(tenant: string, type: string, expected: string): Promise<string> {
  const condition = await waitFor(
    async () => {
      const found = await harness.condition('tenant', tenant, type);
      if (found?.reason !== expected) throw new Error(`${type} is ${found?.reason}: ${found?.message}`);
      return found;
    },
    { what: `${tenant} to say ${expected}` },
  );
  return condition.message;
}

const data = async (name: string) => (await harness.object('configmap', name)).data;

describe('creationPolicy: Once', () => {
  const spec = (value: string) => ({
    configMaps: [configMap('once', { value }, { creationPolicy: 'Once' })],
  });

  it('never updates the object, and makes it anew when it is gone and still asked for', async () => {
    await withTemplate('once', spec('first'), async (tenant) => {
      await ready(tenant);
      const made = await harness.object('configmap', 'acme-once');
      expect(made.metadata.annotations).toMatchObject({ 'kubernetes-tenants.org/created-once': 'true' });
      await harness.applyObjects(template('once', 'crm', spec('second')));
      await harness.patch('configmap', 'acme-once', { data: { value: 'by hand' } });
      await harness.settle();
      expect(await data('acme-once')).toEqual({ value: 'by hand' });
      await harness.kubectl('delete', 'configmap', 'acme-once');
      await waitFor(async () => (await data('acme-once'))?.value === 'second', {
        what: 'a new one as asked for now',
      });
    });
  });

  it('may use random functions, which are drawn once', async () => {
    const items = {
      secrets: [
        {
          id: 'password',
          creationPolicy: 'Once',
          spec: { apiVersion: 'v1', kind: 'Secret', stringData: { password: '{{ randAlphaNum 24 }}' } },
        },
      ],
    };
    await withTemplate('random', items, async (tenant) => {
      await ready(tenant);
      const { data: first } = await harness.object('secret', 'acme-password');
      await harness.rig.restart('operator');
      await harness.settle();
      expect((await harness.object('secret', 'acme-password')).data).toEqual(first);
    });
  });
});

describe('what is made once and retained', () => {
  const item = (more: Record<string, unknown>) => ({
    secrets: [
      {
        id: 'login',
        creationPolicy: 'Once',
        spec: { apiVersion: 'v1', kind: 'Secret', stringData: { password: '{{ randAlphaNum 24 }}' } },
        ...more,
      },
    ],
  });

  it('has the password that was drawn first when its tenant comes back, and when its status is lost', async () => {
    await withTemplate('login', item({ deletionPolicy: 'Retain' }), async (tenant) => {
      await ready(tenant);
      const { data: drawn } = await harness.object('secret', 'acme-login');
      await harness.sql.execute("UPDATE customers SET active='0'");
      await waitFor(() => harness.isGone('tenant', tenant), { what: 'the Tenant to go' });
      await harness.sql.execute("UPDATE customers SET active='1'");
      await readyWith(tenant, async () => (await harness.find('tenant', tenant)) !== undefined);
      expect((await harness.object('secret', 'acme-login')).data).toEqual(drawn);
      // As after a crash between the first apply and the status write.
      await harness.kubectl(
        ...['patch', 'tenant', tenant, '--subresource=status', '--type=merge'],
        ...['-p', '{"status":{"inventory":[]}}'],
      );
      await waitFor(
        async () => {
          const { inventory } = (await harness.object('tenant', tenant)).status ?? {};
          return (inventory as { uid?: string }[]).some(({ uid }) => uid !== undefined);
        },
        { what: 'the inventory to be known again' },
      );
      const after = await harness.object('secret', 'acme-login');
      expect(after.data).toEqual(drawn);
      expect(after.metadata.labels).not.toHaveProperty(['kubernetes-tenants.org/orphaned']);
    });
    await harness.kubectl('delete', 'secret', 'acme-login');
  });

  it.each([
    ['Once', { creationPolicy: 'Once' }],
    ['merge', { creationPolicy: 'WhenNeeded', patchStrategy: 'merge' }],
    ['apply', { creationPolicy: 'WhenNeeded' }],
  ])(
    '%s: an item that is to be retained from now on loses its owner, and outlives its tenant',
    async (_, policy) => {
      const config = (more: Record<string, unknown>) => ({
        configMaps: [configMap('treasure', { value: 'x' }, { ...policy, ...more })],
      });
      await withTemplate('treasure', config({}), async (tenant) => {
        await ready(tenant);
        expect((await harness.object('configmap', 'acme-treasure')).metadata.ownerReferences).toHaveLength(2);
        await harness.applyObjects(template('treasure', 'crm', config({ deletionPolicy: 'Retain' })));
        await waitFor(
          async () =>
            (await harness.object('configmap', 'acme-treasure')).metadata.ownerReferences === undefined,
          { what: 'the owner to go' },
        );
        await harness.settle();
      });
      const left = await harness.object('configmap', 'acme-treasure');
      expect(left.metadata.labels).toMatchObject({ 'kubernetes-tenants.org/orphaned': 'true' });
      await harness.kubectl('delete', 'configmap', 'acme-treasure');
    },
  );
});

describe('deletionPolicy: Retain', () => {
  const spec = {
    configMaps: [
      configMap('kept', { value: '{{ .host }}' }, { deletionPolicy: 'Retain' }),
      configMap('gone', {}),
    ],
  };

  it('keeps the object without an owner, marks it when its tenant goes, and takes it back', async () => {
    await withTemplate('retain', spec, async (tenant) => {
      await ready(tenant);
      const kept = await harness.object('configmap', 'acme-kept');
      expect(kept.metadata.ownerReferences).toBeUndefined();
      await harness.sql.execute("UPDATE customers SET active='0'");
      await waitFor(() => harness.isGone('tenant', tenant), { what: 'the Tenant to go' });
      expect(await harness.isGone('configmap', 'acme-gone')).toBe(true);
      const orphan = await harness.object('configmap', 'acme-kept');
      expect(orphan.metadata.uid).toBe(kept.metadata.uid);
      expect(orphan.metadata.labels).toMatchObject({ 'kubernetes-tenants.org/orphaned': 'true' });
      expect(orphan.metadata.annotations).toMatchObject({
        'kubernetes-tenants.org/orphaned-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        'kubernetes-tenants.org/orphaned-reason': 'TenantDeleted',
      });
      await harness.sql.execute("UPDATE customers SET active='1'");
      await readyWith(tenant, async () => (await harness.find('tenant', tenant)) !== undefined);
      const back = await harness.object('configmap', 'acme-kept');
      expect(back.metadata.uid).toBe(kept.metadata.uid);
      expect(back.metadata.labels).not.toHaveProperty(['kubernetes-tenants.org/orphaned']);
      expect(back.metadata.annotations).not.toHaveProperty(['kubernetes-tenants.org/orphaned-at']);
    });
    expect((await harness.object('configmap', 'acme-kept')).metadata.labels).toMatchObject({
      'kubernetes-tenants.org/orphaned': 'true',
    });
    await harness.kubectl('delete', 'configmap', 'acme-kept');
  });

  it('marks the object with another reason when only its item goes, and takes it back with the item', async () => {
    await withTemplate('retain', spec, async (tenant) => {
      await ready(tenant);
      await harness.applyObjects(template('retain', 'crm', { configMaps: [configMap('gone', {})] }));
      await waitFor(
        async () =>
          (await harness.object('configmap', 'acme-kept')).metadata.annotations?.[
            'kubernetes-tenants.org/orphaned-reason'
          ] === 'ItemRemoved',
        { what: 'the mark' },
      );
      const { uid } = (await harness.object('configmap', 'acme-kept')).metadata;
      await harness.applyObjects(template('retain', 'crm', spec));
      await waitFor(
        async () => {
          const { metadata } = await harness.object('configmap', 'acme-kept');
          return metadata.uid === uid && metadata.labels?.['kubernetes-tenants.org/orphaned'] === undefined;
        },
        { what: 'the object to be taken back' },
      );
      await ready(tenant);
    });
    await harness.kubectl('delete', 'configmap', 'acme-kept');
  });
});

describe('an object that somebody else made', () => {
  const foreign = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'acme-shared', namespace: 'default' },
    data: { mine: 'yes' },
  };
  const items = (more: Record<string, unknown>) => ({
    configMaps: [configMap('shared', { ours: 'yes' }, more), configMap('other', {})],
  });

  it.each(['apply', 'merge', 'replace'])(
    'is left untouched with patchStrategy %s, named in Conflicted, and outlives the tenant',
    async (patchStrategy) => {
      await harness.applyObjects(foreign);
      const before = await harness.object('configmap', 'acme-shared');
      await withTemplate('conflict', items({ patchStrategy }), async (tenant) => {
        const message = await reason(tenant, 'Conflicted', 'Conflict');
        expect(message).toContain(
          '"shared": ConfigMap "acme-shared" belongs to somebody else (written by person)',
        );
        await waitFor(() => harness.find('configmap', 'acme-other'), { what: 'the rest of the tenant' });
        expect(await harness.eventsOf('Tenant', tenant)).toContainEqual(
          expect.stringContaining('Conflict: '),
        );
      });
      expect(await harness.object('configmap', 'acme-shared')).toEqual(before);
      await harness.kubectl('delete', 'configmap', 'acme-shared');
    },
  );

  it('is taken with conflictPolicy: Force, and goes with the tenant', async () => {
    await harness.applyObjects(foreign);
    const { uid } = (await harness.object('configmap', 'acme-shared')).metadata;
    await withTemplate('conflict', items({ conflictPolicy: 'Force' }), async (tenant) => {
      await ready(tenant);
      const taken = await harness.object('configmap', 'acme-shared');
      expect(taken.metadata.uid).toBe(uid);
      expect(taken.data).toEqual({ mine: 'yes', ours: 'yes' });
    });
    expect(await harness.isGone('configmap', 'acme-shared')).toBe(true);
  });

  it('that goes away ends the conflict', async () => {
    await harness.applyObjects(foreign);
    await withTemplate('conflict', items({}), async (tenant) => {
      await reason(tenant, 'Conflicted', 'Conflict');
      await harness.kubectl('delete', 'configmap', 'acme-shared');
      await waitFor(() => harness.isReady(tenant), { what: 'the conflict to end', timeoutMs: 40_000 });
    });
  });
});

describe('two items that make one object', () => {
  it('the first has it, the other one says so, and the operator rests', async () => {
    const named = (id: string) => configMap(id, { of: id }, { nameTemplate: '{{ .uid }}-same' });
    await withTemplate('twins', { configMaps: [named('a'), named('b')] }, async (tenant) => {
      expect(await reason(tenant, 'Ready', 'DuplicateObject')).toContain(
        '"b": ConfigMap "acme-same" is made by item "a" already',
      );
      await harness.settle();
      expect(await data('acme-same')).toEqual({ of: 'a' });
    });
  });
});

describe('patchStrategy', () => {
  it.each([
    ['apply', { value: 'new', hand: 'made' }, 'fields of others stay, dropped ones go'],
    ['merge', { value: 'new', old: 'x', hand: 'made' }, 'nothing goes'],
    ['replace', { value: 'new' }, 'only what is asked for stays'],
  ])('%s: after an edit there is %j, because %s', async (patchStrategy, expected, _reason) => {
    const items = (values: Record<string, string>) => ({
      configMaps: [configMap('patched', values, { patchStrategy })],
    });
    await withTemplate('patched', items({ value: 'first', old: 'x' }), async (tenant) => {
      await ready(tenant);
      await harness.patch('configmap', 'acme-patched', { data: { hand: 'made' } });
      await harness.applyObjects(template('patched', 'crm', items({ value: 'new' })));
      await waitFor(async () => (await data('acme-patched'))?.value === 'new', { what: 'the new value' });
      await harness.settle();
      expect(await data('acme-patched')).toEqual(expected);
    });
  });

  it('merge, and apply from now on: what the template no longer has goes, what others wrote stays', async () => {
    const edit = (patchStrategy: string, values: Record<string, string>) => ({
      configMaps: [configMap('moved', values, { patchStrategy })],
    });
    await withTemplate('moved', edit('merge', { value: '1' }), async (tenant) => {
      await ready(tenant);
      for (const values of [{ value: '2', late: 'x' }, { value: '3' }]) {
        await harness.applyObjects(template('moved', 'crm', edit('merge', values)));
        await waitFor(async () => (await data('acme-moved'))?.value === values.value, { what: 'the edit' });
      }
      await harness.patch('configmap', 'acme-moved', { data: { hand: 'made' } });
      await harness.applyObjects(template('moved', 'crm', edit('apply', { value: '3' })));
      await waitFor(async () => !('late' in ((await data('acme-moved')) ?? {})), {
        what: 'what was dropped to go',
      });
      await harness.settle();
      expect(await data('acme-moved')).toEqual({ value: '3', hand: 'made' });
    });
  });
});

describe('ignoreFields', () => {
  it('are set at creation and left alone afterwards', async () => {
    const items = (replicas: number, image: string) => {
      const item = deployment(
        'web',
        { ignoreFields: ['$.spec.replicas', '.spec.template.spec.containers[*].image'] },
        replicas,
      ) as {
        spec: { spec: { template: { spec: { containers: { image: string }[] } }; minReadySeconds?: number } };
      };
      const [container] = item.spec.spec.template.spec.containers;
      if (container) container.image = image;
      return item;
    };
    await withTemplate('ignored', { deployments: [items(1, 'nginx:1')] }, async (tenant) => {
      await ready(tenant);
      await harness.kubectl('scale', 'deployment', 'acme-web', '--replicas=3');
      await harness.kubectl('set', 'image', 'deployment/acme-web', 'app=nginx:2');
      await harness.settle();
      const deploymentOf = async () =>
        (await harness.object('deployment', 'acme-web')).spec as {
          replicas: number;
          minReadySeconds?: number;
          template: { spec: { containers: { image: string }[] } };
        };
      expect(await deploymentOf()).toMatchObject({
        replicas: 3,
        template: { spec: { containers: [{ image: 'nginx:2' }] } },
      });
      const edited = items(1, 'nginx:1');
      edited.spec.spec.minReadySeconds = 1;
      await harness.applyObjects(template('ignored', 'crm', { deployments: [edited] }));
      await waitFor(async () => (await deploymentOf()).minReadySeconds === 1, {
        what: 'another field to arrive',
      });
      await harness.settle();
      expect(await deploymentOf()).toMatchObject({
        replicas: 3,
        template: { spec: { containers: [{ image: 'nginx:2' }] } },
      });
    });
  });
});

describe('driftPolicy: Warn', () => {
  it('leaves a hand edit and says so', async () => {
    await withTemplate(
      'warn',
      { configMaps: [configMap('warned', { value: 'ours' }, { driftPolicy: 'Warn' })] },
      async (tenant) => {
        await ready(tenant);
        await harness.patch('configmap', 'acme-warned', { data: { value: 'theirs' } });
        expect(await reason(tenant, 'Degraded', 'Drifted')).toContain('"warned"');
        expect(await data('acme-warned')).toEqual({ value: 'theirs' });
        expect(await harness.isReady(tenant)).toBe(true);
      },
    );
  });
});

describe('dependencies', () => {
  const job = {
    id: 'migrate',
    spec: {
      spec: {
        backoffLimit: 0,
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'm', image: 'm' }] } },
      },
    },
  };
  const items = (more: Record<string, unknown>) => ({
    jobs: [{ ...job, timeoutSeconds: 2, readyWhen: 'false' }],
    configMaps: [configMap('after', {}, { dependIds: ['migrate'], ...more })],
  });

  it('that time out skip their dependents, and say which', async () => {
    await withTemplate('deps', items({}), async (tenant) => {
      expect(await reason(tenant, 'Ready', 'TimedOut')).toContain('"migrate": not ready after 2 s');
      expect((await harness.object('tenant', tenant)).status).toMatchObject({
        failedResources: 1,
        skippedResources: 1,
        skippedResourceIds: ['after'],
      });
      expect(await harness.isGone('configmap', 'acme-after')).toBe(true);
    });
  });

  it('that time out do not hold dependents with skipOnDependencyFailure: false', async () => {
    await withTemplate('deps', items({ skipOnDependencyFailure: false }), async () => {
      await waitFor(() => harness.find('configmap', 'acme-after'), { what: 'the dependent' });
    });
  });
});

describe('readyWhen', () => {
  it('decides by the live object', async () => {
    await withTemplate(
      'cel',
      { configMaps: [configMap('cel', {}, { readyWhen: "has(object.data) && object.data.done == 'yes'" })] },
      async (tenant) => {
        expect(await reason(tenant, 'Ready', 'WaitingForReady')).toContain('"cel": readyWhen');
        await harness.patch('configmap', 'acme-cel', { data: { done: 'yes' } });
        await ready(tenant);
      },
    );
  });
});

describe('a changed template', () => {
  it('takes away the object of an item that is gone, and of one that is renamed only after the new one stands', async () => {
    const items = (name: string) => ({
      configMaps: [{ ...(configMap('a', {}) as object), nameTemplate: `{{ .uid }}-${name}` }],
    });
    await withTemplate(
      'renamed',
      { configMaps: [...items('old').configMaps, configMap('b', {})] },
      async (tenant) => {
        await ready(tenant);
        await harness.applyObjects(template('renamed', 'crm', items('new')));
        await waitFor(() => harness.isGone('configmap', 'acme-old'), { what: 'the old name to go' });
        await waitFor(() => harness.isGone('configmap', 'acme-b'), { what: 'the removed item to go' });
        const made = await harness.object('configmap', 'acme-new');
        const deleted = harness
          .operatorRequests()
          .find(({ verb, objectRef }) => verb === 'delete' && objectRef?.name === 'acme-old');
        expect(Date.parse(deleted?.stageTimestamp ?? '')).toBeGreaterThanOrEqual(
          Date.parse(made.metadata.creationTimestamp),
        );
        await waitFor(
          async () =>
            JSON.stringify((await harness.object('tenant', tenant)).status?.appliedResources) ===
            '["ConfigMap/default/acme-new@a"]',
          { what: 'the status to follow' },
        );
      },
    );
  });

  const selector = (app: string, more: Record<string, unknown> = {}) => {
    const item = deployment('web', more) as {
      spec: { spec: { selector: unknown; template: { metadata: unknown } } };
    };
    item.spec.spec.selector = { matchLabels: { app } };
    item.spec.spec.template.metadata = { labels: { app } };
    return { deployments: [item] };
  };

  it('of an immutable field is reported with what to do', async () => {
    await withTemplate('immutable', selector('one'), async (tenant) => {
      await ready(tenant);
      await harness.applyObjects(template('immutable', 'crm', selector('two')));
      const message = await reason(tenant, 'Ready', 'ImmutableField');
      expect(message).toContain('field is immutable');
      expect(message).toContain('recreateOnImmutable: true');
    });
  });

  it('of an immutable field makes the object anew with recreateOnImmutable', async () => {
    await withTemplate('immutable', selector('one', { recreateOnImmutable: true }), async (tenant) => {
      await ready(tenant);
      const { uid } = (await harness.object('deployment', 'acme-web')).metadata;
      await harness.applyObjects(
        template('immutable', 'crm', selector('two', { recreateOnImmutable: true })),
      );
      await readyWith(tenant, async () => {
        const found: AnyObject | undefined = await harness.find('deployment', 'acme-web');
        return found !== undefined && found.metadata.uid !== uid;
      });
    });
  });
});

describe('namespaces and other kinds', () => {
  it('go into namespaces of their own, cluster-scoped kinds included, and everything goes again', async () => {
    const spec = {
      namespaces: [{ id: 'space', nameTemplate: 'space-{{ .uid }}' }].map((item) => ({ ...item, spec: {} })),
      configMaps: [configMap('inside', {}, { targetNamespace: 'space-{{ .uid }}', dependIds: ['space'] })],
    };
    await withTemplate('spaces', spec, async (tenant) => {
      await ready(tenant);
      const inside = await harness.object('configmap', 'acme-inside', 'space-acme');
      expect(inside.metadata.ownerReferences).toBeUndefined();
      const { status } = await harness.object('tenant', tenant);
      expect(status?.appliedResources).toEqual([
        'ConfigMap/space-acme/acme-inside@inside',
        'Namespace//space-acme@space',
      ]);
    });
    expect(await harness.isGone('namespace', 'space-acme')).toBe(true);
  });

  it('wait for a CRD that appears later, without failing the rest', async () => {
    const spec = {
      manifests: [
        {
          id: 'widget',
          spec: { apiVersion: 'example.com/v1', kind: 'Widget', spec: { size: '{{ int "3" }}' } },
        },
      ],
      configMaps: [configMap('rest', {})],
    };
    await harness.applyObjects(
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'tenant-operator-widgets' },
        rules: [
          {
            apiGroups: ['example.com'],
            resources: ['widgets'],
            verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
          },
        ],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'tenant-operator-widgets' },
        roleRef: {
          apiGroup: 'rbac.authorization.k8s.io',
          kind: 'ClusterRole',
          name: 'tenant-operator-widgets',
        },
        subjects: [{ kind: 'ServiceAccount', name: 'tenant-operator', namespace: 'tenant-operator-system' }],
      },
    );
    await withTemplate('widgets', spec, async (tenant) => {
      expect(await reason(tenant, 'Ready', 'KindNotFound')).toContain('example.com/v1 Widget');
      expect(await harness.isGone('configmap', 'acme-rest')).toBe(false);
      await harness.applyObjects(widgetCrd);
      await waitFor(() => harness.isReady(tenant), { what: 'the widget', timeoutMs: 45_000 });
      expect((await harness.object('widget', 'acme-widget')).spec).toEqual({ size: 3 });
    });
    await harness.kubectl('delete', 'crd', 'widgets.example.com');
  });

  it('was refused nothing that it needs', () => {
    expect(unexpectedRefusals(harness.rig)).toEqual([]);
  });
});

const widgetCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
          },
        },
      },
    ],
  },
};
