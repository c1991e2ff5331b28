import { spawn } from 'node:child_process';
import { RigError } from '../errors.ts';

export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  stdin?: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Default 60 s. */
  timeoutMs?: number;
  /** With `true` a failure is a result and not an error. */
  allowFailure?: boolean;
}

/** Runs a program to its end. Rejects with COMMAND_FAILED and its words when it fails or takes too long. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { stdin = '', env = process.env, timeoutMs = 60_000, allowFailure = false } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: timeoutMs,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        output[stream] += chunk;
      });
    }
    child.once('error', (error) =>
      reject(new RigError('COMMAND_FAILED', `cannot run ${command}: ${error.message}`)),
    );
    child.once('close', (code, signal) => {
      if (code !== null && (code === 0 || allowFailure)) return resolve({ code, ...output });
      const how =
        signal === null ? `exit code ${code}` : `ended by ${signal} after at most ${timeoutMs / 1000} s`;
      const detail = output.stderr || output.stdout;
      reject(new RigError('COMMAND_FAILED', `${command} ${args.join(' ')}: ${how}`, { detail }));
    });
    // A program that does not read its input is no failure of ours.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
