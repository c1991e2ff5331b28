import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binary, MODULES, type Module, type Platform } from './catalog.ts';

/** `${XDG_CACHE_HOME:-~/.cache}/tenant-operator/rig`, outside the tree so that a clean checkout does not build again. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tenant-operator', 'rig');
}

/** Folder of a module's sources. */
export function moduleFolder(module: Module | 'prometheus-operator'): string {
  return join(import.meta.dirname, '..', 'go', module);
}

/**
 * Names what a build would give: 16 hex digits over the module's files, the flags and the platform.
 * The version of Go is a suffix of the folder, so that a machine without Go can still use what is there.
 */
export function moduleDigest(module: Module, platform: Platform, folder = moduleFolder(module)): string {
  const hash = createHash('sha256');
  const { package: target, ldflags, names, tags = [] } = MODULES[module];
  hash.update(JSON.stringify([platform.os, platform.arch, target, ldflags, names, ...tags]));
  const files = readdirSync(folder).filter((file) => /^go\.(mod|sum)$|\.go$/.test(file));
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}

/** The cached program, or undefined. Without `goVersion` a build by any version of Go will do. */
export function findCached(
  root: string,
  binary: Binary,
  module: Module,
  digest: string,
  goVersion?: string,
): string | undefined {
  const prefix = `${module}-${digest}-`;
  const folders =
    goVersion === undefined
      ? listFolders(root).filter((name) => name.startsWith(prefix))
      : [`${prefix}${goVersion}`];
  return folders.map((folder) => join(root, folder, binary)).find((file) => existsSync(file));
}

/** Puts a finished program into the cache under all its names, whole or not at all. */
export function storeBuilt(
  root: string,
  module: Module,
  digest: string,
  goVersion: string,
  program: string,
): void {
  const names = MODULES[module].names;
  const staging = join(root, `.staging-${module}-${process.pid}-${Date.now()}`);
  mkdirSync(staging, { recursive: true });
  const main = names.length === 1 ? names[0]! : module;
  renameSync(program, join(staging, main));
  for (const name of names) if (name !== main) symlinkSync(main, join(staging, name));
  const target = join(root, `${module}-${digest}-${goVersion}`);
  try {
    renameSync(staging, target);
  } catch (error) {
    // Somebody else stored the same thing first: theirs is as good.
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

function listFolders(root: string): string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}

/**
 * Runs `work` while no other process on this machine does the same under this name. A lock whose holder is dead
 * is taken over; should two take it over in the same instant both work, which costs time and harms nothing,
 * because results are stored atomically.
 */
export async function withLock<T>(
  root: string,
  name: string,
  onWait: (holder: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(root, { recursive: true });
  const file = join(root, `${name}.lock`);
  let told = false;
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder !== undefined && !isAlive(holder)) {
      removeQuietly(file);
      continue;
    }
    if (!told && holder !== undefined) {
      onWait(holder);
      told = true;
    }
    await sleep(250);
  }
  try {
    return await work();
  } finally {
    removeQuietly(file);
  }
}

function readHolder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Gone already.
  }
}
