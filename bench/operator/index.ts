/**
 * The operator on a real control plane: what it costs when something happens, and when nothing does.
 *
 * Each run starts kube-apiserver, etcd, controller-manager and MariaDB anew, and the operator as its own ServiceAccount. Requests
 * are counted from the API server's audit log, CPU and memory from /proc. A client that only sends the writes runs beside it, so
 * that a time can be read as a ratio.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from './finding.ts';
import {
  churn,
  deactivate,
  drift,
  hints,
  provision,
  provisionBesideRaw,
  type RawTimes,
  rest,
  rows,
  start,
  update,
} from './phases/index.ts';
import { mean } from './usage.ts';
import { createWorld, type World } from './world.ts';

export { type Finding, meetsGoal } from './finding.ts';

/** In the order in which they run. */
export const PHASES = [
  'provision',
  'rest',
  'rows',
  'hints',
  'drift',
  'update',
  'start',
  'deactivate',
] as const;

const LOG_LINES = 10_000;

const RESTART_SECONDS = 10;

/** What the process gets for writing its last profile before it is ended. */
const PROFILE_WRITE_MS = 2_000;

/** Run when asked for alone: it takes as long as one likes. */
const CHURN = 'churn';

export type Phase = (typeof PHASES)[number] | typeof CHURN;

export const isPhase = (text: string): text is Phase =>
  text === CHURN || (PHASES as readonly string[]).includes(text);

export interface OperatorBenchOptions {
  readonly tenants: number;
  /** Of each tenant; four at least. */
  readonly resources: number;
  readonly seed: number;
  /** Some phases; provisioning comes before every other and is then told as well. All but churn when left out. */
  readonly only?: readonly Phase[] | undefined;
  /** Without the client that only sends the writes: no ratios, half the time. */
  readonly isWithoutRaw: boolean;
  readonly restSeconds: number;
  readonly churnMinutes: number;
  /** Writes CPU profiles of the operator into this folder, one a phase. */
  readonly profile?: string | undefined;
  /** Told as the run goes on. */
  onProgress(line: string): void;
  /** After each phase: a run that is broken off later has told them. */
  onFindings?(findings: readonly Finding[]): void;
}

/** Runs the phases on a fresh control plane. */
export async function benchOperator(options: OperatorBenchOptions): Promise<Finding[]> {
  const { tenants, resources, seed, only, profile, onProgress, onFindings } = options;
  onProgress(
    `starting a control plane and the operator; ${tenants} tenants of ${resources} resources, seed ${seed}`,
  );
  const env = profile === undefined ? {} : profiling(profile);
  const newWarnings = createWarnings();
  const world = await createWorld({ tenants, resources, seed, env });
  const raw: RawTimes = { apply: [], delete: [], cpu: [] };
  const run: Record<Phase, () => Promise<Finding[]>> = {
    provision: async () =>
      options.isWithoutRaw ? (await provision(world)).findings : provisionBesideRaw(world, raw),
    rest: () => rest(world, options.restSeconds),
    rows: () => rows(world),
    hints: () => hints(world),
    drift: () => drift(world),
    update: () => update(world, options.isWithoutRaw ? undefined : mean(raw.apply)),
    start: () => start(world),
    deactivate: () => deactivate(world, options.isWithoutRaw ? undefined : mean(raw.delete)),
    churn: () => churn(world, options.churnMinutes, onProgress),
  };
  const watch = watchOperator(world);
  try {
    const findings: Finding[] = [];
    for (const phase of [...PHASES, CHURN] as const) {
      if (phase !== 'provision' && !(only ?? PHASES).includes(phase)) continue;
      onProgress(phase);
      if (profile !== undefined) signal(world);
      const found = await Promise.race([run[phase](), watch.died]);
      findings.push(...found);
      onFindings?.(found);
      for (const line of newWarnings(world)) onProgress(`the operator warns: ${line}`);
    }
    if (profile !== undefined) {
      signal(world);
      await sleep(PROFILE_WRITE_MS);
    }
    return findings;
  } catch (error) {
    onProgress(`the operator said last:\n${world.operator.logs(10)}`);
    throw error;
  } finally {
    watch.stop();
    await world.close();
  }
}

/** `died` rejects once the operator is down for longer than a restart takes: what a phase waits for would never come. */
function watchOperator({ operator }: World): { readonly died: Promise<never>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const died = new Promise<never>((_, reject) => {
    let downFor = 0;
    timer = setInterval(() => {
      downFor = operator.state === 'stopped' ? downFor + 1 : 0;
      if (downFor > RESTART_SECONDS) reject(new Error('the operator has ended'));
    }, 1_000);
  });
  return { died, stop: () => clearInterval(timer) };
}

/** Gives the lines of the operator's log that warn, each once: what a run did besides what it measured. */
function createWarnings(): (world: World) => string[] {
  const told = new Set<string>();
  return ({ operator }) => {
    const lines = operator.logs(LOG_LINES).split('\n');
    const fresh = lines.filter((line) => /"level":"(warn|error)"/.test(line) && !told.has(line));
    for (const line of fresh) told.add(line);
    return fresh;
  };
}

/** Loads the profiler into the operator's process. */
function profiling(folder: string): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  return {
    NODE_OPTIONS: `--import=${new URL('profiler.js', import.meta.url).href}`,
    BENCH_PROFILE: resolve(folder),
  };
}

/** Ends a profile and begins the next one. */
function signal({ operator }: World): void {
  if (operator.pid !== undefined) process.kill(operator.pid, 'SIGUSR2');
}
