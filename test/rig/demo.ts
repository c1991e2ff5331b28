/** `make demo-rig`: the guide's multi-domain example on the real stack, told as it happens. `--once` ends after the story. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from './errors.ts';
import { type Rig, startRig } from './index.ts';
import { environment } from './support/environment.ts';
import {
  createKubectl,
  createSql,
  dig,
  dnsFlags,
  type Kubectl,
  prepareCluster,
  prepareCredentials,
  type Sql,
  startOperator,
  waitFor,
} from './support/index.ts';

const root = join(import.meta.dirname, '..', '..');
const guide = join(root, 'examples', 'guide');
const folder = join(root, '.demo');
const once = process.argv.includes('--once');
const hosts = ['alpha.saas.example.com', 'beta.saas.example.com', 'gamma.enterprise.example.io'];

const began = performance.now();
/** One line of the story with the seconds since the start. */
const say = (what: string): void =>
  console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${what}`);

let stop = (): void => {};
const asked = new Promise<void>((resolve) => {
  stop = resolve;
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    stop();
    process.once(signal, () => process.exit(1));
  });
}

mkdirSync(folder, { recursive: true });
const envFile = join(folder, 'env');
rmSync(envFile, { force: true });
let rig: Rig | undefined;
let kubectl: Kubectl | undefined;
let sql: Sql | undefined;
try {
  say(
    'starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok, MariaDB, BIND, ExternalDNS',
  );
  rig = await startRig({ logsDir: join(folder, 'logs') });
  await prepareCluster(rig);
  await prepareCredentials(rig, rig.database);
  await startOperator(rig, { args: dnsFlags(rig.dns) });
  say('the operator runs');
  kubectl = await createKubectl(rig.kubeconfig);
  sql = createSql(rig.mysql);
  await tellStory(rig, kubectl, sql);
  writeFileSync(envFile, environment(rig), { mode: 0o600 });
  if (!once) {
    explainPlay(rig);
    console.log('ready');
    await asked;
  }
} catch (error) {
  console.error(`demo: ${messageOf(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(envFile, { force: true });
  await sql?.close();
  kubectl?.close();
  await rig?.stop();
}

async function tellStory({ dns }: Rig, kubectl: Kubectl, sql: Sql): Promise<void> {
  await sql.script(readFileSync(join(guide, 'multi-domain.sql'), 'utf8'));
  say('three rows in the table tenant_configs');
  for (const file of ['multi-domain-registry.yaml', 'multi-domain-template.yaml']) {
    await kubectl('apply', '--validate=strict', '-f', join(guide, file));
    say(`kubectl apply -f ${file}, unchanged`);
  }
  const interval = { spec: { source: { syncInterval: '2s' } } };
  await kubectl(
    'patch',
    'tenantregistry',
    'multi-domain-registry',
    '--type=merge',
    '-p',
    JSON.stringify(interval),
  );
  for (const host of hosts) {
    const [address] = await waitFor(() => nonEmpty(dig(dns, host)), {
      what: `a record of ${host}`,
      timeoutMs: 120_000,
    });
    say(`dig ${host} -> ${address}`);
  }
  console.log(indent(await kubectl('get', 'tenants')));
  const [gone, ...others] = hosts;
  await sql.execute("UPDATE tenant_configs SET is_active='0' WHERE tenant_id='tenant-alpha'");
  say("UPDATE tenant_configs SET is_active='0' WHERE tenant_id='tenant-alpha'");
  await waitFor(async () => (await dig(dns, gone ?? '')).length === 0, {
    what: `the record of ${gone} to go`,
    timeoutMs: 120_000,
  });
  say(`dig ${gone} -> no such record; its Ingress and its Tenant are gone`);
  for (const host of others) {
    const [address] = await dig(dns, host);
    if (address === undefined) throw new Error(`${host} lost its record`);
    say(`dig ${host} -> ${address}, untouched`);
  }
  console.log(indent(await kubectl('get', 'tenants,ingresses')));
}

async function nonEmpty(answers: Promise<string[]>): Promise<string[] | undefined> {
  const list = await answers;
  return list.length > 0 ? list : undefined;
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '          ');
}

function explainPlay({ dns }: Rig): void {
  console.log(`
Play with it from another shell:

  . .demo/env
  kubectl get tenants,ingresses
  mysql -h "$MYSQL_HOST" -P "$MYSQL_PORT" -u "$MYSQL_USER" "$MYSQL_DATABASE" \\
    -e "UPDATE tenant_configs SET is_active='1' WHERE tenant_id='tenant-alpha'"
  dig @${dns.host} -p ${dns.port} +short ${hosts[0]}

Ctrl-C ends everything.`);
}
