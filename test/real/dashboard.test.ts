/** The web page in Chromium: on the real API server with people's own tokens, and with ten thousand tenants. */
import type { Tenant } from '@tenant-operator/api';
import { createDashboard, createOpenAccess, type Dashboard } from '@tenant-operator/dashboard';
import { silentLogger } from '@tenant-operator/kube';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createFakeCluster,
  createFakeOperator,
  type FakeOperator,
} from '../../packages/dashboard/src/testing.ts';
import { systemCommands } from '../rig/binaries/debian.ts';
import { freePort } from '../rig/index.ts';
import { waitFor } from '../rig/support/index.ts';
import { type Harness, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

let browser: Browser;

beforeAll(async () => {
  const { chromium: executablePath } = await systemCommands('chromium');
  // As root, Chromium refuses its own sandbox; it only sees pages of ours here.
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}, 300_000);

afterAll(async () => browser?.close());

/** Complaints of the page and of axe-core, one a line. */
async function complaintsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = (await page.evaluate('axe.run().then((result) => result.violations)')) as {
    id: string;
    nodes: { html: string }[];
  }[];
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}

async function openPage(url: string, colorScheme: 'light' | 'dark' = 'light') {
  // axe-core is put into the page, which its policy would not let in.
  const page = await browser.newPage({
    colorScheme,
    bypassCSP: true,
    viewport: { width: 1280, height: 800 },
  });
  const errors: string[] = [];
  const foreign: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) foreign.push(request.url());
  });
  await page.goto(url);
  return { page, errors, foreign };
}

describe('on the real API server', () => {
  const canary = 'canary-of-the-page';
  let harness: Harness;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/`;
    harness = await startHarness({
      externalDns: false,
      dns: false,
      kwok: false,
      operatorArgs: ['--dashboard-bind-address', `127.0.0.1:${port}`],
    });
    await harness.sql.script(`
      CREATE TABLE crm (id VARCHAR(63), domain VARCHAR(255), active VARCHAR(10), password VARCHAR(255));
      INSERT INTO crm VALUES ('acme', 'acme.example.com', '1', '${canary}'), ('beta', 'beta.example.com', '1', '${canary}'),
        ('Bad_Row ', 'bad.example.com', '1', '${canary}');
    `);
    await harness.applyObjects(
      registry('crm', { table: 'crm', spec: { secretValueMappings: { password: 'password' } } }),
      template('web', 'crm', {
        configMaps: [configMap('config', { host: '{{ .host }}' })],
        secrets: [
          {
            id: 'login',
            dependIds: ['config'],
            spec: { apiVersion: 'v1', kind: 'Secret', stringData: { password: '{{ .password }}' } },
          },
        ],
      }),
    );
    await waitFor(() => harness.isReady('acme-web'), { what: 'a tenant to be ready' });
    for (const [name, verbs, kinds] of [
      ['viewer', 'get,list,watch', 'tenants.operator.kubernetes-tenants.org'],
      ['editor', 'get,list,watch,patch', '*.*'],
    ] as const) {
      await harness.kubectl('create', 'serviceaccount', name);
      const role = kinds === '*.*' ? 'cluster-admin' : name;
      if (role === name)
        await harness.kubectl('create', 'clusterrole', name, `--verb=${verbs}`, `--resource=${kinds}`);
      await harness.kubectl(
        'create',
        'clusterrolebinding',
        name,
        `--clusterrole=${role}`,
        `--serviceaccount=default:${name}`,
      );
    }
    await harness.kubectl('create', 'serviceaccount', 'nobody');
  }, 300_000);

  afterAll(async () => harness?.stop());

  const tokenOf = async (name: string) => (await harness.kubectl('create', 'token', name)).trim();

  async function signIn(name: string, colorScheme?: 'dark') {
    const opened = await openPage(url, colorScheme);
    await opened.page.getByLabel('A token of the cluster').fill(await tokenOf(name));
    await opened.page.getByRole('button', { name: 'Open' }).click();
    return opened;
  }

  it('asks for a token, and says what one lacks', async () => {
    const { page, errors } = await openPage(url);
    await page.getByLabel('A token of the cluster').fill('no-token');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('alert').filter({ hasText: 'does not know this token' }).waitFor();
    await page.getByLabel('A token of the cluster').fill(await tokenOf('nobody'));
    await page.getByRole('button', { name: 'Open' }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: 'system:serviceaccount:default:nobody may not list tenants' })
      .waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  it('shows a viewer the tenants, and no more of their objects than that person may see', async () => {
    const { page, errors, foreign } = await signIn('viewer');
    await page.getByRole('row', { name: /acme-web/ }).click();
    await page.getByRole('heading', { name: 'acme-web' }).waitFor();
    await page.getByRole('cell', { name: 'you may not see it' }).first().waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('alert').filter({ hasText: 'forbidden' }).waitFor();
    expect((await harness.object('tenant', 'acme-web')).spec.suspend ?? false).toBe(false);
    expect({ errors, foreign }).toEqual({ errors: [], foreign: [] });
    await page.close();
  });

  it('lets an editor suspend and resume, as that person', async () => {
    const { page } = await signIn('editor');
    await page.getByRole('row', { name: /acme-web/ }).click();
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    const { metadata, spec } = await harness.object('tenant', 'acme-web');
    expect(spec.suspend).toBe(true);
    expect(JSON.stringify(metadata)).not.toContain(canary);
    await page.getByText('Suspended').first().waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Suspend' }).waitFor();
    await page.close();
  });

  it('shows the difference of an object that somebody edited while its tenant was suspended, and no secret', async () => {
    const { page } = await signIn('editor', 'dark');
    await harness.patch('tenant', 'beta-web', { spec: { suspend: true } });
    await harness.patch('configmap', 'beta-config', { data: { host: 'by hand' } });
    await page.goto(`${url}#/tenants/default/beta-web/items/config`);
    await page.getByText('-   host: by hand').waitFor();
    await page.getByText('+   host: beta.example.com').waitFor();
    // The name comes with the stream of tenants, the item with a request of its own.
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await complaintsOf(page)).toEqual([]);
    await page.goto(`${url}#/tenants/default/beta-web/items/login`);
    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByText('password: (hidden)').waitFor();
    const text = (await page.textContent('body')) ?? '';
    expect(text).not.toContain(canary);
    expect(text).not.toContain(Buffer.from(canary).toString('base64'));
    await harness.patch('tenant', 'beta-web', { spec: { suspend: false } });
    await page.close();
  });

  it('follows a row that is switched off without being asked, and names the row that cannot be used', async () => {
    const { page } = await signIn('editor');
    await page.getByRole('row', { name: /beta-web/ }).waitFor();
    await harness.sql.execute("UPDATE crm SET active='0' WHERE id='beta'");
    await page.getByRole('row', { name: /beta-web/ }).waitFor({ state: 'detached', timeout: 30_000 });
    await page.getByRole('link', { name: /Problems/ }).click();
    await page.getByText('1 row cannot be used').waitFor();
    await page.close();
  });

  it.each(['light', 'dark'] as const)(
    'is for everybody: axe-core finds nothing in any view, %s',
    async (scheme) => {
      const { page, errors } = await openPage(url, scheme);
      expect(await complaintsOf(page)).toEqual([]);
      await page.getByLabel('A token of the cluster').fill(await tokenOf('editor'));
      await page.getByRole('button', { name: 'Open' }).click();
      for (const [view, text] of [
        ['#/tenants', 'acme-web'],
        ['#/tenants/default/acme-web', 'Conditions'],
        ['#/tenants/default/acme-web/items/config', 'as the template says'],
        ['#/registries', 'Quarantined'],
        ['#/rollouts', 'tenants ready'],
        ['#/problems', 'cannot be used'],
      ] as const) {
        await page.goto(`${url}${view}`);
        await page.getByText(text).first().waitFor();
        expect(await complaintsOf(page), view).toEqual([]);
      }
      expect(errors).toEqual([]);
      await page.close();
    },
  );
});

describe('with ten thousand tenants', () => {
  let operator: FakeOperator;
  let dashboard: Dashboard;
  let url: string;

  const tenant = (index: number, isReady = true) =>
    ({
      metadata: {
        namespace: 'default',
        name: `t${index}-web`,
        uid: `u${index}`,
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      spec: {
        uid: `t${index}`,
        registryId: index % 2 ? 'odd' : 'even',
        templateRef: 'web',
        values: { hostOrUrl: `t${index}.example.com` },
        suspend: false,
      },
      status: {
        readyResources: 4,
        desiredResources: 4,
        conditions: [
          {
            type: 'Ready',
            status: isReady ? 'True' : 'False',
            reason: isReady ? 'Ready' : 'Waiting',
            message: '',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    }) as unknown as Tenant;

  beforeAll(async () => {
    operator = createFakeOperator();
    for (let index = 0; index < 10_000; index += 1) operator.put('tenant', tenant(index));
    const access = createOpenAccess(createFakeCluster().client);
    dashboard = createDashboard({
      operator,
      access,
      log: silentLogger,
      bind: { host: '127.0.0.1', port: 0 },
      version: 'test',
    });
    url = `http://127.0.0.1:${await dashboard.start()}/`;
  });

  afterAll(async () => dashboard?.stop());

  it('keeps few rows in the document, finds one by a word, and goes by keys', async () => {
    const { page, errors } = await openPage(url);
    await page.getByText('10000 of 10000').waitFor();
    expect(await page.locator('.list-row').count()).toBeLessThan(60);
    await page.keyboard.press('/');
    await page.keyboard.type('t4321.example');
    await page.getByText('1 of 10000').waitFor();
    await page.getByRole('searchbox').press('Escape');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/tenants\/default\/t4321-web$/);
    await page.keyboard.press('Escape');
    await page.waitForURL(/#\/tenants$/);
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await page.locator('#row-9999.selected').waitFor();
    expect(await page.locator('.list-row').count()).toBeLessThan(60);
    operator.put('tenant', tenant(7, false));
    await page.getByRole('button', { name: 'Progressing 1' }).click();
    await page.getByText('1 of 10000').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});
