/**
 * An upgrade on the real control plane moves nothing: the objects of a release as its operator left them in etcd, today's CRDs over its
 * own, today's operator, and no write to any object of a tenant in the audit log.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type AuditEvent, type Rig, startRig } from '../rig/index.ts';
import {
  createKubectl,
  createSql,
  OPERATOR_ACCOUNT,
  prepareCluster,
  prepareCredentials,
  serviceAccountUser,
  startOperator,
  waitFor,
} from '../rig/support/index.ts';
import { childrenOf, fillTable, isReady, TABLE } from '../sandbox/upgrade/world.ts';
import { type StoredObject, writeObjects } from './upgrade/etcd.ts';
import { allowAnyKind } from './upgrade/rights.ts';

const folder = join(import.meta.dirname, 'upgrade');
const releases = readdirSync(folder).flatMap((file) => /^(\d+\.\d+\.\d+)\.json\.gz$/.exec(file)?.[1] ?? []);
const tenants = ['acme-app', 'beta-app'];
/** Of the operator itself, and what it says of its own objects. */
const own = ['tenants', 'tenantregistries', 'tenanttemplates', 'leases', 'events'];

let rig: Rig;
afterEach(() => rig?.stop());

/** Definitions are served before there are objects of theirs. */
async function restore(release: string): Promise<void> {
  const text = gunzipSync(readFileSync(join(folder, `${release}.json.gz`))).toString();
  const objects = JSON.parse(text) as StoredObject[];
  const isDefinition = ({ key }: StoredObject) => key.includes('/customresourcedefinitions/');
  await writeObjects(rig.etcdUrl, objects.filter(isDefinition));
  const group = '/apis/operator.kubernetes-tenants.org/v1';
  await waitFor(async () => (await rig.api.get<{ resources: object[] }>(group))?.resources.length === 6, {
    what: `the definitions of ${release} to be served`,
  });
  await writeObjects(
    rig.etcdUrl,
    objects.filter((object) => !isDefinition(object)),
  );
}

/** Without versions: controllers of the cluster write statuses of what they look after. */
const identities = async () =>
  (await childrenOf(rig.api, tenants)).map((line) => line.split(' ').slice(0, 3).join(' '));

describe.each(releases)('from %s', (release) => {
  it('writes no object of a tenant, and goes on working', { timeout: 300_000 }, async () => {
    rig = await startRig({ externalDns: false, dns: false, kwok: {} });
    await restore(release);
    await prepareCredentials(rig, rig.database);
    const sql = createSql(rig.mysql);
    await fillTable({ sql: async (text, values) => void (await sql.execute(text, values)) });
    const before = await identities();
    expect(before.length).toBe(2 * 21 - 1);
    await prepareCluster(rig);
    const kubectl = await createKubectl(rig.kubeconfig);
    await allowAnyKind(kubectl);
    const mark = rig.auditMark();
    await startOperator(rig);
    await waitFor(
      async () => (await Promise.all(tenants.map((name) => isReady(rig.api, name)))).every(Boolean),
      {
        what: 'the tenants of the release to be ready',
      },
    );
    // A new row proves that the operator is at work with all of them.
    await sql.execute(`INSERT INTO ${TABLE} VALUES ('newly', 'newly.example.com', '1', 'free', '')`);
    await waitFor(() => isReady(rig.api, 'newly-app'), { what: 'the tenant of a new row' });
    const writes = rig
      .auditEvents({ user: serviceAccountUser(OPERATOR_ACCOUNT), since: mark })
      .filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))
      .filter(({ objectRef }) => !own.includes(objectRef?.resource ?? ''));
    const isOfNewRow = ({ objectRef }: AuditEvent) => objectRef?.name?.startsWith('newly-') === true;
    expect(writes.filter(isOfNewRow).length).toBeGreaterThanOrEqual(20);
    const others = writes.filter((event) => !isOfNewRow(event));
    expect(others.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
    expect((await identities()).filter((line) => !line.includes('/newly-'))).toEqual(before);
    await sql.close();
    kubectl.close();
  });
});

it('there is a recording of a release', () => {
  expect(releases.length).toBeGreaterThan(0);
});
