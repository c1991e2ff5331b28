import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '../binaries/index.ts';
import { type RunOptions, type RunResult, run } from './run.ts';

/** The real kubectl on one kubeconfig. */
export interface Kubectl {
  (...args: string[]): Promise<string>;
  /** With options such as `allowFailure` or `stdin`; gives code, stdout and stderr. */
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** `kubectl ARGS -o json`, parsed. */
  json<T = unknown>(...args: string[]): Promise<T>;
  /** `kubectl apply --validate=strict` of YAML or JSON text. */
  apply(text: string, ...args: string[]): Promise<string>;
  close(): void;
}

export async function createKubectl(kubeconfig: string): Promise<Kubectl> {
  const program = await binaryPath('kubectl');
  // Its cache of discovery is per address, and ports come back: a stale answer would hide a new CRD.
  const cache = mkdtempSync(join(tmpdir(), 'tenant-operator-kubectl-'));
  const call = (args: readonly string[], options?: RunOptions): Promise<RunResult> =>
    run(program, [`--kubeconfig=${kubeconfig}`, `--cache-dir=${cache}`, ...args], options);
  const text = async (...args: string[]): Promise<string> => (await call(args)).stdout;
  return Object.assign(text, {
    run: call,
    json: async <T>(...args: string[]) => JSON.parse(await text(...args, '-o', 'json')) as T,
    apply: async (yaml: string, ...args: string[]) =>
      (await call(['apply', '--validate=strict', '-f', '-', ...args], { stdin: yaml })).stdout,
    close: () => rmSync(cache, { recursive: true, force: true }),
  });
}
