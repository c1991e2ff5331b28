/**
 * A network namespace for the data path: requests to real ports and to pods' addresses, without containers.
 *
 * The namespace has no name and no way out, and goes with its last process. In it `lo` also holds the addresses that pods and
 * load balancers get, ports below 1024 are everybody's, and names are resolved at 127.0.0.1 alone, where BIND listens at port
 * 53. A program and all that it starts run in it; nothing reaches it from outside but `nsenter`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRoot } from '../process/system-user.ts';

/** Where pods get their addresses from. */
export const POD_RANGE = '10.244.0.0/16';
/** Where Ingresses, Services and Gateways get theirs from (RFC 5737); here they lead to the ingress controller. */
const EDGE_RANGE = '192.0.2.0/24';
const MARK = 'TENANT_OPERATOR_NAMESPACE';

const SETUP = `set -e
ip link set lo up
ip route add local ${POD_RANGE} dev lo
ip route add local ${EDGE_RANGE} dev lo
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
mount --bind "$1" /etc/resolv.conf
shift
export ${MARK}=1
exec "$@"`;

/** Whether this process runs in such a namespace. */
export function isInside(): boolean {
  return process.env[MARK] === '1';
}

/** What a namespace takes of a machine. */
export interface Machine {
  readonly platform: string;
  readonly isRoot: boolean;
  readonly hasIp: boolean;
  /** Makes a namespace and leaves it: why that is refused, or undefined. */
  tryOut(): string | undefined;
}

/** Why there can be none here; undefined where there can. */
export function namespaceProblem(machine: Machine = thisMachine()): string | undefined {
  const { platform, isRoot: asRoot, hasIp } = machine;
  if (platform !== 'linux') return `it needs network namespaces, which ${platform} has not`;
  if (!asRoot) return 'it needs root, to make a network namespace';
  if (!hasIp) return 'it needs ip: install iproute2';
  const refusal = machine.tryOut();
  return refusal === undefined
    ? undefined
    : `it needs a network namespace, which this machine refuses: ${refusal}`;
}

function thisMachine(): Machine {
  return {
    platform: process.platform,
    isRoot: isRoot(),
    hasIp: ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'].some((file) => existsSync(file)),
    tryOut() {
      const { status, stderr, error } = spawnSync('unshare', ['--net', '--mount', 'true'], {
        encoding: 'utf8',
      });
      return status === 0 ? undefined : (error?.message ?? stderr).trim().split('\n')[0];
    },
  };
}

/** A command line that runs another one in a namespace of its own; `discard` removes what it needs on disk. */
export function inNamespace(command: readonly string[]): { command: string[]; discard: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'tenant-operator-namespace-'));
  const resolver = join(folder, 'resolv.conf');
  writeFileSync(resolver, 'nameserver 127.0.0.1\noptions timeout:2 attempts:2\n');
  return {
    command: ['unshare', '--net', '--mount', '--', '/bin/sh', '-c', SETUP, 'sh', resolver, ...command],
    discard: () => rmSync(folder, { recursive: true, force: true }),
  };
}
