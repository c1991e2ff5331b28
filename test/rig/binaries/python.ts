/** Python programs of the rig: each in a virtual environment of its own in the cache, with pinned packages. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RigError } from '../errors.ts';
import { cacheRoot, withLock } from './cache.ts';
import { systemCommands } from './debian.ts';

const run = promisify(execFile);
const installMs = 300_000;

/** Folder of the environment that `test/rig/python/<name>/requirements.txt` asks for; made when it is not there. */
export async function pythonEnvironment(name: string): Promise<string> {
  const file = join(import.meta.dirname, '..', 'python', name, 'requirements.txt');
  const { python3 } = await systemCommands('python3');
  const { stdout } = await run(python3, ['--version']);
  const digest = createHash('sha256').update(readFileSync(file)).update(stdout).digest('hex').slice(0, 16);
  const folder = join(cacheRoot(), `python-${name}-${digest}`);
  // An environment knows its own path, so that it cannot be made elsewhere and moved: this says that it is whole.
  const whole = join(folder, '.whole');
  if (existsSync(whole)) return folder;
  return withLock(
    cacheRoot(),
    `python-${name}`,
    () => {},
    async () => {
      if (existsSync(whole)) return folder;
      rmSync(folder, { recursive: true, force: true });
      process.stderr.write(`rig: installing ${name} with pip\n`);
      try {
        await run(python3, ['-m', 'venv', folder], { timeout: installMs });
        const pip = join(folder, 'bin', 'pip');
        await run(pip, ['install', '--quiet', '--disable-pip-version-check', '--no-input', '-r', file], {
          timeout: installMs,
          maxBuffer: 64 << 20,
        });
      } catch (error) {
        const { stderr = '' } = error as { stderr?: string };
        const detail = stderr.trimEnd().split('\n').slice(-10).join('\n');
        throw new RigError(
          'BUILD_FAILED',
          `${name} could not be installed with pip; on Debian type: sudo apt-get install python3-venv`,
          { detail, cause: error },
        );
      }
      writeFileSync(whole, '');
      return folder;
    },
  );
}
