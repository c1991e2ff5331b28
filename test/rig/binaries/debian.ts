import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { RigError } from '../errors.ts';
import { isRoot } from '../process/system-user.ts';
import { cacheRoot, withLock } from './cache.ts';

/** Commands that Debian brings, each with its package. */
const PACKAGES = {
  mariadbd: 'mariadb-server',
  'mariadb-install-db': 'mariadb-server',
  mariadb: 'mariadb-client',
  named: 'bind9',
  dig: 'bind9-dnsutils',
  nsupdate: 'bind9-dnsutils',
  postgres: 'postgresql',
  initdb: 'postgresql',
  chromium: 'chromium',
  // With the module venv, which Debian parts from it.
  python3: 'python3-venv',
  curl: 'curl',
  ip: 'iproute2',
} as const;

export type SystemCommand = keyof typeof PACKAGES;
/** What the data path alone needs. */
export const DATA_PATH_COMMANDS = ['curl', 'ip'] as const;
export const SYSTEM_COMMANDS = (Object.keys(PACKAGES) as SystemCommand[]).filter(
  (name) => !DATA_PATH_COMMANDS.some((other) => other === name),
);

/** `sbin` is on nobody's PATH but root's. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/sbin', '/bin'];

const run = promisify(execFile);
let updated = false;

/**
 * Paths of commands that come from Debian packages. What is missing is installed when we are root on a Debian;
 * else PACKAGE_MISSING names the command that installs it.
 */
export async function systemCommands<T extends SystemCommand>(...names: T[]): Promise<Record<T, string>> {
  if (missing(names).length > 0) {
    await withLock(
      cacheRoot(),
      'apt',
      () => {},
      () => install(packagesOf(missing(names))),
    );
  }
  const absent = missing(names);
  if (absent.length > 0) throw cannotInstall(absent, packagesOf(absent));
  return Object.fromEntries(names.map((name) => [name, locate(name)])) as Record<T, string>;
}

function locate(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...SYSTEM_FOLDERS];
  return [...folders, ...postgresqlFolders()].map((folder) => join(folder, name)).find(isExecutable);
}

/** Debian keeps the server of each PostgreSQL version in a folder that is on nobody's PATH; the newest comes first. */
function postgresqlFolders(): string[] {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin'));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missing(names: readonly SystemCommand[]): SystemCommand[] {
  return names.filter((name) => locate(name) === undefined);
}

function packagesOf(names: readonly SystemCommand[]): string[] {
  return [...new Set(names.map((name) => PACKAGES[name]))];
}

async function install(packages: string[]): Promise<void> {
  if (packages.length === 0 || !isRoot() || locate('apt-get') === undefined) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args: string[]): Promise<unknown> =>
    run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-q', '-y', ...args], { env, maxBuffer: 64 << 20 });
  process.stderr.write(`rig: installing ${packages.join(', ')}\n`);
  try {
    if (!updated) await apt('update');
    updated = true;
    await apt('install', '--no-install-recommends', ...packages);
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    const detail = stderr.trimEnd().split('\n').slice(-10).join('\n');
    throw new RigError('PACKAGE_MISSING', `apt-get could not install ${packages.join(' ')}`, {
      detail,
      cause: error,
    });
  }
}

function cannotInstall(names: readonly string[], packages: readonly string[]): RigError {
  const verb = names.length === 1 ? 'is' : 'are';
  return new RigError(
    'PACKAGE_MISSING',
    `${names.join(', ')} ${verb} missing; type: sudo apt-get install ${packages.join(' ')}`,
  );
}
