import { execFile } from 'node:child_process';
import { chownSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import type { KeyAndCertificate } from '../access/certificates.ts';
import { writeTlsFiles } from '../access/tls-files.ts';
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

/** Starts a MariaDB of its own with an empty database; ready when it takes statements. */
export async function startMariaDb(workspace: Workspace, options: MariaDbOptions = {}): Promise<MariaDb> {
  const { name = 'mariadb', database = 'tenants', args = [], tls } = options;
  const commands = await systemCommands('mariadbd', 'mariadb-install-db');
  const dir = workspace.folder(name);
  const data = workspace.folder(name, 'data');
  // The server refuses to run as root, and a folder that is not its own.
  const user = isRoot() ? systemUser('mysql') : undefined;
  if (user) for (const folder of [dir, data]) chownSync(folder, user.uid, user.gid);
  await initialize(commands['mariadb-install-db'], data, user !== undefined);

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
      '--innodb-flush-method=nosync',
      '--innodb-doublewrite=0',
      '--innodb-buffer-pool-size=64M',
      '--innodb-log-file-size=16M',
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

  const execute = async (...statements: string[]): Promise<void> => {
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
  await execute(
    `CREATE DATABASE \`${database}\``,
    `CREATE USER 'rig'@'%' IDENTIFIED BY 'rig-password'`,
    `GRANT ALL ON *.* TO 'rig'@'%' WITH GRANT OPTION`,
  );
  return {
    admin: access('rig', 'rig-password'),
    socket,
    async createReader(name, password) {
      await execute(
        `CREATE USER '${name}'@'%' IDENTIFIED BY '${password}'`,
        `GRANT SELECT, SHOW VIEW ON \`${database}\`.* TO '${name}'@'%'`,
      );
      return access(name, password);
    },
  };
}

async function initialize(command: string, data: string, asMysql: boolean): Promise<void> {
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    '--innodb-log-file-size=16M',
    '--innodb-flush-method=nosync',
    ...(asMysql ? ['--user=mysql'] : []),
  ];
  try {
    await promisify(execFile)(command, args);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const detail = `${stdout}${stderr}`.trimEnd().split('\n').slice(-20).join('\n');
    throw new RigError('COMMAND_FAILED', `${command} could not make a database in ${data}`, {
      detail,
      cause: error,
    });
  }
}
