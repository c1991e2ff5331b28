import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPart, type Part, type PartSpec } from './part.ts';
import { guardFolder, releaseFolder } from './watchdog.ts';

/** The folder that a group of parts lives in, and the list of what has to be stopped with it. */
export interface Workspace {
  /** Temporary; removed by `close`. */
  readonly dir: string;
  readonly parts: ReadonlyMap<string, Part>;
  /** Makes (with its parents) and returns a folder below `dir`. */
  folder(...path: string[]): string;
  /** Registers a part, gives it a log file, starts it and waits until it is ready. */
  start(spec: Omit<PartSpec, 'logFile'>): Promise<Part>;
  /** Runs before the parts are killed, last registered first. */
  onClose(action: () => void | Promise<void>): void;
  /** Ends every part at once (the data is thrown away, so nobody is asked politely) and removes the folder. */
  close(): Promise<void>;
}

export interface WorkspaceOptions {
  /** Where logs go; default `logs` in the temporary folder. A folder given here outlives the workspace. */
  logsDir?: string;
}

/** Makes a workspace. Its parts and its folder go with the owner, however that ends. */
export function createWorkspace(options: WorkspaceOptions = {}): Workspace {
  const dir = mkdtempSync(join(tmpdir(), 'tenant-operator-rig-'));
  // Parts that run as a user of their own must be able to pass; what is secret inside has mode 0600.
  chmodSync(dir, 0o711);
  guardFolder(dir);
  const logsDir = options.logsDir ?? join(dir, 'logs');
  mkdirSync(logsDir, { recursive: true });
  const parts = new Map<string, Part>();
  const actions: (() => void | Promise<void>)[] = [];
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    for (const action of actions.reverse()) await action();
    await Promise.all([...parts.values()].map((part) => part.kill()));
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    releaseFolder(dir);
  };

  return {
    dir,
    parts,
    folder(...path) {
      const folder = join(dir, ...path);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    async start(spec) {
      if (parts.has(spec.name)) throw new Error(`two parts are called ${spec.name}`);
      const part = createPart({ ...spec, logFile: join(logsDir, `${spec.name}.log`) });
      parts.set(spec.name, part);
      await part.start();
      return part;
    },
    onClose(action) {
      actions.push(action);
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
