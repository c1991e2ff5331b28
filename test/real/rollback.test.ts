/** Claims that wait for their first consumer, and the way back to an older revision by the command. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, waitFor } from '../rig/support/index.ts';
import { type Harness, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

const cli = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'dist', 'tenant-operator.js');
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ externalDns: false, dns: false, kwok: false });
  await harness.sql.script(`
    CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10));
    INSERT INTO customers VALUES ('acme', 'acme.example.com', '1');
  `);
  await harness.applyObjects(registry('crm'));
});

afterAll(async () => harness?.stop());

describe('a PersistentVolumeClaim', () => {
  const storageClass = (name: string, volumeBindingMode: string) => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'example.com/none',
    volumeBindingMode,
  });
  const claim = (storageClassName: string) => ({
    persistentVolumeClaims: [
      {
        id: 'data',
        nameTemplate: `{{ .uid }}-${storageClassName}`,
        spec: {
          spec: {
            storageClassName,
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '1Gi' } },
          },
        },
      },
    ],
  });

  it('that binds with its first consumer is ready, one that binds at once is waited for', async () => {
    await harness.applyObjects(
      storageClass('late', 'WaitForFirstConsumer'),
      storageClass('soon', 'Immediate'),
    );
    await harness.applyObjects(
      template('late', 'crm', claim('late')),
      template('soon', 'crm', claim('soon')),
    );
    await waitFor(() => harness.isReady('acme-late'), { what: 'the late one to be ready' });
    const condition = await waitFor(() => harness.condition('tenant', 'acme-soon', 'Ready'), {
      what: 'the other one',
    });
    expect(condition).toMatchObject({ status: 'False', reason: 'WaitingForReady' });
    expect(condition.message).toContain('"data": it is Pending');
    await harness.kubectl('delete', 'tenanttemplate', 'late', 'soon');
  });
});

describe('tenant-operator rollback', () => {
  const content = (value: string) => template('app', 'crm', { configMaps: [configMap('config', { value })] });
  const value = async () => (await harness.find('configmap', 'acme-config'))?.data?.value;
  const rollback = (...args: string[]) =>
    run(
      process.execPath,
      [cli, 'rollback', 'app', '--kubeconfig', harness.rig.kubeconfig, '-n', 'default', ...args],
      {
        allowFailure: true,
      },
    );

  it('gives the template the content before, or the one that is named', async () => {
    for (const text of ['one', 'two', 'three']) {
      await harness.applyObjects(content(text));
      await waitFor(async () => (await value()) === text, { what: `content ${text}` });
      await harness.settle();
    }
    expect(await rollback()).toMatchObject({ code: 0, stdout: expect.stringContaining('revision 2 ') });
    await waitFor(async () => (await value()) === 'two', { what: 'the content before' });
    await harness.settle();
    expect(await rollback('--to-revision', '1')).toMatchObject({ code: 0 });
    await waitFor(async () => (await value()) === 'one', { what: 'the first content' });
  });

  it('says which revisions there are when there is no such one', async () => {
    const { code, stderr } = await rollback('--to-revision', '99');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^tenant-operator: there is no revision "99" of TenantTemplate "app"; there are: \d/,
    );
  });
});
