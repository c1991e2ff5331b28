/** `make rig`: the real stack in the foreground, until Ctrl-C; with `--data-path` all the way to an HTTPS answer. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDataPath } from './data-path/main.ts';
import { prepareDataPath } from './data-path/prepare.ts';
import { messageOf } from './errors.ts';
import { type Rig, startRig } from './index.ts';
import { isInside, namespaceProblem } from './namespace/index.ts';
import { enter } from './namespace/run.ts';
import { environment } from './support/environment.ts';
import { prepareCluster, prepareCredentials } from './support/prepare.ts';

const folder = join(import.meta.dirname, '..', '..', '.rig');
const envFile = join(folder, 'env');
const say = (line: string): void => console.log(line);

const asked = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      resolve();
      process.once(signal, () => process.exit(1));
    });
  }
});

if (!process.argv.includes('--data-path')) await runRig();
else if (isInside()) await runDataPath(process.argv.includes('--once'), asked);
else await enterDataPath();

async function enterDataPath(): Promise<void> {
  try {
    // What is refused is refused at once, and not after minutes of building.
    if (namespaceProblem() === undefined) await prepareDataPath();
    process.exitCode = await enter([process.execPath, '--import', 'tsx', ...process.argv.slice(1)]);
  } catch (error) {
    console.error(`rig: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}

async function runRig(): Promise<void> {
  // A parent that waits for `ready` must not read the one of a rig that is gone.
  rmSync(envFile, { force: true });
  mkdirSync(folder, { recursive: true });
  const logsDir = join(folder, 'logs');
  rmSync(logsDir, { recursive: true, force: true });
  let rig: Rig | undefined;
  try {
    const began = performance.now();
    say(
      'starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok, MariaDB, BIND, ExternalDNS',
    );
    rig = await startRig({ logsDir });
    await prepareCluster(rig);
    await prepareCredentials(rig, rig.database);
    writeFileSync(envFile, environment(rig), { mode: 0o600 });
    say(`up in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    say(`  Kubernetes  ${rig.server} (${rig.kubeconfig})`);
    say(`  MariaDB     ${rig.mysql.host}:${rig.mysql.port}, database ${rig.mysql.database}`);
    say(`  BIND        ${rig.dns.host}:${rig.dns.port}, zones ${rig.dns.zones.join(' and ')}`);
    say(`  logs        ${logsDir}`);
    say('in another shell: . .rig/env   Ctrl-C ends everything');
    say('ready');
    await asked;
    say('stopping');
  } catch (error) {
    console.error(`rig: ${messageOf(error)}`);
    process.exitCode = 1;
  } finally {
    rmSync(envFile, { force: true });
    await rig?.stop();
  }
}
