import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  INGRESS_ADDRESS,
  NO_ADDRESS_LABEL,
  type Rig,
  RigError,
  SERVICE_ADDRESS,
  startRig,
  waitFor,
} from '../rig/index.ts';
import {
  assertNoRefusals,
  createKubectl,
  createSql,
  dig,
  isRunning,
  type Kubectl,
  prepareCluster,
  prepareCredentials,
  type Sql,
  transferZone,
} from '../rig/support/index.ts';

let rig: Rig;
let kubectl: Kubectl;
let sql: Sql;
beforeAll(async () => {
  rig = await startRig();
  kubectl = await createKubectl(rig.kubeconfig);
  sql = createSql(rig.mysql);
});
afterAll(async () => {
  await sql?.close();
  kubectl?.close();
  await rig?.stop();
});

const ingress = (name: string, host: string, labels: Record<string, string> = {}): string =>
  JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, labels, annotations: { 'external-dns.alpha.kubernetes.io/hostname': host } },
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  });
const addressOf = async (kind: string, name: string): Promise<string> =>
  (await kubectl('get', kind, name, '-o', 'jsonpath={.status.loadBalancer.ingress[*].ip}')).trim();

describe('the rig', () => {
  it('serves Kubernetes 1.34 to a kubectl that is new enough', async () => {
    const { serverVersion } = await kubectl.json<{ serverVersion: { gitVersion: string } }>('version');
    expect(serverVersion.gitVersion).toBe('v1.34.4');
  });

  it('has the product installed by prepareCluster, and the account of the guide', async () => {
    await prepareCluster(rig);
    await prepareCredentials(rig, rig.database);
    expect(await kubectl('get', 'tenants,tenantregistries,tenanttemplates', '-A', '--ignore-not-found')).toBe(
      '',
    );
    await sql.script('CREATE TABLE probe (id INT); INSERT INTO probe VALUES (1), (2);');
    const reader = createSql({ ...rig.mysql, user: 'tenant_reader', password: 'tenant-reader-password' });
    expect(await reader.query('SELECT COUNT(*) AS n FROM probe')).toEqual([{ n: 2 }]);
    await expect(reader.execute('DELETE FROM probe')).rejects.toThrow(/denied/);
    await reader.close();
  });

  it('makes Deployments available, completes Jobs, and lets pods go', async () => {
    await kubectl('create', 'deployment', 'web', '--image=web', '--replicas=2');
    await kubectl('create', 'job', 'once', '--image=job');
    await kubectl('wait', '--for=condition=Available', 'deployment/web', '--timeout=60s');
    await kubectl('wait', '--for=condition=Complete', 'job/once', '--timeout=60s');
    await kubectl('delete', 'deployment', 'web');
    await waitFor(async () => (await kubectl('get', 'pods', '-l', 'app=web', '-o', 'name')) === '', {
      what: 'the pods of the Deployment to be gone',
    });
  });

  it('publishes an annotated Ingress and a LoadBalancer Service, each in its zone, and withdraws them', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'api',
        annotations: { 'external-dns.alpha.kubernetes.io/hostname': 'api.example.io' },
      },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    };
    await kubectl.apply(ingress('web', 'web.example.com'));
    await kubectl.apply(JSON.stringify(service));
    const answers = async (): Promise<string[]> => [
      ...(await dig(rig.dns, 'web.example.com')),
      ...(await dig(rig.dns, 'api.example.io')),
    ];
    await waitFor(async () => (await answers()).length === 2, { what: 'both records' });
    expect(await answers()).toEqual([INGRESS_ADDRESS, SERVICE_ADDRESS]);
    const zone = await transferZone(rig.workspace, rig.dns, 'example.com');
    expect(zone.filter(({ type }) => type === 'TXT').map(({ name }) => name)).toContain(
      'external-dns-a-web.example.com',
    );
    await kubectl('delete', 'ingress/web', 'service/api');
    await waitFor(async () => (await transferZone(rig.workspace, rig.dns, 'example.com')).length === 3, {
      what: 'the zone to be empty again',
    });
  });

  it('leaves an Ingress without address by a label, or by a stage that is switched off', async () => {
    await kubectl.apply(ingress('labelled', 'labelled.example.com', { [NO_ADDRESS_LABEL]: '' }));
    await kubectl.apply(ingress('first', 'first.example.com'));
    await waitFor(() => addressOf('ingress', 'first'), { what: 'an address of the Ingress first' });
    expect(await addressOf('ingress', 'labelled')).toBe('');
    await kubectl('label', 'ingress', 'labelled', `${NO_ADDRESS_LABEL}-`);
    await waitFor(() => addressOf('ingress', 'labelled'), { what: 'an address once the label is gone' });

    await rig.kwok.setStages({ ingressAddress: false });
    await kubectl.apply(ingress('second', 'second.example.com'));
    await kubectl('create', 'service', 'loadbalancer', 'later', '--tcp=80');
    await waitFor(() => addressOf('service', 'later'), { what: 'an address of the Service' });
    expect(await addressOf('ingress', 'second')).toBe('');
    await rig.kwok.setStages({ ingressAddress: true });
    await waitFor(() => addressOf('ingress', 'second'), { what: 'an address of the Ingress second' });
  });

  it('writes kubeconfigs of ServiceAccounts, which may do what RBAC says and no more', async () => {
    const mark = rig.auditMark();
    const weak = await createKubectl(await rig.kubeconfigFor('somewhere/somebody'));
    const { code, stderr } = await weak.run(['get', 'pods'], { allowFailure: true });
    weak.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/system:serviceaccount:somewhere:somebody" cannot list resource "pods"/);
    const somebody = { user: 'system:serviceaccount:somewhere:somebody' };
    expect(rig.auditEvents({ ...somebody, code: 403, since: mark }).map(({ verb }) => verb)).toEqual([
      'list',
    ]);
    assertNoRefusals(rig, [{ ...somebody, reason: 'this test is about it' }]);
    expect(() => assertNoRefusals(rig)).toThrow(/somebody: list pods somewhere/);
  });

  it('keeps data and addresses over restarts of every part', async () => {
    await kubectl('create', 'configmap', 'kept');
    for (const name of ['etcd', 'kube-apiserver', 'mariadb', 'bind']) await rig.restart(name);
    await kubectl('get', 'configmap', 'kept');
    expect(await sql.query('SELECT COUNT(*) AS n FROM probe')).toEqual([{ n: 2 }]);
    expect(await dig(rig.dns, 'example.com', 'SOA')).toHaveLength(1);
  });

  it('pauses a part, which then answers nobody, and resumes it', async () => {
    rig.pause('kube-apiserver');
    const args = ['get', 'configmap', 'kept', '--request-timeout=1s'];
    expect((await kubectl.run(args, { allowFailure: true })).code).toBe(1);
    rig.resume('kube-apiserver');
    await kubectl('get', 'configmap', 'kept');
  });

  it('names its parts when asked for one it does not have', () => {
    expect(() => rig.pause('kubelet')).toThrow(RigError);
    expect(() => rig.pause('kubelet')).toThrow(/no part kubelet; there are .*etcd/);
  });

  it('leaves no process and no file when it stops', async () => {
    const pids = [...rig.workspace.parts.values()].map(({ pid }) => pid!);
    expect(pids).toHaveLength(9);
    await rig.stop();
    expect(pids.filter(isRunning)).toEqual([]);
    expect(existsSync(rig.workspace.dir)).toBe(false);
  });
});

describe('a rig that cannot start', () => {
  it('says which part failed, with its log, and leaves nothing', async () => {
    const failure = startRig({
      mysql: false,
      dns: false,
      externalDns: false,
      kwok: false,
      controlPlane: { apiServerArgs: ['--no-such-flag'], controllerManager: false, scheduler: false },
    });
    await expect(failure).rejects.toMatchObject({
      code: 'PART_EXITED',
      message: expect.stringMatching(
        /kube-apiserver ended before it was ready.*unknown flag: --no-such-flag/s,
      ),
    });
  });
});
