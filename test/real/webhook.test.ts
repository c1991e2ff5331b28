/** The admission webhook behind the real API server: what people read when they are refused, and when nobody answers. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { issueAuthority, issueServing, type KeyPair } from '@tenant-operator/operator/certificates';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { freePort } from '../rig/index.ts';
import { unexpectedRefusals, waitFor } from '../rig/support/index.ts';
import { type AnyObject, type Harness, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

const deployed = fileURLToPath(new URL('../../deploy/webhook/webhook.yaml', import.meta.url));
const secret = 'tenant-operator-webhook';

interface Configuration {
  kind: string;
  webhooks: { name: string; clientConfig: { caBundle?: string; url?: string; service?: unknown } }[];
}

let harness: Harness;
let port: number;

beforeAll(async () => {
  port = await freePort();
  harness = await startHarness({
    externalDns: false,
    dns: false,
    kwok: false,
    operatorArgs: ['--webhook', '--webhook-bind-address', `127.0.0.1:${port}`],
  });
  await harness.sql.script(`
    CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10), plan VARCHAR(10));
    CREATE TABLE many LIKE customers;
  `);
  const rows = Array.from(
    { length: 12 },
    (_, index) => `('c${index}', 'c${index}.example.com', '1', 'gold')`,
  );
  await harness.sql.execute(`INSERT INTO many VALUES ${rows.join()}`);
  await installConfiguration();
}, 300_000);

afterAll(async () => harness?.stop());

/** deploy/webhook as it is, but calling this machine instead of a Service. */
async function installConfiguration(): Promise<void> {
  const documents = parseAllDocuments(readFileSync(deployed, 'utf8')).map(
    (document) => document.toJS() as Configuration,
  );
  const configuration = documents.find(({ kind }) => kind === 'ValidatingWebhookConfiguration');
  if (!configuration) throw new Error('deploy/webhook has no ValidatingWebhookConfiguration');
  for (const webhook of configuration.webhooks) {
    webhook.clientConfig = { url: `https://127.0.0.1:${port}/validate` };
  }
  await harness.applyObjects(configuration);
  // API servers take a new configuration up a moment after it is stored.
  const isAsked = async () =>
    (await apply(template('probe', 'x', items('{{')), '--dry-run=server')).code !== 0;
  await waitFor(isAsked, { what: 'the webhook to be asked', timeoutMs: 40_000 });
}

const items = (value: string, more: Record<string, unknown> = {}) => ({
  configMaps: [configMap('a', { value }, more)],
});

/** `kubectl apply` as a person types it. */
async function apply(object: unknown, ...args: string[]) {
  const stdin = JSON.stringify(object);
  return harness.kubectl.run(['apply', '-f', '-', ...args], { stdin, allowFailure: true });
}

async function made(object: unknown): Promise<void> {
  expect(await apply(object)).toMatchObject({ code: 0 });
}

async function remove(kind: string, name: string, ...args: string[]) {
  const all = ['delete', kind, name, '--wait=false', ...args];
  const { code, stderr } = await harness.kubectl.run(all, { allowFailure: true });
  return { code, stderr };
}

describe('a template', () => {
  beforeAll(async () => {
    await made(registry('crm', { extraValueMappings: { plan: 'plan' } }));
  });

  it.each([
    ['a syntax error', items('{{ .uid'), 'item "a", field spec.data.value: '],
    ['an unknown variable', items('{{ .plann }}'), 'unknown variable ".plann"; did you mean ".plan"?'],
    ['an unknown dependency', items('x', { dependIds: ['b'] }), 'item "a" depends on "b"'],
    [
      'a cycle',
      { configMaps: [configMap('a', {}, { dependIds: ['b'] }), configMap('b', {}, { dependIds: ['a'] })] },
      'a -> b -> a',
    ],
    [
      'an id in two lists',
      { ...items('x'), secrets: [{ id: 'a', spec: { apiVersion: 'v1', kind: 'Secret' } }] },
      '"a"',
    ],
    ['a readyWhen that does not parse', items('x', { readyWhen: 'object.' }), 'field readyWhen: '],
    ['ignoreFields that do not parse', items('x', { ignoreFields: ['$.data['] }), 'field ignoreFields[0]: '],
  ])('with %s is refused in one line that names it', async (_what, spec, sentence) => {
    const { code, stderr } = await apply(template('bad', 'crm', spec));
    expect(code).toBe(1);
    expect(stderr).toContain(
      'admission webhook "changes.operator.kubernetes-tenants.org" denied the request: ',
    );
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(await harness.isGone('tenanttemplate', 'bad')).toBe(true);
  });

  it('that is right is taken without a word', async () => {
    const { code, stderr } = await apply(template('good', 'crm', items('{{ .plan }}')));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('whose registry does not exist yet is taken with a warning', async () => {
    const { code, stderr } = await apply(template('early', 'later', items('{{ .anything }}')));
    expect(code).toBe(0);
    expect(stderr).toContain(
      'Warning: TenantRegistry "later" does not exist in namespace "default" yet: the template takes effect when it does',
    );
  });

  it('in one folder with its registry is judged by it', async () => {
    const both = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        registry('folder', { extraValueMappings: { colour: 'plan' } }),
        template('folder', 'folder', items('{{ .colour }}')),
      ],
    };
    expect(await apply(both)).toMatchObject({ code: 0, stderr: '' });
  });

  it('of which a registry takes away a variable is named in a warning, and may be mended step by step', async () => {
    const used = { configMaps: [configMap('a', { x: '{{ .plan }}' }), configMap('b', { x: '{{ .plan }}' })] };
    expect(await apply(template('good', 'crm', used))).toMatchObject({ code: 0, stderr: '' });
    const bare = await apply(registry('crm'));
    expect(bare.code).toBe(0);
    expect(bare.stderr).toContain('Warning: TenantTemplate "good" is not valid with this registry: item "a"');

    const suspended = await apply(template('good', 'crm', { ...used, suspend: true }));
    expect(suspended.code).toBe(0);
    expect(suspended.stderr).toContain('Warning: the template stays invalid: item "a"');
    const half = { configMaps: [configMap('a', { x: 'x' }), configMap('b', { x: '{{ .plan }}' })] };
    expect((await apply(template('good', 'crm', half))).code).toBe(0);
    const worse = { configMaps: [configMap('a', { x: '{{' }), configMap('b', { x: '{{ .plan }}' })] };
    expect((await apply(template('good', 'crm', worse))).code).toBe(1);
    expect((await remove('tenanttemplate', 'good')).code).toBe(0);
  });

  it('that stays invalid may be annotated, and loses its finalizers', async () => {
    await made(registry('crm', { extraValueMappings: { plan: 'plan' } }));
    await made(template('marked', 'crm', items('{{ .plan }}')));
    await made(registry('crm'));
    await harness.kubectl('annotate', 'tenanttemplate', 'marked', 'who=me');
    await harness.patch('tenanttemplate', 'marked', { metadata: { finalizers: ['example.com/hold'] } });
    await remove('tenanttemplate', 'marked');
    await harness.patch('tenanttemplate', 'marked', { metadata: { finalizers: null } });
    await waitFor(() => harness.isGone('tenanttemplate', 'marked'), { what: 'the template to go' });
  });
});

describe('a deletion', () => {
  const tenants = async (namespace = 'default') =>
    (await harness.kubectl.json<{ items: AnyObject[] }>('get', 'tenants', '-n', namespace)).items.filter(
      ({ spec }) => spec.registryId === 'many',
    );

  async function fill(namespace = 'default'): Promise<void> {
    const objects = [registry('many', { table: 'many' }), template('big', 'many', items('{{ .uid }}'))];
    const source = { name: 'mysql-credentials', namespace };
    const placed = objects.map((object) => {
      const { metadata, ...rest } = object as AnyObject;
      return { ...rest, metadata: { ...metadata, namespace } };
    });
    if (namespace !== 'default') {
      const { data } = await harness.object('secret', source.name);
      await harness.applyObjects(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
        { apiVersion: 'v1', kind: 'Secret', metadata: source, data },
      );
    }
    await harness.applyObjects(...placed);
    await waitFor(async () => (await tenants(namespace)).length === 12, { what: 'twelve Tenants' });
  }

  const commandIn = (stderr: string) => /: kubectl (annotate .*)$/.exec(stderr.trim())?.[1]?.split(' ') ?? [];

  it.each([
    ['tenanttemplate', 'big', 'TenantTemplate "big"'],
    ['tenantregistry', 'many', 'TenantRegistry "many"'],
  ])(
    'of a %s above the limit is refused with the command that approves it, and then goes',
    async (kind, name, title) => {
      await fill();
      const refused = await remove(kind, name);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        'admission webhook "deletions.operator.kubernetes-tenants.org" denied the request: 12 of 12 Tenants would be deleted',
      );
      expect(refused.stderr).toContain(`To delete ${title} with them, approve them and delete it again`);
      expect((await tenants()).filter(({ metadata }) => metadata.deletionTimestamp)).toEqual([]);

      await harness.kubectl(
        'annotate',
        'tenantregistry',
        'many',
        '--overwrite',
        'kubernetes-tenants.org/approve-deletions=0123456789abcdef',
      );
      expect((await remove(kind, name)).code).toBe(1);

      const command = commandIn(refused.stderr);
      expect(command[0]).toBe('annotate');
      await harness.kubectl(...command);
      expect(await remove(kind, name)).toEqual({ code: 0, stderr: '' });
      await waitFor(async () => (await tenants()).length === 0, {
        what: 'the Tenants to go',
        timeoutMs: 60_000,
      });
      await waitFor(() => harness.isGone(kind, name), { what: 'the object to go' });
    },
  );

  it('below the limit goes at once', async () => {
    await apply(template('small', 'crm', items('x')));
    expect(await remove('tenanttemplate', 'small')).toEqual({ code: 0, stderr: '' });
  });

  it('with its namespace is never held', async () => {
    await fill('going');
    await harness.kubectl('delete', 'namespace', 'going', '--wait=false');
    await waitFor(() => harness.isGone('namespace', 'going'), {
      what: 'the namespace to go',
      timeoutMs: 90_000,
    });
  });
});

describe('certificates', () => {
  const day = 86_400_000;
  const configuration = async () =>
    harness.kubectl.json<Configuration>('get', 'validatingwebhookconfiguration', 'tenant-operator');
  const bundle = async () =>
    Buffer.from((await configuration()).webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString();

  /** One handshake as an API server does it: with the bundle that is published. */
  async function handshake(): Promise<string> {
    const ca = (await bundle()).match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
    return new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, ca }, () => {
        const { serialNumber } = socket.getPeerCertificate();
        socket.destroy();
        resolve(serialNumber);
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(`failed: ${error.code ?? error.message}`));
    });
  }

  async function store(pairs: Record<string, KeyPair | undefined>): Promise<void> {
    const encode = (text?: string) => (text === undefined ? null : Buffer.from(text).toString('base64'));
    const data = Object.entries(pairs).flatMap(([name, pair]) => [
      [`${name}.crt`, encode(pair?.certificate)],
      [`${name}.key`, encode(pair?.key)],
    ]);
    await harness.patch('secret', secret, { data: Object.fromEntries(data) as unknown }, operatorNamespace);
  }

  const stored = async () => (await harness.object('secret', secret, operatorNamespace)).data ?? {};
  let operatorNamespace: string;

  beforeAll(async () => {
    const { items: found } = await harness.kubectl.json<{ items: AnyObject[] }>('get', 'secrets', '-A');
    operatorNamespace = found.find(({ metadata }) => metadata.name === secret)?.metadata.namespace ?? '';
    expect(operatorNamespace).not.toBe('');
  });

  it('are renewed from a new authority while every request is judged', async () => {
    const failures: string[] = [];
    const serials = new Set<string>();
    let judged = 0;
    let isOver = false;
    const asking = (async () => {
      while (!isOver) {
        const serial = await handshake();
        if (serial.startsWith('failed')) failures.push(serial);
        else serials.add(serial);
        const { stderr } = await apply(template('never', 'crm', items('{{')));
        if (stderr.includes('denied the request')) judged++;
        else failures.push(stderr || 'an invalid template was let through');
      }
    })();
    try {
      // An authority in its last months, of which a serving certificate was made lately: as if eight months had gone by.
      const now = Date.now();
      const old = await issueAuthority(now - 250 * day);
      const current = await stored();
      const decode = (name: string) => Buffer.from(current[name] ?? '', 'base64').toString();
      const trusted = { certificate: decode('ca.crt'), key: decode('ca.key') };
      const serving = { certificate: decode('tls.crt'), key: decode('tls.key') };
      const names = new X509Certificate(serving.certificate).subjectAltName?.split(', ') ?? [];
      const hosts = names.map((name) => name.replace(/^(DNS|IP Address):/, ''));
      // First announced as the one before, so that the change of the test itself fails no request either.
      await store({ ca: trusted, 'previous-ca': old, tls: serving });
      const count = async () => (await bundle()).split('BEGIN').length - 1;
      await waitFor(async () => (await count()) === 2, { what: 'both to be published', timeoutMs: 30_000 });
      await settleBundle();
      await store({
        ca: old,
        'previous-ca': trusted,
        tls: await issueServing(old, hosts, now - day),
      });
      // From here on it is the operator's own doing: the authority of before retires, a new one comes.
      await waitFor(async () => (await count()) === 2 && !(await bundle()).startsWith(old.certificate), {
        what: 'a new authority beside the old one',
        timeoutMs: 40_000,
      });
      await waitFor(async () => !(await bundle()).includes(trusted.certificate), {
        what: 'the one before to retire',
        timeoutMs: 40_000,
      });
      expect(await bundle()).toContain(old.certificate);
      await settleBundle();
      // An hour later: the new authority is known everywhere.
      const later = await issueAuthority(now - 2 * 3_600_000);
      const before = (await stored())['tls.crt'];
      await store({ ca: later, 'previous-ca': old });
      await waitFor(async () => (await stored())['tls.crt'] !== before, {
        what: 'a certificate of the new authority',
        timeoutMs: 40_000,
      });
      await settleBundle();
    } finally {
      isOver = true;
      await asking;
    }
    expect(failures).toEqual([]);
    expect(serials.size).toBeGreaterThanOrEqual(3);
    // The keeper is told of each step by its watches: there is time for no more on a busy machine.
    expect(judged).toBeGreaterThan(3);
  }, 240_000);

  /** Until requests have been judged with what is published now. */
  const settleBundle = () => new Promise((resolve) => setTimeout(resolve, 3_000));

  it('that somebody took out of the configuration are back, and nothing else of it is touched', async () => {
    await harness.kubectl(
      'patch',
      'validatingwebhookconfiguration',
      'tenant-operator',
      '--type=json',
      '-p',
      '[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"},{"op":"add","path":"/webhooks/0/timeoutSeconds","value":7}]',
    );
    await waitFor(async () => (await bundle()) !== '', { what: 'the bundle to be back' });
    expect((await configuration()).webhooks[0]).toMatchObject({ timeoutSeconds: 7 });
  });
});

describe('a webhook that is away', () => {
  it('lets changes through, which the controllers judge, holds deletions, and lets namespaces go', async () => {
    await harness.kubectl('create', 'namespace', 'leaving');
    await harness.applyObjects({
      ...(template('t', 'x', items('x')) as object),
      metadata: { name: 't', namespace: 'leaving' },
    });
    await harness.operator.stop();
    const { code } = await apply(template('unseen', 'crm', items('{{ .nobody }}')));
    expect(code).toBe(0);
    const held = await remove('tenanttemplate', 'unseen');
    expect(held.code).toBe(1);
    expect(held.stderr).toContain('failed calling webhook "deletions.operator.kubernetes-tenants.org"');
    await harness.kubectl('delete', 'namespace', 'leaving', '--timeout=60s');
    await harness.rig.restart('operator');
    const valid = await waitFor(
      async () => {
        const condition = await harness.condition('tenanttemplate', 'unseen', 'Valid');
        return condition?.status === 'False' ? condition : undefined;
      },
      { what: 'the controller to judge it' },
    );
    expect(valid).toMatchObject({ reason: 'UnknownVariable' });
    await waitFor(async () => (await remove('tenanttemplate', 'unseen')).code === 0, {
      what: 'the deletion',
    });
  });

  it('was refused nothing that it needs', () => {
    const reason = 'the guard holds what nobody approved';
    const refusals = unexpectedRefusals(harness.rig, [
      { verb: 'delete', resource: 'tenanttemplates', reason },
      { verb: 'delete', resource: 'tenantregistries', reason },
    ]);
    // A namespace that is being deleted takes nothing new.
    expect(refusals.filter((line) => !/ going(?: |$)/.test(line))).toEqual([]);
  });
});
