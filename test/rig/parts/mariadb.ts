import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import type { KeyAndCertificate } from '../access/certificates.ts';
import { writeTlsFiles } from '../access/tls-files.ts';
import { cacheRoot } from '../binaries/cache.ts';
import { systemCommands } from '../binaries/debian.ts';
import { RigError } from '../errors.ts';
import { freePort } from '../process/ports.ts';
import { isRoot, systemUser } from '../process/system-user.ts';
import type { Workspace } from '../process/workspace.ts';

/** How to reach a database, as mysql2 takes it. */
export interface MysqlAccess {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

export interface MariaDbOptions {
  /** Name of the part, for a second server beside the first. */
  name?: string;
  /** Made empty at the start; default `tenants`. */
  database?: string;
  /** More flags for mariadbd, such as `--ssl-cert=...`. */
  args?: readonly string[];
  /** Offers TLS with this certificate; without it there is none. */
  tls?: KeyAndCertificate;
}

export interface MariaDb {
  /** An administrator who may do everything. */
  readonly admin: MysqlAccess;
  readonly socket: string;
  /** Makes an account that may only read, and returns its access. */
  createReader(user: string, password: string): Promise<MysqlAccess>;
}

/** The same when the data is made and when it is served. */
const LOG_FLAGS = ['--innodb-log-file-size=16M', '--innodb-flush-method=nosync'];
const execute = promisify(execFile);

/** Starts a MariaDB of its own with an empty database; ready when it takes statements. */
export async function startMariaDb(workspace: Workspace, options: MariaDbOptions = {}): Promise<MariaDb> {
  const { name = 'mariadb', database = 'tenants', args = [], tls } = options;
  const commands = await systemCommands('mariadbd', 'mariadb-install-db');
  const dir = workspace.folder(name);
  const data = workspace.folder(name, 'data');
  // The server refuses to run as root, and a folder that is not its own.
  const user = isRoot() ? systemUser('mysql') : undefined;
  if (user) for (const folder of [dir, data]) chownSync(folder, user.uid, user.gid);
  await initialize(commands['mariadb-install-db'], commands.mariadbd, data, user !== undefined);

  const files = tls && writeTlsFiles(dir, tls, user);
  const tlsArgs = files ? [`--ssl-cert=${files.certificate}`, `--ssl-key=${files.key}`] : ['--skip-ssl'];
  const port = await freePort();
  const socket = join(dir, 'mysqld.sock');
  const root = { user: 'root', socketPath: socket, connectTimeout: 2_000 };
  await workspace.start({
    name,
    command: commands.mariadbd,
    args: [
      '--no-defaults',
      `--datadir=${data}`,
      `--tmpdir=${dir}`,
      `--socket=${socket}`,
      `--pid-file=${join(dir, 'mysqld.pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--character-set-server=utf8mb4',
      '--skip-name-resolve',
      // Fast and small: the data is thrown away.
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-doublewrite=0',
      '--innodb-buffer-pool-size=64M',
      ...LOG_FLAGS,
      '--max-allowed-packet=64M',
      '--performance-schema=off',
      ...tlsArgs,
      ...args,
    ],
    ...(user ?? {}),
    isReady: async () => {
      const connection = await createConnection(root);
      await connection.query('SELECT 1');
      await connection.end();
      return true;
    },
  });

  const administer = async (...statements: string[]): Promise<void> => {
    const connection = await createConnection(root);
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      await connection.end();
    }
  };
  const access = (name: string, password: string): MysqlAccess => ({
    host: '127.0.0.1',
    port,
    user: name,
    password,
    database,
  });
  await administer(
    `CREATE DATABASE \`${database}\``,
    `CREATE USER 'rig'@'%' IDENTIFIED BY 'rig-password'`,
    `GRANT ALL ON *.* TO 'rig'@'%' WITH GRANT OPTION`,
  );
  return {
    admin: access('rig', 'rig-password'),
    socket,
    async createReader(name, password) {
      await administer(
        `CREATE USER '${name}'@'%' IDENTIFIED BY '${password}'`,
        `GRANT SELECT, SHOW VIEW ON \`${database}\`.* TO '${name}'@'%'`,
      );
      return access(name, password);
    },
  };
}

/**
 * Fills the data folder with the server's own tables. Making them takes seconds, so what came out is kept in the
 * cache, by the server's version, and copied from there the next time.
 */
async function initialize(command: string, server: string, data: string, asMysql: boolean): Promise<void> {
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    ...LOG_FLAGS,
    ...(asMysql ? ['--user=mysql'] : []),
  ];
  const { stdout: version } = await execute(server, ['--no-defaults', '--version']);
  const key = createHash('sha256').update(
    JSON.stringify([version, args.filter((arg) => !arg.includes(data))]),
  );
  const template = join(cacheRoot(), `mariadb-${key.digest('hex').slice(0, 16)}`);
  if (existsSync(template)) {
    await execute('cp', ['-a', `${template}/.`, data]);
    return;
  }
  try {
    await execute(command, args);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const detail = `${stdout}${stderr}`.trimEnd().split('\n').slice(-20).join('\n');
    throw new RigError('COMMAND_FAILED', `${command} could not make a database in ${data}`, {
      detail,
      cause: error,
    });
  }
  mkdirSync(cacheRoot(), { recursive: true });
  const staging = mkdtempSync(join(cacheRoot(), '.staging-mariadb-'));
  await execute('cp', ['-a', `${data}/.`, staging]);
  try {
    renameSync(staging, template);
  } catch {
    // Another process kept its own in the meantime, which is the same.
    rmSync(staging, { recursive: true, force: true });
  }
}
