/** Secret columns: their values reach Secrets and nothing else that anybody could read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../rig/index.ts';
import { OPERATOR_ACCOUNT, startOperator, waitFor } from '../rig/support/index.ts';
import { type Harness, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

const canary = 'canary-7f3a-never-show-me';
let harness: Harness;
let metrics: string;
let page: string;

beforeAll(async () => {
  metrics = `127.0.0.1:${await freePort()}`;
  page = `127.0.0.1:${await freePort()}`;
  const operatorArgs = [
    '--log-level=debug',
    `--metrics-bind-address=${metrics}`,
    '--metrics-auth=none',
    `--dashboard-bind-address=${page}`,
  ];
  harness = await startHarness({ externalDns: false, dns: false, kwok: false, operatorArgs });
  await harness.sql.script(`
    CREATE TABLE customers (id VARCHAR(63), domain VARCHAR(255), active VARCHAR(10), db_password VARCHAR(255));
    INSERT INTO customers VALUES ('acme', 'acme.example.com', '1', '${canary}');
  `);
  const spec = { secretValueMappings: { dbPassword: 'db_password' } };
  await harness.applyObjects(registry('crm', { spec }));
});

afterAll(async () => harness?.stop());

const secretItem = (value: string) => ({
  id: 'credentials',
  spec: { apiVersion: 'v1', kind: 'Secret', stringData: { password: value } },
});
const password = async () =>
  Buffer.from((await harness.object('secret', 'acme-credentials')).data?.password ?? '', 'base64').toString(
    'utf8',
  );

describe('a secret column', () => {
  it('fills a Secret', async () => {
    await harness.applyObjects(
      template('app', 'crm', {
        secrets: [secretItem('{{ .dbPassword }}')],
        configMaps: [configMap('config', { host: '{{ .host }}' })],
      }),
    );
    await waitFor(() => harness.isReady('acme-app'), { what: 'the tenant to be ready' });
    expect(await password()).toBe(canary);
  });

  it('is refused outside of the list secrets', async () => {
    await harness.applyObjects(
      template('leak', 'crm', { configMaps: [configMap('leak', { password: '{{ .dbPassword }}' })] }),
    );
    const condition = await waitFor(() => harness.condition('tenanttemplate', 'leak', 'Valid'), {
      what: 'the verdict',
    });
    expect(condition).toMatchObject({ status: 'False', reason: 'SecretValueNotAllowed' });
    await harness.kubectl('delete', 'tenanttemplate', 'leak');
  });

  it('that changes in the table changes in the Secret', async () => {
    await harness.sql.execute(`UPDATE customers SET db_password = '${canary}-2'`);
    await waitFor(async () => (await password()) === `${canary}-2`, { what: 'the new password' });
  });

  it('is put back when somebody edits the Secret, and survives a restart without a write', async () => {
    await harness.patch('secret', 'acme-credentials', {
      data: { password: Buffer.from('guess').toString('base64') },
    });
    await waitFor(async () => (await password()) === `${canary}-2`, {
      what: 'the password to be back',
      timeoutMs: 5_000,
    });
    await harness.settle();
    const mark = harness.rig.auditMark();
    await harness.rig.restart('operator');
    await harness.settle();
    const writes = harness
      .operatorRequests(mark)
      .filter(({ verb, objectRef }) => verb !== 'list' && verb !== 'get' && objectRef?.resource !== 'events');
    expect(writes.map((event) => `${event.verb} ${event.requestURI}`)).toEqual([]);
  });

  it('is not in the message of an expression that fails on it', async () => {
    await harness.applyObjects(template('app', 'crm', { secrets: [secretItem('{{ fail .dbPassword }}')] }));
    const condition = await waitFor(
      async () => {
        const found = await harness.condition('tenant', 'acme-app', 'Ready');
        return found?.reason === 'RenderFailed' ? found : undefined;
      },
      { what: 'the failure' },
    );
    expect(condition.message).toContain('***');
  });

  it.each([
    ['another form of it', '{{ fail (.dbPassword | b64enc) }}'],
    ['a part of it', '{{ fail (trunc 12 .dbPassword) }}'],
    ['what a function makes of it', '{{ .dbPassword | atoi | add 1 | fail }}'],
  ])('is not in the message of an expression that tells %s', async (_, expression) => {
    await harness.applyObjects(template('app', 'crm', { secrets: [secretItem(expression)] }));
    await harness.settle();
    const { status } = await harness.object('tenant', 'acme-app');
    const message = status?.conditions?.find(({ reason }) => reason === 'RenderFailed')?.message ?? '';
    expect(message).toContain('item "credentials", field spec.stringData.password');
    for (const secret of [canary.slice(0, 12), Buffer.from(canary).toString('base64').slice(0, 12)]) {
      expect(JSON.stringify(status)).not.toContain(secret);
    }
  });

  it('is nowhere else: not in Tenants, statuses, events, annotations or the log', async () => {
    const kinds = 'tenants,tenanttemplates,tenantregistries,configmaps,events,controllerrevisions';
    const everything = await harness.kubectl('get', kinds, '-A', '-o', 'yaml', '--show-managed-fields');
    const encoded = Buffer.from(canary).toString('base64').replace(/=+$/, '');
    for (const form of [canary, encoded.slice(0, -2)]) {
      expect(everything).not.toContain(form);
      expect(harness.rig.logs('operator')).not.toContain(form);
    }
    const { data: _, ...secret } = await harness.object('secret', 'acme-credentials');
    expect(JSON.stringify(secret)).not.toContain(canary);
  });

  it('is not in the metrics, nor on the page', async () => {
    await harness.applyObjects(template('app', 'crm', { secrets: [secretItem('{{ .dbPassword }}')] }));
    await waitFor(() => harness.isReady('acme-app'), { what: 'the tenant to be ready' });
    const kubeconfig = parse(readFileSync(await harness.rig.kubeconfigFor(OPERATOR_ACCOUNT), 'utf8')) as {
      users: { user: { token: string } }[];
    };
    const authorization = `Bearer ${kubeconfig.users[0]?.user.token}`;
    const pages = ['tenants/default/acme-app', 'tenants/default/acme-app/items/credentials', 'session'];
    const urls = [`http://${metrics}/metrics`, ...pages.map((path) => `http://${page}/api/${path}`)];
    for (const url of urls) {
      const answer = await fetch(url, { headers: { authorization } });
      const text = await answer.text();
      expect(answer.status, `${url}: ${text.slice(0, 200)}`).toBe(200);
      expect(text.length).toBeGreaterThan(20);
      expect(text).not.toContain(canary);
      expect(text).not.toContain(Buffer.from(canary).toString('base64').slice(0, 20));
    }
  });
});

describe('an operator that crashes', () => {
  const known = 'canary-of-the-environment';
  const crashes = [
    ['an error that nobody caught', 'SIGHUP', 'the process fails'],
    ['memory that is used up', 'SIGWINCH', 'heap out of memory'],
  ] as const;

  it.each(crashes)('leaves no secret behind: %s', async (_reason, signal, says) => {
    const { rig } = harness;
    const name = `doomed-${signal.toLowerCase()}`;
    const reports = rig.workspace.folder(name);
    const doomed = await startOperator(rig, {
      name,
      readyMessage: 'caches are filled',
      env: { CRASH_CANARY: known },
      nodeArgs: [
        '--max-old-space-size=120',
        '--report-on-fatalerror',
        '--report-uncaught-exception',
        `--report-directory=${reports}`,
        '--import',
        join(import.meta.dirname, 'doomed.mjs'),
      ],
    });
    process.kill(doomed.pid ?? 0, signal);
    await waitFor(() => doomed.state === 'stopped', { what: 'the process to end' });
    const left = [
      doomed.logs(),
      ...readdirSync(reports).map((file) => readFileSync(join(reports, file), 'utf8')),
    ];
    expect(left[0]).toContain(says);
    for (const text of left) {
      expect(text).not.toContain(known);
      expect(text).not.toContain(canary);
    }
  });
});
