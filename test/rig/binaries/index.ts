/**
 * Where the rig's programs come from. Each is looked for in this order, and the first hit is used:
 *
 * 1. the environment: `TENANT_OPERATOR_RIG_<NAME>` (a file), `TEST_ASSET_<NAME>` (a file),
 *    `TENANT_OPERATOR_RIG_ASSETS` and `KUBEBUILDER_ASSETS` (folders); obeyed without asking for the version
 * 2. PATH, when the version fits
 * 3. the cache, `${XDG_CACHE_HOME:-~/.cache}/tenant-operator/rig`
 * 4. the official download, checked against its published SHA-256
 * 5. a build from the modules pinned in `test/rig/go`
 */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, RigError } from '../errors.ts';
import { buildModule, type Progress } from './build.ts';
import { cacheRoot, findCached, moduleDigest, storeBuilt, withLock } from './cache.ts';
import {
  type Binary,
  type DownloadHosts,
  downloadOf,
  FITTING,
  MODULES,
  type Module,
  moduleOf,
  OFFICIAL_HOSTS,
  type Platform,
  parseVersion,
} from './catalog.ts';
import { download } from './download.ts';
import { findGo, type Go } from './go.ts';

export type { Binary } from './catalog.ts';

export interface BinarySources {
  env: NodeJS.ProcessEnv;
  cacheRoot: string;
  platform: Platform;
  hosts: DownloadHosts;
  progress: Progress;
  findGo: (env: NodeJS.ProcessEnv) => Go;
  build: typeof buildModule;
}

export interface FoundBinary {
  path: string;
  origin: 'environment' | 'path' | 'cache' | 'download' | 'build';
}

/** Finds or makes one program. Rejects with a RigError whose message says how to mend it. */
export async function findBinary(
  binary: Binary,
  overrides: Partial<BinarySources> = {},
): Promise<FoundBinary> {
  const sources = { ...defaultSources(overrides.env ?? process.env), ...overrides };
  const given = fromEnvironment(binary, sources.env);
  if (given !== undefined) return { path: given, origin: 'environment' };
  const onPath = await fromPath(binary, sources);
  if (onPath !== undefined) return { path: onPath, origin: 'path' };

  const module = moduleOf(binary);
  const digest = moduleDigest(module, sources.platform);
  let go: Go | RigError;
  try {
    go = sources.findGo(sources.env);
  } catch (error) {
    if (!(error instanceof RigError)) throw error;
    go = error;
  }
  const cached = fromCache(binary, module, digest, sources, go);
  if (cached !== undefined) return { path: cached, origin: 'cache' };

  const wait = (holder: number): void =>
    sources.progress(`process ${holder} is getting ${module}, waiting for it`);
  return withLock(sources.cacheRoot, 'get', wait, async () => {
    const meanwhile = fromCache(binary, module, digest, sources, go);
    if (meanwhile !== undefined) return { path: meanwhile, origin: 'cache' };
    const fetched = await fromDownload(binary, sources);
    if (fetched !== undefined) return { path: fetched, origin: 'download' };
    if (go instanceof RigError) throw go;
    const { program, discard } = await sources.build(module, go, sources.cacheRoot, sources.progress);
    storeBuilt(sources.cacheRoot, module, digest, go.version, program);
    discard();
    const built = findCached(sources.cacheRoot, binary, module, digest, go.version);
    if (built === undefined)
      throw new RigError('BUILD_FAILED', `${module} was built, and ${binary} is not in ${sources.cacheRoot}`);
    return { path: built, origin: 'build' };
  });
}

const found = new Map<Binary, Promise<string>>();

/** The path of a program; each is looked for once in a process. */
export function binaryPath(binary: Binary): Promise<string> {
  let path = found.get(binary);
  if (path === undefined) {
    path = findBinary(binary).then((hit) => hit.path);
    found.set(binary, path);
    path.catch(() => found.delete(binary));
  }
  return path;
}

function defaultSources(env: NodeJS.ProcessEnv): BinarySources {
  return {
    env,
    cacheRoot: cacheRoot(env),
    platform: {
      os: process.platform === 'darwin' ? 'darwin' : 'linux',
      arch: process.arch === 'arm64' ? 'arm64' : 'amd64',
    },
    hosts: OFFICIAL_HOSTS,
    progress: (line) => process.stderr.write(`rig: ${line}\n`),
    findGo,
    build: buildModule,
  };
}

function fromEnvironment(binary: Binary, env: NodeJS.ProcessEnv): string | undefined {
  const name = binary.toUpperCase().replaceAll('-', '_');
  for (const variable of [`TENANT_OPERATOR_RIG_${name}`, `TEST_ASSET_${name}`]) {
    const file = env[variable];
    if (!file) continue;
    // Someone who names a file means that file: silently taking another would test the wrong thing.
    if (!isExecutable(file))
      throw new RigError('BINARY_MISSING', `${variable} is ${file}, which is no executable file`);
    return file;
  }
  for (const variable of ['TENANT_OPERATOR_RIG_ASSETS', 'KUBEBUILDER_ASSETS']) {
    const folder = env[variable];
    if (!folder) continue;
    if (!existsSync(folder))
      throw new RigError('BINARY_MISSING', `${variable} is ${folder}, which does not exist`);
    const file = join(folder, binary);
    if (isExecutable(file)) return file;
  }
  return undefined;
}

async function fromPath(binary: Binary, sources: BinarySources): Promise<string | undefined> {
  const { args, text, test } = FITTING[binary];
  for (const folder of (sources.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const file = join(folder, binary);
    if (!isExecutable(file)) continue;
    const version = await versionOf(file, args);
    if (version !== undefined && test(version)) return file;
    const seen =
      version === undefined
        ? 'does not say its version'
        : `is ${version.major}.${version.minor}.${version.patch}`;
    sources.progress(`${file} ${seen}, wanted is ${text}: looking further`);
  }
  return undefined;
}

async function versionOf(file: string, args: readonly string[]): Promise<ReturnType<typeof parseVersion>> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, [...args], { timeout: 10_000 });
    return parseVersion(stdout || stderr);
  } catch {
    return undefined;
  }
}

function fromCache(
  binary: Binary,
  module: Module,
  digest: string,
  sources: BinarySources,
  go: Go | RigError,
): string | undefined {
  const built = findCached(
    sources.cacheRoot,
    binary,
    module,
    digest,
    go instanceof RigError ? undefined : go.version,
  );
  if (built !== undefined) return built;
  const file = downloadTarget(binary, sources);
  return isExecutable(file) ? file : undefined;
}

async function fromDownload(binary: Binary, sources: BinarySources): Promise<string | undefined> {
  const source = downloadOf(binary, sources.platform, sources.hosts);
  if (source === undefined) return undefined;
  const target = downloadTarget(binary, sources);
  try {
    sources.progress(`downloading ${binary} from ${source.url}`);
    await download(source, target);
    return target;
  } catch (error) {
    // A wrong sum is an attack or a broken mirror, and a person should look at it. No network is everyday.
    if (error instanceof RigError && error.code === 'CHECKSUM_MISMATCH') throw error;
    sources.progress(`${messageOf(error)}: building it instead`);
    return undefined;
  }
}

function downloadTarget(binary: Binary, { cacheRoot: root, platform }: BinarySources): string {
  return join(root, `download-${MODULES[moduleOf(binary)].version}-${platform.os}-${platform.arch}`, binary);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
