/**
 * The guide's SaaS example with the real cert-manager and a real ACME server: a row ends with a certificate in the Secret that
 * the Ingress names, the Tenant says so, and an order can be held back until the name resolves.
 */
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Guide, startGuide } from '../../real/guide.ts';
import { registry } from '../../real/objects.ts';
import { type Pebble, startCertManager, startPebble } from '../../rig/index.ts';
import { waitFor } from '../../rig/support/index.ts';

let guide: Guide;
let pebble: Pebble;

beforeAll(async () => {
  guide = await startGuide();
  const { rig } = guide;
  pebble = await startPebble(rig.workspace, rig, rig.dns, { refusedNames: ['refused.example.com'] });
  await startCertManager(rig.workspace, rig, { dns: rig.dns, pebble });
  await guide.sql.script(`
    CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active BOOLEAN);
    INSERT INTO customers VALUES ('acme', 'acme.example.com', TRUE), ('globex', 'globex.example.io', TRUE);
  `);
  await guide.applyObjects(registry('saas-registry'));
  await guide.apply('saas-platform.yaml');
});

afterAll(async () => guide?.stop());

const tenantOf = (uid: string) => `${uid}-saas-platform`;

async function saysOfCertificates(uid: string, reason: string) {
  return waitFor(
    async () => {
      const condition = await guide.condition('tenant', tenantOf(uid), 'CertificateReady');
      return condition?.reason === reason && condition;
    },
    { what: `${uid} to say ${reason}`, timeoutMs: 90_000 },
  );
}

/** The certificates in a Secret, the server's own first. */
async function chainIn(secret: string): Promise<X509Certificate[]> {
  const found = await waitFor(() => guide.find('secret', secret), {
    what: `Secret ${secret}`,
    timeoutMs: 90_000,
  });
  const text = Buffer.from(found.data?.['tls.crt'] ?? '', 'base64').toString();
  return (text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  );
}

describe('the SaaS example with cert-manager', () => {
  it.each([
    ['acme', 'acme.example.com'],
    ['globex', 'globex.example.io'],
  ])('fills the Secret %s-tls with a certificate for %s that leads to the root', async (uid, host) => {
    expect(await saysOfCertificates(uid, 'CertificatesIssued')).toMatchObject({
      status: 'True',
      message: `"default/${uid}-tls" is issued`,
    });
    const root = new X509Certificate(await pebble.root());
    const chain = await chainIn(`${uid}-tls`);
    expect(chain[0]?.subjectAltName).toBe(`DNS:${host}`);
    const issuers = [...chain.slice(1), root];
    for (const [index, certificate] of chain.entries()) {
      expect(certificate.verify(issuers[index]!.publicKey)).toBe(true);
    }
  });

  it('tells it in an event and in a column of kubectl get -o wide', async () => {
    expect(await guide.eventsOf('Tenant', tenantOf('acme'))).toContain(
      'CertificatesIssued: "default/acme-tls" is issued',
    );
    const lines = (await guide.kubectl('get', 'tenants', '-o', 'wide')).split('\n');
    expect(lines[0]).toContain('CERTIFICATE');
    expect(lines.find((line) => line.startsWith('acme-'))).toContain('CertificatesIssued');
  });

  it('is ready beside it: a certificate is told, it holds nothing up', async () => {
    await guide.sql.execute("INSERT INTO customers VALUES ('refused', 'refused.example.com', TRUE)");
    const condition = await saysOfCertificates('refused', 'CertificatesFailed');
    expect(condition.status).toBe('False');
    expect(condition.message).toMatch(/^"default\/refused-tls": .*(refused|failed)/);
    await waitFor(() => guide.isReady(tenantOf('refused')), { what: 'the Tenant to be ready all the same' });
    const events = await guide.eventsOf('Tenant', tenantOf('refused'));
    expect(events.filter((event) => event.startsWith('CertificatesFailed: '))).toHaveLength(1);
  });

  it('rests with it: nothing is sent while nothing changes', async () => {
    await guide.settle();
    const mark = guide.rig.auditMark();
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(guide.operatorRequests(mark).map((event) => `${event.verb} ${event.requestURI}`)).toEqual([]);
  });

  it('keeps the Secret of a row that is switched off, as cert-manager does unless told otherwise', async () => {
    await guide.sql.execute("UPDATE customers SET active = FALSE WHERE id = 'globex'");
    await waitFor(() => guide.isGone('tenant', tenantOf('globex')), {
      what: 'the Tenant to go',
      timeoutMs: 60_000,
    });
    await waitFor(() => guide.isGone('certificate', 'globex-tls'), { what: 'its Certificate to go' });
    expect(await guide.isGone('secret', 'globex-tls')).toBe(false);
  });
});

describe('dns.holdCertificates', () => {
  const publishers = () => guide.rig.externalDns.map(({ part }) => part);

  it('places no order while the name does not resolve, and one when it does', async () => {
    await guide.patch('tenanttemplate', 'saas-platform', { spec: { dns: { holdCertificates: true } } });
    for (const part of publishers()) guide.rig.pause(part);
    await guide.sql.execute("INSERT INTO customers VALUES ('held', 'held.example.com', TRUE)");
    await saysOfCertificates('held', 'CertificatesHeld');
    await waitFor(
      async () => (await guide.condition('tenant', tenantOf('held'), 'DNSReady'))?.reason === 'RecordMissing',
      { what: 'the record to be missed', timeoutMs: 60_000 },
    );
    expect(await guide.isGone('certificate', 'held-tls')).toBe(true);
    expect(await ordersOf('held')).toEqual([]);

    for (const part of publishers()) guide.rig.resume(part);
    await saysOfCertificates('held', 'CertificatesIssued');
    const tenant = await guide.object('tenant', tenantOf('held'));
    const [record] = (tenant.status?.dns ?? []) as { state: string; since: string }[];
    expect(record?.state).toBe('Published');
    const [order, ...more] = await ordersOf('held');
    expect(more).toEqual([]);
    expect(Date.parse(order ?? '')).toBeGreaterThanOrEqual(Date.parse(record?.since ?? ''));
    expect((await chainIn('held-tls'))[0]?.subjectAltName).toBe('DNS:held.example.com');
  });

  it('leaves those alone that have their certificates', async () => {
    const ingress = await guide.object('ingress', 'acme-ingress');
    expect(ingress.metadata.annotations?.['cert-manager.io/cluster-issuer']).toBe('letsencrypt-prod');
    expect((await guide.condition('tenant', tenantOf('acme'), 'CertificateReady'))?.reason).toBe(
      'CertificatesIssued',
    );
  });

  /** When the orders of a tenant's certificate were placed. */
  async function ordersOf(uid: string): Promise<string[]> {
    const { items } = await guide.kubectl.json<{
      items: { metadata: { creationTimestamp: string }; spec: { dnsNames: string[] } }[];
    }>('get', 'orders.acme.cert-manager.io');
    return items
      .filter(({ spec }) => spec.dnsNames.includes(`${uid}.example.com`))
      .map(({ metadata }) => metadata.creationTimestamp);
  }
});
