import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf, RigError } from '../errors.ts';
import { moduleFolder } from './cache.ts';
import type { Module } from './catalog.ts';
import { findGo, goEnvironment } from './go.ts';

/**
 * The folder with the sources of a Go module, in the version that the rig's module `of` pins. Go's own cache keeps it; it is
 * fetched when it is not there, and checked against `go.sum` either way.
 */
export async function moduleSources(of: Module | 'prometheus-operator', path: string): Promise<string> {
  const go = findGo();
  const options = { cwd: moduleFolder(of), env: goEnvironment(go), maxBuffer: 1 << 20 };
  const run = promisify(execFile);
  try {
    const { stdout: pinned } = await run(go.path, ['list', '-m', '-f', '{{.Version}}', path], options);
    const { stdout } = await run(go.path, ['mod', 'download', '-json', `${path}@${pinned.trim()}`], options);
    return (JSON.parse(stdout) as { Dir: string }).Dir;
  } catch (error) {
    throw new RigError('DOWNLOAD_FAILED', `the sources of ${path} cannot be had: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
