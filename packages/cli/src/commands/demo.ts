/** `tenant-operator demo`: the guide's multi-domain example in one process, told as it happens. */
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { pino } from 'pino';
import { person, type Stage, startStage, tellStory } from '../demo/index.ts';
import { CommandFailure } from '../failure.ts';

interface DemoFlags {
  readonly once?: boolean;
  readonly portKubernetes: number;
  readonly portMysql: number;
  readonly portDns: number;
  readonly portDashboard: number;
  readonly folder: string;
}

export function demoCommand(): Command {
  const port = (name: string, what: string) =>
    new Option(`--port-${name} <port>`, `port of ${what}; a free one when left out`)
      .argParser(parsePort)
      .default(0, 'free');
  return new Command('demo')
    .description(
      "show the guide's multi-domain example: a cluster, a database and DNS in this process, on 127.0.0.1",
    )
    .option('--once', 'end after the story')
    .addOption(port('kubernetes', 'the Kubernetes API'))
    .addOption(port('mysql', 'the database'))
    .addOption(port('dns', 'the DNS server'))
    .addOption(port('dashboard', 'the web page'))
    .option('--folder <path>', 'where the kubeconfig and the shell variables are written', '.demo')
    .action(demo);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('a port from 1 to 65535 is needed');
}

async function demo(flags: DemoFlags): Promise<void> {
  const began = performance.now();
  const say = (what: string): void =>
    print(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${what}`);
  const folder = resolve(flags.folder);
  const files = {
    kubeconfig: join(folder, 'kubeconfig'),
    env: join(folder, 'env'),
    log: join(folder, 'operator.log'),
  };
  mkdirSync(folder, { recursive: true });
  const asked = untilSignal();
  const sink = pino.destination({ dest: files.log, sync: true, append: false });
  let stage: Stage | undefined;
  try {
    stage = await startStage({
      ports: {
        kubernetes: flags.portKubernetes,
        mysql: flags.portMysql,
        dns: flags.portDns,
        dashboard: flags.portDashboard,
      },
      kubeconfig: files.kubeconfig,
      log: pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink),
    });
    say('the operator runs, in a cluster, with a database and a DNS server of this process');
    const story = tellStory(stage, say);
    // Told to the end or left: what it still says then is of no interest.
    story.catch(() => undefined);
    if ((await Promise.race([story, asked])) === undefined) {
      writeFileSync(files.env, environment(stage, files.kubeconfig), { mode: 0o600 });
      if (!flags.once) {
        print(howToPlay(stage, files.env));
        print('ready');
        await asked;
      }
    }
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND')
      throw new CommandFailure('the demo is no part of this image: type `make demo` in the source tree');
    throw new CommandFailure(`demo: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await stage?.stop();
    sink.end();
    for (const file of Object.values(files)) rmSync(file, { force: true });
    try {
      rmdirSync(folder);
    } catch {
      // Others have files in it.
    }
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `export NAME='value'` a line. */
function environment({ database, dns, url }: Stage, kubeconfig: string): string {
  const values: Record<string, string | number> = {
    KUBECONFIG: kubeconfig,
    MYSQL_HOST: database.host,
    MYSQL_PORT: database.port,
    MYSQL_USER: person.user,
    MYSQL_PWD: person.password,
    MYSQL_DATABASE: database.database,
    DNS_HOST: dns.host,
    DNS_PORT: dns.port,
    DASHBOARD_URL: url,
  };
  return Object.entries(values)
    .map(([name, value]) => `export ${name}='${String(value).replaceAll("'", `'\\''`)}'\n`)
    .join('');
}

function howToPlay({ dns, url }: Stage, env: string): string {
  return `
Look at it, and switch rows on and off: ${url}

Play with it from another shell:

  . ${env}
  kubectl get tenants,ingresses
  mysql -h "$MYSQL_HOST" -P "$MYSQL_PORT" -u "$MYSQL_USER" "$MYSQL_DATABASE" \\
    -e "UPDATE tenant_configs SET is_active='1' WHERE tenant_id='tenant-alpha'"
  dig @${dns.host} -p ${dns.port} +short alpha.saas.example.com

Ctrl-C ends everything.`;
}

/** The first signal that asks for the end; a second one ends the process at once. */
function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((end) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        end(signal);
      });
    }
  });
}
