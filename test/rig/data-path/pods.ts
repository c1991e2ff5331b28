/**
 * Runs what pods of cert-manager's HTTP-01 solver say: the program of that version with the pod's own arguments, in a network
 * namespace of its own that has the pod's address, from the moment the pod has one until the pod is gone. All other pods stay
 * on paper.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { binaryPath } from '../binaries/index.ts';
import { messageOf } from '../errors.ts';
import type { Rig } from '../index.ts';
import { SOLVER_IMAGE } from '../parts/cert-manager.ts';
import type { Part } from '../process/part.ts';

interface Pod {
  metadata: { name: string; uid: string; namespace: string; deletionTimestamp?: string };
  spec: { containers: { image: string; args?: string[]; ports?: { containerPort: number }[] }[] };
  status?: { podIP?: string };
}

/** The address that answers to pods on our side of their links. */
const HOST_ADDRESS = '192.0.2.1';
const POLL_MS = 200;

/**
 * A pair of links leads from the pod's namespace into ours; both ends go with the process. The route has to stand in the table
 * `local`, where that of the whole range of pods is, which leads to the stand-in application. It may stand there already: kwok hands
 * out the address of a pod that is gone, whose links the kernel takes its time to remove.
 */
const SETUP = `set -e
address=$1 link=$2 host=$3
shift 3
ip link set lo up
ip link add eth0 type veth peer name "$link" netns "$host"
ip addr add "$address/32" dev eth0
ip link set eth0 up
ip route add default dev eth0
nsenter --net --target "$host" /bin/sh -c 'ip link set "$1" up && ip route replace unicast "$2/32" dev "$1" src ${HOST_ADDRESS} table local' sh "$link" "$address"
exec "$@"`;

/** Begins; ends with the rig. */
export async function runSolverPods({ workspace, api }: Pick<Rig, 'workspace' | 'api'>): Promise<void> {
  const solver = await binaryPath('acmesolver');
  const running = new Map<string, Promise<Part | undefined>>();
  let isStopped = false;
  let started = 0;

  async function start({ metadata, spec, status }: Pod): Promise<Part | undefined> {
    const [container] = spec.containers;
    const address = status?.podIP ?? '';
    const port = container?.ports?.[0]?.containerPort ?? 0;
    const link = `pod${++started}`;
    const command = ['--net', '--', '/bin/sh', '-c', SETUP, 'sh', address, link, String(process.pid)];
    try {
      return await workspace.start({
        name: `${link}-${metadata.name}`,
        command: 'unshare',
        args: [...command, solver, ...(container?.args ?? [])],
        isReady: () => answers(address, port),
      });
    } catch (error) {
      // The pod may be gone before it has begun; otherwise the next look tries again, as a kubelet does.
      if (!isStopped) console.error(`rig: pod ${metadata.name}: ${messageOf(error)}`);
      running.delete(metadata.uid);
      return undefined;
    }
  }

  async function look(): Promise<void> {
    const list = await api.get<{ items: Pod[] }>(
      '/api/v1/pods?labelSelector=acme.cert-manager.io/http01-solver=true',
    );
    const wanted = new Map(
      (list?.items ?? [])
        .filter(
          ({ metadata, spec }) => !metadata.deletionTimestamp && spec.containers[0]?.image === SOLVER_IMAGE,
        )
        .map((pod) => [pod.metadata.uid, pod]),
    );
    for (const [uid, pod] of wanted) {
      if (pod.status?.podIP && !running.has(uid)) running.set(uid, start(pod));
    }
    for (const [uid, part] of running) {
      if (wanted.has(uid)) continue;
      running.delete(uid);
      void part.then((found) => found?.kill());
    }
  }

  const loop = (async () => {
    while (!isStopped) {
      // The API server may be restarting; the next look finds what this one missed.
      await look().catch(() => undefined);
      await sleep(POLL_MS);
    }
  })();
  workspace.onClose(async () => {
    isStopped = true;
    await loop;
  });
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
