import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RigError } from '../errors.ts';
import { guardGroup, releaseGroup } from '../process/watchdog.ts';
import { moduleFolder } from './cache.ts';
import { MODULES, type Module } from './catalog.ts';
import { type Go, goEnvironment } from './go.ts';

export type Progress = (line: string) => void;

const PROGRESS_EVERY_MS = 15_000;

/**
 * Builds a pinned module and returns the program's path in a scratch folder below `scratchRoot`, with the
 * function that removes that folder. Rejects with BUILD_FAILED and what the compiler said.
 */
export async function buildModule(
  module: Module,
  go: Go,
  scratchRoot: string,
  progress: Progress,
): Promise<{ program: string; discard: () => void }> {
  const entry = MODULES[module];
  mkdirSync(scratchRoot, { recursive: true });
  const scratch = mkdtempSync(join(scratchRoot, `.build-${module}-`));
  const discard = (): void => rmSync(scratch, { recursive: true, force: true });
  const program = join(scratch, module);
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1000);
  progress(`building ${module} ${entry.version} with ${go.version} (minutes when nothing is cached)`);

  const tags = entry.tags ? ['-tags', entry.tags.join(',')] : [];
  const args = ['build', '-v', '-trimpath', ...tags, '-ldflags', entry.ldflags, '-o', program, entry.package];
  const child = spawn(go.path, args, {
    cwd: moduleFolder(module),
    env: goEnvironment(go),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (child.pid !== undefined) guardGroup(child.pid);
  let compiled = 0;
  const said: string[] = [];
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      // With -v the compiler names each package as it gets to it; anything else is something it wants to say.
      if (/^[\w.~/-]+$/.test(line)) compiled++;
      else if (!line.startsWith('go: downloading ')) said.push(line);
    }
  });
  const timer = setInterval(
    () => progress(`building ${module}: ${compiled} packages, ${seconds()} s`),
    PROGRESS_EVERY_MS,
  );
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', (error) =>
        reject(new RigError('BUILD_FAILED', `cannot run ${go.path}: ${error.message}`)),
      );
      child.once('close', (code, signal) => {
        if (code === 0) return resolve();
        const tail = [...said, rest].slice(-20).join('\n');
        reject(
          new RigError('BUILD_FAILED', `building ${module} failed (${signal ?? `exit code ${code}`})`, {
            detail: tail,
          }),
        );
      });
    });
  } catch (error) {
    discard();
    throw error;
  } finally {
    clearInterval(timer);
    if (child.pid !== undefined) releaseGroup(child.pid);
  }
  progress(`built ${module} in ${seconds()} s`);
  return { program, discard };
}
