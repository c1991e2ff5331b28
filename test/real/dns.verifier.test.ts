import { createClient, type KubeClient, loadConfig } from '@tenant-operator/kube';
import {
  createDnsVerifier,
  createNetworkLookup,
  createSettings,
  createZoneFinder,
  type DnsVerifier,
  EMPTY_CLUSTER,
  type ExternalDnsSettings,
  expectedRecords,
  type IngressObject,
  type NameServer,
} from '@tenant-operator/operator/dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { populate } from '../differential/external-dns/populate.ts';
import {
  createWorkspace,
  type Bind as RigBind,
  startControlPlane,
  startExternalDns,
  startBind as startPrimary,
  waitFor,
} from '../rig/index.ts';
import { type Bind, startBind, updateZone } from './dns.bind.ts';

const ADDRESS = '192.0.2.10';
const INGRESS = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  namespaced: true,
};

function ingressOf(name: string, host: string) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress' as const,
    metadata: { name, namespace: 'default' },
    spec: {
      rules: [
        {
          host,
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  };
}

describe('the verifier, beside the real ExternalDNS and BIND', () => {
  const workspace = createWorkspace();
  const reports: string[] = [];
  let client: KubeClient;
  let primary: RigBind;
  let secondary: Bind;
  let verifier: DnsVerifier;
  const settingsOf = (zone: string, policy: ExternalDnsSettings['policy']) =>
    createSettings({
      ownerId: `rig-${zone.replaceAll('.', '-')}`,
      policy,
      txtPrefix: 'external-dns-',
      domainFilters: [zone],
    });
  const SYNC = settingsOf('example.com', 'sync');
  const UPSERT = settingsOf('example.io', 'upsert-only');

  beforeAll(async () => {
    const [plane, bind] = await Promise.all([
      startControlPlane(workspace, { controllerManager: false, scheduler: false }),
      startPrimary(workspace),
    ]);
    primary = bind;
    const at: NameServer = { name: 'ns1', address: bind.host, port: bind.port };
    secondary = await startBind(workspace, { name: 'ns2', zone: 'example.com', primary: at, key: bind.key });
    await startExternalDns(workspace, plane, bind, { zones: ['example.com'], policy: 'sync' });
    await startExternalDns(workspace, plane, bind, { zones: ['example.io'], policy: 'upsert-only' });
    client = createClient(loadConfig({ kubeconfig: plane.kubeconfig, env: {} }));
    const lookup = createNetworkLookup({ timeoutMs: 500 });
    verifier = createDnsVerifier({
      lookup,
      zones: createZoneFinder({ lookup, nameservers: [at, secondary.server], resolvers: [] }),
      backoff: { baseMs: 200, maxMs: 500 },
      onChange: (key, report) => reports.push(`${key} ${report.summary.reason}`),
    });
    verifier.start();
  });
  afterAll(async () => {
    await verifier?.stop();
    await client?.close();
    await workspace.close();
  });

  const expectationOf = async (name: string, settings: ExternalDnsSettings) => {
    const object = (await client.get(INGRESS, { name, namespace: 'default' })) as unknown as IngressObject;
    return expectedRecords([{ ...object, kind: 'Ingress' }], EMPTY_CLUSTER, settings);
  };
  const publish = async (name: string, host: string, settings: ExternalDnsSettings) => {
    await populate(client, [{ object: ingressOf(name, host) }]);
    verifier.track(name, { mode: 'publish', expectation: await expectationOf(name, settings), settings });
    await reach(name, 'AddressPending');
    await client.patch(
      INGRESS,
      { name, namespace: 'default' },
      { status: { loadBalancer: { ingress: [{ ip: ADDRESS }] } } },
      { contentType: 'merge', subresource: 'status' },
    );
    const expectation = await expectationOf(name, settings);
    verifier.track(name, { mode: 'publish', expectation, settings });
    return expectation.records;
  };
  const reach = async (key: string, reason: string) =>
    waitFor(() => verifier.report(key)?.summary.reason === reason && verifier.report(key), {
      what: `${key} to be ${reason}, it is ${JSON.stringify(verifier.report(key)?.summary)}`,
    });

  it('follows a record from its Ingress to all name servers, and back', async () => {
    const records = await publish('web', 'app.example.com', SYNC);
    // The secondary is not told of changes: it lags until it is restarted.
    const lagging = await reach('web', 'SecondaryLag');
    expect(lagging.summary.message).toContain('does not have it yet');
    await secondary.part.restart();
    const published = await reach('web', 'Published');
    expect(published.verdicts).toMatchObject([
      { name: 'app.example.com', type: 'A', seen: [ADDRESS], owner: 'rig-example-com', state: 'published' },
    ]);

    await client.delete(INGRESS, { name: 'web', namespace: 'default' });
    const overdueAt = Date.now() + 60_000;
    verifier.track('web', { mode: 'removal', records, settings: SYNC, overdueAt });
    await waitFor(
      () => reports.includes('web SecondaryLag') && verifier.report('web')?.summary.reason === 'SecondaryLag',
      {
        what: 'the primary to have dropped the record',
      },
    );
    expect(verifier.report('web')?.summary.message).toContain('gone from some name servers, but not from');
    await secondary.part.restart();
    const gone = await reach('web', 'RecordGone');
    expect(gone.summary.status).toBe('True');
  });

  it('says at once that a policy never deletes, and sees when somebody does', async () => {
    const records = await publish('io', 'app.example.io', UPSERT);
    await reach('io', 'Published');
    await client.delete(INGRESS, { name: 'io', namespace: 'default' });
    const removal = { mode: 'removal', records, settings: UPSERT, overdueAt: Date.now() + 60_000 } as const;
    verifier.track('io', removal);
    const left = await reach('io', 'UpsertOnlyPolicy');
    expect(left.verdicts).toMatchObject([{ name: 'app.example.io', state: 'left', seen: [ADDRESS] }]);

    await updateZone({ address: primary.host, port: primary.port }, primary.key, [
      'update delete app.example.io A',
      'update delete external-dns-a-app.example.io TXT',
      'update delete external-dns-app.example.io TXT',
    ]);
    verifier.check('io');
    await reach('io', 'RecordGone');
  });

  it('finds a record that nobody owns, and why ExternalDNS does not touch it', async () => {
    await updateZone({ address: primary.host, port: primary.port }, primary.key, [
      'update add hand.example.io 300 A 192.0.2.200',
    ]);
    await publish('hand', 'hand.example.io', UPSERT);
    const report = await reach('hand', 'OwnerMissing');
    expect(report.verdicts).toMatchObject([{ seen: ['192.0.2.200'], expected: [ADDRESS], state: 'failed' }]);
  });

  it('names the server that is silent', async () => {
    await publish('dark', 'dark.example.io', UPSERT);
    await reach('dark', 'Published');
    workspace.parts.get('bind')!.pause();
    try {
      verifier.check('dark');
      const report = await reach('dark', 'NameServerUnreachable');
      expect(report.summary).toMatchObject({ status: 'Unknown' });
      expect(report.summary.message).toContain('did not answer in time');
    } finally {
      workspace.parts.get('bind')!.resume();
    }
    await reach('dark', 'Published');
  });
});
