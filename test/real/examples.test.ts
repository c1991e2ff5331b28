/** The guide's other templates, each with a registry of its own, unchanged. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_ADDRESS_LABEL, SERVICE_ADDRESS } from '../rig/index.ts';
import { waitFor } from '../rig/support/index.ts';
import { type Guide, startGuide } from './guide.ts';
import { registry } from './objects.ts';

let guide: Guide;

beforeAll(async () => {
  guide = await startGuide();
  await guide.sql.script(`
    CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active BOOLEAN);
    INSERT INTO customers VALUES ('acme', 'acme.example.com', TRUE), ('globex', 'globex.example.io', TRUE);
  `);
});

afterAll(async () => guide?.stop());

describe('the SaaS example', () => {
  it('is kept with Valid=Unknown until its registry appears, as kubectl apply -f folder brings it', async () => {
    await guide.apply('saas-platform.yaml');
    await waitFor(
      async () =>
        (await guide.condition('tenanttemplate', 'saas-platform', 'Valid'))?.reason === 'RegistryNotFound',
      {
        what: 'the template to say that its registry is missing',
      },
    );
    expect(await guide.condition('tenanttemplate', 'saas-platform', 'Valid')).toMatchObject({
      status: 'Unknown',
    });
    await guide.applyObjects(registry('saas-registry'));
    await waitFor(
      async () => (await guide.condition('tenanttemplate', 'saas-platform', 'Valid'))?.status === 'True',
      {
        what: 'the template to be valid',
      },
    );
  });

  it('makes each tenant in dependency order and brings it to Ready', async () => {
    await waitFor(() => guide.isReady('acme-saas-platform'), { what: 'acme to be ready' });
    await waitFor(() => guide.isReady('globex-saas-platform'), { what: 'globex to be ready' });
    const order = guide
      .operatorRequests()
      .filter(
        ({ verb, objectRef }) =>
          verb === 'patch' && objectRef?.name?.startsWith('acme-') && !objectRef.subresource,
      )
      .map(({ objectRef }) => objectRef?.resource ?? '');
    expect(order.indexOf('configmaps')).toBeLessThan(order.indexOf('deployments'));
    expect(order.indexOf('services')).toBeLessThan(order.indexOf('ingresses'));
    expect(order.filter((resource) => resource !== 'tenants').sort()).toEqual([
      'configmaps',
      'deployments',
      'ingresses',
      'services',
    ]);
  });

  it('fills in the values of the row, in strings only', async () => {
    expect((await guide.object('configmap', 'acme-config')).data).toEqual({
      tenant_id: 'acme',
      tenant_host: 'acme.example.com',
      api_endpoint: 'https://acme.example.com/api',
    });
    const ingress = await guide.object('ingress', 'acme-ingress');
    expect(ingress.metadata.annotations).toMatchObject({
      'nginx.ingress.kubernetes.io/ssl-redirect': 'true',
      'external-dns.alpha.kubernetes.io/hostname': 'acme.example.com',
      'external-dns.alpha.kubernetes.io/ttl': '300',
      'cert-manager.io/cluster-issuer': 'letsencrypt-prod',
    });
  });

  it('is published by ExternalDNS in both zones', async () => {
    await waitFor(() => guide.address('acme.example.com'), { what: 'acme.example.com', timeoutMs: 60_000 });
    await waitFor(() => guide.address('globex.example.io'), { what: 'globex.example.io', timeoutMs: 60_000 });
  });

  it('is Ready also while its Ingress has no address, because of waitForReady: false', async () => {
    const label = { [NO_ADDRESS_LABEL]: 'true' };
    await guide.patch('tenanttemplate', 'saas-platform', {
      spec: { ingresses: [{ ...(await saasIngress()), labelsTemplate: label }] },
    });
    await guide.sql.execute("INSERT INTO customers VALUES ('initech', 'initech.example.com', TRUE)");
    await waitFor(() => guide.isReady('initech-saas-platform'), { what: 'initech to be ready' });
    const ingress = await guide.object('ingress', 'initech-ingress');
    expect(ingress.status).toEqual({ loadBalancer: {} });
  });
});

async function saasIngress(): Promise<Record<string, unknown>> {
  const template = await guide.object('tenanttemplate', 'saas-platform');
  return (template.spec.ingresses as Record<string, unknown>[])[0] ?? {};
}

describe('the web application and the LoadBalancer example', () => {
  it('share one registry: a tenant of each for every row', async () => {
    await guide.apply('web-app-with-dns.yaml');
    await guide.apply('api-service-with-dns.yaml');
    await guide.sql.script(`
      CREATE TABLE accounts (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active BIT(1));
      INSERT INTO accounts VALUES ('umbrella', 'umbrella.example.com', b'1'), ('hooli', 'hooli.example.com', b'0');
    `);
    await guide.applyObjects(registry('my-registry', { table: 'accounts' }));
    await waitFor(() => guide.isReady('umbrella-web-app-with-dns'), {
      what: 'the web application to be ready',
    });
    await waitFor(() => guide.isReady('umbrella-api-service-with-dns'), {
      what: 'the API service to be ready',
    });
    expect(await guide.isGone('tenant', 'hooli-web-app-with-dns')).toBe(true);
  });

  it('counts a LoadBalancer Service as ready only with its address, which ExternalDNS publishes', async () => {
    const service = await guide.object('service', 'umbrella-api-service');
    expect(service.status).toEqual({
      loadBalancer: { ingress: [expect.objectContaining({ ip: SERVICE_ADDRESS })] },
    });
    const answer = await waitFor(() => guide.address('api-umbrella.example.com'), {
      what: 'its record',
      timeoutMs: 60_000,
    });
    expect(answer).toBe(SERVICE_ADDRESS);
  });

  it('waits for the Service before the Deployment that depends on it', async () => {
    const order = guide
      .operatorRequests()
      .filter(
        ({ verb, objectRef }) =>
          verb === 'patch' && objectRef?.name?.startsWith('umbrella-') && !objectRef.subresource,
      )
      .map(({ objectRef }) => `${objectRef?.resource}/${objectRef?.name}`);
    expect(order.indexOf('services/umbrella-service')).toBeLessThan(
      order.indexOf('deployments/umbrella-deploy'),
    );
  });
});
