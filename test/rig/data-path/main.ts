/**
 * `make rig ARGS=--data-path`: the rig with its last mile and the operator, until Ctrl-C, in a network namespace of its own.
 * With `--once` it tells the story of one row, prints its table, and ends with 0, or with 1 when a step fails.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { environment } from '../support/environment.ts';
import {
  createKubectl,
  createSql,
  dnsFlags,
  prepareCluster,
  prepareCredentials,
  type Sql,
  startOperator,
} from '../support/index.ts';
import { type DataPath, startDataPath } from './index.ts';
import { installSaasExample, type Step, storyTable, tellStory } from './story.ts';

const folder = join(import.meta.dirname, '..', '..', '..', '.rig');
const envFile = join(folder, 'env');
const enterFile = join(folder, 'enter');
const rootFile = join(folder, 'pebble-root.pem');

const began = performance.now();
const say = (what: string): void =>
  console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${what}`);

/** Runs until `asked`, or through the story and no longer. */
export async function runDataPath(once: boolean, asked: Promise<void>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  let path: DataPath | undefined;
  let sql: Sql | undefined;
  try {
    say('starting the rig, Traefik, cert-manager, Pebble and the application of the pods');
    path = await startDataPath({ rig: { logsDir: join(folder, 'logs') } });
    const { rig } = path;
    await prepareCluster(rig);
    await prepareCredentials(rig, rig.database);
    await startOperator(rig, { args: dnsFlags(rig.dns) });
    say('the operator runs');
    sql = createSql(rig.mysql);
    const kubectl = await createKubectl(rig.kubeconfig);
    await installSaasExample(kubectl, sql).finally(() => kubectl.close());
    say('the table customers, a registry for it, and saas-platform.yaml as the guide has it');
    if (once) {
      const steps = await tellStory(path, sql, ({ name, seen }: Step) =>
        say(`${name}${seen ? `: ${seen}` : ''}`),
      );
      console.log(
        `\nSeconds since the row was switched on, then since it was switched off:\n${storyTable(steps)}`,
      );
      return;
    }
    writeFileSync(rootFile, await path.pebble.root());
    writeFileSync(envFile, environment(rig), { mode: 0o600 });
    writeFileSync(enterFile, enterScript(process.pid), { mode: 0o755 });
    chmodSync(enterFile, 0o755);
    explainPlay(rootFile);
    console.log('ready');
    await asked;
  } catch (error) {
    console.error(`rig: ${messageOf(error)}`);
    process.exitCode = 1;
  } finally {
    rmSync(envFile, { force: true });
    rmSync(enterFile, { force: true });
    // The root of a Pebble that is gone; the next one has another.
    rmSync(rootFile, { force: true });
    await sql?.close();
    await path?.rig.stop();
  }
}

/** Nothing of the namespace is reachable from outside, so that a shell has to go in. */
function enterScript(pid: number): string {
  return `#!/bin/sh
# Runs a command, or a shell, in the network namespace of the rig.
[ $# -gt 0 ] || set -- "\${SHELL:-/bin/sh}"
exec nsenter --net --mount --target ${pid} --wd="$PWD" -- "$@"
`;
}

function explainPlay(root: string): void {
  console.log(`
Play with it from another shell, which goes into the namespace first:

  .rig/enter
  . .rig/env
  mysql -h "$MYSQL_HOST" -P "$MYSQL_PORT" -u "$MYSQL_USER" "$MYSQL_DATABASE" \\
    -e "INSERT INTO customers VALUES ('acme', 'acme.example.com', TRUE)"
  kubectl get tenants,certificates -o wide
  curl --cacert ${root} https://acme.example.com/

Ctrl-C ends everything.`);
}
