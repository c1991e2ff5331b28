/**
 * DNS as Tenants tell of it, on the real ExternalDNS and BIND: published, waited for, proven gone, or left behind. example.com is
 * synchronised, example.io is only ever added to.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExternalDns } from '../rig/index.ts';
import { dig, unexpectedRefusals, waitFor } from '../rig/support/index.ts';
import { updateZone } from './dns.bind.ts';
import { type AnyObject, type Harness, startHarness } from './harness.ts';
import { ingressRule, registry, template } from './objects.ts';

const address = '192.0.2.10';
const syncing = 'external-dns-example.com';
const hostname = 'external-dns.alpha.kubernetes.io/hostname';
const issuer = 'cert-manager.io/cluster-issuer';

const sync = { ownerId: 'rig-example-com', policy: 'sync', domainFilters: ['example.com'] };
const upsertOnly = { ownerId: 'rig-example-io', policy: 'upsert-only', domainFilters: ['example.io'] };

interface DnsRecord {
  name: string;
  type: string;
  state: string;
  expected: string[];
  seen?: string[];
  owner?: string;
  resource: string;
}

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ externalDns: { zones: ['example.com'], policy: 'sync' } });
  const { rig } = harness;
  await startExternalDns(rig.workspace, rig, rig.dns, { zones: ['example.io'], policy: 'upsert-only' });
});

afterAll(async () => harness?.stop());

/** A table, a registry and a template of one name; `stay` keeps its row, since an empty table deletes nothing. */
async function offer(name: string, dns: object, rows: Record<string, string>, annotations: object = {}) {
  const values = Object.entries(rows).map(([id, domain]) => `('${id}', '${domain}', '1')`);
  await harness.sql.script(`
    CREATE TABLE ${name} (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10));
    INSERT INTO ${name} VALUES ${values.join(', ')};
  `);
  const ingress = {
    id: 'ingress',
    nameTemplate: '{{ .uid }}-ingress',
    spec: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { annotations: { [hostname]: '{{ .host }}', ...annotations } },
      spec: {
        rules: [ingressRule('{{ .host }}', 'web')],
      },
    },
  };
  await harness.applyObjects(
    registry(name, { table: name }),
    template(name, name, { dns, ingresses: [ingress] }),
  );
}

const switchOff = (table: string, id: string) =>
  harness.sql.execute(`UPDATE ${table} SET active = '0' WHERE id = ?`, [id]);

const switchOn = (table: string, id: string) =>
  harness.sql.execute(`UPDATE ${table} SET active = '1' WHERE id = ?`, [id]);

/** Waits until a condition of a Tenant has this reason. */
function says(tenant: string, type: string, reason: string) {
  return waitFor(
    async () => {
      const found = await harness.condition('tenant', tenant, type);
      if (found?.reason !== reason) throw new Error(`${type} is ${found?.reason}: ${found?.message}`);
      return found;
    },
    { what: `${tenant} to say ${reason}`, timeoutMs: 90_000 },
  );
}

const records = async (tenant: string) => (await harness.object('tenant', tenant)).status?.dns as DnsRecord[];

const leftovers = async (name: string) =>
  ((await harness.object('tenantregistry', name)).status?.leftoverRecords ?? []) as {
    name: string;
    type: string;
    tenant: string;
    owner?: string;
    reason: string;
  }[];

const isGone = (tenant: string, timeoutMs = 60_000) =>
  waitFor(() => harness.isGone('tenant', tenant), { what: `${tenant} to go`, timeoutMs });

const answers = (name: string, type?: string) => dig(harness.rig.dns, name, type);

describe('Report', () => {
  beforeAll(() => offer('report', { externalDNS: sync }, { r1: 'r1.example.com', r2: 'r2.example.com' }));

  it('says Published in the status and in a column of kubectl', async () => {
    await says('r1-report', 'DNSReady', 'Published');
    expect(await records('r1-report')).toMatchObject([
      {
        name: 'r1.example.com',
        type: 'A',
        state: 'Published',
        expected: [address],
        seen: [address],
        owner: 'rig-example-com',
        resource: 'ingress/default/r1-ingress',
      },
    ]);
    const line = (await harness.kubectl('get', 'tenant', 'r1-report', '--no-headers')).trim();
    expect(line.split(/\s{2,}/)).toEqual(expect.arrayContaining(['True', 'Published', 'Ready']));
    expect(await harness.eventsOf('Tenant', 'r1-report')).toContain('Published: r1.example.com is published');
  });

  it('counts records at the registry', async () => {
    await says('r2-report', 'DNSReady', 'Published');
    await waitFor(
      async () => {
        const { status } = await harness.object('tenantregistry', 'report');
        expect(status?.dns).toEqual({ expected: 2, published: 2 });
        return true;
      },
      { what: 'the counts' },
    );
  });

  it('says nothing and writes nothing after a restart', async () => {
    await harness.settle();
    const before = await harness.object('tenant', 'r1-report');
    await harness.operator.restart();
    await harness.settle();
    expect((await harness.object('tenant', 'r1-report')).metadata.resourceVersion).toBe(
      before.metadata.resourceVersion,
    );
    const mark = harness.rig.auditMark();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(harness.operatorRequests(mark).map((event) => `${event.verb} ${event.requestURI}`)).toEqual([]);
  });

  it('holds nothing back: a tenant is ready without its record, and goes without it', async () => {
    harness.rig.pause(syncing);
    try {
      await harness.sql.execute("INSERT INTO report VALUES ('r3', 'r3.example.com', '1')");
      await waitFor(() => harness.isReady('r3-report'), { what: 'it to be ready' });
      const { message } = await says('r3-report', 'DNSReady', 'RecordMissing');
      expect(message).toContain('has no A record r3.example.com yet');
      await switchOff('report', 'r3');
      await isGone('r3-report', 10_000);
    } finally {
      harness.rig.resume(syncing);
    }
  });
});

describe('a record of somebody else', () => {
  it('is named with its owner', async () => {
    const { dns } = harness.rig;
    const heritage = '"heritage=external-dns,external-dns/owner=them,external-dns/resource=ingress/x/y"';
    await updateZone({ address: dns.host, port: dns.port }, dns.key, [
      'zone example.com',
      'update add taken.example.com 300 A 192.0.2.99',
      `update add external-dns-taken.example.com 300 TXT ${heritage}`,
      `update add external-dns-a-taken.example.com 300 TXT ${heritage}`,
    ]);
    await offer('strangers', { externalDNS: sync }, { f1: 'taken.example.com' });
    const { message, status } = await says('f1-strangers', 'DNSReady', 'OwnerMismatch');
    expect(status).toBe('False');
    expect(message).toContain('taken.example.com belongs to ExternalDNS owner "them"');
    expect(await records('f1-strangers')).toMatchObject([{ seen: ['192.0.2.99'], owner: 'them' }]);
    expect(await harness.isReady('f1-strangers')).toBe(true);
    const told = (await harness.eventsOf('Tenant', 'f1-strangers')).filter((event) =>
      event.includes('Owner'),
    );
    expect(told).toHaveLength(1);
  });
});

describe('Gate, with an ExternalDNS that synchronises', () => {
  const dns = { verification: 'Gate', externalDNS: sync };

  it('is ready when the record is there, not before', async () => {
    harness.rig.pause(syncing);
    try {
      await offer('gate', dns, { stay: 'stay.example.com', g1: 'g1.example.com', g2: 'g2.example.com' });
      const { message } = await says('g1-gate', 'Ready', 'WaitingForDNS');
      expect(message).toContain('1 of 1 resources ready; 127.0.0.1');
      expect(await harness.isReady('g1-gate')).toBe(false);
    } finally {
      harness.rig.resume(syncing);
    }
    await says('g1-gate', 'Ready', 'Ready');
    expect(await answers('g1.example.com')).toEqual([address]);
    await says('g2-gate', 'Ready', 'Ready');
    await says('stay-gate', 'Ready', 'Ready');
  });

  it('goes when the record and its TXT are gone, also when the operator restarts meanwhile', async () => {
    harness.rig.pause(syncing);
    try {
      await switchOff('gate', 'g1');
      const { message } = await says('g1-gate', 'Ready', 'WaitingForDNSRemoval');
      expect(message).toBe('g1.example.com is still there; waiting for ExternalDNS to remove it');
      expect(await harness.isGone('ingress', 'g1-ingress')).toBe(true);
      const dnsReady = await lastTransition('g1-gate');
      await harness.operator.restart();
      await harness.settle();
      expect((await harness.condition('tenant', 'g1-gate', 'Ready'))?.reason).toBe('WaitingForDNSRemoval');
      expect(await lastTransition('g1-gate')).toBe(dnsReady);
      expect(await answers('g1.example.com')).toEqual([address]);
    } finally {
      harness.rig.resume(syncing);
    }
    await isGone('g1-gate');
    expect(await answers('g1.example.com')).toEqual([]);
    expect(await answers('external-dns-a-g1.example.com', 'TXT')).toEqual([]);
    expect(await answers('external-dns-g1.example.com', 'TXT')).toEqual([]);
    expect(await leftovers('gate')).toEqual([]);
  });

  it('is proven too when the template itself is deleted', async () => {
    await harness.kubectl('delete', 'tenanttemplate', 'gate', '--wait=false');
    await isGone('g2-gate');
    expect(await answers('g2.example.com')).toEqual([]);
    await isGone('stay-gate');
  });

  it('is released at the time limit, and the leftover is named', async () => {
    const limited = { ...dns, timeoutSeconds: 6 };
    await offer('limited', limited, { l0: 'l0.example.com', l1: 'l1.example.com' });
    await says('l1-limited', 'Ready', 'Ready');
    harness.rig.pause(syncing);
    try {
      await switchOff('limited', 'l1');
      await says('l1-limited', 'Ready', 'WaitingForDNSRemoval');
      await isGone('l1-limited', 30_000);
      expect(await leftovers('limited')).toMatchObject([
        {
          name: 'l1.example.com',
          type: 'A',
          tenant: 'l1-limited',
          owner: 'rig-example-com',
          reason: 'ExternalDNSNotSyncing',
        },
      ]);
    } finally {
      harness.rig.resume(syncing);
    }
  });

  it('is held beyond the time limit where that is asked for', async () => {
    const held = { ...dns, timeoutSeconds: 4, onTimeout: 'Hold' };
    await offer('held', held, { h0: 'h0.example.com', h1: 'h1.example.com' });
    await says('h1-held', 'Ready', 'Ready');
    harness.rig.pause(syncing);
    try {
      await switchOff('held', 'h1');
      const { message } = await says('h1-held', 'Ready', 'DeletionBlocked');
      expect(message).toContain('dns.onTimeout is Hold: h1.example.com is still there');
    } finally {
      harness.rig.resume(syncing);
    }
    await waitFor(async () => (await answers('h1.example.com')).length === 0, { what: 'the record to go' });
  });
});

async function lastTransition(tenant: string): Promise<string | undefined> {
  const { status } = await harness.object('tenant', tenant);
  const conditions = status?.conditions as { type: string; lastTransitionTime: string }[] | undefined;
  return conditions?.find(({ type }) => type === 'DNSReady')?.lastTransitionTime;
}

describe('Gate, with an ExternalDNS that never deletes', () => {
  it('releases the tenant at once and names the record that stays, until a tenant has it again', async () => {
    const dns = { verification: 'Gate', externalDNS: upsertOnly };
    await offer('upsert', dns, { u0: 'u0.example.io', u1: 'u1.example.io' });
    await says('u1-upsert', 'Ready', 'Ready');
    await switchOff('upsert', 'u1');
    await isGone('u1-upsert', 15_000);
    expect(await answers('u1.example.io')).toEqual([address]);
    expect(await leftovers('upsert')).toMatchObject([
      {
        name: 'u1.example.io',
        type: 'A',
        tenant: 'u1-upsert',
        owner: 'rig-example-io',
        reason: 'UpsertOnlyPolicy',
      },
    ]);
    expect((await harness.eventsOf('TenantRegistry', 'upsert')).join()).toContain(
      'DNSRecordLeft: Tenant "u1-upsert" is gone, but its DNS record u1.example.io (A) is not: UpsertOnlyPolicy',
    );
    await switchOn('upsert', 'u1');
    await says('u1-upsert', 'Ready', 'Ready');
    await waitFor(async () => (await leftovers('upsert')).length === 0, { what: 'the list to be empty' });
  });
});

describe('holdCertificates', () => {
  const annotations = async () => (await harness.object('ingress', 'c1-ingress')).metadata.annotations ?? {};

  it('asks for a certificate once the hostname is published, and never takes that back', async () => {
    harness.rig.pause(syncing);
    try {
      const dns = { holdCertificates: true, externalDNS: sync };
      await offer('certs', dns, { c1: 'c1.example.com' }, { [issuer]: 'letsencrypt-prod' });
      await says('c1-certs', 'DNSReady', 'RecordMissing');
      expect(await annotations()).toMatchObject({ [hostname]: 'c1.example.com' });
      expect(await annotations()).not.toHaveProperty([issuer]);
      await says('c1-certs', 'CertificateReady', 'CertificatesHeld');
    } finally {
      harness.rig.resume(syncing);
    }
    await waitFor(async () => (await annotations())[issuer] === 'letsencrypt-prod', {
      what: 'the issuer on the Ingress',
      timeoutMs: 90_000,
    });
    const tenant = await waitFor(
      async () => {
        const found: AnyObject = await harness.object('tenant', 'c1-certs');
        const [entry] = (found.status?.inventory ?? []) as { certificatesReleased?: boolean }[];
        return entry?.certificatesReleased === true && found;
      },
      { what: 'the inventory to remember it' },
    );
    // Nothing is held any more, and an Ingress without tls asks for nothing.
    expect(tenant.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'CertificateReady', status: 'True', reason: 'NoCertificates' }),
    );
    harness.rig.pause(syncing);
    try {
      const { dns } = harness.rig;
      await updateZone({ address: dns.host, port: dns.port }, dns.key, [
        'zone example.com',
        'update delete c1.example.com A',
      ]);
      await harness.operator.restart();
      await harness.settle();
      expect(await annotations()).toMatchObject({ [issuer]: 'letsencrypt-prod' });
    } finally {
      harness.rig.resume(syncing);
    }
  });
});

it('was refused nothing: the generated rights are enough', () => {
  expect(unexpectedRefusals(harness.rig)).toEqual([]);
});
