/** How far templates reach, by the operator's configuration and by the rights of a ServiceAccount of their own. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../rig/support/index.ts';
import { type Harness, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

const impersonation = join(import.meta.dirname, '..', '..', 'deploy', 'impersonation');
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({
    externalDns: false,
    dns: false,
    kwok: false,
    operatorArgs: ['--allowed-kinds=ConfigMap,Namespace', '--allowed-namespaces=.,team-*'],
  });
  await harness.sql.script(`
    CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10));
    INSERT INTO customers VALUES ('acme', 'acme.example.com', '1');
  `);
  await harness.applyObjects(registry('crm', { spec: { deletionGuard: { maxDeletions: 1_000 } } }));
});

afterAll(async () => harness?.stop());

async function says(kind: string, name: string, type: string, expected: string): Promise<string> {
  const found = await waitFor(
    async () => {
      const condition = await harness.condition(kind, name, type);
      if (condition?.message.includes(expected) || condition?.reason === expected) return condition;
      throw new Error(`${type} is ${condition?.reason}: ${condition?.message}`);
    },
    { what: `${name} to say ${expected}`, timeoutMs: 60_000 },
  );
  return found.message;
}

describe('what the configuration leaves out', () => {
  it.each([
    [
      'kind',
      { manifests: [{ id: 'lease', spec: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } }] },
      'KindNotAllowed',
      'item "lease": the kind Lease.coordination.k8s.io is not among the --allowed-kinds of the operator (ConfigMap, Namespace)',
    ],
    [
      'system',
      { configMaps: [configMap('dns', {}, { targetNamespace: 'kube-system', conflictPolicy: 'Force' })] },
      'NamespaceNotAllowed',
      'item "dns": namespace "kube-system" is protected',
    ],
    [
      'own',
      { configMaps: [configMap('own', {}, { targetNamespace: 'tenant-operator-system' })] },
      'NamespaceNotAllowed',
      'item "own": namespace "tenant-operator-system" is protected',
    ],
    [
      'pasted',
      { configMaps: [{ id: 'pasted', spec: { metadata: { namespace: 'team-a' } } }] },
      'NamespaceNotAllowed',
      'say targetNamespace: team-a if another namespace is meant',
    ],
  ])('is said on the template, which makes no tenants: %s', async (name, spec, reason, message) => {
    await harness.applyObjects(template(name, 'crm', spec));
    expect(await says('tenanttemplate', name, 'Valid', reason)).toContain(message);
    expect(await harness.isGone('tenant', `acme-${name}`)).toBe(true);
    await harness.kubectl('delete', 'tenanttemplate', name);
  });

  it('is said on the item where it is known with each tenant only, and the rest of the tenant goes on', async () => {
    const spec = {
      namespaces: [{ id: 'team', nameTemplate: 'team-{{ .uid }}', spec: {} }],
      configMaps: [
        configMap('near', {}),
        configMap('team', {}, { targetNamespace: 'team-{{ .uid }}' }),
        configMap('far', {}, { targetNamespace: '{{ .uid }}' }),
      ].map((item, index) =>
        index === 1 ? { ...(item as object), id: 'inside', dependIds: ['team'] } : item,
      ),
    };
    await harness.kubectl('create', 'namespace', 'acme');
    await harness.applyObjects(template('far', 'crm', spec));
    expect(await says('tenant', 'acme-far', 'Ready', 'NamespaceNotAllowed')).toContain(
      '"far": namespace "acme" is not among the --allowed-namespaces of the operator (., team-*',
    );
    await waitFor(() => harness.find('configmap', 'acme-team', 'team-acme'), { what: 'the allowed one' });
    expect(await harness.isGone('configmap', 'acme-near')).toBe(false);
    expect(await harness.isGone('configmap', 'acme-far', 'acme')).toBe(true);
    await harness.kubectl('delete', 'tenanttemplate', 'far');
    await waitFor(() => harness.isGone('tenant', 'acme-far'), { what: 'the Tenant to go' });
    expect(await harness.isGone('namespace', 'team-acme')).toBe(true);
  });
});

describe('a template with a ServiceAccount of its own', () => {
  const bind = () =>
    harness.kubectl(
      ...['create', 'rolebinding', 'deployer', '--role=deployer', '--serviceaccount=default:deployer'],
    );

  it('is written with its rights, and deleted with them, also after the template is gone', async () => {
    const spec = { serviceAccountName: 'deployer', configMaps: [configMap('a', {})] };
    await harness.applyObjects(template('as', 'crm', spec));
    expect(await says('tenant', 'acme-as', 'Ready', 'Forbidden')).toMatch(
      /cannot impersonate resource "serviceaccounts".*: grant the operator's ServiceAccount this right/,
    );
    await harness.kubectl('apply', '-f', impersonation);
    expect(await says('tenant', 'acme-as', 'Ready', 'system:serviceaccount:default:deployer')).toContain(
      'grant ServiceAccount "default/deployer" this right',
    );
    await harness.kubectl(
      ...['create', 'role', 'deployer', '--resource=configmaps', '--verb=get,create,patch,delete'],
    );
    await bind();
    await waitFor(() => harness.isReady('acme-as'), { what: 'the tenant to be ready', timeoutMs: 60_000 });
    expect((await harness.object('tenant', 'acme-as')).status?.serviceAccountName).toBe('deployer');

    await harness.kubectl('delete', 'rolebinding', 'deployer');
    await harness.kubectl('delete', 'tenanttemplate', 'as');
    expect(await says('tenant', 'acme-as', 'Ready', 'DeletionBlocked')).toContain(
      'grant ServiceAccount "default/deployer" this right',
    );
    expect(await harness.isGone('configmap', 'acme-a')).toBe(false);
    await bind();
    await waitFor(() => harness.isGone('tenant', 'acme-as'), { what: 'the Tenant to go', timeoutMs: 60_000 });
    expect(await harness.isGone('configmap', 'acme-a')).toBe(true);
  });
});
