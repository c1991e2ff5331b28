import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binaryPath } from '../binaries/index.ts';
import { freePort } from '../process/ports.ts';
import type { Workspace } from '../process/workspace.ts';
import type { ControlPlane } from './control-plane.ts';
import { ALL_STAGES, type StageSwitches, stageConfig } from './stages.ts';

export interface KwokOptions {
  /** Number of nodes, default 1, named `rig-node-1` and so on. */
  nodes?: number;
  stages?: Partial<StageSwitches>;
  /** Where pod addresses come from. */
  podRange?: string;
}

/** Plays the kubelet and the load balancers. */
export interface Kwok {
  /** Changes what is played from now on; takes a restart of kwok, about a second. */
  setStages(switches: Partial<StageSwitches>): Promise<void>;
}

/** Starts kwok and makes nodes; ready when they are. */
export async function startKwok(
  workspace: Workspace,
  plane: ControlPlane,
  options: KwokOptions = {},
): Promise<Kwok> {
  const { nodes = 1, podRange = '10.244.0.0/16' } = options;
  const names = Array.from({ length: nodes }, (_, index) => `rig-node-${index + 1}`);
  for (const name of names) await plane.api.ensure('/api/v1/nodes', node(name));
  const config = join(workspace.folder('kwok'), 'stages.yaml');
  let switches: StageSwitches = { ...ALL_STAGES, ...options.stages };
  writeFileSync(config, stageConfig(switches));
  const port = await freePort();
  const part = await workspace.start({
    name: 'kwok',
    command: await binaryPath('kwok'),
    args: [
      `--kubeconfig=${await plane.kubeconfigForUser('system:kwok', ['system:masters'])}`,
      '--manage-all-nodes',
      `--config=${config}`,
      `--cidr=${podRange}`,
      '--node-ip=192.0.2.1',
      `--server-address=127.0.0.1:${port}`,
    ],
    isReady: async () => {
      if (!(await fetch(`http://127.0.0.1:${port}/healthz`)).ok) return false;
      const seen = await Promise.all(names.map((name) => plane.api.get<Node>(`/api/v1/nodes/${name}`)));
      return seen.every(isUsable);
    },
  });
  return {
    async setStages(changed) {
      switches = { ...switches, ...changed };
      writeFileSync(config, stageConfig(switches));
      // It has nothing to finish, and what it was told to watch is read again at its start.
      await part.kill();
      await part.start();
    },
  };
}

interface Node {
  spec?: { taints?: unknown[] };
  status?: { conditions?: { type: string; status: string }[] };
}

function isUsable(object: Node | undefined): boolean {
  const ready = object?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  // The taint of a node that is not ready is taken away a moment later; pods wait for that.
  return ready === true && !object?.spec?.taints?.length;
}

function node(name: string): unknown {
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'node-role.kubernetes.io/worker': '',
    'topology.kubernetes.io/zone': 'rig-a',
  };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {} };
}
