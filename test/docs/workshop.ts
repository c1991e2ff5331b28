/** Where the shell blocks of the documentation are run: a folder like a copy of the tree, with a demo or the variables of a rig. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '../rig/binaries/index.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { guardGroup, releaseGroup } from '../rig/process/watchdog.ts';
import { run } from '../rig/support/index.ts';
import type { Block } from './blocks.ts';
import { ROOT } from './pages.ts';

const CLI = join(ROOT, 'packages', 'cli', 'dist', 'tenant-operator.js');

export interface Workshop {
  readonly folder: string;
  /** Variables of the shells: the programs of this tree come first. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts `tenant-operator demo` here, as the first block of the quick start does, and waits for its `ready`. */
  startDemo(): Promise<void>;
  close(): Promise<void>;
}

export interface Outcome {
  readonly code: number;
  /** Of the block that was last begun. */
  readonly place: string;
  readonly output: string;
}

export async function prepareFolder(): Promise<Workshop> {
  const folder = mkdtempSync(join(tmpdir(), 'tenant-operator-docs-'));
  for (const name of ['examples', 'deploy', 'packages', 'docs'])
    symlinkSync(join(ROOT, name), join(folder, name));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  // The name is what the program goes by, so it stays the last part of the path.
  for (const name of ['tenant-operator', 'kubectl-tenants']) symlinkSync(CLI, join(bin, name));
  program(join(bin, 'npx'), 'exec "$@"');
  symlinkSync(await binaryPath('kubectl'), join(bin, 'kubectl'));
  const env = { PATH: `${bin}:${process.env.PATH ?? ''}`, HOME: folder, LANG: 'C.UTF-8' };
  let end: (() => Promise<void>) | undefined;
  return {
    folder,
    env,
    async startDemo() {
      const child = spawn(process.execPath, [CLI, 'demo'], {
        cwd: folder,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
      const { pid } = child;
      if (pid === undefined) throw new Error(`cannot start ${CLI}: is the tree built?`);
      guardGroup(pid);
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      end = async () => {
        child.kill('SIGTERM');
        await gone;
        releaseGroup(pid);
      };
      await waitFor(
        () => {
          if (child.exitCode !== null) throw new Error(`the demo ended:\n${said}`);
          return /^ready$/m.test(said);
        },
        { what: 'the demo to be ready', timeoutMs: 120_000 },
      );
    },
    async close() {
      await end?.();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function program(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

/** Ends what blocks left in the background; a line that tells what it prints is tried for two minutes. */
const PRELUDE = `
set -eu -o pipefail
trap 'status=$?; for job in $(jobs -p); do kill "$job" 2>/dev/null || true; done; wait; exit $status' EXIT
prints() {
  for try in $(seq 120); do
    if said=$(eval "$2" 2>&1); then case "$said" in *"$1"*) printf '%s\\n' "$said"; return 0;; esac; fi
    sleep 1
  done
  printf 'expected "%s" of: %s\\nlast it said: %s\\n' "$1" "$2" "$said" >&2
  return 1
}
`;

const PLACE = '::block:: ';

/** The script of the blocks of a page, which share one shell as they do at a desk. Pure. */
export function scriptOf(blocks: readonly Block[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const lines = blocks.flatMap(({ place, text }) => [
    `echo ${quoted(PLACE + place)}`,
    ...text.split('\n').map((line) => {
      const [, command, expected] = /^(\S.*?)\s+# -> (.+)$/.exec(line) ?? [];
      return command === undefined || expected === undefined
        ? line
        : `prints ${quoted(expected)} ${quoted(command)}`;
    }),
  ]);
  return `${PRELUDE}${lines.join('\n')}\n`;
}

/** Runs the blocks of a page one after the other; the first command that fails ends it. */
export async function runBlocks(blocks: readonly Block[], { folder, env }: Workshop): Promise<Outcome> {
  const { code, stdout, stderr } = await run('bash', ['-c', scriptOf(blocks)], {
    cwd: folder,
    env,
    allowFailure: true,
    timeoutMs: 280_000,
  });
  const places = [...stdout.matchAll(new RegExp(`^${PLACE}(.*)$`, 'gm'))].map(([, place]) => place ?? '');
  return { code, place: places.at(-1) ?? 'no block', output: `${stdout}${stderr}` };
}
