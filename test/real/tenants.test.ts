/** Tenants as such: their names, values of one's own, suspension, and who gets a host that two want. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unexpectedRefusals, waitFor } from '../rig/support/index.ts';
import { type AnyObject, type Harness, type ObservedCondition, startHarness } from './harness.ts';
import { configMap, ingressRule, registry, template } from './objects.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ externalDns: false, dns: false, kwok: false });
});

afterAll(async () => harness?.stop());

const unguarded = { deletionGuard: { maxDeletions: 1_000 } };

/** A table of its own with a registry of the same name. */
async function addRegistry(
  name: string,
  rows: readonly (readonly [uid: string, domain: string])[],
): Promise<void> {
  await harness.sql.script(`
    CREATE TABLE ${name} (id VARCHAR(253) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10));
    INSERT INTO ${name} VALUES ${rows.map(([uid, domain]) => `('${uid}', '${domain}', '1')`).join()};
  `);
  await harness.applyObjects(registry(name, { table: name, spec: unguarded }));
}

const ready = (tenant: string) => waitFor(() => harness.isReady(tenant), { what: `${tenant} to be ready` });

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

const dataOf = async (name: string) => (await harness.find('configmap', name))?.data;

async function data(name: string, expected: Record<string, string>): Promise<void> {
  await waitFor(
    async () => {
      const found = JSON.stringify(await dataOf(name));
      if (found !== JSON.stringify(expected)) throw new Error(`it is ${found}`);
      return true;
    },
    { what: `ConfigMap ${name} to be ${JSON.stringify(expected)}` },
  );
}

const hosts = (suffix = '') => ({ configMaps: [configMap('config', { host: `{{ .host }}${suffix}` })] });

describe('overrides.values on a Tenant', () => {
  /** A server-side apply of these values alone, by somebody who has a field manager of their own. */
  const author = async (host: string | undefined) => {
    const { status } = await harness.rig.api.request(
      'PATCH',
      '/apis/operator.kubernetes-tenants.org/v1/namespaces/default/tenants/acme-own?fieldManager=author',
      {
        apiVersion: 'operator.kubernetes-tenants.org/v1',
        kind: 'Tenant',
        metadata: { name: 'acme-own', namespace: 'default' },
        ...(host === undefined ? {} : { spec: { overrides: { values: { host } } } }),
      },
      'application/apply-patch+yaml',
    );
    expect(status).toBe(200);
  };

  it('win over the row, survive changes of the row, syncs and a restart, and end when their author takes them away', async () => {
    await addRegistry('own', [['acme', 'row.example.com']]);
    await harness.applyObjects(template('own', 'own', hosts()));
    await data('acme-config', { host: 'row.example.com' });
    await author('hand.example.com');
    await data('acme-config', { host: 'hand.example.com' });
    await harness.sql.execute("UPDATE own SET domain='newer.example.com'");
    await waitFor(
      async () =>
        ((await harness.object('tenant', 'acme-own')).spec.values as Record<string, string>).hostOrUrl ===
        'newer.example.com',
      { what: 'the sync' },
    );
    await harness.rig.restart('operator');
    await harness.settle();
    await ready('acme-own');
    expect(await dataOf('acme-config')).toEqual({ host: 'hand.example.com' });
    expect((await harness.object('tenant', 'acme-own')).spec.overrides).toEqual({
      values: { host: 'hand.example.com' },
    });
    await author(undefined);
    await data('acme-config', { host: 'newer.example.com' });
    await harness.kubectl('delete', 'tenantregistry,tenanttemplate', 'own', '--timeout=60s');
  });
});

describe('suspend', () => {
  beforeAll(async () => {
    await addRegistry('calm', [
      ['one', 'one.example.com'],
      ['two', 'two.example.com'],
    ]);
    await harness.applyObjects(template('quiet', 'calm', hosts()));
    await ready('one-quiet');
    await ready('two-quiet');
  });

  const suspend = (kind: string, name: string, is: boolean) =>
    harness.patch(kind, name, { spec: { suspend: is } });

  it('on a registry: the table is not read, nothing goes, and all of it is made good afterwards', async () => {
    await suspend('tenantregistry', 'calm', true);
    await reason('tenantregistry', 'calm', 'Ready', 'Suspended');
    expect((await reason('tenant', 'one-quiet', 'Ready', 'Suspended')).message).toContain(
      'TenantRegistry "calm" is suspended',
    );
    await reason('tenant', 'two-quiet', 'Ready', 'Suspended');
    await harness.settle();
    const mark = harness.rig.auditMark();
    await harness.sql.script(`
      UPDATE calm SET active='0' WHERE id='one';
      UPDATE calm SET domain='2.example.com' WHERE id='two';
      INSERT INTO calm VALUES ('three', 'three.example.com', '1');
    `);
    await harness.patch('configmap', 'two-config', { data: { host: 'by hand' } });
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(harness.operatorRequests(mark)).toEqual([]);
    expect(await harness.find('configmap', 'one-config')).toBeDefined();
    await suspend('tenantregistry', 'calm', false);
    await waitFor(() => harness.isGone('tenant', 'one-quiet'), { what: 'the deactivated one to go' });
    await data('two-config', { host: '2.example.com' });
    await data('three-config', { host: 'three.example.com' });
    await reason('tenantregistry', 'calm', 'Ready', 'Synced');
  });

  it('on a template: its tenants stay as they are, and follow its last edit afterwards', async () => {
    await harness.applyObjects(template('quiet', 'calm', { ...hosts(), suspend: true }));
    await reason('tenanttemplate', 'quiet', 'Applied', 'Suspended');
    await reason('tenant', 'two-quiet', 'Ready', 'Suspended');
    await harness.applyObjects(template('quiet', 'calm', { ...hosts('/edited'), suspend: true }));
    await harness.settle();
    expect(await dataOf('two-config')).toEqual({ host: '2.example.com' });
    await harness.applyObjects(template('quiet', 'calm', { ...hosts('/edited'), suspend: false }));
    await data('two-config', { host: '2.example.com/edited' });
    await ready('two-quiet');
  });

  it('on a Tenant: that one stays as it is, the others go on, and no sync ends it', async () => {
    await suspend('tenant', 'two-quiet', true);
    await reason('tenant', 'two-quiet', 'Ready', 'Suspended');
    await harness.sql.execute("UPDATE calm SET domain=CONCAT('new-', domain)");
    await data('three-config', { host: 'new-three.example.com/edited' });
    await harness.kubectl('delete', 'configmap', 'two-config');
    await harness.settle();
    expect(await harness.isGone('configmap', 'two-config')).toBe(true);
    expect((await harness.object('tenant', 'two-quiet')).spec.suspend).toBe(true);
    await suspend('tenant', 'two-quiet', false);
    await data('two-config', { host: 'new-2.example.com/edited' });
    await ready('two-quiet');
  });

  it('keeps the tenant of a row that is switched off meanwhile, until it is resumed', async () => {
    await suspend('tenant', 'two-quiet', true);
    await reason('tenant', 'two-quiet', 'Ready', 'Suspended');
    await harness.sql.execute("UPDATE calm SET active='0' WHERE id IN ('two', 'three')");
    await waitFor(() => harness.isGone('tenant', 'three-quiet'), { what: 'the other one to go' });
    await harness.settle();
    expect((await harness.object('tenant', 'two-quiet')).metadata.deletionTimestamp).toBeUndefined();
    await suspend('tenant', 'two-quiet', false);
    await waitFor(() => harness.isGone('tenant', 'two-quiet'), { what: 'the resumed one to go' });
  });
});

describe('the name of a Tenant', () => {
  const tenants = async (registryId: string) => {
    const { items } = await harness.kubectl.json<{ items: AnyObject[] }>('get', 'tenants');
    return items.filter(({ spec }) => spec.registryId === registryId);
  };
  const named = async (registryId: string) =>
    (await tenants(registryId))
      .map(({ metadata, spec }) => `${spec.uid as string} + ${spec.templateRef as string}: ${metadata.name}`)
      .sort();
  const marker = { configMaps: [configMap('m', {}, { nameTemplate: '{{ .uid }}.{{ .templateRef }}' })] };
  const long = 'u'.repeat(100);

  it.each([
    [
      'lengthy',
      [long],
      ['web'],
      [expect.stringMatching(new RegExp(`^${long} \\+ web: u{54}-[0-9a-f]{8}$`))],
      'too long',
    ],
    ['dots', ['a.b.c'], ['web'], ['a.b.c + web: a.b.c-web'], 'a uid may have dots'],
    [
      'pairs',
      ['a', 'a-b'],
      ['c', 'b-c'],
      ['a + b-c: a-b-c-b88f83c8', 'a + c: a-c', 'a-b + b-c: a-b-b-c', 'a-b + c: a-b-c'],
      'two pairs, one name',
    ],
  ])(
    '%s: unique, at most 63 characters, and the same after a restart',
    async (name, uids, templates, expected) => {
      await addRegistry(
        name,
        uids.map((uid) => [uid, 'x.example.com'] as const),
      );
      for (const each of templates) {
        await harness.applyObjects(template(each, name, marker));
        await waitFor(() => harness.find('configmap', `${uids.at(-1)}.${each}`), { what: 'its tenants' });
      }
      await waitFor(
        async () => {
          const found = await tenants(name);
          const isReady = ({ status }: AnyObject) =>
            status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
          return found.length === uids.length * templates.length && found.every(isReady);
        },
        { what: 'the tenants to be ready' },
      );
      expect(await named(name)).toEqual(expected);
      for (const { metadata, spec } of await tenants(name)) {
        const { uid } = spec as { uid: string };
        const label = metadata.labels?.['kubernetes-tenants.org/uid'];
        expect(label).toEqual(uid.length > 63 ? expect.stringMatching(/^[0-9a-f]{40}$/) : uid);
      }
      const before = await tenants(name);
      for (const uid of uids) {
        for (const each of templates) expect(await harness.find('configmap', `${uid}.${each}`)).toBeDefined();
      }
      await harness.rig.restart('operator');
      await harness.settle();
      expect((await tenants(name)).map(({ metadata }) => metadata.uid).sort()).toEqual(
        before.map(({ metadata }) => metadata.uid).sort(),
      );
      await harness.kubectl('delete', 'tenantregistry', name, '--timeout=60s');
      await harness.kubectl('delete', 'tenanttemplate', ...templates);
    },
  );

  it('stays with its finalizer and labels, which are put back when somebody takes them off', async () => {
    await addRegistry('marked', [['acme', 'marked.example.com']]);
    await harness.applyObjects(template('marks', 'marked', { configMaps: [configMap('marks', {})] }));
    await ready('acme-marks');
    const { metadata: before } = await harness.object('tenant', 'acme-marks');
    await harness.patch('tenant', 'acme-marks', {
      metadata: { finalizers: null, labels: { 'kubernetes-tenants.org/uid': 'other' } },
    });
    await waitFor(
      async () => {
        const { metadata } = await harness.object('tenant', 'acme-marks');
        return (
          JSON.stringify(metadata.finalizers) === JSON.stringify(before.finalizers) &&
          metadata.labels?.['kubernetes-tenants.org/uid'] === 'acme'
        );
      },
      { what: 'the marks to be back' },
    );
  });

  it('is unique over the registries of a namespace', async () => {
    await addRegistry('lefty', [['a-b', 'x.example.com']]);
    await addRegistry('righty', [['a', 'x.example.com']]);
    await harness.applyObjects(template('c', 'lefty', marker), template('b-c', 'righty', marker));
    for (const name of ['a-b.c', 'a.b-c']) {
      await waitFor(() => harness.find('configmap', name), { what: `ConfigMap ${name}` });
    }
    const names = [...(await tenants('lefty')), ...(await tenants('righty'))].map(
      ({ metadata }) => metadata.name,
    );
    expect(names.sort((a, b) => a.length - b.length)).toEqual([
      'a-b-c',
      expect.stringMatching(/^a-b-c-[0-9a-f]{8}$/),
    ]);
    await harness.kubectl('delete', 'tenantregistry', 'lefty', 'righty', '--timeout=60s');
    await harness.kubectl('delete', 'tenanttemplate', 'c', 'b-c');
  });
});

describe('a host and path that two tenants want', () => {
  const site = {
    ingresses: [
      {
        id: 'site',
        waitForReady: false,
        spec: {
          spec: {
            rules: [ingressRule('{{ .host }}', 'site')],
          },
        },
      },
    ],
  };
  const parked = async () => (await reason('tenant', 'a-new-site', 'Ready', 'HostTaken')).message;

  it('stays with the one that has it, over a restart, and goes to the newcomer when that one goes', async () => {
    await addRegistry('sites', [['z-old', 'shop.example.com']]);
    await harness.applyObjects(template('site', 'sites', site));
    await ready('z-old-site');
    // Its name comes first in every list.
    await harness.sql.execute("INSERT INTO sites VALUES ('a-new', 'shop.example.com', '1')");
    expect(await parked()).toBe(
      'shop.example.com/ is served by Tenant "z-old-site" already: two tenants cannot share a host and path',
    );
    expect(await harness.isGone('ingress', 'a-new-site')).toBe(true);
    const before = await harness.object('ingress', 'z-old-site');
    for (let restart = 0; restart < 3; restart += 1) {
      await harness.rig.restart('operator');
      await harness.settle();
      await parked();
      expect(await harness.isGone('ingress', 'a-new-site')).toBe(true);
      expect(await harness.isReady('z-old-site')).toBe(true);
    }
    expect((await harness.object('ingress', 'z-old-site')).metadata.resourceVersion).toBe(
      before.metadata.resourceVersion,
    );
    await harness.sql.execute("UPDATE sites SET active='0' WHERE id='z-old'");
    await waitFor(() => harness.find('ingress', 'a-new-site'), {
      what: "the newcomer's turn",
      timeoutMs: 15_000,
    });
    await ready('a-new-site');
    expect(await harness.isGone('ingress', 'z-old-site')).toBe(true);
  });

  it('goes to the newcomer also when the other one moves to another host', async () => {
    await harness.sql.execute("UPDATE sites SET active='1' WHERE id='z-old'");
    await reason('tenant', 'z-old-site', 'Ready', 'HostTaken');
    await harness.sql.execute("UPDATE sites SET domain='moved.example.com' WHERE id='a-new'");
    await waitFor(() => harness.find('ingress', 'z-old-site'), { what: 'its turn', timeoutMs: 15_000 });
    await ready('z-old-site');
    await ready('a-new-site');
  });
});

describe('the operator', () => {
  it('was refused nothing that it needs', () => {
    expect(unexpectedRefusals(harness.rig)).toEqual([]);
  });
});
