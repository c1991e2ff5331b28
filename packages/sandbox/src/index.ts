/**
 * An in-process Kubernetes API server for tests and demos: `kubectl` and ordinary clients use it like a real one.
 * It is a development tool: it listens on 127.0.0.1 only and lets every local client in.
 *
 *   const cluster = await startSandbox();
 *   process.env.KUBECONFIG = cluster.writeKubeconfig();
 *   ...
 *   await cluster.stop();
 */
import type { User } from './engine/index.ts';
import type { Faults } from './http/faults.ts';
import type { ObservedRequest } from './http/observe.ts';

export type { User } from './engine/index.ts';
export type { FailRule, Faults } from './http/faults.ts';
export type { ObservedRequest } from './http/observe.ts';
export { startSandbox } from './sandbox.ts';

export interface SandboxOptions {
  /** 0 or absent: a free port. */
  port?: number;
  /** A folder in which the objects survive a restart; absent: memory alone. */
  dataDir?: string;
  /** Milliseconds since the epoch; for timestamps. */
  now?: () => number;
  /** How often a watch with `allowWatchBookmarks` gets one; 60 000 ms, as on a real server. */
  bookmarkIntervalMs?: number;
  /** How many changes per resource a watch can go back; 10 000. */
  historyWindow?: number;
  /** Further bearer tokens and whose they are. */
  tokens?: Readonly<Record<string, User>>;
  /** Refuse requests without a token (kubectl sends none over plain HTTP). */
  requireToken?: boolean;
  /** Where webhooks that name a Service are reached: `namespace/name:port` to a base URL. */
  webhookServices?: Readonly<Record<string, string>>;
  /** Is told of every request for a resource when its answer ends. */
  onRequest?: (request: ObservedRequest) => void;
  /** Gets a line when a request fails for a reason that is not the client's. */
  log?: (line: string) => void;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** The administrator's token. */
  readonly token: string;
  /** A kubeconfig, as text. */
  readonly kubeconfig: string;
  readonly faults: Faults;
  /** Writes the kubeconfig (to a temporary file unless a path is given) and returns its path. */
  writeKubeconfig(path?: string): string;
  stop(): Promise<void>;
}
