import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isRunning } from '../../rig/support/is-running.ts';

const WORKSPACE = join(import.meta.dirname, '..', '..', 'rig', 'process', 'workspace.ts');
const OWNER = `
import { createWorkspace } from ${JSON.stringify(WORKSPACE)};
const workspace = createWorkspace();
const isReady = async () => true;
const stays = await workspace.start({ name: 'stays', command: 'sleep', args: ['600'], isReady });
const goes = await workspace.start({ name: 'goes', command: 'sleep', args: ['600'], isReady });
await goes.stop();
console.log(JSON.stringify({ dir: workspace.dir, pid: stays.pid }));
if (process.argv[2] === 'exit') process.exit(0);
if (process.argv[2] === 'throw') throw new Error('on purpose');
setInterval(() => {}, 1000);
`;

let owner: ChildProcess | undefined;
afterEach(() => {
  owner?.kill('SIGKILL');
});

/** Starts a process that owns a workspace with one running part. */
async function startOwner(ending: string): Promise<{ dir: string; pid: number }> {
  const args = ['--import', 'tsx', '--input-type=module', '-e', OWNER, 'owner', ending];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  owner = child;
  let output = '';
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.includes('\n')) resolve(JSON.parse(output) as { dir: string; pid: number });
    });
    child.once('exit', (code) => reject(new Error(`the owner ended with ${code} before it had a part`)));
  });
}

describe('nothing stays behind', () => {
  it.each([
    { ending: 'SIGKILL', reason: 'the owner cannot do anything itself' },
    { ending: 'SIGTERM', reason: 'the owner has no handler' },
    { ending: 'SIGINT', reason: 'as by Ctrl-C' },
    { ending: 'exit', reason: 'the owner forgets to close' },
    { ending: 'throw', reason: 'the owner fails' },
  ])(
    'when the owner ends by $ending: $reason',
    async ({ ending }) => {
      const { dir, pid } = await startOwner(ending);
      if (ending.startsWith('SIG')) {
        expect(isRunning(pid)).toBe(true);
        owner?.kill(ending as NodeJS.Signals);
      }
      await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
      await expect.poll(() => existsSync(dir), { timeout: 20_000 }).toBe(false);
    },
    60_000,
  );
});
