/** The sandbox as a world: everything in one process and on fast clocks, so that a round takes less than a second. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SandboxOptions, startSandbox } from '@tenant-operator/sandbox';
import { startMysql } from '@tenant-operator/sandbox/mysql';
import { createApi, startNeighbours } from '@tenant-operator/sandbox/neighbours';
import { parseAllDocuments } from 'yaml';
import { createPlainApi } from '../../rig/access/api.ts';
import { CREDENTIALS } from '../../rig/support/prepare.ts';
import { createSql } from '../../rig/support/sql.ts';
import { createJumpingClock, startTimeline } from '../clock.ts';
import type { Random } from '../random.ts';
import type { World } from './index.ts';
import { OPERATOR_NAMESPACE, OTHER_NAMESPACE } from './index.ts';
import { createInProcessReplica, type InProcessReplica } from './replica.ts';

/** A lease of 15 s runs out in 375 ms. */
const scale = 40;
const deploy = join(import.meta.dirname, '..', '..', '..', 'deploy');
const admin = { user: 'admin', password: 'admin', database: 'tenants' };
const keptLines = 4_000;

/** With `dataDir` it goes on from what that folder holds; the CRDs are today's in any case. */
export async function startSandboxWorld(
  random: Random,
  options: Pick<SandboxOptions, 'dataDir' | 'onRequest'> = {},
): Promise<World> {
  const timeline = startTimeline(scale);
  const clock = createJumpingClock(timeline);
  const lines: string[] = [];
  const log = (line: string) => {
    lines.push(line);
    if (lines.length > keptLines) lines.splice(0, keptLines / 2);
  };
  const cluster = await startSandbox({ ...options, now: clock.now, bookmarkIntervalMs: 60_000 / scale });
  const mysql = await startMysql({
    database: admin.database,
    users: {
      [admin.user]: { password: admin.password },
      [CREDENTIALS.username]: { password: CREDENTIALS.password, readOnly: true },
    },
  });
  const neighbours = startNeighbours(createApi(cluster));
  const api = createPlainApi(cluster.url);
  const sql = createSql({ ...admin, host: mysql.host, port: mysql.port });
  const replicas: InProcessReplica[] = [];
  for (const name of ['a', 'b']) {
    replicas.push(
      await createInProcessReplica({
        name,
        timeline,
        server: cluster.url,
        token: cluster.token,
        database: mysql,
        random,
        log,
      }),
    );
  }
  for (const kind of ['tenantregistries', 'tenanttemplates', 'tenants']) {
    const text = readFileSync(join(deploy, 'crds', `${kind}.yaml`), 'utf8');
    for (const document of parseAllDocuments(text)) {
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${kind}.operator.kubernetes-tenants.org`;
      const query = '?fieldManager=person&force=true';
      const answer = await api.request(
        'PATCH',
        path + query,
        document.toJS(),
        'application/apply-patch+yaml',
      );
      if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    }
  }
  for (const name of [OTHER_NAMESPACE, OPERATOR_NAMESPACE])
    await api.ensure('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const { secret, username, password } = CREDENTIALS;
  await api.ensure('/api/v1/namespaces/default/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secret, namespace: 'default' },
    stringData: { username, password },
  });

  return {
    name: 'sandbox',
    timeline,
    api,
    sql,
    replicas,
    faults: [
      {
        name: 'the API server forgets its history and ends every watch',
        begin: () => Promise.resolve(cluster.faults.expire()),
        end: () => Promise.resolve(),
      },
    ],
    logs: () => lines.join('\n'),
    async stop() {
      const ends = await Promise.allSettled(replicas.map((replica) => replica.close()));
      await neighbours.stop();
      await sql.close();
      await api.close();
      await mysql.stop();
      await cluster.stop();
      timeline.stop();
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
}
