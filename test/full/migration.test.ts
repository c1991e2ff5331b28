/**
 * A cluster of each of the two Go releases of this API moves over on the real control plane by the steps of docs/migration.md: no
 * object is made anew or changed in content, each is written once (its marks), and it lives and ends here like any other afterwards.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyObject } from '../real/harness.ts';
import { type AuditEvent, type AuditMark, type Rig, startRig } from '../rig/index.ts';
import {
  createKubectl,
  createSql,
  type Kubectl,
  OPERATOR_ACCOUNT,
  prepareCluster,
  prepareCredentials,
  run,
  type Sql,
  serviceAccountUser,
  startOperator,
  waitFor,
} from '../rig/support/index.ts';
import {
  buildCluster,
  objectsOf,
  REGISTRY,
  RELEASES,
  TABLE,
  templateOf,
  UIDS,
  WEBHOOKS,
} from './migration/world.ts';

const root = join(import.meta.dirname, '..', '..');
const cli = join(root, 'packages', 'cli', 'dist', 'tenant-operator.js');
/** Of the operator itself, and what it says of its own objects. */
const own = ['tenantregistries', 'tenanttemplates', 'leases', 'events', 'controllerrevisions'];

interface ManagedFields {
  manager: string;
  operation: string;
  subresource?: string;
}
type Child = AnyObject & { metadata: { managedFields?: ManagedFields[] } };

describe.each(RELEASES)('a cluster of release %s', (release) => {
  let rig: Rig;
  let kubectl: Kubectl;
  let sql: Sql;
  let before: Map<string, Child>;
  let replicaSets: string;
  let started: AuditMark;

  const find = async (kind: string, name: string, namespace = 'default') => {
    const args = ['get', kind, name, '-n', namespace || 'default', '-o', 'json', '--show-managed-fields'];
    const text = await kubectl(...args, '--ignore-not-found');
    return text.trim() === '' ? undefined : (JSON.parse(text) as Child);
  };
  const childrenOf = async (uid: string) => {
    const found = new Map<string, Child>();
    for (const { id, kind, name, namespace } of objectsOf(release, uid)) {
      const child = await find(kind, name, namespace);
      if (child) found.set(`${uid} ${id}`, child);
    }
    return found;
  };
  const replicaSetsOf = (app: string) =>
    kubectl('get', 'replicasets', '-l', `app in (${app})`, '-o', 'jsonpath={.items[*].metadata.uid}');
  const command = (...args: string[]) =>
    run(process.execPath, [cli, ...args, '--kubeconfig', rig.kubeconfig], { allowFailure: true });
  const condition = async (name: string, type: string) =>
    (await find('tenant', name))?.status?.conditions?.find((one) => one.type === type);
  const isReady = async (name: string) => (await condition(name, 'Ready'))?.status === 'True';
  const writes = (since: AuditMark) =>
    rig
      .auditEvents({ user: serviceAccountUser(OPERATOR_ACCOUNT), since })
      .filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))
      .filter(({ objectRef }) => !own.includes(objectRef?.resource ?? ''))
      .filter(({ objectRef }) => objectRef?.namespace !== 'tenant-operator-system');
  const settle = async (since: AuditMark) => {
    let count = -1;
    let at = 0;
    const isQuiet = () => {
      const now = writes(since).length;
      if (now !== count) [count, at] = [now, Date.now()];
      return Promise.resolve(Date.now() - at > 4_000);
    };
    await waitFor(isQuiet, { what: 'the operator to rest', timeoutMs: 90_000 });
  };

  beforeAll(async () => {
    rig = await startRig({ externalDns: false, dns: false, kwok: {} });
    kubectl = await createKubectl(rig.kubeconfig);
    sql = createSql(rig.mysql);
    await sql.script(`
      CREATE TABLE ${TABLE} (id VARCHAR(63), domain VARCHAR(255), active VARCHAR(10), plan VARCHAR(20));
      INSERT INTO ${TABLE} VALUES ('acme', 'https://acme.example.com', '1', 'pro'),
        ('beta', 'https://beta.example.com', '1', 'free'), ('gone', 'https://gone.example.com', '1', 'pro');
    `);
    await prepareCredentials(rig, rig.database);
    await buildCluster(kubectl, release, 'mysql.default.svc.cluster.local');
  }, 300_000);
  afterAll(async () => {
    await sql?.close();
    kubectl?.close();
    await rig?.stop();
  });

  it('stays as it is while the registry is suspended and its webhooks are gone', {
    timeout: 300_000,
  }, async () => {
    for (const uid of UIDS)
      await waitFor(
        async () => {
          const { readyReplicas } = (await find('deployment', `${uid}-web`))?.status ?? {};
          const ingress = (await find('ingress', `${uid}-ingress`))?.status?.loadBalancer as {
            ingress?: object[];
          };
          return readyReplicas === 1 && (ingress?.ingress?.length ?? 0) > 0;
        },
        { what: `the workload of ${uid}` },
      );
    before = new Map((await Promise.all(UIDS.map(childrenOf))).flatMap((children) => [...children]));
    replicaSets = await replicaSetsOf('acme,beta');
    const patch = ['patch', 'tenantregistry', REGISTRY, '--type=merge', '-p', '{"spec":{"suspend":true}}'];
    const refused = await kubectl.run(patch, { allowFailure: true });
    expect(refused.stderr).toContain('failed calling webhook');
    await kubectl('delete', ...WEBHOOKS);

    await kubectl('apply', '--server-side', '--force-conflicts', '-f', join(root, 'deploy', 'crds'));
    await prepareCluster(rig);
    await waitFor(async () => (await command('suspend', 'registry', REGISTRY)).code === 0, {
      what: 'the registry to be suspended',
    });
    started = rig.auditMark();
    await startOperator(rig);
    await settle(started);
    expect(writes(started).map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  });

  it('plan and import tell what will happen', { timeout: 120_000 }, async () => {
    const plan = await command('plan');
    const count = UIDS.length * objectsOf(release, 'acme').length;
    expect(plan.stdout).toContain(
      `Plan: 0 Tenants to add, 3 to change, 0 to remove; 0 objects to add, ${count} to change, 0 to remove.`,
    );
    const fields = plan.stdout.split('\n').filter((text) => /^ {8}[-+~]/.test(text));
    expect(
      fields.filter((text) => !/^ {8}[-+~] metadata\.(labels|annotations|ownerReferences)/.test(text)),
    ).toEqual([]);
    const adoption = await command('import', 'acme-app', '--dry-run');
    expect(adoption.stdout.match(/is its own already/g)).toHaveLength(objectsOf(release, 'acme').length);
    expect(adoption).toMatchObject({ code: 0 });
  });

  it('is taken over with one write for each object, none in content', { timeout: 300_000 }, async () => {
    await sql.execute(`UPDATE ${TABLE} SET active = '0' WHERE id = 'gone'`);
    const mark = rig.auditMark();
    const resumed = await command('resume', 'registry', REGISTRY);
    expect(resumed.code, resumed.stderr).toBe(0);
    for (const name of ['acme-app', 'beta-app'])
      await waitFor(
        async () => (await isReady(name)) && (await find('tenant', name))?.status?.inventory !== undefined,
        {
          what: `${name} to be ready`,
        },
      );
    await waitFor(async () => (await find('tenant', 'gone-app')) === undefined, {
      what: 'the tenant that was switched off meanwhile to be gone',
    });
    await settle(mark);
    const tenants = await kubectl('get', 'tenants', '-o', 'name');
    expect(
      tenants
        .trim()
        .split('\n')
        .map((name) => name.split('/')[1]),
    ).toEqual(['acme-app', 'beta-app']);
    const after = new Map(
      (await Promise.all(['acme', 'beta'].map(childrenOf))).flatMap((children) => [...children]),
    );
    for (const [key, child] of after) expect(contentOf(child), key).toEqual(contentOf(before.get(key)));
    expect([...after.keys()]).toEqual([...before.keys()].filter((key) => !key.startsWith('gone')));

    expect(await replicaSetsOf('acme,beta')).toBe(replicaSets);

    const ofChildren = writes(mark).filter(
      ({ objectRef }) => objectRef?.resource !== 'tenants' && !/^gone-/.test(objectRef?.name ?? ''),
    );
    const counted = new Map<string, number>();
    for (const event of ofChildren) counted.set(line(event), (counted.get(line(event)) ?? 0) + 1);
    expect([...counted].filter(([, count]) => count > 1)).toEqual([]);
    expect([...counted.keys()].every((text) => text.startsWith('patch '))).toBe(true);
    expect([...counted.keys()].every((text) => text.endsWith(' 200'))).toBe(true);
    expect(ofChildren.length).toBe(after.size);
    const ofTenant = writes(mark).filter(
      ({ objectRef: ref }) => ref?.resource === 'tenants' && ref.name === 'acme-app',
    );
    // It is made one of ours, then what the release wrote beside goes; the others are of the status.
    expect(ofTenant.filter(({ objectRef }) => objectRef?.subresource === undefined)).toHaveLength(2);
    const { managedFields } = after.get('acme plain')?.metadata ?? {};
    expect(managedFields?.map(({ manager, operation }) => `${manager} ${operation}`)).toEqual([
      'tenant-operator Apply',
    ]);
    const acme = await find('tenant', 'acme-app');
    expect(acme?.metadata.ownerReferences).toBeUndefined();
    expect(Object.keys(acme?.metadata.annotations ?? {})).toEqual([]);
    expect(acme?.status).toMatchObject({
      desiredResources: objectsOf(release, 'acme').length,
      failedResources: 0,
    });

    const kept = await find('configmap', 'gone-kept');
    expect(kept?.metadata.uid).toBe(before.get('gone kept')?.metadata.uid);
    expect(kept?.metadata.labels).toMatchObject({ 'kubernetes-tenants.org/orphaned': 'true' });
    expect(kept?.metadata.ownerReferences).toBeUndefined();
    expect([...(await childrenOf('gone')).keys()].filter((key) => !/space/.test(key))).toEqual(['gone kept']);
  });

  it('is at rest afterwards', { timeout: 120_000 }, async () => {
    const mark = rig.auditMark();
    await sql.execute(`INSERT INTO ${TABLE} VALUES ('newly', 'https://newly.example.com', '1', 'pro')`);
    await waitFor(() => isReady('newly-app'), { what: 'the tenant of a new row' });
    const others = writes(mark).filter(({ objectRef }) => !objectRef?.name?.startsWith('newly-'));
    expect(others.map(line)).toEqual([]);
  });

  it("lives on: an edit of the template, a row switched off, the registry's end", {
    timeout: 300_000,
  }, async () => {
    const plain = JSON.stringify(templateOf(release)).replace(
      '"plan":"{{ .plan }}"',
      '"plan":"{{ .plan }}-2"',
    );
    await kubectl.run(['apply', '-f', '-'], { stdin: plain });
    await waitFor(async () => (await find('configmap', 'acme-plain'))?.data?.plan === 'pro-2', {
      what: 'the edit to reach an object',
    });
    expect((await find('configmap', 'acme-once'))?.data).toEqual({ made: 'once' });

    await sql.execute(`UPDATE ${TABLE} SET active = '0' WHERE id = 'beta'`);
    await waitFor(async () => (await find('tenant', 'beta-app')) === undefined, { what: 'beta to be gone' });
    const left = await childrenOf('beta');
    expect([...left.keys()].filter((key) => !/space/.test(key))).toEqual(['beta kept']);
    expect(left.get('beta kept')?.metadata.labels).toMatchObject({
      'kubernetes-tenants.org/orphaned': 'true',
    });
    expect(left.get('beta kept')?.metadata.uid).toBe(before.get('beta kept')?.metadata.uid);

    await kubectl('delete', 'tenantregistry', REGISTRY, '--timeout=60s');
    expect(await kubectl('get', 'tenants', '-o', 'name')).toBe('');
    expect([...(await childrenOf('acme')).keys()].filter((key) => !/space/.test(key))).toEqual(['acme kept']);
  });
});

/**
 * What a person would see of an object, without whose it is; statuses are others' to write. Nor its generation: the server counts
 * annotations of a Deployment too (the ReplicaSets tell that none was rolled out).
 */
function contentOf(child: Child | undefined): object {
  const { metadata, status: _, ...content } = child ?? ({ metadata: {} } as Child);
  return { ...content, uid: metadata.uid, creationTimestamp: metadata.creationTimestamp };
}

function line({ verb, requestURI, responseStatus }: AuditEvent): string {
  return `${verb} ${requestURI.split('?')[0]} ${responseStatus?.code}`;
}
