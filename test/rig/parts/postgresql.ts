import { execFile } from 'node:child_process';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { KeyAndCertificate } from '../access/certificates.ts';
import { writeTlsFiles } from '../access/tls-files.ts';
import { systemCommands } from '../binaries/debian.ts';
import { RigError } from '../errors.ts';
import { freePort } from '../process/ports.ts';
import { isRoot, type SystemUser, systemUser } from '../process/system-user.ts';
import type { Workspace } from '../process/workspace.ts';

/** How to reach a database, as pg takes it. */
export interface PostgresqlAccess {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

export interface PostgresqlOptions {
  /** Name of the part, for a second server beside the first. */
  name?: string;
  /** Made empty at the start; default `tenants`. */
  database?: string;
  /** More settings of the server, such as `max_connections`. */
  settings?: Readonly<Record<string, string>>;
  /** Offers TLS with this certificate; without it there is none. */
  tls?: KeyAndCertificate;
}

export interface Postgresql {
  /** A superuser. */
  readonly admin: PostgresqlAccess;
  /** Makes an account that may only read what is in the database, now or later, and returns its access. */
  createReader(user: string, password: string): Promise<PostgresqlAccess>;
}

const ADMIN = { user: 'rig', password: 'rig-password' };

/** Starts a PostgreSQL of its own with an empty database; ready when it takes statements. */
export async function startPostgresql(
  workspace: Workspace,
  options: PostgresqlOptions = {},
): Promise<Postgresql> {
  const { name = 'postgresql', database = 'tenants', settings = {}, tls } = options;
  const commands = await systemCommands('postgres', 'initdb');
  const dir = workspace.folder(name);
  const data = join(dir, 'data');
  // The server refuses to run as root, and a folder that is not its own.
  const user = isRoot() ? systemUser('postgres') : undefined;
  if (user) chownSync(dir, user.uid, user.gid);
  await initialize(commands.initdb, dir, data, user);

  const port = await freePort();
  const files = tls && writeTlsFiles(dir, tls, user);
  const root = { ...ADMIN, host: '127.0.0.1', port, connectionTimeoutMillis: 2_000, ssl: false };
  const configuration = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: dir,
    timezone: 'UTC',
    // Fast and small: the data is thrown away.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '32MB',
    ...(files ? { ssl: 'on', ssl_cert_file: files.certificate, ssl_key_file: files.key } : {}),
    ...settings,
  };
  const part = await workspace.start({
    name,
    command: commands.postgres,
    args: ['-D', data, ...Object.entries(configuration).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    ...(user ?? {}),
    // Ends the sessions of clients instead of waiting for them.
    stopSignal: 'SIGINT',
    isReady: async () => {
      await withClient({ ...root, database: 'postgres' }, (client) => client.query('SELECT 1'));
      return true;
    },
  });
  // A server that is killed leaves its shared memory behind.
  workspace.onClose(() => part.stop());

  const execute = (place: string, ...statements: string[]): Promise<void> =>
    withClient({ ...root, database: place }, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  const access = (login: { user: string; password: string }): PostgresqlAccess => ({
    host: '127.0.0.1',
    port,
    ...login,
    database,
  });
  await execute('postgres', `CREATE DATABASE "${database}"`);
  return {
    admin: access(ADMIN),
    async createReader(reader, password) {
      await execute(
        database,
        `CREATE ROLE "${reader}" LOGIN PASSWORD '${password}'`,
        `GRANT pg_read_all_data TO "${reader}"`,
      );
      return access({ user: reader, password });
    },
  };
}

async function withClient<T>(
  config: ConstructorParameters<typeof Client>[0],
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function initialize(
  command: string,
  dir: string,
  data: string,
  user: SystemUser | undefined,
): Promise<void> {
  const passwordFile = join(dir, 'password');
  writeFileSync(passwordFile, ADMIN.password, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const args = [
    `--pgdata=${data}`,
    `--username=${ADMIN.user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ];
  try {
    await promisify(execFile)(command, args, { cwd: dir, ...(user ?? {}) });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const detail = `${stdout}${stderr}`.trimEnd().split('\n').slice(-20).join('\n');
    throw new RigError('COMMAND_FAILED', `${command} could not make a database in ${data}`, {
      detail,
      cause: error,
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}
