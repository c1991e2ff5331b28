/** The commands that people type, from one end to the other: what they print, what they leave untouched, how they exit. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, waitFor } from '../rig/support/index.ts';
import { type Harness, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

const cli = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'dist', 'tenant-operator.js');
const folder = mkdtempSync(join(tmpdir(), 'tenant-operator-cli-'));
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ externalDns: false, dns: false, kwok: false });
  await harness.sql.script(`
    CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10), plan VARCHAR(20));
    INSERT INTO customers VALUES ('acme', 'acme.example.com', '1', 'gold'), ('globex', 'globex.example.com', '1', 'free');
  `);
  await harness.applyObjects(
    registry('crm', { extraValueMappings: { plan: 'plan' } }),
    template('app', 'crm', {
      configMaps: [configMap('config', { plan: '{{ .plan }}' }), configMap('old', {})],
    }),
  );
  await waitFor(async () => (await harness.isReady('acme-app')) && (await harness.isReady('globex-app')), {
    what: 'the tenants to be ready',
  });
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await harness?.stop();
});

/** Runs a command on the harness's cluster, in the namespace `default`. */
function tenantOperator(command: string, ...args: string[]) {
  const target = ['--kubeconfig', harness.rig.kubeconfig, '-n', 'default'];
  return run(process.execPath, [cli, command, ...target, ...args], { allowFailure: true });
}

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const versions = async () => {
  const { items } = await harness.kubectl.json<{ items: { metadata: { resourceVersion: string } }[] }>(
    'get',
    'tenants,configmaps,tenanttemplates',
  );
  return items.map(({ metadata }) => metadata.resourceVersion);
};

interface PlanOutput {
  tenants: {
    name: string;
    action: string;
    cause: string;
    objects: { name: string; action: string; fields?: unknown[]; message?: string }[];
  }[];
  notes: string[];
}

async function planJson(...args: string[]): Promise<PlanOutput> {
  const { code, stdout, stderr } = await tenantOperator('plan', '-o', 'json', ...args);
  expect(code, stderr).not.toBe(1);
  return JSON.parse(stdout) as PlanOutput;
}

describe('tenant-operator plan', () => {
  it('finds nothing where everything is as it should be', async () => {
    await harness.settle();
    expect(await tenantOperator('plan')).toMatchObject({
      code: 0,
      stdout: 'No changes: 2 Tenants are as they should be.\n',
    });
  });

  it.each([
    {
      row: 'id=acme,active=0',
      expected: { name: 'acme-app', action: 'remove', cause: 'its row is switched off' },
      actions: ['remove acme-config', 'remove acme-old'],
      reason: 'a row that is switched off',
    },
    {
      row: 'id=initech,active=1,plan=gold',
      expected: { name: 'initech-app', action: 'add', cause: 'its row is active' },
      actions: ['add initech-config', 'add initech-old'],
      reason: 'a new row',
    },
    {
      row: 'id=globex,plan=gold',
      expected: { name: 'globex-app', action: 'change', cause: 'its row changes' },
      actions: ['change globex-config'],
      reason: 'a value that changes',
    },
  ])('tells what comes of $reason, and does nothing', async ({ row, expected, actions }) => {
    const before = await versions();
    const { tenants } = await planJson('--row', row);
    expect(tenants).toEqual([expect.objectContaining(expected)]);
    expect(tenants[0]?.objects.map(({ action, name }) => `${action} ${name}`).sort()).toEqual(actions);
    expect((await tenantOperator('plan', '--row', row)).code).toBe(2);
    expect(await versions()).toEqual(before);
  });

  it('compares the fields of every tenant with an edited template, by the words of the server', async () => {
    const before = await versions();
    const file = write(
      'edited.json',
      template('app', 'crm', {
        configMaps: [
          configMap('config', { plan: '{{ .plan | upper }}' }),
          configMap('bad', {}, { nameTemplate: 'Not_A_Name' }),
        ],
      }),
    );
    const { code, stdout } = await tenantOperator('plan', file);
    expect(code).toBe(2);
    expect(stdout).toContain(`~ Tenant default/acme-app
    ~ ConfigMap default/acme-config  (item config)
        ~ data.plan: gold -> GOLD
    ! ConfigMap default/Not_A_Name  (item bad)  refused: `);
    expect(stdout).toContain(
      '    - ConfigMap default/acme-old  (item old)\n  and the same of 1 other: globex-app\n',
    );
    expect(await versions()).toEqual(before);
  });

  it('refuses a template that the server or the checks would refuse, with its place', async () => {
    const file = write(
      'wrong.yaml',
      `apiVersion: operator.kubernetes-tenants.org/v1
kind: TenantTemplate
metadata: {name: app, namespace: default}
spec:
  registryId: crm
  configMaps:
    - id: config
      spec: {data: {plan: "{{ .plam }}"}}
`,
    );
    const { code, stderr } = await tenantOperator('plan', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /wrong\.yaml:\d+:\d+: item "config", field spec\.data\.plan: unknown variable "\.plam"/,
    );
  });

  it('takes what kubectl get printed some time ago', async () => {
    const printed = await harness.kubectl('get', 'tenanttemplate', 'app', '-o', 'yaml');
    await harness.kubectl('annotate', 'tenanttemplate', 'app', 'example.com/touched=later');
    expect(await tenantOperator('plan', write('printed.yaml', printed))).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('says what the operator would not do for its configuration, given or read from its Deployment', async () => {
    const file = write(
      'reaching.json',
      template('app', 'crm', {
        configMaps: [configMap('config', { plan: '{{ .plan }}' }), configMap('old', {})],
        namespaces: [{ id: 'home', nameTemplate: 'home-of-{{ .uid }}', spec: {} }],
      }),
    );
    const found = async (...args: string[]) =>
      (await planJson(file, '--tenant', 'acme-app', ...args)).tenants[0]?.objects;
    expect(await found()).toEqual([expect.objectContaining({ name: 'home-of-acme', action: 'add' })]);
    const refused = [
      expect.objectContaining({
        name: 'home-of-acme',
        action: 'refused',
        message: expect.stringContaining('--allowed-namespaces'),
      }),
    ];
    expect(await found('--allowed-namespaces=.')).toEqual(refused);
    const kinds = await tenantOperator('plan', file, '--allowed-kinds=ConfigMap');
    expect(kinds).toMatchObject({ code: 1, stderr: expect.stringContaining('--allowed-kinds') });
    const labels = { 'app.kubernetes.io/name': 'tenant-operator' };
    const containers = [{ name: 'operator', image: 'x', args: ['run', '--allowed-namespaces=.'] }];
    await harness.kubectl('create', 'namespace', 'of-the-operator');
    await harness.applyObjects({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'tenant-operator', namespace: 'of-the-operator', labels },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    });
    const place = ['--operator-namespace', 'of-the-operator'];
    expect(await found(...place)).toEqual(refused);
    expect((await planJson(file, ...place)).notes).toContain(
      'as the operator of Deployment "of-the-operator/tenant-operator" is configured',
    );
    expect(await found(...place, '--allowed-namespaces=.,home-*')).toEqual([
      expect.objectContaining({ action: 'add' }),
    ]);
    await harness.kubectl('delete', 'namespace', 'of-the-operator', '--wait=false');
  });

  it('reads a table that a suspended registry does not follow', async () => {
    expect(await tenantOperator('suspend', 'registry', 'crm')).toMatchObject({
      code: 0,
      stdout: 'TenantRegistry "crm" suspended\n',
    });
    await harness.sql.execute("UPDATE customers SET plan = 'silver' WHERE id = 'globex'");
    const { host, port } = harness.rig.mysql;
    const { tenants, notes } = await planJson(
      '--read-table',
      '--resolve',
      `mysql.default.svc.cluster.local:3306=${host}:${port}`,
    );
    expect(tenants.map(({ name, action }) => `${action} ${name}`)).toEqual(['change globex-app']);
    expect(notes).toEqual(['TenantRegistry "crm" is suspended: nothing of this happens until it is resumed']);
    await tenantOperator('resume', 'registry', 'crm');
    await waitFor(async () => (await harness.find('configmap', 'globex-config'))?.data?.plan === 'silver', {
      what: 'the missed change',
    });
  });

  it('takes a whole table, and says what the deletion guard would hold', async () => {
    const file = write('rows.csv', 'id,domain,active,plan\n');
    const { tenants, notes } = await planJson('--rows', file);
    expect(tenants.map(({ action, cause }) => `${action}: ${cause}`)).toEqual([
      'remove: its row is gone',
      'remove: its row is gone',
    ]);
    expect(notes).toEqual([
      expect.stringContaining('the deletion guard would hold the removals: the table is empty'),
    ]);
  });
});

describe('tenant-operator import', () => {
  it('takes over what somebody else made, after showing the difference', async () => {
    const foreign = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'acme-legacy',
        namespace: 'default',
        labels: { 'app.kubernetes.io/managed-by': 'Helm' },
        annotations: { 'meta.helm.sh/release-name': 'old', 'meta.helm.sh/release-namespace': 'default' },
      },
      data: { plan: 'none', extra: 'stays' },
    };
    await harness.applyObjects(foreign);
    await harness.applyObjects(
      template('legacy', 'crm', { configMaps: [configMap('legacy', { plan: '{{ .plan }}' })] }),
    );
    await waitFor(
      async () => (await harness.condition('tenant', 'acme-legacy', 'Conflicted'))?.status === 'True',
      { what: 'the conflict' },
    );

    const shown = await tenantOperator('import', 'acme-legacy', '--dry-run');
    expect(shown.code).toBe(2);
    expect(shown.stdout).toContain('can be taken over: somebody else');
    expect(shown.stdout).toContain('(Helm release default/old)\n        ~ data.plan: none -> gold\n');
    expect((await tenantOperator('import', 'acme-legacy')).stderr).toContain('nothing was taken over');
    expect((await harness.object('configmap', 'acme-legacy')).data).toEqual(foreign.data);

    const taken = await tenantOperator('import', 'acme-legacy', '--yes');
    expect(taken).toMatchObject({ code: 0, stdout: expect.stringContaining('has taken over 1 object') });
    expect(taken.stdout).toContain('kubectl delete secret -n default -l owner=helm,name=old');
    await waitFor(() => harness.isReady('acme-legacy'), { what: 'the tenant to be ready' });
    const { data, metadata } = await harness.object('configmap', 'acme-legacy');
    expect(data).toEqual({ plan: 'gold', extra: 'stays' });
    expect(metadata.annotations).not.toHaveProperty(['meta.helm.sh/release-name']);
    expect(metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Tenant', name: 'acme-legacy' });
    expect(await tenantOperator('import', 'acme-legacy')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('there is nothing to take over'),
    });
  });

  it("leaves alone what is another tenant's", async () => {
    await harness.applyObjects(
      template('thief', 'crm', { configMaps: [configMap('x', {}, { nameTemplate: 'acme-config' })] }),
    );
    await waitFor(
      async () => (await harness.condition('tenant', 'globex-thief', 'Conflicted'))?.status === 'True',
      { what: 'the conflict' },
    );
    const { code, stderr } = await tenantOperator('import', 'globex-thief', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('it belongs to Tenant "acme-app"');
    await harness.kubectl('delete', 'tenanttemplate', 'thief');
  });
});

describe('tenant-operator explain', () => {
  it('names what is to blame, and what waits for it', async () => {
    const never = { readyWhen: "'done' in object.data" };
    await harness.applyObjects(
      template('waits', 'crm', {
        configMaps: [
          configMap('first', { a: 'b' }, never),
          configMap('second', {}, { dependIds: ['first'] }),
          configMap('third', {}, { dependIds: ['second'] }),
        ],
      }),
    );
    await waitFor(
      async () => (await harness.condition('tenant', 'acme-waits', 'Ready'))?.reason === 'WaitingForReady',
      {
        what: 'the tenant to wait',
      },
    );
    const { code, stdout } = await tenantOperator('explain', 'acme-waits');
    expect(code).toBe(0);
    expect(stdout).toContain(
      '  1. ConfigMap default/acme-first (item first): WaitingForReady: readyWhen is false',
    );
    expect(stdout).toMatch(/counts as failed in \d+ s \(timeoutSeconds 300\)\n {5}holds up second, third\n/);
    expect(stdout).not.toContain('  2. ');
    expect(stdout).toMatch(/^ {2}plan +"gold"$/m);
    await harness.kubectl('delete', 'tenanttemplate', 'waits');
  });

  it('tells of all tenants of a uid', async () => {
    const { stdout } = await tenantOperator('explain', 'globex', '-o', 'json');
    const told = JSON.parse(stdout) as { tenant: string; phase: string; causes: unknown[] }[];
    expect(told.map(({ tenant }) => tenant).sort()).toEqual(['default/globex-app', 'default/globex-legacy']);
    expect(told.find(({ tenant }) => tenant === 'default/globex-app')).toMatchObject({
      phase: 'Ready',
      causes: [],
    });
  });

  it('says why there is no tenant', async () => {
    await harness.sql.execute("INSERT INTO customers VALUES ('hooli', 'hooli.example.com', 'perhaps', 'x')");
    await waitFor(
      async () => (await harness.condition('tenantregistry', 'crm', 'Degraded'))?.status === 'True',
      {
        what: 'the quarantine',
      },
    );
    const { code, stdout } = await tenantOperator('explain', 'hooli');
    expect(code).toBe(1);
    expect(stdout).toContain(
      '1. TenantRegistry crm, row hooli: UnknownActivate: column "active" says "perhaps"',
    );
    const nobody = await tenantOperator('explain', 'nobody');
    expect(nobody.stdout).toContain('no active row has "nobody" in the column id');
    await harness.sql.execute("DELETE FROM customers WHERE id = 'hooli'");
  });
});

describe('tenant-operator approve', () => {
  it('shows what is held, asks, and approves exactly that', async () => {
    expect((await tenantOperator('approve', 'crm')).stdout).toBe('TenantRegistry "crm" holds nothing back\n');
    await harness.sql.execute('DELETE FROM customers');
    await waitFor(
      async () => (await harness.condition('tenantregistry', 'crm', 'DeletionHeld'))?.status === 'True',
      { what: 'the deletions to be held' },
    );
    const shown = await tenantOperator('approve', 'crm', '--dry-run', '-o', 'json');
    expect((JSON.parse(shown.stdout) as { tenants: string[] }).tenants).toEqual([
      'acme-app',
      'acme-legacy',
      'globex-app',
      'globex-legacy',
    ]);
    const explained = await tenantOperator('explain', 'acme-app');
    expect(explained.stdout).toContain('row acme: DeletionHeld: ');
    const asked = await tenantOperator('approve', 'crm');
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was approved') });
    expect(await tenantOperator('approve', 'crm', '--yes')).toMatchObject({ code: 0 });
    await waitFor(() => harness.isGone('tenant', 'acme-app'), { what: 'the approved deletions' });
  });
});

describe('a command that cannot do its work', () => {
  it.each([
    [['explain', 'x', '--kubeconfig', '/nowhere'], /^tenant-operator: .*\/nowhere.*\n$/, 'no kubeconfig'],
    [
      ['suspend', 'registry', 'nobody'],
      /^tenant-operator: there is no TenantRegistry "nobody".*\n$/,
      'no such object',
    ],
    [
      ['plan', '--registry', 'nobody'],
      /^tenant-operator: there is no TenantRegistry "nobody".*\n$/,
      'nor here',
    ],
    [
      ['plan', '--row', 'plan=x'],
      /^tenant-operator: --row: the uid column is missing: add id=VALUE\n$/,
      'no uid',
    ],
    [
      ['plan', '--row', 'id=x,nope=1'],
      /^tenant-operator: --row: .* maps no column "nope"; it maps .*\n$/,
      'no column',
    ],
    [['import', 'nobody'], /^tenant-operator: there is no Tenant "nobody" .*\n$/, 'no tenant'],
  ])('%j says so in one line and exits 1 (%s)', async ([command = '', ...args], message) => {
    const { code, stderr } = await tenantOperator(command, ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });
});
