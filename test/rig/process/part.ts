import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, RigError } from '../errors.ts';
import { guardGroup, releaseGroup } from './watchdog.ts';

export interface PartSpec {
  name: string;
  command: string;
  args: readonly string[];
  /** What argv[0] reads, for a binary that looks at the name it was called by. */
  argv0?: string;
  env?: Record<string, string>;
  cwd?: string;
  uid?: number;
  gid?: number;
  /** Output is appended here, over restarts too. */
  logFile: string;
  /** True once the part does its work; a throw means not yet. */
  isReady: () => Promise<boolean>;
  /** Default 120 s: a machine of two cores may be busy with other suites. */
  readyTimeoutMs?: number;
  /** What asks it to stop, default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** How long a polite stop may take before SIGKILL, default 10 s. */
  stopTimeoutMs?: number;
}

export type PartState = 'stopped' | 'running' | 'paused';

/** One real program, supervised. */
export interface Part {
  readonly name: string;
  readonly logFile: string;
  readonly state: PartState;
  /** Undefined while stopped. */
  readonly pid: number | undefined;
  /** Starts it and waits until it is ready; nothing when it runs. */
  start(): Promise<void>;
  /** `stopSignal`, then SIGKILL when it does not end in time. */
  stop(): Promise<void>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** `stop` and `start`: same ports, same data. */
  restart(): Promise<void>;
  /** SIGSTOP: keeps its connections, answers nothing. */
  pause(): void;
  resume(): void;
  /** What it wrote so far: all of it, or the last `lines`. */
  logs(lines?: number): string;
  /** What it wrote since it was started last. */
  currentLogs(): string;
}

const POLL_MS = 25;

/** Makes a part of a specification; nothing runs before `start`. */
export function createPart(spec: PartSpec): Part {
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let paused = false;

  let startOfRun = 0;

  const readLog = (from: number): string => {
    try {
      return readFileSync(spec.logFile).subarray(from).toString('utf8');
    } catch {
      return '';
    }
  };
  const logs = (lines?: number): string => {
    const text = readLog(0);
    return lines === undefined ? text : text.trimEnd().split('\n').slice(-lines).join('\n');
  };

  const launch = (): ChildProcess => {
    const log = openSync(spec.logFile, 'a');
    startOfRun = fstatSync(log).size;
    writeSync(log, `--- ${spec.name}: ${spec.command} ${spec.args.join(' ')}\n`);
    try {
      const started = spawn(spec.command, spec.args, {
        detached: true,
        stdio: ['ignore', log, log],
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          TMPDIR: process.env.TMPDIR,
          ...spec.env,
        },
        ...(spec.argv0 === undefined ? {} : { argv0: spec.argv0 }),
        ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
        ...(spec.uid === undefined ? {} : { uid: spec.uid }),
        ...(spec.gid === undefined ? {} : { gid: spec.gid }),
      });
      const pid = started.pid;
      if (pid !== undefined) guardGroup(pid);
      ended = new Promise((resolve) => {
        const finish = (): void => {
          if (pid !== undefined) releaseGroup(pid);
          if (child === started) child = undefined;
          resolve();
        };
        started.once('exit', finish);
        started.once('error', finish);
      });
      return started;
    } finally {
      closeSync(log);
    }
  };

  const failed = (code: 'PART_EXITED' | 'PART_NOT_READY', what: string): RigError =>
    new RigError(code, `${spec.name} ${what}; its log is ${spec.logFile}`, { detail: logs(20) });

  const waitUntilReady = async (started: ChildProcess): Promise<void> => {
    const timeoutMs = spec.readyTimeoutMs ?? 120_000;
    const deadline = performance.now() + timeoutMs;
    let spawnError: string | undefined;
    started.once('error', (error) => {
      spawnError = error.message;
    });
    let last = '';
    while (performance.now() < deadline) {
      if (child !== started) {
        const how =
          spawnError ??
          (started.signalCode ? `signal ${started.signalCode}` : `exit code ${started.exitCode}`);
        throw failed('PART_EXITED', `ended before it was ready (${how})`);
      }
      try {
        if (await spec.isReady()) return;
        last = '';
      } catch (error) {
        last = `: ${messageOf(error)}`;
      }
      await sleep(POLL_MS);
    }
    throw failed('PART_NOT_READY', `was not ready after ${timeoutMs / 1000} s${last}`);
  };

  const signal = (name: NodeJS.Signals): void => {
    const pid = child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, name);
    } catch {
      // The group ended in this instant; `exit` is about to be told.
    }
  };

  const kill = async (): Promise<void> => {
    signal('SIGKILL');
    await ended;
    paused = false;
  };

  const part: Part = {
    name: spec.name,
    logFile: spec.logFile,
    get state() {
      if (child === undefined) return 'stopped';
      return paused ? 'paused' : 'running';
    },
    get pid() {
      return child?.pid;
    },
    async start() {
      if (child !== undefined) return;
      const started = launch();
      child = started;
      try {
        await waitUntilReady(started);
      } catch (error) {
        await kill();
        throw error;
      }
    },
    async stop() {
      if (paused) part.resume();
      signal(spec.stopSignal ?? 'SIGTERM');
      const timer = new AbortController();
      const late = sleep(spec.stopTimeoutMs ?? 10_000, 'late' as const, { signal: timer.signal }).catch(
        () => 'ended' as const,
      );
      const outcome = await Promise.race([ended.then(() => 'ended' as const), late]);
      timer.abort();
      if (outcome === 'late') await kill();
    },
    kill,
    async restart() {
      await part.stop();
      await part.start();
    },
    pause() {
      signal('SIGSTOP');
      paused = child !== undefined;
    },
    resume() {
      signal('SIGCONT');
      paused = false;
    },
    logs,
    currentLogs: () => readLog(startOfRun),
  };
  return part;
}
