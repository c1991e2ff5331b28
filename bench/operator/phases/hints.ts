/** A new row in PostgreSQL that is notified, while all the others exist: how long until its Ingress is there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { API_VERSION } from '@tenant-operator/api';
import { Client } from 'pg';
import { startPostgresql } from '../../../test/rig/parts/postgresql.ts';
import { createWorkspace } from '../../../test/rig/process/workspace.ts';
import { waitFor } from '../../../test/rig/support/index.ts';
import { atMost, type Finding, percentile } from '../finding.ts';
import { hostOf, NAMESPACE, template, uidOf } from '../workload.ts';
import type { World } from '../world.ts';

const ROWS = 20;
const NAME = 'hinted';
const CHANNEL = 'customers_changed';
/** So long that no row is found by it while this runs. */
const SYNC_INTERVAL = '10m';

export async function hints(world: World): Promise<Finding[]> {
  const workspace = createWorkspace();
  const database = await startPostgresql(workspace);
  const client = new Client(database.admin);
  try {
    await client.connect();
    await client.query(
      'CREATE TABLE customers (id TEXT PRIMARY KEY, domain TEXT NOT NULL, active TEXT NOT NULL)',
    );
    const password = 'hunter2-hinted';
    const access = await database.createReader(NAME, password);
    await world.rig.api.ensure(`/api/v1/namespaces/${NAMESPACE}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: NAME, namespace: NAMESPACE },
      stringData: { password },
    });
    await world.apply('tenanttemplates', hintedTemplate(world));
    await world.apply('tenantregistries', hintedRegistry(access));
    const listens = async () => {
      const { rows } = await client.query(
        `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND state = 'idle'`,
      );
      return rows.length > 0;
    };
    await waitFor(listens, { what: 'the operator to listen' });
    await world.settle();
    const seconds = await insert(world, client);
    // Not a DELETE: an empty table would delete everything, which the guard holds whatever its limits are.
    await client.query(`UPDATE customers SET active = '0'`);
    await client.query(`NOTIFY ${CHANNEL}`);
    await world.sight.until(
      'the notified tenants to be gone',
      () => !world.sight.all('ingresses').some(isHinted),
    );
    for (const plural of ['tenantregistries', 'tenanttemplates']) {
      const path = `/apis/${API_VERSION}/namespaces/${NAMESPACE}/${plural}/${NAME}`;
      await world.rig.api.request('DELETE', path);
    }
    await world.settle();
    const phase = 'hints';
    return [
      { phase, what: 'notified row -> Ingress, p50', value: percentile(seconds, 50), unit: 's' },
      {
        phase,
        what: 'notified row -> Ingress, p99',
        value: percentile(seconds, 99),
        unit: 's',
        ...atMost(1, 'time'),
        note: `${ROWS} rows of PostgreSQL, each with a NOTIFY, syncInterval ${SYNC_INTERVAL}`,
      },
    ];
  } finally {
    await client.end();
    await workspace.close();
  }
}

const uidOfHinted = (index: number): string => uidOf(80_000 + index);
const isHinted = ({ metadata }: { metadata: { name: string } }): boolean => metadata.name.startsWith('c80');

/** One row after the other, as customers come. */
async function insert(world: World, client: Client): Promise<number[]> {
  const seconds: number[] = [];
  for (let index = 0; index < ROWS; index += 1) {
    await sleep(200 + world.random() * 800);
    const uid = uidOfHinted(index);
    const start = performance.now();
    await client.query('INSERT INTO customers VALUES ($1, $2, $3)', [uid, hostOf(uid), '1']);
    await client.query(`NOTIFY ${CHANNEL}`);
    const there = await world.sight.until(
      `the Ingress of ${uid}`,
      () => world.sight.get('ingresses', `${uid}-ing`) !== undefined,
    );
    seconds.push((there - start) / 1_000);
  }
  return seconds;
}

function hintedTemplate({ resources }: World): object {
  const { spec, ...rest } = template(resources) as { spec: object };
  return { ...rest, metadata: { name: NAME, namespace: NAMESPACE }, spec: { ...spec, registryId: NAME } };
}

function hintedRegistry(access: { host: string; port: number; user: string; database: string }): object {
  return {
    apiVersion: API_VERSION,
    kind: 'TenantRegistry',
    metadata: { name: NAME, namespace: NAMESPACE },
    spec: {
      source: {
        type: 'postgresql',
        syncInterval: SYNC_INTERVAL,
        postgresql: {
          host: access.host,
          port: access.port,
          database: access.database,
          table: 'customers',
          username: access.user,
          passwordRef: { name: NAME, key: 'password' },
          notifyChannel: CHANNEL,
        },
      },
      valueMappings: { uid: 'id', hostOrUrl: 'domain', activate: 'active' },
      deletionGuard: { maxDeletions: ROWS },
    },
  };
}
