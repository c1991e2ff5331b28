/** Bad input and broken neighbours: a clear sentence on the right object, and nothing is lost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../rig/support/index.ts';
import { type Harness, type ObservedCondition, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ externalDns: false, dns: false, kwok: false });
  await harness.sql.script(`
    CREATE TABLE customers (id VARCHAR(63), domain VARCHAR(255), active VARCHAR(10));
    INSERT INTO customers VALUES ('acme', 'acme.example.com', '1'), ('globex', 'globex.example.com', '1');
  `);
  await harness.applyObjects(
    registry('crm'),
    template('app', 'crm', { configMaps: [configMap('config', { host: '{{ .host }}' })] }),
  );
  await waitFor(() => harness.isReady('globex-app'), { what: 'the tenants to be ready' });
  await waitFor(() => harness.isReady('acme-app'), { what: 'the tenants to be ready' });
});

afterAll(async () => harness?.stop());

async function reason(
  kind: string,
  name: string,
  type: string,
  expected: string,
): Promise<ObservedCondition> {
  return waitFor(
    async () => {
      const condition = await harness.condition(kind, name, type);
      if (condition?.reason !== expected)
        throw new Error(`${type} is ${condition?.reason}: ${condition?.message}`);
      return condition;
    },
    { what: `${kind} ${name} to say ${expected}`, timeoutMs: 20_000 },
  );
}

const versions = async () => {
  const { items } = await harness.kubectl.json<{
    items: { metadata: { name: string; resourceVersion: string } }[];
  }>('get', 'tenants,configmaps', '-l', 'kubernetes-tenants.org/registry=crm');
  return items.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
};

describe('a database in trouble', () => {
  it.each([
    [
      'a wrong password',
      'AuthenticationFailed',
      "SET PASSWORD FOR 'tenant_reader'@'%' = PASSWORD('other')",
      "SET PASSWORD FOR 'tenant_reader'@'%' = PASSWORD('tenant-reader-password')",
    ],
    [
      'a missing table',
      'TableNotFound',
      'RENAME TABLE customers TO hidden',
      'RENAME TABLE hidden TO customers',
    ],
    [
      'a missing column',
      'ColumnNotFound',
      'ALTER TABLE customers RENAME COLUMN domain TO other',
      'ALTER TABLE customers RENAME COLUMN other TO domain',
    ],
  ])(
    '%s: %s in a condition and an event, nothing deleted, and it recovers',
    async (_what, expected, breakIt, mendIt) => {
      const before = await versions();
      await harness.sql.execute(breakIt);
      // The account's open connection would stay good.
      const connections = await harness.sql.query<{ Id: number; User: string }>('SHOW PROCESSLIST');
      for (const { Id, User } of connections)
        if (User === 'tenant_reader') await harness.sql.execute(`KILL ${Id}`);
      const { message } = await reason('tenantregistry', 'crm', 'Ready', expected);
      expect(message).not.toContain('tenant-reader-password');
      expect(message.split('\n')).toHaveLength(1);
      expect(await harness.eventsOf('TenantRegistry', 'crm')).toContain(`${expected}: ${message}`);
      await harness.sql.execute(mendIt);
      await reason('tenantregistry', 'crm', 'Ready', 'Synced');
      expect(await versions()).toEqual(before);
    },
  );

  it('is away for a while: SourceUnreachable, nothing deleted, and it recovers', async () => {
    const before = await versions();
    const { status } = await harness.object('tenantregistry', 'crm');
    await harness.rig.kill('mariadb');
    const { message } = await reason('tenantregistry', 'crm', 'Ready', 'SourceUnreachable');
    expect(message).toMatch(/^cannot reach database mysql\.default\.svc\.cluster\.local:3306: /);
    const away = (await harness.object('tenantregistry', 'crm')).status;
    expect({ desired: away?.desired, ready: away?.ready }).toEqual({
      desired: status?.desired,
      ready: status?.ready,
    });
    await harness.rig.part('mariadb').start();
    await reason('tenantregistry', 'crm', 'Ready', 'Synced');
    expect(await versions()).toEqual(before);
  });

  it('names a Secret that is missing', async () => {
    await harness.applyObjects(registry('poor', { spec: {} }));
    await harness.patch('tenantregistry', 'poor', {
      spec: { source: { mysql: { passwordRef: { name: 'absent', key: 'password' } } } },
    });
    const { message } = await reason('tenantregistry', 'poor', 'Ready', 'CredentialsNotFound');
    expect(message).toBe('source.mysql.passwordRef: Secret "absent" does not exist in namespace "default"');
    await harness.kubectl('delete', 'tenantregistry', 'poor');
  });
});

describe('a bad template', () => {
  const item = (text: string, more: Record<string, unknown> = {}) =>
    configMap('config', { value: text }, more);
  it.each([
    ['syntax', 'TemplateSyntax', [item('{{ .uid')], 'item "config", field spec.data.value: template: '],
    [
      'an unknown variable',
      'UnknownVariable',
      [item('{{ .hots }}')],
      'item "config", field spec.data.value: unknown variable ".hots"; did you mean ".host"?',
    ],
    ['an unknown function', 'UnknownFunction', [item('{{ shout .uid }}')], 'function "shout" not defined'],
    ['the environment', 'UnknownFunction', [item('{{ env "HOME" }}')], 'function "env" not defined'],
    [
      'a random value',
      'FunctionNotAllowed',
      [item('{{ randAlphaNum 8 }}')],
      'function "randAlphaNum" gives another result each time',
    ],
    [
      'a cycle',
      'DependencyCycle',
      [configMap('a', {}, { dependIds: ['b'] }), configMap('b', {}, { dependIds: ['a'] })],
      'a -> b -> a',
    ],
    ['an unknown dependency', 'UnknownDependency', [item('x', { dependIds: ['nobody'] })], '"nobody"'],
  ])(
    '%s is reported on the template as %s, and other templates go on',
    async (_what, expected, configMaps, sentence) => {
      await harness.applyObjects(template('bad', 'crm', { configMaps }));
      const { message } = await reason('tenanttemplate', 'bad', 'Valid', expected);
      expect(message).toContain(sentence);
      expect(await harness.eventsOf('TenantTemplate', 'bad')).toContain(`${expected}: ${message}`);
      expect(await harness.isGone('tenant', 'acme-bad')).toBe(true);
      expect(await harness.isReady('acme-app')).toBe(true);
      await harness.kubectl('delete', 'tenanttemplate', 'bad');
    },
  );

  it('refuses two items with one id in a list at the API server, and over two lists on the template', async () => {
    const twice = template('bad', 'crm', { configMaps: [item('x'), item('y')] });
    const { code, stderr } = await harness.kubectl.run(['create', '-f', '-'], {
      stdin: JSON.stringify(twice),
      allowFailure: true,
    });
    expect(code).not.toBe(0);
    expect(stderr).toContain('Duplicate value');
    const secret = { id: 'config', spec: { apiVersion: 'v1', kind: 'Secret' } };
    await harness.applyObjects(template('bad', 'crm', { configMaps: [item('x')], secrets: [secret] }));
    expect((await reason('tenanttemplate', 'bad', 'Valid', 'DuplicateId')).message).toContain('"config"');
    await harness.kubectl('delete', 'tenanttemplate', 'bad');
  });

  it('an edit into something invalid leaves the running tenants as they are, and looked after', async () => {
    const before = await versions();
    await harness.applyObjects(
      template('app', 'crm', { configMaps: [configMap('config', { host: '{{ .nope }}' })] }),
    );
    await reason('tenanttemplate', 'app', 'Valid', 'UnknownVariable');
    await harness.kubectl('delete', 'configmap', 'acme-config', '--wait=false');
    await waitFor(() => harness.find('configmap', 'acme-config'), { what: 'the ConfigMap to be back' });
    expect((await harness.object('configmap', 'acme-config')).data).toEqual({ host: 'acme.example.com' });
    await harness.applyObjects(
      template('app', 'crm', { configMaps: [configMap('config', { host: '{{ .host }}' })] }),
    );
    await reason('tenanttemplate', 'app', 'Valid', 'Valid');
    await harness.settle();
    const untouched = (lines: string[]) => lines.filter((line) => line.startsWith('globex'));
    expect(untouched(await versions())).toEqual(untouched(before));
  });
});

describe('a bad row', () => {
  it.each([
    ['NULL as its uid', "INSERT INTO customers VALUES (NULL, 'x.example.com', '1')", 'NullUid'],
    [
      'a uid that is no name',
      "INSERT INTO customers VALUES ('Acme Corp', 'x.example.com', '1')",
      'InvalidUid',
    ],
    ['a uid twice', "INSERT INTO customers VALUES ('acme', 'x.example.com', '1')", 'DuplicateUid'],
    [
      'an unknown activate',
      "INSERT INTO customers VALUES ('hooli', 'x.example.com', 'maybe')",
      'UnknownActivate',
    ],
  ])('with %s is quarantined, and every running tenant stays', async (_what, insert, expected) => {
    const before = await versions();
    await harness.sql.execute(insert);
    const { message } = await reason('tenantregistry', 'crm', 'Degraded', expected);
    expect(await harness.eventsOf('TenantRegistry', 'crm')).toContain(`${expected}: ${message}`);
    expect((await harness.object('tenantregistry', 'crm')).status).toMatchObject({
      quarantined: 1,
      quarantinedRows: [{ reason: expected }],
    });
    expect(await versions()).toEqual(before);
    await harness.sql.execute("DELETE FROM customers WHERE domain = 'x.example.com'");
    await reason('tenantregistry', 'crm', 'Degraded', 'AllRowsValid');
  });

  it('of two megabytes is quarantined and told which column it is, and the others go on', async () => {
    const before = await versions();
    await harness.sql.script(`
      ALTER TABLE customers MODIFY domain LONGTEXT;
      INSERT INTO customers VALUES ('huge', REPEAT('x', 2000000), '1'), ('late', 'late.example.com', '1');
    `);
    const { message } = await reason('tenantregistry', 'crm', 'Degraded', 'ValueTooLong');
    expect(message).toContain('the row with the uid "huge" have 2000001 bytes, "hostOrUrl" most of them');
    await waitFor(() => harness.isReady('late-app'), { what: 'the tenant of the row beside it' });
    expect(await harness.isGone('tenant', 'huge-app')).toBe(true);
    await harness.sql.execute("DELETE FROM customers WHERE id IN ('huge', 'late')");
    await reason('tenantregistry', 'crm', 'Degraded', 'AllRowsValid');
    await waitFor(() => harness.isGone('tenant', 'late-app'), { what: 'its tenant to go' });
    expect(await versions()).toEqual(before);
  });

  it('whose value looks like a template or YAML is data', async () => {
    await harness.sql.execute(
      "INSERT INTO customers VALUES ('mallory', '{{ .uid }}\\n  evil: \"{{ env `HOME` }}\"', '1')",
    );
    await waitFor(() => harness.isReady('mallory-app'), { what: 'the tenant to be ready' });
    const { data } = await harness.object('configmap', 'mallory-config');
    expect(Object.keys(data ?? {})).toEqual(['host']);
    await harness.sql.execute("DELETE FROM customers WHERE id = 'mallory'");
    await waitFor(() => harness.isGone('tenant', 'mallory-app'), { what: 'the tenant to go' });
  });

  it('that fails to render stops its own tenant only', async () => {
    await harness.applyObjects(
      template('strict', 'crm', {
        configMaps: [
          configMap('strict', { value: '{{ if eq .uid "acme" }}{{ fail "not for acme" }}{{ end }}x' }),
        ],
      }),
    );
    const { message } = await reason('tenant', 'acme-strict', 'Ready', 'RenderFailed');
    expect(message).toContain('item "strict", field spec.data.value: ');
    expect(message).toContain('not for acme');
    await waitFor(() => harness.isReady('globex-strict'), { what: 'the other tenant to be ready' });
    await harness.kubectl('delete', 'tenanttemplate', 'strict');
    await waitFor(() => harness.isGone('tenant', 'globex-strict'), { what: 'its tenants to go' });
  });
});

describe('an empty table', () => {
  it('deletes nobody until the list is approved, and then once', async () => {
    const before = await versions();
    await harness.sql.execute('CREATE TABLE backup AS SELECT * FROM customers');
    await harness.sql.execute('DELETE FROM customers');
    const { message } = await reason('tenantregistry', 'crm', 'DeletionHeld', 'EmptyResult');
    expect(message).toContain('acme-app, globex-app');
    await harness.settle();
    expect(await versions()).toEqual(before);
    await harness.sql.execute('INSERT INTO customers SELECT * FROM backup');
    await reason('tenantregistry', 'crm', 'DeletionHeld', 'NothingHeld');
    expect(await versions()).toEqual(before);

    await harness.sql.execute('DELETE FROM customers');
    await reason('tenantregistry', 'crm', 'DeletionHeld', 'EmptyResult');
    const held = (await harness.object('tenantregistry', 'crm')).status?.heldDeletions as {
      digest: string;
      tenants: string[];
    };
    expect(held.tenants).toEqual(['acme-app', 'globex-app']);
    await harness.kubectl(
      'annotate',
      'tenantregistry',
      'crm',
      `kubernetes-tenants.org/approve-deletions=${held.digest}`,
    );
    await waitFor(() => harness.isGone('tenant', 'acme-app'), { what: 'the approved deletion' });
    await waitFor(() => harness.isGone('tenant', 'globex-app'), { what: 'the approved deletion' });
    await reason('tenantregistry', 'crm', 'DeletionHeld', 'NothingHeld');
    const { annotations } = (await harness.object('tenantregistry', 'crm')).metadata;
    expect(annotations?.['kubernetes-tenants.org/approve-deletions']).toBeUndefined();
  });
});
