/**
 * `make bench ARGS="--only data-path --tenants 100"`: how long it takes from rows to HTTPS 200, with Traefik, cert-manager and
 * Pebble. Runs inside the network namespace that `bench/main.ts` makes for it.
 */

import { type DataPath, startDataPath } from '../../test/rig/data-path/index.ts';
import { installSaasExample } from '../../test/rig/data-path/story.ts';
import { messageOf } from '../../test/rig/errors.ts';
import {
  createKubectl,
  createSql,
  dnsFlags,
  prepareCluster,
  prepareCredentials,
  type Sql,
  startOperator,
} from '../../test/rig/support/index.ts';
import { type Finding, percentile } from '../operator/finding.ts';
import { formatTable } from '../report.ts';
import { measureTenants } from './measure.ts';

const LIMIT_SECONDS = 900;

const tenants = Number(process.argv[2] ?? 100);
const say = (line: string): void => console.error(`bench: ${line}`);

let path: DataPath | undefined;
let sql: Sql | undefined;
try {
  say(`starting the data path; ${tenants} tenants of saas-platform.yaml, certificates by HTTP-01`);
  // DNS-01 would measure cert-manager 1.11 alone: it waits a minute over each challenge, five at a time.
  path = await startDataPath({ certManager: { challenge: 'http01' } });
  const { rig } = path;
  await prepareCluster(rig);
  await prepareCredentials(rig, rig.database);
  await startOperator(rig, { args: dnsFlags(rig.dns) });
  sql = createSql(rig.mysql);
  const kubectl = await createKubectl(rig.kubeconfig);
  await installSaasExample(kubectl, sql).finally(() => kubectl.close());
  const { resolved, answered } = await measureTenants(
    path,
    sql,
    { tenants, limitSeconds: LIMIT_SECONDS },
    say,
  );
  console.log(`\n${tenants} tenants at once, ${new Date().toISOString()}\n`);
  console.log(
    formatTable([...spread('row -> name resolves', resolved), ...spread('row -> HTTPS 200', answered)]),
  );
} catch (error) {
  console.error(`bench: ${messageOf(error)}`);
  process.exitCode = 1;
} finally {
  await sql?.close();
  await path?.rig.stop();
}

function spread(what: string, seconds: readonly number[]): Finding[] {
  const phase = 'data-path';
  return [
    { phase, what: `${what}, p50`, value: percentile(seconds, 50), unit: 's' },
    { phase, what: `${what}, p99`, value: percentile(seconds, 99), unit: 's' },
  ];
}
