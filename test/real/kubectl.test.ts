/** The stock kubectl as people type it: the same words on the real API server and on the sandbox. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binaryPath } from '../rig/binaries/index.ts';
import { type Rig, startRig } from '../rig/index.ts';
import { startSandboxRig } from '../rig/sandbox.ts';
import { createKubectl, type Kubectl, prepareCluster, run, waitFor } from '../rig/support/index.ts';
import { registry } from './objects.ts';

const start = process.env.TENANT_OPERATOR_TARGET === 'sandbox' ? startSandboxRig : startRig;
let rig: Rig;
let kubectl: Kubectl;
let folder: string;

beforeAll(async () => {
  rig = await start({ kwok: false, mysql: false, dns: false, externalDns: false });
  await prepareCluster(rig);
  kubectl = await createKubectl(rig.kubeconfig);
  folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
});

afterAll(async () => {
  kubectl?.close();
  await rig?.stop();
  if (folder) rmSync(folder, { recursive: true });
});

const configMap = (name: string, data: Record<string, string>) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { app: 'web' } }, data });
const deployment = JSON.stringify({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'nginx:1' }] },
    },
  },
});
const dataOf = async (name: string) =>
  (await kubectl.json<{ data?: Record<string, string> }>('get', 'configmap', name)).data;

describe('kubectl tenants', () => {
  const program = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'dist', 'tenant-operator.js');
  /** kubectl without flags of its own, as people type it. */
  const bare = async (...args: string[]) =>
    run(await binaryPath('kubectl'), args, {
      env: { PATH: `${folder}:${process.env.PATH ?? ''}`, HOME: folder, KUBECONFIG: rig.kubeconfig },
      allowFailure: true,
    });

  beforeAll(() => {
    for (const name of ['kubectl-tenants', 'kubectl_complete-tenants'])
      symlinkSync(program, join(folder, name));
  });

  it('is found by kubectl, and goes by that name', async () => {
    expect((await bare('plugin', 'list')).stdout).toContain(join(folder, 'kubectl-tenants'));
    const { stdout } = await bare('tenants', 'plan', '--help');
    expect(stdout).toContain('Usage: kubectl tenants plan [options] [files...]');
  });

  it('works on the cluster of kubectl, and hands its exit code on', async () => {
    const { stdout, code } = await bare('tenants', 'plan');
    expect([code, stdout]).toEqual([0, expect.stringContaining('No changes')]);
    const wrong = await bare('tenants', 'explain', 'nobody');
    expect(wrong.code).toBe(1);
    expect((await bare('tenants', 'plna')).stderr).toContain("unknown command 'plna'");
  });

  it("is completed by kubectl's own completion", async () => {
    expect((await bare('__complete', 'tenants', 'pl')).stdout).toBe('plan\n:4\n');
    expect((await bare('__complete', 'tenants', 'suspend', 't')).stdout).toBe('tenant\ntemplate\n:4\n');
    expect((await bare('__complete', 'tenants', 'plan', '--re')).stdout).toContain('--read-table\n');
  });
});

describe('kubectl', () => {
  it('applies on the client side, and a field that is dropped goes', async () => {
    expect(await kubectl.apply(configMap('client', { a: '1', b: '2' }))).toBe('configmap/client created\n');
    expect(await kubectl.apply(configMap('client', { a: '1', b: '2' }))).toBe('configmap/client unchanged\n');
    expect(await kubectl.apply(configMap('client', { a: '3' }))).toBe('configmap/client configured\n');
    expect(await dataOf('client')).toEqual({ a: '3' });
  });

  it('applies on the server side, and names the other manager of a field', async () => {
    const apply = (manager: string, value: string, ...more: string[]) =>
      kubectl.run(['apply', '--server-side', `--field-manager=${manager}`, '-f', '-', ...more], {
        stdin: configMap('server', { a: value }),
        allowFailure: true,
      });
    expect((await apply('one', '1')).stdout).toBe('configmap/server serverside-applied\n');
    const conflict = await apply('two', '2');
    expect(conflict.code).toBe(1);
    expect(conflict.stderr).toContain('conflict with "one": .data.a');
    expect((await apply('two', '2', '--force-conflicts')).code).toBe(0);
    expect(await dataOf('server')).toEqual({ a: '2' });
  });

  it('refuses an unknown field with --validate=strict, also in a List', async () => {
    const wrong = { ...(JSON.parse(configMap('wrong', {})) as object), dta: {} };
    for (const text of [wrong, { apiVersion: 'v1', kind: 'List', items: [wrong] }]) {
      const { code, stderr } = await kubectl.run(['apply', '--validate=strict', '-f', '-'], {
        stdin: JSON.stringify(text),
        allowFailure: true,
      });
      expect([code, stderr]).toEqual([1, expect.stringContaining('unknown field "dta"')]);
    }
  });

  it('shows a difference, and exits 1 for it', async () => {
    const { code, stdout } = await kubectl.run(['diff', '-f', '-'], {
      stdin: configMap('client', { a: '4' }),
      allowFailure: true,
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^- {2}a: "3"$/m);
    expect(stdout).toMatch(/^\+ {2}a: "4"$/m);
    expect(await dataOf('client')).toEqual({ a: '3' });
  });

  it('edits with the editor of the person', async () => {
    const editor = join(folder, 'editor.sh');
    writeFileSync(editor, '#!/bin/sh\nsed -i \'s/a: "3"/a: edited/\' "$1"\n', { mode: 0o755 });
    const { stdout } = await kubectl.run(['edit', 'configmap', 'client'], {
      env: { ...process.env, KUBE_EDITOR: editor },
    });
    expect(stdout).toBe('configmap/client edited\n');
    expect(await dataOf('client')).toEqual({ a: 'edited' });
  });

  it.each([
    ['merge', '{"data":{"a":"m"}}', { a: 'm' }],
    ['json', '[{"op":"add","path":"/data/b","value":"j"}]', { a: 'm', b: 'j' }],
    ['strategic', '{"data":{"a":null}}', { b: 'j' }],
  ])('patches with --type=%s', async (type, patch, expected) => {
    await kubectl('patch', 'configmap', 'client', `--type=${type}`, '-p', patch);
    expect(await dataOf('client')).toEqual(expected);
  });

  it('labels, annotates, and selects by labels and fields', async () => {
    await kubectl('label', 'configmap', 'client', 'tier=front');
    await kubectl('annotate', 'configmap', 'client', 'note=x');
    const names = async (...args: string[]) =>
      (await kubectl('get', 'configmaps', '-o', 'name', ...args)).trim().split('\n');
    expect(await names('-l', 'app=web,tier in (front)')).toEqual(['configmap/client']);
    expect(await names('--field-selector=metadata.name=server')).toEqual(['configmap/server']);
  });

  it('prints -o wide, yaml, jsonpath, custom-columns and name', async () => {
    await kubectl.apply(deployment);
    expect(await kubectl('get', 'deploy', 'web', '-o', 'wide')).toMatch(
      /NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR\nweb +0\/0 .* app +nginx:1 +app=web/,
    );
    expect(await kubectl('get', 'deploy', 'web', '-o', 'yaml')).toContain(
      '  strategy:\n    rollingUpdate:\n',
    );
    expect(
      await kubectl('get', 'deploy', 'web', '-o', 'jsonpath={.spec.template.spec.containers[*].image}'),
    ).toBe('nginx:1');
    expect(await kubectl('get', 'deploy', '-o', 'custom-columns=N:.metadata.name,R:.spec.replicas')).toMatch(
      /^N +R\nweb +0\n$/,
    );
  });

  it('describes an object and its events', async () => {
    const text = await kubectl('describe', 'deployment', 'web');
    expect(text).toMatch(/^Name: +web$/m);
    expect(text).toMatch(/^ +Image: +nginx:1$/m);
    expect(text).toMatch(/^Events: /m);
  });

  it('shows custom resources with their columns, and explains them', async () => {
    await kubectl.apply(JSON.stringify(registry('crm')));
    expect(await kubectl('get', 'tenantregistries')).toMatch(/^NAME .*AGE *\ncrm /);
    expect(await kubectl('explain', 'tenantregistry.spec.source.mysql.host')).toContain(
      'FIELD: host <string>',
    );
    expect(await kubectl('explain', 'deployment.spec.replicas')).toContain('FIELD: replicas <integer>');
  });

  it('lists the kinds that there are', async () => {
    const text = await kubectl('api-resources', '--api-group=operator.kubernetes-tenants.org');
    for (const kind of ['Tenant', 'TenantRegistry', 'TenantTemplate'])
      expect(text).toMatch(new RegExp(` ${kind}$`, 'm'));
    expect(await kubectl('api-versions')).toContain('networking.k8s.io/v1\n');
  });

  it('waits for a condition, for a value and for the end of an object', async () => {
    await kubectl(
      'wait',
      '--for=condition=Established',
      'crd/tenants.operator.kubernetes-tenants.org',
      '--timeout=10s',
    );
    const value = kubectl('wait', '--for=jsonpath={.data.ready}=yes', 'configmap/client', '--timeout=20s');
    await kubectl('patch', 'configmap', 'client', '-p', '{"data":{"ready":"yes"}}');
    expect(await value).toBe('configmap/client condition met\n');
    const end = kubectl('wait', '--for=delete', 'configmap/server', '--timeout=20s');
    // One that is gone already is not worth a word of kubectl's.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await kubectl('delete', 'configmap', 'server', '--wait=false');
    expect(await end).toBe('configmap/server condition met\n');
    const { code, stderr } = await kubectl.run(
      ['wait', '--for=condition=Ready', 'tenantregistry/crm', '--timeout=1s'],
      {
        allowFailure: true,
      },
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining('timed out waiting for the condition')]);
  });

  it('watches with get -w', async () => {
    const watching = kubectl.run(
      ['get', 'configmaps', '-l', 'app=seen', '-w', '-o', 'name', '--request-timeout=4s'],
      {
        allowFailure: true,
      },
    );
    await waitFor(
      async () => {
        await kubectl.apply(
          JSON.stringify({
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'seen', labels: { app: 'seen' } },
          }),
        );
        return true;
      },
      { what: 'the object' },
    );
    await kubectl('annotate', 'configmap', 'seen', 'now=1');
    expect((await watching).stdout).toMatch(/^configmap\/seen\n/);
  });

  it('asks whether one may', async () => {
    expect((await kubectl('auth', 'can-i', 'create', 'tenants')).trim()).toBe('yes');
  });

  it('scales, sets an image and rolls out', async () => {
    await kubectl('scale', 'deployment', 'web', '--replicas=0');
    await kubectl('set', 'image', 'deployment/web', 'app=nginx:2');
    expect(await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s')).toContain(
      'successfully rolled out',
    );
  });

  it('creates with --dry-run=server, and nothing is there', async () => {
    await kubectl('create', 'configmap', 'dry', '--from-literal=a=1', '--dry-run=server');
    expect(await kubectl('get', 'configmap', 'dry', '--ignore-not-found')).toBe('');
  });

  it.each(['background', 'foreground', 'orphan'])('deletes with --cascade=%s', async (cascade) => {
    await kubectl('create', 'configmap', `owner-${cascade}`);
    await kubectl('delete', 'configmap', `owner-${cascade}`, `--cascade=${cascade}`, '--timeout=20s');
    expect(await kubectl('get', 'configmap', `owner-${cascade}`, '--ignore-not-found')).toBe('');
  });

  it('says what is not there, and exits 1', async () => {
    const { code, stderr } = await kubectl.run(['get', 'configmap', 'nowhere'], { allowFailure: true });
    expect([code, stderr]).toEqual([1, 'Error from server (NotFound): configmaps "nowhere" not found\n']);
  });
});
